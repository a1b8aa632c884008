package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.Arrays;

/** Transposes some rows of a level with their leading ones, as the product with the next weights needs them. */
final class Transposition {
    private final Kernels kernels;
    private final Matrix values;
    private final Matrix valuesT;
    private final Matrix target;

    /**
     * Binds the rows.
     *
     * @param x [rows][1 + values], with leading ones
     * @param buffer receives them from its beginning on, {@link Kernels#stride} floats for each of 1 + values
     */
    Transposition(Kernels kernels, Matrix x, float[] buffer) {
        this.kernels = kernels;
        int stride = kernels.stride(x.rows());
        target = new Matrix(buffer, 0, x.columns(), x.rows(), stride);
        // The ones are written on their own: without them, the columns are whole vectors.
        values = new Matrix(x.data(), x.offset() + 1, x.rows(), x.columns() - 1, x.stride());
        valuesT = new Matrix(buffer, stride, x.columns() - 1, x.rows(), stride);
    }

    /** [1 + values][rows]: the result. */
    Matrix target() {
        return target;
    }

    void run() {
        Arrays.fill(target.data(), 0, target.columns(), 1);
        kernels.transpose(values, valuesT);
    }
}
