package io.hourglass.lab.analysis;

/** Checks of rows handed in, and distances between them. */
final class Rows {
    private Rows() {}

    /**
     * The width of all rows.
     *
     * @throws IllegalArgumentException if there is no row, a row has another width than the first, or a value is not finite
     */
    static int requireFinite(float[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException("no rows, expected at least one with one value");
        }
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].length != rows[0].length) {
                throw new IllegalArgumentException(
                        "row " + row + " has " + rows[row].length + " values, expected " + rows[0].length);
            }
            for (int column = 0; column < rows[row].length; column++) {
                if (!Float.isFinite(rows[row][column])) {
                    throw new IllegalArgumentException("row " + row + ", column " + column + " is " + rows[row][column]
                            + ", expected a finite number");
                }
            }
        }
        return rows[0].length;
    }

    /**
     * Refuses a number of clusters that so many rows cannot have.
     *
     * @throws IllegalArgumentException unless it is 1 to the number of rows
     */
    static void requireClusters(int clusters, int rows) {
        if (clusters < 1 || clusters > rows) {
            throw new IllegalArgumentException(
                    clusters + " clusters of " + rows + " rows, expected 1 to " + rows + " clusters");
        }
    }

    /** Column means, in double. */
    static double[] mean(float[][] rows) {
        double[] mean = new double[rows[0].length];
        for (float[] row : rows) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= rows.length;
        }
        return mean;
    }

    /** Squared Euclidean distance, in double; four interleaved chains, for one alone would wait for each of its sums. */
    static double squaredDistance(float[] a, float[] b) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int j = 0;
        for (; j + 3 < a.length; j += 4) {
            sum0 += square((double) a[j] - b[j]);
            sum1 += square((double) a[j + 1] - b[j + 1]);
            sum2 += square((double) a[j + 2] - b[j + 2]);
            sum3 += square((double) a[j + 3] - b[j + 3]);
        }
        for (; j < a.length; j++) {
            sum0 += square((double) a[j] - b[j]);
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    /** The same between a row and a centre. */
    static double squaredDistance(float[] row, double[] centre) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int j = 0;
        for (; j + 3 < row.length; j += 4) {
            sum0 += square(row[j] - centre[j]);
            sum1 += square(row[j + 1] - centre[j + 1]);
            sum2 += square(row[j + 2] - centre[j + 2]);
            sum3 += square(row[j + 3] - centre[j + 3]);
        }
        for (; j < row.length; j++) {
            sum0 += square(row[j] - centre[j]);
        }
        return sum0 + sum1 + (sum2 + sum3);
    }

    private static double square(double value) {
        return value * value;
    }
}
