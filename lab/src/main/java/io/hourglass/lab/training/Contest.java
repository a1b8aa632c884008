package io.hourglass.lab.training;

import java.util.stream.IntStream;

/**
 * Decides which of two models for the same table is kept: the one with hidden layers only if it is better on the
 * held-out rows by more than chance, otherwise the one without, which is simpler and hardly overfits.
 */
public final class Contest {
    private Contest() {}

    /**
     * Whether one model's errors are smaller than another's on the same rows: on average by more than one standard
     * error of that average. Rows with an error that is too large for a number do not count.
     *
     * @param errors of the one model, one per row
     * @param others of the other model, as many
     */
    public static boolean isBetter(double[] errors, double[] others) {
        double[] gains = IntStream.range(0, errors.length)
                .mapToDouble(row -> others[row] - errors[row])
                .filter(Double::isFinite)
                .toArray();
        double mean = 0;
        for (double gain : gains) {
            mean += gain / gains.length;
        }
        double variance = 0;
        for (double gain : gains) {
            variance += (gain - mean) * (gain - mean) / Math.max(1, gains.length - 1);
        }
        return mean > Math.sqrt(variance / gains.length);
    }
}
