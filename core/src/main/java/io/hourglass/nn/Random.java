package io.hourglass.nn;

/**
 * SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014): the same numbers on every machine and
 * JDK, many independent streams for one seed.
 */
public final class Random {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    /**
     * A stream of random numbers.
     *
     * @param seed of the run
     * @param stream which of the run's streams: 0 for the initial weights, e for the order of the rows in epoch e
     */
    public Random(long seed, long stream) {
        state = mix(mix(seed + GOLDEN_GAMMA) + stream * GOLDEN_GAMMA);
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

    /** 0, 1, ..., n - 1 in a uniformly random order (Fisher and Yates), written to {@code order}. */
    public void shuffle(int[] order) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            // The high half of a 32 x 32 bit product is uniform to within 2^-32 * i.
            int j = (int) (((nextLong() >>> 32) * (i + 1L)) >>> 32);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
