// A canvas to draw on, and the steps that make a drawing look like an image of the data.

/** Pixels of the drawing for one pixel of the image. */
const FINE = 10;

export class Sketch {
  /** @param onChange called with the image, [height * width] in 0 .. 1, or null when it is empty */
  constructor(canvas, { width, height }, onChange) {
    this.canvas = canvas;
    this.width = width;
    this.height = height;
    this.onChange = onChange;
    canvas.width = width * FINE;
    canvas.height = height * FINE;
    this.context = canvas.getContext('2d', { willReadFrequently: true });
    this.clear();
    let last = null;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) / box.width) * canvas.width,
        ((event.clientY - box.top) / box.height) * canvas.height,
      ];
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      this.line(last, last);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (last) {
        const now = at(event);
        this.line(last, now);
        last = now;
      }
    });
    for (const end of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(end, () => { last = null; });
    }
    // The keys move a pen that draws while Shift is held.
    this.pen = [canvas.width / 2, canvas.height / 2];
    canvas.addEventListener('keydown', (event) => {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const move = moves[event.key];
      if (move) {
        event.preventDefault();
        const size = [canvas.width, canvas.height];
        const next = size.map((most, a) => Math.max(0, Math.min(most, this.pen[a] + move[a] * FINE)));
        if (event.shiftKey) {
          this.line(this.pen, next);
        }
        this.pen = next;
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        this.clear();
        onChange(null);
      }
    });
  }

  clear() {
    this.context.fillStyle = '#000';
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  line(from, to) {
    const g = this.context;
    g.strokeStyle = '#fff';
    g.lineWidth = (Math.min(this.canvas.width, this.canvas.height) / 28) * 2.3;
    g.lineCap = 'round';
    g.beginPath();
    g.moveTo(...from);
    g.lineTo(to[0] + 0.01, to[1]);
    g.stroke();
    this.onChange(this.image());
  }

  image() {
    const { width, height } = this.canvas;
    const { data } = this.context.getImageData(0, 0, width, height);
    const ink = Float32Array.from({ length: width * height }, (_, i) => data[4 * i] / 255);
    return centred(ink, width, height, this.width, this.height);
  }
}

/**
 * A drawing, processed like MNIST's images (LeCun, Cortes and Burges): scaled with its proportions to fit a box of 20 x
 * 20 pixels, with grey levels from averaging, then moved so that its centre of mass is in the middle of 28 x 28 pixels.
 * Other sizes are treated in proportion.
 *
 * @param ink [height * width] in 0 .. 1
 * @return [rows * columns] in 0 .. 1, or null if there is no ink
 */
export function centred(ink, width, height, columns, rows) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] > 0.1) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
  }
  if (right < 0) {
    return null;
  }
  const box = (Math.min(columns, rows) * 20) / 28;
  const scale = Math.max(right - left + 1, bottom - top + 1) / box; // pixels of the drawing for one pixel of the image
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const value = ink[y * width + x];
      mass += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
    }
  }
  // Where pixel (0, 0) of the image lies in the drawing; moved only by whole pixels of the image, as in MNIST.
  const corner = (middle, low, size) => {
    const inBox = (middle - low) / scale;
    return low - Math.round(size / 2 - inBox) * scale;
  };
  const x0 = corner(sumX / mass, left, columns);
  const y0 = corner(sumY / mass, top, rows);
  const image = new Float32Array(columns * rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      image[r * columns + c] = average(ink, width, height, x0 + c * scale, y0 + r * scale, scale);
    }
  }
  return image;
}

/** Mean of a square of the drawing, by 5 x 5 samples. */
function average(ink, width, height, left, top, side) {
  let sum = 0;
  for (let i = 0; i < 25; i++) {
    const x = Math.floor(left + (((i % 5) + 0.5) * side) / 5);
    const y = Math.floor(top + ((Math.floor(i / 5) + 0.5) * side) / 5);
    if (x >= 0 && y >= 0 && x < width && y < height) {
      sum += ink[y * width + x];
    }
  }
  return Math.fround(sum / 25);
}
