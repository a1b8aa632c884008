// The view as the part of the address after #, so that it can be shared.

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
const places = (text, least) => {
  const flat = numbers(text);
  const pairs = Array.from({ length: flat.length >> 1 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  return pairs.length >= least && flat.length % 2 === 0 ? pairs : null;
};

/** The state in the address; what is missing or wrong there is left out. */
export function readState() {
  const said = new URLSearchParams(window.location.hash.slice(1));
  const [x, y, zoom] = numbers(said.get('view'));
  return {
    map: said.get('map'),
    view: Number.isFinite(zoom) ? { x, y, zoom } : null,
    pins: numbers(said.get('pins')),
    only: numbers(said.get('only')),
    code: numbers(said.get('code')),
    lasso: places(said.get('lasso'), 3),
    lassoMap: said.get('lassomap'), // the map it was drawn on; null for the map that is shown
    path: places(said.get('path'), 2),
    pathMap: said.get('pathmap'),
    tab: said.get('tab'),
    renderer: said.get('renderer'),
  };
}

let timer;

/** Writes the state into the address after a moment, without an entry in the history. */
export function writeState({ map, view, pins, only, code, lasso, path, tab, renderer }) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const said = [['map', map], ['tab', tab]];
    const list = (name, values) => values.length > 0 && said.push([name, values.join(',')]);
    const drawn = (name, shape) => {
      if (shape) {
        list(name, shape.places.flat());
        if (shape.on.name !== map) {
          said.push([`${name}map`, shape.on.name]);
        }
      }
    };
    if (view.x !== 0 || view.y !== 0 || view.zoom !== 1) {
      list('view', [view.x, view.y, view.zoom].map((v) => round(v, view.zoom)));
    }
    list('pins', pins);
    list('only', only);
    list('code', code.map(exact));
    drawn('lasso', lasso);
    drawn('path', path);
    if (renderer) {
      said.push(['renderer', renderer]);
    }
    const text = said.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&');
    window.history.replaceState(null, '', `#${text}`);
  }, 250);
}
