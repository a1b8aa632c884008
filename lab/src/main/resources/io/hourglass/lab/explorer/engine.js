// The network, computed as Hourglass computes it in Java: each output is one chain of fused multiply-adds in float. The
// product of two floats is exact in double, so rounding product plus sum to float is a fused multiply-add, except for
// rare cases of double rounding. Only transposed convolutions add in another order, which is quicker here.

const f = Math.fround;

/** y = W x + b, from a place in x to a place in y; four outputs at a time, as each chain waits for its last sum. */
function multiply({ inputs, outputs, weights, bias }, x, from, y, to) {
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    let a = bias[o];
    let b = bias[o + 1];
    let c = bias[o + 2];
    let d = bias[o + 3];
    const row = o * inputs;
    for (let k = 0; k < inputs; k++) {
      const value = x[from + k];
      a = f(a + weights[row + k] * value);
      b = f(b + weights[row + inputs + k] * value);
      c = f(c + weights[row + 2 * inputs + k] * value);
      d = f(d + weights[row + 3 * inputs + k] * value);
    }
    y[to + o] = a;
    y[to + o + 1] = b;
    y[to + o + 2] = c;
    y[to + o + 3] = d;
  }
  for (; o < outputs; o++) {
    let a = bias[o];
    for (let k = 0; k < inputs; k++) {
      a = f(a + weights[o * inputs + k] * x[from + k]);
    }
    y[to + o] = a;
  }
}

/**
 * Calls back for each line of the patch of the large image that belongs to a pixel of the small one, as far as it lies
 * in the image: with its places in image and patch, and its number of values.
 */
function lines({ large, kernel, stride, padding }, row, column, visit) {
  const { height, width, channels } = large;
  const top = row * stride - padding;
  const left = column * stride - padding;
  const first = Math.max(0, -left);
  const length = (Math.min(kernel, width - left) - first) * channels;
  for (let j = Math.max(0, -top); j < Math.min(kernel, height - top); j++) {
    visit(((top + j) * width + left + first) * channels, (j * kernel + first) * channels, length);
  }
}

/** Calls back for each pixel of the small image: with its row, its column, and the place of its values. */
function pixels({ small }, visit) {
  for (let row = 0, at = 0; row < small.height; row++) {
    for (let column = 0; column < small.width; column++, at += small.channels) {
      visit(row, column, at);
    }
  }
}

/** A convolution: each pixel of the small image from its patch of the large one. */
function convolve(layer, x, y) {
  const { patch } = layer;
  pixels(layer, (row, column, at) => {
    patch.fill(0);
    lines(layer, row, column, (image, of, length) => {
      for (let i = 0; i < length; i++) {
        patch[of + i] = x[image + i];
      }
    });
    multiply(layer, patch, 0, y, at);
  });
}

/** A transposed convolution: each pixel of the small image adds to its patch of the large one. */
function spread(layer, x, y) {
  const { patch, spreadBias: bias } = layer;
  for (let i = 0; i < y.length; i++) {
    y[i] = bias[i % bias.length];
  }
  pixels(layer, (row, column, at) => {
    multiply(layer, x, at, patch, 0);
    lines(layer, row, column, (image, of, length) => {
      for (let i = 0; i < length; i++) {
        y[image + i] += patch[of + i];
      }
    });
  });
}

/** Turns the sums y[from] to y[from + width - 1] of a category into probabilities. */
function softmax(y, { from, width }) {
  const sums = y.slice(from, from + width);
  const largest = Math.max(...sums);
  let total = 0;
  for (let i = 0; i < width; i++) {
    sums[i] = Math.exp(sums[i] - largest);
    total += sums[i];
  }
  for (let i = 0; i < width; i++) {
    y[from + i] = sums[i] / total;
  }
}

/** y = activation(W x + b), with W dense or the filters of a convolution; a category has a softmax instead. */
function forward(layer, x, y, columns) {
  const { run, activation } = layer;
  run(layer, x, y);
  if (columns) {
    for (const column of columns) {
      if (column.width > 1) {
        softmax(y, column);
      } else {
        y[column.from] = activation(y[column.from]);
      }
    }
    return;
  }
  for (let i = 0; i < y.length; i++) {
    y[i] = activation(y[i]);
  }
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// Coefficients of Functions.normalCdf in Java, highest power first (Numerical Recipes, erfc).
const CDF = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223,
];

/** The standard normal distribution function. */
function normalCdf(x) {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.5 * z);
  const tail = 0.5 * t * Math.exp(CDF.reduce((sum, c) => sum * t + c, 0) - z * z);
  return x < 0 ? tail : 1 - tail;
}

const ACTIVATIONS = {
  identity: (x) => x,
  relu: (x) => Math.max(0, x),
  'leaky-relu': (x) => (x < 0 ? 0.01 * x : x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  gelu: (x) => x * normalCdf(x),
  silu: (x) => x * sigmoid(x),
  tanh: Math.tanh,
  sigmoid,
};

/** A trained autoencoder. Rows are in the user's units, errors in the network's. A missing value is NaN. */
export class Engine {
  constructor({ model, scaler, columns, imputed, sections }) {
    let at = 0;
    const take = (length) => sections.weights.subarray(at, at += length);
    this.layers = model.layers.map((layer) => {
      if (!Object.hasOwn(ACTIVATIONS, layer.activation)) {
        throw new Error(`unknown activation ${layer.activation}`);
      }
      const activation = ACTIVATIONS[layer.activation];
      const values = new Float32Array(layer.outputs);
      if (!layer.kernel) {
        const { inputs, outputs } = layer;
        const run = (dense, x, y) => multiply(dense, x, 0, y, 0);
        return { inputs, outputs, weights: take(inputs * outputs), bias: take(outputs), activation, values, run };
      }
      const { small, large, isTransposed } = layer;
      const side = layer.kernel ** 2 * large.channels; // values of a patch
      const weights = take(side * small.channels);
      const bias = take(isTransposed ? large.channels : small.channels);
      const patch = new Float32Array(side);
      return isTransposed
        ? { ...layer, inputs: small.channels, outputs: side, weights, bias: new Float32Array(side), spreadBias: bias,
          patch, activation, values, run: spread }
        : { ...layer, inputs: side, outputs: small.channels, weights, bias, patch, activation, values, run: convolve };
    });
    this.encoderLayers = model.encoderLayers;
    this.scaler = scaler;
    this.imputed = imputed;
    let from = 0;
    this.columns = columns && columns.map(({ width, spread }) => ({ from: (from += width) - width, width, spread }));
    // Whose error is a mean over columns, because they differ or one may be missing.
    this.parts = this.columns ?? (imputed && imputed.map((_, j) => ({ from: j, width: 1, spread: 1 })));
  }

  #run(from, to, x) {
    let values = x;
    for (let i = from; i < to; i++) {
      forward(this.layers[i], values, this.layers[i].values, i === this.layers.length - 1 ? this.columns : null);
      values = this.layers[i].values;
    }
    return values.slice();
  }

  #scaled(row) {
    const { scaler } = this;
    return scaler ? Float32Array.from(row, (x, j) => (x - scaler.offset[j]) * scaler.factor[j]) : row;
  }

  /** Whether one of a column's values is missing. */
  static #isMissing({ from, width }, row) {
    return row.slice(from, from + width).some(Number.isNaN);
  }

  /** The row with the values of missing columns filled. */
  #filled(row) {
    const filled = Float64Array.from(row);
    for (const column of this.imputed ? this.parts : []) {
      for (let i = column.from; i < column.from + column.width && Engine.#isMissing(column, row); i++) {
        filled[i] = this.imputed[i];
      }
    }
    return filled;
  }

  encode(row) {
    return this.#run(0, this.encoderLayers, Float32Array.from(this.#scaled(this.#filled(Float32Array.from(row)))));
  }

  decode(code) {
    const y = this.#run(this.encoderLayers, this.layers.length, Float32Array.from(code));
    const { scaler } = this;
    return scaler ? y.map((v, j) => v / scaler.factor[j] + scaler.offset[j]) : y;
  }

  /** Mean squared error per value or, if columns differ, per column and spread, without missing and input-only ones. */
  error(row, reconstruction) {
    const a = this.#scaled(Float32Array.from(row));
    const b = this.#scaled(Float32Array.from(reconstruction));
    const squares = (from, width) => {
      let sum = 0;
      for (let j = from; j < from + width; j++) {
        sum += (a[j] - b[j]) ** 2;
      }
      return sum;
    };
    if (!this.parts) {
      return squares(0, a.length) / a.length;
    }
    const present = this.parts.filter((column) => column.spread !== null && !Engine.#isMissing(column, a));
    return present.reduce((sum, { from, width, spread }) => sum + squares(from, width) / spread, 0)
      / Math.max(1, present.length);
  }
}
