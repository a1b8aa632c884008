package io.hourglass.compute;

import static io.hourglass.compute.VectorFunctions.FLUSH_SLOPE;
import static io.hourglass.compute.VectorFunctions.MINUS_EXP_NORMAL;
import static io.hourglass.compute.VectorFunctions.MINUS_ONE;
import static io.hourglass.compute.VectorFunctions.ONE;
import static io.hourglass.compute.VectorFunctions.ONE_BITS;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.nn.Activation;
import io.hourglass.numerics.Functions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Activation}, many values at a time. */
final class VectorActivations {
    private static final FloatVector ZERO = broadcast(0f);
    private static final FloatVector HALF = broadcast(0.5f);
    private static final FloatVector TWO = broadcast(2f);
    private static final FloatVector MINUS_TWO = broadcast(-2f);
    private static final FloatVector LEAK = broadcast(Activation.LEAKY_RELU.gradient(-1, 1));
    private static final FloatVector DENSITY = broadcast(Functions.ONE_OVER_ROOT_2_PI);
    private static final FloatVector BELL_END = broadcast(Functions.BELL_END);
    private static final FloatVector TAIL = broadcast(Functions.TAIL);
    private static final FloatVector T8 = broadcast(Functions.T8);
    private static final FloatVector T7 = broadcast(Functions.T7);
    private static final FloatVector T6 = broadcast(Functions.T6);
    private static final FloatVector T5 = broadcast(Functions.T5);
    private static final FloatVector T4 = broadcast(Functions.T4);
    private static final FloatVector T3 = broadcast(Functions.T3);
    private static final FloatVector T2 = broadcast(Functions.T2);
    private static final FloatVector T1 = broadcast(Functions.T1);
    private static final IntVector SIGN = broadcast(Integer.MIN_VALUE);

    private VectorActivations() {}

    static void activate(Activation f, float[] x, int offset, int n) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> relu(x, offset, n);
            case LEAKY_RELU -> leakyRelu(x, offset, n);
            case GELU -> gelu(false, x, offset, x, offset, n);
            case ELU, SILU, TANH, SIGMOID -> exponential(f, x, offset, n);
        }
    }

    static void gradient(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> reluGradient(v, vOffset, delta, deltaOffset, n);
            case LEAKY_RELU -> leakyReluGradient(v, vOffset, delta, deltaOffset, n);
            case ELU -> eluGradient(v, vOffset, delta, deltaOffset, n);
            case GELU -> gelu(true, v, vOffset, delta, deltaOffset, n);
            case SILU -> siluGradient(v, vOffset, delta, deltaOffset, n);
            case TANH -> tanhGradient(v, vOffset, delta, deltaOffset, n);
            case SIGMOID -> sigmoidGradient(v, vOffset, delta, deltaOffset, n);
        }
    }

    private static void relu(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.blend(0f, v.lt(0f)).intoArray(x, i);
        }
    }

    private static void leakyRelu(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.blend(v.mul(LEAK), v.lt(0f)).intoArray(x, i);
        }
    }

    /**
     * The functions of e<sup>-a</sup>, {@link Functions#expNegative}. This is one long method on purpose. C2 does not
     * inline methods of more than 325 bytes of code, so it compiles this one separately. It would inline a shorter one
     * into its caller, where it may reach its limit of nodes (NodeCountInliningCutoff) halfway; it would then call the
     * remaining operations and box every vector. Values are selected with bit operations, not with masks, because Java
     * 17 does not keep masks in registers.
     */
    private static void exponential(Activation f, float[] values, int offset, int n) {
        boolean tanh = f == Activation.TANH;
        boolean elu = f == Activation.ELU;
        boolean silu = f == Activation.SILU;
        assert n >= 0 && n % LANES == 0 : n + " values, with " + LANES + " lanes";
        assert offset >= 0 && offset + n <= values.length : n + " values from " + offset + ", of " + values.length;
        FloatVector scale = tanh ? MINUS_TWO : MINUS_ONE;
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, i);
            FloatVector minusA =
                    elu ? x.min(ZERO).max(MINUS_EXP_NORMAL) : x.abs().mul(scale);
            if (!minusA.compare(VectorOperators.GE, MINUS_EXP_NORMAL).allTrue()) {
                // Rare, and without vectors: if they were used here as well, C2 would box those of the common case.
                for (int j = i; j < i + LANES; j++) {
                    values[j] = f.value(values[j]);
                }
                continue;
            }
            FloatVector shifted = VectorFunctions.shifted(minusA);
            FloatVector p = VectorFunctions.expRest(minusA, shifted);
            IntVector power = VectorFunctions.power(shifted);
            IntVector bits = x.reinterpretAsInts();
            IntVector negative = bits.lanewise(VectorOperators.ASHR, 31);
            FloatVector result;
            if (tanh || elu) {
                FloatVector two = power.add(ONE_BITS).reinterpretAsFloats();
                FloatVector d = two.fma(p, two.sub(ONE));
                result = elu
                        ? d.reinterpretAsInts()
                                .and(negative)
                                .reinterpretAsFloats()
                                .add(x.max(ZERO))
                        : d.div(d.add(TWO))
                                .abs()
                                .reinterpretAsInts()
                                .or(bits.and(SIGN))
                                .reinterpretAsFloats();
            } else {
                IntVector e = p.add(ONE).reinterpretAsInts().add(power);
                FloatVector numerator = e.lanewise(VectorOperators.XOR, ONE_BITS)
                        .and(negative)
                        .lanewise(VectorOperators.XOR, ONE_BITS)
                        .reinterpretAsFloats(); // e where x < 0, else 1
                result = numerator.div(e.reinterpretAsFloats().add(ONE));
                if (silu) {
                    result = x.mul(result);
                }
            }
            result.intoArray(values, i); // one call for all: C2 does not inline a call that it has seen too rarely
        }
    }

    /**
     * GELU or its gradient: both are made of the normal distribution, {@link Functions#normalCdf} and {@link
     * Functions#normalDensity}. One long method, see {@link #exponential}.
     *
     * @param x the sums are {@code x[xOffset ..]}
     * @param target results, or gradients that are multiplied, {@code target[offset ..]}
     */
    private static void gelu(boolean gradient, float[] x, int xOffset, float[] target, int offset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector a = v.abs();
            FloatVector t = ONE.div(TAIL.fma(a, ONE));
            FloatVector u = ONE.sub(t);
            FloatVector p = T8.fma(u, T7);
            p = p.fma(u, T6);
            p = p.fma(u, T5);
            p = p.fma(u, T4);
            p = p.fma(u, T3);
            p = p.fma(u, T2);
            p = p.fma(u, T1);
            p = p.fma(u, HALF);
            FloatVector near = a.min(BELL_END);
            FloatVector half = near.mul(HALF);
            FloatVector minusSquare = half.mul(near).neg();
            FloatVector rest = half.fma(near, minusSquare);
            FloatVector shifted = VectorFunctions.shifted(minusSquare);
            FloatVector e = VectorFunctions.expRest(minusSquare, shifted)
                    .add(ONE)
                    .reinterpretAsInts()
                    .add(VectorFunctions.power(shifted))
                    .reinterpretAsFloats();
            FloatVector bell = rest.neg()
                    .fma(e, e)
                    .reinterpretAsInts()
                    .lanewise(
                            VectorOperators.AND_NOT,
                            BELL_END.sub(a).reinterpretAsInts().lanewise(VectorOperators.ASHR, 31))
                    .reinterpretAsFloats();
            FloatVector tail = bell.mul(t.mul(p));
            IntVector above = ONE.sub(tail).reinterpretAsInts();
            FloatVector cdf = tail.reinterpretAsInts()
                    .lanewise(VectorOperators.XOR, above)
                    .and(v.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31))
                    .lanewise(VectorOperators.XOR, above)
                    .reinterpretAsFloats();
            FloatVector result = v.mul(cdf);
            if (gradient) {
                FloatVector slope = v.fma(DENSITY.mul(bell), cdf);
                result = slope.mul(FloatVector.fromArray(SPECIES, target, offset + i));
            }
            result.intoArray(target, offset + i);
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

    /** Including its assertions, long enough not to be inlined, see {@link #exponential}. */
    private static void siluGradient(float[] x, int xOffset, float[] delta, int deltaOffset, int n) {
        assert n >= 0 : n + " values";
        assert n % LANES == 0 : n + " values, with " + LANES + " lanes";
        assert x != delta : n + " gradients from " + deltaOffset + " in the array of the sums from " + xOffset;
        assert xOffset >= 0 : "sums from " + xOffset;
        assert xOffset + n <= x.length : n + " sums from " + xOffset + ", of " + x.length;
        assert deltaOffset >= 0 && deltaOffset + n <= delta.length
                : n + " gradients from " + deltaOffset + ", of " + delta.length;
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            if (!v.abs()
                    .mul(MINUS_ONE)
                    .compare(VectorOperators.GE, MINUS_EXP_NORMAL)
                    .allTrue()) { // rare
                for (int j = i; j < i + LANES; j++) {
                    delta[deltaOffset + j] = Activation.SILU.gradient(x[xOffset + j], delta[deltaOffset + j]);
                }
                continue;
            }
            FloatVector s = VectorFunctions.sigmoid(v);
            FloatVector slope = s.mul(v.fma(ONE.sub(s), ONE));
            FloatVector.fromArray(SPECIES, delta, deltaOffset + i).mul(slope).intoArray(delta, deltaOffset + i);
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
}
