package io.hourglass.nn;

import io.hourglass.numerics.Functions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table in the values of a row. A column is a number, which is one value, or a category, which has one
 * value for each thing it can be: 1 for what it is and 0 for all others (one-hot). {@link #NONE} stands for rows whose
 * values are all alike, such as pixels.
 *
 * <p>At the output of a network, a number goes through the output activation and has the {@link Loss} of the objective.
 * A category has a softmax over its values, and its loss is cross-entropy: -ln p, where p is the probability that the
 * softmax gives to the value that is 1. The loss of a row is a mean over columns, not values,
 *
 * <pre>
 * sum of weight * loss over the columns, divided by their number
 * </pre>
 *
 * so that twenty values of one category count as much as one number. The error of a row, which is reported, does not
 * depend on the loss. It is the mean over the columns of
 *
 * <pre>
 * sum of (y - x) (y - x) over the column's values, divided by its spread
 * </pre>
 *
 * which for a category is the Brier score. {@code ColumnWeights} learns both from the training rows: with the column's
 * mean or frequencies for y, loss and error of a column are 1.
 *
 * <p>A column may be an input only: it has neither loss nor error, and nobody looks at what the network gives for it.
 * An example is a number that says whether another column is missing.
 *
 * <p>A missing value is NaN. A column with a missing value, or with several if it is a category, has neither loss nor
 * gradient nor error. Then the loss of the row is still divided by the number of all columns but inputs only, so that
 * every value that is present counts the same in training. The error is divided by the number of columns present, so
 * that rows can be compared.
 *
 * <pre>{@code
 * Columns columns = Columns.parse("3,c4,1,i1"); // 3 numbers, a category of 4 values, a number, an input only
 * int inputs = columns.values();                // 9
 * }</pre>
 */
public final class Columns {
    /** Rows whose values are all alike. */
    public static final Columns NONE = new Columns(new int[0], new boolean[0], new double[0], new double[0], true);

    private static final String LAYOUT = "columns.layout";
    private static final String WEIGHT = "columns.weight";
    private static final String SPREAD = "columns.spread";

    /** The number of values of each column: 1 for a number, 2 or more for a category. */
    private final int[] widths;

    /** The first value of each column, and the number of all values. */
    private final int[] starts;

    /** Whether each column is an input only. */
    private final boolean[] inputsOnly;

    private final double[] weights;
    private final double[] spreads;
    private final boolean weighted;
    private final int counted;

    private Columns(int[] widths, boolean[] inputsOnly, double[] weights, double[] spreads, boolean weighted) {
        this.widths = widths;
        this.weighted = weighted;
        this.weights = weights;
        this.spreads = spreads;
        this.inputsOnly = inputsOnly;
        starts = new int[widths.length + 1];
        int own = 0;
        for (int c = 0; c < widths.length; c++) {
            starts[c + 1] = starts[c] + widths[c];
            own += inputsOnly[c] ? 0 : 1;
        }
        counted = own;
    }

    /**
     * {@return columns that are all numbers}
     *
     * @param n how many, 1 or more
     * @throws IllegalArgumentException if there are fewer
     */
    public static Columns ofNumbers(int n) {
        return parse(Integer.toString(n));
    }

    /**
     * {@return the columns of a text such as {@code 3,c4,1,i1}: 3 numbers, a category of 4 values, a number, a number
     * that is an input only; without weights}
     *
     * @param layout as {@link #toString} gives it: runs of numbers, categories of 2 values or more, and runs of numbers
     *     that are inputs only, in the order of the values of a row; or {@code none}
     * @throws IllegalArgumentException if it is not such a text, or all columns are inputs only; the message names the
     *     part that is wrong
     */
    public static Columns parse(String layout) {
        if (layout.equals("none")) {
            return NONE;
        }
        int[] widths = new int[0];
        boolean[] inputsOnly = new boolean[0];
        int columns = 0;
        long values = 0;
        for (String part : layout.split(",", -1)) {
            boolean category = part.startsWith("c");
            boolean input = part.startsWith("i");
            int n = number(category || input ? part.substring(1) : part, category ? 2 : 1, part);
            values += n;
            if (values > Architecture.MAX_WIDTH) {
                throw new IllegalArgumentException(
                        "columns of " + values + " values or more, expected at most " + Architecture.MAX_WIDTH);
            }
            int more = category ? 1 : n;
            if (columns + more > widths.length) {
                int length = Math.max(columns + more, 2 * widths.length);
                widths = Arrays.copyOf(widths, length);
                inputsOnly = Arrays.copyOf(inputsOnly, length);
            }
            Arrays.fill(widths, columns, columns + more, category ? n : 1);
            Arrays.fill(inputsOnly, columns, columns + more, input);
            columns += more;
        }
        double[] ones = new double[columns];
        Arrays.fill(ones, 1);
        Columns parsed =
                new Columns(Arrays.copyOf(widths, columns), Arrays.copyOf(inputsOnly, columns), ones, ones, false);
        if (parsed.counted == 0) {
            throw new IllegalArgumentException(
                    "columns '" + parsed + "' are inputs only, expected one or more that are not");
        }
        return parsed;
    }

    private static int number(String digits, int least, String part) {
        try {
            int n = Integer.parseInt(digits);
            if (n >= least) {
                return n;
            }
        } catch (NumberFormatException e) {
            // The message below says it all.
        }
        int shown = Math.min(part.length(), 20);
        throw new IllegalArgumentException("columns hold '" + part.substring(0, shown)
                + "', expected a number of numbers, such as 3, a category of 2 values or more, such as c4, "
                + "or inputs only, such as i1");
    }

    /**
     * {@return these columns with weights and spreads}
     *
     * @param weights [columns] of their losses, more than 0; anything more than 0 for an input only
     * @param spreads [columns] of their errors, likewise
     * @throws IllegalArgumentException if a number is out of range or there are more or fewer than columns
     */
    public Columns withWeights(double[] weights, double[] spreads) {
        require(WEIGHT, weights);
        require(SPREAD, spreads);
        return new Columns(widths, inputsOnly, weights.clone(), spreads.clone(), true);
    }

    /** {@return these columns without weights and spreads, to learn them again in other units} */
    public Columns withoutWeights() {
        return isNone() ? this : parse(toString());
    }

    private void require(String what, double[] numbers) {
        if (numbers.length != widths.length) {
            throw new IllegalArgumentException(
                    what + " has " + numbers.length + " numbers, expected " + widths.length + ", one for each column");
        }
        for (int c = 0; c < numbers.length; c++) {
            if (!(numbers[c] >= Float.MIN_NORMAL && numbers[c] <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(what + " of column " + c + " is " + numbers[c] + ", expected "
                        + Float.MIN_NORMAL + " to " + Float.MAX_VALUE);
            }
        }
    }

    /** {@return whether weights and spreads were given; until then, all are 1} */
    public boolean isWeighted() {
        return weighted;
    }

    /** {@return whether this is {@link #NONE}} */
    public boolean isNone() {
        return widths.length == 0;
    }

    /** {@return whether a column is a category} */
    public boolean hasCategories() {
        return values() > count();
    }

    /** {@return whether the columns are not all numbers that have a loss: one is a category or an input only} */
    public boolean differ() {
        return hasCategories() || counted < count();
    }

    /** {@return the number of columns} */
    public int count() {
        return widths.length;
    }

    /** {@return the number of columns that are not inputs only} */
    public int counted() {
        return counted;
    }

    /** {@return the number of values of a row} */
    public int values() {
        return starts[widths.length];
    }

    /**
     * {@return the index of a column's first value in the row}
     *
     * @param column 0 for the first
     */
    public int start(int column) {
        return starts[column];
    }

    /**
     * {@return the number of a column's values: 1 for a number, 2 or more for a category}
     *
     * @param column 0 for the first
     */
    public int width(int column) {
        return widths[column];
    }

    /**
     * {@return whether a column is a category}
     *
     * @param column 0 for the first
     */
    public boolean isCategory(int column) {
        return widths[column] > 1;
    }

    /**
     * {@return whether a column is an input only}
     *
     * @param column 0 for the first
     */
    public boolean isInputOnly(int column) {
        return inputsOnly[column];
    }

    /**
     * {@return the weight of a column's loss; 1 if it was never learned}
     *
     * @param column 0 for the first
     */
    public double weight(int column) {
        return weights[column];
    }

    /**
     * {@return what a column's error is divided by; 1 if it was never learned}
     *
     * @param column 0 for the first
     */
    public double spread(int column) {
        return spreads[column];
    }

    /**
     * Whether a column of a row is missing: one of its values is NaN.
     *
     * @param column 0 for the first
     * @param row the row's values are {@code row[at ..]}
     * @param at index of value 0
     * @return whether it is
     */
    public boolean isMissing(int column, float[] row, int at) {
        int from = at + starts[column];
        for (int i = from; i < from + widths[column]; i++) {
            if (Float.isNaN(row[i])) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a column of a row has a loss and an error: it is neither an input only nor missing.
     *
     * @param column 0 for the first
     * @param row the row's values are {@code row[at ..]}
     * @param at index of value 0
     * @return whether it has
     */
    public boolean counts(int column, float[] row, int at) {
        return !inputsOnly[column] && !isMissing(column, row, at);
    }

    /**
     * {@return the loss of a column that is not missing, times its weight}
     *
     * @param loss of numbers
     * @param column 0 for the first
     * @param y the reconstructed row's values are {@code y[yAt ..]}; those of a category are probabilities
     * @param yAt index of value 0
     * @param x the row's values are {@code x[xAt ..]}; one value of a category is 1, the others are 0
     * @param xAt index of value 0
     */
    public double loss(Loss loss, int column, float[] y, int yAt, float[] x, int xAt) {
        int start = starts[column];
        if (!isCategory(column)) {
            return weights[column] * loss.addTo(0, y[yAt + start], x[xAt + start]);
        }
        double sum = 0;
        for (int i = start; i < starts[column + 1]; i++) {
            if (x[xAt + i] != 0) {
                sum -= (double) x[xAt + i] * Functions.log(y[yAt + i]);
            }
        }
        return weights[column] * sum;
    }

    /**
     * {@return the error of a column that is not missing, divided by its spread}
     *
     * @param column 0 for the first
     * @param y the reconstructed row's values are {@code y[yAt ..]}
     * @param yAt index of value 0
     * @param x the row's values are {@code x[xAt ..]}
     * @param xAt index of value 0
     */
    public double error(int column, float[] y, int yAt, float[] x, int xAt) {
        double sum = 0;
        for (int i = starts[column]; i < starts[column + 1]; i++) {
            double difference = (double) y[yAt + i] - x[xAt + i];
            sum += difference * difference;
        }
        return sum / spreads[column];
    }

    /**
     * {@return the error of a row: the mean over the columns that {@link #counts count}; 0 if none does}
     *
     * @param y the reconstructed row's values are {@code y[yAt ..]}
     * @param yAt index of value 0
     * @param x the row's values are {@code x[xAt ..]}
     * @param xAt index of value 0
     */
    public double error(float[] y, int yAt, float[] x, int xAt) {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < widths.length; c++) {
            if (counts(c, x, xAt)) {
                sum += error(c, y, yAt, x, xAt);
                present++;
            }
        }
        return present == 0 ? 0 : sum / present;
    }

    /** {@return layout, weights and spreads as text for model files, which is read back with the same bits} */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!isNone()) {
            metadata.put(LAYOUT, toString());
        }
        if (!isNone() && weighted) {
            metadata.put(WEIGHT, join(weights));
            metadata.put(SPREAD, join(spreads));
        }
        return metadata;
    }

    private static String join(double[] values) {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < values.length; c++) {
            text.append(c == 0 ? "" : ",").append(values[c]);
        }
        return text.toString();
    }

    /** Columns are equal if they have the same layout, and the same weights and spreads to the bit. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Columns columns
                && weighted == columns.weighted
                && Arrays.equals(widths, columns.widths)
                && Arrays.equals(inputsOnly, columns.inputsOnly)
                && Arrays.equals(weights, columns.weights)
                && Arrays.equals(spreads, columns.spreads);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(widths) + Arrays.hashCode(weights)) + Arrays.hashCode(spreads);
    }

    /** The layout in the form that {@link #parse} reads, for instance {@code 3,c4,1,i1}; without weights. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int c = 0; c < widths.length; ) {
            int numbers = 0;
            while (c + numbers < widths.length
                    && widths[c + numbers] == 1
                    && inputsOnly[c + numbers] == inputsOnly[c]) {
                numbers++;
            }
            text.append(c == 0 ? "" : ",")
                    .append(inputsOnly[c] ? "i" : numbers == 0 ? "c" : "")
                    .append(numbers == 0 ? widths[c] : numbers);
            c += Math.max(1, numbers);
        }
        return isNone() ? "none" : text.toString();
    }
}
