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

/** y = activation(W x + b), with W dense or the filters of a convolution. */
function forward(layer, x, y) {
  const { run, activation } = layer;
  run(layer, x, y);
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

/** A trained autoencoder. Rows are in the user's units, errors in the network's. */
export class Engine {
  constructor({ model, scaler, sections }) {
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
  }

  #run(from, to, x) {
    let values = x;
    for (let i = from; i < to; i++) {
      forward(this.layers[i], values, this.layers[i].values);
      values = this.layers[i].values;
    }
    return values.slice();
  }

  #scaled(row) {
    const { scaler } = this;
    return scaler ? Float32Array.from(row, (x, j) => (x - scaler.offset[j]) * scaler.factor[j]) : row;
  }

  encode(row) {
    return this.#run(0, this.encoderLayers, this.#scaled(Float32Array.from(row)));
  }

  decode(code) {
    const y = this.#run(this.encoderLayers, this.layers.length, Float32Array.from(code));
    const { scaler } = this;
    return scaler ? y.map((v, j) => v / scaler.factor[j] + scaler.offset[j]) : y;
  }

  /** Mean squared error per value. */
  error(row, reconstruction) {
    const a = this.#scaled(Float32Array.from(row));
    const b = this.#scaled(Float32Array.from(reconstruction));
    let sum = 0;
    for (let j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) ** 2;
    }
    return sum / a.length;
  }
}
