package io.hourglass.anomaly;

/**
 * What a network makes of rows, as points: the code, and beside it the root of each column's error. Each number is
 * divided by what is usual among the kept rows: the standard deviation of a code's, the root mean square of a column's
 * errors. So all are equally important, however wide the code's range is, and however well the network reconstructs a
 * column. Of an image, whose pixels are many, all errors are one number, which is as important as the whole code.
 */
final class SeenValues {
    /** What hardly varies counts as if it varied by this share of what others do. */
    private static final double LEAST = 0.01;

    private final double[] unit;

    /**
     * Learns units.
     *
     * @param results [rows][values] as {@link #of} gives them
     * @param latent how many of the values are the code's
     * @param images whether they are results of images
     */
    SeenValues(float[][] results, int latent, boolean images) {
        unit = new double[results[0].length];
        for (int j = 0; j < unit.length; j++) {
            double[] values = new double[results.length];
            for (int row = 0; row < values.length; row++) {
                values[row] = results[row][j];
            }
            double centre = j < latent ? OwnValues.mean(values) : 0;
            double sum = 0;
            for (double value : values) {
                sum += (value - centre) * (value - centre);
            }
            unit[j] = Math.sqrt(sum / values.length);
        }
        raise(0, latent);
        raise(latent, unit.length);
        if (images) {
            unit[latent] /= Math.sqrt(latent);
        }
    }

    private void raise(int from, int to) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            sum += unit[j] * unit[j];
        }
        double least = LEAST * Math.sqrt(sum / (to - from));
        for (int j = from; j < to; j++) {
            unit[j] = Math.max(unit[j], least);
        }
    }

    /** The number of values of an image. */
    static int ofImages(int latent) {
        return latent + 1;
    }

    /**
     * Joins a code and the roots of errors.
     *
     * @param squares errors of the row's columns
     * @param image whether the row is an image, of which the mean of all errors counts
     */
    static float[] of(float[] code, double[] squares, boolean image) {
        double[] errors = image ? new double[] {mean(squares)} : squares;
        float[] values = new float[code.length + errors.length];
        for (int j = 0; j < code.length; j++) {
            values[j] = Space.coordinate(code[j]);
        }
        for (int j = 0; j < errors.length; j++) {
            values[code.length + j] = Space.coordinate(Math.sqrt(errors[j]));
        }
        return values;
    }

    private static double mean(double[] squares) {
        double sum = 0;
        for (double square : squares) {
            sum += square;
        }
        return sum / squares.length;
    }

    /** The point of what {@link #of} gives; codes that are all constant, or errors that are all 0, do not count. */
    float[] point(float[] values) {
        float[] point = new float[values.length];
        for (int j = 0; j < values.length; j++) {
            point[j] = unit[j] == 0 ? 0 : Space.coordinate(values[j] / unit[j]);
        }
        return point;
    }
}
