package io.hourglass.engine;

import java.util.concurrent.TimeUnit;

/**
 * Decides how a number of threads divide the work, from the time that each of them needed: a slower one (an efficiency
 * core, a core with a busy neighbour) gets less. It has no clock; results do not depend on it.
 */
final class Balance {
    /** How long the first measurement lasts. Each later one lasts twice as long, because code gets faster at first. */
    static final double FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    static final double LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(256);

    /** By how much a step has to become shorter for a new plan to be made. */
    private static final double LEAST_GAIN = 0.1;

    /** The smallest share, in even ones: a thread without work could not be measured. */
    private static final double SMALLEST = 0.25;

    /** The most by which one measurement multiplies or divides a share: it may be an exception. */
    private static final double LARGEST_CHANGE = 2;

    /** An even share, as a weight. */
    private static final int WEIGHTS = 1000;

    private Shares shares;
    private double nanos = FIRST_NANOS;

    Balance(int threads) {
        shares = Shares.even(threads);
    }

    /** The shares to use. */
    Shares shares() {
        return shares;
    }

    /**
     * Takes note of a measurement with these shares.
     *
     * @param parts [thread][phase] the part of the work of all threads, 0 to 1; 0 in a phase that is not divided
     * @param busy [thread][phase] nanoseconds of work, without waiting
     * @return whether the measurement was long enough; otherwise it has to go on
     */
    boolean measured(double[][] parts, double[][] busy) {
        int threads = shares.threads();
        double[] done = new double[threads];
        double[] time = new double[threads];
        double all = 0;
        for (int p = 0; p < busy[0].length; p++) {
            double phase = 0;
            for (int t = 0; t < threads; t++) {
                phase += busy[t][p];
                time[t] += busy[t][p];
            }
            for (int t = 0; t < threads; t++) {
                done[t] += parts[t][p] * phase;
            }
            all += phase;
        }
        if (all < nanos * threads) {
            return false;
        }
        nanos = Math.min(LONGEST_NANOS, 2 * nanos);
        shares = next(done, time);
        return true;
    }

    private Shares next(double[] done, double[] time) {
        int threads = shares.threads();
        double[] speed = new double[threads];
        double sum = 0;
        double longest = 0;
        for (int t = 0; t < threads; t++) {
            speed[t] = done[t] / Math.max(1, time[t]);
            sum += speed[t];
        }
        int[] weights = new int[threads];
        for (int t = 0; t < threads; t++) {
            double part = shares.part(t);
            double best = Math.max(part / LARGEST_CHANGE, Math.min(part * LARGEST_CHANGE, speed[t] / sum));
            longest = Math.max(longest, part / best);
            weights[t] = (int) Math.round(Math.max(best, SMALLEST / threads) * WEIGHTS * threads);
        }
        return longest > 1 + LEAST_GAIN ? Shares.of(weights) : shares;
    }
}
