package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows to train on and, where the source has them, rows to test on.
 *
 * @param name of both in reports and messages
 * @param test as wide as the training rows
 * @param trainGaps missing values of the training rows, to be filled; null where the source cannot have any
 * @param testGaps those of the test rows
 * @param imputation that filled missing values; null where none was asked for
 */
public record DataSplit(
        String name,
        Dataset train,
        @Nullable Dataset test,
        @Nullable Gaps trainGaps,
        @Nullable Gaps testGaps,
        @Nullable Imputation imputation) {
    /** Rows of which no value was missing. */
    public DataSplit(String name, Dataset train, @Nullable Dataset test) {
        this(name, train, test, null, null, null);
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

    /**
     * The part of that many training rows to hold out where the user names none: a fifth where there are 50 rows, else
     * nothing.
     */
    public static double defaultValidation(int rows) {
        return rows >= 50 ? 0.2 : 0;
    }

    /**
     * The training rows in two, one part in place of the test rows: rows at equal distances, as a table may be sorted
     * by anything, or, where labels tell that the rows do not stand class by class, the last ones. A single label tells
     * nothing.
     *
     * @param fraction of the rows to hold out, above 0 and below 1; at least one row is
     * @throws FormatException if none would be left
     */
    public DataSplit withValidation(double fraction) throws FormatException {
        boolean[] held = heldOut(train, fraction);
        int[] kept = IntStream.range(0, held.length).filter(row -> !held[row]).toArray();
        int[] out = IntStream.range(0, held.length).filter(row -> held[row]).toArray();
        if (kept.length == 0) {
            throw new FormatException(name + ": " + train.rows() + " training rows, too few to hold out " + out.length);
        }
        return new DataSplit(
                name,
                train.select(kept),
                train.select(out),
                select(trainGaps, kept),
                select(trainGaps, out),
                imputation);
    }

    /**
     * The rows that have one of these labels, in both parts.
     *
     * @throws FormatException if a part has no labels, or none of these
     */
    public DataSplit only(LabelSet labels) throws FormatException {
        int[] ofTrain = labels.rows(train);
        int[] ofTest = test == null ? new int[0] : labels.rows(test);
        return new DataSplit(
                name,
                train.select(ofTrain),
                test == null ? null : test.select(ofTest),
                select(trainGaps, ofTrain),
                select(testGaps, ofTest),
                imputation);
    }

    private static @Nullable Gaps select(@Nullable Gaps gaps, int[] rows) {
        return gaps == null ? null : gaps.select(rows);
    }

    /**
     * These rows with missing values filled with the means of the training rows. Nothing is learned from others if rows
     * have been chosen and held out before. Rows of images stay as they are.
     *
     * @throws FormatException if a column of the training rows has no value
     */
    public DataSplit imputeMean(Progress progress) throws FormatException {
        return trainGaps == null ? this : filled(Imputation.fit(train, trainGaps), progress);
    }

    /** These rows with missing values filled. */
    DataSplit filled(Imputation by, Progress progress) throws FormatException {
        int count = count(trainGaps) + count(testGaps);
        if (count > 0) {
            progress.say(String.format(
                    Locale.ROOT, "%s: %,d missing values filled with the mean of their column", name, count));
        }
        return new DataSplit(
                name,
                trainGaps == null ? train : by.fill(train, trainGaps),
                test == null || testGaps == null ? test : by.fill(test, testGaps),
                null,
                null,
                by);
    }

    private static int count(@Nullable Gaps gaps) {
        return gaps == null ? 0 : gaps.cells().cardinality();
    }

    /** Which of some training rows {@link #withValidation} holds out; none for fraction 0. */
    public static boolean[] heldOut(Dataset rows, double fraction) {
        int[] labels = rows.hasLabels()
                ? IntStream.range(0, rows.rows()).map(rows::label).toArray()
                : null;
        return heldOut(rows.rows(), labels, fraction);
    }

    /** Which rows {@link #withValidation} holds out; none for fraction 0. */
    public static boolean[] heldOut(int rows, int @Nullable [] labels, double fraction) {
        boolean[] held = new boolean[rows];
        int count = rows - kept(rows, fraction);
        boolean grouped = labels == null || isSorted(labels);
        for (int row = 0; row < rows; row++) {
            held[row] = grouped ? (row + 1L) * count / rows > (long) row * count / rows : row >= rows - count;
        }
        return held;
    }

    /** How many rows {@link #withValidation} does not hold out; for fraction 0 all. */
    public static int kept(int rows, double fraction) {
        return fraction == 0 ? rows : rows - (int) Math.max(1, Math.round(rows * fraction));
    }

    private static boolean isSorted(int[] labels) {
        return IntStream.range(1, labels.length).allMatch(row -> labels[row - 1] <= labels[row]);
    }
}
