package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Room for what flows through a network, for a number of rows: level 0 holds the inputs, level l + 1 the outputs of
 * layer l. A row is (1, value 0, value 1, ...): the leading 1 meets the bias of the next layer.
 */
public final class Activations {
    private final Kernels kernels;
    private final float[][] values;
    private final int[] row;

    private final NonZeros nonZeros;

    /**
     * Room for a network's levels.
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

    /** The same room, but for level 0, which is another. */
    Activations withOwnInputs() {
        return new Activations(this);
    }

    /** The values of a level: value i of row r at {@code [offset(level, r) + i]}. */
    public float[] values(int level) {
        return values[level];
    }

    /** The network's inputs that are not zero, of some rows; null where they are too many, and for other levels. */
    @Nullable
    NonZeros nonZeros(int level, int from, int to) {
        return level == 0 && nonZeros.look(kernels, to - from, values[0], from * row[0], row[0]) ? nonZeros : null;
    }

    /** Where value 0 of a row stands in {@link #values}. */
    public int offset(int level, int r) {
        return r * row[level] + 1;
    }

    /** Distance from one row to the next. */
    int row(int level) {
        return row[level];
    }

    /**
     * Room for {@link #transpose} of every level.
     *
     * @param rows most rows
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
