// The rows the page shows, and places on its maps.

/** Rows of the data set with all that is known of them. */
export class Items {
  constructor(payload, engine) {
    const { sections, model, labels } = payload;
    this.engine = engine;
    this.count = sections.rows.length;
    this.rows = sections.rows;
    this.inputs = model.inputs;
    this.latent = model.latent;
    this.codes = sections.codes;
    this.errors = sections.errors;
    this.labels = labels;
    this.labelOf = sections.labels;
    this.values = sections.values;
    this.bytes = sections.values instanceof Uint8Array;
    this.shape = payload.shape;
    this.#ranges();
  }

  #ranges() {
    const { count, latent, codes } = this;
    this.ranges = Array.from({ length: latent }, (_, d) => {
      let low = Infinity;
      let high = -Infinity;
      let sum = 0;
      for (let i = d; i < count * latent; i += latent) {
        low = Math.min(low, codes[i]);
        high = Math.max(high, codes[i]);
        sum += codes[i];
      }
      return { low, high, mean: sum / count };
    });
    // What is drawn as black and as white, or as the ends of a bar.
    this.low = new Float32Array(this.inputs);
    this.high = new Float32Array(this.inputs).fill(1);
    if (!this.bytes) {
      this.low.fill(Infinity);
      this.high.fill(-Infinity);
      for (let i = 0; i < this.values.length; i++) {
        const j = i % this.inputs;
        this.low[j] = Math.min(this.low[j], this.values[i]);
        this.high[j] = Math.max(this.high[j], this.values[i]);
      }
      if (this.shape) {
        const low = this.low.reduce((a, b) => Math.min(a, b), 0);
        const high = this.high.reduce((a, b) => Math.max(a, b), 1);
        this.low.fill(low);
        this.high.fill(high);
      }
    }
  }

  row(i) {
    const row = this.values.subarray(i * this.inputs, (i + 1) * this.inputs);
    return this.bytes ? Float32Array.from(row, (b) => b / 255) : row.slice();
  }

  code(i) {
    return this.codes.slice(i * this.latent, (i + 1) * this.latent);
  }

  label(i) {
    return this.labels.length > 0 ? this.labels[this.labelOf[i]] : '';
  }

  /** How the item is called on the page. */
  name(i) {
    return `Row ${this.rows[i]}${this.labels.length > 0 ? `, label ${this.label(i)}` : ''}`;
  }

  /** The k items whose codes are nearest to a code, nearest first. */
  nearest(code, k) {
    const { codes, latent } = this;
    return leastOf(this.count, k, (i) => {
      let sum = 0;
      for (let d = 0; d < latent; d++) {
        sum += (codes[i * latent + d] - code[d]) ** 2;
      }
      return sum;
    });
  }
}

/** The k numbers of 0 .. n - 1 with the least distance, nearest first. */
export function leastOf(n, k, distance) {
  const found = [];
  for (let i = 0; i < n; i++) {
    const far = distance(i);
    if (found.length < k || far < found[found.length - 1].far) {
      let at = found.length;
      while (at > 0 && found[at - 1].far > far) {
        at--;
      }
      found.splice(at, 0, { item: i, far });
      found.length = Math.min(found.length, k);
    }
  }
  return found;
}

/** Points between which a place is interpolated where there is no formula. */
const BETWEEN = 4;

/** A way to lay the codes out in the plane. Its points are scaled to lie within -1 .. 1. */
export class Layout {
  constructor(map, points, items) {
    Object.assign(this, { name: map.name, title: map.title, x: map.x, y: map.y, note: map.note, plane: map.plane });
    this.items = items;
    this.#scale(points);
  }

  #scale(points) {
    const low = [Infinity, Infinity];
    const high = [-Infinity, -Infinity];
    for (let i = 0; i < points.length; i++) {
      low[i % 2] = Math.min(low[i % 2], points[i]);
      high[i % 2] = Math.max(high[i % 2], points[i]);
    }
    this.middle = [0, 1].map((a) => (low[a] + high[a]) / 2);
    const reach = [0, 1].map((a) => (high[a] - low[a]) / 2 || 1);
    // Axes of a code of its own are not comparable; those of a projection are.
    this.reach = this.name === 'code' ? reach : [Math.max(...reach), Math.max(...reach)];
    this.points = Float32Array.from(points, (v, i) => (v - this.middle[i % 2]) / this.reach[i % 2]);
  }

  /** The items nearest to a place. */
  near(x, y, k) {
    const { points } = this;
    return leastOf(this.items.count, k, (i) => (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2);
  }

  /** The code of a place: by formula, or between the codes of the points around it. */
  codeAt(x, y) {
    const { plane, middle, reach, items } = this;
    if (plane) {
      const at = [x * reach[0] + middle[0], y * reach[1] + middle[1]];
      return Float32Array.from(plane.mean, (m, d) => m + at[0] * plane.axes[0][d] + at[1] * plane.axes[1][d]);
    }
    const code = new Float32Array(items.latent);
    const near = this.near(x, y, BETWEEN);
    weights(near).forEach((weight, n) => {
      items.code(near[n].item).forEach((v, d) => { code[d] += weight * v; });
    });
    return code;
  }

  /** The place of a code: by formula, or between the points of the codes around it. */
  placeOf(code) {
    const { plane, middle, reach, items, points } = this;
    if (plane && plane.invertible) {
      return [0, 1].map((a) => {
        const at = plane.axes[a].reduce((sum, v, d) => sum + v * (code[d] - plane.mean[d]), 0);
        return (at - middle[a]) / reach[a];
      });
    }
    const near = items.nearest(code, BETWEEN);
    const place = [0, 0];
    weights(near).forEach((weight, n) => {
      place[0] += weight * points[2 * near[n].item];
      place[1] += weight * points[2 * near[n].item + 1];
    });
    return place;
  }

  /** How a place's code comes about, in words. */
  get how() {
    if (this.name === 'code') {
      return 'decoded from this place';
    }
    return this.plane ? `decoded from this place of the plane` : `decoded between the ${BETWEEN} nearest points`;
  }
}

/** Inverse squared distances, made to sum to 1. */
function weights(near) {
  const least = Math.max(near[near.length - 1].far * 1e-9, 1e-30);
  const each = near.map(({ far }) => 1 / Math.max(far, least));
  const sum = each.reduce((a, b) => a + b, 0);
  return each.map((w) => w / sum);
}

/** Whether a place lies in a polygon of [x, y] (even-odd rule). */
export function inside(polygon, x, y) {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i];
    const [bx, by] = polygon[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) {
      odd = !odd;
    }
  }
  return odd;
}
