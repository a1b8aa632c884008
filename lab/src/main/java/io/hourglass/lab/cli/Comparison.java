package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.lab.analysis.Baseline;
import java.util.Optional;

/**
 * A network's error and those of the two baselines, the mean row and PCA, on the same rows; per value, in the network's
 * units.
 *
 * @param mse the network's error
 * @param mean the error of using the mean row for every row
 * @param pca the error of PCA; NaN if there is none
 * @param p the number of PCA components
 */
record Comparison(double mse, double mean, double pca, int p) {
    /** Smaller ratios are due to rounding and the order of the steps. */
    private static final double TOLERANCE = 1.01;

    /** Fraction of the mean's error that is nothing but rounding. */
    private static final double ROUNDING = 1e-6;

    /**
     * Compares the errors on some rows.
     *
     * @param rows in the network's units
     * @param latent width of the network's code; if it is as wide as a row, PCA reconstructs each row
     */
    static Comparison of(double mse, Baseline baseline, Dataset rows, int latent) {
        if (latent >= rows.inputs()) {
            return new Comparison(mse, baseline.meanMse(rows), 0, rows.inputs());
        }
        return new Comparison(mse, baseline.meanMse(rows), baseline.pcaMse(rows), baseline.components().length);
    }

    /** The errors of mean and PCA. */
    String line() {
        String line = "predicting the mean " + Shown.error(mean);
        return Double.isNaN(pca) ? line : line + ", " + components() + " " + Shown.error(pca);
    }

    /** Describes what is wrong if the network is worse than PCA or even the mean; otherwise empty. */
    Optional<String> trouble() {
        if (pca * TOLERANCE + mean * ROUNDING < mse) {
            return Optional.of(better(components(), pca));
        }
        return mean * TOLERANCE < mse ? Optional.of(better("the mean", mean)) : Optional.empty();
    }

    private String better(String what, double error) {
        return what + " is better (" + Shown.error(error) + " against " + Shown.error(mse) + ")";
    }

    private String components() {
        return "PCA with " + p + (p == 1 ? " component" : " components");
    }
}
