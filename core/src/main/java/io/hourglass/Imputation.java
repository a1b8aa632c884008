package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What replaces missing values at a network's inputs, learned from the training rows. A missing value has no loss and
 * no error ({@link Columns}), because its true value is unknown.
 *
 * <p>It is given to {@link Trainer#imputation}, and the model carries it. Immutable.
 *
 * <pre>{@code
 * Imputation imputation = Imputation.fit(Imputation.Kind.MEDIAN, train, Columns.NONE);
 * Autoencoder trained = new Trainer(Architecture.parse("30-12-4"), Recipe.tuned())
 *         .imputation(imputation)
 *         .fit(train)
 *         .model();
 * }</pre>
 */
public final class Imputation {
    private static final String KIND = "impute.kind";
    private static final String VALUES = "impute."; // and the kind

    private final Kind kind;
    private final double[] values;

    /** How the values are chosen. */
    public enum Kind {
        /** The mean of a number, the frequencies of a category. */
        MEAN,
        /** The median of a number, or the mean of the middle two; the most frequent value of a category. */
        MEDIAN,
        /** The most frequent value; of several, the smallest number or the first value of a category. */
        MOST_FREQUENT;

        /** {@return the name in model files and on the command line, for instance {@code most-frequent}} */
        public String label() {
            return Labels.of(this);
        }

        /**
         * {@return the kind with that label}
         *
         * @param label as {@link #label()} gives it
         * @throws IllegalArgumentException if there is none; the message lists the labels
         */
        public static Kind parse(String label) {
            return Labels.parse(Kind.class, "imputation", label);
        }
    }

    private Imputation(Kind kind, double[] values) {
        this.kind = kind;
        this.values = values;
    }

    /**
     * {@return an imputation with given values}
     *
     * @param kind how they were chosen
     * @param values [inputs], in the user's units, finite
     * @throws IllegalArgumentException if one is not finite; the message names it
     */
    public static Imputation of(Kind kind, double[] values) {
        for (int j = 0; j < values.length; j++) {
            if (!Double.isFinite(values[j])) {
                throw new IllegalArgumentException(
                        VALUES + kind.label() + " of column " + j + " is " + values[j] + ", expected a finite number");
            }
        }
        return new Imputation(kind, values.clone());
    }

    /**
     * Learns an imputation from the values that are not missing. Sums run over the rows in order, in double precision.
     *
     * @param kind how the values are chosen
     * @param train training rows
     * @param table which values are categories; {@link Columns#NONE} if none is
     * @return the imputation
     * @throws IllegalArgumentException if a column is missing in all rows; the message names it
     */
    public static Imputation fit(Kind kind, Dataset train, Columns table) {
        Columns columns = table.isNone() ? Columns.ofNumbers(train.inputs()) : table;
        ColumnWeights.requireWidth(columns, train);
        double[][] present = new double[train.inputs()][train.rows()];
        int[] counts = new int[train.inputs()];
        train.values().forEachBlock((block, row) -> {
            for (int at = 0; at < block.length; at += train.inputs()) {
                for (int c = 0; c < columns.count(); c++) {
                    boolean missing = false;
                    for (int i = columns.start(c); i < columns.start(c) + columns.width(c); i++) {
                        missing |= Double.isNaN(block[at + i]);
                    }
                    for (int i = columns.start(c); i < columns.start(c) + columns.width(c) && !missing; i++) {
                        present[i][counts[i]++] = block[at + i];
                    }
                }
            }
        });
        double[] values = new double[train.inputs()];
        for (int j = 0; j < values.length; j++) {
            if (counts[j] == 0) {
                throw train.allMissing(j);
            }
            present[j] = Arrays.copyOf(present[j], counts[j]);
            values[j] = mean(present[j]);
        }
        for (int c = 0; c < columns.count() && kind != Kind.MEAN; c++) {
            int from = columns.start(c);
            if (columns.isCategory(c)) {
                mostFrequent(values, from, from + columns.width(c));
            } else {
                Arrays.sort(present[from]);
                values[from] = kind == Kind.MEDIAN ? median(present[from]) : mostFrequent(present[from]);
            }
        }
        return of(kind, values);
    }

    private static double mean(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum / numbers.length;
    }

    private static double median(double[] sorted) {
        double low = sorted[(sorted.length - 1) / 2];
        double high = sorted[sorted.length / 2];
        return low + (high - low) / 2;
    }

    private static double mostFrequent(double[] sorted) {
        int longest = 0;
        int best = 0;
        for (int i = 0, start = 0; i < sorted.length; i++) {
            start = sorted[i] == sorted[start] ? start : i;
            if (i - start + 1 > longest) {
                longest = i - start + 1;
                best = start;
            }
        }
        return sorted[best];
    }

    /** Turns frequencies into a 1 for the largest. */
    private static void mostFrequent(double[] values, int from, int to) {
        int best = from;
        for (int i = from; i < to; i++) {
            best = values[i] > values[best] ? i : best;
        }
        Arrays.fill(values, from, to, 0);
        values[best] = 1;
    }

    /** {@return how the values were chosen} */
    public Kind kind() {
        return kind;
    }

    /** {@return what replaces missing values, in the user's units: [inputs], a copy} */
    public double[] values() {
        return values.clone();
    }

    /** @throws IllegalArgumentException if it is for rows of another width */
    void requireInputs(int inputs) {
        if (values.length != inputs) {
            throw new IllegalArgumentException(
                    "the imputation is for rows of " + values.length + " values, expected " + inputs);
        }
    }

    /** {@return kind and values as text for model files, which is read back with the same bits} */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(KIND, kind.label());
        metadata.put(VALUES + kind.label(), Scaler.join(values));
        return metadata;
    }

    /**
     * Reads the imputation from a model file's text; empty if there is none.
     *
     * @throws IllegalArgumentException if the text is damaged or for rows of another width; the message names the entry
     */
    static Optional<Imputation> parse(Map<String, String> metadata, int inputs) {
        String label = metadata.get(KIND);
        if (label == null) {
            return Optional.empty();
        }
        Kind kind = Labels.find(Kind.class, label)
                .orElseThrow(() -> new IllegalArgumentException(
                        KIND + " is " + FormatException.quote(label) + ", expected mean, median or most-frequent"));
        Imputation imputation = of(kind, Scaler.numbers(metadata, VALUES + label, inputs));
        imputation.requireInputs(inputs);
        return Optional.of(imputation);
    }

    /** Imputations are equal if they have the same kind, and the same values to the bit. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Imputation imputation
                && kind == imputation.kind
                && Arrays.equals(values, imputation.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, Arrays.hashCode(values));
    }

    /** For instance {@code mean, 30 values}. */
    @Override
    public String toString() {
        return kind.label() + ", " + values.length + (values.length == 1 ? " value" : " values");
    }
}
