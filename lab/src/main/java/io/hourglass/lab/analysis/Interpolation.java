package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import java.util.Arrays;

/** The straight way from one row or code to another. */
public final class Interpolation {
    private Interpolation() {}

    /**
     * Points at equal distances on the line between two rows.
     *
     * @param steps number of points with both ends, at least 2
     * @return [steps][width]; the first is exactly {@code from}, the last exactly {@code to}
     * @throws IllegalArgumentException if there are fewer steps, the widths differ or a value is not finite
     */
    public static float[][] linear(float[] from, float[] to, int steps) {
        if (steps < 2) {
            throw new IllegalArgumentException("steps = " + steps + ", expected at least 2");
        }
        Rows.requireWidth(new float[][] {from, to});
        float[][] line = new float[steps][from.length];
        for (int s = 0; s < steps; s++) {
            double part = (double) s / (steps - 1);
            for (int j = 0; j < from.length; j++) {
                line[s][j] = (float) ((1 - part) * from[j] + part * to[j]);
            }
        }
        return line;
    }

    /**
     * The nearest of the given rows (least squared distance) for each image of the way; the first of several.
     *
     * @param way [steps][width]
     * @return [steps], numbers of rows
     * @throws IllegalArgumentException if a row has another width than they or a value is not finite
     */
    public static int[] nearest(float[][] way, Dataset rows) {
        int width = Rows.requireWidth(way);
        if (width != rows.inputs()) {
            throw new IllegalArgumentException(
                    "rows of " + width + " values, expected " + rows.inputs() + " as in " + rows.name());
        }
        int[] nearest = new int[way.length];
        double[] least = new double[way.length];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (int r = 0; r < rows.rows(); r++) {
            float[] row = rows.row(r);
            for (int s = 0; s < way.length; s++) {
                double distance = distance(way[s], row, least[s]);
                if (distance < least[s]) {
                    least[s] = distance;
                    nearest[s] = r;
                }
            }
        }
        return nearest;
    }

    /** The squared distance, or some part of it that is enough already. */
    private static double distance(float[] a, float[] b, double enough) {
        double sum = 0;
        for (int j = 0; j < a.length && sum < enough; j++) {
            double difference = a[j] - b[j];
            sum += difference * difference;
        }
        return sum;
    }
}
