package io.hourglass.lab.training;

/**
 * Which of two models for the same table is kept: the one with hidden layers only if it is better on the held-out rows
 * by more than chance has it, or else the one that started at PCA, which is simpler and hardly overfits.
 */
public final class Contest {
    private Contest() {}

    /**
     * Whether some errors are smaller than others of the same rows: on average by more than one standard error of that
     * average.
     *
     * @param errors of each row
     * @param others as many
     */
    public static boolean isBetter(double[] errors, double[] others) {
        double mean = 0;
        for (int row = 0; row < errors.length; row++) {
            mean += (others[row] - errors[row]) / errors.length;
        }
        double variance = 0;
        for (int row = 0; row < errors.length; row++) {
            double d = others[row] - errors[row] - mean;
            variance += d * d / Math.max(1, errors.length - 1);
        }
        return mean > Math.sqrt(variance / errors.length);
    }
}
