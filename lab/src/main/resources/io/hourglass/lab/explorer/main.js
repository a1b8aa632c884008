// Puts the page together.

import { ofModel, readPayload } from './payload.js';
import { Engine } from './engine.js';
import { Items, Layout } from './items.js';
import { colourOf, isLabelled, onThemeChange, paper, rampOf, shapeOf } from './colours.js';
import { colourings } from './colouring.js';
import { Scene } from './scene.js';
import { evenly, LatentMap } from './map.js';
import {
  drawNear, drawPins, drawSelection, find, Legend, make, matches, nearestTo, Player, setUpSketch, Sliders, Stage,
} from './panels.js';
import { picture, save, table } from './files.js';
import { History, readState } from './state.js';
import { setLanguage, short, t } from './text.js';

const MOST_PINS = 24;
const MOST_FOUND = 8;
const PATH_STEPS = 97;

async function start() {
  const payload = await readPayload();
  setLanguage(document.documentElement.lang, payload.messages);

  // ---- the rows as each model has them, one or two, and their maps

  const sets = payload.models.map((_, n) => {
    const own = ofModel(payload, n);
    return new Items(own, new Engine(own));
  });
  const [items] = sets;
  const layoutsOf = payload.models.map((model, n) => model.maps.map((map) => {
    const name = n === 0 ? map.kind : `second.${map.kind}`;
    return new Layout({ ...map, name }, payload.sections[`${n}.map-${map.kind}`], sets[n]);
  }));
  const layouts = layoutsOf.flat();
  const wish = readState(layouts).renderer;
  document.body.classList.toggle('plain', items.shape === null);
  document.body.classList.toggle('windows', items.window !== null);
  document.body.classList.toggle('pair', sets.length > 1);
  if (items.shape) {
    const { width, height } = items.shape;
    document.documentElement.style.setProperty('--aspect', Math.min(3, Math.max(0.5, width / height)));
  }
  const ways = colourings(sets, short);
  const scene = new Scene(items, ways[0]);
  const frames = [find('#map')];
  if (sets.length > 1) {
    const second = frames[0].cloneNode(true);
    second.id = 'map-2';
    frames[0].after(second);
    frames.push(second);
  }
  const maps = sets.map((set, n) => new LatentMap(frames[n], set, layoutsOf[n], scene, wish));
  frames.forEach((frame, n) => {
    const name = frame.querySelector('.of-model');
    name.hidden = sets.length < 2;
    name.textContent = sets[n].title;
  });
  const stage = new Stage(sets);
  let active = 0; // the model whose map, sliders and neighbours are in use
  let tab = 'near';
  let moved = false; // whether the sliders' code is shown
  let path = null;

  const history = new History(() => ({
    maps: maps.map((map) => map.layout.name.replace('second.', '')),
    views: maps.map((map) => map.view),
    active,
    row: scene.current === null ? null : items.rows[scene.current],
    pins: scene.pins.map((i) => items.rows[i]),
    hidden: [...scene.hidden],
    colour: scene.colouring === ways[0] ? null : scene.colouring.id,
    code: moved ? [...sliders[active].code] : [],
    steps: scene.steps,
    path,
    tab,
    renderer: wish,
  }), () => { find('#undo').disabled = !history.canUndo; });
  let isRestoring = false;
  const keep = (isStep) => {
    if (!isRestoring) {
      history.save(isStep);
    }
  };

  // ---- the code that the sliders change

  const sliderPlaces = sets.map((_, n) => make('div', { id: n === 0 ? 'slider' : 'slider-2', class: 'sliders' }));
  find('#panel-code').append(...sliderPlaces);
  const showCode = () => {
    moved = true;
    maps[active].mark(sliders[active].code);
    stage.code(t('stage.sliders'), sliders[active].code);
    stage.keep();
    keep(false);
  };
  const sliders = sets.map((set, n) => new Sliders(set, sliderPlaces[n], showCode));
  find('#reset').addEventListener('click', () => { sliders[active].reset(); showCode(); });
  find('#random').addEventListener('click', () => sliders[active].random());
  const player = new Player(({ code, place }) => {
    maps[active].mark(code, place, path?.on);
    stage.code(t('stage.path'), code);
    stage.keep();
  });
  const toSliders = (i) => sliders.forEach((each, n) => each.set(sets[n].code(i), false));

  /** Works with one of the models from here on. */
  const use = (n) => {
    const isNew = n !== active;
    active = n;
    sliderPlaces.forEach((place, each) => { place.hidden = each !== n; });
    frames.forEach((frame, each) => frame.classList.toggle('active', each === n && sets.length > 1));
    if (isNew) {
      stage.use(n);
      showNear();
      showNotes();
    }
  };

  // ---- tabs

  const tabs = [...document.querySelectorAll('[role=tab]')];
  const openTab = (name, focus) => {
    tab = tabs.some((each) => each.dataset.tab === name && !each.hidden) ? name : 'near';
    tabs.forEach((each) => {
      const open = each.dataset.tab === tab;
      each.setAttribute('aria-selected', open);
      each.tabIndex = open ? 0 : -1;
      find(`#panel-${each.dataset.tab}`).hidden = !open;
      if (open && focus) {
        each.focus();
      }
    });
    keep(false);
  };
  tabs.forEach((each) => {
    each.addEventListener('click', () => openTab(each.dataset.tab));
    each.addEventListener('keydown', (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (way) {
        const open = tabs.filter((other) => !other.hidden);
        openTab(open[(open.indexOf(each) + way + open.length) % open.length].dataset.tab, true);
      }
    });
  });

  // ---- a row, its neighbours, and pins

  const showNear = () => {
    const i = scene.current;
    const near = i === null ? [] : nearestTo(sets[active], i);
    scene.mark({ near: near.map(({ item }) => item) });
    drawNear(sets[active], sets[1 - active], i, near, (item) => showRow(item));
  };
  const showPin = () => {
    const i = stage.shown?.item;
    const isPinned = scene.pins.includes(i);
    find('#pin').setAttribute('aria-pressed', isPinned);
    find('#pin').textContent = t(isPinned ? 'unpin' : 'pin');
  };

  /** Keeps a row in view, with its neighbours; null for none. */
  const showRow = (i) => {
    scene.mark({ current: i });
    if (i !== null) {
      stage.item(i);
      stage.keep();
      toSliders(i);
    }
    showNear();
    showPin();
    keep(false);
  };
  const setPins = (pins) => {
    scene.mark({ pins: [...new Set(pins)].slice(0, MOST_PINS) });
    drawPins(sets[active], scene.pins, {
      onShow: (i) => showRow(i),
      onRemove: (i) => setPins(scene.pins.filter((p) => p !== i)),
    });
    find('#pins-count').textContent = scene.pins.length > 0 ? ` (${scene.pins.length})` : '';
    showPin();
    keep(true);
  };
  const pin = (i) => setPins(scene.pins.includes(i) ? scene.pins.filter((p) => p !== i) : [...scene.pins, i]);
  find('#pin').addEventListener('click', () => pin(stage.shown.item));
  find('#clear-pins').addEventListener('click', () => setPins([]));
  find('#between-pins').addEventListener('click', () => {
    setPath(null);
    player.load(sets[active], scene.pins.map((i) => ({ code: sets[active].code(i), place: null })), true);
  });
  find('#leave-row').addEventListener('click', () => showRow(null));
  find('#select-near').addEventListener('click', () => {
    const rows = [scene.current, ...scene.near].map((i) => items.rows[i]);
    scene.select({ way: 'new', kind: 'rows', values: rows });
  });

  // ---- a path

  const setPath = (drawn) => {
    path = drawn;
    maps.forEach((map) => { map.path = drawn; map.invalidate(); });
    find('#remove-path').hidden = path === null;
    if (path === null) {
      player.unload();
      maps.forEach((map) => map.mark(null));
    }
  };
  const loadPath = (play) => {
    const { on, places } = path;
    use(layoutsOf.findIndex((own) => own.includes(on)));
    const steps = evenly(places, PATH_STEPS).map((place) => ({ code: on.codeAt(...place), place }));
    player.load(sets[active], steps, play);
  };
  find('#remove-path').addEventListener('click', () => { setPath(null); keep(true); });

  // ---- the maps

  const live = find('#live');
  let saying;
  const say = (text) => { // not every point that the pointer passes
    clearTimeout(saying);
    saying = setTimeout(() => { live.textContent = text; }, 400);
  };
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  const placeOf = (map) => map.layout.codeAt(...map.toPlace(...map.cursor));
  maps.forEach((map, n) => {
    map.addEventListener('point', () => {
      use(n);
      if (scene.focus !== null) {
        stage.item(scene.focus);
      } else {
        stage.code(capital(map.layout.how), placeOf(map));
      }
      showPin();
      say(scene.focus !== null ? items.name(scene.focus) : t('live.empty'));
    });
    map.addEventListener('leave', () => { stage.restore(); showPin(); });
    map.addEventListener('activate', () => {
      if (scene.focus !== null) {
        const to = ['code', 'pins'].includes(tab) ? tab : 'near';
        showRow(scene.focus);
        openTab(to);
      } else {
        sliders[n].set(placeOf(map), true);
        stage.keep();
      }
    });
    map.addEventListener('pin', () => {
      if (scene.focus !== null) {
        pin(scene.focus);
        showRow(scene.focus);
      }
    });
    map.addEventListener('view', () => keep(true));
    map.addEventListener('path', ({ detail }) => {
      setPath(detail);
      openTab('pins');
      loadPath(true);
      keep(true);
    });
  });
  const tools = [...document.querySelectorAll('button[data-tool]')];
  const setTool = (name) => {
    maps.forEach((map) => { map.tool = name; });
    frames.forEach((frame) => { frame.dataset.tool = name; });
    tools.forEach((each) => each.setAttribute('aria-pressed', each.dataset.tool === name));
    find('#tool-hint').textContent = tools.find((each) => each.dataset.tool === name).title;
    find('#ways').hidden = name !== 'lasso' && name !== 'box';
  };
  tools.forEach((each) => each.addEventListener('click', () => setTool(each.dataset.tool)));
  const wayButtons = [...document.querySelectorAll('[data-way]')];
  wayButtons.forEach((each) => each.addEventListener('click', () => {
    maps.forEach((map) => { map.way = each.dataset.way; });
    wayButtons.forEach((other) => other.setAttribute('aria-pressed', other === each));
  }));
  const zoom = (factor) => maps[active].zoomAt(maps[active].width / 2, maps[active].height / 2, factor);
  find('#zoom-in').addEventListener('click', () => zoom(1.4));
  find('#zoom-out').addEventListener('click', () => zoom(1 / 1.4));
  find('#zoom-all').addEventListener('click', () => maps.forEach((map) => map.showAll()));
  maps.forEach((map) => map.wayBack.addEventListener('click', () => {
    map.showAll();
    map.overlay.focus(); // the button is gone
  }));
  const showNotes = () => { find('#map-note').textContent = maps[active].layout.note; };
  const showMap = (n, kind) => {
    const map = maps[n];
    map.show(layoutsOf[n].find((each) => each.kind === kind)?.name);
    frames[n].querySelectorAll('[data-map]')
      .forEach((b) => b.setAttribute('aria-pressed', b.dataset.map === map.layout.kind));
    frames[n].querySelector('.x-axis').textContent = `${map.layout.x} →`;
    frames[n].querySelector('.y-axis').textContent = `${map.layout.y} →`;
    showNotes();
  };
  frames.forEach((frame, n) => {
    const choice = frame.querySelector('.maps');
    choice.append(...layoutsOf[n].map(({ kind, title }) =>
      make('button', { type: 'button', 'data-map': kind, onclick: () => { use(n); showMap(n, kind); } }, title)));
    choice.hidden = layoutsOf[n].length < 2;
  });

  // ---- selection, labels and colours

  const legend = new Legend(items, {
    onToggle: (n) => {
      const hidden = new Set(scene.hidden);
      if (!hidden.delete(n)) {
        hidden.add(n);
      }
      scene.hide(hidden);
    },
    onOnly: (n) => scene.hide(items.labels.map((_, label) => label).filter((label) => label !== n)),
  });
  find('#invert-labels').addEventListener('click', () =>
    scene.hide(items.labels.map((_, label) => label).filter((label) => !scene.hidden.has(label))));
  find('#all-labels').addEventListener('click', () => scene.hide([]));
  const colour = find('#colour');
  const columns = ways.filter(({ id }) => /^c\d/.test(id));
  const option = ({ id, title }) => make('option', { value: id }, title);
  colour.append(...ways.filter((each) => !columns.includes(each)).map(option));
  if (columns.length > 0) {
    colour.append(make('optgroup', { label: t('colour.column') }, ...columns.map(option)));
  }
  const setColour = (id) => {
    const chosen = ways.find((each) => each.id === id) ?? ways[0];
    colour.value = chosen.id;
    scene.setColouring(chosen);
  };
  colour.addEventListener('change', () => setColour(colour.value));
  let wasSelective = false;
  const showSelection = () => {
    const { isSelective } = scene;
    const selected = scene.selected();
    find('#selection').hidden = !isSelective;
    find('#notes').hidden = isSelective;
    find('#selected').textContent = isSelective ? t('selected', selected.length, items.count) : '';
    ['#zoom-selection', '#export'].forEach((name) => { find(name).disabled = selected.length === 0; });
    drawSelection(sets, selected, isSelective, showRow);
    if (isSelective && !wasSelective && !isRestoring) {
      openTab('selection');
    }
    wasSelective = isSelective;
  };
  scene.addEventListener('style', () => {
    legend.update(scene);
    showSelection();
    keep(true);
  });
  find('#deselect').addEventListener('click', () => scene.setSteps([]));
  const selectAll = () => {
    const shown = items.labels.map((_, n) => n).filter((n) => !scene.hidden.has(n));
    scene.select(scene.hidden.size > 0 ? { way: 'new', kind: 'label', values: shown } : { way: 'new', kind: 'all' });
  };
  const invert = () => scene.select({ way: 'invert' });
  const zoomToSelection = () => maps.forEach((map) => map.showRows(scene.selected()));
  find('#select-all').addEventListener('click', selectAll);
  find('#invert').addEventListener('click', invert);
  find('#zoom-selection').addEventListener('click', zoomToSelection);
  find('#export').addEventListener('click', () =>
    save('rows.csv', new Blob([table(sets, scene.selected())], { type: 'text/csv' })));
  find('#save-map').addEventListener('click', async () =>
    save('map.png', await picture(maps, find('#legend'), find('#scale'))));

  // ---- search

  const wanted = find('#wanted');
  const found = find('#found');
  const jump = (match) => {
    found.hidden = true;
    if (match.row === undefined) {
      scene.hide([...scene.hidden].filter((label) => label !== match.label));
      scene.select({ way: 'new', kind: 'label', values: [match.label] });
      zoomToSelection();
      return;
    }
    const i = match.row;
    scene.hide([...scene.hidden].filter((label) => label !== items.labelOf[i]));
    showRow(i);
    openTab('near');
    maps.forEach((map) => {
      const [x, y] = [map.layout.points[2 * i], map.layout.points[2 * i + 1]];
      map.setView({ x, y, zoom: Math.max(map.view.zoom, 4) });
    });
  };
  const look = () => {
    const list = matches(items, wanted.value, MOST_FOUND);
    const isAsked = wanted.value.trim() !== '';
    found.hidden = !isAsked;
    const lines = list.map((match) => make('button', { type: 'button', onclick: () => jump(match) },
      match.row === undefined ? t('search.label', items.labels[match.label]) : items.name(match.row)));
    found.replaceChildren(...(lines.length > 0 ? lines : [t('search.nothing')]).map((line) => make('li', {}, line)));
    say(isAsked ? t('search.found', list.length) : '');
    return list;
  };
  wanted.addEventListener('input', look);
  wanted.addEventListener('focus', look);
  find('#search').addEventListener('submit', (event) => {
    event.preventDefault();
    const [first] = look();
    if (first) {
      jump(first);
    }
  });
  find('#search').addEventListener('focusout', ({ relatedTarget }) => {
    if (!find('#search').contains(relatedTarget)) {
      found.hidden = true;
    }
  });

  // ---- drawing

  if (items.shape?.channels === 1) {
    setUpSketch(() => sets[active], stage, {
      onImage: (image) => sets.forEach((set, n) => {
        const code = set.engine.encode(image);
        sliders[n].set(code, false);
        maps[n].mark(code);
      }),
      onShow: (i) => { stage.item(i); showPin(); },
      onClear: () => maps.forEach((map) => map.mark(null)),
    });
  } else {
    find('[data-tab=draw]').hidden = true;
  }

  // ---- facts, help and keys

  find('#facts').replaceChildren(...payload.models.flatMap(({ name, facts }) => [
    ...(sets.length > 1 ? [make('dt', { class: 'model' }, name), make('dd')] : []),
    ...facts.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]),
  ]));
  const help = find('#help');
  find('#open-help').addEventListener('click', () => help.showModal());
  find('#close-help').addEventListener('click', () => help.close());
  const undo = () => history.undo();
  find('#undo').addEventListener('click', undo);
  document.addEventListener('keydown', (event) => {
    const isText = /^(input|select|textarea)$/i.test(event.target.tagName) && event.target.type !== 'range';
    if (help.open) {
      return;
    }
    if (event.key === 'Escape') {
      if (!found.hidden) {
        found.hidden = true;
      } else if (!maps.some((map) => map.giveUp())) {
        setPath(null);
        scene.setSteps([]);
        showRow(null);
      }
      return;
    }
    const key = event.key.toLowerCase();
    if (isText || event.altKey) {
      return;
    }
    const actions = event.ctrlKey || event.metaKey ? { z: undo } : {
      '?': () => help.showModal(), '/': () => wanted.focus(), a: selectAll, i: invert, z: zoomToSelection,
    };
    if (actions[key]) {
      event.preventDefault();
      actions[key]();
    }
  });

  // ---- the state in the address, at first and when it is another one

  const restore = () => {
    isRestoring = true;
    const state = readState(layouts);
    use(Math.min(state.active, sets.length - 1));
    maps.forEach((map, n) => {
      showMap(n, state.maps[n]);
      map.mark(null);
      if (state.views[n]) {
        map.setView(state.views[n]);
      }
    });
    const byRow = new Map(Array.from(items.rows, (row, i) => [row, i]));
    setPins(state.pins.map((row) => byRow.get(row)).filter((i) => i !== undefined));
    scene.hidden = new Set(state.hidden.filter((n) => items.labels[n] !== undefined));
    setColour(state.colour);
    scene.setSteps(state.steps);
    setPath(state.path);
    moved = state.code.length === sets[active].latent;
    const row = byRow.get(state.row) ?? null;
    showRow(row);
    if (row === null) {
      stage.item(scene.pins.at(-1) ?? 0);
      stage.keep();
      sliders.forEach((each) => each.reset());
    }
    if (moved) {
      sliders[active].set(state.code, true);
    }
    if (path) {
      loadPath(false);
    }
    openTab(state.tab ?? 'near');
    showPin();
    history.drop();
    isRestoring = false;
  };
  onThemeChange(() => { legend.update(scene); showSelection(); stage.redraw(); });
  setTool('look');
  restore();
  window.addEventListener('popstate', restore);
  find('#loading').remove();

  // For programs that drive the page, as its tests do.
  return {
    engine: items.engine,
    items,
    sets,
    map: maps[0],
    maps,
    scene,
    player,
    stage: () => stage.shown,
    sliders: () => [...sliders[active].code],
    colours: () => ({
      labels: items.labels.map((_, n) => colourOf(n, items.labels)),
      shapes: items.labels.map((_, n) => shapeOf(n, items.labels)),
      ramp: Array.from({ length: 11 }, (_, n) => rampOf(n / 10)),
      paper: paper(),
    }),
    measure: (drawn) => maps[0].measure(drawn),
  };
}

window.hourglass = start();
window.hourglass.catch((problem) => { // an old browser, most likely
  const element = find('#loading');
  element.textContent = element.dataset.problem.replace('{0}', problem.message);
});
