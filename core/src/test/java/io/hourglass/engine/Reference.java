package io.hourglass.engine;

import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Exact;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Shape;
import io.hourglass.nn.Variant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The forward pass and the loss in double precision, written from the definitions and sharing nothing with the engine
 * but {@link Architecture#layers()}: what the tests compare with. Images have PyTorch's order inside, channels first.
 */
final class Reference {
    private final List<Layer> layers;
    private final Map<String, double[]> tensors;
    private final double[][] rows; // channels first
    private final double[][] targets;
    private final Objective objective;
    private final Columns columns;
    private final int codeLayer;
    private final Variant variant;
    private final int latent;
    private final Shape image;

    /**
     * Which sums were above 0, by row and layer, and the signs and regions of the differences by row, before any weight
     * was moved: a slope must not look across a kink.
     */
    private final boolean[][][] positive;

    private final double[][] sign;
    private final boolean[][] near;

    Reference(Architecture architecture, Map<String, float[]> tensors, float[][] rows) {
        this(architecture, tensors, rows, rows, Objective.MSE);
    }

    /** @param targets what the rows are to become */
    Reference(
            Architecture architecture,
            Map<String, float[]> tensors,
            float[][] rows,
            float[][] targets,
            Objective objective) {
        this(architecture, tensors, rows, targets, objective, Columns.NONE);
    }

    /** @param columns of the targets; a missing value is NaN there */
    Reference(
            Architecture architecture,
            Map<String, float[]> tensors,
            float[][] rows,
            float[][] targets,
            Objective objective,
            Columns columns) {
        this.columns = columns;
        layers = architecture.layers();
        codeLayer = architecture.encoderLayers() - 1;
        this.objective = objective;
        variant = architecture.variant();
        latent = architecture.latent();
        image = architecture.image();
        this.targets = new double[targets.length][];
        for (int r = 0; r < targets.length; r++) {
            this.targets[r] = widen(targets[r]);
        }
        this.tensors = widen(tensors);
        this.rows = new double[rows.length][];
        positive = new boolean[rows.length][layers.size()][];
        sign = new double[rows.length][architecture.inputs()];
        near = new boolean[rows.length][architecture.inputs()];
        for (int r = 0; r < rows.length; r++) {
            double[] row = widen(rows[r]);
            double[] values = new double[row.length];
            this.rows[r] = values;
            eachPixel((channelsFirst, channelsLast) -> values[channelsFirst] = row[channelsLast]);
            for (int l = 0; l < layers.size(); l++) {
                positive[r][l] = new boolean[layers.get(l).outputs()];
            }
            double[] y = outputs(r, true, new double[2]);
            for (int i = 0; i < y.length; i++) {
                sign[r][i] = Math.signum(y[i] - this.targets[r][i]);
                near[r][i] = Math.abs(y[i] - this.targets[r][i]) <= 1;
            }
        }
    }

    /** The same numbers in double. */
    static Map<String, double[]> widen(Map<String, float[]> tensors) {
        Map<String, double[]> wide = new LinkedHashMap<>();
        tensors.forEach((name, values) -> wide.put(name, widen(values)));
        return wide;
    }

    static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /** The indices of a row's values: with the channels first, as in PyTorch, and last, as in the engine. */
    private interface BothOrders {
        void accept(int channelsFirst, int channelsLast);
    }

    private void eachPixel(BothOrders orders) {
        for (int c = 0; c < image.channels(); c++) {
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    orders.accept(
                            (c * image.height() + y) * image.width() + x,
                            (y * image.width() + x) * image.channels() + c);
                }
            }
        }
    }

    /**
     * Conv2d is the cross-correlation of a padded image with the filters. ConvTranspose2d is the same after zeros have
     * been put between the pixels, with filters turned by 180 degrees, an image padded by what kernel - 1 is more than
     * the padding, and the output padding below and on the right.
     */
    private static double[] convolution(Layer.Conv conv, double[] w, double[] b, double[] x) {
        int k = conv.kernel();
        boolean transposed = conv.isTransposed();
        int step = transposed ? conv.stride() : 1; // between pixels of the image
        int stride = transposed ? 1 : conv.stride(); // between positions of the filter
        int border = transposed ? k - 1 - conv.padding() : conv.padding();
        Shape in = conv.in();
        Shape out = conv.out();
        int height = 2 * border + step * (in.height() - 1) + 1;
        int width = 2 * border + step * (in.width() - 1) + 1;
        if (transposed) {
            height += conv.outputPadding().get(0);
            width += conv.outputPadding().get(1);
        }
        double[][][] padded = new double[in.channels()][height][width];
        for (int i = 0; i < x.length; i++) {
            int column = i % in.width();
            int row = i / in.width() % in.height();
            padded[i / in.pixels()][border + step * row][border + step * column] = x[i];
        }
        double[] y = new double[out.values()];
        for (int o = 0; o < y.length; o++) {
            int column = o % out.width() * stride;
            int row = o / out.width() % out.height() * stride;
            int filter = o / out.pixels();
            y[o] = b[filter];
            for (int c = 0; c < in.channels(); c++) {
                for (int i = 0; i < k * k; i++) {
                    double weight = transposed
                            ? w[(c * out.channels() + filter) * k * k + k * k - 1 - i]
                            : w[(filter * in.channels() + c) * k * k + i];
                    y[o] += weight * padded[c][row + i / k][column + i % k];
                }
            }
        }
        return y;
    }

    private static double[] dense(double[] w, double[] b, double[] x) {
        double[] y = b.clone();
        for (int o = 0; o < y.length; o++) {
            for (int i = 0; i < x.length; i++) {
                y[o] += w[o * x.length + i] * x[i];
            }
        }
        return y;
    }

    /** @param penalties takes the L1 norm of the code and, of a variational network, the KL divergence */
    private double[] outputs(int r, boolean isFirst, double[] penalties) {
        double[] x = rows[r];
        for (int l = 0; l < layers.size(); l++) {
            Layer layer = layers.get(l);
            double[] w = tensors.get(layer.weight());
            double[] b = tensors.get(layer.bias());
            double[] y = layer instanceof Layer.Conv conv ? convolution(conv, w, b, x) : dense(w, b, x);
            for (int o = 0; o < y.length; o++) {
                if (isFirst) {
                    positive[r][l][o] = y[o] > 0;
                }
                boolean logit = l == layers.size() - 1 && isOfCategory(o);
                y[o] = logit ? y[o] : Exact.activation(layer.activation(), y[o], positive[r][l][o]);
            }
            x = y;
            if (l == codeLayer) {
                if (variant == Variant.VARIATIONAL) {
                    x = draw(r, y, penalties);
                }
                penalties[0] = Arrays.stream(x).map(Math::abs).sum();
            }
        }
        double[] y = x;
        double[] reconstruction = new double[x.length];
        eachPixel((channelsFirst, channelsLast) -> reconstruction[channelsLast] = y[channelsFirst]);
        return reconstruction;
    }

    /** The code of a row drawn from its distribution, with the numbers that {@link Step} draws. */
    private double[] draw(int r, double[] distribution, double[] penalties) {
        Random random = Random.ofRow(Step.SEED, Random.Purpose.SAMPLING, Step.EPOCH, Step.LAST_ROW - r);
        double[] code = new double[latent];
        for (int j = 0; j < latent; j++) {
            double mean = distribution[j];
            double logVariance = distribution[latent + j];
            code[j] = mean + Math.sqrt(Math.exp(logVariance)) * random.gaussian();
            penalties[1] += (mean * mean + Math.exp(logVariance) - 1 - logVariance) / 2;
        }
        return code;
    }

    /** The objective over all rows. */
    double loss() {
        double sum = 0;
        for (int r = 0; r < rows.length; r++) {
            double[] penalties = {0, 0};
            double[] y = outputs(r, false, penalties);
            int terms = columns.isNone() ? y.length : columns.counted();
            for (int i = 0; i < y.length && columns.isNone(); i++) {
                sum += Exact.loss(objective.loss(), y[i], targets[r][i], sign[r][i], near[r][i]) / terms;
            }
            for (int c = 0; c < columns.count(); c++) {
                sum += columns.weight(c) * columnLoss(r, c, y) / terms;
            }
            sum += objective.sparsity() * penalties[0] + objective.beta() * penalties[1] / terms;
        }
        return sum / rows.length;
    }

    private boolean isOfCategory(int value) {
        for (int c = 0; c < columns.count(); c++) {
            if (value >= columns.start(c) && value < columns.start(c) + columns.width(c)) {
                return columns.isCategory(c);
            }
        }
        return false;
    }

    /**
     * 0 if it is an input only or missing. The values of a category are logits: ln of the sum of all exponentials, less
     * that of x.
     */
    private double columnLoss(int r, int column, double[] y) {
        int from = columns.start(column);
        int to = from + columns.width(column);
        if (columns.isInputOnly(column) || Arrays.stream(targets[r], from, to).anyMatch(Double::isNaN)) {
            return 0;
        }
        if (!columns.isCategory(column)) {
            return Exact.loss(objective.loss(), y[from], targets[r][from], sign[r][from], near[r][from]);
        }
        double chosen = 0;
        for (int i = from; i < to; i++) {
            chosen += targets[r][i] * y[i];
        }
        return Math.log(Arrays.stream(y, from, to).map(Math::exp).sum()) - chosen;
    }

    /** The slope of the loss by one weight: central difference, exact to about 1e-10. */
    double slope(String tensor, int index) {
        double value = tensors.get(tensor)[index];
        double h = 1e-5;
        set(tensor, index, value + h);
        double above = loss();
        set(tensor, index, value - h);
        double below = loss();
        set(tensor, index, value);
        return (above - below) / (2 * h);
    }

    /** A tied weight stands in two tensors. */
    private void set(String tensor, int index, double value) {
        tensors.get(tensor)[index] = value;
        for (int l = 0; l <= codeLayer && variant == Variant.TIED; l++) {
            Layer layer = layers.get(l);
            if (layer.weight().equals(tensor)) {
                int o = index / layer.inputs();
                int i = index % layer.inputs();
                tensors.get(layers.get(layers.size() - 1 - l).weight())[i * layer.outputs() + o] = value;
            }
        }
    }
}
