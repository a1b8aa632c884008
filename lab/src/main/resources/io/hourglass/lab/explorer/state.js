// The view as the part of the address after #, so that it can be shared, and its steps in the browser's history.

/** Rounds to a fraction of a pixel at a zoom. */
const round = (v, zoom) => {
  const scale = 10 ** (4 + Math.ceil(Math.log10(Math.max(1, zoom))));
  return String(Math.round(v * scale) / scale);
};

/** The shortest text of at most nine digits, which identify a float. */
const exact = (v) => String(Number(v.toPrecision(9)));

/** All numbers or none: if a wrong one were dropped, those after it would mean something else. */
const numbers = (text) => {
  const values = text ? text.split(',').map((each) => (each.trim() ? Number(each) : NaN)) : [];
  return values.every(Number.isFinite) ? values : [];
};
const places = (flat, least) => {
  const pairs = Array.from({ length: flat.length >> 1 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  return pairs.length >= least && flat.length % 2 === 0 ? pairs : null;
};
const view = (text) => {
  const [x, y, zoom] = numbers(text);
  return Number.isFinite(zoom) ? { x, y, zoom } : null;
};

/**
 * One step of a selection: "new", "add" or "sub" with what it takes: rows by number, labels, all, or what lies inside
 * a lasso on a map. Null if it is none of these; a lasso on a map that this page does not have would select other rows.
 */
function step(text, layouts) {
  const [, way, kind, rest] = /^(new|add|sub)-([\w.]+)(?::(.*))?$/.exec(text) ?? [];
  const values = numbers(rest);
  if (text === 'invert') {
    return { way: 'invert' };
  }
  if (way === undefined) {
    return null;
  }
  if (kind === 'all') {
    return { way, kind };
  }
  if (kind === 'rows' || kind === 'label') {
    return values.length > 0 ? { way, kind, values } : null;
  }
  const on = layouts.find(({ name }) => name === kind);
  const drawn = on && places(values, 3);
  return drawn ? { way, kind: 'lasso', on, places: drawn } : null;
}

const stepText = ({ way, kind, on, values, places: drawn }) => {
  if (way === 'invert') {
    return way;
  }
  return kind === 'lasso' ? `${way}-${on.name}:${drawn.flat()}` : `${way}-${kind}${values ? `:${values}` : ''}`;
};

/** The state in the address; what is missing or wrong there is left out. */
export function readState(layouts) {
  const said = new URLSearchParams(window.location.hash.slice(1));
  const steps = (said.get('select') ?? '').split(';').filter((each) => each).map((each) => step(each, layouts));
  const path = places(numbers(said.get('path')), 2);
  const on = layouts.find(({ name }) => name === said.get('pathmap'));
  return {
    maps: [said.get('map'), said.get('map2')],
    views: [view(said.get('view')), view(said.get('view2'))],
    active: Number(said.get('model')) === 2 ? 1 : 0,
    row: numbers(said.get('row'))[0],
    pins: numbers(said.get('pins')),
    hidden: numbers(said.get('hide')),
    colour: said.get('colour'),
    code: numbers(said.get('code')),
    steps: steps.includes(null) ? [] : steps, // one wrong step changes what all others select
    path: path && on ? { on, places: path } : null,
    tab: said.get('tab'),
    renderer: said.get('renderer'),
  };
}

function text({ maps, views, active, row, pins, hidden, colour, code, steps, path, tab, renderer }) {
  const said = [];
  const list = (name, values) => values.length > 0 && said.push([name, values.join(',')]);
  maps.forEach((map, n) => said.push([n === 0 ? 'map' : 'map2', map]));
  said.push(['tab', tab]);
  views.forEach(({ x, y, zoom }, n) => {
    if (x !== 0 || y !== 0 || zoom !== 1) {
      list(n === 0 ? 'view' : 'view2', [x, y, zoom].map((v) => round(v, zoom)));
    }
  });
  if (active > 0) {
    said.push(['model', active + 1]);
  }
  list('row', row === null ? [] : [row]);
  list('pins', pins);
  list('hide', hidden);
  if (colour) {
    said.push(['colour', colour]);
  }
  list('code', code.map(exact));
  if (steps.length > 0) {
    said.push(['select', steps.map(stepText).join(';')]);
  }
  if (path) {
    list('path', path.places.flat());
    said.push(['pathmap', path.on.name]);
  }
  if (renderer) {
    said.push(['renderer', renderer]);
  }
  const plain = (value) => encodeURIComponent(value).replace(/%2C|%3A|%3B/g, decodeURIComponent);
  return `#${said.map(([name, value]) => `${name}=${plain(value)}`).join('&')}`;
}

/**
 * Keeps the state in the address. What can be undone gets an entry in the browser's history, so that its Back button
 * undoes it; changes that follow each other quickly, as in a drag, are one step.
 */
export class History {
  #timer = null;
  #isStep = false;

  /** @param describe gives the state; @param onChange called when it may have become possible to undo, or impossible */
  constructor(describe, onChange) {
    this.describe = describe;
    this.onChange = onChange;
  }

  get canUndo() {
    return (window.history.state?.step ?? 0) > 0 || (this.#timer !== null && this.#isStep);
  }

  save(isStep) {
    this.#isStep ||= isStep;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), 300);
    this.onChange();
  }

  #write() {
    if (this.#timer === null) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = null;
    const step = window.history.state?.step ?? 0;
    const now = text(this.describe());
    if (this.#isStep && now !== window.location.hash) {
      window.history.pushState({ step: step + 1 }, '', now);
    } else {
      window.history.replaceState({ step }, '', now);
    }
    this.#isStep = false;
    this.onChange();
  }

  undo() {
    this.#write();
    if (this.canUndo) {
      window.history.back();
    }
  }

  /** Forgets what is not yet written, because the address was changed otherwise. */
  drop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#isStep = false;
    this.onChange();
  }
}
