package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for the values between the layers, for some rows: level 0 holds the inputs, level l + 1 the outputs of layer
 * l. A row is (1, value 0, value 1, ...): the leading 1 is multiplied by the bias of the next layer.
 */
public final class Activations {
    private final Kernels kernels;
    private final float[][] values;
    private final int[] row;

    private final NonZeros nonZeros;

    /**
     * Buffers for all levels of a network.
     *
     * @param rows at least 1
     */
    public Activations(Network network, int rows) {
        kernels = network.kernels();
        List<Dense> layers = network.layers();
        values = new float[layers.size() + 1][];
        row = new int[values.length];
        for (int level = 0; level < values.length; level++) {
            int width = level == 0
                    ? kernels.padded(layers.get(0).shape().inputs())
                    : layers.get(level - 1).width();
            row[level] = 1 + width;
            values[level] = new float[Math.multiplyExact(rows, row[level])];
            for (int r = 0; r < rows; r++) {
                values[level][r * row[level]] = 1;
            }
        }
        nonZeros = new NonZeros(rows, layers.get(0).shape().inputs());
    }

    private Activations(Activations other) {
        kernels = other.kernels;
        values = other.values.clone();
        row = other.row;
        nonZeros = other.nonZeros;
        values[0] = values[0].clone();
    }

    /** Activations that share all levels except level 0, which is a copy. */
    Activations withOwnInputs() {
        return new Activations(this);
    }

    /** The values of a level: value i of row r at {@code [offset(level, r) + i]}. */
    public float[] values(int level) {
        return values[level];
    }

    /** The nonzero inputs of some rows; null if they are not sparse enough, and for other levels. */
    @Nullable
    NonZeros nonZeros(int level, int from, int to) {
        return level == 0 && nonZeros.scan(kernels, to - from, values[0], from * row[0], row[0]) ? nonZeros : null;
    }

    /** Index of value 0 of a row in {@link #values}. */
    public int offset(int level, int r) {
        return r * row[level] + 1;
    }

    /** Distance from one row to the next. */
    int row(int level) {
        return row[level];
    }

    /**
     * Buffers for {@link #transpose} of every level.
     *
     * @param rows the most rows
     */
    public float[][] transposed(int rows) {
        float[][] transposed = new float[values.length][];
        for (int level = 0; level < values.length; level++) {
            transposed[level] = new float[Math.multiplyExact(row[level], kernels.stride(rows))];
        }
        return transposed;
    }

    /** Writes some rows of a level as columns: [1 + width][stride of rows]. */
    void transpose(int level, int from, int to, float[] target) {
        int rows = to - from;
        int at = from * row[level];
        kernels.transpose(rows, row[level], values[level], at, row[level], target, 0, kernels.stride(rows));
    }
}
