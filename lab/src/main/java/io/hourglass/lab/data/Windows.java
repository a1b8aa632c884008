package io.hourglass.lab.data;

import io.hourglass.RowSource;

/**
 * Windows of a series: stretches of successive rows, each of which is a row of a network's data, [time][column]. As an
 * image, a window is one pixel high, as wide as it has rows, and each column is a channel. Overlapping windows share
 * the series' memory.
 */
public final class Windows implements RowSource {
    private final String name;
    private final double[] values;
    private final int columns;
    private final int width;
    private final int[] starts;
    private final boolean gaps;

    /**
     * Windows of a series.
     *
     * @param name of the series
     * @param values [positions][columns], not copied
     * @param width rows of a window
     * @param starts the position of the first row of each window, in ascending order
     * @param gaps whether a value may be missing, which is NaN
     */
    Windows(String name, double[] values, int columns, int width, int[] starts, boolean gaps) {
        this.name = name;
        this.values = values;
        this.columns = columns;
        this.width = width;
        this.starts = starts;
        this.gaps = gaps;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean allowsMissing() {
        return gaps;
    }

    @Override
    public int rows() {
        return starts.length;
    }

    @Override
    public int inputs() {
        return width * columns;
    }

    /** The number of rows of the series in a window. */
    public int width() {
        return width;
    }

    /** The number of columns of the series. */
    public int columns() {
        return columns;
    }

    /** The position of the first row of a window. */
    public int start(int window) {
        return starts[window];
    }

    /** Whether a value is missing: of a row of the series in that column. */
    boolean isMissing(int position, int column) {
        return Double.isNaN(values[position * columns + column]);
    }

    @Override
    public void read(int[] rows, double[] target) {
        int inputs = inputs();
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, starts[rows[i]] * columns, target, i * inputs, inputs);
        }
    }

    /** For instance {@code pumps.csv: 437 windows of 64 x 3}. */
    @Override
    public String toString() {
        return name + ": " + starts.length + (starts.length == 1 ? " window of " : " windows of ") + width + " x "
                + columns;
    }
}
