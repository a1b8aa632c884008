// What all maps of the page show alike: the rows that are selected, hidden, pinned or in view, and the colours.

import { inside } from './items.js';

/** Whether a step of a selection takes a row. */
function taker({ kind, on, places, values }, items) {
  if (kind === 'lasso') {
    return (i) => inside(places, on.points[2 * i], on.points[2 * i + 1]);
  }
  const set = new Set(values);
  return kind === 'rows' ? (i) => set.has(items.rows[i]) : kind === 'label' ? (i) => set.has(items.labelOf[i])
    : () => true;
}

/** Tells "style" when points look different, and "marks" when only what is drawn over them does. */
export class Scene extends EventTarget {
  constructor(items, colouring) {
    super();
    this.items = items;
    this.steps = []; // of the selection, in order
    this.hidden = new Set(); // labels
    this.colouring = colouring;
    this.pins = [];
    this.focus = null; // the row under the pointer
    this.current = null; // the row that was clicked
    this.near = []; // the rows whose codes are nearest to it
    this.chosen = new Uint8Array(items.count);
  }

  #tell(type) {
    this.dispatchEvent(new CustomEvent(type));
  }

  get isSelective() {
    return this.steps.length > 0;
  }

  isShown(i) {
    return !this.hidden.has(this.items.labelOf[i]);
  }

  /** The rows selected, as far as they are shown; all that are shown if nothing is selected. */
  selected() {
    const rows = [];
    for (let i = 0; i < this.items.count; i++) {
      if (this.isShown(i) && (!this.isSelective || this.chosen[i])) {
        rows.push(i);
      }
    }
    return rows;
  }

  setSteps(steps) {
    this.steps = [];
    this.chosen.fill(0);
    steps.forEach((step) => this.#take(step));
    this.#tell('style');
  }

  /** Selects anew, adds or takes away; taking away from nothing is left out. */
  select(step) {
    if (step.way !== 'sub' || this.isSelective) {
      this.#take(step);
      this.#tell('style');
    }
  }

  #take(step) {
    const { chosen, items } = this;
    if (step.way === 'new') {
      this.steps = [];
      chosen.fill(0);
    }
    this.steps.push(step);
    if (step.way === 'invert') {
      chosen.forEach((is, i) => { chosen[i] = 1 - is; });
      return;
    }
    const takes = taker(step, items);
    const value = step.way === 'sub' ? 0 : 1;
    for (let i = 0; i < items.count; i++) {
      if (chosen[i] !== value && takes(i)) {
        chosen[i] = value;
      }
    }
  }

  hide(labels) {
    this.hidden = new Set(labels);
    this.#tell('style');
  }

  setColouring(colouring) {
    this.colouring = colouring;
    this.#tell('style');
  }

  /** Sets pins, focus, current or near. */
  mark(marks) {
    Object.assign(this, marks);
    this.#tell('marks');
  }
}
