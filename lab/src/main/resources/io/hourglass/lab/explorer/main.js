// Puts the page together.

import { readPayload } from './payload.js';
import { Engine } from './engine.js';
import { Items, Layout } from './items.js';
import { isLabelled, onThemeChange } from './colours.js';
import { evenly, LatentMap } from './map.js';
import { drawLegend, drawPins, find, make, Player, setUpSketch, Sliders, Stage } from './panels.js';
import { readState, writeState } from './state.js';

const MOST_PINS = 24;
const PATH_STEPS = 97;
const count = (n) => n.toLocaleString('en-US');

async function start() {
  const payload = await readPayload();
  const engine = new Engine(payload);
  const items = new Items(payload, engine);
  const layouts = payload.maps.map((map) => new Layout(map, payload.sections[`map-${map.name}`], items));
  const wish = readState().renderer;
  document.body.classList.toggle('plain', items.shape === null);
  document.body.classList.toggle('windows', items.window !== null);
  if (items.shape) {
    const { width, height } = items.shape;
    document.documentElement.style.setProperty('--aspect', Math.min(3, Math.max(0.5, width / height)));
  }
  const map = new LatentMap(find('#map'), items, layouts, wish);
  const stage = new Stage(items, payload.errors);
  let tab = 'code';

  // ---- the code that the sliders change

  const save = () => writeState({
    map: map.layout.name, view: map.view, pins: map.pins.map((i) => items.rows[i]), only: [...map.onlyLabels],
    code: moved ? [...sliders.code] : [], lasso: map.lasso, path: map.path, tab, renderer: wish,
  });
  let moved = false;
  const showCode = () => {
    moved = true;
    map.mark(sliders.code);
    stage.code('Decoded from the sliders', sliders.code);
    stage.keep();
    save();
  };
  const sliders = new Sliders(items, showCode);
  const player = new Player(items, ({ code, place }) => {
    map.mark(code, place, map.path?.on);
    stage.code('Along the path', code);
    stage.keep();
  });

  // ---- tabs

  const tabs = [...document.querySelectorAll('[role=tab]')];
  const openTab = (name, focus) => {
    tab = tabs.some((t) => t.dataset.tab === name && !t.hidden) ? name : 'code';
    tabs.forEach((t) => {
      const open = t.dataset.tab === tab;
      t.setAttribute('aria-selected', open);
      t.tabIndex = open ? 0 : -1;
      find(`#panel-${t.dataset.tab}`).hidden = !open;
      if (open && focus) {
        t.focus();
      }
    });
    save();
  };
  tabs.forEach((t) => {
    t.addEventListener('click', () => openTab(t.dataset.tab));
    t.addEventListener('keydown', (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (way) {
        const open = tabs.filter((each) => !each.hidden);
        openTab(open[(open.indexOf(t) + way + open.length) % open.length].dataset.tab, true);
      }
    });
  });

  // ---- pins

  const setPins = (pins) => {
    map.pins = [...new Set(pins)].slice(0, MOST_PINS);
    map.invalidate();
    drawPins(items, map.pins, {
      onShow: (i) => { stage.item(i); stage.keep(); sliders.set(items.code(i), false); },
      onRemove: (i) => setPins(map.pins.filter((p) => p !== i)),
    });
    find('#pins-count').textContent = map.pins.length > 0 ? ` (${map.pins.length})` : '';
    save();
  };
  const pin = (i) => setPins(map.pins.includes(i) ? map.pins.filter((p) => p !== i) : [...map.pins, i]);
  find('#clear-pins').addEventListener('click', () => setPins([]));
  find('#between-pins').addEventListener('click', () => {
    map.setPath(null);
    player.load(map.pins.map((i) => ({ code: items.code(i), place: null })), true);
    save();
  });

  // ---- the map

  const live = find('#live');
  let saying;
  const say = (text) => { // not every point that the pointer passes
    clearTimeout(saying);
    saying = setTimeout(() => { live.textContent = text; }, 400);
  };
  map.addEventListener('point', () => {
    if (map.focus !== null) {
      stage.item(map.focus);
    } else {
      const { how } = map.layout;
      stage.code(how[0].toUpperCase() + how.slice(1), map.layout.codeAt(...map.toPlace(...map.cursor)));
    }
    say(map.focus !== null ? items.name(map.focus) : 'empty place, decoded');
  });
  map.addEventListener('leave', () => stage.restore());
  map.addEventListener('activate', () => {
    if (map.focus !== null) {
      sliders.set(items.code(map.focus), false);
      pin(map.focus);
    } else {
      sliders.set(map.layout.codeAt(...map.toPlace(...map.cursor)), true);
    }
    stage.keep();
  });
  map.addEventListener('view', save);
  const totals = items.labels.map(() => 0);
  items.labelOf.forEach((label) => { totals[label]++; });
  const legend = () => {
    if (isLabelled(items.labels)) {
      drawLegend(items.labels, totals, map.onlyLabels, (n) => {
        const only = new Set(map.onlyLabels);
        if (!only.delete(n)) {
          only.add(n);
        }
        map.setLabels(only.size === items.labels.length ? [] : only);
      });
    }
  };
  map.addEventListener('select', () => {
    const selected = map.isSelective ? map.selected() : [];
    const elsewhere = map.lasso && map.lasso.on !== map.layout ? ` (lasso on ${map.lasso.on.title})` : '';
    find('#selection').hidden = !map.isSelective;
    find('#notes').hidden = map.isSelective;
    find('#selected').textContent = `${count(selected.length)} of ${count(items.count)} rows selected${elsewhere}`;
    find('#export').disabled = selected.length === 0;
    legend();
    save();
  });
  const loadPath = (play) => {
    const { on, places } = map.path;
    player.load(evenly(places, PATH_STEPS).map((place) => ({ code: on.codeAt(...place), place })), play);
  };
  map.addEventListener('path', () => {
    find('#remove-path').hidden = map.path === null;
    if (map.path) {
      openTab('pins');
      loadPath(true);
    } else {
      player.unload();
      map.mark(null);
    }
    save();
  });
  find('#remove-path').addEventListener('click', () => map.setPath(null));
  find('#deselect').addEventListener('click', () => { map.setLasso(null); map.setLabels([]); });
  find('#export').addEventListener('click', () => {
    const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = map.selected().map((i) => items.rows[i] + (items.names ? `,${quoted(items.short(i))}` : ''));
    const csv = `row${items.names ? `,${quoted(items.names.title)}` : ''}\n${lines.join('\n')}\n`;
    const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
    make('a', { href: url, download: 'rows.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });

  const tools = [...document.querySelectorAll('button[data-tool]')];
  const setTool = (name) => {
    map.tool = name;
    find('#map').dataset.tool = name;
    tools.forEach((t) => t.setAttribute('aria-pressed', t.dataset.tool === name));
    find('#tool-hint').textContent = tools.find((t) => t.dataset.tool === name).title;
  };
  tools.forEach((t) => t.addEventListener('click', () => setTool(t.dataset.tool)));
  find('#zoom-in').addEventListener('click', () => map.zoomAt(map.width / 2, map.height / 2, 1.4));
  find('#zoom-out').addEventListener('click', () => map.zoomAt(map.width / 2, map.height / 2, 1 / 1.4));
  find('#zoom-all').addEventListener('click', () => map.showAll());
  find('#show-all').addEventListener('click', () => {
    map.showAll();
    map.overlay.focus(); // the button is gone
  });

  const showMap = (name) => {
    map.show(name);
    document
      .querySelectorAll('[data-map]')
      .forEach((b) => b.setAttribute('aria-pressed', b.dataset.map === map.layout.name));
    find('#map-note').textContent = map.layout.note;
    find('#x-axis').textContent = `${map.layout.x} →`;
    find('#y-axis').textContent = `${map.layout.y} →`;
  };
  find('#maps').append(
    ...layouts.map((l) => make('button', { 'data-map': l.name, onclick: () => showMap(l.name) }, l.title)),
  );
  find('#maps').hidden = layouts.length < 2;

  // ---- drawing

  if (items.shape?.channels === 1) {
    setUpSketch(items, stage, {
      onCode: (code) => { sliders.set(code, false); map.mark(code); },
      onShow: (i) => { stage.item(i); },
      onClear: () => map.mark(null),
    });
  } else {
    find('[data-tab=draw]').hidden = true;
  }

  // ---- facts and help

  find('#facts').replaceChildren(
    ...payload.facts.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]),
  );
  const help = find('#help');
  find('#open-help').addEventListener('click', () => help.showModal());
  find('#close-help').addEventListener('click', () => help.close());
  document.addEventListener('keydown', (event) => {
    if (help.open || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === '?') {
      help.showModal();
    } else if (event.key === 'Escape') {
      map.clear();
    }
  });

  // ---- the state in the address, now and when it is edited by hand

  const restore = () => {
    const state = readState();
    showMap(state.map);
    if (state.view) {
      map.setView(state.view);
    }
    const byRow = new Map(Array.from(items.rows, (row, i) => [row, i]));
    setPins(state.pins.map((row) => byRow.get(row)).filter((i) => i !== undefined));
    map.setLabels(state.only.filter((n) => items.labels[n] !== undefined));
    // A drawing made on a map that this page does not have would select and decode something else.
    const drawn = (places, name) => {
      const on = name === null ? map.layout : layouts.find((l) => l.name === name);
      return places && on ? { on, places } : null;
    };
    map.setLasso(drawn(state.lasso, state.lassoMap ?? state.map));
    map.path = drawn(state.path, state.pathMap ?? state.map);
    find('#remove-path').hidden = map.path === null;
    map.mark(null);
    player.unload();
    stage.item(map.pins.at(-1) ?? 0);
    stage.keep();
    moved = state.code.length === items.latent;
    if (moved) {
      sliders.set(state.code, true);
    } else {
      sliders.reset();
    }
    if (map.path) {
      loadPath(false);
    }
    openTab(state.tab ?? 'code');
  };
  onThemeChange(() => { legend(); stage.redraw(); });
  setTool('look');
  restore();
  legend();
  window.addEventListener('hashchange', restore);
  find('#loading').remove();

  // For programs that drive the page, as its tests do.
  return {
    engine,
    items,
    map,
    player,
    stage: () => stage.shown,
    sliders: () => [...sliders.code],
    measure: (frames) => map.measure(frames),
  };
}

window.hourglass = start();
window.hourglass.catch((problem) => { // an old browser, most likely
  const element = find('#loading');
  element.textContent = `This page cannot be shown: ${problem.message}. It needs a browser from 2023 or later.`;
});
