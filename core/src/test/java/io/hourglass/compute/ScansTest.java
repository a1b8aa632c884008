package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

@EachKernels
class ScansTest extends BitForBit {
    @Test
    void copy() {
        for (int length : new int[] {1, 2, 3, 5, 7, 15, 16, 17, 32, 48, 50}) {
            float[] from = new float[40 + length];
            for (int i = 0; i < from.length; i++) {
                from[i] = SPECIAL[random.nextInt(SPECIAL.length)];
            }
            // Sources overlap, copies do not; one value beside each run stays.
            int apart = length + 1;
            Runs runs = new Runs(new int[] {9, 0}, new int[] {3 * apart, 0}, 3, 2, apart, length);
            float[] to = new float[7 + 6 * apart];
            Arrays.fill(to, -7);
            float[] expected = to.clone();
            for (int run = 0; run < 6; run++) {
                int source = 4 + (run < 3 ? 0 : 9) + run % 3 * 2;
                System.arraycopy(from, source, expected, 5 + run * apart, length);
            }
            for (Kernels kernels : BOTH) {
                float[] actual = to.clone();
                kernels.copy(runs, from, 4, actual, 5);
                assertThat(actual).as(kernels.name() + " " + length).isEqualTo(expected);
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
}
