package io.hourglass.compute;

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
    private static final FloatVector MINUS_TWO = broadcast(-2f);
    private static final FloatVector TWO = broadcast(2f);
    private static final IntVector SIGN = broadcast(Integer.MIN_VALUE);
    static final FloatVector ONE = broadcast(1f);
    static final FloatVector MINUS_ONE = broadcast(-1f);
    static final FloatVector LOG2_E = broadcast(Functions.LOG2_E);
    static final FloatVector MINUS_LN2_HIGH = broadcast(-Functions.LN2_HIGH);
    static final FloatVector MINUS_LN2_LOW = broadcast(-Functions.LN2_LOW);
    static final FloatVector ROUND = broadcast(Functions.ROUND);
    static final IntVector ROUND_BITS = broadcast(Float.floatToRawIntBits(Functions.ROUND));
    static final FloatVector MINUS_EXP_NORMAL = broadcast(-Functions.EXP_NORMAL);
    static final IntVector ONE_BITS = broadcast(Functions.ONE_BITS);
    static final FloatVector E7 = broadcast(Functions.E7);
    static final FloatVector E6 = broadcast(Functions.E6);
    static final FloatVector E5 = broadcast(Functions.E5);
    static final FloatVector E4 = broadcast(Functions.E4);
    static final FloatVector E3 = broadcast(Functions.E3);
    static final FloatVector E2 = broadcast(Functions.E2);
    static final FloatVector FLUSH_SLOPE = broadcast(Functions.SLOPE_FLUSH);

    private VectorActivations() {}

    static void activate(Activation f, float[] x, int offset, int n) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> relu(x, offset, n);
            case TANH -> exponential(x, offset, n, true);
            case SIGMOID -> exponential(x, offset, n, false);
            case LEAKY_RELU, ELU, GELU, SILU -> Kernels.SCALAR.activateInPlace(f, x, offset, n);
        }
    }

    static void gradient(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n) {
        switch (f) {
            case IDENTITY -> {}
            case RELU -> reluGradient(v, vOffset, delta, deltaOffset, n);
            case TANH -> tanhGradient(v, vOffset, delta, deltaOffset, n);
            case SIGMOID -> sigmoidGradient(v, vOffset, delta, deltaOffset, n);
            case LEAKY_RELU, ELU, GELU, SILU ->
                Kernels.SCALAR.activationGradientInPlace(f, v, vOffset, delta, deltaOffset, n);
        }
    }

    static void relu(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.blend(0f, v.lt(0f)).intoArray(x, i);
        }
    }

    /**
     * tanh or sigmoid: both use e<sup>-a</sup>, {@link Functions#expNegative}. This is one long method on purpose. C2
     * does not inline methods of more than 325 bytes of code, so it compiles this one separately. It would inline a
     * shorter one into its caller, where it may reach its limit of nodes (NodeCountInliningCutoff) halfway; it would
     * then call the remaining operations and box every vector. Values are selected with bit operations, not with masks,
     * because Java 17 does not keep masks in registers.
     */
    private static void exponential(float[] values, int offset, int n, boolean tanh) {
        FloatVector scale = tanh ? MINUS_TWO : MINUS_ONE;
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, i);
            FloatVector minusA = x.abs().mul(scale);
            if (!minusA.compare(VectorOperators.GE, MINUS_EXP_NORMAL).allTrue()) {
                // Rare, and without vectors: if they were used here as well, C2 would box those of the common case.
                for (int j = i; j < i + LANES; j++) {
                    values[j] = tanh ? Functions.tanh(values[j]) : Functions.sigmoid(values[j]);
                }
                continue;
            }
            FloatVector shifted = minusA.fma(LOG2_E, ROUND);
            FloatVector k = shifted.sub(ROUND);
            FloatVector r = k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, minusA));
            FloatVector p = r.fma(E7, E6);
            p = p.fma(r, E5);
            p = p.fma(r, E4);
            p = p.fma(r, E3);
            p = p.fma(r, E2);
            p = p.fma(r.mul(r), r);
            IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS).lanewise(VectorOperators.LSHL, 23);
            IntVector bits = x.reinterpretAsInts();
            FloatVector result;
            if (tanh) {
                FloatVector two = power.add(ONE_BITS).reinterpretAsFloats();
                FloatVector d = two.fma(p, two.sub(ONE));
                result = d.div(d.add(TWO))
                        .abs()
                        .reinterpretAsInts()
                        .or(bits.and(SIGN))
                        .reinterpretAsFloats();
            } else {
                IntVector e = p.add(ONE).reinterpretAsInts().add(power);
                FloatVector numerator = e.lanewise(VectorOperators.XOR, ONE_BITS)
                        .and(bits.lanewise(VectorOperators.ASHR, 31))
                        .lanewise(VectorOperators.XOR, ONE_BITS)
                        .reinterpretAsFloats(); // e where x < 0, else 1
                result = numerator.div(e.reinterpretAsFloats().add(ONE));
            }
            result.intoArray(values, i); // one call for both: C2 does not inline a call that it has seen too rarely
        }
    }

    static void reluGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            broadcast(0f).blend(d, value.compare(VectorOperators.GT, 0f)).intoArray(delta, deltaOffset + i);
        }
    }

    static void tanhGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            d.mul(value.neg().fma(value, broadcast(1f))).intoArray(delta, deltaOffset + i);
        }
    }

    static void sigmoidGradient(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            FloatVector slope = value.neg().fma(value, value);
            d.mul(slope.add(FLUSH_SLOPE).sub(FLUSH_SLOPE)).intoArray(delta, deltaOffset + i);
        }
    }
}
