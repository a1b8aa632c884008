package io.hourglass.lab.analysis;

import io.hourglass.compute.Rows;
import java.util.Arrays;
import java.util.List;

/**
 * A mixture of Gaussians with full covariances, fitted by expectation and maximisation (Dempster, Laird and Rubin,
 * 1977) from k-means clusters; probabilities are kept as logarithms. The same seed gives the same bits.
 *
 * @param weights [k], sum 1
 * @param means [k][width]
 * @param covariances [k][width][width], with {@link #RIDGE} times the mean variance of the columns on the diagonal
 * @param clusters [rows], the most likely component of each row
 * @param logLikelihood mean over the rows, natural logarithm
 */
record GaussianMixture(
        double[] weights, double[][] means, double[][][] covariances, int[] clusters, double logLikelihood) {
    /** Keeps components of few or equal rows from collapsing. */
    static final double RIDGE = 1e-6;

    private static final int MOST_STEPS = 300;

    /** Fitting ends when a step gains less log-likelihood per row: a hundredth of scikit-learn's tolerance. */
    private static final double TOLERANCE = 1e-5;

    /** A smaller responsibility of a component for a row changes nothing and counts as none. */
    private static final double LEAST_PART = 1e-12;

    /** Rows whose densities are computed together, one per lane. */
    private static final int BLOCK = 256;

    /**
     * Fits k components.
     *
     * @param rows [n][width]
     * @throws IllegalArgumentException if rows differ in width or are not finite, or k is not 1 to n
     */
    static GaussianMixture fit(float[][] rows, int k, long seed) {
        return fit(rows, KMeans.fit(rows, k, seed));
    }

    /**
     * Fits as many components as there are clusters, starting from these.
     *
     * @param rows [n][width]
     * @param start clusters of the same rows
     * @throws IllegalArgumentException if it does not have a cluster for each row
     */
    static GaussianMixture fit(float[][] rows, KMeans start) {
        if (start.clusters().length != rows.length) {
            throw new IllegalArgumentException(start.clusters().length + " clusters, expected " + rows.length);
        }
        return new Fit(rows, start).run();
    }

    /**
     * The likeliest of several mixtures, each from another start; the first if several are equal.
     *
     * @param starts clusters of the same rows, at least one
     * @throws IllegalArgumentException if one does not have a cluster for each row
     */
    static GaussianMixture likeliest(float[][] rows, List<KMeans> starts) {
        return starts.stream()
                .map(start -> fit(rows, start))
                .reduce((one, other) -> other.logLikelihood > one.logLikelihood ? other : one)
                .orElseThrow();
    }

    /** The parameters while they are fitted. */
    private static final class Fit {
        private final float[][] rows;
        private final int width;
        private final double ridge;
        private final double[] weights;
        private final double[][] means;
        private final double[][][] covariances;
        private final double[][] responsibilities; // [n][k]
        private final double[][] solved; // [width][BLOCK]
        private final double[] lengths = new double[BLOCK];

        Fit(float[][] rows, KMeans start) {
            this.rows = rows;
            width = rows[0].length;
            int k = start.centres().length;
            weights = new double[k];
            means = new double[k][width];
            covariances = new double[k][width][width];
            responsibilities = new double[rows.length][k];
            solved = new double[width][BLOCK];
            for (int row = 0; row < rows.length; row++) {
                responsibilities[row][start.clusters()[row]] = 1;
            }
            double variance = variance();
            ridge = RIDGE * (variance > 0 ? variance : 1); // equal rows: any ridge will do
        }

        /** Mean of the columns' variances. */
        private double variance() {
            double[] mean = Rows.mean(rows);
            double sum = 0;
            for (float[] row : rows) {
                sum += Rows.squaredDistance(row, mean);
            }
            return sum / rows.length / width;
        }

        GaussianMixture run() {
            double before = Double.NEGATIVE_INFINITY;
            double now = before;
            for (int step = 0; step < MOST_STEPS; step++) {
                maximise();
                now = expect();
                if (now - before < TOLERANCE) {
                    break;
                }
                before = now;
            }
            int[] clusters = new int[rows.length];
            Arrays.setAll(clusters, row -> largest(responsibilities[row]));
            return new GaussianMixture(weights, means, covariances, clusters, now);
        }

        /**
         * Weights, means and covariances from the responsibilities. A component without rows keeps its mean and
         * covariance, with weight 0.
         */
        private void maximise() {
            for (int c = 0; c < weights.length; c++) {
                double sum = 0;
                for (double[] of : responsibilities) {
                    sum += of[c];
                }
                weights[c] = sum / rows.length;
                if (sum > 0) {
                    mean(c, sum);
                    covariance(c, sum);
                } else {
                    for (int i = 0; i < width; i++) {
                        covariances[c][i][i] = Math.max(covariances[c][i][i], ridge);
                    }
                }
            }
        }

        private void mean(int c, double sum) {
            double[] mean = means[c];
            Arrays.fill(mean, 0);
            for (int row = 0; row < rows.length; row++) {
                double part = responsibilities[row][c];
                if (part >= LEAST_PART) {
                    for (int j = 0; j < width; j++) {
                        mean[j] += part * rows[row][j];
                    }
                }
            }
            for (int j = 0; j < width; j++) {
                mean[j] /= sum;
            }
        }

        private void covariance(int c, double sum) {
            double[][] covariance = covariances[c];
            for (double[] line : covariance) {
                Arrays.fill(line, 0);
            }
            double[] centred = new double[width];
            for (int row = 0; row < rows.length; row++) {
                double part = responsibilities[row][c];
                if (part >= LEAST_PART) {
                    for (int j = 0; j < width; j++) {
                        centred[j] = rows[row][j] - means[c][j];
                    }
                    for (int i = 0; i < width; i++) {
                        double scaled = part * centred[i];
                        for (int j = 0; j <= i; j++) {
                            covariance[i][j] += scaled * centred[j];
                        }
                    }
                }
            }
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] /= sum;
                    covariance[j][i] = covariance[i][j];
                }
                covariance[i][i] += ridge;
            }
        }

        /** Responsibilities from the parameters; returns the mean log-likelihood. */
        private double expect() {
            int k = weights.length;
            double[][][] factors = new double[k][][];
            double[] constants = new double[k];
            for (int c = 0; c < k; c++) {
                factors[c] = cholesky(covariances[c]);
                constants[c] = Math.log(weights[c]) - width / 2.0 * Math.log(2 * Math.PI);
                for (int i = 0; i < width; i++) {
                    constants[c] -= Math.log(factors[c][i][i]);
                }
            }
            double total = 0;
            for (int from = 0; from < rows.length; from += BLOCK) {
                int to = Math.min(rows.length, from + BLOCK);
                for (int c = 0; c < k; c++) {
                    if (weights[c] > 0) {
                        mahalanobis(from, to - from, means[c], factors[c]);
                    }
                    for (int row = from; row < to; row++) {
                        responsibilities[row][c] =
                                weights[c] == 0 ? Double.NEGATIVE_INFINITY : constants[c] - 0.5 * lengths[row - from];
                    }
                }
                for (int row = from; row < to; row++) {
                    total += normalise(responsibilities[row]);
                }
            }
            return total / rows.length;
        }

        /** Turns logarithms of densities into probabilities; returns the logarithm of the sum of the densities. */
        private static double normalise(double[] logs) {
            double largest = logs[largest(logs)];
            double sum = 0;
            for (int c = 0; c < logs.length; c++) {
                logs[c] = Math.exp(logs[c] - largest);
                sum += logs[c];
            }
            for (int c = 0; c < logs.length; c++) {
                logs[c] /= sum;
            }
            return largest + Math.log(sum);
        }

        /** Lower triangle L with L L' = matrix, which the ridge keeps positive definite except for rounding. */
        private double[][] cholesky(double[][] matrix) {
            double[][] factor = new double[width][width];
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = matrix[i][j];
                    for (int m = 0; m < j; m++) {
                        sum -= factor[i][m] * factor[j][m];
                    }
                    factor[i][j] = i == j ? Math.sqrt(Math.max(sum, ridge / 2)) : sum / factor[j][j];
                }
            }
            return factor;
        }

        /**
         * Writes the squared length of L^-1 (row - mean) for some rows: each operation is done for all of them before
         * the next.
         */
        private void mahalanobis(int from, int count, double[] mean, double[][] factor) {
            Arrays.fill(lengths, 0);
            for (int i = 0; i < width; i++) {
                double[] value = solved[i];
                for (int r = 0; r < count; r++) {
                    value[r] = rows[from + r][i] - mean[i];
                }
                for (int m = 0; m < i; m++) {
                    subtract(count, value, factor[i][m], solved[m]);
                }
                double diagonal = factor[i][i];
                for (int r = 0; r < count; r++) {
                    value[r] /= diagonal;
                    lengths[r] += value[r] * value[r];
                }
            }
        }

        private static void subtract(int count, double[] value, double times, double[] other) {
            for (int r = 0; r < count; r++) {
                value[r] -= times * other[r];
            }
        }

        private static int largest(double[] values) {
            int largest = 0;
            for (int c = 1; c < values.length; c++) {
                largest = values[c] > values[largest] ? c : largest;
            }
            return largest;
        }
    }
}
