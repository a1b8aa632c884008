package io.hourglass.compute;

import static io.hourglass.compute.Kernels.ERROR_CHAINS;
import static io.hourglass.compute.VectorActivations.E2;
import static io.hourglass.compute.VectorActivations.E3;
import static io.hourglass.compute.VectorActivations.E4;
import static io.hourglass.compute.VectorActivations.E5;
import static io.hourglass.compute.VectorActivations.E6;
import static io.hourglass.compute.VectorActivations.E7;
import static io.hourglass.compute.VectorActivations.FLUSH_SLOPE;
import static io.hourglass.compute.VectorActivations.LOG2_E;
import static io.hourglass.compute.VectorActivations.MINUS_EXP_NORMAL;
import static io.hourglass.compute.VectorActivations.MINUS_LN2_HIGH;
import static io.hourglass.compute.VectorActivations.MINUS_LN2_LOW;
import static io.hourglass.compute.VectorActivations.MINUS_ONE;
import static io.hourglass.compute.VectorActivations.ONE;
import static io.hourglass.compute.VectorActivations.ONE_BITS;
import static io.hourglass.compute.VectorActivations.ROUND;
import static io.hourglass.compute.VectorActivations.ROUND_BITS;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import io.hourglass.numerics.Functions;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Loss}, many values at a time. */
final class VectorLosses {
    /** Times the least difference that is not flushed to zero: more than 1. */
    private static final FloatVector STEEP = broadcast(0x1p62f);

    private static final FloatVector FLUSH_DIFFERENCE = broadcast(Functions.DIFFERENCE_FLUSH);
    private static final FloatVector LEAST_NORMAL = broadcast(Float.MIN_NORMAL);
    private static final FloatVector LOG_LEAST = broadcast(Functions.LOG_LEAST);
    private static final FloatVector LN2_HIGH = broadcast(Functions.LN2_HIGH);
    private static final FloatVector LN2_LOW = broadcast(Functions.LN2_LOW);
    private static final FloatVector MINUS_HALF = broadcast(-0.5f);
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

    private VectorLosses() {}

    static void squaredErrorGradient(Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        differenceGradient(Loss.MSE, y, x, scale, delta, first, chains);
    }

    static void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        switch (loss) {
            case BCE -> crossEntropyGradient(y, x, scale, delta, first, chains);
            case MSE, MAE, HUBER -> differenceGradient(loss, y, x, scale, delta, first, chains);
        }
    }

    /** One long method on purpose, see {@link VectorActivations#exponential}. */
    static double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        // One vector of chains at a time; with 512 bits a single pass takes them all.
        for (int chain = 0; chain < ERROR_CHAINS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = chain; i + LANES <= n; i += ERROR_CHAINS) {
                FloatVector d = FloatVector.fromArray(SPECIES, y, yOffset + i)
                        .sub(FloatVector.fromArray(SPECIES, x, xOffset + i));
                d = d.add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE);
                sum = d.fma(d, sum);
            }
            sum.intoArray(chains, chain);
        }
        // Each remaining element is the last of its chain.
        for (int i = n & -LANES; i < n; i++) {
            float d = y[yOffset + i] - x[xOffset + i] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH;
            chains[i % ERROR_CHAINS] = Math.fma(d, d, chains[i % ERROR_CHAINS]);
        }
        double total = 0;
        for (int chain = 0; chain < ERROR_CHAINS; chain++) {
            total += chains[chain];
        }
        return total;
    }

    /**
     * The losses that depend on the difference only. Including its assertions, long enough not to be inlined, see {@link
     * VectorActivations#exponential}.
     */
    private static void differenceGradient(
            Loss loss, Matrix ys, Matrix xs, float scale, Matrix deltas, int first, float[] chains) {
        float[] y = ys.data();
        float[] x = xs.data();
        float[] delta = deltas.data();
        int n = ys.columns();
        int width = (n + LANES - 1) & -LANES;
        assert ys.offset() + (ys.rows() - 1) * ys.stride() + n <= y.length : ys + ", of " + y.length;
        assert xs.offset() + (ys.rows() - 1) * xs.stride() + n <= x.length : xs + ", of " + x.length;
        assert deltas.offset() + (ys.rows() - 1) * deltas.stride() + width <= delta.length
                : deltas + ", of " + delta.length;
        assert ys.rows() * ERROR_CHAINS <= chains.length : ys.rows() + " rows of chains, of " + chains.length;
        assert first >= 0 && first % LANES == 0 : "the first chain is " + first + ", with " + LANES + " lanes";
        FloatVector factor = broadcast(loss == Loss.MSE ? 2 * scale : scale);
        for (int r = 0; r < ys.rows(); r++) {
            int at = ys.offset() + r * ys.stride();
            int from = xs.offset() + r * xs.stride();
            int to = deltas.offset() + r * deltas.stride();
            // One vector of chains at a time; with 512 bits a single pass takes them all.
            for (int c = 0; c < ERROR_CHAINS; c += LANES) {
                int chain = r * ERROR_CHAINS + c;
                FloatVector sum = FloatVector.fromArray(SPECIES, chains, chain);
                for (int i = (c - first) & (ERROR_CHAINS - 1); i + LANES <= n; i += ERROR_CHAINS) {
                    FloatVector d =
                            FloatVector.fromArray(SPECIES, y, at + i).sub(FloatVector.fromArray(SPECIES, x, from + i));
                    d = d.add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE);
                    if (loss == Loss.MSE) {
                        sum = d.fma(d, sum);
                    } else if (loss == Loss.HUBER) {
                        FloatVector a = d.abs();
                        FloatVector inside = a.min(ONE);
                        sum = inside.fma(inside.fma(MINUS_HALF, a), sum);
                        d = d.min(ONE).max(MINUS_ONE);
                    } else {
                        sum = d.abs().add(sum);
                        d = d.mul(STEEP).min(ONE).max(MINUS_ONE);
                    }
                    factor.mul(d).intoArray(delta, to + i);
                }
                sum.intoArray(chains, chain);
            }
            for (int i = n & -LANES; i < n; i++) {
                int chain = r * ERROR_CHAINS + ((first + i) & (ERROR_CHAINS - 1));
                chains[chain] = loss.addTo(chains[chain], y[at + i], x[from + i]);
                delta[to + i] = loss.gradient(y[at + i], x[from + i], scale);
            }
            Arrays.fill(delta, to + n, to + width, 0);
        }
    }

    /** With the sigmoid of {@link VectorActivations#exponential}; one long method for the same reason. */
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
                FloatVector minusA = v.abs().mul(MINUS_ONE);
                if (minusA.compare(VectorOperators.GE, MINUS_EXP_NORMAL).allTrue()) {
                    FloatVector shifted = minusA.fma(LOG2_E, ROUND);
                    FloatVector k = shifted.sub(ROUND);
                    FloatVector rest = k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, minusA));
                    FloatVector p = rest.fma(E7, E6);
                    p = p.fma(rest, E5);
                    p = p.fma(rest, E4);
                    p = p.fma(rest, E3);
                    p = p.fma(rest, E2);
                    p = p.fma(rest.mul(rest), rest);
                    IntVector power =
                            shifted.reinterpretAsInts().sub(ROUND_BITS).lanewise(VectorOperators.LSHL, 23);
                    IntVector e = p.add(ONE).reinterpretAsInts().add(power);
                    FloatVector y = e.lanewise(VectorOperators.XOR, ONE_BITS)
                            .and(v.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31))
                            .lanewise(VectorOperators.XOR, ONE_BITS)
                            .reinterpretAsFloats()
                            .div(e.reinterpretAsFloats().add(ONE));
                    FloatVector d = y.sub(FloatVector.fromArray(SPECIES, x, from))
                            .add(FLUSH_DIFFERENCE)
                            .sub(FLUSH_DIFFERENCE);
                    FloatVector slope = y.neg().fma(y, y).add(FLUSH_SLOPE).sub(FLUSH_SLOPE);
                    factor.mul(d).mul(slope).intoArray(delta, to);
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

    /**
     * {@link Functions#log} of y and of 1 - y, lane by lane. One long method on purpose, see {@link
     * VectorActivations#exponential}.
     */
    private static void crossEntropyGradient(
            Matrix ys, Matrix xs, float scale, Matrix deltas, int first, float[] chains) {
        int n = ys.columns();
        int width = (n + LANES - 1) & -LANES;
        float[] y = ys.data();
        float[] x = xs.data();
        float[] delta = deltas.data();
        FloatVector factor = broadcast(scale);
        for (int r = 0; r < ys.rows(); r++) {
            int at = ys.offset() + r * ys.stride();
            int from = xs.offset() + r * xs.stride();
            int to = deltas.offset() + r * deltas.stride();
            int firstChain = r * ERROR_CHAINS;
            int i = 0;
            for (; i + LANES <= n; i += LANES) {
                int chain = firstChain + ((first + i) & (ERROR_CHAINS - 1));
                FloatVector value = FloatVector.fromArray(SPECIES, y, at + i);
                FloatVector target = FloatVector.fromArray(SPECIES, x, from + i);
                FloatVector other = ONE.sub(value);
                IntVector bits0 = value.reinterpretAsInts();
                IntVector exponent0 = bits0.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
                FloatVector f0 = bits0.sub(exponent0.lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats()
                        .sub(ONE);
                FloatVector e0 = (FloatVector) exponent0.convertShape(VectorOperators.I2F, SPECIES, 0);
                FloatVector p0 = L11.fma(f0, L10);
                p0 = p0.fma(f0, L9);
                p0 = p0.fma(f0, L8);
                p0 = p0.fma(f0, L7);
                p0 = p0.fma(f0, L6);
                p0 = p0.fma(f0, L5);
                p0 = p0.fma(f0, L4);
                p0 = p0.fma(f0, L3);
                FloatVector square0 = f0.mul(f0);
                FloatVector rest0 = e0.fma(LN2_LOW, p0.mul(f0).mul(square0));
                FloatVector log0 =
                        e0.fma(LN2_HIGH, MINUS_HALF.fma(square0, rest0).add(f0));
                log0 = log0.blend(LOG_LEAST, value.compare(VectorOperators.LT, LEAST_NORMAL));
                log0 = log0.blend(value, value.compare(VectorOperators.NE, value));
                IntVector bits1 = other.reinterpretAsInts();
                IntVector exponent1 = bits1.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
                FloatVector f1 = bits1.sub(exponent1.lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats()
                        .sub(ONE);
                FloatVector e1 = (FloatVector) exponent1.convertShape(VectorOperators.I2F, SPECIES, 0);
                FloatVector p1 = L11.fma(f1, L10);
                p1 = p1.fma(f1, L9);
                p1 = p1.fma(f1, L8);
                p1 = p1.fma(f1, L7);
                p1 = p1.fma(f1, L6);
                p1 = p1.fma(f1, L5);
                p1 = p1.fma(f1, L4);
                p1 = p1.fma(f1, L3);
                FloatVector square1 = f1.mul(f1);
                FloatVector rest1 = e1.fma(LN2_LOW, p1.mul(f1).mul(square1));
                FloatVector log1 =
                        e1.fma(LN2_HIGH, MINUS_HALF.fma(square1, rest1).add(f1));
                log1 = log1.blend(LOG_LEAST, other.compare(VectorOperators.LT, LEAST_NORMAL));
                log1 = log1.blend(other, other.compare(VectorOperators.NE, other));
                factor.mul(value.sub(target).add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE))
                        .intoArray(delta, to + i);
                FloatVector sum = target.neg().fma(log0, FloatVector.fromArray(SPECIES, chains, chain));
                target.sub(ONE).fma(log1, sum).intoArray(chains, chain);
            }
            for (; i < n; i++) {
                int chain = firstChain + ((first + i) & (ERROR_CHAINS - 1));
                chains[chain] = Loss.BCE.addTo(chains[chain], y[at + i], x[from + i]);
                delta[to + i] = Loss.BCE.gradient(y[at + i], x[from + i], scale);
            }
            Arrays.fill(delta, to + n, to + width, 0);
        }
    }
}
