package io.hourglass.compute;

import io.hourglass.nn.Activation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations and their gradients, in the arrays of a network: {@link Activation} defines them. */
@EachKernels
class ActivationsTest extends BitForBit {
    @ParameterizedTest
    @EnumSource
    void values(Activation f) {
        for (int size : SIZES) {
            int n = BEST.padded(size);
            for (int round = 0; round < 8; round++) {
                int offset = random.nextInt(20);
                float[] x = round == 0 ? ordinary(offset + n + 20) : mixed(offset + n + 20);
                float[] expected = x.clone();
                for (int i = offset; i < offset + n; i++) {
                    expected[i] = f.value(x[i]);
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = x.clone();
                    kernels.activateInPlace(f, actual, offset, n);
                    assertSame(expected, actual, kernels.name() + " n " + n);
                }
            }
        }
    }

    /** Rows of a matrix, next to each other or apart; what lies between them stays. */
    @ParameterizedTest
    @EnumSource
    void valuesOfMatrices(Activation f) {
        for (int rows : new int[] {1, 2, 5, 64}) {
            for (int size : new int[] {1, 16, 17, 48, 65}) {
                for (int gap : new int[] {0, 1, BEST.lanes()}) {
                    int columns = BEST.padded(size);
                    int offset = random.nextInt(20);
                    int stride = columns + gap;
                    float[] x = rows == 2 ? ordinary(offset + rows * stride + 5) : mixed(offset + rows * stride + 5);
                    float[] expected = x.clone();
                    for (int r = 0; r < rows; r++) {
                        for (int i = offset + r * stride; i < offset + r * stride + columns; i++) {
                            expected[i] = f.value(x[i]);
                        }
                    }
                    for (Kernels kernels : BOTH) {
                        float[] actual = x.clone();
                        kernels.activateInPlace(f, new Matrix(actual, offset, rows, columns, stride));
                        assertSame(expected, actual, kernels.name() + " " + rows + " x " + columns + ", " + stride);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradients(Activation f) {
        for (int size : SIZES) {
            int n = BEST.padded(size);
            for (int round = 0; round < 8; round++) {
                int vOffset = random.nextInt(20);
                int deltaOffset = random.nextInt(20);
                float[] v = round == 0 ? ordinary(vOffset + n) : mixed(vOffset + n);
                float[] delta = round < 4 ? ordinary(deltaOffset + n + 20) : mixed(deltaOffset + n + 20);
                float[] expected = delta.clone();
                for (int i = 0; i < n; i++) {
                    expected[deltaOffset + i] = f.gradient(v[vOffset + i], delta[deltaOffset + i]);
                }
                for (Kernels kernels : BOTH) {
                    float[] actual = delta.clone();
                    float[] before = v.clone();
                    kernels.activationGradientInPlace(f, v, vOffset, actual, deltaOffset, n);
                    assertSame(expected, actual, kernels.name() + " n " + n);
                    assertSame(before, v, kernels.name() + " changed the values");
                }
            }
        }
    }

    /** The same bits for half a million floats of all sizes, and for all around the limits of the functions. */
    @ParameterizedTest
    @EnumSource
    void valuesAndGradientsOfManyFloats(Activation f) {
        float[] x = new float[1 << 19];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * 8191);
        }
        float[][] inputs = {
            x,
            around(0.625f),
            around(0.3125f),
            around(103.97f),
            around(104),
            around(52),
            around(87),
            around(87.3f),
            around(43.5f),
            around(13.19f),
            around(14.4f)
        };
        for (float[] input : inputs) {
            float[] values = input.clone();
            float[] gradients = filled(input.length, 0.75f);
            BEST.activateInPlace(f, values, 0, input.length);
            BEST.activationGradientInPlace(f, input, 0, gradients, 0, input.length);
            for (int i = 0; i < input.length; i++) {
                float value = f.value(input[i]);
                float gradient = f.gradient(input[i], 0.75f);
                if (!same(values[i], value) || !same(gradients[i], gradient)) {
                    throw new AssertionError("%s: %s and %s, expected %s and %s"
                            .formatted(input[i], values[i], gradients[i], value, gradient));
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
}
