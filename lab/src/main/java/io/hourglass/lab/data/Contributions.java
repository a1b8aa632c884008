package io.hourglass.lab.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says which columns of a user's table the error of a row comes from. A network may have several errors for one column:
 * a date is a number and the sine and cosine of some cycles. Their sum is the column's.
 */
public final class Contributions {
    /** Replaces errors that are larger, so that all shares are finite. */
    private static final double LARGEST = 1e290;

    private final int[] columns;
    private final int count;

    /**
     * Contributions to errors.
     *
     * @param columns the column of each error, ascending from 0
     */
    Contributions(int[] columns) {
        this.columns = columns;
        count = columns[columns.length - 1] + 1;
    }

    /** Contributions where each error is a column of its own. */
    public static Contributions ofErrors(int count) {
        return new Contributions(IntStream.range(0, count).toArray());
    }

    /** The number of columns. */
    public int columns() {
        return count;
    }

    /**
     * What a column contributes.
     *
     * @param column its index
     * @param share of all errors, 0 to 1
     * @param part which of its errors is largest, 0 for the first
     */
    public record Share(int column, double share, int part) {}

    /**
     * The columns that contribute most, largest share first; of equal shares, the lower column first.
     *
     * @param errors as many as {@code columns} has; infinite or NaN if too large for a number
     * @param top number of columns
     */
    List<Share> of(double[] errors, int top) {
        double[] sums = new double[count];
        int[] parts = new int[count];
        double total = 0;
        for (int i = 0, first = 0; i < errors.length; i++) {
            int column = columns[i];
            first = i > 0 && columns[i - 1] == column ? first : i;
            double error = errors[i] < LARGEST ? errors[i] : LARGEST;
            total += error;
            sums[column] += error;
            parts[column] = errors[i] > errors[first + parts[column]] ? i - first : parts[column];
        }
        List<Share> shares = new ArrayList<>(Math.min(top, count));
        double[] left = Arrays.copyOf(sums, count);
        for (int n = 0; n < top && n < count; n++) {
            int largest = 0;
            for (int column = 1; column < count; column++) {
                largest = left[column] > left[largest] ? column : largest;
            }
            shares.add(new Share(largest, total == 0 ? 0 : sums[largest] / total, parts[largest]));
            left[largest] = -1; // taken
        }
        return shares;
    }
}
