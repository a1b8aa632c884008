package io.hourglass.compute;

import static io.hourglass.compute.Kernels.ERROR_CHAINS;
import static io.hourglass.compute.VectorFunctions.FLUSH_SLOPE;
import static io.hourglass.compute.VectorFunctions.MINUS_EXP_NORMAL;
import static io.hourglass.compute.VectorFunctions.MINUS_HALF;
import static io.hourglass.compute.VectorFunctions.MINUS_ONE;
import static io.hourglass.compute.VectorFunctions.ONE;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import io.hourglass.numerics.Functions;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Loss}, many values at a time. */
final class VectorLosses {
    /** Times the least difference that is not flushed to zero: more than 1. */
    private static final FloatVector STEEP = broadcast(0x1p62f);

    private static final FloatVector FLUSH_DIFFERENCE = broadcast(Functions.DIFFERENCE_FLUSH);

    private VectorLosses() {}

    static void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        switch (loss) {
            case BCE -> crossEntropyGradient(y, x, scale, delta, first, chains);
            case MSE, MAE, HUBER -> differenceGradient(loss, y, x, scale, delta, first, chains);
        }
    }

    /** Including its assertions, long enough not to be inlined, see {@link VectorActivations#exponential}. */
    static double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        assert n >= 0 : n + " values";
        assert chains.length == ERROR_CHAINS : n + " values, " + chains.length + " chains, expected " + ERROR_CHAINS;
        assert yOffset >= 0 && yOffset + n <= y.length : n + " outputs from " + yOffset + ", of " + y.length;
        assert xOffset >= 0 && xOffset + n <= x.length : n + " targets from " + xOffset + ", of " + x.length;
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
            int chain = i % ERROR_CHAINS;
            chains[chain] = Loss.MSE.addTo(chains[chain], y[yOffset + i], x[xOffset + i]);
        }
        double total = 0;
        for (int chain = 0; chain < ERROR_CHAINS; chain++) {
            total += chains[chain];
        }
        return total;
    }

    /**
     * The losses that depend on the difference only. Including its assertions, long enough not to be inlined, see
     * {@link VectorActivations#exponential}.
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
                    FloatVector y = VectorFunctions.sigmoid(v);
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
                factor.mul(value.sub(target).add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE))
                        .intoArray(delta, to + i);
                FloatVector sum =
                        target.neg().fma(VectorFunctions.log(value), FloatVector.fromArray(SPECIES, chains, chain));
                target.sub(ONE).fma(VectorFunctions.log(ONE.sub(value)), sum).intoArray(chains, chain);
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
