package io.hourglass.compute;

import static io.hourglass.compute.VectorKernels.INTS;
import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Passes over rows as they are read: conversions, and searches for numbers that are zero, small or not finite. */
final class VectorScans {
    private static final IntVector NO_BITS = IntVector.zero(INTS);
    private static final IntVector LANE_BITS =
            IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, NO_BITS.addIndex(1));

    /** As many bytes as there are lanes if there is such a shape, else the narrowest shape, 64 bits. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    /** Half as many doubles as there are lanes, and integers of 64 bits, in vectors of the same size. */
    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SPECIES.vectorShape());

    private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SPECIES.vectorShape());

    /** The bits of the largest double that does not round to an infinite float. */
    private static final long MOST_NARROW_BITS = Double.doubleToRawLongBits(0x1.ffffffp127) - 1;

    private static final LongVector MAGNITUDE = LongVector.broadcast(LONGS, Long.MAX_VALUE);
    private static final LongVector MOST_NARROW = LongVector.broadcast(LONGS, MOST_NARROW_BITS);
    private static final IntVector EXPONENT = broadcast(0x7f800000);
    private static final IntVector LEAST_EXPONENT = broadcast(1 << 23);

    private VectorScans() {}

    /** Vectors of each run; the last one overlaps the one before. Runs shorter than a vector are copied in threes. */
    static void copy(Runs runs, float[] from, int fromOffset, float[] to, int toOffset) {
        int[] sources = runs.sources();
        int[] targets = runs.targets();
        for (int l = 0; l < sources.length; l++) {
            int s = fromOffset + sources[l];
            int t = toOffset + targets[l];
            if (runs.length() < LANES) {
                copyShort(runs.count(), runs.length(), from, s, runs.sourceStep(), to, t, runs.targetStep());
            } else {
                copyLong(runs.count(), runs.length(), from, s, runs.sourceStep(), to, t, runs.targetStep());
            }
        }
    }

    private static void copyLong(
            int count, int n, float[] from, int source, int sourceStep, float[] to, int target, int targetStep) {
        for (int r = 0; r < count; r++) {
            int s = source + r * sourceStep;
            int t = target + r * targetStep;
            for (int i = 0; i < n - LANES; i += LANES) {
                FloatVector.fromArray(SPECIES, from, s + i).intoArray(to, t + i);
            }
            FloatVector.fromArray(SPECIES, from, s + n - LANES).intoArray(to, t + n - LANES);
        }
    }

    private static void copyShort(
            int count, int n, float[] from, int source, int sourceStep, float[] to, int target, int targetStep) {
        for (int i = 0; i < n; ) {
            int s = source + i;
            int t = target + i;
            if (i + 2 < n) {
                for (int r = 0; r < count; r++, s += sourceStep, t += targetStep) {
                    to[t] = from[s];
                    to[t + 1] = from[s + 1];
                    to[t + 2] = from[s + 2];
                }
                i += 3;
            } else {
                for (int r = 0; r < count; r++, s += sourceStep, t += targetStep) {
                    to[t] = from[s];
                }
                i++;
            }
        }
    }
    /** Moves the sign of each lane to the lane's bit, because Java 17 has no fast way from a mask to bits. */
    static void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset) {
        assert n >= 0 && offset >= 0 && offset + n <= x.length : n + " numbers from " + offset + ", of " + x.length;
        assert bitsOffset >= 0 && bitsOffset + (n + Long.SIZE - 1) / Long.SIZE <= bits.length
                : (n + Long.SIZE - 1) / Long.SIZE + " words from " + bitsOffset + ", of " + bits.length;
        for (int i = 0; i < n; i += Long.SIZE) {
            long word = 0;
            int end = Math.min(n, i + Long.SIZE);
            int j = i;
            for (; j + LANES <= end; j += LANES) {
                IntVector magnitude = FloatVector.fromArray(SPECIES, x, offset + j)
                        .reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, 1);
                int found = NO_BITS.sub(magnitude)
                        .or(magnitude)
                        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                        .and(LANE_BITS)
                        .reduceLanes(VectorOperators.OR);
                word |= (long) found << j; // modulo 64
            }
            for (; j < end; j++) {
                word |= x[offset + j] != 0 ? 1L << j : 0;
            }
            bits[bitsOffset + i / Long.SIZE] = word;
        }
    }

    /** Like {@link #nonZeros}: the limit minus a number above it is negative. */
    static void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset) {
        assert n >= 0 && offset >= 0 && offset + n <= x.length : n + " numbers from " + offset + ", of " + x.length;
        assert bitsOffset >= 0 && bitsOffset + (n + Long.SIZE - 1) / Long.SIZE <= bits.length
                : (n + Long.SIZE - 1) / Long.SIZE + " words from " + bitsOffset + ", of " + bits.length;
        FloatVector most = broadcast(limit + 0f); // -0 becomes 0, otherwise 0 would be above it
        for (int i = 0; i < n; i += Long.SIZE) {
            long word = 0;
            int end = Math.min(n, i + Long.SIZE);
            int j = i;
            for (; j + LANES <= end; j += LANES) {
                int above = most.sub(FloatVector.fromArray(SPECIES, x, offset + j))
                        .reinterpretAsInts()
                        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                        .and(LANE_BITS)
                        .reduceLanes(VectorOperators.OR);
                word |= (long) (above ^ (1 << LANES) - 1) << j; // modulo 64
            }
            for (; j < end; j++) {
                word |= x[offset + j] <= limit ? 1L << j : 0;
            }
            bits[bitsOffset + i / Long.SIZE] = word;
        }
    }

    static void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n) {
        final float reciprocal = 1 / 255f;
        int i = 0;
        for (; i + BYTES.length() <= n; i += BYTES.length()) {
            ByteVector bytes = ByteVector.fromArray(BYTES, pixels, from + i);
            for (int part = 0; part * LANES < BYTES.length(); part++) {
                IntVector ints = (IntVector) bytes.convertShape(VectorOperators.B2I, INTS, part);
                FloatVector x = (FloatVector)
                        ints.lanewise(VectorOperators.AND, 255).convertShape(VectorOperators.I2F, SPECIES, 0);
                // A product and one correction give the correctly rounded quotient of all 256 values, without a
                // division.
                FloatVector q = x.mul(reciprocal);
                FloatVector rest = q.fma(FloatVector.broadcast(SPECIES, -255f), x);
                rest.fma(FloatVector.broadcast(SPECIES, reciprocal), q).intoArray(target, offset + i + part * LANES);
            }
        }
        for (; i < n; i++) {
            target[offset + i] = (pixels[from + i] & 255) / 255f;
        }
    }

    /**
     * Including its assertions, long enough not to be inlined, see {@link VectorActivations}. It uses no vectors of
     * half as many floats: with a second class of float vectors, C2 would box the vectors of other kernels wherever it
     * has to know their class from a profile.
     */
    static boolean narrow(double[] values, int from, float[] target, int offset, int n) {
        assert n >= 0 : n + " values";
        assert from >= 0 && from + n <= values.length : n + " values from " + from + ", of " + values.length;
        assert offset >= 0 && offset + n <= target.length : n + " floats from " + offset + ", of " + target.length;
        int half = LANES / 2;
        LongVector signs0 = LongVector.zero(LONGS);
        LongVector signs1 = LongVector.zero(LONGS);
        int i = 0;
        for (; i + half + LANES <= n; i += LANES) {
            DoubleVector x0 = DoubleVector.fromArray(DOUBLES, values, from + i);
            DoubleVector x1 = DoubleVector.fromArray(DOUBLES, values, from + i + half);
            // Each vector holds its floats and as many zeros, which the next one overwrites.
            ((FloatVector) x0.convertShape(VectorOperators.D2F, SPECIES, 0)).intoArray(target, offset + i);
            ((FloatVector) x1.convertShape(VectorOperators.D2F, SPECIES, 0)).intoArray(target, offset + i + half);
            signs0 = MOST_NARROW.sub(MAGNITUDE.and(x0.reinterpretAsLongs())).or(signs0);
            signs1 = MOST_NARROW.sub(MAGNITUDE.and(x1.reinterpretAsLongs())).or(signs1);
        }
        boolean finite = !signs0.or(signs1).compare(VectorOperators.LT, 0).anyTrue();
        for (; i < n; i++) {
            target[offset + i] = (float) values[from + i];
            finite &= Float.isFinite(target[offset + i]);
        }
        return finite;
    }

    /** Including its assertions, long enough not to be inlined, see {@link VectorActivations}. */
    static boolean allFinite(float[] x, int offset, int n) {
        assert n >= 0 : n + " values";
        assert offset >= 0 && offset + n <= x.length : n + " floats from " + offset + ", of " + x.length;
        // The exponent of a number that is not finite is all ones: adding one to it carries into the sign bit.
        int step = 4 * LANES;
        IntVector signs0 = IntVector.zero(INTS);
        IntVector signs1 = IntVector.zero(INTS);
        IntVector signs2 = IntVector.zero(INTS);
        IntVector signs3 = IntVector.zero(INTS);
        int i = 0;
        for (; i < n && n >= step; i += step) {
            int at = offset + Math.min(i, n - step); // the last vectors may check some numbers twice
            IntVector bits0 = FloatVector.fromArray(SPECIES, x, at).reinterpretAsInts();
            IntVector bits1 = FloatVector.fromArray(SPECIES, x, at + LANES).reinterpretAsInts();
            IntVector bits2 = FloatVector.fromArray(SPECIES, x, at + 2 * LANES).reinterpretAsInts();
            IntVector bits3 = FloatVector.fromArray(SPECIES, x, at + 3 * LANES).reinterpretAsInts();
            signs0 = EXPONENT.and(bits0).add(LEAST_EXPONENT).or(signs0);
            signs1 = EXPONENT.and(bits1).add(LEAST_EXPONENT).or(signs1);
            signs2 = EXPONENT.and(bits2).add(LEAST_EXPONENT).or(signs2);
            signs3 = EXPONENT.and(bits3).add(LEAST_EXPONENT).or(signs3);
        }
        IntVector signs = signs0.or(signs1).or(signs2.or(signs3));
        boolean finite = !signs.compare(VectorOperators.LT, 0).anyTrue();
        for (; i < n; i++) {
            finite &= Float.isFinite(x[offset + i]);
        }
        return finite;
    }
}
