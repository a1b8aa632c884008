package io.hourglass.compute;

import java.util.Arrays;
import java.util.Random;

/**
 * What the tests of the kernels have in common. Every primitive, scalar and best, equals a definition that is written
 * element by element, bit for bit; a NaN equals any other NaN. The arrays are larger than the result and full of
 * numbers, so a write outside the range is noticed.
 */
abstract class BitForBit {
    /** The fastest kernels, without those that stand in for them at first. */
    static final Kernels BEST = Kernels.best() instanceof StartingKernels ? new VectorKernels() : Kernels.best();

    static final Kernels[] BOTH = {Kernels.SCALAR, BEST};

    /** Odd sizes, primes, and the neighbours of every vector, tile, panel and block. */
    static final int[] SIZES = {
        1, 2, 3, 7, 13, 15, 16, 17, 31, 47, 48, 49, 63, 64, 65, 100, 127, 128, 129, 255, 257, 783, 784, 785
    };

    static final float[] SPECIAL = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        -1e-40f,
        Float.MIN_NORMAL,
        -Float.MIN_NORMAL,
        1f,
        -1f,
        0.625f,
        -0.625f,
        0.62499994f,
        -0.62499994f,
        88f,
        -88f,
        103.9f,
        -103.9f,
        104f,
        -104f,
        104.1f,
        -104.1f,
        1e30f,
        -1e30f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    final Random random = new Random(1);

    static float[] filled(int n, float value) {
        float[] values = new float[n];
        Arrays.fill(values, value);
        return values;
    }

    /** Numbers as they come in training. */
    float[] ordinary(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (random.nextFloat() - 0.5f) * 4;
        }
        return values;
    }

    /** Ordinary numbers, any bit patterns and special values. */
    float[] mixed(int n) {
        float[] values = ordinary(n);
        for (int i = 0; i < n; i++) {
            switch (random.nextInt(4)) {
                case 0 -> values[i] = SPECIAL[random.nextInt(SPECIAL.length)];
                case 1 -> values[i] = Float.intBitsToFloat(random.nextInt());
                case 2 -> values[i] *= 30;
                default -> {}
            }
        }
        return values;
    }

    static boolean same(float x, float y) {
        return Float.floatToIntBits(x) == Float.floatToIntBits(y);
    }

    static void assertSame(float[] expected, float[] actual, String what) {
        for (int i = 0; i < expected.length; i++) {
            if (!same(expected[i], actual[i])) {
                throw new AssertionError("%s: [%d] is %s, expected %s".formatted(what, i, actual[i], expected[i]));
            }
        }
    }

    /** Random numbers of a matrix that begins somewhere in its array, with gaps between its rows and after them. */
    Matrix matrix(int rows, int columns, boolean special) {
        int offset = random.nextInt(20);
        int stride = columns + random.nextInt(20);
        int n = offset + rows * stride + 20;
        return new Matrix(special ? mixed(n) : ordinary(n), offset, rows, columns, stride);
    }

    /** The same view of a copy of the array. */
    static Matrix copy(Matrix m) {
        return new Matrix(m.data().clone(), m.offset(), m.rows(), m.columns(), m.stride());
    }

    static int index(Matrix m, int row, int column) {
        return m.offset() + row * m.stride() + column;
    }

    static float at(Matrix m, int row, int column) {
        return m.data()[index(m, row, column)];
    }
}
