package io.hourglass.anomaly;

import io.hourglass.Dataset;
import io.hourglass.nn.Columns;
import java.util.Arrays;

/**
 * Makes the values of rows comparable with each other, robustly: a number counts from its column's median, in units of
 * the median absolute deviation, up to {@value #MOST} of them. Where more than half of the rows have the same number,
 * the unit is the standard deviation. The values of a category share a unit, chosen such that two rows differ as much
 * in the category, on average, as in a number.
 *
 * <p>A constant column counts {@value #MOST} for a row in which it has another value. A missing value counts as the
 * median; a column that is missing in all rows, or an input only, does not count.
 */
final class OwnValues {
    private static final double MOST = 10;

    /** A normal distribution's standard deviation, in units of its median absolute deviation. */
    private static final double NORMAL = 1.4826;

    private final double[] centre;

    /** What values are divided by; 0 for a constant, infinite for a value that does not count. */
    private final double[] unit;

    private OwnValues(double[] centre, double[] unit) {
        this.centre = centre;
        this.unit = unit;
    }

    /**
     * Learns centres and units.
     *
     * @param rows at least one, as the model matches them
     * @param table their columns
     */
    static OwnValues of(Dataset rows, Columns table) {
        double[][] columns = columns(rows);
        double[] centre = new double[columns.length];
        double[] unit = new double[columns.length];
        for (int j = 0; j < columns.length; j++) {
            centre[j] = median(columns[j]);
            unit[j] = columns[j].length == 0 ? Double.POSITIVE_INFINITY : deviation(columns[j], centre[j]);
        }
        for (int c = 0; c < table.count(); c++) {
            int start = table.start(c);
            if (table.isInputOnly(c)) {
                unit[start] = Double.POSITIVE_INFINITY;
            } else if (table.isCategory(c) && unit[start] < Double.POSITIVE_INFINITY) {
                double variance = 0;
                for (int j = start; j < start + table.width(c); j++) {
                    variance += variance(columns[j]);
                }
                Arrays.fill(unit, start, start + table.width(c), Math.sqrt(variance));
            }
        }
        return new OwnValues(centre, unit);
    }

    /** The values of each column that are not missing. */
    private static double[][] columns(Dataset rows) {
        double[][] columns = new double[rows.inputs()][rows.rows()];
        int[] present = new int[columns.length];
        for (int row = 0; row < rows.rows(); row++) {
            double[] values = rows.doubles(row);
            for (int j = 0; j < values.length; j++) {
                if (!Double.isNaN(values[j])) {
                    columns[j][present[j]++] = values[j];
                }
            }
        }
        Arrays.setAll(columns, j -> Arrays.copyOf(columns[j], present[j]));
        return columns;
    }

    /** The median of numbers; 0 if there is none. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? 0 : n % 2 == 1 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
    }

    private static double deviation(double[] values, double median) {
        double absolute =
                median(Arrays.stream(values).map(v -> Math.abs(v - median)).toArray());
        return absolute > 0 ? NORMAL * absolute : Math.sqrt(variance(values));
    }

    /** The variance of one number or more; exactly 0 if all are equal. */
    private static double variance(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / values.length;
    }

    /** The mean of one number or more; exactly the number if all are equal. */
    static double mean(double[] values) {
        double sum = 0; // not that of a stream, which differs from one JDK to another
        for (double value : values) {
            sum += value - values[0];
        }
        return values[0] + sum / values.length;
    }

    /** The point of a row's values. */
    float[] point(double[] row) {
        float[] point = new float[row.length];
        for (int j = 0; j < row.length; j++) {
            double distance = row[j] - centre[j];
            point[j] = Double.isNaN(distance) || distance == 0
                    ? 0
                    : (float) Math.max(-MOST, Math.min(MOST, distance / unit[j]));
        }
        return point;
    }
}
