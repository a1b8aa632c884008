// The network, computed as Hourglass computes it in Java: each output is one chain of fused multiply-adds in float. The
// product of two floats is exact in double, so rounding product plus sum to float is a fused multiply-add, except for
// rare cases of double rounding.

const f = Math.fround;

/** y = activation(W x + b); four outputs at a time, because each chain waits for its last sum. */
function forward({ inputs, outputs, weights, bias, activation }, x, y) {
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    let a = bias[o];
    let b = bias[o + 1];
    let c = bias[o + 2];
    let d = bias[o + 3];
    const row = o * inputs;
    for (let k = 0; k < inputs; k++) {
      const value = x[k];
      a = f(a + weights[row + k] * value);
      b = f(b + weights[row + inputs + k] * value);
      c = f(c + weights[row + 2 * inputs + k] * value);
      d = f(d + weights[row + 3 * inputs + k] * value);
    }
    y[o] = a;
    y[o + 1] = b;
    y[o + 2] = c;
    y[o + 3] = d;
  }
  for (; o < outputs; o++) {
    let a = bias[o];
    for (let k = 0; k < inputs; k++) {
      a = f(a + weights[o * inputs + k] * x[k]);
    }
    y[o] = a;
  }
  for (let i = 0; i < outputs; i++) {
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
    this.layers = model.layers.map(({ inputs, outputs, activation }) => {
      if (!Object.hasOwn(ACTIVATIONS, activation)) {
        throw new Error(`unknown activation ${activation}`);
      }
      return {
        inputs,
        outputs,
        activation: ACTIVATIONS[activation],
        weights: take(inputs * outputs),
        bias: take(outputs),
        values: new Float32Array(outputs),
      };
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
