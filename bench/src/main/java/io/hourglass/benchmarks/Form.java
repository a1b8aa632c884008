package io.hourglass.benchmarks;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.Random;

/** Which kernels a benchmark runs: a parameter of every benchmark. */
public enum Form {
    /** The scalar kernels, which are the specification. */
    scalar,
    /** The kernels for the machine's widest vectors, or those that {@code -Dhourglass.kernels} names. */
    vector;

    Kernels kernels() {
        Kernels kernels = this == scalar ? Kernels.SCALAR : Kernels.best();
        if (this == vector && kernels == Kernels.SCALAR) {
            throw new IllegalStateException(
                    "vector kernels are not available: start Java with --add-modules jdk.incubator.vector");
        }
        kernels.expect(Long.MAX_VALUE); // so that the plain kernels do not stand in for them for long
        return kernels;
    }

    /** Values from -1 to 1, none near zero: subnormal numbers would slow the processor down. */
    static float[] values(int n) {
        Random random = new Random(n);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (random.nextBoolean() ? 1 : -1) * (0.1f + 0.9f * random.nextFloat());
        }
        return values;
    }

    /** Such values in a matrix with a leading {@link Kernels#START}. */
    static Matrix matrix(int rows, int columns, int stride) {
        return new Matrix(values(Kernels.START + rows * stride), Kernels.START, rows, columns, stride);
    }
}
