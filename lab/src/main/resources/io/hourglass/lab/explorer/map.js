// The map: points, what is drawn over them, and its control by mouse, fingers and keys.

import { Triangles } from './items.js';
import { colourOf, css, isLabelled, onThemeChange, paper } from './colours.js';
import { makeRenderer } from './renderers.js';

const PICK = 9; // how near to a point the pointer must be, in pixels
const LONG = 500; // milliseconds that a long press takes
const MANY = 20_000; // points; more are drawn coarsely while the view moves
const FAR_IN = 400;
const FAR_OUT = 0.5;

export class LatentMap extends EventTarget {
  #fingers = new Map(); // and the mouse: what is pressed, by pointer

  constructor(frame, items, layouts, scene, wish) {
    super();
    this.frame = frame;
    this.items = items;
    this.layouts = layouts;
    this.scene = scene;
    this.layout = layouts[0];
    this.view = { x: 0, y: 0, zoom: 1 };
    this.tool = 'look';
    this.way = 'new'; // what a lasso does: new, add or sub
    this.path = null; // { on, places }: a layout, and [[x, y], ...] in its units
    this.marker = null; // a code shown on the map: drawn, from the sliders, or along a path
    this.markerPlace = null; // where it is on the layout markerOn; null if that follows from the code
    this.markerOn = null;
    this.cursor = null; // pixels; where the pointer or the keys are
    this.overlay = frame.querySelector('canvas');
    this.wayBack = frame.querySelector('.show-all');
    this.fallBack = () => {
      this.renderer = makeRenderer(frame, 'canvas', () => {});
      this.#restyle();
    };
    this.renderer = makeRenderer(frame, wish, this.fallBack);
    new ResizeObserver(() => this.#resize()).observe(frame);
    onThemeChange(() => this.#restyle());
    scene.addEventListener('style', () => this.#restyle());
    scene.addEventListener('marks', () => this.invalidate());
    this.#listen();
    this.#restyle();
    this.#resize();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // ---- what is shown

  show(name) {
    this.layout = this.layouts.find((l) => l.name === name) ?? this.layouts[0];
    this.stroke = null;
    this.showAll();
    this.#restyle();
  }

  showAll() {
    this.setView({ x: 0, y: 0, zoom: 1 });
  }

  setView({ x, y, zoom }) {
    const hold = (v, low, high) => Math.min(high, Math.max(low, v));
    this.view = { x: hold(x, -1.5, 1.5), y: hold(y, -1.5, 1.5), zoom: hold(zoom, FAR_OUT, FAR_IN) };
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.invalidate();
    }, 150);
    this.invalidate();
    this.#tell('view');
  }

  /** Moves and zooms so that some rows fill the map. */
  showRows(rows) {
    if (rows.length === 0) {
      return;
    }
    const { points } = this.layout;
    const [x, y] = [0, 1].map((axis) => {
      const ends = rows.reduce(([low, high], i) =>
        [Math.min(low, points[2 * i + axis]), Math.max(high, points[2 * i + axis])], [Infinity, -Infinity]);
      return { middle: (ends[0] + ends[1]) / 2, reach: (ends[1] - ends[0]) / 2 };
    });
    const unit = this.unit / this.view.zoom; // pixels at zoom 1
    const most = 40; // rows that lie in one place
    const fits = Math.min(this.width / 2 / unit / (x.reach || 1e-9), this.height / 2 / unit / (y.reach || 1e-9));
    this.setView({ x: x.middle, y: y.middle, zoom: Math.min(most, 0.85 * fits) });
  }

  /** Puts a star at a code's place, or at a given place of a layout; removes it if there is no code. */
  mark(code, place = null, on = this.layout) {
    this.marker = code;
    this.markerPlace = place;
    this.markerOn = on;
    this.invalidate();
  }

  /** Gives up an unfinished stroke; returns whether there was one. */
  giveUp() {
    const had = Boolean(this.stroke);
    if (had) {
      this.stroke = null;
      this.#fingers.clear(); // ignored until they are lifted
      this.invalidate();
    }
    return had;
  }

  /** Makes the arrays to be drawn: muted points first, so that the others lie on top. Hidden ones are left out. */
  #restyle() {
    const { items, layout, scene } = this;
    this.bright = scene.selected();
    this.targets = null;
    const muted = [];
    for (let i = 0; i < items.count && scene.isSelective; i++) {
      if (!scene.chosen[i] && scene.isShown(i)) {
        muted.push(i);
      }
    }
    const background = paper();
    const shown = muted.length + this.bright.length;
    const points = new Float32Array(2 * shown);
    const colours = new Uint8Array(4 * shown);
    const shapes = new Uint8Array(shown);
    const put = (i, at, strength) => {
      points[2 * at] = layout.points[2 * i];
      points[2 * at + 1] = layout.points[2 * i + 1];
      const colour = scene.colouring.colour(items, i);
      for (let c = 0; c < 3; c++) {
        colours[4 * at + c] = Math.round(background[c] + (colour[c] - background[c]) * strength);
      }
      colours[4 * at + 3] = 255;
      shapes[at] = scene.colouring.shape(items, i);
    };
    muted.forEach((i, at) => put(i, at, 0.14));
    this.bright.forEach((i, at) => put(i, muted.length + at, 1));
    this.renderer.set({ points, colours, shapes });
    this.#medians();
    this.invalidate();
  }

  #medians() {
    const { items, layout } = this;
    this.badges = [];
    if (!isLabelled(items.labels)) {
      return;
    }
    const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    const of = items.labels.map(() => [[], []]);
    for (let i = 0; i < items.count; i++) {
      of[items.labelOf[i]][0].push(layout.points[2 * i]);
      of[items.labelOf[i]][1].push(layout.points[2 * i + 1]);
    }
    of.forEach(([x, y], label) => {
      if (x.length > 0) {
        this.badges.push({ label, x: middle(x), y: middle(y) });
      }
    });
  }

  // ---- places

  #resize() {
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.width = Math.max(1, this.frame.clientWidth); // without the border, as the canvases
    this.height = Math.max(1, this.frame.clientHeight);
    // Large screens have larger letters and marks.
    this.em = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.invalidate();
  }

  get unit() {
    return (Math.min(this.width, this.height) / 2) * 0.92 * this.view.zoom;
  }

  /** Pixels of a place in the layout's units. */
  toScreen(x, y) {
    return [(x - this.view.x) * this.unit + this.width / 2, (this.view.y - y) * this.unit + this.height / 2];
  }

  toPlace(px, py) {
    return [(px - this.width / 2) / this.unit + this.view.x, (this.height / 2 - py) / this.unit + this.view.y];
  }

  /** Whether the centre of any row's mark is in view. */
  #showsItems() {
    const { points } = this.layout;
    const [left, low] = this.toPlace(0, this.height);
    const [right, high] = this.toPlace(this.width, 0);
    for (let i = 0; i < points.length; i += 2) {
      if (points[i] >= left && points[i] <= right && points[i + 1] >= low && points[i + 1] <= high) {
        return true;
      }
    }
    return false;
  }

  screenOf(item) {
    return this.toScreen(this.layout.points[2 * item], this.layout.points[2 * item + 1]);
  }

  /** The highlighted row at a pixel, or null. */
  pick(px, py) {
    if (this.bright.length === 0) {
      return null;
    }
    const { points } = this.layout;
    this.targets ??= new Triangles(Float32Array.from({ length: 2 * this.bright.length },
      (_, n) => points[2 * this.bright[n >> 1] + (n % 2)]));
    const item = this.bright[this.targets.nearest(...this.toPlace(px, py))];
    const [x, y] = this.screenOf(item);
    return Math.hypot(x - px, y - py) <= PICK ? item : null;
  }

  zoomAt(px, py, factor) {
    const [x, y] = this.toPlace(px, py);
    const zoom = Math.min(FAR_IN, Math.max(FAR_OUT, this.view.zoom * factor));
    const share = this.view.zoom / zoom;
    this.setView({ x: x + (this.view.x - x) * share, y: y + (this.view.y - y) * share, zoom });
  }

  // ---- mouse, fingers, keys

  #listen() {
    const { overlay } = this;
    const fingers = this.#fingers;
    let start = null;
    let pressed;
    const at = (event) => {
      const box = overlay.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    overlay.addEventListener('pointerdown', (event) => {
      overlay.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at(event));
      start = { at: at(event), moved: false, touch: event.pointerType === 'touch' };
      const isDrawn = ['lasso', 'box', 'path'].includes(this.tool);
      this.stroke = fingers.size === 1 && isDrawn ? [this.toPlace(...at(event))] : null;
      clearTimeout(pressed);
      if (fingers.size === 1 && this.tool === 'look') {
        pressed = setTimeout(() => {
          if (!start.moved && fingers.size === 1) {
            start.moved = true; // no click follows
            this.pointAt(...start.at);
            this.#tell('pin');
          }
        }, LONG);
      }
    });
    overlay.addEventListener('pointermove', (event) => {
      const now = at(event);
      const before = fingers.get(event.pointerId);
      if (!before) {
        this.pointAt(...now);
        return;
      }
      start.moved ||= Math.hypot(now[0] - start.at[0], now[1] - start.at[1]) > 4;
      if (fingers.size === 2) {
        const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
        const far = (p) => Math.max(10, Math.hypot(p[0] - other[0], p[1] - other[1]));
        this.#pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
        this.zoomAt((now[0] + other[0]) / 2, (now[1] + other[1]) / 2, far(now) / far(before));
      } else if (this.stroke) {
        // A browser sends one event per frame; a busy one would cut the corners of a stroke.
        const passed = event.getCoalescedEvents?.() ?? [];
        (passed.length > 0 ? passed : [event]).forEach((each) => this.stroke.push(this.toPlace(...at(each))));
        if (this.tool === 'box') {
          this.stroke = box(this.stroke[0], this.stroke.at(-1));
        }
        this.invalidate();
      } else if (this.tool === 'decode' && start.touch) {
        this.pointAt(...now);
      } else if (start.moved) {
        this.#pan(now[0] - before[0], now[1] - before[1]);
      }
      fingers.set(event.pointerId, now);
    });
    const end = (event) => {
      clearTimeout(pressed);
      if (!fingers.delete(event.pointerId)) {
        return;
      }
      const { stroke } = this;
      this.stroke = null;
      if (stroke && stroke.length > 2 && start.moved && event.type === 'pointerup') {
        if (this.tool === 'box') {
          this.#finish(box(stroke[0], this.toPlace(...at(event))), event);
        } else {
          stroke.push(this.toPlace(...at(event)));
          this.#finish(thin(stroke, 1 / this.unit), event);
        }
      } else if (!start.moved && event.type === 'pointerup') {
        const [px, py] = at(event);
        this.pointAt(px, py);
        this.activate();
      }
      this.invalidate();
    };
    overlay.addEventListener('pointerup', end);
    overlay.addEventListener('pointercancel', end);
    overlay.addEventListener('pointerleave', (event) => {
      if (event.pointerType === 'mouse' && fingers.size === 0) {
        this.leave();
      }
    });
    overlay.addEventListener('wheel', (event) => {
      event.preventDefault();
      const step = event.deltaY * (event.deltaMode === 1 ? 30 : 1);
      this.zoomAt(...at(event), Math.exp(-Math.max(-200, Math.min(200, step)) / 250));
    }, { passive: false });
    overlay.addEventListener('contextmenu', (event) => event.preventDefault()); // a long press of a finger
    overlay.addEventListener('keydown', (event) => this.#key(event));
    overlay.addEventListener('blur', () => this.leave());
  }

  /** What a selection does: as the keys held say, or else as chosen. */
  #wayOf({ shiftKey, altKey }) {
    return shiftKey ? 'add' : altKey ? 'sub' : this.way;
  }

  #finish(stroke, event) {
    if (this.tool === 'path') {
      this.#tell('path', this.#drawn(stroke));
    } else {
      this.scene.select({ way: this.#wayOf(event), kind: 'lasso', ...this.#drawn(stroke) });
    }
  }

  /** Places rounded to a tenth of a pixel, so that the address can hold them exactly. */
  #drawn(places) {
    const scale = 10 ** Math.ceil(Math.log10(10 * this.unit));
    return { on: this.layout, places: places.map((place) => place.map((v) => Math.round(v * scale) / scale)) };
  }

  #pan(dx, dy) {
    this.setView({ ...this.view, x: this.view.x - dx / this.unit, y: this.view.y + dy / this.unit });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || (event.altKey && event.code !== 'KeyS')) {
      return;
    }
    const step = event.shiftKey ? 40 : 8;
    const [px, py] = this.cursor ?? [this.width / 2, this.height / 2];
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const actions = {
      '+': () => this.zoomAt(px, py, 1.25),
      '=': () => this.zoomAt(px, py, 1.25),
      '-': () => this.zoomAt(px, py, 0.8),
      0: () => this.showAll(),
      enter: () => this.activate(),
      ' ': () => this.activate(),
      p: () => this.#tell('pin'),
      s: () => this.#circle(px, py, this.#wayOf(event)),
    };
    const action = actions[event.key.toLowerCase()] ?? (event.code === 'KeyS' ? actions.s : undefined); // Alt changes s
    if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      const x = Math.max(0, Math.min(this.width, px + dx));
      const y = Math.max(0, Math.min(this.height, py + dy));
      this.#pan(x - (px + dx), y - (py + dy)); // at the edge the map moves instead
      this.pointAt(x, y);
    } else if (action) {
      action();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** The keyboard's lasso: a circle around the cross. */
  #circle(px, py, way) {
    const places = Array.from({ length: 24 }, (_, i) => {
      const turn = (i / 24) * 2 * Math.PI;
      return this.toPlace(px + 60 * Math.cos(turn), py + 60 * Math.sin(turn));
    });
    this.scene.select({ way, kind: 'lasso', ...this.#drawn(places) });
  }

  pointAt(px, py) {
    this.cursor = [px, py];
    this.scene.mark({ focus: this.tool === 'decode' ? null : this.pick(px, py) });
    this.#tell('point');
  }

  leave() {
    this.cursor = null;
    this.scene.mark({ focus: null });
    this.#tell('leave');
  }

  activate() {
    if (this.cursor) {
      this.#tell('activate');
    }
  }

  // ---- drawing

  invalidate() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined;
      this.draw();
    });
  }

  draw() {
    const { ratio, width, height, view, unit, items } = this;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    for (const canvas of [this.renderer.canvas, this.overlay]) {
      if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
      }
    }
    const crowd = Math.min(7, Math.max(2, 5 * (10000 / items.count) ** 0.28));
    const size = crowd * Math.min(2.2, view.zoom ** 0.3) * this.em;
    this.renderer.draw({
      scale: unit * ratio,
      left: (width / 2 - view.x * unit) * ratio,
      top: (height / 2 + view.y * unit) * ratio,
      diameter: size * ratio,
      paper: paper(),
      isCoarse: this.resting !== undefined && items.count > MANY,
    });
    this.#drawOver(size);
    this.wayBack.hidden = this.#showsItems();
  }

  #drawOver(size) {
    const g = this.overlay.getContext('2d');
    const style = getComputedStyle(this.frame);
    const ink = style.getPropertyValue('--text');
    const back = style.getPropertyValue('--paper');
    const accent = style.getPropertyValue('--accent');
    const { em } = this;
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    g.lineJoin = 'round';
    const twice = (draw, colour, line) => {
      g.strokeStyle = back;
      g.lineWidth = line + 2.5;
      draw();
      g.stroke();
      g.strokeStyle = colour;
      g.lineWidth = line;
      draw();
      g.stroke();
    };
    const line = (places, closed) => () => {
      g.beginPath();
      places.forEach(([x, y]) => g.lineTo(...this.toScreen(x, y)));
      if (closed) {
        g.closePath();
      }
    };
    const ring = ([x, y], radius) => () => {
      g.beginPath();
      g.arc(x, y, radius, 0, 7);
    };
    g.font = `600 ${15 * em}px ${style.fontFamily}`;
    g.textAlign = 'center';
    g.textBaseline = 'middle';
    const { scene } = this;
    const shown = ({ label }) => scene.colouring.id === 'label' && !scene.hidden.has(label);
    const badges = this.badges.filter(shown).map(({ label, x, y }) => {
      const name = this.items.labels[label];
      const text = name.length > 14 ? `${name.slice(0, 13)}…` : name;
      const width = Math.max(24 * em, g.measureText(text).width + 14 * em);
      return { text, at: this.toScreen(x, y), width, colour: css(colourOf(label, this.items.labels)) };
    });
    apart(badges, 26 * em);
    badges.forEach((badge) => this.#badge(g, badge, ink, back));
    g.setLineDash([6, 4]);
    scene.steps.filter(({ on }) => on === this.layout).forEach(({ places }) => twice(line(places, true), ink, 1.5));
    g.setLineDash([]);
    if (this.stroke) {
      twice(line(this.stroke, this.tool !== 'path'), accent, 1.5);
    }
    if (this.path?.on === this.layout) {
      twice(line(this.path.places, false), accent, 2.5);
    }
    const { current } = scene;
    if (current !== null) {
      const from = this.screenOf(current);
      scene.near.forEach((item) => {
        const to = this.screenOf(item);
        twice(() => {
          g.beginPath();
          g.moveTo(...from);
          g.lineTo(...to);
        }, accent, 1);
        twice(ring(to, size / 2 + 2.5 * em), accent, 1.5);
      });
      twice(ring(from, size / 2 + 4 * em), accent, 3);
    }
    scene.pins.forEach((item, n) => {
      const place = this.screenOf(item);
      twice(ring(place, size / 2 + 4 * em), ink, 2);
      g.lineWidth = 4;
      g.strokeStyle = back;
      g.strokeText(n + 1, place[0] + 14 * em, place[1] - 12 * em);
      g.fillStyle = ink;
      g.fillText(n + 1, place[0] + 14 * em, place[1] - 12 * em);
    });
    if (scene.focus !== null) {
      twice(ring(this.screenOf(scene.focus), size / 2 + 3 * em), accent, 2.5);
    } else if (this.cursor) {
      const [x, y] = this.cursor;
      twice(() => {
        g.beginPath();
        [[-9, 0, -3, 0], [3, 0, 9, 0], [0, -9, 0, -3], [0, 3, 0, 9]].forEach(([a, b, c, d]) => {
          g.moveTo(x + a, y + b);
          g.lineTo(x + c, y + d);
        });
      }, ink, 1.5);
    }
    if (this.marker) {
      const known = this.markerOn === this.layout ? this.markerPlace : null;
      const [x, y] = this.toScreen(...(known ?? this.layout.placeOf(this.marker)));
      twice(() => {
        g.beginPath();
        for (let i = 0; i < 10; i++) {
          const reach = (i % 2 === 0 ? 12 : 5) * em;
          g.lineTo(x + reach * Math.sin((i * Math.PI) / 5), y - reach * Math.cos((i * Math.PI) / 5));
        }
        g.closePath();
        g.fillStyle = accent;
        g.fill();
      }, ink, 1.5);
    }
  }

  #badge(g, { text, at: [x, y], width, colour }, ink, back) {
    g.beginPath();
    const { em } = this;
    g.roundRect(x - width / 2, y - 12 * em, width, 24 * em, 12 * em);
    g.globalAlpha = 0.88;
    g.fillStyle = back;
    g.fill();
    g.globalAlpha = 1;
    g.strokeStyle = colour;
    g.lineWidth = 2;
    g.stroke();
    g.fillStyle = ink;
    g.fillText(text, x, y + 1);
  }

  /** The map as a canvas, without what only the pointer shows. */
  picture() {
    const { cursor, scene } = this;
    clearTimeout(this.resting);
    this.resting = undefined;
    const { focus } = scene;
    this.cursor = null;
    scene.focus = null;
    this.draw();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [this.overlay.width, this.overlay.height];
    const g = canvas.getContext('2d');
    g.drawImage(this.renderer.canvas, 0, 0);
    g.drawImage(this.overlay, 0, 0);
    this.cursor = cursor;
    scene.focus = focus;
    this.invalidate();
    return canvas;
  }

  /** Pans and zooms for some frames, as a hand does: milliseconds between frames, and for drawing one. */
  async measure(frames) {
    const before = this.view;
    const frame = () => new Promise((next) => { requestAnimationFrame(next); });
    const drawing = [];
    const between = [];
    const draw = () => LatentMap.prototype.draw.call(this);
    this.draw = () => {
      const begin = performance.now();
      draw();
      this.renderer.finish();
      drawing.push(performance.now() - begin);
    };
    let last = await frame();
    for (let i = 0; i < frames; i++) {
      this.setView({ x: 0.2 * Math.sin(i / 9), y: 0.2 * Math.cos(i / 7), zoom: 1.3 + Math.sin(i / 20) });
      const now = await frame();
      between.push(now - last);
      last = now;
    }
    delete this.draw;
    this.setView(before);
    return { renderer: this.renderer.constructor.name, drawing, between };
  }
}

/** Moves labels apart that cover each other, each pair along the shorter way. */
function apart(badges, height) {
  for (let round = 0; round < 12; round++) {
    badges.forEach((a, i) => badges.slice(i + 1).forEach((b) => {
      const over = [(a.width + b.width) / 2 - Math.abs(a.at[0] - b.at[0]), height - Math.abs(a.at[1] - b.at[1])];
      if (over[0] > 0 && over[1] > 0) {
        const axis = over[0] < over[1] ? 0 : 1;
        const push = (over[axis] / 2) * (a.at[axis] < b.at[axis] ? 1 : -1);
        a.at[axis] -= push;
        b.at[axis] += push;
      }
    }));
  }
}

/** The corners of a box between two places. */
const box = ([ax, ay], [bx, by]) => [[ax, ay], [bx, ay], [bx, by], [ax, by]];

const MOST_PLACES = 64;

/**
 * A stroke without places that lie on a line between others, within a pixel, or more if it would be too long for an
 * address.
 */
function thin(stroke, pixel) {
  let tolerance = pixel;
  let thinned = simplified(stroke, tolerance);
  while (thinned.length > MOST_PLACES) {
    tolerance *= 1.5;
    thinned = simplified(stroke, tolerance);
  }
  return thinned;
}

/** A number of places on a path, at even steps of its length. */
export function evenly(path, count) {
  const lengths = path.map(([x, y], i) => (i === 0 ? 0 : Math.hypot(x - path[i - 1][0], y - path[i - 1][1])));
  const total = lengths.reduce((a, b) => a + b, 0);
  let at = 1;
  let passed = 0;
  return Array.from({ length: count }, (_, n) => {
    const far = (total * n) / (count - 1);
    while (at < path.length - 1 && passed + lengths[at] < far) {
      passed += lengths[at];
      at++;
    }
    const share = Math.min(1, (far - passed) / (lengths[at] || 1));
    return [0, 1].map((a) => path[at - 1][a] + share * (path[at][a] - path[at - 1][a]));
  });
}

/** The algorithm of Douglas and Peucker (1973). */
function simplified(stroke, tolerance) {
  const [ax, ay] = stroke[0];
  const [bx, by] = stroke[stroke.length - 1];
  const length = Math.hypot(bx - ax, by - ay);
  let most = 0;
  let at = 0;
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    const area = Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax));
    const far = length > 0 ? area / length : Math.hypot(x - ax, y - ay);
    if (far > most) {
      [most, at] = [far, i];
    }
  }
  if (most <= tolerance) {
    return [stroke[0], stroke[stroke.length - 1]];
  }
  return [...simplified(stroke.slice(0, at + 1), tolerance).slice(0, -1), ...simplified(stroke.slice(at), tolerance)];
}
