package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Layer;
import java.util.Arrays;

/**
 * The weights of a convolution or a transposed convolution, as matrices. Both kinds connect a large and a small image
 * ({@link Layer.Conv}), and each direction is a product of {@link Patches} with a matrix:
 *
 * <ul>
 *   <li>down, from large to small: [kernel * kernel * large channels][small channels]. These are the weights that the
 *       optimiser changes. Rows lie in the order of the filters' rows, columns and channels;
 *   <li>up, from small to large: a pixel of the small image touches several of the large one, so the large image is
 *       computed in blocks of stride x stride pixels: [taps * taps * small channels][stride * stride * large channels].
 *       Where a pixel of the small image does not reach one of the block, the weight is 0. {@link #spread} makes this
 *       matrix from the other.
 * </ul>
 *
 * <p>The matrix of the forward pass is preceded by a row of biases, as in {@link Dense}.
 */
final class Filters extends Weights {
    private final Layer.Conv conv;
    private final Kernels kernels;
    private final int width;
    private final int biases; // padded
    private final int columns; // padded channels of the small image
    private final float[] weights;
    private final Matrix down;
    private final Matrix downWithBiases;

    /** [row of up][column of up] index of the weight, from the first weight on; -1 where there is none. */
    private final int[] sources;

    private final int upRows;
    private final int upColumns;

    /**
     * Zero weights.
     *
     * @throws IllegalArgumentException if the weights, or what the outputs of an image see, do not fit into one array
     */
    Filters(Layer.Conv conv, Kernels kernels) {
        super(conv);
        this.conv = conv;
        this.kernels = kernels;
        width = kernels.padded(conv.outputs());
        biases = kernels.padded(conv.biases());
        columns = kernels.padded(conv.small().channels());
        Patches patches = new Patches(conv);
        int rows = patches.downValues();
        upRows = patches.upValues();
        upColumns = conv.stride() * conv.stride() * conv.large().channels();
        requireFits(conv.small().pixels(), kernels.stride(1 + rows), "values in all that its outputs see");
        requireFits(START + biases + (long) rows * columns, 1, "weights");
        requireFits(START + 1 + upRows, kernels.padded(upColumns), "weights in both directions");
        weights = new float[START + biases + rows * columns];
        down = new Matrix(weights, START + biases, rows, columns);
        downWithBiases = new Matrix(weights, START, conv.isTransposed() ? 0 : 1 + rows, columns);
        sources = sources(patches);
    }

    private void requireFits(long rows, long columns, String what) {
        if (rows * columns > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("%s, %s to %s with kernel %d, has %d %s, expected fewer than 2^31"
                    .formatted(conv.name(), conv.in(), conv.out(), conv.kernel(), rows * columns, what));
        }
    }

    private int[] sources(Patches patches) {
        int small = conv.small().channels();
        int large = conv.large().channels();
        int stride = conv.stride();
        int[] all = new int[upRows * upColumns];
        for (int row = 0; row < upRows; row++) {
            int tap = row / small;
            for (int column = 0; column < upColumns; column++) {
                int pixel = column / large;
                int ky = patches.kernelAt(tap / patches.taps(), pixel / stride);
                int kx = patches.kernelAt(tap % patches.taps(), pixel % stride);
                boolean connected = ky >= 0 && ky < conv.kernel() && kx >= 0 && kx < conv.kernel();
                all[row * upColumns + column] =
                        connected ? ((ky * conv.kernel() + kx) * large + column % large) * columns + row % small : -1;
            }
        }
        return all;
    }

    Layer.Conv conv() {
        return conv;
    }

    @Override
    float[] weights() {
        return weights;
    }

    @Override
    int width() {
        return width;
    }

    @Override
    int biasesAt(int offset) {
        return offset == START ? biases : 0;
    }

    /** Padded number of biases. */
    int biases() {
        return biases;
    }

    /** Down without biases: [kernel * kernel * large channels][padded small channels]. */
    Matrix down() {
        return down;
    }

    /** Down with a first row of biases; only for a convolution, whose biases are of the small image. */
    Matrix downWithBiases() {
        return downWithBiases;
    }

    /** Zeros for {@link #spread}: [1 + taps * taps * small channels][padded columns]; the first row for biases. */
    Matrix newUp() {
        int padded = kernels.padded(upColumns);
        return new Matrix(new float[START + (1 + upRows) * padded], START, 1 + upRows, upColumns, padded);
    }

    /** Writes the biases, if they are of the large image, and the weights of up. */
    void spread(Matrix up) {
        if (conv.isTransposed()) {
            for (int j = 0; j < upColumns; j++) {
                up.data()[up.offset() + j] = weights[START + j % conv.biases()] + 0f; // a chain begins at 0, not -0
            }
        }
        for (int row = 0; row < upRows; row++) {
            int at = up.offset() + (1 + row) * up.stride();
            int from = row * upColumns;
            for (int j = 0; j < upColumns; j++) {
                int source = sources[from + j];
                if (source >= 0) {
                    up.data()[at + j] = weights[down.offset() + source];
                }
            }
        }
    }

    @Override
    void set(float[] weight, float[] bias, float[] values) {
        System.arraycopy(bias, 0, values, START, bias.length);
        for (int i = 0; i < weight.length; i++) {
            values[index(i)] = weight[i];
        }
    }

    @Override
    float[] weight(float[] values) {
        float[] weight = new float[Math.toIntExact(conv.weights())];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = values[index(i)];
        }
        return weight;
    }

    /** Index in {@link #weights} of a weight in PyTorch's order: small channel, large channel, row, column. */
    private int index(int i) {
        int filter = conv.kernel() * conv.kernel();
        int large = conv.large().channels();
        int row = i % filter * large + i / filter % large;
        return down.offset() + row * columns + i / (filter * large);
    }

    @Override
    float[] bias(float[] values) {
        return Arrays.copyOfRange(values, START, START + conv.biases());
    }
}
