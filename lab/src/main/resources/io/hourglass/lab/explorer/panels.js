// The panels beside the map. Whatever comes from the data is set as text, never as HTML.

import { colourOf, css } from './colours.js';
import { chart } from './charts.js';
import { drawDifference, drawRow } from './picture.js';
import { Sketch } from './sketch.js';

export const find = (selector) => document.querySelector(selector);

/** An element with attributes, on... listeners and children (elements or text). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else {
      element.setAttribute(key, value);
    }
  }
  element.append(...children);
  return element;
}

const two = (v) => v.toFixed(2).replace(/^-0\.00$/, '0.00');
const short = (v) => (v === 0 ? '0' : Math.abs(v) >= 1e-3 && Math.abs(v) < 1e4 ? v.toPrecision(4) : v.toExponential(2));
const percent = (v) => (v > 0 && v < 0.001 ? '< 0.1 %' : `${(100 * v).toFixed(v > 0 && v < 0.1 ? 1 : 0)} %`);

const MOST_COLUMNS = 40; // of a table, that are shown at a time
const MANY_COLUMNS = 12; // with more, the largest errors come first, unless the reader chooses
const MOST_CHARTS = 8;

/** The row or code in view: an original with its reconstruction, or a decoded code alone. */
export class Stage {
  constructor(items, errors) {
    this.items = items;
    this.errors = errors;
    this.shown = null;
    this.rest = null; // what it shows again when the pointer leaves the map
    this.canvases = ['original', 'reconstruction', 'difference', 'nearest'].map((name) => find(`#${name}`));
    find('.pictures').hidden = !items.isDrawn;
    find('#values').hidden = items.table === null;
    find('#charts').hidden = items.window === null;
    this.byShare = items.table?.columns.length > MANY_COLUMNS;
    ['by-column', 'by-share'].forEach((name, n) => find(`#${name}`).addEventListener('click', () => {
      this.byShare = n === 1;
      this.redraw();
    }));
  }

  /** A row of the data. */
  item(i) {
    const { items } = this;
    const row = items.row(i);
    const reconstruction = items.engine.decode(items.code(i));
    this.#show({ title: items.name(i), row, reconstruction, error: items.errors[i], item: i });
  }

  /** Any row, reconstructed. */
  row(title, row, reconstruction) {
    this.#show({ title, row, reconstruction, error: this.items.engine.error(row, reconstruction) });
  }

  /** A code without an original. */
  code(title, code) {
    const { items } = this;
    const nearest = items.nearest(code, 1)[0].item;
    this.#show({ title, row: null, reconstruction: items.engine.decode(code), nearest });
  }

  keep() {
    this.rest = this.shown;
  }

  restore() {
    if (this.rest) {
      this.#show(this.rest);
    }
  }

  #show(shown) {
    this.shown = shown;
    const { title, row, reconstruction, error, nearest } = shown;
    find('#stage-title').textContent = title;
    find('#stage-title').title = title; // a long title is cut
    const [original, decoded, difference, neighbour] = this.canvases;
    original.parentElement.hidden = difference.parentElement.hidden = row === null;
    neighbour.parentElement.hidden = row !== null;
    find('#reconstruction-name').textContent = row === null ? 'decoded' : 'reconstruction';
    if (this.items.isDrawn) {
      drawRow(decoded, this.items, reconstruction);
      if (row) {
        drawRow(original, this.items, row);
        drawDifference(difference, this.items, row, reconstruction);
      } else {
        drawRow(neighbour, this.items, this.items.row(nearest));
      }
    }
    if (row) {
      this.#error(error);
    } else {
      find('#stage-error').textContent =
        `There is no original, so no error. Nearest code: ${this.items.name(nearest)}.`;
    }
    if (this.items.window) {
      this.#charts(row, reconstruction);
    }
    if (this.items.table) {
      this.#values(row, reconstruction);
    }
  }

  redraw() {
    if (this.shown) {
      this.#show(this.shown);
    }
  }

  #error(error) {
    const { errors } = this;
    const limit = errors.threshold ?? errors.q99;
    const beyond = errors.threshold === null ? 'unusual' : 'anomalous';
    const word = error > limit ? beyond : error > errors.median * 2 ? 'high' : 'usual';
    const scale = Math.max(limit * 1.5, Math.min(error, limit * 5)) || 1; // the ends' names stay apart
    const place = (v) => `${(Math.min(1, Math.sqrt(v / scale)) * 100).toFixed(1)}%`;
    const bar = make('div', { class: 'gauge', 'aria-hidden': 'true' });
    const fill = make('span', { class: error > limit ? 'over' : '' });
    fill.style.width = place(error);
    const named = [[errors.median, 'typical'], [limit, errors.threshold === null ? 'unusual' : 'anomaly']];
    const ticks = named.flatMap(([v, text]) => {
      const both = [make('i'), make('small', {}, text)];
      both[0].style.left = place(v);
      both[1].style.left = `clamp(1.6rem, ${place(v)}, 100% - 1.6rem)`; // within the gauge
      return both;
    });
    bar.append(fill, ...ticks);
    const measure = this.items.engine.columns ? 'error per column' : 'error (MSE)';
    find('#stage-error').replaceChildren(
      make('b', { id: 'error-value' }, short(error)),
      ` ${measure}, ${word}: typical is ${short(errors.median)}, unusual above ${short(errors.q99)}; `,
      errors.threshold === null ? 'threshold not calibrated.' : `anomaly above ${short(errors.threshold)}.`, bar,
    );
  }

  #values(row, reconstruction) {
    const all = this.items.table.lines(row, reconstruction);
    const ranked = row ? all.toSorted((a, b) => (b.share ?? -1) - (a.share ?? -1)) : all;
    const some = new Set(ranked.slice(0, MOST_COLUMNS));
    const shown = this.byShare ? [...some] : all.filter((line) => some.has(line));
    const largest = ranked[0].share > 0 ? ranked[0] : null;
    const table = find('#values table');
    table.classList.toggle('alone', row === null);
    table.tBodies[0].replaceChildren(...shown.map((line) => {
      const share = make('td', { class: 'share' }, line.share === null ? '–' : percent(line.share));
      share.style.backgroundSize = `${100 * (line.share ?? 0)}% 100%`;
      // A date breaks between its words, not at its hyphens.
      const words = (text) => text.split(' ').flatMap((word, n) => [n > 0 ? ' ' : '', make('span', {}, word)]);
      const cell = (text) => make('td', {}, ...(line.type === 'date' ? words(text) : [text]));
      const original = line.original === null ? make('td', { class: 'gap' }, 'missing') : cell(line.original);
      return make('tr', { class: `${line.type}${line === largest ? ' largest' : ''}` },
        make('th', { scope: 'row' }, line.name),
        ...(row ? [original, cell(line.expected), share] : [cell(line.expected)]));
    }));
    [['by-column', !this.byShare, 'ascending'], ['by-share', this.byShare, 'descending']].forEach(([name, is, way]) =>
      find(`#${name}`).parentElement.setAttribute('aria-sort', is && row ? way : 'none'));
    find('#decoded-name').textContent = row ? 'reconstruction' : 'decoded';
    const which = row ? 'with the largest shares of the error' : '';
    find('#values-more').textContent =
      all.length > some.size ? `${some.size} of ${all.length} columns ${which || '(the first)'}.` : '';
  }

  #charts(row, reconstruction) {
    const { items } = this;
    const shares = row ? items.sharesOfColumns(row, reconstruction) : items.window.map(() => null);
    const columns = shares.map((share, column) => ({ share, column }))
      .sort((a, b) => b.share - a.share || a.column - b.column).slice(0, MOST_CHARTS);
    const left = items.window.length - columns.length;
    find('#charts').replaceChildren(...columns.map(({ share, column }) => {
      const name = items.window[column];
      const said = share === null ? '' : `${percent(share)} of the error`;
      const label = `${name}: ${row ? 'original and reconstruction' : 'decoded'}${said && `, ${said}`}`;
      const [low, high] = [items.low, items.high].map((ends) => Number(ends[column].toPrecision(4)));
      return make('figure', {},
        make('figcaption', {}, make('b', {}, name), ` ${low} to ${high}`, make('span', {}, said)),
        chart(items, row, reconstruction, column, label));
    }), make('p', { class: 'note key' }, ...(row ? [make('i', { class: 'was' }), ' original '] : []),
      make('i', { class: 'made' }), row ? ' reconstruction' : ' decoded',
      left > 0 ? `. ${left} more columns${row ? ' have smaller shares of the error' : ''}.` : ''));
  }
}

/** A button with a small picture of a row. */
function thumbnail(items, i, caption, onclick) {
  const canvas = make('canvas', { 'aria-hidden': 'true' });
  const name = items.name(i);
  const label = caption ? `${name}, ${caption}` : name;
  const button = make('button', { class: 'thumb', title: name, 'aria-label': label, onclick },
    canvas, make('span', {}, items.label(i) || items.short(i)));
  requestAnimationFrame(() => drawRow(canvas, items, items.row(i)));
  return button;
}

/** One slider for each value of the code. */
export class Sliders {
  constructor(items, onChange) {
    this.items = items;
    this.onChange = onChange;
    this.inputs = items.ranges.map(({ low, high }, d) => {
      const output = make('output', { for: `slider-${d}` });
      const input = make('input', {
        type: 'range', id: `slider-${d}`, 'aria-label': `Code value z${d}`,
        min: low, max: high === low ? low + 1 : high, step: 'any',
        oninput: () => {
          this.code[d] = Number(input.value);
          this.#say(d);
          this.onChange();
        },
        onkeydown: (event) => { // "any" leaves the size of a step to the browser
          const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
          if (way) {
            event.preventDefault();
            input.value = Number(input.value) + (way * (high - low)) / 50;
            input.dispatchEvent(new Event('input'));
          }
        },
      });
      find('#sliders').append(make('div', {}, make('label', { for: `slider-${d}` }, `z${d}`), input, output));
      return { input, output };
    });
    find('#sliders').classList.toggle('many', items.latent > 8);
    find('#reset').addEventListener('click', () => { this.reset(); this.onChange(); });
    find('#random').addEventListener('click', () => this.set(items.ranges.map((_, d) => {
      const i = Math.floor(Math.random() * items.count);
      return items.codes[i * items.latent + d];
    }), true));
    this.reset();
  }

  /** Moves the sliders to the mean of the data's codes. */
  reset() {
    this.set(this.items.ranges.map(({ mean }) => mean), false);
  }

  #say(d) {
    const { input, output } = this.inputs[d];
    output.textContent = two(this.code[d]);
    input.setAttribute('aria-valuetext', output.textContent);
  }

  set(code, tell) {
    this.code = Float32Array.from(code);
    this.inputs.forEach(({ input }, d) => {
      input.value = this.code[d];
      this.#say(d);
    });
    if (tell) {
      this.onChange();
    }
  }
}

/** The pinned rows. */
export function drawPins(items, pins, { onShow, onRemove }) {
  find('#pins').replaceChildren(...pins.map((i, n) => {
    const decoded = make('canvas', { 'aria-hidden': 'true' });
    requestAnimationFrame(() => drawRow(decoded, items, items.engine.decode(items.code(i))));
    return make('li', {}, make('b', {}, String(n + 1)), thumbnail(items, i, 'pinned', () => onShow(i)), decoded,
      make('span', {}, items.name(i), make('small', {}, `error ${short(items.errors[i])}`)),
      make('button', { class: 'remove', 'aria-label': `Unpin ${items.name(i)}`, onclick: () => onRemove(i) }, '×'));
  }));
  find('#no-pins').hidden = pins.length > 0;
  find('#between-pins').disabled = pins.length < 2;
  find('#clear-pins').disabled = pins.length === 0;
}

const FRAMES = 8;
const SECONDS = 5;

/** Plays a path through the latent space. */
export class Player {
  constructor(items, onFrame) {
    this.items = items;
    this.onFrame = onFrame;
    this.steps = [];
    this.slider = find('#time');
    this.button = find('#play');
    this.slider.addEventListener('input', () => { this.#stop(); this.#frame(); });
    this.button.addEventListener('click', () => (this.playing ? this.#stop() : this.#play()));
  }

  /** @param steps two or more, { code, place } with a place on the map or null, passed at a constant pace */
  load(steps, play) {
    this.#stop();
    this.steps = steps;
    find('#player').hidden = false;
    find('#strip').replaceChildren(...Array.from({ length: FRAMES }, (_, n) => {
      const canvas = make('canvas');
      drawRow(canvas, this.items, this.items.engine.decode(this.stepAt(n / (FRAMES - 1)).code));
      return canvas;
    }));
    this.slider.value = 0;
    if (play) {
      this.#play();
    } else {
      this.#frame();
    }
  }

  /** Hides the player. */
  unload() {
    this.#stop();
    find('#player').hidden = true;
  }

  stepAt(t) {
    const last = this.steps.length - 1;
    const at = Math.min(last, Math.max(0, t * last));
    const from = Math.min(last - 1, Math.floor(at));
    const [a, b] = [this.steps[from], this.steps[from + 1]];
    const between = (v, w) => v + (w - v) * (at - from);
    return {
      code: a.code.map((v, d) => between(v, b.code[d])),
      place: a.place && a.place.map((v, d) => between(v, b.place[d])),
    };
  }

  get time() {
    return Number(this.slider.value);
  }

  #frame() {
    find('#time-value').textContent = `${Math.round(this.time * 100)} %`;
    this.onFrame(this.stepAt(this.time));
  }

  #play() {
    if (this.time >= 1) {
      this.slider.value = 0;
    }
    const begin = performance.now() - this.time * SECONDS * 1000;
    const step = (now) => {
      this.slider.value = Math.min(1, Math.max(0, (now - begin) / 1000 / SECONDS));
      this.#frame();
      if (this.time >= 1) {
        this.#stop();
      } else {
        this.playing = requestAnimationFrame(step);
      }
    };
    this.#stop();
    this.button.textContent = 'Pause';
    this.playing = requestAnimationFrame(step);
  }

  #stop() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.button.textContent = 'Play';
  }
}

const NEIGHBOURS = 8;
const PROMPT = 'Draw here with mouse, finger or pen.';

/** The canvas to draw on and what the network makes of the drawing. */
export function setUpSketch(items, stage, { onCode, onShow, onClear }) {
  const sketch = new Sketch(find('#sketch'), items.shape, (image) => {
    if (!image) {
      find('#drawn').textContent = PROMPT;
      find('#neighbours').replaceChildren();
      onClear();
      return;
    }
    const code = items.engine.encode(image);
    stage.row('Your drawing, centred', image, items.engine.decode(code));
    stage.keep();
    const near = items.nearest(code, NEIGHBOURS).map(({ item }) => item);
    find('#neighbours').replaceChildren(...near.map((i) => thumbnail(items, i, 'neighbour', () => onShow(i))));
    const votes = new Map();
    near.forEach((i) => votes.set(items.label(i), (votes.get(items.label(i)) ?? 0) + 1));
    const [label, count] = [...votes].sort((a, b) => b[1] - a[1])[0];
    find('#drawn').textContent = items.labels.length > 0
      ? `${count} of its ${near.length} nearest neighbours in the code have the label ${label}.`
      : `Its ${near.length} nearest neighbours in the code:`;
    onCode(code);
  });
  find('#drawn').textContent = PROMPT;
  find('#clear-sketch').addEventListener('click', () => { sketch.clear(); sketch.onChange(null); });
}

/** The legend: each label a switch. */
export function drawLegend(labels, counts, only, onToggle) {
  find('#legend').replaceChildren(...labels.map((label, n) => {
    const dot = make('i', { 'aria-hidden': 'true', class: `shape-${Math.min(3, Math.floor(n / 10))}` });
    dot.style.background = css(colourOf(n, labels));
    const title = `${label}: ${counts[n]} rows`;
    return make('button', { 'aria-pressed': only.has(n), title, onclick: () => onToggle(n) }, dot, label);
  }));
}
