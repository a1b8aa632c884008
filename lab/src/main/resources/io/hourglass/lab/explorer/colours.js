// Colours of the labels, [red, green, blue] in 0 .. 255.

// Ten colours that stay apart for all eyes, with a contrast of 3 : 1 to the paper: light, those of LabelColours.java,
const LIGHT = '{{onWhite}}'.split(' ');

// and dark.
const DARK = ['a593a1', 'fdbc7a', 'b1bff4', 'e77f1c', '3897ff', '4d5bcf', '8c577a', 'c92e00', '9ffffd', 'ffff02'];

const PLAIN = { light: '0b5f8a', dark: '6cc3ee' };
const PAPER = { light: 'ffffff', dark: '12161f' };

/** With more labels than this, colours and shapes no longer tell them apart. */
const MOST = 40;

const parse = (hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
const dark = window.matchMedia('(prefers-color-scheme: dark)');

export const onThemeChange = (listener) => dark.addEventListener('change', listener);
export const paper = () => parse(dark.matches ? PAPER.dark : PAPER.light);
export const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
export const isLabelled = (labels) => labels.length > 0 && labels.length <= MOST;

/** The colour of a label by its number; of points without labels. */
export function colourOf(label, labels) {
  if (!isLabelled(labels)) {
    return parse(dark.matches ? PLAIN.dark : PLAIN.light);
  }
  const palette = dark.matches ? DARK : LIGHT;
  return parse(palette[label % palette.length]);
}

/** The shape of a label's marks: 0 disc, 1 square, 2 and 3 triangles. */
export const shapeOf = (label, labels) => (isLabelled(labels) ? Math.min(3, Math.floor(label / LIGHT.length)) : 0);

/** Blue below, orange above, the paper between; t in -1 .. 1. Colour-blind readers can tell them apart as well. */
export function diverging(t) {
  const end = t < 0 ? [43, 131, 214] : [224, 112, 8];
  const middle = dark.matches ? [24, 29, 40] : [246, 247, 249];
  const share = Math.min(1, Math.abs(t)) ** 0.7;
  return middle.map((m, c) => m + (end[c] - m) * share);
}
