package io.hourglass.compute;

import static io.hourglass.compute.VectorActivations.E3;
import static io.hourglass.compute.VectorActivations.E5;
import static io.hourglass.compute.VectorActivations.E7;
import static io.hourglass.compute.VectorActivations.LN2_HIGH;
import static io.hourglass.compute.VectorActivations.LN2_LOW;
import static io.hourglass.compute.VectorActivations.MINUS_E2;
import static io.hourglass.compute.VectorActivations.MINUS_E4;
import static io.hourglass.compute.VectorActivations.MINUS_E6;
import static io.hourglass.compute.VectorActivations.MINUS_LOG2_E;
import static io.hourglass.compute.VectorActivations.ONE;
import static io.hourglass.compute.VectorActivations.ROUND;
import static io.hourglass.compute.VectorActivations.ZERO;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.numerics.Functions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU and its gradient: both are made of the normal distribution, {@link Functions#normalCdf} and {@link
 * Functions#normalDensity}. They take two passes over a few values at a time, see {@link VectorActivations}.
 */
final class VectorGelu {
    private static final FloatVector HALF = broadcast(0.5f);
    private static final FloatVector MINUS_HALF = broadcast(-0.5f);
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

    /** Results of {@link #bell}. */
    private static final ThreadLocal<float[]> BELLS = ThreadLocal.withInitial(() -> new float[256]);

    private VectorGelu() {}

    /**
     * GELU or its gradient.
     *
     * @param x the sums are {@code x[xOffset ..]}
     * @param target results, or gradients that are multiplied, {@code target[offset ..]}
     */
    static void apply(boolean gradient, float[] x, int xOffset, float[] target, int offset, int n) {
        float[] bells = BELLS.get();
        for (int from = 0; from < n; from += bells.length) {
            int count = Math.min(bells.length, n - from);
            bell(x, xOffset + from, bells, count);
            finish(gradient, x, xOffset + from, bells, target, offset + from, count);
        }
    }

    /** e<sup>-x x / 2</sup>. */
    private static void bell(float[] x, int offset, float[] bells, int n) {
        assert n >= 0 && n % LANES == 0 : n + " values, with " + LANES + " lanes";
        assert offset >= 0 && offset + n <= x.length : n + " sums from " + offset + ", of " + x.length;
        assert n <= bells.length : n + " values, expected at most " + bells.length;
        for (int i = 0; i < n; i += LANES) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, offset + i).abs();
            FloatVector square = HALF.mul(a).mul(a);
            FloatVector minusMissing = MINUS_HALF.mul(a).fma(a, square);
            FloatVector shifted = square.fma(MINUS_LOG2_E, ROUND);
            FloatVector k = shifted.sub(ROUND);
            FloatVector rest = k.fma(LN2_LOW, k.fma(LN2_HIGH, square));
            FloatVector p = rest.fma(E7, MINUS_E6);
            p = p.fma(rest, E5);
            p = p.fma(rest, MINUS_E4);
            p = p.fma(rest, E3);
            p = p.fma(rest, MINUS_E2);
            p = p.fma(rest.mul(rest), rest);
            IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
            FloatVector e = ONE.sub(p).reinterpretAsInts().add(power).reinterpretAsFloats();
            minusMissing
                    .fma(e, e)
                    .blend(ZERO, a.compare(VectorOperators.GT, BELL_END))
                    .intoArray(bells, i);
        }
    }

    private static void finish(
            boolean gradient, float[] x, int xOffset, float[] bells, float[] target, int offset, int n) {
        assert n >= 0 && n % LANES == 0 : n + " values, with " + LANES + " lanes";
        assert n <= bells.length : n + " values, of " + bells.length;
        assert offset >= 0 && offset + n <= target.length : n + " results from " + offset + ", of " + target.length;
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, xOffset + i);
            FloatVector bell = FloatVector.fromArray(SPECIES, bells, i);
            FloatVector t = ONE.div(TAIL.fma(v.abs(), ONE));
            FloatVector u = ONE.sub(t);
            FloatVector p = T8.fma(u, T7);
            p = p.fma(u, T6);
            p = p.fma(u, T5);
            p = p.fma(u, T4);
            p = p.fma(u, T3);
            p = p.fma(u, T2);
            p = p.fma(u, T1);
            p = p.fma(u, HALF);
            FloatVector tail = bell.mul(t.mul(p));
            FloatVector cdf = ONE.sub(tail).blend(tail, v.compare(VectorOperators.LT, ZERO));
            FloatVector result;
            if (gradient) {
                FloatVector slope = v.fma(DENSITY.mul(bell), cdf);
                result = slope.mul(FloatVector.fromArray(SPECIES, target, offset + i));
            } else {
                result = v.mul(cdf);
            }
            result.intoArray(target, offset + i);
        }
    }
}
