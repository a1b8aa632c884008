package io.hourglass.compute;

import static io.hourglass.compute.Kernels.ERROR_CHAINS;
import static io.hourglass.compute.VectorKernels.INTS;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

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

    private static final FloatVector ONE = broadcast(1f);
    private static final FloatVector MINUS_ONE = broadcast(-1f);
    private static final FloatVector MINUS_HALF = broadcast(-0.5f);
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

    /** As many bits of ones as a vector has, then as many of zeros. */
    private static final int[] ONES_AND_ZEROS = new int[2 * LANES];

    static {
        Arrays.fill(ONES_AND_ZEROS, 0, LANES, -1);
    }

    private VectorLosses() {}

    /** Clears the lanes of the last vector that are beyond n numbers. */
    private static IntVector rest(int n) {
        return IntVector.fromArray(INTS, ONES_AND_ZEROS, LANES - n % LANES);
    }

    /**
     * How many of n outputs and targets vectors take: all, with those beyond n cleared, if the arrays go on to the
     * next multiple of the lanes; otherwise whole vectors only.
     */
    private static int vectors(int n, int yOffset, int yLength, int xOffset, int xLength) {
        int padded = (n + LANES - 1) & -LANES;
        return yOffset + padded <= yLength && xOffset + padded <= xLength ? n : n & -LANES;
    }

    static void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        switch (loss) {
            case BCE -> crossEntropyGradient(y, x, scale, delta, first, chains);
            case MSE, MAE, HUBER -> differenceGradient(loss, y, x, scale, delta, first, chains);
        }
    }

    /** Including its assertions, long enough not to be inlined, see {@link VectorActivations}. */
    static double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        assert n >= 0 : n + " values";
        assert chains.length == ERROR_CHAINS : n + " values, " + chains.length + " chains, expected " + ERROR_CHAINS;
        assert yOffset >= 0 && yOffset + n <= y.length : n + " outputs from " + yOffset + ", of " + y.length;
        assert xOffset >= 0 && xOffset + n <= x.length : n + " targets from " + xOffset + ", of " + x.length;
        IntVector rest = rest(n);
        int vectors = vectors(n, yOffset, y.length, xOffset, x.length);
        // One vector of chains at a time; with 512 bits a single pass takes them all.
        for (int chain = 0; chain < ERROR_CHAINS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = chain; i < vectors; i += ERROR_CHAINS) {
                FloatVector d = FloatVector.fromArray(SPECIES, y, yOffset + i)
                        .sub(FloatVector.fromArray(SPECIES, x, xOffset + i));
                if (i + LANES > n) {
                    d = d.reinterpretAsInts().and(rest).reinterpretAsFloats();
                }
                d = d.add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE);
                sum = d.fma(d, sum);
            }
            sum.intoArray(chains, chain);
        }
        // Each remaining element is the last of its chain.
        for (int i = vectors; i < n; i++) {
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
     * {@link VectorActivations}.
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
        IntVector rest = rest(n);
        for (int r = 0; r < ys.rows(); r++) {
            int at = ys.offset() + r * ys.stride();
            int from = xs.offset() + r * xs.stride();
            int to = deltas.offset() + r * deltas.stride();
            int vectors = vectors(n, at, y.length, from, x.length);
            // One vector of chains at a time; with 512 bits a single pass takes them all.
            for (int c = 0; c < ERROR_CHAINS; c += LANES) {
                int chain = r * ERROR_CHAINS + c;
                FloatVector sum = FloatVector.fromArray(SPECIES, chains, chain);
                for (int i = (c - first) & (ERROR_CHAINS - 1); i < vectors; i += ERROR_CHAINS) {
                    FloatVector d =
                            FloatVector.fromArray(SPECIES, y, at + i).sub(FloatVector.fromArray(SPECIES, x, from + i));
                    if (i + LANES > n) {
                        d = d.reinterpretAsInts().and(rest).reinterpretAsFloats();
                    }
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
            for (int i = vectors; i < n; i++) {
                int chain = r * ERROR_CHAINS + ((first + i) & (ERROR_CHAINS - 1));
                chains[chain] = loss.addTo(chains[chain], y[at + i], x[from + i]);
                delta[to + i] = loss.gradient(y[at + i], x[from + i], scale);
            }
            Arrays.fill(delta, to + n, to + width, 0);
        }
    }

    /**
     * In two passes over a row, see {@link VectorActivations}: ln y waits in delta until the second, which adds ln
     * (1 - y).
     */
    private static void crossEntropyGradient(
            Matrix ys, Matrix xs, float scale, Matrix deltas, int first, float[] chains) {
        float[] y = ys.data();
        float[] x = xs.data();
        float[] delta = deltas.data();
        int n = ys.columns();
        assert y != delta && x != delta : "logarithms in place of outputs or targets";
        for (int r = 0; r < ys.rows(); r++) {
            int at = ys.offset() + r * ys.stride();
            int from = xs.offset() + r * xs.stride();
            int to = deltas.offset() + r * deltas.stride();
            log(y, at, delta, to, n & -LANES);
            FloatVector factor = broadcast(scale);
            for (int i = 0; i + LANES <= n; i += LANES) {
                int chain = r * ERROR_CHAINS + ((first + i) & (ERROR_CHAINS - 1));
                FloatVector value = FloatVector.fromArray(SPECIES, y, at + i);
                FloatVector target = FloatVector.fromArray(SPECIES, x, from + i);
                FloatVector other = ONE.sub(value);
                IntVector bits = other.reinterpretAsInts();
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
                log = log.blend(LOG_LEAST, other.compare(VectorOperators.LT, LEAST_NORMAL));
                log = log.blend(other, other.compare(VectorOperators.NE, other));
                FloatVector sum = target.neg()
                        .fma(
                                FloatVector.fromArray(SPECIES, delta, to + i),
                                FloatVector.fromArray(SPECIES, chains, chain));
                target.sub(ONE).fma(log, sum).intoArray(chains, chain);
                FloatVector d = value.sub(target).add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE);
                factor.mul(d).intoArray(delta, to + i);
            }
            for (int i = n & -LANES; i < n; i++) {
                int chain = r * ERROR_CHAINS + ((first + i) & (ERROR_CHAINS - 1));
                chains[chain] = Loss.BCE.addTo(chains[chain], y[at + i], x[from + i]);
                delta[to + i] = Loss.BCE.gradient(y[at + i], x[from + i], scale);
            }
            Arrays.fill(delta, to + n, to + ((n + LANES - 1) & -LANES), 0);
        }
    }

    /** {@link Functions#log} of n numbers, a multiple of the lanes. */
    private static void log(float[] numbers, int offset, float[] logs, int to, int n) {
        assert n >= 0 && n % LANES == 0 : n + " numbers, with " + LANES + " lanes";
        assert offset >= 0 && offset + n <= numbers.length : n + " numbers from " + offset + ", of " + numbers.length;
        assert to >= 0 && to + n <= logs.length : n + " logarithms from " + to + ", of " + logs.length;
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, numbers, offset + i);
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
            log = log.blend(x, x.compare(VectorOperators.NE, x));
            log.intoArray(logs, to + i);
        }
    }
}
