package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows to train on and, where the source has them, rows to test on.
 *
 * @param name of both in reports and messages
 * @param test as wide as the training rows
 * @param imputation that filled missing values; null where none was asked for
 */
public record DataSplit(
        String name,
        Dataset train,
        @Nullable Dataset test,
        @Nullable Imputation imputation) {
    /** Rows of which no value was missing. */
    public DataSplit(String name, Dataset train, @Nullable Dataset test) {
        this(name, train, test, null);
    }

    /**
     * One of the two parts.
     *
     * @param part {@code train} or {@code test}
     * @throws IllegalArgumentException if there is no such part
     */
    public Dataset split(String part) {
        if (part.equals("train")) {
            return train;
        }
        if (part.equals("test") && test != null) {
            return test;
        }
        throw new IllegalArgumentException(
                name + " has no rows '" + part + "', expected " + (test == null ? "train" : "train or test"));
    }

    /** As a fraction to hold out: {@link #defaultValidation} of the rows there are. */
    public static final double BY_DEFAULT = -1;

    /**
     * The part of that many training rows to hold out where the user names none: a fifth where there are 50 rows, else
     * nothing.
     */
    public static double defaultValidation(int rows) {
        return rows >= 50 ? 0.2 : 0;
    }

    /**
     * The training rows in two, one part in place of the test rows: rows at equal distances, as a table may be sorted
     * by anything, or, where labels tell that the rows do not stand class by class, the last ones.
     *
     * @param fraction of the rows to hold out, above 0 and below 1; at least one row is
     * @throws FormatException if none would be left
     */
    public DataSplit withValidation(double fraction) throws FormatException {
        int[] labels = train.hasLabels()
                ? IntStream.range(0, train.rows()).map(train::label).toArray()
                : null;
        boolean[] held = heldOut(train.rows(), labels, fraction);
        int[] kept = IntStream.range(0, held.length).filter(row -> !held[row]).toArray();
        int[] out = IntStream.range(0, held.length).filter(row -> held[row]).toArray();
        if (kept.length == 0) {
            throw new FormatException(name + ": " + train.rows() + " training rows, too few to hold out " + out.length);
        }
        return new DataSplit(name, train.select(kept), train.select(out), imputation);
    }

    /** Which rows {@link #withValidation} holds out; none for fraction 0. */
    static boolean[] heldOut(int rows, int @Nullable [] labels, double fraction) {
        boolean[] held = new boolean[rows];
        int count = rows - kept(rows, fraction);
        boolean grouped = labels == null || (rows > 0 && labels[0] != labels[rows - 1] && isSorted(labels));
        for (int row = 0; row < rows; row++) {
            held[row] = grouped ? (row + 1L) * count / rows > (long) row * count / rows : row >= rows - count;
        }
        return held;
    }

    /** How many rows {@link #withValidation} does not hold out; for fraction 0 all. */
    public static int kept(int rows, double fraction) {
        double part = fraction == BY_DEFAULT ? defaultValidation(rows) : fraction;
        return part == 0 ? rows : rows - (int) Math.max(1, Math.round(rows * part));
    }

    private static boolean isSorted(int[] labels) {
        return IntStream.range(1, labels.length).allMatch(row -> labels[row - 1] <= labels[row]);
    }
}
