package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import java.util.stream.IntStream;

/**
 * Mean and covariance of a data set's columns, in double precision.
 *
 * <p>The rows are centred before they are multiplied, so large offsets do not cancel. Each thread owns whole rows of
 * the matrix and visits the data in the same order, so the result does not depend on the number of threads.
 *
 * @param mean [inputs]
 * @param matrix [inputs][inputs], symmetric; divided by the number of rows: the covariance of these rows, not an
 *     estimate for others
 */
record Covariance(double[] mean, double[][] matrix) {

    /** Rows processed at a time: few enough to stay in the second-level cache. A multiple of {@link #UNROLL}. */
    private static final int BLOCK = 64;

    private static final int UNROLL = 4;

    static Covariance of(Dataset data) {
        double[] mean = mean(data);
        int inputs = data.inputs();
        double[][] sums = new double[inputs][inputs];
        double[][] block = new double[BLOCK][inputs];
        for (int from = 0; from < data.rows(); from += BLOCK) {
            fill(block, data, from, mean);
            IntStream.range(0, inputs).parallel().forEach(i -> addProducts(sums[i], block, i));
        }
        for (int i = 0; i < inputs; i++) {
            for (int j = i; j < inputs; j++) {
                sums[i][j] /= data.rows();
                sums[j][i] = sums[i][j];
            }
        }
        return new Covariance(mean, sums);
    }

    /** Mean of each column, [inputs]. */
    static double[] mean(Dataset data) {
        double[] mean = new double[data.inputs()];
        for (int r = 0; r < data.rows(); r++) {
            float[] row = data.row(r);
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= data.rows();
        }
        return mean;
    }

    /** The next rows minus the mean; zeros, which add nothing, after the end of the data. */
    private static void fill(double[][] block, Dataset data, int from, double[] mean) {
        for (int b = 0; b < BLOCK; b++) {
            double[] centred = block[b];
            if (from + b < data.rows()) {
                float[] row = data.row(from + b);
                for (int j = 0; j < centred.length; j++) {
                    centred[j] = row[j] - mean[j];
                }
            } else {
                java.util.Arrays.fill(centred, 0);
            }
        }
    }

    /**
     * sums[j] += block[.][i] * block[.][j] for j &gt;= i; four rows at a time, to load and store the sums less often.
     */
    private static void addProducts(double[] sums, double[][] block, int i) {
        for (int b = 0; b < BLOCK; b += UNROLL) {
            double[] row0 = block[b];
            double[] row1 = block[b + 1];
            double[] row2 = block[b + 2];
            double[] row3 = block[b + 3];
            double a0 = row0[i];
            double a1 = row1[i];
            double a2 = row2[i];
            double a3 = row3[i];
            if (a0 == 0 && a1 == 0 && a2 == 0 && a3 == 0) {
                continue; // constant columns, such as the margins of MNIST
            }
            for (int j = i; j < sums.length; j++) {
                sums[j] += a0 * row0[j] + a1 * row1[j] + a2 * row2[j] + a3 * row3[j];
            }
        }
    }
}
