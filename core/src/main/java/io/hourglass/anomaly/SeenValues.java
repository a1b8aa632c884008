package io.hourglass.anomaly;

import java.util.Arrays;

/**
 * What a network makes of rows, as points: the code, and beside it the root of each column's error. Each number is
 * divided by what is usual among the rows it was learned from: the standard deviation of a code's, the root mean square
 * of a column's error. All are equally important then, however wide the code's range is, and however well the network
 * reconstructs a column.
 */
final class SeenValues {
    /** What hardly varies counts as if it varied by this share of what others do. */
    private static final double LEAST = 0.01;

    private final double[] unit;

    /**
     * Learns units.
     *
     * @param results [rows][values] as {@link #of} gives them
     * @param latent how many of them are the code's
     */
    SeenValues(double[][] results, int latent) {
        unit = new double[results[0].length];
        for (int j = 0; j < unit.length; j++) {
            int column = j;
            double[] values =
                    Arrays.stream(results).mapToDouble(of -> of[column]).toArray();
            double centre = j < latent ? OwnValues.mean(values) : 0;
            double sum = 0;
            for (double value : values) {
                sum += (value - centre) * (value - centre);
            }
            unit[j] = Math.sqrt(sum / values.length);
        }
        floor(0, latent);
        floor(latent, unit.length);
    }

    private void floor(int from, int to) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            sum += unit[j] * unit[j];
        }
        double least = LEAST * Math.sqrt(sum / (to - from));
        for (int j = from; j < to; j++) {
            unit[j] = Math.max(unit[j], least);
        }
    }

    /** Joins a code and the roots of a row's errors. */
    static double[] of(float[] code, double[] errors) {
        double[] values = new double[code.length + errors.length];
        for (int j = 0; j < code.length; j++) {
            values[j] = Space.coordinate(code[j]);
        }
        for (int j = 0; j < errors.length; j++) {
            values[code.length + j] = Space.coordinate(Math.sqrt(errors[j]));
        }
        return values;
    }

    /** The point of what {@link #of} gives. Codes that were all constant, or errors that were all 0, do not count. */
    float[] point(double[] values) {
        float[] point = new float[values.length];
        for (int j = 0; j < values.length; j++) {
            point[j] = unit[j] == 0 ? 0 : Space.coordinate(values[j] / unit[j]);
        }
        return point;
    }
}
