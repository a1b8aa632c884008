package io.hourglass.engine;

import java.util.Arrays;

/**
 * How the threads of a step divide its work. Every layer takes its boundaries from here, rounded to whole tiles, blocks
 * or sections. No result depends on it.
 */
final class Shares {
    /** [thread] the sum of the weights up to and including the thread's. */
    private final long[] ends;

    private Shares(long[] ends) {
        this.ends = ends;
    }

    /** Equal shares. */
    static Shares even(int threads) {
        int[] weights = new int[threads];
        Arrays.fill(weights, 1);
        return of(weights);
    }

    /**
     * Shares in proportion to weights.
     *
     * @param weights one for each thread, 0 or more, not all 0
     */
    static Shares of(int... weights) {
        long[] ends = new long[weights.length];
        long sum = 0;
        for (int t = 0; t < weights.length; t++) {
            sum += weights[t];
            ends[t] = sum;
        }
        return new Shares(ends);
    }

    /** Number of threads. */
    int threads() {
        return ends.length;
    }

    /** The part of all work that is a thread's: 0 to 1. */
    double part(int thread) {
        return (double) (ends[thread] - before(thread)) / ends[ends.length - 1];
    }

    /**
     * Where a thread's share begins and that of the thread before ends, if the work has some equal units.
     *
     * @param thread 0 to the number of threads, for which it is all units
     */
    long from(long units, int thread) {
        long all = ends[ends.length - 1];
        return (units * before(thread) * 2 + all) / (2 * all); // rounded to the nearest
    }

    private long before(int thread) {
        return thread == 0 ? 0 : ends[thread - 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shares shares && Arrays.equals(ends, shares.ends);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ends);
    }

    @Override
    public String toString() {
        StringBuilder parts = new StringBuilder("Shares[");
        for (int t = 0; t < ends.length; t++) {
            parts.append(t == 0 ? "" : ":").append(ends[t] - before(t));
        }
        return parts.append(']').toString();
    }
}
