package io.hourglass.engine;

/**
 * SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014): the same numbers on every
 * machine and JDK, many independent streams for one seed.
 */
public final class Random {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    /**
     * A stream of random numbers.
     *
     * @param seed of the run
     * @param stream which of the run's streams: 0 for the initial weights, e for the order of the rows in epoch e;
     *     below 0 for draws outside training; {@link #ofRow} uses others
     */
    public Random(long seed, long stream) {
        state = mix(mix(seed + GOLDEN_GAMMA) + stream * GOLDEN_GAMMA);
    }

    /** The use of the random numbers of a row. */
    enum Purpose {
        CORRUPTION,
        SAMPLING
    }

    /**
     * The stream of one row in one epoch. It does not depend on the thread or on what was drawn before.
     *
     * @param epoch 1 for the first
     * @param row its index in the data set
     */
    static Random ofRow(long seed, Purpose purpose, int epoch, int row) {
        // Epochs take 20 bits, rows 31; all streams have larger numbers than those for the order of the rows.
        return new Random(seed, (purpose.ordinal() + 1L) << 56 | (long) epoch << 32 | row);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [-bound, bound), in steps of bound / 2<sup>23</sup>. */
    float uniform(float bound) {
        return ((nextLong() >>> 40) * 0x1p-23f - 1) * bound;
    }

    /**
     * Uniform in 0, 1, ..., n - 1.
     *
     * @param n 1 or more
     */
    public int below(int n) {
        // The high half of a 32 x 32 bit product is uniform to within 2^-32 * n.
        return (int) (((nextLong() >>> 32) * n) >>> 32);
    }

    /** Uniform in [0, 1), in steps of 2<sup>-53</sup>. */
    public double fraction() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** True with the given probability, in steps of 2<sup>-53</sup>. */
    boolean chance(double probability) {
        return fraction() < probability;
    }

    /**
     * Normally distributed with mean 0 and variance 1 (Box and Muller, 1958). StrictMath gives the same numbers on
     * every machine.
     */
    public double gaussian() {
        double radius = StrictMath.sqrt(
                -2 * StrictMath.log(((nextLong() >>> 11) + 1) * 0x1p-53)); // from (0, 1], as log(0) is infinite
        return radius * StrictMath.cos(2 * Math.PI * fraction());
    }

    /** 0, 1, ..., n - 1 in a uniformly random order (Fisher and Yates), written to {@code order}. */
    public void shuffle(int[] order) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            int j = below(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
