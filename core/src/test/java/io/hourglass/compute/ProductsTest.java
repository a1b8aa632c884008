package io.hourglass.compute;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products, sums and transposes of matrices. */
@EachKernels
class ProductsTest extends BitForBit {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void multiply(boolean transposed) {
        int turn = 0;
        for (int rows = 1; rows <= 26; rows++) {
            for (int vectors = 1; vectors <= 8; vectors++) {
                for (int i = 0; i < 2; i++) {
                    product(transposed, rows, vectors * BEST.lanes(), SIZES[turn++ % SIZES.length], 2 * (rows % 2) + i);
                }
            }
        }
        for (int rows : new int[] {63, 64, 65, 100, 785}) {
            product(transposed, rows, BEST.padded(64), 49, rows);
        }
        product(transposed, 13, BEST.padded(784), 65, 0);
    }

    private void product(boolean transposed, int rows, int columns, int depth, int variant) {
        boolean accumulate = variant % 2 == 1;
        Matrix a = transposed
                ? matrix(depth, rows + random.nextInt(3), variant % 4 == 3)
                : matrix(rows, depth, variant % 4 == 3);
        // The distances of rows of weight panels, which have their own tiles.
        int panel = BEST.panel();
        if (!transposed && rows % 3 == 0 && depth <= panel) {
            a = new Matrix(ordinary(7 + rows * panel), 7, rows, depth, panel);
        } else if (!transposed && rows % 3 == 1 && depth <= panel / 3 * 2) {
            a = new Matrix(ordinary(rows * panel), 3, rows, depth, panel / 3 * 2);
        }
        Matrix b = matrix(depth, columns, false);
        Matrix c = matrix(rows, columns, false);
        Matrix expected = copy(c);
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < columns; j++) {
                float chain = accumulate ? at(c, r, j) : 0;
                for (int k = 0; k < depth; k++) {
                    chain = Math.fma(transposed ? at(a, k, r) : at(a, r, k), at(b, k, j), chain);
                }
                expected.data()[index(c, r, j)] = chain;
            }
        }
        for (Kernels kernels : BOTH) {
            Matrix actual = copy(c);
            if (transposed) {
                kernels.multiplyTransposed(a, b, actual, accumulate);
            } else {
                kernels.multiply(a, b, actual, accumulate);
            }
            assertSame(
                    expected.data(),
                    actual.data(),
                    "%s %d x %d x %d, transposed %b, accumulate %b"
                            .formatted(kernels.name(), rows, depth, columns, transposed, accumulate));
        }
    }

    /** Skipped values are zero, so the result must not change; bits may be set for zeros. */
    @Test
    void multiplySparse() {
        for (int rows : new int[] {1, 2, 3, 4, 7, 29, 63, 64}) {
            for (int vectors = 1; vectors <= 9; vectors++) {
                int columns = vectors * BEST.lanes();
                int depth = SIZES[(rows + 5 * vectors) % SIZES.length];
                boolean transposed = random.nextBoolean();
                Matrix a = transposed ? matrix(depth, rows, false) : matrix(rows, depth, false);
                Matrix b = matrix(depth, columns, false);
                int stride = (depth + 63) / 64 + random.nextInt(3);
                int first = random.nextInt(5);
                Bits bits = new Bits(new long[first + rows * stride], first, stride);
                for (int r = 0; r < rows; r++) {
                    for (int k = 0; k < depth; k++) {
                        if (random.nextInt(3) == 0) {
                            bits.words()[first + r * stride + k / 64] |= 1L << k;
                        } else {
                            a.data()[transposed ? index(a, k, r) : index(a, r, k)] = random.nextBoolean() ? 0f : -0f;
                        }
                    }
                }
                Matrix c = matrix(rows, columns, true);
                Matrix expected = copy(c);
                for (int r = 0; r < rows; r++) {
                    for (int j = 0; j < columns; j++) {
                        float sum = 0;
                        for (int k = 0; k < depth; k++) {
                            sum = Math.fma(transposed ? at(a, k, r) : at(a, r, k), at(b, k, j), sum);
                        }
                        expected.data()[index(c, r, j)] = sum;
                    }
                }
                for (Kernels kernels : BOTH) {
                    Matrix actual = copy(c);
                    kernels.multiplySparse(bits, a, transposed, b, actual);
                    String what = "%s %d x %d x %d".formatted(kernels.name(), rows, depth, columns);
                    assertSame(expected.data(), actual.data(), what);
                }
            }
        }
    }

    @Test
    void transpose() {
        for (int rows : SIZES) {
            for (int columns : SIZES) {
                if (rows * columns > 100_000) {
                    continue;
                }
                Matrix from = matrix(rows, columns, false);
                Matrix to = matrix(columns, rows, false);
                Matrix expected = copy(to);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        expected.data()[index(to, j, i)] = at(from, i, j);
                    }
                }
                for (Kernels kernels : BOTH) {
                    Matrix actual = copy(to);
                    kernels.transpose(from, actual);
                    assertSame(expected.data(), actual.data(), kernels.name() + " " + rows + " x " + columns);
                }
            }
        }
    }

    @Test
    void sum() {
        for (int columns : SIZES) {
            for (Kernels kernels : BOTH) {
                int rows = 1 + random.nextInt(5);
                int width = kernels.padded(columns);
                int offset = random.nextInt(9);
                int stride = width + random.nextInt(9);
                float[][] terms = new float[1 + random.nextInt(4)][];
                for (int t = 0; t < terms.length; t++) {
                    terms[t] = ordinary(offset + rows * stride);
                }
                Matrix c = matrix(rows, width, true);
                Matrix expected = copy(c);
                for (int r = 0; r < rows; r++) {
                    for (int j = 0; j < width; j++) {
                        float sum = terms[0][offset + r * stride + j];
                        for (int t = 1; t < terms.length; t++) {
                            sum += terms[t][offset + r * stride + j];
                        }
                        expected.data()[index(c, r, j)] = sum;
                    }
                }
                kernels.sum(terms, offset, stride, c);
                assertSame(expected.data(), c.data(), kernels.name() + " columns " + columns);
            }
        }
    }
}
