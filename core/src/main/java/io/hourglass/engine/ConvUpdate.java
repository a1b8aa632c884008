package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Layer;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of a thread's share of a convolution's weights, straight into the optimiser. A weight's gradient is one
 * chain over the rows of the mini-batch and, in each, over the pixels of the small image. A share is a run of the rows
 * of {@link Filters#down}, for which the thread needs only some columns of the patches.
 *
 * <p>The gradient of a bias is a sum over all pixels. For a convolution it is one chain, too. The outputs of a
 * transposed convolution are many and have few channels, so each column of the image has a chain of its own over the
 * rows of the mini-batch and of the image. Then the columns are added in order.
 */
final class ConvUpdate {
    private static final int FEWEST_TO_DIVIDE = 64;

    private final Scratch own;
    private final Kernels kernels;
    private final int l;
    private final Layer.Conv conv;
    private final Matrix small;
    private final Copy toSmall;
    private final Updater updater;
    private final int rows;
    private final int first;
    private final int offset;
    private final Matrix some;
    private final Copy toSome;
    private final Matrix gradient;
    private final boolean hasBiases;
    private final int biases;
    private final Matrix ones;
    private final Matrix lines;
    private final Matrix sums;
    private final float[] byBiases;

    ConvUpdate(Scratch own, int l, Updater updater, RowShares shares) {
        this.own = own;
        this.l = l;
        this.updater = updater;
        kernels = own.workspace.kernels;
        Filters filters = (Filters) own.workspace.layers.get(l);
        conv = filters.conv();
        Patches patches = new Patches(conv);
        rows = shares.rows();
        Matrix down = filters.down();
        first = firstRow(own.thread, down.rows(), shares.shares());
        int n = firstRow(own.thread + 1, down.rows(), shares.shares()) - first;
        offset = down.offset() + first * down.stride();
        int pixels = conv.small().pixels();
        some = new Matrix(new float[pixels * kernels.stride(n)], 0, pixels, n, kernels.stride(n));
        small = new Matrix(new float[START + pixels * down.columns()], START, pixels, down.columns());
        toSmall = new Copy(kernels, List.of(patches.ofSmall(conv.small().channels(), down.columns())));
        toSome = new Copy(kernels, patches.ofLarge(first, some));
        gradient = new Matrix(new float[START + n * down.columns()], START, n, down.columns());
        hasBiases = first == 0 && n > 0;
        biases = filters.biases();
        byBiases = new float[START + biases];
        int line = conv.large().width() * conv.large().channels();
        int summed = conv.isTransposed() ? conv.large().height() : pixels;
        int columns = conv.isTransposed() ? kernels.padded(line) : down.columns();
        float[] one = new float[summed];
        Arrays.fill(one, 1);
        ones = new Matrix(one, 0, 1, summed);
        // The last vector of a line extends into the next one.
        int values = conv.isTransposed() ? conv.outputs() + kernels.lanes() : 0;
        lines = new Matrix(new float[START + values], START, summed, columns, line);
        sums = new Matrix(new float[START + columns], START, 1, columns);
    }

    void addTo(ArraySizes sizes) {
        sizes.add(some.data(), small.data(), gradient.data(), byBiases, ones.data(), lines.data(), sums.data());
    }

    /**
     * The first row of a thread's share, and the end of the share of the thread before. Few rows are not worth
     * dividing: each thread would look at the whole images. They belong to the last thread in the encoder and to the
     * first one in the decoder.
     */
    private int firstRow(int thread, int all, Shares shares) {
        if (all >= FEWEST_TO_DIVIDE) {
            return (int) shares.from(all, thread);
        }
        int owner = conv.isTransposed() ? 0 : shares.threads() - 1;
        return thread <= owner ? 0 : all;
    }

    /** The number of weights and biases. */
    long size() {
        return (long) gradient.rows() * gradient.columns() + (hasBiases ? biases : 0);
    }

    void run() {
        int deltaRow = own.workspace.deltaRow(l);
        float[] deltas = own.workspace.deltas[l];
        float[] x = own.activations.values(l);
        for (int r = 0; r < rows; r++) {
            int ofX = own.activations.offset(l, r);
            int ofDelta = START + r * deltaRow;
            if (conv.isTransposed()) {
                toSome.run(deltas, ofDelta, some.data(), some.offset());
                toSmall.run(x, ofX, small.data(), START);
                if (hasBiases) {
                    System.arraycopy(deltas, ofDelta, lines.data(), START, conv.outputs());
                    kernels.multiply(ones, lines, sums, r > 0);
                }
            } else {
                toSome.run(x, ofX, some.data(), some.offset());
                toSmall.run(deltas, ofDelta, small.data(), START);
                if (hasBiases) {
                    kernels.multiply(ones, small, sums, r > 0);
                }
            }
            if (gradient.rows() > 0) {
                kernels.multiplyTransposed(some, small, gradient, r > 0);
            }
        }
        if (hasBiases) {
            addColumns();
            updater.apply(l, START, byBiases, biases);
        }
        if (gradient.rows() > 0) {
            updater.apply(l, offset, gradient.data(), gradient.rows() * gradient.columns());
        }
    }

    /** The gradients of the biases from the chains. */
    private void addColumns() {
        int channels = conv.biases();
        int columns = conv.isTransposed() ? conv.large().width() : 1;
        for (int c = 0; c < channels; c++) {
            float sum = sums.data()[START + c];
            for (int column = 1; column < columns; column++) {
                sum += sums.data()[START + column * channels + c];
            }
            byBiases[START + c] = sum;
        }
    }
}
