package io.hourglass.engine;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Shape;
import io.hourglass.nn.Variant;
import io.hourglass.numerics.Functions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The training step as the paper writes it: one thread, one loop per sum, weights [outputs][inputs] as in PyTorch. It
 * is the specification of the engine's step, which has the same bits ({@link PlannedStepTest}), so each sum has the
 * order that docs/design/numerics.md states. {@link Activation} and {@link Loss} are the specification of one value.
 */
final class PlainStep {
    private static final int SECTION = 192;
    private static final int CHAINS = 16;

    private final Architecture architecture;
    private final Objective objective;
    private final Corruption corruption;
    private final Columns columns;
    private final float @Nullable [] imputed; // [inputs] in place of missing values at the inputs
    private final int terms; // of a row's loss, which is their mean
    private final List<Layer> layers;
    private final int last;
    private final int decoder; // its first layer
    private final boolean tied;
    private final boolean variational;

    /** All weights and biases by name. */
    final Map<String, float[]> tensors = new LinkedHashMap<>();

    /** Of the last {@link #run}; none for the weights of a tied decoder. */
    final Map<String, float[]> gradients = new LinkedHashMap<>();

    // The results of the last run: means over the rows or, of the squared error, over all values.
    double loss;
    double error;
    double divergence;

    // [layer][row] inputs x, sums z, gradients delta with respect to the sums. The outputs are the next layer's inputs.
    private float[][][] x = {};
    private float[][][] z = {};
    private float[][][] delta = {};

    /** [row][latent] the random numbers that a variational network draws. */
    private float[][] normals = {};

    PlainStep(Architecture architecture, Objective objective, Corruption corruption, Map<String, float[]> tensors) {
        this(architecture, objective, corruption, Columns.NONE, null, tensors);
    }

    PlainStep(
            Architecture architecture,
            Objective objective,
            Corruption corruption,
            Columns columns,
            float @Nullable [] imputed,
            Map<String, float[]> tensors) {
        this.architecture = architecture;
        this.objective = objective;
        this.corruption = corruption;
        this.columns = columns;
        this.imputed = imputed;
        terms = columns.isNone()
                ? architecture.inputs()
                : (int) IntStream.range(0, columns.count())
                        .filter(c -> !columns.isInputOnly(c))
                        .count();
        layers = architecture.layers();
        last = layers.size() - 1;
        decoder = architecture.encoderLayers();
        tied = architecture.variant() == Variant.TIED;
        variational = architecture.variant() == Variant.VARIATIONAL;
        tensors.forEach((name, values) -> this.tensors.put(name, values.clone()));
    }

    /** Of the last run, drawn if the network is variational. */
    float[][] codes() {
        return x[decoder];
    }

    /** The reconstructions of the last run. */
    float[][] outputs() {
        return x[last + 1];
    }

    /** Loss and gradient of a mini-batch, whose row r is row {@code numbers[r]} of the data set. */
    void run(float[][] rows, int[] numbers, int epoch, long seed) {
        x = new float[last + 2][rows.length][];
        z = new float[last + 1][rows.length][];
        delta = new float[last + 1][rows.length][];
        normals = new float[rows.length][architecture.latent()];
        double squares = 0;
        double losses = 0;
        double divergences = 0;
        for (int r = 0; r < rows.length; r++) {
            x[0][r] = corrupted(imputed(rows[r]), Random.ofRow(seed, Random.Purpose.CORRUPTION, epoch, numbers[r]));
            double rowDivergence = forward(r, Random.ofRow(seed, Random.Purpose.SAMPLING, epoch, numbers[r]));
            double norm = 0;
            for (float value : x[decoder][r]) {
                norm += Math.abs(value);
            }
            float[] y = x[last + 1][r];
            squares += columns.isNone() ? loss(Loss.MSE, y, rows[r]) : columnError(y, rows[r]);
            double rowLoss = columns.isNone() ? loss(objective.loss(), y, rows[r]) : columnLoss(y, rows[r]);
            losses += (rowLoss + objective.beta() * rowDivergence) / terms + objective.sparsity() * norm;
            divergences += rowDivergence;
            backward(r, rows[r], rows.length);
        }
        boolean errorAlone = objective.equals(Objective.MSE) && !variational && columns.isNone();
        error = squares / (columns.isNone() ? (double) rows.length * terms : rows.length);
        loss = errorAlone ? error : losses / rows.length;
        divergence = divergences / rows.length;
        for (int l = 0; l <= last; l++) {
            weightGradients(l, rows.length);
        }
    }

    /** All values of a column, if one is missing. */
    private float[] imputed(float[] row) {
        float[] values = row.clone();
        for (int i = 0; i < values.length && imputed != null; i++) {
            values[i] = isMissing(columnOf(i), row) ? imputed[i] : row[i];
        }
        return values;
    }

    private int columnOf(int i) {
        int column = 0;
        while (columns.start(column) + columns.width(column) <= i) {
            column++;
        }
        return column;
    }

    private boolean isMissing(int column, float[] row) {
        boolean missing = false;
        for (int i = 0; i < row.length; i++) {
            missing |= columnOf(i) == column && Float.isNaN(row[i]);
        }
        return missing;
    }

    private float[] corrupted(float[] row, Random random) {
        if (!columns.isNone()) {
            return corruptedByColumns(row, random);
        }
        float[] values = row.clone();
        for (int i = 0; i < values.length && corruption.noise() > 0; i++) {
            values[i] = (float) (values[i] + corruption.noise() * random.gaussian());
        }
        for (int i = 0; i < values.length && corruption.mask() > 0; i++) {
            values[i] = random.chance(corruption.mask()) ? 0 : values[i];
        }
        return values;
    }

    /** Noise for numbers; a mask for all values of a column. */
    private float[] corruptedByColumns(float[] row, Random random) {
        float[] values = row.clone();
        for (int i = 0; i < values.length && corruption.noise() > 0; i++) {
            if (!columns.isCategory(columnOf(i))) {
                values[i] = (float) (values[i] + corruption.noise() * random.gaussian());
            }
        }
        for (int column = 0; column < columns.count() && corruption.mask() > 0; column++) {
            boolean masked = random.chance(corruption.mask());
            for (int i = 0; i < values.length && masked; i++) {
                values[i] = columnOf(i) == column ? 0 : values[i];
            }
        }
        return values;
    }

    /** Sums and outputs of all layers. Returns the divergence of the row. */
    private double forward(int r, Random random) {
        double rowDivergence = 0;
        for (int l = 0; l <= last; l++) {
            Layer layer = layers.get(l);
            float[] sums = new float[layer.outputs()];
            for (int o = 0; o < sums.length; o++) {
                int bias = layer instanceof Layer.Conv
                        ? o % layer.biases()
                        : layer.out().channelFirst(o);
                sums[o] = tensors.get(layer.bias())[bias];
            }
            addProducts(layer, x[l][r], sums);
            float[] out = new float[sums.length];
            for (int o = 0; o < sums.length; o++) {
                out[o] = layer.activation().value(sums[o]);
            }
            for (int column = 0; column < columns.count() && l == last; column++) {
                if (columns.isCategory(column)) {
                    softmax(sums, columns.start(column), columns.width(column), out);
                }
            }
            z[l][r] = sums;
            x[l + 1][r] = out;
            if (variational && l + 1 == decoder) {
                rowDivergence = draw(r, random);
            }
        }
        return rowDivergence;
    }

    /** p = exp(z - max) / sum, for the values of one category; the sum is a chain in double. */
    private static void softmax(float[] z, int from, int n, float[] p) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + n; i++) {
            largest = Math.max(largest, z[i]);
        }
        double sum = 0;
        for (int i = from; i < from + n; i++) {
            sum += Functions.expNegative(largest - z[i]);
        }
        for (int i = from; i < from + n; i++) {
            p[i] = (float) (Functions.expNegative(largest - z[i]) / sum);
        }
    }

    /** z += W x: the chain of each output goes on over the inputs in order. */
    private void addProducts(Layer layer, float[] in, float[] sums) {
        float[] w = tensors.get(layer.weight());
        if (layer instanceof Layer.Conv conv) {
            if (conv.isTransposed()) {
                toLarge(conv, w, in, sums);
            } else {
                toSmall(conv, w, in, sums);
            }
            return;
        }
        for (int o = 0; o < sums.length; o++) {
            for (int i = 0; i < in.length; i++) {
                sums[o] = Math.fma(in[i], w[weight(layer, o, i)], sums[o]);
            }
        }
    }

    /** Where a dense layer's weight lies: images have their channels first in PyTorch. */
    private static int weight(Layer layer, int o, int i) {
        return layer.out().channelFirst(o) * layer.inputs() + layer.in().channelFirst(i);
    }

    /** A convolution: the chain of each value of the small image, over rows, columns and channels of the filter. */
    private static void toSmall(Layer.Conv conv, float[] w, float[] large, float[] small) {
        each(conv, (s, y, x, b) -> {
            for (int ky = 0; ky < conv.kernel(); ky++) {
                for (int kx = 0; kx < conv.kernel(); kx++) {
                    for (int a = 0; a < conv.large().channels(); a++) {
                        int i = large(conv, y, x, ky, kx, a);
                        if (i >= 0) {
                            small[s] = Math.fma(large[i], w[weight(conv, b, a, ky, kx)], small[s]);
                        }
                    }
                }
            }
        });
    }

    /**
     * A transposed convolution: the chain of each value of the large image, over the rows, columns and channels of the
     * small one.
     */
    private static void toLarge(Layer.Conv conv, float[] w, float[] small, float[] large) {
        each(conv, (s, y, x, b) -> {
            for (int ky = 0; ky < conv.kernel(); ky++) {
                for (int kx = 0; kx < conv.kernel(); kx++) {
                    for (int a = 0; a < conv.large().channels(); a++) {
                        int i = large(conv, y, x, ky, kx, a);
                        if (i >= 0) {
                            large[i] = Math.fma(small[s], w[weight(conv, b, a, ky, kx)], large[i]);
                        }
                    }
                }
            }
        });
    }

    /** A value of the small image: its index, row, column and channel. */
    private interface SmallValue {
        void accept(int index, int y, int x, int channel);
    }

    private static void each(Layer.Conv conv, SmallValue value) {
        Shape small = conv.small();
        for (int s = 0; s < small.values(); s++) {
            int pixel = s / small.channels();
            value.accept(s, pixel / small.width(), pixel % small.width(), s % small.channels());
        }
    }

    /** The value of the large image that a position of the filter connects with a pixel; -1 in the padding. */
    private static int large(Layer.Conv conv, int y, int x, int ky, int kx, int channel) {
        int row = y * conv.stride() + ky - conv.padding();
        int column = x * conv.stride() + kx - conv.padding();
        Shape large = conv.large();
        return row < 0 || row >= large.height() || column < 0 || column >= large.width()
                ? -1
                : (row * large.width() + column) * large.channels() + channel;
    }

    private static int weight(Layer.Conv conv, int small, int large, int ky, int kx) {
        return ((small * conv.large().channels() + large) * conv.kernel() + ky) * conv.kernel() + kx;
    }

    /** The code from its means, which come first, and logarithms of variances; returns the KL divergence. */
    private double draw(int r, Random random) {
        float[] code = new float[architecture.latent()];
        double sum = 0;
        for (int j = 0; j < code.length; j++) {
            float mean = x[decoder][r][j];
            float logVariance = x[decoder][r][code.length + j];
            float deviation = (float) StrictMath.exp(0.5 * logVariance);
            normals[r][j] = (float) random.gaussian();
            code[j] = Math.fma(deviation, normals[r][j], mean);
            sum += 0.5 * ((double) mean * mean + (double) deviation * deviation - 1 - logVariance);
        }
        x[decoder][r] = code;
        return sum;
    }

    /** The first output of each section of the last layer, then their number. The last has 96 to 287 outputs. */
    private static int[] sections(int outputs) {
        int[] starts = new int[Math.max(1, (outputs + SECTION / 2) / SECTION) + 1];
        for (int s = 0; s < starts.length; s++) {
            starts[s] = s < starts.length - 1 ? s * SECTION : outputs;
        }
        return starts;
    }

    /** Of one row: 16 chains per section of a dense layer, or for an image. */
    private double loss(Loss loss, float[] y, float[] target) {
        int[] starts = layers.get(last) instanceof Layer.Dense ? sections(y.length) : new int[] {0, y.length};
        double sum = 0;
        for (int s = 1; s < starts.length; s++) {
            float[] chains = new float[CHAINS];
            for (int i = starts[s - 1]; i < starts[s]; i++) {
                chains[i % CHAINS] = loss.addTo(chains[i % CHAINS], y[i], target[i]);
            }
            double ofSection = 0;
            for (float chain : chains) {
                ofSection += chain;
            }
            sum += ofSection;
        }
        return sum;
    }

    /** Whether a column has neither loss nor error. */
    private boolean isLeftOut(int column, float[] row) {
        return columns.isInputOnly(column) || isMissing(column, row);
    }

    /** Of one row: weight times loss of the columns that are not left out, in order. */
    private double columnLoss(float[] y, float[] target) {
        double sum = 0;
        for (int column = 0; column < columns.count(); column++) {
            double ofColumn = 0;
            for (int i = columns.start(column); i < columns.start(column) + columns.width(column); i++) {
                if (!columns.isCategory(column)) {
                    ofColumn = objective.loss().addTo(0, y[i], target[i]);
                } else if (target[i] == 1) {
                    ofColumn = -Functions.log(y[i]); // cross-entropy
                }
            }
            sum += isLeftOut(column, target) ? 0 : columns.weight(column) * ofColumn;
        }
        return sum;
    }

    /** Of one row: the mean over the columns that are not left out. */
    private double columnError(float[] y, float[] target) {
        double sum = 0;
        int present = 0;
        for (int column = 0; column < columns.count(); column++) {
            double squares = 0;
            for (int i = columns.start(column); i < columns.start(column) + columns.width(column); i++) {
                squares += ((double) y[i] - target[i]) * ((double) y[i] - target[i]);
            }
            if (!isLeftOut(column, target)) {
                sum += squares / columns.spread(column);
                present++;
            }
        }
        return present == 0 ? 0 : sum / present;
    }

    /** The gradient of one row's loss with respect to the sums of the last layer. */
    private float[] columnGradient(int r, float[] target, int rows) {
        float[] gradient = new float[target.length];
        for (int i = 0; i < gradient.length; i++) {
            int column = columnOf(i);
            float scale = (float) (columns.weight(column) / ((double) rows * terms));
            float y = x[last + 1][r][i];
            if (isLeftOut(column, target)) {
                gradient[i] = 0;
            } else if (columns.isCategory(column)) {
                gradient[i] = Loss.BCE.gradient(y, target[i], scale); // scale * (y - target), as of a sigmoid
            } else {
                gradient[i] = objective.loss().gradient(y, target[i], scale);
                if (!objective.loss().isGradientOfSum()) {
                    gradient[i] = activationGradient(last, r, i, gradient[i]);
                }
            }
        }
        return gradient;
    }

    private float activationGradient(int l, int r, int o, float gradient) {
        Activation activation = layers.get(l).activation();
        float v = activation.isGradientBySum() ? z[l][r][o] : activation.value(z[l][r][o]);
        return activation.gradient(v, gradient);
    }

    /** delta of row r, from the loss back to the first layer. */
    private void backward(int r, float[] target, int rows) {
        float[] gradient = new float[target.length];
        for (int i = 0; i < gradient.length; i++) {
            float scale = 1f / ((float) rows * architecture.inputs());
            gradient[i] = objective.loss().gradient(x[last + 1][r][i], target[i], scale);
        }
        boolean ofSums = objective.loss().isGradientOfSum() || !columns.isNone();
        if (!columns.isNone()) {
            gradient = columnGradient(r, target, rows);
        }
        for (int l = last; l >= 0; l--) {
            for (int o = 0; o < gradient.length && !(l == last && ofSums); o++) {
                gradient[o] = activationGradient(l, r, o, gradient[o]);
            }
            delta[l][r] = gradient;
            gradient = inputGradient(l, gradient);
            if (l == decoder) {
                addSparsity(x[l][r], gradient, (float) (objective.sparsity() / rows));
                gradient = variational ? drawGradient(r, gradient, rows) : gradient;
            }
        }
    }

    /** delta W: one chain per input over the outputs; in a last layer without columns one for each of its sections. */
    private float[] inputGradient(int l, float[] delta) {
        int inputs = layers.get(l).inputs();
        float[] w = tensors.get(layers.get(l).weight());
        if (layers.get(l) instanceof Layer.Conv conv) {
            float[] gradient = new float[inputs];
            if (conv.isTransposed()) {
                toSmall(conv, w, delta, gradient);
            } else {
                toLarge(conv, w, delta, gradient);
            }
            return gradient;
        }
        int[] starts = l == last && columns.isNone() ? sections(delta.length) : new int[] {0, delta.length};
        float[] sum = new float[inputs];
        for (int s = 1; s < starts.length; s++) {
            float[] chains = new float[inputs];
            for (int o = starts[s - 1]; o < starts[s]; o++) {
                for (int i = 0; i < inputs; i++) {
                    chains[i] = Math.fma(w[weight(layers.get(l), o, i)], delta[o], chains[i]);
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

    /** From the code to means and logarithms of variances, including the gradient of the divergence. */
    private float[] drawGradient(int r, float[] byCode, int rows) {
        int latent = byCode.length;
        float scale = (float) (objective.beta() / ((double) rows * terms));
        float[] gradient = new float[2 * latent];
        for (int j = 0; j < latent; j++) {
            float deviation = (float) StrictMath.exp(0.5 * z[decoder - 1][r][latent + j]);
            float byDeviation = byCode[j] * deviation * normals[r][j];
            gradient[j] = Math.fma(scale, z[decoder - 1][r][j], byCode[j]);
            gradient[latent + j] = 0.5f * Math.fma(scale, Math.fma(deviation, deviation, -1), byDeviation);
        }
        return gradient;
    }

    /** delta x: one chain per weight over the rows; that of a tied weight goes on with its use in the decoder. */
    private void weightGradients(int l, int rows) {
        Layer layer = layers.get(l);
        float[] byWeight = new float[(int) layer.weights()];
        float[] byBias = new float[layer.biases()];
        if (layer instanceof Layer.Conv conv) {
            filterGradients(conv, x[l], delta[l], byWeight);
            biasGradients(conv, delta[l], byBias);
        } else {
            for (int r = 0; r < rows; r++) {
                addDense(layer, delta[l][r], x[l][r], byWeight);
                for (int o = 0; o < layer.outputs(); o++) {
                    byBias[layer.out().channelFirst(o)] += delta[l][r][o];
                }
            }
        }
        for (int r = 0; r < rows && tied; r++) {
            addProduct(x[last - l][r], delta[last - l][r], byWeight);
        }
        if (!tied || l < decoder) {
            gradients.put(layer.weight(), byWeight);
        }
        gradients.put(layer.bias(), byBias);
    }

    private static void addDense(Layer layer, float[] delta, float[] x, float[] sum) {
        for (int o = 0; o < delta.length; o++) {
            for (int i = 0; i < x.length; i++) {
                int at = weight(layer, o, i);
                sum[at] = Math.fma(delta[o], x[i], sum[at]);
            }
        }
    }

    /** One chain per weight over the rows and the pixels of the small image. */
    private static void filterGradients(Layer.Conv conv, float[][] x, float[][] delta, float[] sum) {
        for (int r = 0; r < x.length; r++) {
            float[] large = conv.isTransposed() ? delta[r] : x[r];
            float[] small = conv.isTransposed() ? x[r] : delta[r];
            each(conv, (s, row, column, b) -> {
                for (int ky = 0; ky < conv.kernel(); ky++) {
                    for (int kx = 0; kx < conv.kernel(); kx++) {
                        for (int a = 0; a < conv.large().channels(); a++) {
                            int i = large(conv, row, column, ky, kx, a);
                            int at = weight(conv, b, a, ky, kx);
                            sum[at] = Math.fma(i < 0 ? 0 : large[i], small[s], sum[at]);
                        }
                    }
                }
            });
        }
    }

    /** One chain per channel or, in a transposed convolution, per channel and column; then the columns in order. */
    private static void biasGradients(Layer.Conv conv, float[][] delta, float[] sum) {
        int channels = conv.biases();
        int columns = conv.isTransposed() ? conv.out().width() : 1;
        float[] chains = new float[columns * channels];
        for (float[] row : delta) {
            for (int i = 0; i < row.length; i++) {
                chains[i % chains.length] += row[i];
            }
        }
        for (int i = 0; i < chains.length; i++) {
            sum[i % channels] = i < channels ? chains[i] : sum[i % channels] + chains[i];
        }
    }

    private static void addProduct(float[] a, float[] b, float[] sum) {
        for (int o = 0; o < a.length; o++) {
            for (int i = 0; i < b.length; i++) {
                sum[o * b.length + i] = Math.fma(a[o], b[i], sum[o * b.length + i]);
            }
        }
    }

    /** Changes the weights by the gradient; a tied decoder gets those of the encoder, transposed. */
    void update(PlainOptimizer optimizer, long t, double rate) {
        gradients.forEach((name, gradient) ->
                tensors.computeIfPresent(name, (any, w) -> optimizer.update(name, w, gradient, t, rate)));
        for (int l = decoder; l <= last && tied; l++) {
            int inputs = layers.get(l).inputs();
            int outputs = layers.get(l).outputs();
            float[] mirrored = tensors.get(layers.get(last - l).weight());
            for (int i = 0; i < mirrored.length; i++) {
                tensors.get(layers.get(l).weight())[i % outputs * inputs + i / outputs] = mirrored[i];
            }
        }
    }
}
