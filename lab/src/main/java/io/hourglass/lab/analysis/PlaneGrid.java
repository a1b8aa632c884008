package io.hourglass.lab.analysis;

import io.hourglass.compute.Rows;

/**
 * A grid over the plane of codes with two values; decoded, it shows what the decoder draws at each place.
 *
 * @param left smallest value of z0
 * @param right largest value of z0
 * @param bottom smallest value of z1
 * @param top largest value of z1
 * @param codes [side * side][2]: the centres of the grid's squares, line by line from the top left
 */
public record PlaneGrid(double left, double right, double bottom, double top, float[][] codes) {

    /**
     * A grid over the rectangle that the codes occupy. A value that does not vary gets a range of 1.
     *
     * @param codes [rows][2]
     * @param side squares across and down, at least 1
     * @throws IllegalArgumentException if there is no row, a code is not of two finite values, or side is below 1
     */
    public static PlaneGrid over(float[][] codes, int side) {
        int width = Rows.requireWidth(codes);
        if (width != 2 || side < 1) {
            throw new IllegalArgumentException("codes of " + width + " values and a grid of side " + side
                    + ", expected 2 values and a side of at least 1");
        }
        double[] x = range(codes, 0);
        double[] y = range(codes, 1);
        float[][] cells = new float[side * side][2];
        for (int i = 0; i < cells.length; i++) {
            cells[i][0] = (float) (x[0] + (x[1] - x[0]) * (i % side + 0.5) / side);
            cells[i][1] = (float) (y[1] - (y[1] - y[0]) * (i / side + 0.5) / side);
        }
        return new PlaneGrid(x[0], x[1], y[0], y[1], cells);
    }

    private static double[] range(float[][] codes, int dimension) {
        double least = codes[0][dimension];
        double most = least;
        for (float[] code : codes) {
            least = Math.min(least, code[dimension]);
            most = Math.max(most, code[dimension]);
        }
        return least == most ? new double[] {least - 0.5, most + 0.5} : new double[] {least, most};
    }
}
