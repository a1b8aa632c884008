package io.hourglass.compute;

import static io.hourglass.compute.Kernels.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.numerics.Functions;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every primitive, scalar and best, equals a definition written here element by element, bit for bit; a NaN equals any
 * other NaN. The arrays are larger than the result and full of numbers, so a write outside the range is noticed.
 */
@EachKernels
class KernelsTest {
    private static final Kernels BEST = Kernels.best();
    private static final Kernels[] BOTH = {Kernels.SCALAR, BEST};

    /** Odd sizes, primes, and the neighbours of every vector, tile, panel and block. */
    private static final int[] SIZES = {
        1, 2, 3, 7, 13, 15, 16, 17, 31, 47, 48, 49, 63, 64, 65, 100, 127, 128, 129, 255, 257, 783, 784, 785
    };

    private static final float[] SPECIAL = {
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

    private final Random random = new Random(1);

    @Test
    void areTheOnesAskedFor() {
        String asked = System.getProperty("hourglass.kernels");
        int widest = Math.min(512, EachKernels.Condition.machineBits());
        assertThat(BEST.name())
                .isEqualTo(asked == null ? "vector-" + widest : asked.equals("scalar") ? asked : "vector-" + asked);
        assertThat(BEST.lanes())
                .isEqualTo(
                        BEST == Kernels.SCALAR
                                ? 4
                                : Integer.parseInt(BEST.name().substring(7)) / 32);
        assertThat(BEST.panel() % BEST.lanes()).isZero();
        assertThat(BEST.padded(1)).isEqualTo(BEST.lanes());
        assertThat(BEST.padded(2 * BEST.lanes())).isEqualTo(2 * BEST.lanes());
        assertThat(BEST.padded(2 * BEST.lanes() + 1)).isEqualTo(3 * BEST.lanes());
    }

    @Test
    void countWhatTheyDoOfMultiplyAdds() {
        for (Kernels kernels : BOTH) {
            assertThat(kernels.multiplyAdds(0)).isZero();
            assertThat(kernels.multiplyAdds(100)).isPositive().isEqualTo(100 * kernels.multiplyAdds(1));
        }
    }

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
        int aOffset = random.nextInt(20);
        int bOffset = random.nextInt(20);
        int cOffset = random.nextInt(20);
        int aRow = (transposed ? rows : depth) + random.nextInt(20);
        // The distances of rows of weight panels, which have their own tiles.
        if (!transposed && rows % 3 == 0 && depth <= BEST.panel()) {
            aRow = BEST.panel();
        } else if (!transposed && rows % 3 == 1 && depth <= BEST.panel() / 3 * 2) {
            aRow = BEST.panel() / 3 * 2;
        }
        int bRow = columns + random.nextInt(20);
        int cRow = columns + random.nextInt(20);
        float[] a = variant % 4 == 3
                ? mixed(aOffset + Math.max(rows, depth) * aRow + 5)
                : ordinary(aOffset + Math.max(rows, depth) * aRow + 5);
        float[] b = ordinary(bOffset + depth * bRow + 5);
        float[] c = ordinary(cOffset + rows * cRow + 5);
        float[] expected = c.clone();
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < columns; j++) {
                float chain = accumulate ? c[cOffset + r * cRow + j] : 0;
                for (int k = 0; k < depth; k++) {
                    int at = transposed ? aOffset + k * aRow + r : aOffset + r * aRow + k;
                    chain = Math.fma(a[at], b[bOffset + k * bRow + j], chain);
                }
                expected[cOffset + r * cRow + j] = chain;
            }
        }
        for (Kernels kernels : BOTH) {
            float[] actual = c.clone();
            if (transposed) {
                kernels.multiplyTransposed(
                        rows, columns, depth, accumulate, a, aOffset, aRow, b, bOffset, bRow, actual, cOffset, cRow);
            } else {
                kernels.multiply(
                        rows, columns, depth, accumulate, a, aOffset, aRow, b, bOffset, bRow, actual, cOffset, cRow);
            }
            assertSame(
                    expected,
                    actual,
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
                int aOffset = random.nextInt(20);
                int bOffset = random.nextInt(20);
                boolean transposed = random.nextBoolean();
                int aRow = transposed ? 1 : depth + random.nextInt(20);
                int aStep = transposed ? rows + random.nextInt(20) : 1;
                int bRow = columns + random.nextInt(20);
                int cRow = columns + random.nextInt(20);
                float[] a = ordinary(aOffset + rows * aRow + depth * aStep);
                float[] b = ordinary(bOffset + depth * bRow);
                int bitsRow = (depth + 63) / 64 + random.nextInt(3);
                int bitsOffset = random.nextInt(5);
                long[] bits = new long[bitsOffset + rows * bitsRow];
                for (int r = 0; r < rows; r++) {
                    for (int k = 0; k < depth; k++) {
                        if (random.nextInt(3) == 0) {
                            bits[bitsOffset + r * bitsRow + k / 64] |= 1L << k;
                        } else {
                            a[aOffset + r * aRow + k * aStep] = random.nextBoolean() ? 0f : -0f;
                        }
                    }
                }
                float[] c = mixed(rows * cRow);
                float[] expected = c.clone();
                for (int r = 0; r < rows; r++) {
                    for (int j = 0; j < columns; j++) {
                        float sum = 0;
                        for (int k = 0; k < depth; k++) {
                            sum = Math.fma(a[aOffset + r * aRow + k * aStep], b[bOffset + k * bRow + j], sum);
                        }
                        expected[r * cRow + j] = sum;
                    }
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = c.clone();
                    kernels.multiplySparse(
                            rows,
                            columns,
                            depth,
                            bits,
                            bitsOffset,
                            bitsRow,
                            a,
                            aOffset,
                            aRow,
                            aStep,
                            b,
                            bOffset,
                            bRow,
                            actual,
                            0,
                            cRow);
                    assertSame(expected, actual, "%s %d x %d x %d".formatted(kernels.name(), rows, depth, columns));
                }
            }
        }
    }

    @Test
    void nonZeros() {
        for (int n : SIZES) {
            float[] x = new float[20 + n];
            for (int i = 0; i < x.length; i++) {
                x[i] = random.nextInt(3) > 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : 0;
            }
            int offset = random.nextInt(20);
            long[] bits = random.longs(2 + (n + 63) / 64 + 1).toArray();
            long[] expected = bits.clone();
            Arrays.fill(expected, 2, expected.length - 1, 0);
            for (int i = 0; i < n; i++) {
                if (x[offset + i] != 0) { // NaN is not
                    expected[2 + i / 64] |= 1L << i;
                }
            }
            for (Kernels kernels : BOTH) {
                long[] actual = bits.clone();
                kernels.nonZeros(x, offset, n, actual, 2);
                assertThat(actual).as(kernels.name() + " " + n).isEqualTo(expected);
            }
        }
    }

    @Test
    void atMost() {
        float[] limits = {0f, -0f, 0.5f, 1e-40f, Float.MIN_VALUE, -1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY};
        for (int n : SIZES) {
            for (float limit : limits) {
                float[] x = new float[20 + n];
                for (int i = 0; i < x.length; i++) {
                    float value = SPECIAL[random.nextInt(SPECIAL.length)];
                    boolean near = random.nextBoolean() && !Float.isInfinite(limit);
                    x[i] = near ? limit + random.nextInt(3) - 1 : Float.isFinite(value) ? value : 1;
                }
                int offset = random.nextInt(20);
                long[] bits = random.longs(2 + (n + 63) / 64 + 1).toArray();
                long[] expected = bits.clone();
                Arrays.fill(expected, 2, expected.length - 1, 0);
                for (int i = 0; i < n; i++) {
                    if (x[offset + i] <= limit) {
                        expected[2 + i / 64] |= 1L << i;
                    }
                }
                for (Kernels kernels : BOTH) {
                    long[] actual = bits.clone();
                    kernels.atMost(x, offset, n, limit, actual, 2);
                    assertThat(actual)
                            .as(kernels.name() + " " + n + " of at most " + limit)
                            .isEqualTo(expected);
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
                int fromOffset = random.nextInt(20);
                int toOffset = random.nextInt(20);
                int fromRow = columns + random.nextInt(20);
                int toRow = rows + random.nextInt(20);
                float[] from = ordinary(fromOffset + rows * fromRow);
                float[] to = ordinary(toOffset + columns * toRow);
                float[] expected = to.clone();
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        expected[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j];
                    }
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = to.clone();
                    kernels.transpose(rows, columns, from, fromOffset, fromRow, actual, toOffset, toRow);
                    assertSame(expected, actual, kernels.name() + " " + rows + " x " + columns);
                }
            }
        }
    }

    @Test
    void pixelsToUnit() {
        for (int n : SIZES) {
            for (int first = 0; first < 256; first += n) {
                int from = random.nextInt(20);
                int offset = random.nextInt(20);
                byte[] pixels = new byte[from + n];
                for (int i = 0; i < n; i++) {
                    pixels[from + i] = (byte) (first + i);
                }
                float[] target = ordinary(offset + n + 20);
                float[] expected = target.clone();
                for (int i = 0; i < n; i++) {
                    // Correctly rounded: a double holds the quotient far more exactly than halves of a float's ulp can
                    // matter.
                    expected[offset + i] = (float) (((first + i) & 255) / 255.0);
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = target.clone();
                    kernels.pixelsToUnit(pixels, from, actual, offset, n);
                    assertSame(expected, actual, kernels.name() + " n " + n);
                }
            }
        }
    }

    /** Floats, halves between two floats, and doubles outside their range: at every index, alone and among others. */
    @Test
    void narrow() {
        double largest = Float.MAX_VALUE;
        double[] finite = {
            0,
            -0.0,
            0.1,
            -0.1,
            1e-50,
            Double.MIN_VALUE,
            0x1p-150,
            0x1.8p-149,
            1 + 0x1p-24,
            1 + 0x3p-24,
            largest,
            Math.nextDown(0x1.ffffffp127)
        };
        double[] beyond = {
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0x1.ffffffp127, // the least that is rounded to infinity
            -0x1.ffffffp127,
            1e300,
            -Double.MAX_VALUE
        };
        for (int n : SIZES) {
            for (int round = 0; round < 12; round++) {
                int from = random.nextInt(20);
                int offset = random.nextInt(20);
                double[] values = new double[from + n + 20];
                Arrays.fill(values, Double.NaN); // other elements must not count
                for (int i = from; i < from + n; i++) {
                    values[i] = random.nextInt(3) == 0
                            ? finite[random.nextInt(finite.length)] * (random.nextBoolean() ? 1 : -1)
                            : random.nextGaussian();
                }
                boolean valid = round < 4;
                if (!valid) {
                    int bad = round == 4 ? 0 : round == 5 ? n - 1 : random.nextInt(n);
                    values[from + bad] = beyond[random.nextInt(beyond.length)];
                }
                float[] target = ordinary(offset + n + 20);
                float[] expected = target.clone();
                for (int i = 0; i < n; i++) {
                    expected[offset + i] = (float) values[from + i];
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = target.clone();
                    assertThat(kernels.narrow(values, from, actual, offset, n))
                            .as("%s n %d round %d", kernels.name(), n, round)
                            .isEqualTo(valid);
                    assertSame(expected, actual, kernels.name() + " n " + n);
                }
            }
        }
    }

    @Test
    void allFinite() {
        float[] beyond = {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.intBitsToFloat(0x7f800001),
            Float.intBitsToFloat(0xffffffff)
        };
        for (int n : SIZES) {
            float[] x = new float[n + 40];
            Arrays.fill(x, Float.NaN); // other elements must not count
            int offset = random.nextInt(20);
            for (int i = offset; i < offset + n; i++) {
                do {
                    x[i] = random.nextBoolean()
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : Float.intBitsToFloat(random.nextInt());
                } while (!Float.isFinite(x[i]));
            }
            for (Kernels kernels : BOTH) {
                assertThat(kernels.allFinite(x, offset, n))
                        .as("%s n %d", kernels.name(), n)
                        .isTrue();
                for (int i = offset; i < offset + n; i++) {
                    float before = x[i];
                    x[i] = beyond[i % beyond.length];
                    assertThat(kernels.allFinite(x, offset, n))
                            .as("%s n %d: [%d] is %s", kernels.name(), n, i - offset, x[i])
                            .isFalse();
                    x[i] = before;
                }
                assertThat(kernels.allFinite(x, offset, 0)).isTrue();
            }
        }
    }

    /** A primitive on one array. */
    private interface Unary {
        void apply(Kernels kernels, float[] x, int offset, int n);
    }

    private interface Function {
        float of(float x);
    }

    private void unary(String name, Unary primitive, Function function) {
        forEachPaddedSize(n -> {
            for (int round = 0; round < 8; round++) {
                int offset = random.nextInt(20);
                float[] x = round == 0 ? ordinary(offset + n + 20) : mixed(offset + n + 20);
                float[] expected = x.clone();
                for (int i = offset; i < offset + n; i++) {
                    expected[i] = function.of(x[i]);
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = x.clone();
                    primitive.apply(kernels, actual, offset, n);
                    assertSame(expected, actual, kernels.name() + " " + name + " n " + n);
                }
            }
            return 0;
        });
    }

    @Test
    void relu() {
        unary("relu", Kernels::reluInPlace, x -> x < 0 ? 0 : x);
    }

    @Test
    void tanh() {
        unary("tanh", Kernels::tanhInPlace, Functions::tanh);
    }

    @Test
    void sigmoid() {
        unary("sigmoid", Kernels::sigmoidInPlace, Functions::sigmoid);
    }

    /**
     * The two functions that compute something: the same bits for half a million floats of all sizes, and for all
     * around their limits.
     */
    @Test
    void functionsOfManyFloats() {
        int n = 1 << 19;
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = Float.intBitsToFloat(i * 8191);
        }
        float[][] inputs = {x, around(0.625f), around(0.3125f), around(103.97f), around(104), around(52), around(87.3f)
        };
        for (float[] input : inputs) {
            float[] tanh = input.clone();
            float[] sigmoid = input.clone();
            BEST.tanhInPlace(tanh, 0, input.length);
            BEST.sigmoidInPlace(sigmoid, 0, input.length);
            for (int i = 0; i < input.length; i++) {
                if (!same(tanh[i], Functions.tanh(input[i])) || !same(sigmoid[i], Functions.sigmoid(input[i]))) {
                    throw new AssertionError("%s: tanh %s, sigmoid %s, expected %s and %s"
                            .formatted(
                                    input[i],
                                    tanh[i],
                                    sigmoid[i],
                                    Functions.tanh(input[i]),
                                    Functions.sigmoid(input[i])));
                }
            }
        }
    }

    /** 2048 floats on either side of a number, and of its negative. */
    private static float[] around(float center) {
        float[] x = new float[8192];
        for (int i = 0; i < 4096; i++) {
            x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(center) + i - 2048);
            x[4096 + i] = -x[i];
        }
        return x;
    }

    /** A primitive that multiplies delta by a function of y. */
    private interface Gradient {
        void apply(Kernels kernels, float[] y, int yOffset, float[] delta, int deltaOffset, int n);
    }

    private interface Derivative {
        float of(float y, float delta);
    }

    private void gradient(String name, Gradient primitive, Derivative derivative) {
        forEachPaddedSize(n -> {
            for (int round = 0; round < 8; round++) {
                int yOffset = random.nextInt(20);
                int deltaOffset = random.nextInt(20);
                float[] y = round == 0 ? ordinary(yOffset + n) : mixed(yOffset + n);
                float[] delta = round < 4 ? ordinary(deltaOffset + n + 20) : mixed(deltaOffset + n + 20);
                float[] expected = delta.clone();
                for (int i = 0; i < n; i++) {
                    expected[deltaOffset + i] = derivative.of(y[yOffset + i], delta[deltaOffset + i]);
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = delta.clone();
                    float[] before = y.clone();
                    primitive.apply(kernels, y, yOffset, actual, deltaOffset, n);
                    assertSame(expected, actual, kernels.name() + " gradient of " + name + " n " + n);
                    assertSame(before, y, kernels.name() + " gradient of " + name + " changed y");
                }
            }
            return 0;
        });
    }

    @Test
    void reluGradient() {
        gradient("relu", Kernels::reluGradientInPlace, (y, delta) -> y > 0 ? delta : 0);
    }

    @Test
    void tanhGradient() {
        gradient("tanh", Kernels::tanhGradientInPlace, (y, delta) -> delta * Math.fma(-y, y, 1));
    }

    @Test
    void sigmoidGradient() {
        gradient("sigmoid", Kernels::sigmoidGradientInPlace, (y, delta) -> {
            float slope = Math.fma(-y, y, y);
            return delta * (slope + 1e-9f - 1e-9f);
        });
    }

    /** Tiny numbers are flushed to zero, and no result becomes subnormal. */
    @Test
    void tinyNumbersAreFlushedToZero() {
        for (Kernels kernels : BOTH) {
            int n = kernels.lanes();
            float[] zeros = new float[n];
            float[] chains = new float[Kernels.ERROR_CHAINS];
            for (float y = 1e-3f; y > 1e-40f; y *= 0.7f) {
                for (float sign : new float[] {1, -1}) {
                    Arrays.fill(chains, 0);
                    float[] deltas = new float[START + n];
                    kernels.squaredErrorGradient(1, n, filled(START + n, sign * y), zeros, 0, n, 2, deltas, 0, chains);
                    float delta = deltas[START];
                    assertThat(Math.abs(delta - sign * 2 * y)).isLessThan(2e-18f + 2.5e-7f * y);
                    assertThat(chains[0]).isEqualTo(0.25f * delta * delta);
                    assertThat(chains[0] == 0 || chains[0] > Float.MIN_NORMAL).isTrue();
                    double error = kernels.squaredError(filled(n, sign * y), 0, zeros, 0, n, chains);
                    assertThat(error).isCloseTo(n * 0.25 * delta * delta, within(1e-6 * error));
                }
                float[] slope = filled(n, 1);
                kernels.sigmoidGradientInPlace(filled(n, y), 0, slope, 0, n);
                assertThat(Math.abs(slope[0] - y * (1 - y))).isLessThan(1.2e-16f + 2.5e-7f * y);
                if (y < 1e-17f) {
                    assertThat(slope[0]).isZero();
                }
            }
        }
    }

    /** Moments that decay become zero but never subnormal, which would be tens of times slower. */
    @Test
    void momentsStayNormal() {
        for (Kernels kernels : BOTH) {
            int n = kernels.lanes();
            float[] m = filled(n, -1e-3f);
            float[] v = filled(n, 1e-6f);
            for (int step = 0; step < 60_000; step++) {
                kernels.adamInPlace(filled(n, 1), m, v, 0, new float[n], 0, n, 1e-3f, 0.999f, 0.001f, 1, 1);
                if (m[0] > -1e-28f && m[0] != 0 || v[0] < 1e-28f && v[0] != 0) {
                    throw new AssertionError(kernels.name() + ": moments of " + m[0] + " and " + v[0]);
                }
            }
            assertThat(m[0]).isBetween(-1e-26f, 0f);
            assertThat(v[0]).isBetween(0f, 1e-24f);
        }
    }

    private static float[] filled(int n, float value) {
        float[] values = new float[n];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void squaredError() {
        for (int n : SIZES) {
            for (int round = 0; round < 8; round++) {
                int yOffset = random.nextInt(20);
                int xOffset = random.nextInt(20);
                // Elements before and after must not count: a NaN there would be noticed.
                float[] y = new float[yOffset + n + 20];
                float[] x = new float[xOffset + n + 20];
                Arrays.fill(y, Float.NaN);
                Arrays.fill(x, Float.NaN);
                System.arraycopy(round < 7 ? ordinary(n) : mixed(n), 0, y, yOffset, n);
                System.arraycopy(ordinary(n), 0, x, xOffset, n);
                float[] chains = new float[16];
                for (int i = 0; i < n; i++) {
                    float d = y[yOffset + i] - x[xOffset + i] + 1e-11f - 1e-11f;
                    chains[i % 16] = Math.fma(d, d, chains[i % 16]);
                }
                double expected = 0;
                for (float chain : chains) {
                    expected += chain;
                }
                for (Kernels kernels : BOTH) {
                    float[] scratch = mixed(16);
                    double actual = kernels.squaredError(y, yOffset, x, xOffset, n, scratch);
                    assertThat(Double.doubleToLongBits(actual))
                            .as("%s n %d: %s, expected %s", kernels.name(), n, actual, expected)
                            .isEqualTo(Double.doubleToLongBits(expected));
                }
            }
        }
    }

    @Test
    void squaredErrorGradient() {
        for (int n : SIZES) {
            for (int round = 0; round < 8; round++) {
                int rows = 1 + random.nextInt(5);
                int xOffset = random.nextInt(20);
                int xRow = n + random.nextInt(5);
                float scale = 2f / (n * 64);
                float[] x = ordinary(xOffset + rows * xRow);
                for (Kernels kernels : BOTH) {
                    int width = kernels.padded(n);
                    int first = kernels.lanes() * random.nextInt(16 / kernels.lanes());
                    float[] y = round < 4 ? ordinary(START + rows * width) : mixed(START + rows * width);
                    float[] chains = ordinary(rows * 16);
                    float[] delta = mixed(START + rows * width);
                    float[] expectedDelta = delta.clone();
                    Arrays.fill(expectedDelta, START, expectedDelta.length, 0);
                    float[] expectedChains = chains.clone();
                    for (int r = 0; r < rows; r++) {
                        int at = START + r * width;
                        for (int i = 0; i < n; i++) {
                            float d = y[at + i] - x[xOffset + r * xRow + i] + 1e-11f - 1e-11f;
                            expectedDelta[at + i] = scale * d;
                            int chain = r * 16 + (first + i) % 16;
                            expectedChains[chain] = Math.fma(d, d, expectedChains[chain]);
                        }
                    }
                    kernels.squaredErrorGradient(rows, n, y, x, xOffset, xRow, scale, delta, first, chains);
                    assertSame(expectedDelta, delta, kernels.name() + " n " + n);
                    assertSame(expectedChains, chains, kernels.name() + " chains, n " + n);
                }
            }
        }
    }

    @Test
    void sigmoidErrorGradient() {
        for (int round = 0; round < 200; round++) {
            int rows = 1 + random.nextInt(70);
            int vectors = 1 + random.nextInt(5);
            for (Kernels kernels : BOTH) {
                int n = vectors * kernels.lanes();
                int xOffset = random.nextInt(20);
                int xRow = n + random.nextInt(5);
                float scale = 2f / (n * 64);
                float[] x = ordinary(xOffset + rows * xRow);
                int first = kernels.lanes() * random.nextInt(16 / kernels.lanes());
                float[] z = round % 2 == 0 ? ordinary(START + rows * n) : mixed(START + rows * n);
                float[] chains = ordinary(rows * 16);
                float[] delta = mixed(START + rows * n);
                float[] expectedDelta = delta.clone();
                float[] expectedChains = chains.clone();
                for (int r = 0; r < rows; r++) {
                    int at = START + r * n;
                    for (int i = 0; i < n; i++) {
                        float y = Functions.sigmoid(z[at + i]);
                        float d = y - x[xOffset + r * xRow + i] + 1e-11f - 1e-11f;
                        expectedDelta[at + i] = scale * d * (Math.fma(-y, y, y) + 1e-9f - 1e-9f);
                        int chain = r * 16 + (first + i) % 16;
                        expectedChains[chain] = Math.fma(d, d, expectedChains[chain]);
                    }
                }
                kernels.sigmoidErrorGradient(rows, n, z, x, xOffset, xRow, scale, delta, first, chains);
                assertSame(expectedDelta, delta, kernels.name() + " " + rows + " x " + n);
                assertSame(expectedChains, chains, kernels.name() + " chains, " + rows + " x " + n);
            }
        }
    }

    @Test
    void crossEntropy() {
        for (int n : SIZES) {
            for (int round = 0; round < 8; round++) {
                int rows = 1 + random.nextInt(5);
                int xOffset = random.nextInt(20);
                int xRow = n + random.nextInt(5);
                float[] x = new float[xOffset + rows * xRow];
                for (int i = 0; i < x.length; i++) {
                    x[i] = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextFloat();
                }
                for (Kernels kernels : BOTH) {
                    int width = kernels.padded(n);
                    int first = kernels.lanes() * random.nextInt(16 / kernels.lanes());
                    float[] y = new float[START + rows * width];
                    Arrays.fill(y, Float.NaN); // the padding must not count
                    float[] chains = ordinary(rows * 16);
                    float[] expected = chains.clone();
                    for (int r = 0; r < rows; r++) {
                        for (int i = 0; i < n; i++) {
                            // All sizes from 0 to 1, both ends among them; one NaN in the last round.
                            float share = random.nextFloat();
                            float value = switch (random.nextInt(5)) {
                                case 0 -> share < 0.5 ? 0 : 1;
                                case 1 -> Float.intBitsToFloat(random.nextInt(0x3f800000));
                                case 2 -> 1 - share * 0x1p-20f;
                                default -> share;
                            };
                            value = round == 7 && r == 0 && i == n / 2 ? Float.NaN : value;
                            y[START + r * width + i] = value;
                            float target = x[xOffset + r * xRow + i];
                            int chain = r * 16 + (first + i) % 16;
                            expected[chain] = Math.fma(-target, Functions.log(value), expected[chain]);
                            expected[chain] = Math.fma(target - 1, Functions.log(1 - value), expected[chain]);
                        }
                    }
                    kernels.crossEntropy(rows, n, y, x, xOffset, xRow, first, chains);
                    assertSame(expected, chains, kernels.name() + " n " + n);
                    assertThat(Float.isNaN(chains[(first + n / 2) % 16])).isEqualTo(round == 7);
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
                int row = width + random.nextInt(9);
                int cOffset = random.nextInt(20);
                int cRow = width + random.nextInt(9);
                float[][] terms = new float[1 + random.nextInt(4)][];
                for (int t = 0; t < terms.length; t++) {
                    terms[t] = ordinary(offset + rows * row);
                }
                float[] c = mixed(cOffset + rows * cRow);
                float[] expected = c.clone();
                for (int r = 0; r < rows; r++) {
                    for (int j = 0; j < width; j++) {
                        float sum = terms[0][offset + r * row + j];
                        for (int t = 1; t < terms.length; t++) {
                            sum += terms[t][offset + r * row + j];
                        }
                        expected[cOffset + r * cRow + j] = sum;
                    }
                }
                kernels.sum(rows, width, terms, offset, row, c, cOffset, cRow);
                assertSame(expected, c, kernels.name() + " columns " + columns);
            }
        }
    }

    @Test
    void adam() {
        forEachPaddedSize(n -> {
            for (int round = 0; round < 8; round++) {
                int offset = random.nextInt(20);
                int gOffset = random.nextInt(20);
                float[][] wmv = {ordinary(offset + n + 20), ordinary(offset + n + 20), ordinary(offset + n + 20)};
                for (int i = 0; i < wmv[2].length; i++) {
                    wmv[2][i] *= wmv[2][i];
                }
                float[] g = round < 4 ? ordinary(gOffset + n) : mixed(gOffset + n);
                float step = 0.005f / (1 - (float) Math.pow(0.9, round + 1));
                double beta2 = round % 3 == 0 ? 0.99 : 0.999;
                float decay = (float) beta2;
                float rest = (float) (1 - beta2);
                float scale = (float) (1 / Math.sqrt(1 - Math.pow(beta2, round + 1)));
                float keep = round % 2 == 0 ? 1 : 0.9995f;
                float[][] expected = {wmv[0].clone(), wmv[1].clone(), wmv[2].clone()};
                for (int i = 0; i < n; i++) {
                    int at = offset + i;
                    float gradient = g[gOffset + i];
                    float m = Math.fma(0.9f, wmv[1][at], Math.fma(0.1f, gradient, 1e-20f)) - 1e-20f;
                    float v = Math.fma(decay, wmv[2][at], Math.fma(rest * gradient, gradient, 1e-20f)) - 1e-20f;
                    float root = (float) Math.sqrt(v);
                    expected[0][at] = Math.fma(-step, m / Math.fma(root, scale, 1e-8f), keep * wmv[0][at]);
                    expected[1][at] = m;
                    expected[2][at] = v;
                }
                for (Kernels kernels : BOTH) {
                    float[][] actual = {wmv[0].clone(), wmv[1].clone(), wmv[2].clone()};
                    kernels.adamInPlace(
                            actual[0], actual[1], actual[2], offset, g, gOffset, n, step, decay, rest, scale, keep);
                    for (int i = 0; i < 3; i++) {
                        assertSame(expected[i], actual[i], kernels.name() + " " + "wmv".charAt(i) + " n " + n);
                    }
                }
            }
            return 0;
        });
    }

    private void forEachPaddedSize(IntUnaryOperator test) {
        for (int size : SIZES) {
            test.applyAsInt(BEST.padded(size));
        }
    }

    /** Numbers as they come in training. */
    private float[] ordinary(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (random.nextFloat() - 0.5f) * 4;
        }
        return values;
    }

    /** Ordinary numbers, any bit patterns and special values. */
    private float[] mixed(int n) {
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

    private static boolean same(float x, float y) {
        return Float.floatToIntBits(x) == Float.floatToIntBits(y);
    }

    private static void assertSame(float[] expected, float[] actual, String what) {
        for (int i = 0; i < expected.length; i++) {
            if (!same(expected[i], actual[i])) {
                throw new AssertionError("%s: [%d] is %s, expected %s".formatted(what, i, actual[i], expected[i]));
            }
        }
    }
}
