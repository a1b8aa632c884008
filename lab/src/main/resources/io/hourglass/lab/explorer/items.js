// The rows the page shows, and places on its maps.

import { Table } from './table.js';
import { t } from './text.js';

const { Delaunay } = globalThis.d3; // d3-delaunay, which the page carries before these modules

/** The rows of the data set that the page shows, with their codes, errors, scores and labels; of one model. */
export class Items {
  constructor(payload, engine) {
    const { sections, model, labels } = payload;
    this.title = payload.name; // of the model
    this.typical = payload.errors; // the median of all errors, their 99 % quantile and the threshold, if there is one
    this.engine = engine;
    this.count = sections.rows.length;
    this.rows = sections.rows;
    this.inputs = model.inputs;
    this.latent = model.latent;
    this.codes = sections.codes;
    this.errors = sections.errors;
    this.scores = sections.scores; // undefined if the model has no anomaly scores besides the errors
    this.labels = labels;
    this.labelOf = sections.labels;
    this.values = sections.values;
    this.bytes = sections.values instanceof Uint8Array;
    this.shape = payload.shape;
    this.names = payload.names; // what the rows are called, as a title and a list; null if they have no names
    this.table = payload.table && new Table(payload.table, engine, this.values instanceof Float64Array ? 15 : 7);
    this.isNamed = payload.named; // whether the columns of the table have names
    this.window = payload.window; // if the rows are windows: the names of their columns
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
    // The values drawn as black and as white, or as the ends of a bar.
    this.low = new Float32Array(this.inputs);
    this.high = new Float32Array(this.inputs).fill(1);
    if (!this.bytes) {
      this.low.fill(Infinity);
      this.high.fill(-Infinity);
      for (let i = 0; i < this.values.length; i++) {
        const j = i % (this.window?.length ?? this.inputs); // a column is drawn alike at all times of a window
        if (!Number.isNaN(this.values[i])) {
          this.low[j] = Math.min(this.low[j], this.values[i]);
          this.high[j] = Math.max(this.high[j], this.values[i]);
        }
      }
      if (this.window) {
        [this.low, this.high].forEach((ends) => ends.forEach((_, j) => { ends[j] = ends[j % this.window.length]; }));
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

  /** The name of a row on the page. */
  name(i) {
    const { names } = this;
    if (this.window) {
      return names.names[i]; // which says what the label says
    }
    const number = String(this.rows[i]); // without separators, as files have it
    const row = names ? t('row.named', names.title, names.names[i], number) : t('row', number);
    return this.labels.length > 0 ? t('row.labelled', row, this.label(i)) : row;
  }

  /** The same, as short as possible. */
  short(i) {
    return this.names ? this.names.names[i] : String(this.rows[i]);
  }

  /** Whether rows are drawn: images, and arrays whose values have no names. */
  get isDrawn() {
    return this.shape !== null || (this.table !== null && !this.isNamed);
  }

  /** For windows: the share of each column in the error. */
  sharesOfColumns(row, reconstruction) {
    const sums = this.window.map(() => 0);
    const errors = this.engine.errors(row, reconstruction);
    errors.forEach((error, j) => { sums[j % sums.length] += error || 0; }); // NaN if missing
    const sum = sums.reduce((a, b) => a + b, 0);
    return sums.map((each) => (sum > 0 ? each / sum : 0));
  }

  /** The k rows whose codes are nearest to a code, nearest first. */
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

/** The k of 0 .. n - 1 with the least distance, nearest first. */
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

/** Number of codes between which a code's place is interpolated if there is no formula. */
const BETWEEN = 4;

/** A way to lay the codes out in the plane. Its points are scaled to lie within -1 .. 1. */
export class Layout {
  #triangles; // made when first asked for

  constructor(map, points, items) {
    const { name, kind, title, x, y, note, plane } = map;
    Object.assign(this, { name, kind, title, x, y, note, plane });
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
    // The axes of a code itself are not comparable; those of a projection are.
    this.reach = ['code', 'line'].includes(this.kind) ? reach : [Math.max(...reach), Math.max(...reach)];
    this.points = Float32Array.from(points, (v, i) => (v - this.middle[i % 2]) / this.reach[i % 2]);
  }

  /** The code of a place: by formula, or interpolated between the codes of the three points around it. */
  codeAt(x, y) {
    const { plane, middle, reach, items } = this;
    if (plane) {
      const at = [x * reach[0] + middle[0], y * reach[1] + middle[1]];
      return Float32Array.from(plane.mean, (m, d) => m + at[0] * plane.axes[0][d] + at[1] * plane.axes[1][d]);
    }
    const code = new Float32Array(items.latent);
    this.#triangles ??= new Triangles(this.points);
    this.#triangles.around(x, y).forEach(([item, weight]) => {
      items.code(item).forEach((v, d) => { code[d] += weight * v; });
    });
    return code;
  }

  /** The place of a code: by formula, or interpolated between the points of the codes around it. */
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

  /** How a place is decoded, in words. */
  get how() {
    if (['code', 'line'].includes(this.kind)) {
      return t('how.place');
    }
    return t(this.plane ? 'how.plane' : 'how.between');
  }
}

/** A Delaunay triangulation of points, which avoids thin triangles. */
export class Triangles {
  /** @param points [n][2], one or more */
  constructor(points) {
    this.delaunay = new Delaunay(Float64Array.from(points)); // a copy: it moves points that lie on a line
    this.last = 0;
  }

  /** The point nearest to a place. */
  nearest(x, y) {
    this.last = this.delaunay.find(x, y, this.last);
    return this.last;
  }

  /**
   * Points to interpolate between, with weights that sum to 1: the corners of the triangle around a place or, outside
   * all triangles, the ends of the nearest edge.
   */
  around(x, y) {
    const { points, triangles, halfedges, hull, inedges } = this.delaunay;
    if (hull.length < 3) {
      return this.#rim(x, y);
    }
    const area = (i, j) =>
      (points[2 * i] - x) * (points[2 * j + 1] - y) - (points[2 * j] - x) * (points[2 * i + 1] - y);
    let triangle = Math.floor(Math.max(0, inedges[this.nearest(x, y)]) / 3);
    for (let steps = 0; steps < triangles.length; steps++) {
      const corners = triangles.subarray(3 * triangle, 3 * triangle + 3);
      const weights = [0, 1, 2].map((i) => area(corners[(i + 1) % 3], corners[(i + 2) % 3]));
      const sum = weights[0] + weights[1] + weights[2];
      if (sum === 0) {
        break; // too thin for floating point
      }
      const out = weights.findIndex((w) => w / sum < 0);
      if (out < 0) {
        return weights.map((w, i) => [corners[i], w / sum]);
      }
      const next = halfedges[3 * triangle + ((out + 1) % 3)]; // the edge that faces that corner
      if (next < 0) {
        break;
      }
      triangle = Math.floor(next / 3);
    }
    return this.#rim(x, y);
  }

  /** The same on the outer edge of all points. */
  #rim(x, y) {
    const { points, hull } = this.delaunay;
    const edges = Array.from(hull, (a, n) => {
      const b = hull[(n + 1) % hull.length];
      const [dx, dy] = [points[2 * b] - points[2 * a], points[2 * b + 1] - points[2 * a + 1]];
      const along = (x - points[2 * a]) * dx + (y - points[2 * a + 1]) * dy;
      const share = Math.min(1, Math.max(0, along / (dx * dx + dy * dy || 1)));
      return { a, b, share, far: Math.hypot(points[2 * a] + share * dx - x, points[2 * a + 1] + share * dy - y) };
    });
    const { a, b, share } = edges.reduce((best, edge) => (edge.far < best.far ? edge : best));
    return [[a, 1 - share], [b, share]];
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
