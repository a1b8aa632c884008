// What the page saves: the selected rows as CSV, and the map as a picture.

import { make } from './panels.js';

/** Hands a file to the browser's downloads. */
export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Rows with their names, labels, errors, anomaly scores and codes; with two models, in columns of both. */
export function table(sets, rows) {
  const [items] = sets;
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const columns = [['row', (i) => items.rows[i]]];
  if (items.names) {
    columns.push([items.names.title, (i) => items.short(i)]);
  }
  if (items.labels.length > 0) {
    columns.push(['label', (i) => items.label(i)]);
  }
  sets.forEach((set) => {
    const title = (name) => (sets.length > 1 ? `${set.title}: ${name}` : name);
    columns.push([title('error'), (i) => set.errors[i]]);
    if (set.scores) {
      columns.push([title('score'), (i) => set.scores[i]]);
    }
    for (let d = 0; d < set.latent; d++) {
      columns.push([title(`z${d}`), (i) => set.codes[i * set.latent + d]]);
    }
  });
  const line = (cells) => cells.map((cell) => quoted(String(cell))).join(',');
  return `${[columns.map(([title]) => title), ...rows.map((i) => columns.map(([, of]) => of(i)))]
    .map(line).join('\n')}\n`;
}

/** The maps beside each other, with the legend below, as a PNG. */
export function picture(maps, legend, scale) {
  const pictures = maps.map((map) => map.picture());
  const { ratio, em } = maps[0];
  const unit = ratio * em;
  const width = pictures.reduce((sum, each) => sum + each.width, 0);
  const style = getComputedStyle(legend);
  const canvas = document.createElement('canvas');
  const g = canvas.getContext('2d');
  g.font = `${14 * unit}px ${style.fontFamily}`;
  const marks = scale.hidden ? [...legend.querySelectorAll('button[aria-pressed=true]')] : [...scale.children];
  const texts = marks.map((each) => {
    const dot = each.querySelector('i:not([hidden])');
    const colour = dot && getComputedStyle(dot).backgroundColor;
    const ramp = each.classList.contains('ramp') ? getComputedStyle(each).backgroundImage.match(/rgb\([^)]*\)/g) : null;
    return { text: each.textContent.trim(), colour, ramp, shape: dot?.className.match(/shape-(\d)/)?.[1] };
  });
  let [x, y] = [10 * unit, 22 * unit];
  const placed = texts.map((each) => {
    const wide = each.ramp ? 130 * unit : g.measureText(each.text).width + (each.colour ? 34 : 16) * unit;
    if (x + wide > width) {
      [x, y] = [10 * unit, y + 24 * unit];
    }
    const at = { ...each, x, y };
    x += wide;
    return at;
  });
  const height = Math.max(...pictures.map((each) => each.height));
  canvas.width = width;
  canvas.height = height + (texts.length > 0 ? y + 16 * unit : 0);
  g.fillStyle = style.getPropertyValue('--paper');
  g.fillRect(0, 0, canvas.width, canvas.height);
  pictures.reduce((left, each) => { g.drawImage(each, left, 0); return left + each.width; }, 0);
  g.font = `${14 * unit}px ${style.fontFamily}`;
  g.textBaseline = 'middle';
  placed.forEach(({ text, colour, ramp, shape, x: left, y: up }) => {
    const top = height + up;
    if (ramp) {
      const gradient = g.createLinearGradient(left, 0, left + 114 * unit, 0);
      ramp.forEach((stop, n) => gradient.addColorStop(n / (ramp.length - 1), stop));
      g.fillStyle = gradient;
      g.fillRect(left, top - 6 * unit, 114 * unit, 12 * unit);
      return;
    }
    if (colour) {
      g.fillStyle = colour;
      g.beginPath();
      if (shape === '0') {
        g.arc(left + 6 * unit, top, 6 * unit, 0, 7);
      } else {
        const corners = { 1: [[0, -6], [12, -6], [12, 6], [0, 6]], 2: [[6, -6], [12, 6], [0, 6]],
          3: [[6, 6], [12, -6], [0, -6]] }[shape];
        corners.forEach(([dx, dy]) => g.lineTo(left + dx * unit, top + dy * unit));
      }
      g.fill();
    }
    g.fillStyle = style.getPropertyValue('--text');
    g.fillText(text, left + (colour ? 18 : 0) * unit, top);
  });
  return new Promise((done) => { canvas.toBlob(done, 'image/png'); });
}
