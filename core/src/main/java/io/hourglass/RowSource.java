package io.hourglass;

import java.io.IOException;

/**
 * A program's own rows, read in blocks when they are needed: from a file, a database, or computed. {@link Dataset#of(
 * RowSource)} makes a data set of them, which may be larger than memory or than 2<sup>31</sup> values. Training reads
 * the rows of each mini-batch, in random order; everything else reads them in order.
 *
 * <p>A row must always have the same values. Hourglass calls a source from one thread at a time, but not always from
 * the same one.
 *
 * <pre>{@code
 * RowSource sines = new RowSource() {
 *     public int rows() {
 *         return 50_000_000;
 *     }
 *
 *     public int inputs() {
 *         return 100;
 *     }
 *
 *     public void read(int[] rows, double[] target) {
 *         for (int i = 0; i < rows.length; i++) {
 *             for (int j = 0; j < 100; j++) {
 *                 target[i * 100 + j] = Math.sin(1e-3 * rows[i] + 0.1 * j);
 *             }
 *         }
 *     }
 * };
 * Dataset data = Dataset.of(sines);
 * }</pre>
 */
public interface RowSource {
    /** {@return the number of rows, 1 or more} */
    int rows();

    /** {@return the number of values in a row, 1 or more} */
    int inputs();

    /**
     * Reads some rows.
     *
     * @param rows numbers of rows, each 0 to {@link #rows()} - 1, in any order; a row may occur several times. Not to
     *     be changed
     * @param target [rows.length][{@link #inputs()}], receives the rows one after the other, in the user's units; all
     *     values finite as floats, or NaN for a missing value if {@link #allowsMissing}
     * @throws IOException if a row cannot be read. Its message becomes part of that of the {@link
     *     java.io.UncheckedIOException} that the caller gets
     */
    void read(int[] rows, double[] target) throws IOException;

    /**
     * {@return whether a value of a row may be missing, which is NaN; then {@link Dataset#of(RowSource)} reads all rows
     * once, and a model for them has an {@link Imputation} if one is}
     */
    default boolean allowsMissing() {
        return false;
    }

    /** {@return the name of the rows in reports and messages, for instance a file name} */
    default String name() {
        return "rows";
    }
}
