package io.hourglass.compute;

/** Checks of rows, and distances between them. */
public final class Rows {
    private Rows() {}

    /**
     * The width of the rows.
     *
     * @throws IllegalArgumentException if there is no row or no column, widths differ or a value is not finite; the
     *     message names the place
     */
    public static int requireWidth(float[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException(
                    rows.length == 0 ? "no rows, expected at least one" : "rows of no values, expected at least one");
        }
        for (int r = 0; r < rows.length; r++) {
            if (rows[r].length != rows[0].length) {
                throw new IllegalArgumentException(
                        "row " + r + " has " + rows[r].length + " values, expected " + rows[0].length + " as in row 0");
            }
            requireFinite(rows[r], "row " + r);
        }
        return rows[0].length;
    }

    /** @throws IllegalArgumentException if a value is NaN or infinite; the message names its place */
    public static void requireFinite(float[] row, String name) {
        for (int j = 0; j < row.length; j++) {
            if (!Float.isFinite(row[j])) {
                throw new IllegalArgumentException(
                        name + ", column " + j + " is " + row[j] + ", expected a finite number");
            }
        }
    }

    /** Column means, in double. */
    public static double[] mean(float[][] rows) {
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

    /**
     * Squared Euclidean distance, in double; in four interleaved chains, because a single one would wait for each sum.
     */
    public static double squaredDistance(float[] a, float[] b) {
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

    /** Squared Euclidean distance between a row and a centre. */
    public static double squaredDistance(float[] row, double[] centre) {
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
