// Rows as pictures: images as images, windows of series as curves, other rows as bars.

import { curve } from './charts.js';
import { css, diverging } from './colours.js';

/** Draws a row into a canvas. */
export function drawRow(canvas, items, row) {
  if (items.window) {
    drawCurves(canvas, items, row);
    return;
  }
  if (!items.shape) {
    drawBars(canvas, items, (j) => (row[j] - items.low[j]) / (items.high[j] - items.low[j] || 1), 0);
    return;
  }
  const { channels } = items.shape;
  drawPixels(canvas, items.shape, (pixel, c) => {
    const j = pixel * channels + (channels === 3 ? c : 0);
    return 255 * (row[j] - items.low[j]) / (items.high[j] - items.low[j] || 1);
  });
}

/** Draws where a reconstruction has more (orange) or less (blue) than its original. */
export function drawDifference(canvas, items, row, reconstruction) {
  const part = (j) => (reconstruction[j] - row[j]) / (items.high[j] - items.low[j] || 1);
  if (!items.shape) {
    drawBars(canvas, items, part, 0.5);
    return;
  }
  const { channels } = items.shape;
  drawPixels(canvas, items.shape, (pixel, c) => {
    let most = 0;
    for (let j = pixel * channels; j < (pixel + 1) * channels; j++) {
      most = Math.abs(part(j)) > Math.abs(most) ? part(j) : most;
    }
    return diverging(most)[c];
  });
}

function drawPixels(canvas, { width, height }, value) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) {
      image.data[4 * pixel + c] = value(pixel, c);
    }
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

const BARS = [364, 280]; // width and height, as the style sheet's --aspect for rows that are not images

/** The curves of all columns, one over the other. */
function drawCurves(canvas, items, row) {
  const [across, up] = [canvas.width, canvas.height] = BARS;
  const g = canvas.getContext('2d');
  g.strokeStyle = getComputedStyle(canvas).getPropertyValue('--accent');
  g.lineWidth = 12;
  items.window.forEach((_, column) => {
    g.beginPath();
    curve(items, row, column).forEach(([x, y]) => g.lineTo(x * across, (0.1 + 0.8 * y) * up));
    g.stroke();
  });
}

/** Bars from a base line: at the bottom for values, in the middle for differences. */
function drawBars(canvas, items, part, line) {
  const [across, up] = [canvas.width, canvas.height] = BARS;
  const g = canvas.getContext('2d');
  const style = getComputedStyle(canvas);
  const zero = up * (1 - line);
  g.fillStyle = style.getPropertyValue('--faint');
  g.fillRect(0, 0, across, up);
  g.fillStyle = style.getPropertyValue('--edge');
  g.fillRect(0, Math.min(up - 2, zero), across, 2);
  const width = across / items.inputs;
  for (let j = 0; j < items.inputs; j++) {
    const height = Math.max(-up, Math.min(up, part(j) * zero));
    g.fillStyle = line > 0 ? css(diverging(height < 0 ? -1 : 1)) : style.getPropertyValue('--accent');
    const top = zero - Math.max(height, 0);
    g.fillRect(j * width + width * 0.1, top, Math.max(1, width * 0.8), Math.max(1, Math.abs(height)));
  }
}
