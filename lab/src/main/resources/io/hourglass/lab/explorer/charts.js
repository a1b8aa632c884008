// A window of a series as line charts, one for each column.

const SIZE = [300, 60];
const SVG = 'http://www.w3.org/2000/svg';

/** The points of a column's curve, in a box of width 1 and height 1 that grows downwards. */
export function curve(items, row, column) {
  const columns = items.window.length;
  const steps = items.inputs / columns;
  const low = items.low[column];
  const range = items.high[column] - low || 1;
  return Array.from({ length: steps }, (_, t) => [t / (steps - 1), 1 - (row[t * columns + column] - low) / range]);
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}

/** A chart of one column: what it was, unless the row is null, and what the network made of it. */
export function chart(items, row, reconstruction, column, label) {
  const [width, height] = SIZE;
  const svg = draw('svg', {
    viewBox: `0 -2 ${width} ${height + 4}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label,
  });
  const line = (values, kind) => {
    const present = curve(items, values, column).filter(([, y]) => !Number.isNaN(y)); // others are missing
    const points = present.map(([x, y]) => {
      const inside = Math.max(-0.03, Math.min(1.03, y)); // reconstructions may leave the range of the data
      return `${(x * width).toFixed(1)},${(inside * height).toFixed(1)}`;
    });
    svg.append(draw('polyline', { points: points.join(' '), class: kind, 'vector-effect': 'non-scaling-stroke' }));
  };
  if (row) {
    line(row, 'was');
  }
  line(reconstruction, 'made');
  return svg;
}
