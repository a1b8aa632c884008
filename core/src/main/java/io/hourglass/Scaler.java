package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Converts rows from the user's units to a network's and back, value by value: y = (x - offset) * factor, and x = y /
 * factor + offset. Each direction takes two double operations in this order and rounds to float at the end, which gives
 * the same bits everywhere. Values that differ beyond float precision, such as times in seconds since 1970, therefore
 * stay distinct.
 *
 * <p>A scaler is learned from training rows ({@link #fit}) and given to {@link Trainer#scaler}; the model then carries
 * it. Immutable.
 *
 * <pre>{@code
 * Architecture architecture = Architecture.parse("30-12-4").withOutputActivation(Activation.IDENTITY);
 * Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, train);
 * Autoencoder trained = new Trainer(architecture, Recipe.tuned()).scaler(scaler).fit(train).model();
 * }</pre>
 */
public final class Scaler {
    private static final String KIND = "scaler.kind";
    private static final String OFFSET = "scaler.offset";
    private static final String FACTOR = "scaler.factor";

    /** No text that {@link Double#toString} writes is longer. */
    private static final int LONGEST_NUMBER = 32;

    private static final Scaler NONE = new Scaler(Kind.NONE, new double[0], new double[0]);

    private final Kind kind;
    private final double[] offset;
    private final double[] factor;

    /** How offset and factor are chosen. */
    public enum Kind {
        /** No scaling. */
        NONE,
        /** x / 255, computed as a product with the float nearest to 1 / 255: for grey values from 0 to 255. */
        PIXEL,
        /** The smallest value of each column becomes 0, the largest becomes 1 (within an ulp). */
        MIN_MAX,
        /** Each column gets mean 0 and (population) standard deviation 1; needs a linear output. */
        STANDARD;

        /** {@return the name in model files and on the command line, for instance {@code min-max}} */
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
            return Labels.parse(Kind.class, "scaler", label);
        }
    }

    private Scaler(Kind kind, double[] offset, double[] factor) {
        this.kind = kind;
        this.offset = offset;
        this.factor = factor;
    }

    /** {@return the identity, of {@link Kind#NONE}, for rows of any width; models of pixels have it} */
    public static Scaler none() {
        return NONE;
    }

    /**
     * {@return a scaler with given offsets and factors}
     *
     * @param kind how they were chosen
     * @param offset [inputs], finite
     * @param factor [inputs], each at least {@link Double#MIN_NORMAL} and finite
     * @throws IllegalArgumentException if a number is out of range, the lengths differ, or the kind is {@link
     *     Kind#NONE} and there are any
     */
    public static Scaler of(Kind kind, double[] offset, double[] factor) {
        if (offset.length != factor.length || (offset.length == 0) != (kind == Kind.NONE)) {
            throw new IllegalArgumentException("scaler " + kind.label() + " has " + offset.length + " offsets and "
                    + factor.length + " factors, expected one of each per value of a row, and none for kind none");
        }
        for (int j = 0; j < offset.length; j++) {
            if (!Double.isFinite(offset[j])) {
                throw new IllegalArgumentException(
                        OFFSET + " of column " + j + " is " + offset[j] + ", expected a finite number");
            }
            if (!(factor[j] >= Double.MIN_NORMAL && factor[j] <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException(FACTOR + " of column " + j + " is " + factor[j] + ", expected "
                        + Double.MIN_NORMAL + " to " + Double.MAX_VALUE);
            }
        }
        return kind == Kind.NONE ? NONE : new Scaler(kind, offset.clone(), factor.clone());
    }

    /**
     * Learns a scaler from training rows. A column that is constant, or varies by less than {@code 1 /
     * Double.MAX_VALUE}, gets factor 1, so that its value becomes 0. The sums of {@link Kind#STANDARD} run over the
     * rows in order, in double precision.
     *
     * @param kind how offset and factor are chosen
     * @param train training rows; for pixels, which stand for [0, 1] already, {@link Kind#PIXEL} gives {@link #none()}
     * @return the scaler
     * @throws IllegalArgumentException if a column's values lie outside 0 to 255 for {@link Kind#PIXEL}; the message
     *     names the column
     */
    public static Scaler fit(Kind kind, Dataset train) {
        return fit(kind, train, Columns.NONE);
    }

    /**
     * Learns a scaler from training rows of a table, as {@link #fit(Kind, Dataset)} does. Values of categories stay as
     * they are. Missing values do not count.
     *
     * @param kind how offset and factor are chosen
     * @param train training rows
     * @param table which values are categories; {@link Columns#NONE} if none is
     * @return the scaler
     * @throws IllegalArgumentException if a column's values lie outside 0 to 255 for {@link Kind#PIXEL}, or all are
     *     missing; the message names the column
     */
    public static Scaler fit(Kind kind, Dataset train, Columns table) {
        if (kind == Kind.NONE || (kind == Kind.PIXEL && train.isPixels())) {
            return NONE;
        }
        double[] least = new double[train.inputs()];
        double[] most = new double[least.length];
        double[] mean = new double[least.length];
        double[] deviation = new double[least.length];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(most, Double.NEGATIVE_INFINITY);
        measure(train, least, most, mean, deviation);
        double[] offset = new double[least.length];
        double[] factor = new double[least.length];
        for (int j = 0; j < offset.length; j++) {
            switch (kind) {
                case NONE -> throw new AssertionError("handled above");
                case PIXEL -> {
                    requirePixels(train, j, least[j], most[j]);
                    factor[j] = 1 / 255f;
                }
                case MIN_MAX -> {
                    offset[j] = least[j];
                    factor[j] = factor(most[j] - least[j]);
                }
                case STANDARD -> {
                    offset[j] = least[j] == most[j] ? least[j] : mean[j];
                    factor[j] = least[j] == most[j] ? 1 : factor(deviation[j]);
                }
            }
        }
        for (int c = 0; c < table.count(); c++) {
            if (table.isCategory(c)) {
                int from = table.start(c);
                Arrays.fill(offset, from, from + table.width(c), 0);
                Arrays.fill(factor, from, from + table.width(c), 1);
            }
        }
        return of(kind, offset, factor);
    }

    private static void requirePixels(Dataset train, int j, double least, double most) {
        if (least < 0 || most > 255) {
            throw new IllegalArgumentException(train.name() + ": column " + j + " ranges from " + (float) least + " to "
                    + (float) most + ", expected pixels from 0 to 255");
        }
    }

    private static double factor(double spread) {
        return Double.isInfinite(1 / spread) ? 1 : 1 / spread;
    }

    /** Minimum, maximum and mean of each column; then, in a second pass, the deviation from that mean. */
    private static void measure(Dataset data, double[] least, double[] most, double[] mean, double[] deviation) {
        int inputs = mean.length;
        int[] present = new int[inputs];
        data.values().forEachBlock((block, row) -> {
            for (int i = 0; i < block.length; i += inputs) {
                for (int j = 0; j < inputs; j++) {
                    double x = block[i + j];
                    if (!Double.isNaN(x)) {
                        least[j] = Math.min(least[j], x);
                        most[j] = Math.max(most[j], x);
                        mean[j] += x;
                        present[j]++;
                    }
                }
            }
        });
        for (int j = 0; j < inputs; j++) {
            if (present[j] == 0) {
                throw data.allMissing(j);
            }
            mean[j] /= present[j];
        }
        data.values().forEachBlock((block, row) -> {
            for (int i = 0; i < block.length; i += inputs) {
                for (int j = 0; j < inputs; j++) {
                    double d = block[i + j] - mean[j];
                    deviation[j] += Double.isNaN(d) ? 0 : d * d;
                }
            }
        });
        for (int j = 0; j < inputs; j++) {
            deviation[j] = Math.sqrt(deviation[j] / present[j]);
        }
    }

    /** {@return how offset and factor were chosen; {@link Kind#NONE} for the identity} */
    public Kind kind() {
        return kind;
    }

    /** {@return whether it is {@link #none()}, which leaves rows unchanged} */
    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /** {@return the offsets: [inputs], a copy; empty for {@link #none()}} */
    public double[] offset() {
        return offset.clone();
    }

    /** {@return the factors: [inputs], a copy; empty for {@link #none()}} */
    public double[] factor() {
        return factor.clone();
    }

    /** @throws IllegalArgumentException if it is for rows of another width; {@link #none()} is for all widths */
    void requireInputs(int inputs) {
        if (!isNone() && offset.length != inputs) {
            throw new IllegalArgumentException(
                    "the scaler is for rows of " + offset.length + " values, expected " + inputs);
        }
    }

    /**
     * Converts one row to the network's units.
     *
     * @param row the row's values are {@code row[at ..]}; overwritten
     * @param at index of value 0
     * @throws IllegalArgumentException if a value, or the scaled value, is not finite; the message names it. {@link
     *     #none()} does not check
     */
    public void scaleInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            row[at + j] = scaled(row[at + j], j);
        }
    }

    /**
     * Converts one row to the network's units.
     *
     * @param row the row's values are {@code row[from ..]}, in the user's units
     * @param from index of value 0 in {@code row}
     * @param target receives the scaled values at {@code target[at ..]}
     * @param at index of value 0 in {@code target}
     * @param inputs values of a row
     * @throws IllegalArgumentException if a value, or the scaled value, is not finite; the message names it. {@link
     *     #none()} only rounds to floats
     */
    public void scale(double[] row, int from, float[] target, int at, int inputs) {
        for (int j = 0; j < inputs; j++) {
            target[at + j] = isNone() ? (float) row[from + j] : scaled(row[from + j], j);
        }
    }

    /** {@link #scaleInPlace} of a row in which NaN is a missing value, which stays NaN. */
    void scalePresentInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            row[at + j] = Float.isNaN(row[at + j]) ? Float.NaN : scaled(row[at + j], j);
        }
    }

    /** {@link #scale} of a row in which NaN is a missing value, which stays NaN. */
    void scalePresent(double[] row, int from, float[] target, int at, int inputs) {
        for (int j = 0; j < inputs; j++) {
            double x = row[from + j];
            target[at + j] = isNone() || Double.isNaN(x) ? (float) x : scaled(x, j);
        }
    }

    private float scaled(double x, int j) {
        float scaled = (float) ((x - offset[j]) * factor[j]);
        if (!Float.isFinite(scaled)) {
            throw new IllegalArgumentException("value " + j + " of a row is " + (float) x + ", expected "
                    + (Double.isFinite(x) ? "one closer to those of the training rows" : "a finite number"));
        }
        return scaled;
    }

    /**
     * Converts one row back to the user's units.
     *
     * @param row the row's values are {@code row[at ..]}; overwritten
     * @param at index of value 0
     */
    public void unscaleInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            row[at + j] = (float) (row[at + j] / factor[j] + offset[j]);
        }
    }

    /**
     * {@return one row in the user's units, in double precision}
     *
     * @param row [inputs], in the network's units
     */
    public double[] unscale(float[] row) {
        double[] values = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            values[j] = isNone() ? row[j] : row[j] / factor[j] + offset[j];
        }
        return values;
    }

    /** Scalers are equal if they have the same kind, and the same offsets and factors to the bit. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scaler scaler
                && kind == scaler.kind
                && Arrays.equals(offset, scaler.offset)
                && Arrays.equals(factor, scaler.factor);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, Arrays.hashCode(offset), Arrays.hashCode(factor));
    }

    /** For instance {@code min-max, 30 values}. */
    @Override
    public String toString() {
        return kind.label() + (isNone() ? "" : ", " + offset.length + (offset.length == 1 ? " value" : " values"));
    }

    /** {@return kind, offsets and factors as text for model files, which is read back with the same bits} */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(KIND, kind.label());
        if (!isNone()) {
            metadata.put(OFFSET, join(offset));
            metadata.put(FACTOR, join(factor));
        }
        return metadata;
    }

    static String join(double[] values) {
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < values.length; j++) {
            text.append(j == 0 ? "" : ",").append(values[j]);
        }
        return text.toString();
    }

    /**
     * Reads the scaler from a model file's text; {@link #none()} if there is none.
     *
     * @throws IllegalArgumentException if the text is damaged or for rows of another width; the message names the entry
     */
    static Scaler parse(Map<String, String> metadata, int inputs) {
        Kind kind = Kind.parse(metadata.getOrDefault(KIND, Kind.NONE.label()));
        Scaler scaler = of(kind, numbers(metadata, OFFSET, inputs), numbers(metadata, FACTOR, inputs));
        scaler.requireInputs(inputs);
        return scaler;
    }

    /** The numbers of an entry, one per column; none if there is no such entry. */
    static double[] numbers(Map<String, String> metadata, String key, int inputs) {
        String text = metadata.get(key);
        if (text == null) {
            return new double[0];
        }
        String[] fields = text.split(",", inputs + 1);
        if (fields.length != inputs) {
            throw new IllegalArgumentException(
                    key + " has " + (fields.length > inputs ? "more than " + inputs : fields.length)
                            + " numbers, expected " + inputs);
        }
        double[] numbers = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            try {
                if (fields[j].length() > LONGEST_NUMBER) {
                    throw new NumberFormatException("too long");
                }
                numbers[j] = Double.parseDouble(fields[j]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        key + " of column " + j + " is " + FormatException.quote(fields[j]) + ", expected a number");
            }
        }
        return numbers;
    }
}
