package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses and their gradients: {@link Loss} defines them for one value. */
@EachKernels
class LossesTest extends BitForBit {
    @Test
    void squaredError() {
        for (int n : SIZES) {
            for (int round = 0; round < 8; round++) {
                int yOffset = random.nextInt(20);
                int xOffset = random.nextInt(20);
                // Elements before and after must not count: a NaN there would be noticed.
                float[] y = filled(yOffset + n + 20, Float.NaN);
                float[] x = filled(xOffset + n + 20, Float.NaN);
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

    @ParameterizedTest
    @EnumSource
    void gradients(Loss loss) {
        for (int n : SIZES) {
            for (int round = 0; round < 8; round++) {
                int rows = 1 + random.nextInt(5);
                for (Kernels kernels : BOTH) {
                    Matrix y = filled(rows, n);
                    Matrix x = filled(rows, n);
                    for (int r = 0; r < rows; r++) {
                        for (int i = 0; i < n; i++) {
                            boolean unit = loss.needsUnitInterval();
                            x.data()[index(x, r, i)] = unit ? target() : (random.nextFloat() - 0.5f) * 4;
                            y.data()[index(y, r, i)] = unit ? probability() : near(at(x, r, i), round >= 4);
                        }
                    }
                    y.data()[index(y, 0, n / 2)] = round == 7 ? Float.NaN : at(y, 0, n / 2);
                    int first = kernels.lanes() * random.nextInt(16 / kernels.lanes());
                    float scale = 1f / (n * 64);
                    Matrix delta = matrix(rows, kernels.padded(n), true);
                    float[] chains = ordinary(rows * 16 + 5);
                    float[] expectedDelta = delta.data().clone();
                    float[] expectedChains = chains.clone();
                    for (int r = 0; r < rows; r++) {
                        int start = index(delta, r, 0);
                        Arrays.fill(expectedDelta, start, start + delta.columns(), 0);
                        for (int i = 0; i < n; i++) {
                            expectedDelta[start + i] = loss.gradient(at(y, r, i), at(x, r, i), scale);
                            int chain = r * 16 + (first + i) % 16;
                            expectedChains[chain] = loss.addTo(expectedChains[chain], at(y, r, i), at(x, r, i));
                        }
                    }
                    kernels.lossGradient(loss, y, x, scale, delta, first, chains);
                    assertSame(expectedDelta, delta.data(), kernels.name() + " n " + n);
                    assertSame(expectedChains, chains, kernels.name() + " chains, n " + n);
                    if (round == 7) {
                        assertThat(chains[(first + n / 2) % 16]).isNaN();
                    }
                }
            }
        }
    }

    /** A matrix of NaN, also outside the view, where nothing may count. */
    private Matrix filled(int rows, int columns) {
        Matrix matrix = matrix(rows, columns, false);
        Arrays.fill(matrix.data(), Float.NaN);
        return matrix;
    }

    private float target() {
        return random.nextInt(4) == 0 ? random.nextInt(2) : random.nextFloat();
    }

    /** All sizes from 0 to 1, both ends among them. */
    private float probability() {
        float share = random.nextFloat();
        return switch (random.nextInt(5)) {
            case 0 -> share < 0.5 ? 0 : 1;
            case 1 -> Float.intBitsToFloat(random.nextInt(0x3f800000));
            case 2 -> 1 - share * 0x1p-20f;
            default -> share;
        };
    }

    /** Differences of all sizes from a target, 0 and 1 and what is flushed to zero among them. */
    private float near(float x, boolean special) {
        float d = (random.nextFloat() - 0.5f) * 4;
        return switch (random.nextInt(special ? 6 : 3)) {
            case 0 -> x + Math.scalb(d, -random.nextInt(70));
            case 1 -> x + random.nextInt(3) - 1;
            case 2 -> x + d;
            default -> mixed(1)[0];
        };
    }

    @Test
    void sigmoidErrorGradient() {
        for (int round = 0; round < 200; round++) {
            int rows = 1 + random.nextInt(70);
            int vectors = 1 + random.nextInt(5);
            for (Kernels kernels : BOTH) {
                int n = vectors * kernels.lanes();
                float scale = 1f / (n * 64);
                int first = kernels.lanes() * random.nextInt(16 / kernels.lanes());
                Matrix z = matrix(rows, n, round % 2 == 1);
                Matrix x = matrix(rows, n, false);
                Matrix delta = matrix(rows, n, true);
                float[] chains = ordinary(rows * 16);
                float[] expectedDelta = delta.data().clone();
                float[] expectedChains = chains.clone();
                for (int r = 0; r < rows; r++) {
                    for (int i = 0; i < n; i++) {
                        float y = Activation.SIGMOID.value(at(z, r, i));
                        float d = y - at(x, r, i) + 1e-11f - 1e-11f;
                        expectedDelta[index(delta, r, i)] = 2 * scale * d * (Math.fma(-y, y, y) + 1e-9f - 1e-9f);
                        int chain = r * 16 + (first + i) % 16;
                        expectedChains[chain] = Math.fma(d, d, expectedChains[chain]);
                    }
                }
                float[] before = z.data().clone();
                kernels.sigmoidErrorGradient(z, x, scale, delta, first, chains);
                assertSame(expectedDelta, delta.data(), kernels.name() + " " + rows + " x " + n);
                assertSame(expectedChains, chains, kernels.name() + " chains, " + rows + " x " + n);
                assertSame(before, z.data(), kernels.name() + " changed the sums");
            }
        }
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
                    float[] outputs = filled(n, sign * y);
                    float[] deltas = new float[n];
                    kernels.lossGradient(
                            Loss.MSE,
                            new Matrix(outputs, 0, 1, n),
                            new Matrix(zeros, 0, 1, n),
                            1,
                            new Matrix(deltas, 0, 1, n),
                            0,
                            chains);
                    float delta = deltas[0];
                    assertThat(Math.abs(delta - sign * 2 * y)).isLessThan(2e-18f + 2.5e-7f * y);
                    assertThat(chains[0]).isEqualTo(0.25f * delta * delta);
                    assertThat(chains[0] == 0 || chains[0] > Float.MIN_NORMAL).isTrue();
                    double error = kernels.squaredError(outputs, 0, zeros, 0, n, chains);
                    assertThat(error).isCloseTo(n * 0.25 * delta * delta, within(1e-6 * error));
                }
                float[] slope = filled(n, 1f);
                kernels.activationGradientInPlace(Activation.SIGMOID, filled(n, y), 0, slope, 0, n);
                assertThat(Math.abs(slope[0] - y * (1 - y))).isLessThan(1.2e-16f + 2.5e-7f * y);
                if (y < 1e-17f) {
                    assertThat(slope[0]).isZero();
                }
            }
        }
    }
}
