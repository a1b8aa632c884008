package io.hourglass.compute;

import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.numerics.Functions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Functions}, lane by lane. These methods are inlined into the loops that call them, so a call must not be rare:
 * C2 does not inline a call that it has seen too rarely, and the vectors that it passes would be boxed.
 */
final class VectorFunctions {
    static final FloatVector ONE = broadcast(1f);
    static final FloatVector MINUS_ONE = broadcast(-1f);
    static final FloatVector MINUS_HALF = broadcast(-0.5f);
    static final IntVector ONE_BITS = broadcast(Functions.ONE_BITS);
    static final FloatVector MINUS_EXP_NORMAL = broadcast(-Functions.EXP_NORMAL);
    static final FloatVector FLUSH_SLOPE = broadcast(Functions.SLOPE_FLUSH);

    private static final FloatVector LOG2_E = broadcast(Functions.LOG2_E);
    private static final FloatVector MINUS_LN2_HIGH = broadcast(-Functions.LN2_HIGH);
    private static final FloatVector MINUS_LN2_LOW = broadcast(-Functions.LN2_LOW);
    private static final FloatVector ROUND = broadcast(Functions.ROUND);
    private static final IntVector ROUND_BITS = broadcast(Float.floatToRawIntBits(Functions.ROUND));
    private static final FloatVector E7 = broadcast(Functions.E7);
    private static final FloatVector E6 = broadcast(Functions.E6);
    private static final FloatVector E5 = broadcast(Functions.E5);
    private static final FloatVector E4 = broadcast(Functions.E4);
    private static final FloatVector E3 = broadcast(Functions.E3);
    private static final FloatVector E2 = broadcast(Functions.E2);

    private static final FloatVector LEAST_NORMAL = broadcast(Float.MIN_NORMAL);
    private static final FloatVector LOG_LEAST = broadcast(Functions.LOG_LEAST);
    private static final FloatVector LN2_HIGH = broadcast(Functions.LN2_HIGH);
    private static final FloatVector LN2_LOW = broadcast(Functions.LN2_LOW);
    private static final IntVector ROOT_HALF_BITS = broadcast(Functions.ROOT_HALF_BITS);
    private static final FloatVector L11 = broadcast(Functions.L11);
    private static final FloatVector L10 = broadcast(Functions.L10);
    private static final FloatVector L9 = broadcast(Functions.L9);
    private static final FloatVector L8 = broadcast(Functions.L8);
    private static final FloatVector L7 = broadcast(Functions.L7);
    private static final FloatVector L6 = broadcast(Functions.L6);
    private static final FloatVector L5 = broadcast(Functions.L5);
    private static final FloatVector L4 = broadcast(Functions.L4);
    private static final FloatVector L3 = broadcast(Functions.L3);

    private VectorFunctions() {}

    /** The integer k nearest to x / ln 2, in the last bits of the result: e^x = 2^k e^r with a small rest r. */
    static FloatVector shifted(FloatVector x) {
        return x.fma(LOG2_E, ROUND);
    }

    /** e^r - 1. */
    static FloatVector expRest(FloatVector x, FloatVector shifted) {
        FloatVector k = shifted.sub(ROUND);
        FloatVector r = k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, x));
        FloatVector p = r.fma(E7, E6);
        p = p.fma(r, E5);
        p = p.fma(r, E4);
        p = p.fma(r, E3);
        p = p.fma(r, E2);
        return p.fma(r.mul(r), r);
    }

    /** What to add to the bits of a float to multiply it by 2^k. */
    static IntVector power(FloatVector shifted) {
        return shifted.reinterpretAsInts().sub(ROUND_BITS).lanewise(VectorOperators.LSHL, 23);
    }

    /** {@link Functions#sigmoid} for |x| of at most {@link Functions#EXP_NORMAL}. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector minusA = x.abs().mul(MINUS_ONE);
        FloatVector shifted = shifted(minusA);
        IntVector e = expRest(minusA, shifted).add(ONE).reinterpretAsInts().add(power(shifted));
        return e.lanewise(VectorOperators.XOR, ONE_BITS)
                .and(x.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31))
                .lanewise(VectorOperators.XOR, ONE_BITS)
                .reinterpretAsFloats() // e where x < 0, else 1
                .div(e.reinterpretAsFloats().add(ONE));
    }

    /** {@link Functions#log}. */
    static FloatVector log(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector exponent = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats()
                .sub(ONE);
        FloatVector e = (FloatVector) exponent.convertShape(VectorOperators.I2F, SPECIES, 0);
        FloatVector p = L11.fma(f, L10);
        p = p.fma(f, L9);
        p = p.fma(f, L8);
        p = p.fma(f, L7);
        p = p.fma(f, L6);
        p = p.fma(f, L5);
        p = p.fma(f, L4);
        p = p.fma(f, L3);
        FloatVector square = f.mul(f);
        FloatVector rest = e.fma(LN2_LOW, p.mul(f).mul(square));
        FloatVector log = e.fma(LN2_HIGH, MINUS_HALF.fma(square, rest).add(f));
        log = log.blend(LOG_LEAST, x.compare(VectorOperators.LT, LEAST_NORMAL));
        return log.blend(x, x.compare(VectorOperators.NE, x));
    }
}
