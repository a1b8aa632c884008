// The panels beside the map. Whatever comes from the data is set as text, never as HTML.

import { colourOf, css, isLabelled, rampOf, shapeOf } from './colours.js';
import { chart } from './charts.js';
import { drawDifference, drawRow } from './picture.js';
import { Sketch } from './sketch.js';
import { count, marked, percent, short, t, two } from './text.js';

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

const MOST_COLUMNS = 40; // of a table, that are shown at a time
const MANY_COLUMNS = 12; // with more, the largest errors come first, unless the reader chooses
const MOST_CHARTS = 8;

/** The row or code in view: an original with its reconstruction, or a decoded code alone. */
export class Stage {
  /** @param sets the rows as each model has them, one or two */
  constructor(sets) {
    this.sets = sets;
    [this.items] = sets;
    this.shown = null;
    this.rest = null; // what it shows again when the pointer leaves the map
    const { items } = this;
    this.canvases = ['original', 'reconstruction', 'difference', 'nearest', 'other', 'other-difference']
      .map((name) => find(`#${name}`));
    find('.pictures').hidden = !items.isDrawn;
    find('#values').hidden = items.table === null;
    find('#charts').hidden = items.window === null;
    this.byShare = items.table?.columns.length > MANY_COLUMNS;
    ['by-column', 'by-share'].forEach((name, n) => find(`#${name}`).addEventListener('click', () => {
      this.byShare = n === 1;
      this.redraw();
    }));
  }

  /** The model whose reconstructions are shown first. */
  use(n) {
    this.items = this.sets[n];
    this.redraw();
  }

  get #other() {
    return this.sets.find((set) => set !== this.items);
  }

  /** A row of the data. */
  item(i) {
    this.#show({ title: this.items.name(i), row: this.items.row(i), item: i });
  }

  /** Any row, reconstructed. */
  row(title, row) {
    this.#show({ title, row });
  }

  /** A code of the model in use, without an original. */
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

  /** What a model makes of the row shown. */
  #made({ row, item }, { engine, code, errors }, set) {
    const reconstruction = engine.decode(item === undefined ? engine.encode(row) : code.call(set, item));
    return { reconstruction, error: item === undefined ? engine.error(row, reconstruction) : errors[item] };
  }

  #show(what) {
    const shown = what.row === null ? what : { ...what, ...this.#made(what, this.items, this.items) };
    this.shown = shown;
    const { title, row, reconstruction, error, nearest } = shown;
    const isPair = this.#other !== undefined && row !== null;
    const made = isPair ? this.#made(shown, this.#other, this.#other) : null;
    find('#pin').hidden = shown.item === undefined;
    find('#stage-title').textContent = title;
    find('#stage-title').title = title; // a long title is cut
    const [original, decoded, difference, neighbour, other, otherDifference] = this.canvases;
    original.parentElement.hidden = difference.parentElement.hidden = row === null;
    neighbour.parentElement.hidden = row !== null;
    other.parentElement.hidden = otherDifference.parentElement.hidden = !isPair;
    find('#reconstruction-name').textContent =
      row === null ? t('decoded') : isPair ? this.items.title : t('reconstruction');
    if (this.items.isDrawn) {
      drawRow(decoded, this.items, reconstruction);
      if (row) {
        drawRow(original, this.items, row);
        drawDifference(difference, this.items, row, reconstruction);
        if (isPair) {
          find('#other-name').textContent = this.#other.title;
          drawRow(other, this.items, made.reconstruction);
          drawDifference(otherDifference, this.items, row, made.reconstruction);
        }
      } else {
        drawRow(neighbour, this.items, this.items.row(nearest));
      }
    }
    if (row) {
      this.#error(error, shown.item);
      if (isPair) {
        find('#stage-error').append(make('p', {}, t('error.second', this.#other.title, short(made.error))));
      }
    } else {
      find('#stage-error').textContent = t('error.none', this.items.name(nearest));
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

  #error(error, item) {
    const { items } = this;
    const { median, q99, threshold } = items.typical;
    const limit = threshold ?? q99;
    const beyond = threshold === null ? 'unusual' : 'anomaly';
    const word = error > limit ? beyond : error > median * 2 ? 'high' : 'usual';
    const scale = Math.max(limit * 1.5, Math.min(error, limit * 5)) || 1; // the ends' names stay apart
    const place = (v) => `${(Math.min(1, Math.sqrt(v / scale)) * 100).toFixed(1)}%`;
    const bar = make('div', { class: 'gauge', 'aria-hidden': 'true' });
    const fill = make('span', { class: error > limit ? 'over' : '' });
    fill.style.width = place(error);
    const named = [[median, t('mark.typical')], [limit, t(`mark.${beyond}`)]];
    const ticks = named.flatMap(([v, text]) => {
      const both = [make('i'), make('small', {}, text)];
      both[0].style.left = place(v);
      both[1].style.left = `clamp(1.6rem, ${place(v)}, 100% - 1.6rem)`; // within the gauge
      return both;
    });
    bar.append(fill, ...ticks);
    const said = [t(items.engine.columns ? 'error.columns' : 'error.values', t(`error.${word}`)),
      t('error.typical', short(median), short(q99)),
      threshold === null ? t('error.uncalibrated') : t('error.threshold', short(threshold))];
    if (item !== undefined && items.scores) {
      said.push(t('error.score', short(items.scores[item])));
    }
    find('#stage-error').replaceChildren(make('b', { id: 'error-value' }, short(error)), ` ${said.join(' ')}`, bar);
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
      const original = line.original === null ? make('td', { class: 'gap' }, t('missing')) : cell(line.original);
      return make('tr', { class: `${line.type}${line === largest ? ' largest' : ''}` },
        make('th', { scope: 'row' }, line.name),
        ...(row ? [original, cell(line.expected), share] : [cell(line.expected)]));
    }));
    [['by-column', !this.byShare, 'ascending'], ['by-share', this.byShare, 'descending']].forEach(([name, is, way]) =>
      find(`#${name}`).parentElement.setAttribute('aria-sort', is && row ? way : 'none'));
    find('#decoded-name').textContent = t(row ? 'reconstruction' : 'decoded');
    find('#values-more').textContent =
      all.length > some.size ? t(row ? 'values.largest' : 'values.first', some.size, all.length) : '';
  }

  #charts(row, reconstruction) {
    const { items } = this;
    const shares = row ? items.sharesOfColumns(row, reconstruction) : items.window.map(() => null);
    const columns = shares.map((share, column) => ({ share, column }))
      .sort((a, b) => b.share - a.share || a.column - b.column).slice(0, MOST_CHARTS);
    const left = items.window.length - columns.length;
    find('#charts').replaceChildren(...columns.map(({ share, column }) => {
      const name = items.window[column];
      const said = share === null ? '' : t('chart.share', percent(share));
      const label = t(row ? 'chart.both' : 'chart.decoded', name) + (said && `, ${said}`);
      const [low, high] = [items.low, items.high].map((ends) => marked(String(Number(ends[column].toPrecision(4)))));
      return make('figure', {},
        make('figcaption', {}, make('b', {}, name), ` ${t('chart.range', low, high)}`, make('span', {}, said)),
        chart(items, row, reconstruction, column, label));
    }), make('p', { class: 'note key' }, ...(row ? [make('i', { class: 'was' }), ` ${t('original')} `] : []),
      make('i', { class: 'made' }), ` ${t(row ? 'reconstruction' : 'decoded')}`,
      left > 0 ? `. ${t(row ? 'chart.less' : 'chart.more', left)}` : ''));
  }
}

/** A button with a small picture of a row, or its name alone if rows are not drawn. */
function thumbnail(items, i, caption, onclick) {
  const name = items.name(i);
  const label = caption ? `${name}, ${caption}` : name;
  const called = items.isDrawn || items.window ? items.label(i) || items.short(i) : name;
  const text = caption ? [called, caption] : [called];
  const button = make('button', { class: 'thumb', type: 'button', title: label, 'aria-label': label, onclick },
    make('span', {}, ...text.flatMap((each, n) => (n > 0 ? [make('small', {}, each)] : [each]))));
  if (items.isDrawn || items.window) {
    const canvas = make('canvas', { 'aria-hidden': 'true' });
    button.prepend(canvas);
    requestAnimationFrame(() => drawRow(canvas, items, items.row(i)));
  }
  return button;
}

/** One slider for each value of the code. */
export class Sliders {
  constructor(items, place, onChange) {
    this.items = items;
    this.onChange = onChange;
    this.inputs = items.ranges.map(({ low, high }, d) => {
      const id = `${place.id}-${d}`;
      const output = make('output', { for: id });
      const input = make('input', {
        type: 'range', id, 'aria-label': t('slider', `z${d}`),
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
      place.append(make('div', {}, make('label', { for: id }, `z${d}`), input, output));
      return { input, output };
    });
    place.classList.toggle('many', items.latent > 8);
    this.reset();
  }

  /** Moves each slider to its place in a random row. */
  random() {
    const { items } = this;
    this.set(items.ranges.map((_, d) => items.codes[Math.floor(Math.random() * items.count) * items.latent + d]), true);
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
    return make('li', {}, make('b', {}, String(n + 1)), thumbnail(items, i, '', () => onShow(i)), decoded,
      make('span', {}, items.name(i), make('small', {}, t('pin.error', short(items.errors[i])))),
      make('button', { class: 'remove', type: 'button', 'aria-label': t('pin.remove', items.name(i)),
        onclick: () => onRemove(i) }, '×'));
  }));
  find('#no-pins').hidden = pins.length > 0;
  find('#between-pins').disabled = pins.length < 2;
  find('#clear-pins').disabled = pins.length === 0;
}

const FRAMES = 8;
const SECONDS = 5;

/** Plays a path through the latent space. */
export class Player {
  constructor(onFrame) {
    this.items = null;
    this.onFrame = onFrame;
    this.steps = [];
    this.slider = find('#time');
    this.button = find('#play');
    this.slider.addEventListener('input', () => { this.#stop(); this.#frame(); });
    this.button.addEventListener('click', () => (this.playing ? this.#stop() : this.#play()));
  }

  /** @param steps two or more, { code, place } with a place on the map or null, passed at a constant pace */
  load(items, steps, play) {
    this.#stop();
    this.items = items;
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
    find('#time-value').textContent = t('percent', String(Math.round(this.time * 100)));
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
    this.button.textContent = t('player.pause');
    this.playing = requestAnimationFrame(step);
  }

  #stop() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.button.textContent = t('player.play');
  }
}

const NEIGHBOURS = 8;

/**
 * The canvas to draw on and what the network makes of the drawing.
 *
 * @param current gives the rows as the model in use has them
 */
export function setUpSketch(current, stage, { onImage, onShow, onClear }) {
  const sketch = new Sketch(find('#sketch'), current().shape, (image) => {
    if (!image) {
      find('#drawn').textContent = t('draw.prompt');
      find('#drawn-near').replaceChildren();
      onClear();
      return;
    }
    const items = current();
    stage.row(t('draw.title'), image);
    stage.keep();
    const near = items.nearest(items.engine.encode(image), NEIGHBOURS).map(({ item }) => item);
    find('#drawn-near').replaceChildren(...near.map((i) => thumbnail(items, i, '', () => onShow(i))));
    const votes = new Map();
    near.forEach((i) => votes.set(items.label(i), (votes.get(items.label(i)) ?? 0) + 1));
    const [label, most] = [...votes].sort((a, b) => b[1] - a[1])[0];
    find('#drawn').textContent =
      items.labels.length > 0 ? t('draw.votes', most, near.length, label) : t('draw.near', near.length);
    onImage(image);
  });
  find('#drawn').textContent = t('draw.prompt');
  find('#clear-sketch').addEventListener('click', () => { sketch.clear(); sketch.onChange(null); });
}

/** The rows whose codes are nearest to a row's, nearest first, without the row itself. */
export function nearestTo(items, i) {
  return items.nearest(items.code(i), NEIGHBOURS + 1).filter(({ item }) => item !== i).slice(0, NEIGHBOURS);
}

/** The neighbours of a row, or what to do if there is no row. */
export function drawNear(items, other, i, near, onShow) {
  find('#near').classList.toggle('named', !items.isDrawn && !items.window);
  find('#near-tools').hidden = i === null;
  if (i === null) {
    find('#near-of').textContent = t('near.none');
    find('#near').replaceChildren();
    return;
  }
  const also = other && new Set(nearestTo(other, i).map(({ item }) => item));
  const both = also ? ` ${t('near.both', near.filter(({ item }) => also.has(item)).length, other.title)}` : '';
  find('#near-of').textContent = t('near.of', near.length, items.name(i)) + both;
  find('#near').replaceChildren(...near.map(({ item, far }) =>
    thumbnail(items, item, t('near.distance', short(Math.sqrt(far))), () => onShow(item))));
}

const SAMPLE = 12;
const MOST_LABELS = 12;

/** What is selected, in numbers and pictures. */
export function drawSelection(sets, selected, isSelective, onShow) {
  const [items] = sets;
  const n = selected.length;
  const mean = (values) => selected.reduce((sum, i) => sum + values[i], 0) / n;
  find('#statistics').hidden = !isSelective || n === 0;
  find('#no-selection').hidden = isSelective;
  if (!isSelective || n === 0) {
    return;
  }
  const facts = [[t('selection.rows'), t('selection.share', n, items.count, percent(n / items.count))]];
  sets.forEach((set) => {
    const of = (key) => (sets.length > 1 ? t('of', t(key), set.title) : t(key));
    const all = set.errors.reduce((sum, error) => sum + error, 0) / set.count;
    facts.push([of('selection.error'), t('selection.among', short(mean(set.errors)), short(all))]);
    if (set.scores) {
      facts.push([of('selection.score'), short(mean(set.scores))]);
    }
  });
  find('#selection-facts').replaceChildren(...facts.flatMap(([term, text]) =>
    [make('dt', {}, term), make('dd', {}, text)]));
  const counts = items.labels.map(() => 0);
  selected.forEach((i) => { counts[items.labelOf[i]]++; });
  const ranked = counts.map((rows, label) => ({ rows, label })).filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || a.label - b.label);
  find('#selection-labels').hidden = items.labels.length === 0;
  find('#selection-labels tbody').replaceChildren(...ranked.slice(0, MOST_LABELS).map(({ rows, label }) => {
    const share = make('td', { class: 'share' }, percent(rows / n));
    share.style.backgroundSize = `${(100 * rows) / n}% 100%`;
    return make('tr', {}, make('th', { scope: 'row' }, mark(label, items.labels), ` ${items.labels[label]}`),
      make('td', {}, count(rows)), share);
  }));
  find('#more-labels').textContent =
    ranked.length > MOST_LABELS ? t('selection.more', ranked.length - MOST_LABELS) : '';
  const sample = Array.from({ length: Math.min(SAMPLE, n) }, (_, k) => selected[Math.floor(((k + 0.5) * n)
    / Math.min(SAMPLE, n))]);
  find('#sample-title').textContent = t('selection.sample', sample.length);
  find('#sample').classList.toggle('named', !items.isDrawn && !items.window);
  find('#sample').replaceChildren(...sample.map((i) => thumbnail(items, i, '', () => onShow(i))));
}

/** The mark of a label in its colour and shape. */
function mark(n, names) {
  const dot = make('i', { 'aria-hidden': 'true', class: `mark shape-${shapeOf(n, names)}` });
  dot.style.background = css(colourOf(n, names));
  return dot;
}

/** The legend: what colours mean, and each label a switch. */
export class Legend {
  constructor(items, { onToggle, onOnly }) {
    this.items = items;
    const counts = items.labels.map(() => 0);
    items.labelOf.forEach((label) => { counts[label]++; });
    this.buttons = !isLabelled(items.labels) ? [] : items.labels.map((label, n) => make('button', {
      type: 'button',
      title: t('legend.label', label, counts[n]),
      onclick: ({ shiftKey }) => (shiftKey ? onOnly(n) : onToggle(n)),
      ondblclick: () => onOnly(n),
    }, mark(n, items.labels), label));
    find('#legend').replaceChildren(...this.buttons);
    find('#legend-tools').hidden = this.buttons.length < 2;
  }

  update({ colouring, hidden }) {
    const isLabel = colouring.id === 'label';
    this.buttons.forEach((button, n) => {
      button.setAttribute('aria-pressed', !hidden.has(n));
      const dot = button.querySelector('i');
      dot.hidden = !isLabel;
      dot.style.background = css(colourOf(n, this.items.labels));
    });
    const scale = find('#scale');
    scale.hidden = isLabel;
    const title = make('b', {}, colouring.title);
    if (!isLabel && colouring.names) {
      const { names } = colouring;
      scale.replaceChildren(title, ...names.map((name, n) => make('span', {}, mark(n, names), ` ${name}`)));
    } else if (!isLabel) {
      const bar = make('i', { class: 'ramp', 'aria-hidden': 'true' });
      const stops = [0, 0.25, 0.5, 0.75, 1].map((at) => css(rampOf(at)));
      bar.style.backgroundImage = `linear-gradient(90deg, ${stops.join(', ')})`;
      const [low, high] = [colouring.low, colouring.high].map((v) => make('span', {}, colouring.format(v)));
      scale.replaceChildren(title, low, bar, high);
    }
  }
}

/** Rows and labels that a text may mean, the likeliest first: a row's number, a label, a part of a name. */
export function matches(items, text, most) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) {
    return [];
  }
  const found = [];
  const row = /^\d+$/.test(wanted) ? items.rows.indexOf(Number(wanted)) : -1;
  if (row >= 0) {
    found.push({ row });
  }
  const labels = items.labels.map((label, n) => ({ label: n, text: label.toLowerCase() }));
  const exact = labels.filter((each) => each.text === wanted);
  found.push(...exact, ...labels.filter((each) => each.text !== wanted && each.text.includes(wanted)));
  const names = items.names?.names ?? [];
  for (let i = 0; i < names.length && found.length < most; i++) {
    if (i !== row && names[i].toLowerCase().includes(wanted)) {
      found.push({ row: i });
    }
  }
  return found.slice(0, most);
}
