// A row of a table in the units of its file: a line for each column.

import { marked, t } from './text.js';

const DAY = 86_400;
const CYCLES = { day: [DAY, 0], week: [7 * DAY, 3 * DAY], year: [365.2425 * DAY, 0] }; // seconds, as in Column.java

/** A time in seconds since 1970, as text. */
function date(seconds, times) {
  const within = Math.max(-62_167_219_200, Math.min(253_402_300_799, seconds)); // years 0 to 9999
  const text = new Date(1000 * (times ? Math.round(within) : DAY * Math.round(within / DAY))).toISOString();
  const year = text.replace(/^[-+]\d\d(?=\d{4})/, ''); // -000001 and the like
  return times ? year.slice(0, 19).replace('T', ' ').replace(/:00$/, '') : year.slice(0, 10);
}

/** The part of a time that belongs to a cycle: 14:05, Tue or 30 Nov. */
function ofCycle(cycle, seconds, times) {
  const unit = !times ? DAY : cycle === 'day' ? 60 : 1; // half a minute before midnight, it is not tomorrow
  const at = new Date(1000 * unit * Math.round(seconds / unit));
  return cycle === 'day' ? at.toISOString().slice(11, 16)
    : cycle === 'week' ? t('weekdays').split(' ')[at.getUTCDay()]
      : `${at.getUTCDate()} ${t('months').split(' ')[at.getUTCMonth()]}`;
}

/** A number with the digits it was read with, or those that matter to the network. */
const read = (v, digits) => marked(String(Number(v.toPrecision(digits))));
const rounded = (v, factor) => marked(
  v.toFixed(Math.min(20, Math.max(0, Math.ceil(Math.log10(factor)) + 3))).replace(/^-(0(\.0*)?)$/, '$1'),
);

/** Describes rows of a table in words. */
export class Table {
  /** @param columns of the file: names, types, places and numbers of values, and what their types need */
  constructor(columns, engine, digits) {
    this.engine = engine;
    this.columns = columns;
    this.digits = digits;
    const columnOf = columns.flatMap(({ width }, c) => Array(width).fill(c)); // of each value
    this.owners = engine.parts.map(({ from }) => columnOf[from]);
  }

  /**
   * A line for each column: its name and type, what a row holds (null if that is missing) and what is expected, as
   * texts, and the share of the error, 0 to 1, or null if there is none.
   */
  lines(row, reconstruction) {
    const { columns, owners } = this;
    const errors = row ? this.engine.errors(row, reconstruction).map((error) => error || 0) : []; // NaN if missing
    const sum = errors.reduce((a, b) => a + b, 0);
    const sums = columns.map(() => 0);
    const most = columns.map(() => 0); // the largest error of a column
    const part = columns.map(() => 0); // and which of its errors that is
    const seen = columns.map(() => 0);
    errors.forEach((error, i) => {
      const c = owners[i];
      sums[c] += error;
      if (error > most[c]) {
        most[c] = error;
        part[c] = seen[c];
      }
      seen[c]++;
    });
    return columns.map((column, c) => {
      const share = row && !Number.isNaN(row[column.at]) && sum > 0 ? sums[c] / sum : null;
      return { name: column.name, type: column.type, share, ...this.#texts(column, row, reconstruction, part[c]) };
    });
  }

  #texts(column, row, reconstruction, part) {
    const { type, at, times, cycles } = column;
    const original = row && (Number.isNaN(row[at]) ? null : this.#original(column, row));
    const cycle = type === 'date' && row && part > 0 && cycles[Math.floor((part - 1) / 2)];
    if (cycle) { // the part of the date that differs most, if it does
      const [length, shift] = CYCLES[cycle];
      const was = ofCycle(cycle, row[at], times);
      const sine = at + 1 + 2 * cycles.indexOf(cycle);
      const angle = Math.atan2(reconstruction[sine], reconstruction[sine + 1]);
      const turns = angle / (2 * Math.PI) - (row[at] + shift) / length;
      const expected = ofCycle(cycle, row[at] + (turns - Math.round(turns)) * length, times);
      if (expected !== was) {
        return { original: cycle === 'week' ? `${original} (${was})` : original, expected };
      }
    }
    return { original, expected: this.#expected(column, reconstruction) };
  }

  /** A value of a column of numbers or dates, as text. */
  text({ type, times }, value) {
    return type === 'date' ? date(value, times) : read(value, 4);
  }

  #original({ type, at, texts, times }, row) {
    if (type === 'category') {
      const found = texts.findIndex((_, n) => row[at + n] === 1);
      return found < 0 ? t('other') : texts[found];
    }
    return type === 'date' ? date(row[at], times) : read(row[at], this.digits);
  }

  #expected({ type, at, texts, times }, row) {
    if (type === 'category') {
      let most = 0;
      texts.forEach((_, n) => { most = row[at + n] > row[at + most] ? n : most; });
      return `${texts[most]}, ${t('percent', String(Math.round(100 * row[at + most])))}`;
    }
    return type === 'date'
      ? date(times ? 60 * Math.round(row[at] / 60) : row[at], times)
      : rounded(row[at], this.engine.scaler?.factor[at] ?? 1);
  }
}
