// A view as the part of the address after #, so that it can be shared.

const round = (v) => String(Math.round(v * 1e4) / 1e4);

const numbers = (text) => (text ? text.split(',').map(Number).filter(Number.isFinite) : []);
const places = (text, least) => {
  const flat = numbers(text);
  const pairs = Array.from({ length: flat.length >> 1 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  return pairs.length >= least ? pairs : null;
};

/** What the address says; whatever it does not say, or says wrongly, is left out. */
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
    path: places(said.get('path'), 2),
    tab: said.get('tab'),
    renderer: said.get('renderer'),
  };
}

let timer;

/** Writes the state into the address, a moment later, without an entry in the history. */
export function writeState({ map, view, pins, only, code, lasso, path, tab, renderer }) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const said = [['map', map], ['tab', tab]];
    const list = (name, values) => values.length > 0 && said.push([name, values.join(',')]);
    if (view.x !== 0 || view.y !== 0 || view.zoom !== 1) {
      list('view', [view.x, view.y, view.zoom].map(round));
    }
    list('pins', pins);
    list('only', only);
    list('code', code.map(round));
    list('lasso', (lasso ?? []).flat().map(round));
    list('path', (path ?? []).flat().map(round));
    if (renderer) {
      said.push(['renderer', renderer]);
    }
    const text = said.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&');
    window.history.replaceState(null, '', `#${text}`);
  }, 250);
}
