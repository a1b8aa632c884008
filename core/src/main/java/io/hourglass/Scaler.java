package io.hourglass;

import io.hourglass.io.Labels;
import io.hourglass.format.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings rows from the user's units into those of a network and back, value by value: network value = (x - offset) *
 * factor, and x = y / factor + offset. Both are two double operations in this order, rounded to float at the end, so
 * that they give the same bits everywhere. Values that differ only beyond float precision, such as times in seconds
 * since 1970, therefore stay apart.
 *
 * <p>Learned on training rows ({@link #fit}), given to {@link Trainer#scaler}, it travels inside the model from then
 * on. Immutable.
 */
public final class Scaler {
    private static final String KIND = "scaler.kind";
    private static final String OFFSET = "scaler.offset";
    private static final String FACTOR = "scaler.factor";

    /** Longer than any number that {@link Double#toString} writes. */
    private static final int LONGEST_NUMBER = 32;

    private static final Scaler NONE = new Scaler(Kind.NONE, new double[0], new double[0]);

    private final Kind kind;
    private final double[] offset;
    private final double[] factor;

    /** How offset and factor are chosen. */
    public enum Kind {
        /** Rows are taken as they are. */
        NONE,
        /** x / 255, as a product with the float next to 1 / 255: for grey values from 0 to 255. */
        PIXEL,
        /** From the least value of each feature, which becomes 0, to its largest, which becomes 1 (within an ulp). */
        MIN_MAX,
        /** Each feature to mean 0 and standard deviation 1 (of the population); needs a linear output. */
        STANDARD;

        /** The name as it stands in model files and on the command line, for instance {@code min-max}. */
        public String label() {
            return Labels.of(this);
        }

        /**
         * Reads what {@link #label()} prints.
         *
         * @throws IllegalArgumentException if no kind has that name
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

    /** The identity, for rows of any width: that of models of pixels in [0, 1]. */
    public static Scaler none() {
        return NONE;
    }

    /**
     * A scaler with given numbers.
     *
     * @param offset [inputs], finite
     * @param factor [inputs], each at least {@link Double#MIN_NORMAL} and finite
     * @throws IllegalArgumentException if a number is out of range, the lengths differ, or the kind is {@link
     *     Kind#NONE} and there are any
     */
    public static Scaler of(Kind kind, double[] offset, double[] factor) {
        if (offset.length != factor.length || (offset.length == 0) != (kind == Kind.NONE)) {
            throw new IllegalArgumentException("scaler " + kind.label() + " has " + offset.length + " offsets and "
                    + factor.length + " factors, expected as many of each as a row has values, and none for none");
        }
        for (int j = 0; j < offset.length; j++) {
            if (!Double.isFinite(offset[j])) {
                throw new IllegalArgumentException(
                        OFFSET + " of feature " + j + " is " + offset[j] + ", expected a finite number");
            }
            if (!(factor[j] >= Double.MIN_NORMAL && factor[j] <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException(FACTOR + " of feature " + j + " is " + factor[j] + ", expected "
                        + Double.MIN_NORMAL + " to " + Double.MAX_VALUE);
            }
        }
        return kind == Kind.NONE ? NONE : new Scaler(kind, offset.clone(), factor.clone());
    }

    /**
     * Learns a scaler. A feature that is constant, or varies by less than {@code 1 / Double.MAX_VALUE}, gets factor 1:
     * its value becomes 0. The sums of {@link Kind#STANDARD} run over the rows in order, in double precision.
     *
     * @param train its rows; where they are bytes, which stand for [0, 1] already, {@link Kind#PIXEL} gives {@link
     *     #none()}
     * @throws IllegalArgumentException if a feature's values lie outside 0 to 255 for {@link Kind#PIXEL}; the message
     *     names the feature
     */
    public static Scaler fit(Kind kind, Dataset train) {
        if (kind == Kind.NONE || (kind == Kind.PIXEL && train.isPixels())) {
            return NONE;
        }
        double[] least = train.doubles(0);
        double[] most = least.clone();
        double[] mean = new double[least.length];
        double[] deviation = new double[least.length];
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
        return of(kind, offset, factor);
    }

    private static void requirePixels(Dataset train, int j, double least, double most) {
        if (least < 0 || most > 255) {
            throw new IllegalArgumentException(train.name() + ": feature " + j + " runs from " + (float) least + " to "
                    + (float) most + ", expected pixels from 0 to 255");
        }
    }

    private static double factor(double spread) {
        return Double.isInfinite(1 / spread) ? 1 : 1 / spread;
    }

    /** Least and largest value of each feature, then, in a second pass, their deviation from the mean of the first. */
    private static void measure(Dataset data, double[] least, double[] most, double[] mean, double[] deviation) {
        for (int r = 0; r < data.rows(); r++) {
            double[] row = data.doubles(r);
            for (int j = 0; j < row.length; j++) {
                least[j] = Math.min(least[j], row[j]);
                most[j] = Math.max(most[j], row[j]);
                mean[j] += row[j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= data.rows();
        }
        for (int r = 0; r < data.rows(); r++) {
            double[] row = data.doubles(r);
            for (int j = 0; j < row.length; j++) {
                double d = row[j] - mean[j];
                deviation[j] += d * d;
            }
        }
        for (int j = 0; j < deviation.length; j++) {
            deviation[j] = Math.sqrt(deviation[j] / data.rows());
        }
    }

    /** How offset and factor were chosen. */
    public Kind kind() {
        return kind;
    }

    /** Whether it is {@link #none()}. */
    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /** A copy of the offsets, [inputs]; empty for {@link #none()}. */
    public double[] offset() {
        return offset.clone();
    }

    /** A copy of the factors, [inputs]; empty for {@link #none()}. */
    public double[] factor() {
        return factor.clone();
    }

    /** @throws IllegalArgumentException if rows of that width are not what it scales; any are for {@link #none()} */
    void requireInputs(int inputs) {
        if (!isNone() && offset.length != inputs) {
            throw new IllegalArgumentException(
                    "the scaler takes rows of " + offset.length + " values, expected " + inputs);
        }
    }

    /**
     * Brings one row into the network's units.
     *
     * @param row its values stand at {@code row[at ..]}; overwritten
     * @throws IllegalArgumentException if a value is not finite, or no longer is; the message names it. Not for {@link
     *     #none()}
     */
    public void scaleInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            row[at + j] = scaled(row[at + j], j);
        }
    }

    /**
     * Brings one row into the network's units.
     *
     * @param row its values stand at {@code row[from ..]}, in the user's units
     * @param target overwritten at {@code target[at ..]}
     * @param inputs values of a row
     * @throws IllegalArgumentException if a value is not finite, or no longer is; the message names it. {@link #none()}
     *     only rounds
     */
    public void scale(double[] row, int from, float[] target, int at, int inputs) {
        for (int j = 0; j < inputs; j++) {
            target[at + j] = isNone() ? (float) row[from + j] : scaled(row[from + j], j);
        }
    }

    private float scaled(double x, int j) {
        float scaled = (float) ((x - offset[j]) * factor[j]);
        if (!Float.isFinite(scaled)) {
            throw new IllegalArgumentException("value " + j + " of a row is " + (float) x + ", expected "
                    + (Double.isFinite(x) ? "one nearer to the training rows'" : "a finite number"));
        }
        return scaled;
    }

    /** Brings one row back into the user's units: its values stand at {@code row[at ..]}. */
    public void unscaleInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            row[at + j] = (float) (row[at + j] / factor[j] + offset[j]);
        }
    }

    /**
     * One row in the user's units, with the digits that a float would lose.
     *
     * @param row [inputs], in the network's units
     * @return [inputs]
     */
    public double[] unscale(float[] row) {
        double[] values = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            values[j] = isNone() ? row[j] : row[j] / factor[j] + offset[j];
        }
        return values;
    }

    /** As text, for model files; {@link #parse} reads it back with the same bits. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(KIND, kind.label());
        if (!isNone()) {
            metadata.put(OFFSET, join(offset));
            metadata.put(FACTOR, join(factor));
        }
        return metadata;
    }

    private static String join(double[] values) {
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < values.length; j++) {
            text.append(j == 0 ? "" : ",").append(values[j]);
        }
        return text.toString();
    }

    /**
     * The scaler that a model file's text tells; {@link #none()} where it tells none.
     *
     * @throws IllegalArgumentException if the text is damaged or is not for rows of that width; the message says where
     */
    static Scaler parse(Map<String, String> metadata, int inputs) {
        Kind kind = Kind.parse(metadata.getOrDefault(KIND, Kind.NONE.label()));
        Scaler scaler = of(kind, numbers(metadata, OFFSET, inputs), numbers(metadata, FACTOR, inputs));
        scaler.requireInputs(inputs);
        return scaler;
    }

    private static double[] numbers(Map<String, String> metadata, String key, int inputs) {
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
                        key + " of feature " + j + " is " + FormatException.quote(fields[j]) + ", expected a number");
            }
        }
        return numbers;
    }
}
