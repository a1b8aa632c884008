package io.hourglass.lab.training;

/**
 * Which of two models for the same table is kept: the one with hidden layers only if it is better on the held-out rows by more than
 * chance has it, or else the one that started at PCA, which is simpler and hardly overfits.
 */
public final class Contest {
    private Contest() {}

    /**
     * Whether some errors are smaller than others of the same rows: in the mean, and in the mean of their square roots by more than one
     * standard error of that mean. Square roots, so that a few rows of very large errors do not hide what holds for all others.
     *
     * @param errors of each row
     * @param others as many
     */
    public static boolean isBetter(double[] errors, double[] others) {
        int rows = errors.length;
        double gain = 0;
        double rootGain = 0;
        for (int row = 0; row < rows; row++) {
            gain += others[row] - errors[row];
            rootGain += rootGain(errors[row], others[row]) / rows;
        }
        double variance = 0;
        for (int row = 0; row < rows; row++) {
            double d = rootGain(errors[row], others[row]) - rootGain;
            variance += d * d / Math.max(1, rows - 1);
        }
        return gain > 0 && rootGain > Math.sqrt(variance / rows);
    }

    private static double rootGain(double error, double other) {
        return Math.sqrt(other) - Math.sqrt(error);
    }
}
