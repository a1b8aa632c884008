package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/** The values of a data set, row by row, in the type they were given in. Nothing else depends on that type. */
sealed interface Values permits ArrayValues, SourceValues {
    /** About as many values are read at a time where all rows are read in order. */
    int BLOCK_VALUES = 1 << 16;

    /** The number of rows. */
    int rows();

    /** The number of values in a row. */
    int inputs();

    /** Writes {@code count} rows from {@code row} on, in the user's units, to {@code target}, one after the other. */
    void read(int row, int count, double[] target);

    /**
     * Writes some rows in a network's units: gathers a mini-batch. Threads that gather the same rows of a {@link
     * RowSource} at the same time have them read once.
     *
     * @param target receives row {@code order[from + i]} as its row i
     */
    void gather(Kernels kernels, Scaler scaler, int[] order, int from, Matrix target);

    /** The rows {@code from ... to - 1}. */
    Values slice(int from, int to);

    /** The rows with the given numbers. */
    Values select(int[] rows);

    /** The given columns of all rows. */
    Values selectColumns(int[] columns);

    /** All rows as floats in a network's units. */
    Values scaled(Scaler scaler);

    /** These values as pixels if all are whole numbers from 0 to 255; otherwise empty. */
    Optional<Values> asPixels();

    /** SHA-256 of all values in hexadecimal, floats and doubles in little-endian order. */
    String sha256();

    /**
     * Reads all rows in order, some at a time.
     *
     * @param visitor receives blocks [rows][inputs] in the user's units, each with the number of its first row
     */
    default void forEachBlock(ObjIntConsumer<double[]> visitor) {
        int most = Math.max(1, BLOCK_VALUES / inputs());
        for (int row = 0; row < rows(); ) {
            int count = Math.min(most, rows() - row);
            double[] block = new double[count * inputs()];
            read(row, count, block);
            visitor.accept(block, row);
            row += count;
        }
    }

    /** The number of the first row with a missing value, which is NaN; -1 if there is none. */
    default int firstMissing() {
        int[] first = {-1};
        forEachBlock((block, row) -> {
            for (int i = 0; i < block.length && first[0] < 0; i++) {
                if (Double.isNaN(block[i])) {
                    first[0] = row + i / inputs();
                }
            }
        });
        return first[0];
    }

    /** The smallest and the largest of all values that are not missing, in the user's units. */
    default double[] range() {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        forEachBlock((block, row) -> {
            for (double value : block) {
                if (!Double.isNaN(value)) {
                    range[0] = Math.min(range[0], value);
                    range[1] = Math.max(range[1], value);
                }
            }
        });
        return range;
    }

    /** Whether a value in the user's units stands in an image file: a whole number from 0 to 255. */
    static boolean isByte(double value) {
        return value >= 0 && value <= 255 && value == (int) value;
    }
}
