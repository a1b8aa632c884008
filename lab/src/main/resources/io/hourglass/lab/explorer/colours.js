// Colours of the points, [red, green, blue] in 0 .. 255, in light and in dark.

// Ten colours that stay apart for all eyes, with a contrast of 3 : 1 to the paper: in light those of LabelColours.java,
const LIGHT = '{{onWhite}}'.split(' ');

// and in dark the same hues, as ExplorerPage.java has them.
const DARK = '{{onBlack}}'.split(' ');

const PLAIN = { light: '0b5f8a', dark: '6cc3ee' };
const PAPER = { light: 'ffffff', dark: '12161f' };

// From low to high: from blue to red, and from little to much contrast, so that it can be read without hues as well.
const RAMP = { light: ['7f93ab', 'b0552a', '6b0f0a'], dark: ['5f7790', 'd98a4f', 'ffc9bd'] };
const MISSING = { light: '9aa0a8', dark: '6c727c' };

/** With more labels than this, colours and shapes no longer tell them apart. */
const MOST = 40;

const parsed = new Map();

function parse(hex) {
  if (!parsed.has(hex)) {
    parsed.set(hex, [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  }
  return parsed.get(hex);
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const themed = (pair) => (dark.matches ? pair.dark : pair.light);

export const onThemeChange = (listener) => dark.addEventListener('change', listener);
export const paper = () => parse(themed(PAPER));
export const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
export const isLabelled = (labels) => labels.length > 0 && labels.length <= MOST;

/** The colour of a label by its number; of points without labels. */
export function colourOf(label, labels) {
  if (!isLabelled(labels)) {
    return parse(themed(PLAIN));
  }
  const palette = dark.matches ? DARK : LIGHT;
  return parse(palette[label % palette.length]);
}

/** The shape of a label's marks: 0 disc, 1 square, 2 and 3 triangles. */
export const shapeOf = (label, labels) => (isLabelled(labels) ? Math.min(3, Math.floor(label / LIGHT.length)) : 0);

/** The colour of a value between the lowest, 0, and the highest, 1; grey if there is none. */
export function rampOf(share) {
  if (Number.isNaN(share)) {
    return parse(themed(MISSING));
  }
  const stops = themed(RAMP).map(parse);
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(at));
  return stops[from].map((v, c) => Math.round(v + (stops[from + 1][c] - v) * (at - from)));
}

/** Blue below, orange above, the paper between; t in -1 .. 1. Colour-blind readers can tell them apart as well. */
export function diverging(t) {
  const end = t < 0 ? [43, 131, 214] : [224, 112, 8];
  const middle = dark.matches ? [24, 29, 40] : [246, 247, 249];
  const share = Math.min(1, Math.abs(t)) ** 0.7;
  return middle.map((m, c) => m + (end[c] - m) * share);
}
