package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.List;

/**
 * Buffers for the values between the layers, for some rows: level 0 holds the inputs, level l + 1 the outputs of layer
 * l. A row is (1, value 0, value 1, ...): the leading 1 is multiplied by the bias of the next layer.
 */
final class Activations {
    private final float[][] values;
    private final int[] row;

    /** Buffers for all levels of a network. */
    Activations(Network network, int rows) {
        Kernels kernels = network.kernels();
        List<Weights> layers = network.layers();
        values = new float[layers.size() + 1][];
        row = new int[values.length];
        for (int level = 0; level < values.length; level++) {
            int width = level == 0
                    ? kernels.padded(network.architecture().inputs())
                    : layers.get(level - 1).width();
            row[level] = 1 + width;
            values[level] = new float[Math.multiplyExact(rows, row[level])];
            for (int r = 0; r < rows; r++) {
                values[level][r * row[level]] = 1;
            }
        }
    }

    private Activations(Activations other) {
        values = other.values.clone();
        row = other.row;
        values[0] = values[0].clone();
    }

    /** Activations that share all levels except level 0, which is a copy. */
    Activations withOwnInputs() {
        return new Activations(this);
    }

    /** The values of a level: value i of row r at {@code [offset(level, r) + i]}. */
    float[] values(int level) {
        return values[level];
    }

    /** Index of value 0 of a row in {@link #values}. */
    int offset(int level, int r) {
        return r * row[level] + 1;
    }

    void addTo(ArraySizes sizes) {
        sizes.add((Object[]) values);
    }

    /** Distance from one row to the next: 1 + padded width. */
    int row(int level) {
        return row[level];
    }

    /** Some rows of a level with their leading ones: [n][1 + padded width]. */
    Matrix withOnes(int level, int from, int n) {
        return new Matrix(values[level], from * row[level], n, row[level]);
    }

    /**
     * Some rows of a level without their leading ones.
     *
     * @param width number of values, up to the padded width
     */
    Matrix rows(int level, int from, int n, int width) {
        return new Matrix(values[level], offset(level, from), n, width, row[level]);
    }
}
