package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.Arrays;

/**
 * A convolution or a transposed convolution of one image at a time, in both directions: forward, and back with the
 * gradient. Each output value is one chain: the bias, then a patch's values in order. One thread uses it.
 */
final class Convolver {
    private final Filters filters;
    private final Kernels kernels;
    private final Patches patches;
    private final boolean isTransposed;

    // Patches with a leading one; a row for each pixel of the small image, and for each block of the large one.
    private final Matrix ofLarge;
    private final Matrix ofSmall;

    private final Matrix up;
    private final Matrix small;
    private final Matrix blocks;
    private final int smallPixels;
    private final int smallChannels;

    // The same without the column of ones, and without the row of biases.
    private final Matrix largeValues;
    private final Matrix smallValues;
    private final Matrix upWeights;

    /** Allocates the buffers. {@link #prepare} comes before the first image. */
    Convolver(Filters filters, Kernels kernels) {
        this.filters = filters;
        this.kernels = kernels;
        patches = new Patches(filters.conv());
        isTransposed = filters.conv().isTransposed();
        smallPixels = filters.conv().small().pixels();
        smallChannels = filters.conv().small().channels();
        ofLarge = withOnes(smallPixels, patches.downValues());
        ofSmall = withOnes(patches.blocks(), patches.upValues());
        largeValues = withoutFirstColumn(ofLarge);
        smallValues = withoutFirstColumn(ofSmall);
        up = filters.newUp();
        upWeights = new Matrix(up.data(), up.offset() + up.stride(), up.rows() - 1, up.columns());
        int columns = kernels.padded(smallChannels);
        small = new Matrix(new float[START + smallPixels * columns], START, smallPixels, columns);
        blocks = new Matrix(new float[START + patches.blocks() * up.columns()], START, patches.blocks(), up.columns());
    }

    private Matrix withOnes(int rows, int values) {
        int stride = kernels.stride(1 + values);
        Matrix matrix = new Matrix(new float[Math.multiplyExact(rows, stride)], 0, rows, 1 + values, stride);
        for (int r = 0; r < rows; r++) {
            matrix.data()[r * stride] = 1;
        }
        return matrix;
    }

    private static Matrix withoutFirstColumn(Matrix m) {
        return new Matrix(m.data(), m.offset() + 1, m.rows(), m.columns() - 1, m.stride());
    }

    /** Reads the weights, which have changed. */
    void prepare() {
        filters.spread(up);
    }

    /** Computes the sums under the activation from an image; both begin at an index of an array. */
    void forward(float[] x, int from, float[] sums, int to) {
        if (isTransposed) {
            patches.ofSmall(x, from, smallValues);
            kernels.multiply(ofSmall, up, blocks, false);
            patches.toLarge(blocks, sums, to);
        } else {
            patches.ofLarge(x, from, 0, largeValues);
            kernels.multiply(ofLarge, filters.downWithBiases(), small, false);
            copySmall(sums, to);
        }
    }

    /** Computes the gradient with respect to the inputs from that with respect to the sums. */
    void backward(float[] delta, int from, float[] byInputs, int to) {
        if (isTransposed) {
            patches.ofLarge(delta, from, 0, largeValues);
            kernels.multiply(largeValues, filters.down(), small, false);
            copySmall(byInputs, to);
        } else {
            patches.ofSmall(delta, from, smallValues);
            kernels.multiply(smallValues, upWeights, blocks, false);
            patches.toLarge(blocks, byInputs, to);
        }
    }

    private void copySmall(float[] to, int offset) {
        if (small.columns() == smallChannels) {
            System.arraycopy(small.data(), START, to, offset, smallPixels * smallChannels);
            return;
        }
        for (int p = 0; p < smallPixels; p++) {
            System.arraycopy(small.data(), START + p * small.columns(), to, offset + p * smallChannels, smallChannels);
        }
    }

    /** Copies a small image to [pixels][padded channels], with zeros in the padding. */
    Matrix padded(float[] image, int offset) {
        for (int p = 0; p < smallPixels; p++) {
            int at = START + p * small.columns();
            System.arraycopy(image, offset + p * smallChannels, small.data(), at, smallChannels);
            Arrays.fill(small.data(), at + smallChannels, at + small.columns(), 0);
        }
        return small;
    }
}
