package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import io.hourglass.compute.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a code uses all its values.
 *
 * @param deviations [p], standard deviation of each value, with division by the number of rows
 * @param dead values whose deviation is below {@link #DEAD} times the largest: they carry nothing
 * @param duplicates pairs of other values that say the same
 * @param effectiveRank 0 to p: the number of values of equal variance that would be used as evenly; the exponential of
 *     the entropy of the covariance's eigenvalues, divided by their sum. Roy and Vetterli (The effective rank, EUSIPCO
 *     2007) define it for singular values; here the eigenvalues are used, which are variances. 0 if nothing varies.
 */
public record LatentHealth(double[] deviations, List<Integer> dead, List<Duplicate> duplicates, double effectiveRank) {
    /** Part of the largest standard deviation below which a value counts as dead. */
    public static final double DEAD = 0.01;

    /** Absolute correlation above which two values count as duplicates. */
    public static final double SAME = 0.99;

    /** Absolute value above which a tanh unit counts as saturated: its slope is below 2 % of the steepest. */
    public static final float SATURATED = 0.99f;

    /**
     * Two values with the same content.
     *
     * @param first the lower index
     * @param correlation -1 to 1, Pearson's
     */
    public record Duplicate(int first, int second, double correlation) {}

    /**
     * Examines codes.
     *
     * @param codes [rows][p]
     * @throws IllegalArgumentException if there is no row, widths differ or a value is not finite
     */
    public static LatentHealth of(float[][] codes) {
        int width = Rows.requireWidth(codes);
        double[][] covariance = Covariance.of(Dataset.of(codes)).matrix();
        double[] deviations = new double[width];
        double largest = 0;
        for (int d = 0; d < width; d++) {
            deviations[d] = Math.sqrt(covariance[d][d]);
            largest = Math.max(largest, deviations[d]);
        }
        List<Integer> dead = new ArrayList<>();
        for (int d = 0; d < width; d++) {
            if (largest == 0 || deviations[d] < DEAD * largest) {
                dead.add(d);
            }
        }
        List<Duplicate> duplicates = new ArrayList<>();
        for (int a = 0; a < width; a++) {
            for (int b = a + 1; b < width; b++) {
                double correlation = covariance[a][b] / (deviations[a] * deviations[b]);
                if (!dead.contains(a) && !dead.contains(b) && Math.abs(correlation) > SAME) {
                    duplicates.add(new Duplicate(a, b, Math.max(-1, Math.min(1, correlation))));
                }
            }
        }
        return new LatentHealth(deviations, List.copyOf(dead), List.copyOf(duplicates), effectiveRank(codes));
    }

    private static double effectiveRank(float[][] codes) {
        Pca pca = Pca.fit(Dataset.of(codes));
        double sum = 0;
        for (int k = 0; k < pca.inputs(); k++) {
            sum += pca.variance(k);
        }
        if (sum == 0) {
            return 0;
        }
        double entropy = 0;
        for (int k = 0; k < pca.inputs(); k++) {
            double share = pca.variance(k) / sum;
            entropy -= share > 0 ? share * StrictMath.log(share) : 0; // x log x tends to 0
        }
        return StrictMath.exp(entropy);
    }

    /**
     * How often each unit is saturated: the share of its values above {@link #SATURATED} or below its negative. Meant
     * for tanh units, whose gradient almost vanishes there.
     *
     * @param values [rows][units]
     * @return [units], each 0 to 1
     * @throws IllegalArgumentException if there is no row, widths differ or a value is not finite
     */
    public static double[] saturated(float[][] values) {
        double[] shares = new double[Rows.requireWidth(values)];
        for (float[] row : values) {
            for (int d = 0; d < shares.length; d++) {
                shares[d] += Math.abs(row[d]) > SATURATED ? 1 : 0;
            }
        }
        for (int d = 0; d < shares.length; d++) {
            shares[d] /= values.length;
        }
        return shares;
    }
}
