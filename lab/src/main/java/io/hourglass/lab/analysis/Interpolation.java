package io.hourglass.lab.analysis;

import io.hourglass.compute.Rows;

/** The straight line from one row or code to another. */
public final class Interpolation {
    private Interpolation() {}

    /**
     * Equally spaced points on the line between two rows.
     *
     * @param steps number of points, both ends included, at least 2
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
}
