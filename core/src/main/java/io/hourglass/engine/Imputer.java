package io.hourglass.engine;

import io.hourglass.nn.Columns;

/**
 * Fills missing values at a network's inputs: all values of a column that {@link Columns#isMissing is missing}.
 *
 * @param columns of the rows
 * @param values [inputs] what they become, in the network's units
 */
public record Imputer(Columns columns, float[] values) {
    /**
     * Fills those of one row.
     *
     * @param row the row's values are {@code row[at ..]}
     */
    public void fill(float[] row, int at) {
        for (int c = 0; c < columns.count(); c++) {
            if (columns.isMissing(c, row, at)) {
                int start = columns.start(c);
                System.arraycopy(values, start, row, at + start, columns.width(c));
            }
        }
    }
}
