package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import io.hourglass.compute.Rows;

/**
 * Codes that differ in one value at a time; decoded, they show what each value does.
 *
 * @param offsets [steps], in standard deviations of the value
 * @param codes [p][steps][p]: for each value, the start with this value changed
 * @param seen [p][steps]: whether the changed value lies within its range over the given codes
 */
public record Traversal(double[] offsets, float[][][] codes, boolean[][] seen) {

    /**
     * Changes each value of a code.
     *
     * @param all [rows][p]: they give the standard deviations (divided by the number of rows) and the ranges
     * @param start [p]
     * @param offsets in standard deviations, for instance -2, -1, 0, 1, 2
     * @throws IllegalArgumentException if there is no row or offset, widths differ or a value is not finite
     */
    public static Traversal of(float[][] all, float[] start, double... offsets) {
        int width = Rows.requireWidth(all);
        if (start.length != width || offsets.length == 0) {
            throw new IllegalArgumentException("a start of " + start.length + " values and " + offsets.length
                    + " offsets, expected " + width + " values and at least one offset");
        }
        Rows.requireFinite(start, "the start");
        double[] deviations = LatentHealth.of(all).deviations();
        float[][][] codes = new float[width][offsets.length][];
        boolean[][] seen = new boolean[width][offsets.length];
        for (int d = 0; d < width; d++) {
            float least = all[0][d];
            float most = all[0][d];
            for (float[] code : all) {
                least = Math.min(least, code[d]);
                most = Math.max(most, code[d]);
            }
            for (int s = 0; s < offsets.length; s++) {
                if (!Double.isFinite(offsets[s])) {
                    throw new IllegalArgumentException(
                            "offset " + s + " is " + offsets[s] + ", expected a finite number");
                }
                codes[d][s] = start.clone();
                codes[d][s][d] = (float) (start[d] + offsets[s] * deviations[d]);
                seen[d][s] = codes[d][s][d] >= least && codes[d][s][d] <= most;
            }
        }
        return new Traversal(offsets.clone(), codes, seen);
    }

    /**
     * The row nearest to the mean of all rows, with each value measured in its own standard deviation; the first if
     * several are equally near. Unlike the mean, which may lie far from all rows, it is the code of a real row.
     *
     * @param codes [rows][p]
     * @throws IllegalArgumentException if there is no row, widths differ or a value is not finite
     */
    public static int central(float[][] codes) {
        int width = Rows.requireWidth(codes);
        Covariance covariance = Covariance.of(Dataset.of(codes));
        int central = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int r = 0; r < codes.length; r++) {
            double distance = 0;
            for (int d = 0; d < width; d++) {
                double variance = covariance.matrix()[d][d];
                double off = codes[r][d] - covariance.mean()[d];
                distance += variance > 0 ? off * off / variance : 0;
            }
            if (distance < least) {
                least = distance;
                central = r;
            }
        }
        return central;
    }
}
