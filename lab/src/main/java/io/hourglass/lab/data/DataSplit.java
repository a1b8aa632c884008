package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Scaler;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Training rows and, if the source has them, test rows.
 *
 * @param name the name of both in reports and messages
 * @param test as wide as the training rows
 * @param columns the typed columns of a table; null for other data
 * @param names of the training rows; null if they have none
 * @param testNames of the test rows
 * @param unseen texts of the training rows that a model's columns do not have; empty where rows were chosen from others
 */
public record DataSplit(
        String name,
        Dataset train,
        @Nullable Dataset test,
        @Nullable TableColumns columns,
        @Nullable RowNames names,
        @Nullable RowNames testNames,
        UnseenTexts unseen) {
    /** Rows without names. */
    public DataSplit(String name, Dataset train, @Nullable Dataset test) {
        this(name, train, test, null, null, null, new UnseenTexts());
    }

    /** The same with names for the training rows. */
    public DataSplit withNames(@Nullable RowNames rows) {
        return new DataSplit(name, train, test, columns, rows, testNames, unseen);
    }

    /** The same with other rows, which have no names. */
    public DataSplit withRows(Dataset trained, @Nullable Dataset tested) {
        return new DataSplit(name, trained, tested, columns, null, null, new UnseenTexts());
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
     * The fraction of the training rows to hold out by default: a fifth of 50 rows or more, otherwise none.
     */
    public static double defaultValidation(int rows) {
        return rows >= 50 ? 0.2 : 0;
    }

    /**
     * Splits the training rows and uses one part as test rows: rows at equal distances, because a table may be sorted
     * by anything, or the last rows if labels show that rows are in a random order. A single label shows nothing.
     *
     * @param fraction of the rows to hold out, above 0 and below 1; at least one row is held out
     * @throws FormatException if no row would be left
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
                columns,
                RowNames.select(names, kept),
                RowNames.select(names, out),
                new UnseenTexts());
    }

    /**
     * Selects the rows that have one of these labels, in both parts.
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
                columns,
                RowNames.select(names, ofTrain),
                RowNames.select(testNames, ofTest),
                new UnseenTexts());
    }

    /**
     * The rows as images of a size.
     *
     * @param size null to leave the rows as they are
     * @throws FormatException if the rows are images of another size, or do not have as many values
     */
    public DataSplit withShape(ReadOptions.@Nullable Size size) throws FormatException {
        if (size == null) {
            return this;
        }
        ImageShape asked = size.shapeOf(name, train.inputs());
        ImageShape stated = train.shape().orElse(asked);
        if (!stated.equals(asked)) {
            throw new FormatException(name + ": holds images of " + stated.width() + "x" + stated.height()
                    + " pixels, expected --shape " + size);
        }
        return new DataSplit(
                name,
                train.withShape(asked),
                test == null ? null : test.withShape(asked),
                columns,
                names,
                testNames,
                unseen);
    }

    /**
     * Leaves out held-out rows whose errors would drown all others: a single value of 1e36 would make every validation
     * error infinite, so that no epoch would be the best.
     *
     * @param scaler brings the rows to the network's units
     * @param baseline of the training rows
     * @throws FormatException if no held-out row would be left
     */
    public DataSplit withoutImmeasurable(Scaler scaler, Baseline baseline, Progress progress) throws FormatException {
        int[] measurable = test == null ? new int[0] : baseline.measurable(test.scaled(scaler));
        if (test == null || measurable.length == test.rows()) {
            return this;
        }
        if (measurable.length == 0) {
            throw new FormatException(name + ": all " + test.rows() + " held-out rows are so far from the "
                    + "training rows that their errors are too large for a number, expected some closer rows, or "
                    + "--validation 0");
        }
        int left = test.rows() - measurable.length;
        progress.warn(name + ": validation leaves out " + left + " of " + test.rows() + " held-out rows, "
                + "whose errors are too large for a number");
        return withRows(train, test.select(measurable));
    }

    /** The columns as a network takes them; {@link Columns#NONE} if all are plain numbers. */
    public Columns layout() {
        return columns == null ? Columns.NONE : columns.layout();
    }

    /** Marks the rows that {@link #withValidation} holds out; none for fraction 0. */
    public static boolean[] heldOut(Dataset rows, double fraction) {
        int[] labels = rows.hasLabels()
                ? IntStream.range(0, rows.rows()).map(rows::label).toArray()
                : null;
        return heldOut(rows.rows(), labels, fraction);
    }

    /** One line on the rows that {@link #withValidation} holds out. */
    public static String describeHeldOut(Dataset rows, double fraction) {
        boolean[] held = heldOut(rows, fraction);
        int kept = kept(rows.rows(), fraction);
        boolean last = IntStream.range(kept, held.length).allMatch(row -> held[row]);
        return String.format(
                Locale.ROOT,
                "holding out %,d of %,d rows: %s",
                held.length - kept,
                held.length,
                last ? "the last ones, since labels are in a random order" : "evenly spread");
    }

    /** {@link #heldOut(Dataset, double)} for rows of which only the labels are known. */
    public static boolean[] heldOut(int rows, int @Nullable [] labels, double fraction) {
        boolean[] held = new boolean[rows];
        int count = rows - kept(rows, fraction);
        boolean grouped = labels == null || areGrouped(labels);
        for (int row = 0; row < rows; row++) {
            held[row] = grouped ? (row + 1L) * count / rows > (long) row * count / rows : row >= rows - count;
        }
        return held;
    }

    /** The number of rows that {@link #withValidation} does not hold out; all for fraction 0. */
    public static int kept(int rows, double fraction) {
        return fraction == 0 ? rows : rows - (int) Math.max(1, Math.round(rows * fraction));
    }

    /** Whether rows of a label lie together: neighbours differ less than half as often as in a random order. */
    private static boolean areGrouped(int[] labels) {
        double[] counts = new double[Arrays.stream(labels).max().orElse(0) + 1];
        int changes = 0;
        for (int row = 0; row < labels.length; row++) {
            counts[labels[row]]++;
            changes += row > 0 && labels[row] != labels[row - 1] ? 1 : 0;
        }
        double alike = Arrays.stream(counts)
                .map(count -> count / labels.length * count / labels.length)
                .sum();
        return changes <= (labels.length - 1) * (1 - alike) / 2;
    }
}
