package io.hourglass.lab.analysis;

import io.hourglass.Dataset;

/** What every analysis asks of rows handed in as arrays. */
final class Rows {
    private Rows() {}

    /**
     * The width of the rows.
     *
     * @throws IllegalArgumentException if there is no row or no column, widths differ or a value is not finite; the message names
     *     the place
     */
    static int requireWidth(float[][] rows) {
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
    static void requireFinite(float[] row, String name) {
        for (int j = 0; j < row.length; j++) {
            if (!Float.isFinite(row[j])) {
                throw new IllegalArgumentException(
                        name + ", column " + j + " is " + row[j] + ", expected a finite number");
            }
        }
    }

    /** Rows as a data set: {@code requireWidth} must have passed them. */
    static Dataset dataset(String name, float[][] rows) {
        int width = rows[0].length;
        float[] values = new float[Math.multiplyExact(rows.length, width)];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, values, r * width, width);
        }
        return Dataset.ofFloats(name, values, width);
    }
}
