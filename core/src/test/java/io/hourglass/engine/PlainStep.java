package io.hourglass.engine;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import io.hourglass.numerics.Functions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The training step as the paper writes it: one thread, one loop per sum, weights [outputs][inputs] as in PyTorch. It
 * is the specification of the engine's step, which has the same bits ({@link PlannedStepTest}), so every sum has the
 * order of docs/design/numerics.md. One value at a time, {@link Activation} and {@link Loss} are the specification.
 */
final class PlainStep {
    private static final int SECTION = 192;
    private static final int CHAINS = 16;

    private final Architecture architecture;
    private final Objective objective;
    private final Corruption corruption;
    private final List<Layer> layers;
    private final int last;
    private final int decoder;
    private final boolean tied;
    private final boolean variational;

    /** The weights, which {@link #adam} and {@link #sgd} change, and the gradient of {@link #run}. */
    final Map<String, float[]> tensors = new LinkedHashMap<>();

    final Map<String, float[]> gradients = new LinkedHashMap<>();

    /** What the optimiser remembers of each weight: two moments or a velocity. */
    private final Map<String, float[][]> memory = new HashMap<>();

    /** The results of {@link #run}: means over the rows or, of the error, over all values. */
    double loss;

    double error;
    double divergence;

    /** [layer][row]: its inputs x, its sums z before the activation, and the gradient with respect to these sums. */
    private float[][][] x = {};

    private float[][][] z = {};
    private float[][][] delta = {};

    PlainStep(Architecture architecture, Objective objective, Corruption corruption, Map<String, float[]> tensors) {
        this.architecture = architecture;
        this.objective = objective;
        this.corruption = corruption;
        layers = architecture.layers();
        last = layers.size() - 1;
        decoder = architecture.encoderLayers();
        tied = architecture.variant() == Variant.TIED;
        variational = architecture.variant() == Variant.VARIATIONAL;
        tensors.forEach((name, values) -> this.tensors.put(name, values.clone()));
    }

    float[][] codes() {
        return x[decoder];
    }

    float[][] outputs() {
        return x[last + 1];
    }

    /** Loss and gradient of a mini-batch, whose row r is row {@code numbers[r]} of the data set. */
    void run(float[][] rows, int[] numbers, int epoch, long seed) {
        x = new float[last + 2][rows.length][];
        z = new float[last + 1][rows.length][];
        delta = new float[last + 1][rows.length][];
        double squares = 0;
        double losses = 0;
        double divergences = 0;
        for (int r = 0; r < rows.length; r++) {
            Random noise = Random.ofRow(seed, Random.Purpose.CORRUPTION, epoch, numbers[r]);
            Random sample = Random.ofRow(seed, Random.Purpose.SAMPLING, epoch, numbers[r]);
            float[] normals = new float[architecture.latent()];
            x[0][r] = corrupted(rows[r], noise);
            for (int l = 0; l <= last; l++) {
                z[l][r] = sums(l, x[l][r]);
                x[l + 1][r] = activated(l, z[l][r]);
                if (l + 1 == decoder && variational) {
                    for (int j = 0; j < normals.length; j++) {
                        normals[j] = (float) sample.gaussian();
                    }
                    x[decoder][r] = drawn(z[l][r], normals);
                }
            }
            double rowDivergence = variational ? divergence(z[decoder - 1][r]) : 0;
            double norm = 0;
            for (float value : x[decoder][r]) {
                norm += Math.abs(value);
            }
            squares += loss(Loss.MSE, x[last + 1][r], rows[r]);
            losses += (loss(objective.loss(), x[last + 1][r], rows[r]) + objective.beta() * rowDivergence)
                            / architecture.inputs()
                    + objective.sparsity() * norm;
            divergences += rowDivergence;
            backward(r, rows[r], rows.length, normals);
        }
        error = squares / ((double) rows.length * architecture.inputs());
        loss = objective.equals(Objective.MSE) && !variational ? error : losses / rows.length;
        divergence = divergences / rows.length;
        weightGradients(rows.length);
    }

    private float[] corrupted(float[] row, Random random) {
        float[] values = row.clone();
        for (int i = 0; i < values.length && corruption.noise() > 0; i++) {
            values[i] = (float) (values[i] + corruption.noise() * random.gaussian());
        }
        for (int i = 0; i < values.length && corruption.mask() > 0; i++) {
            values[i] = random.chance(corruption.mask()) ? 0 : values[i];
        }
        return values;
    }

    /** W x + b: one chain per output, over the bias and then the inputs. */
    private float[] sums(int l, float[] x) {
        float[] w = tensors.get(layers.get(l).weight());
        float[] sums = tensors.get(layers.get(l).bias()).clone();
        for (int o = 0; o < sums.length; o++) {
            for (int i = 0; i < x.length; i++) {
                sums[o] = Math.fma(x[i], w[o * x.length + i], sums[o]);
            }
        }
        return sums;
    }

    private float[] activated(int l, float[] sums) {
        float[] y = new float[sums.length];
        for (int o = 0; o < y.length; o++) {
            y[o] = layers.get(l).activation().value(sums[o]);
        }
        return y;
    }

    private static float deviation(float logVariance) {
        return (float) StrictMath.exp(0.5 * logVariance);
    }

    /** The code mean + deviation * normal from a row's means, which come first, and logarithms of variances. */
    private static float[] drawn(float[] distribution, float[] normals) {
        float[] code = new float[normals.length];
        for (int j = 0; j < code.length; j++) {
            code[j] = Math.fma(deviation(distribution[code.length + j]), normals[j], distribution[j]);
        }
        return code;
    }

    /** Kullback-Leibler divergence from the standard normal distribution. */
    private double divergence(float[] distribution) {
        double sum = 0;
        for (int j = 0; j < architecture.latent(); j++) {
            double mean = distribution[j];
            float logVariance = distribution[architecture.latent() + j];
            double deviation = deviation(logVariance);
            sum += 0.5 * (mean * mean + deviation * deviation - 1 - logVariance);
        }
        return sum;
    }

    /** The outputs of the last layer are cut into sections of 192; the last one takes the rest, 96 to 287. */
    private static int[] sections(int outputs) {
        int[] starts = new int[Math.max(1, (outputs + SECTION / 2) / SECTION) + 1];
        for (int s = 0; s < starts.length; s++) {
            starts[s] = s < starts.length - 1 ? s * SECTION : outputs;
        }
        return starts;
    }

    /** Of one row: 16 chains per section. */
    private static double loss(Loss loss, float[] y, float[] x) {
        int[] starts = sections(y.length);
        double sum = 0;
        for (int s = 1; s < starts.length; s++) {
            float[] chains = new float[CHAINS];
            for (int i = starts[s - 1]; i < starts[s]; i++) {
                chains[i % CHAINS] = loss.addTo(chains[i % CHAINS], y[i], x[i]);
            }
            double ofSection = 0;
            for (float chain : chains) {
                ofSection += chain;
            }
            sum += ofSection;
        }
        return sum;
    }

    /** From the loss of row r back to the sums of the first layer. */
    private void backward(int r, float[] target, int rows, float[] normals) {
        Loss loss = objective.loss();
        float scale = 1f / ((float) rows * architecture.inputs());
        float[] gradient = new float[target.length];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = loss.gradient(x[last + 1][r][i], target[i], scale);
        }
        for (int l = last; l >= 0; l--) {
            Activation activation = layers.get(l).activation();
            for (int o = 0; o < gradient.length && !(l == last && loss.isGradientOfSum()); o++) {
                float v = activation.isGradientBySum() ? z[l][r][o] : activation.value(z[l][r][o]);
                gradient[o] = activation.gradient(v, gradient[o]);
            }
            delta[l][r] = gradient;
            gradient = inputGradient(l, gradient);
            if (l == decoder) {
                addSparsity(x[l][r], gradient, (float) (objective.sparsity() / rows));
                gradient = variational ? drawGradient(z[l - 1][r], normals, gradient, rows) : gradient;
            }
        }
    }

    /** delta W: one chain per input and section. Only the last layer has more than one section. */
    private float[] inputGradient(int l, float[] delta) {
        int inputs = layers.get(l).inputs();
        float[] w = tensors.get(layers.get(l).weight());
        int[] starts = l == last ? sections(delta.length) : new int[] {0, delta.length};
        float[] sum = new float[inputs];
        for (int s = 1; s < starts.length; s++) {
            float[] chains = new float[inputs];
            for (int o = starts[s - 1]; o < starts[s]; o++) {
                for (int i = 0; i < inputs; i++) {
                    chains[i] = Math.fma(w[o * inputs + i], delta[o], chains[i]);
                }
            }
            for (int i = 0; i < inputs; i++) {
                sum[i] = s == 1 ? chains[i] : sum[i] + chains[i];
            }
        }
        return sum;
    }

    private static void addSparsity(float[] code, float[] gradient, float scale) {
        for (int j = 0; j < code.length && scale > 0; j++) {
            gradient[j] += code[j] > 0 ? scale : code[j] < 0 ? -scale : 0;
        }
    }

    /** From the code to the means and logarithms of variances; the divergence adds its own. */
    private float[] drawGradient(float[] distribution, float[] normals, float[] byCode, int rows) {
        int latent = byCode.length;
        float scale = (float) (objective.beta() / ((double) rows * architecture.inputs()));
        float[] gradient = new float[2 * latent];
        for (int j = 0; j < latent; j++) {
            float deviation = deviation(distribution[latent + j]);
            gradient[j] = Math.fma(scale, distribution[j], byCode[j]);
            gradient[latent + j] = 0.5f
                    * Math.fma(scale, Math.fma(deviation, deviation, -1), byCode[j] * deviation * normals[j]);
        }
        return gradient;
    }

    /** delta x: one chain per weight over the rows; that of a tied weight goes on with its use in the decoder. */
    private void weightGradients(int rows) {
        gradients.clear();
        for (int l = 0; l <= last; l++) {
            float[] byWeight = new float[layers.get(l).outputs() * layers.get(l).inputs()];
            float[] byBias = new float[layers.get(l).outputs()];
            for (int r = 0; r < rows; r++) {
                addProduct(delta[l][r], x[l][r], byWeight);
                addProduct(delta[l][r], new float[] {1}, byBias);
            }
            for (int r = 0; r < rows && tied; r++) {
                addProduct(x[last - l][r], delta[last - l][r], byWeight);
            }
            if (!tied || l < decoder) {
                gradients.put(layers.get(l).weight(), byWeight);
            }
            gradients.put(layers.get(l).bias(), byBias);
        }
    }

    private static void addProduct(float[] a, float[] b, float[] sum) {
        for (int o = 0; o < a.length; o++) {
            for (int i = 0; i < b.length; i++) {
                sum[o * b.length + i] = Math.fma(a[o], b[i], sum[o * b.length + i]);
            }
        }
    }

    /** Adam, or AdamW if weights decay; t is 1 for the first step. */
    void adam(long t, double rate, double beta2, double weightDecay, double firstDecay) {
        float stepSize = (float) (rate / (1 - StrictMath.pow(0.9, t)));
        float scale = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t)));
        float flush = Functions.MOMENT_FLUSH;
        update(weightDecay, firstDecay, (w, i, gradient, decay, memory) -> {
            float g = gradient[i];
            float m = Math.fma(0.9f, memory[0][i], Math.fma((float) (1 - 0.9), g, flush)) - flush;
            float v = Math.fma((float) beta2, memory[1][i], Math.fma((float) (1 - beta2) * g, g, flush)) - flush;
            memory[0][i] = m;
            memory[1][i] = v;
            float keep = (float) (1 - rate * decay);
            w[i] = Math.fma(-stepSize, m / Math.fma((float) Math.sqrt(v), scale, 1e-8f), keep * w[i]);
        });
    }

    /** Stochastic gradient descent. */
    void sgd(double rate, double momentum, boolean nesterov, double weightDecay, double firstDecay) {
        float flush = Functions.MOMENT_FLUSH;
        update(weightDecay, firstDecay, (w, i, gradient, decay, memory) -> {
            float g = Math.fma((float) decay, w[i], gradient[i]);
            float v = Math.fma((float) momentum, memory[0][i], g + flush) - flush;
            memory[0][i] = v;
            w[i] = Math.fma((float) -rate, nesterov ? Math.fma((float) momentum, v, g) : v, w[i]);
        });
    }

    @FunctionalInterface
    private interface Rule {
        void update(float[] w, int i, float[] gradient, double decay, float[][] memory);
    }

    /** Biases do not decay, and the first layer's weights may at their own rate. A tied decoder follows. */
    private void update(double weightDecay, double firstDecay, Rule rule) {
        gradients.forEach((name, gradient) -> {
            float[][] of = memory.computeIfAbsent(name, any -> new float[2][gradient.length]);
            boolean first = name.equals(layers.get(0).weight());
            double decay = name.endsWith("bias") ? 0 : first ? weightDecay * firstDecay : weightDecay;
            for (int i = 0; i < gradient.length; i++) {
                rule.update(tensors.get(name), i, gradient, decay, of);
            }
        });
        for (int l = decoder; l <= last && tied; l++) {
            float[] w = tensors.get(layers.get(last - l).weight());
            float[] mirror = tensors.get(layers.get(l).weight());
            int inputs = layers.get(l).inputs();
            for (int i = 0; i < w.length; i++) {
                mirror[i % layers.get(l).outputs() * inputs + i / layers.get(l).outputs()] = w[i];
            }
        }
    }
}
