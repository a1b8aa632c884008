// By what the points are coloured: their labels, errors or anomaly scores, or a column of the table.

import { colourOf, isLabelled, rampOf, shapeOf } from './colours.js';
import { t } from './text.js';

const NO_NAME = 0xffffffff;

/** One colour, and maybe shape, for each of some names. */
class Names {
  constructor(id, title, names, of) {
    Object.assign(this, { id, title, names, of });
  }

  colour(set, i) {
    const name = this.of(set, i);
    return name === NO_NAME ? rampOf(NaN) : colourOf(name, this.names);
  }

  shape(set, i) {
    const name = this.of(set, i);
    return name === NO_NAME ? 0 : shapeOf(name, this.names);
  }
}

/** Numbers on a scale that leaves out the most extreme hundredth at each end. */
class Scale {
  constructor(id, title, sets, of, format) {
    const all = sets.flatMap((set) => Array.from(set.rows, (_, i) => of(set, i))).filter(Number.isFinite);
    const sorted = Float64Array.from(all).sort();
    const at = (share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    Object.assign(this, { id, title, of, format, low: at(0.01), high: at(0.99) });
  }

  colour(set, i) {
    return rampOf((this.of(set, i) - this.low) / (this.high - this.low || 1));
  }

  shape() {
    return 0;
  }
}

/** All ways to colour that the data allow; the first is the usual one. */
export function colourings(sets, format) {
  const [items] = sets;
  const all = [new Names('label', t(isLabelled(items.labels) ? 'colour.label' : 'colour.none'), items.labels,
    (set, i) => set.labelOf[i])];
  all.push(new Scale('error', t('colour.error'), sets, (set, i) => set.errors[i], format));
  if (sets.every(({ scores }) => scores)) {
    all.push(new Scale('score', t('colour.score'), sets, (set, i) => set.scores[i], format));
  }
  (items.isNamed && items.table ? items.table.columns : []).forEach((column, c) => {
    const { at, type, texts, name } = column;
    const value = (set, i) => set.values[i * set.inputs + at];
    if (type !== 'category') {
      all.push(new Scale(`c${c}`, name, [items], value, (v) => items.table.text(column, v)));
    } else if (texts.length <= 40) {
      const of = (set, i) => {
        const found = texts.findIndex((_, n) => set.values[i * set.inputs + at + n] === 1);
        return found < 0 ? NO_NAME : found;
      };
      all.push(new Names(`c${c}`, name, texts, of));
    }
  });
  return all;
}
