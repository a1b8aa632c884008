// The page's sentences in its language, and numbers as that language writes them.

let language = 'en';
let messages = {};
let plurals;
let point;

/** Sets the language of the page and its sentences, by key, before any of them is said. */
export function setLanguage(code, sentences) {
  language = code;
  messages = sentences;
  plurals = new Intl.PluralRules(code);
  point = new Intl.NumberFormat(code).formatToParts(1.5).find(({ type }) => type === 'decimal').value;
}

export const count = (n) => new Intl.NumberFormat(language).format(n);

/**
 * A sentence with values in place of {0}, {1} and so on; whole numbers get separators. If the first number among them
 * decides between singular and plural, the sentence has the keys key.one and key.other.
 */
export function t(key, ...values) {
  const form = () => (plurals.select(values.find((v) => typeof v === 'number')) === 'one' ? 'one' : 'other');
  const pattern = messages[key] ?? messages[`${key}.${form()}`];
  if (pattern === undefined) {
    throw new Error(`no message ${key}`);
  }
  return pattern.replace(/\{(\d)\}/g, (_, n) => (typeof values[n] === 'number' ? count(values[n]) : values[n]));
}

/** The text of a number with this language's decimal mark. */
export const marked = (text) => text.replace('.', point);

/** A number with two decimals, without a negative zero. */
export const two = (v) => marked(v.toFixed(2).replace(/^-0\.00$/, '0.00'));

/** A number with the digits that matter. */
export const short = (v) => marked(
  v === 0 ? '0' : Math.abs(v) >= 1e-3 && Math.abs(v) < 1e4 ? v.toPrecision(4) : v.toExponential(2),
);

/** A share of 0 to 1. */
export const percent = (v) => (v > 0 && v < 0.001
  ? `< ${t('percent', marked('0.1'))}`
  : t('percent', marked((100 * v).toFixed(v > 0 && v < 0.1 ? 1 : 0))));
