package io.hourglass.compute;

import static io.hourglass.compute.Kernels.ERROR_CHAINS;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import io.hourglass.numerics.Functions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Activation}, many values at a time, and the sigmoid together with the squared error.
 *
 * <p>The length of most vector kernels is chosen, for C2. With their assertions, they have more than 325 bytes of code.
 * C2 does not inline such methods, so it compiles each separately. It would inline a shorter one into its caller, where
 * it may reach its limit of nodes (NodeCountInliningCutoff) halfway; from there on it may not know the classes of
 * vectors, and then calls their operations and boxes them. About 40 operations on vectors reach that limit, so a kernel
 * with more has two passes. What kernels share, such as e<sup>-a</sup>, is repeated in each: whether C2 inlines a
 * method that it has also compiled separately depends on chance.
 *
 * <p>In the methods that use e<sup>-a</sup>, p and what follows from it have signs opposite to those in {@link
 * Functions}: p is 1 - e<sup>r</sup>. That saves operations and changes no bit. The bits of {@link Functions#ROUND}
 * need not be subtracted from the power of two, because the shift loses them.
 */
final class VectorActivations {
    static final FloatVector ONE = broadcast(1f);
    private static final FloatVector TWO = broadcast(2f);
    static final FloatVector ZERO = broadcast(0f);
    private static final FloatVector LEAK = broadcast(Activation.LEAKY_RELU.gradient(-1, 1));
    private static final FloatVector FLUSH_DIFFERENCE = broadcast(Functions.DIFFERENCE_FLUSH);
    private static final FloatVector FLUSH_SLOPE = broadcast(Functions.SLOPE_FLUSH);
    private static final IntVector ONE_BITS = broadcast(Functions.ONE_BITS);
    private static final IntVector SIGN = broadcast(Integer.MIN_VALUE);

    private static final FloatVector EXP_NORMAL = broadcast(Functions.EXP_NORMAL);
    static final FloatVector MINUS_LOG2_E = broadcast(-Functions.LOG2_E);
    static final FloatVector LN2_HIGH = broadcast(Functions.LN2_HIGH);
    static final FloatVector LN2_LOW = broadcast(Functions.LN2_LOW);
    static final FloatVector ROUND = broadcast(Functions.ROUND);
    static final FloatVector E7 = broadcast(Functions.E7);
    static final FloatVector MINUS_E6 = broadcast(-Functions.E6);
    static final FloatVector E5 = broadcast(Functions.E5);
    static final FloatVector MINUS_E4 = broadcast(-Functions.E4);
    static final FloatVector E3 = broadcast(Functions.E3);
    static final FloatVector MINUS_E2 = broadcast(-Functions.E2);

    private VectorActivations() {}

    static void activate(Activation f, float[] x, int offset, int rows, int columns, int stride) {
        if (rows > 1 && stride == columns) {
            activate(f, x, offset, 1, rows * columns, stride);
            return;
        }
        switch (f) {
            case IDENTITY -> {}
            case RELU -> relu(x, offset, rows, columns, stride);
            case LEAKY_RELU -> leakyRelu(x, offset, rows, columns, stride);
            case GELU -> gelu(x, offset, rows, columns, stride);
            case ELU -> elu(x, offset, rows, columns, stride);
            case SILU -> sigmoid(true, x, offset, rows, columns, stride);
            case TANH -> tanh(x, offset, rows, columns, stride);
            case SIGMOID -> sigmoid(false, x, offset, rows, columns, stride);
        }
    }

    static void gradient(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> reluGradient(v, vOffset, delta, deltaOffset, n);
            case LEAKY_RELU -> leakyReluGradient(v, vOffset, delta, deltaOffset, n);
            case ELU -> eluGradient(v, vOffset, delta, deltaOffset, n);
            case GELU -> VectorGelu.apply(true, v, vOffset, delta, deltaOffset, n);
            case SILU -> siluGradient(v, vOffset, delta, deltaOffset, n);
            case TANH -> tanhGradient(v, vOffset, delta, deltaOffset, n);
            case SIGMOID -> sigmoidGradient(v, vOffset, delta, deltaOffset, n);
        }
    }

    private static void relu(float[] x, int offset, int rows, int columns, int stride) {
        for (int r = 0; r < rows; r++) {
            int from = offset + r * stride;
            for (int i = from; i < from + columns; i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i);
                v.blend(0f, v.lt(0f)).intoArray(x, i);
            }
        }
    }

    private static void leakyRelu(float[] x, int offset, int rows, int columns, int stride) {
        for (int r = 0; r < rows; r++) {
            int from = offset + r * stride;
            for (int i = from; i < from + columns; i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i);
                v.blend(v.mul(LEAK), v.lt(0f)).intoArray(x, i);
            }
        }
    }

    private static void tanh(float[] values, int offset, int rows, int columns, int stride) {
        assert rows >= 0 : rows + " rows";
        assert columns >= 0 && columns % LANES == 0 : columns + " columns, with " + LANES + " lanes";
        assert offset >= 0 && offset + (rows - 1) * stride + columns <= values.length
                : rows + " rows of " + columns + " from " + offset + ", " + stride + " apart, of " + values.length;
        for (int r = 0; r < rows; r++) {
            int from = offset + r * stride;
            for (int i = from; i < from + columns; i += LANES) {
                FloatVector x = FloatVector.fromArray(SPECIES, values, i);
                FloatVector a = TWO.mul(x).abs();
                if (!a.compare(VectorOperators.LE, EXP_NORMAL).allTrue()) {
                    // Rare, and without vectors: if they were used here as well, C2 would box those of the common case.
                    for (int j = i; j < i + LANES; j++) {
                        values[j] = Functions.tanh(values[j]);
                    }
                    continue;
                }
                FloatVector shifted = a.fma(MINUS_LOG2_E, ROUND);
                FloatVector k = shifted.sub(ROUND);
                FloatVector rest = k.fma(LN2_LOW, k.fma(LN2_HIGH, a));
                FloatVector p = rest.fma(E7, MINUS_E6);
                p = p.fma(rest, E5);
                p = p.fma(rest, MINUS_E4);
                p = p.fma(rest, E3);
                p = p.fma(rest, MINUS_E2);
                p = p.fma(rest.mul(rest), rest);
                IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
                FloatVector two = power.add(ONE_BITS).reinterpretAsFloats();
                FloatVector d = two.fma(p, ONE.sub(two));
                d.div(TWO.sub(d))
                        .reinterpretAsInts()
                        .or(x.reinterpretAsInts().and(SIGN))
                        .reinterpretAsFloats()
                        .intoArray(values, i);
            }
        }
    }

    private static void gelu(float[] x, int offset, int rows, int columns, int stride) {
        for (int r = 0; r < rows; r++) {
            int from = offset + r * stride;
            VectorGelu.apply(false, x, from, x, from, columns);
        }
    }

    /** The sigmoid, or the sigmoid times x. */
    private static void sigmoid(boolean silu, float[] values, int offset, int rows, int columns, int stride) {
        assert rows >= 0 : rows + " rows";
        assert columns >= 0 && columns % LANES == 0 : columns + " columns, with " + LANES + " lanes";
        assert offset >= 0 && offset + (rows - 1) * stride + columns <= values.length
                : rows + " rows of " + columns + " from " + offset + ", " + stride + " apart, of " + values.length;
        for (int r = 0; r < rows; r++) {
            int from = offset + r * stride;
            for (int i = from; i < from + columns; i += LANES) {
                FloatVector x = FloatVector.fromArray(SPECIES, values, i);
                FloatVector a = x.abs();
                if (!a.compare(VectorOperators.LE, EXP_NORMAL).allTrue()) { // rare
                    for (int j = i; j < i + LANES; j++) {
                        values[j] = silu ? Activation.SILU.value(values[j]) : Functions.sigmoid(values[j]);
                    }
                    continue;
                }
                FloatVector shifted = a.fma(MINUS_LOG2_E, ROUND);
                FloatVector k = shifted.sub(ROUND);
                FloatVector rest = k.fma(LN2_LOW, k.fma(LN2_HIGH, a));
                FloatVector p = rest.fma(E7, MINUS_E6);
                p = p.fma(rest, E5);
                p = p.fma(rest, MINUS_E4);
                p = p.fma(rest, E3);
                p = p.fma(rest, MINUS_E2);
                p = p.fma(rest.mul(rest), rest);
                IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
                IntVector e = ONE.sub(p).reinterpretAsInts().add(power);
                FloatVector result = e.lanewise(VectorOperators.XOR, ONE_BITS)
                        .and(x.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31))
                        .lanewise(VectorOperators.XOR, ONE_BITS)
                        .reinterpretAsFloats() // e where x < 0, else 1
                        .div(e.reinterpretAsFloats().add(ONE));
                if (silu) {
                    result = x.mul(result);
                }
                result.intoArray(values, i); // one call for both: C2 does not inline a call that it has seen too rarely
            }
        }
    }

    private static void elu(float[] values, int offset, int rows, int columns, int stride) {
        assert rows >= 0 : rows + " rows";
        assert columns >= 0 && columns % LANES == 0 : columns + " columns, with " + LANES + " lanes";
        assert offset >= 0 && offset + (rows - 1) * stride + columns <= values.length
                : rows + " rows of " + columns + " from " + offset + ", " + stride + " apart, of " + values.length;
        for (int r = 0; r < rows; r++) {
            int from = offset + r * stride;
            for (int i = from; i < from + columns; i += LANES) {
                FloatVector x = FloatVector.fromArray(SPECIES, values, i);
                FloatVector a = x.neg().max(ZERO).min(EXP_NORMAL);
                FloatVector shifted = a.fma(MINUS_LOG2_E, ROUND);
                FloatVector k = shifted.sub(ROUND);
                FloatVector rest = k.fma(LN2_LOW, k.fma(LN2_HIGH, a));
                FloatVector p = rest.fma(E7, MINUS_E6);
                p = p.fma(rest, E5);
                p = p.fma(rest, MINUS_E4);
                p = p.fma(rest, E3);
                p = p.fma(rest, MINUS_E2);
                p = p.fma(rest.mul(rest), rest);
                IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
                FloatVector two = power.add(ONE_BITS).reinterpretAsFloats();
                FloatVector minusD = two.fma(p, ONE.sub(two));
                x.max(ZERO).sub(minusD).intoArray(values, i); // one of them is 0
            }
        }
    }

    private static void reluGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            broadcast(0f).blend(d, value.compare(VectorOperators.GT, 0f)).intoArray(delta, deltaOffset + i);
        }
    }

    private static void leakyReluGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            d.mul(LEAK).blend(d, value.compare(VectorOperators.GT, 0f)).intoArray(delta, deltaOffset + i);
        }
    }

    private static void eluGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector slope =
                    FloatVector.fromArray(SPECIES, y, yOffset + i).min(ZERO).add(ONE);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            d.mul(slope).intoArray(delta, deltaOffset + i);
        }
    }

    private static void tanhGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            d.mul(value.neg().fma(value, broadcast(1f))).intoArray(delta, deltaOffset + i);
        }
    }

    private static void sigmoidGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            FloatVector slope = value.neg().fma(value, value);
            d.mul(slope.add(FLUSH_SLOPE).sub(FLUSH_SLOPE)).intoArray(delta, deltaOffset + i);
        }
    }

    private static void siluGradient(float[] x, int xOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector a = v.abs();
            if (!a.compare(VectorOperators.LE, EXP_NORMAL).allTrue()) { // rare
                for (int j = i; j < i + LANES; j++) {
                    delta[deltaOffset + j] = Activation.SILU.gradient(x[xOffset + j], delta[deltaOffset + j]);
                }
                continue;
            }
            FloatVector shifted = a.fma(MINUS_LOG2_E, ROUND);
            FloatVector k = shifted.sub(ROUND);
            FloatVector rest = k.fma(LN2_LOW, k.fma(LN2_HIGH, a));
            FloatVector p = rest.fma(E7, MINUS_E6);
            p = p.fma(rest, E5);
            p = p.fma(rest, MINUS_E4);
            p = p.fma(rest, E3);
            p = p.fma(rest, MINUS_E2);
            p = p.fma(rest.mul(rest), rest);
            IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
            FloatVector e = ONE.sub(p).reinterpretAsInts().add(power).reinterpretAsFloats();
            FloatVector s = ONE.blend(e, v.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            FloatVector slope = s.mul(v.fma(ONE.sub(s), ONE));
            FloatVector.fromArray(SPECIES, delta, deltaOffset + i).mul(slope).intoArray(delta, deltaOffset + i);
        }
    }

    /** The sigmoid with the squared error and its gradient. */
    static void sigmoidErrorGradient(Matrix sums, Matrix xs, float scale, Matrix deltas, int first, float[] chains) {
        float[] z = sums.data();
        float[] x = xs.data();
        float[] delta = deltas.data();
        FloatVector factor = broadcast(2 * scale);
        for (int column = 0; column < sums.columns(); column += LANES) {
            int i = sums.offset() + column;
            int from = xs.offset() + column;
            int to = deltas.offset() + column;
            int chain = (first + column) & (ERROR_CHAINS - 1);
            for (int r = 0; r < sums.rows(); r++) {
                FloatVector v = FloatVector.fromArray(SPECIES, z, i);
                FloatVector a = v.abs();
                if (a.compare(VectorOperators.LE, EXP_NORMAL).allTrue()) {
                    FloatVector shifted = a.fma(MINUS_LOG2_E, ROUND);
                    FloatVector k = shifted.sub(ROUND);
                    FloatVector rest = k.fma(LN2_LOW, k.fma(LN2_HIGH, a));
                    FloatVector p = rest.fma(E7, MINUS_E6);
                    p = p.fma(rest, E5);
                    p = p.fma(rest, MINUS_E4);
                    p = p.fma(rest, E3);
                    p = p.fma(rest, MINUS_E2);
                    p = p.fma(rest.mul(rest), rest);
                    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
                    FloatVector e = ONE.sub(p).reinterpretAsInts().add(power).reinterpretAsFloats();
                    FloatVector y =
                            ONE.blend(e, v.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
                    FloatVector d = y.sub(FloatVector.fromArray(SPECIES, x, from))
                            .add(FLUSH_DIFFERENCE)
                            .sub(FLUSH_DIFFERENCE);
                    FloatVector slope = y.neg().fma(y, y).add(FLUSH_SLOPE).sub(FLUSH_SLOPE);
                    slope.mul(factor.mul(d)).intoArray(delta, to);
                    d.fma(d, FloatVector.fromArray(SPECIES, chains, chain)).intoArray(chains, chain);
                } else { // rare
                    for (int lane = 0; lane < LANES; lane++) {
                        float y = Functions.sigmoid(z[i + lane]);
                        float gradient = Loss.MSE.gradient(y, x[from + lane], scale);
                        delta[to + lane] = Activation.SIGMOID.gradient(y, gradient);
                        chains[chain + lane] = Loss.MSE.addTo(chains[chain + lane], y, x[from + lane]);
                    }
                }
                i += sums.stride();
                from += xs.stride();
                to += deltas.stride();
                chain += ERROR_CHAINS;
            }
        }
    }
}
