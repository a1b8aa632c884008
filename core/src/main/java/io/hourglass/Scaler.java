package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.io.FormatException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Brings rows from the user's units into those of a network and back, feature by feature: network value = (x - offset) * factor, and
 * x = y / factor + offset. Both are two float operations, each rounded, in this order, so that they give the same bits everywhere; there
 * and back again is x to within a few units in the last place of the larger of |x| and |offset|.
 *
 * <p>Learned on training rows ({@link #fit}), given to {@link Trainer#scaler}, it travels inside the model from then on. Immutable.
 */
public final class Scaler {
    private static final String KIND = "scaler.kind";
    private static final String OFFSET = "scaler.offset";
    private static final String FACTOR = "scaler.factor";

    /** Longer than any number that {@link Float#toString} writes. */
    private static final int LONGEST_NUMBER = 32;

    private static final Scaler NONE = new Scaler(Kind.NONE, new float[0], new float[0]);

    private final Kind kind;
    private final float[] offset;
    private final float[] factor;

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
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * Reads what {@link #label()} prints.
         *
         * @throws IllegalArgumentException if no kind has that name
         */
        public static Kind parse(String label) {
            for (Kind kind : values()) {
                if (kind.label().equals(label)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "unknown scaler '" + label + "': expected none, pixel, min-max or standard");
        }
    }

    private Scaler(Kind kind, float[] offset, float[] factor) {
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
     * @param factor [inputs], each at least {@link Float#MIN_NORMAL} and finite
     * @throws IllegalArgumentException if a number is out of range, the lengths differ, or the kind is {@link Kind#NONE} and there are any
     */
    public static Scaler of(Kind kind, float[] offset, float[] factor) {
        if (offset.length != factor.length || (offset.length == 0) != (kind == Kind.NONE)) {
            throw new IllegalArgumentException("scaler " + kind.label() + " has " + offset.length + " offsets and "
                    + factor.length + " factors, expected as many of each as a row has values, and none for none");
        }
        for (int j = 0; j < offset.length; j++) {
            if (!Float.isFinite(offset[j])) {
                throw new IllegalArgumentException(
                        OFFSET + " of feature " + j + " is " + offset[j] + ", expected a finite number");
            }
            if (!(factor[j] >= Float.MIN_NORMAL && factor[j] <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(FACTOR + " of feature " + j + " is " + factor[j] + ", expected "
                        + Float.MIN_NORMAL + " to " + Float.MAX_VALUE);
            }
        }
        return kind == Kind.NONE ? NONE : new Scaler(kind, offset.clone(), factor.clone());
    }

    /**
     * Learns a scaler. A feature that is constant, or varies by less than {@code 1 / Float.MAX_VALUE}, gets factor 1: its value becomes 0.
     * The sums of {@link Kind#STANDARD} run over the rows in order, in double precision.
     *
     * @param train its rows; where they are bytes, which stand for [0, 1] already, {@link Kind#PIXEL} gives {@link #none()}
     * @throws IllegalArgumentException if a feature's values lie further apart than 1 / {@link Float#MIN_NORMAL}, or for {@link
     *     Kind#PIXEL} outside 0 to 255; the message names the feature
     */
    public static Scaler fit(Kind kind, Dataset train) {
        if (kind == Kind.NONE || (kind == Kind.PIXEL && train.isPixels())) {
            return NONE;
        }
        Range range = Range.of(train);
        float[] offset = new float[train.inputs()];
        float[] factor = new float[train.inputs()];
        switch (kind) {
            case NONE -> throw new AssertionError("handled above");
            case PIXEL -> {
                requirePixels(train, range);
                Arrays.fill(factor, 1 / 255f);
            }
            case MIN_MAX -> {
                for (int j = 0; j < offset.length; j++) {
                    offset[j] = range.least[j];
                    factor[j] = factor(train, j, range, (double) range.most[j] - range.least[j]);
                }
            }
            case STANDARD -> {
                double[] mean = new double[offset.length];
                double[] deviation = new double[offset.length];
                moments(train, mean, deviation);
                for (int j = 0; j < offset.length; j++) {
                    offset[j] = range.least[j] == range.most[j] ? range.least[j] : (float) mean[j];
                    factor[j] = factor(train, j, range, deviation[j]);
                }
            }
        }
        return of(kind, offset, factor);
    }

    /** Least and largest value of each feature. */
    private record Range(float[] least, float[] most) {
        static Range of(Dataset data) {
            Range range = new Range(data.row(0), data.row(0));
            float[] row = new float[data.inputs()];
            for (int r = 1; r < data.rows(); r++) {
                data.copyRow(Kernels.SCALAR, r, row, 0);
                for (int j = 0; j < row.length; j++) {
                    range.least[j] = Math.min(range.least[j], row[j]);
                    range.most[j] = Math.max(range.most[j], row[j]);
                }
            }
            return range;
        }
    }

    private static void requirePixels(Dataset train, Range range) {
        for (int j = 0; j < range.least.length; j++) {
            if (range.least[j] < 0 || range.most[j] > 255) {
                throw new IllegalArgumentException(train.name() + ": feature " + j + " runs from " + range.least[j]
                        + " to " + range.most[j] + ", expected pixels from 0 to 255");
            }
        }
    }

    private static float factor(Dataset train, int j, Range range, double spread) {
        float factor = (float) (1 / spread);
        if (range.least[j] == range.most[j] || Float.isInfinite(factor)) {
            return 1;
        }
        if (factor < Float.MIN_NORMAL) {
            throw new IllegalArgumentException(train.name() + ": feature " + j + " runs from " + range.least[j] + " to "
                    + range.most[j] + ", too far to be scaled in float arithmetic");
        }
        return factor;
    }

    /** Mean and standard deviation of each feature, in two passes. */
    private static void moments(Dataset data, double[] mean, double[] deviation) {
        float[] row = new float[mean.length];
        for (int r = 0; r < data.rows(); r++) {
            data.copyRow(Kernels.SCALAR, r, row, 0);
            for (int j = 0; j < row.length; j++) {
                mean[j] += row[j];
            }
        }
        for (int j = 0; j < row.length; j++) {
            mean[j] /= data.rows();
        }
        for (int r = 0; r < data.rows(); r++) {
            data.copyRow(Kernels.SCALAR, r, row, 0);
            for (int j = 0; j < row.length; j++) {
                double d = row[j] - mean[j];
                deviation[j] += d * d;
            }
        }
        for (int j = 0; j < row.length; j++) {
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
    public float[] offset() {
        return offset.clone();
    }

    /** A copy of the factors, [inputs]; empty for {@link #none()}. */
    public float[] factor() {
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
     * @throws IllegalArgumentException if a value is not finite, or no longer is; the message names it. Not for {@link #none()}
     */
    public void scaleInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            float x = row[at + j];
            float scaled = (x - offset[j]) * factor[j];
            if (!Float.isFinite(scaled)) {
                throw new IllegalArgumentException("value " + j + " of a row is " + x + ", expected "
                        + (Float.isFinite(x) ? "one nearer to the training rows'" : "a finite number"));
            }
            row[at + j] = scaled;
        }
    }

    /** Brings one row back into the user's units: its values stand at {@code row[at ..]}. */
    public void unscaleInPlace(float[] row, int at) {
        for (int j = 0; j < offset.length; j++) {
            row[at + j] = row[at + j] / factor[j] + offset[j];
        }
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

    private static String join(float[] values) {
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

    private static float[] numbers(Map<String, String> metadata, String key, int inputs) {
        String text = metadata.get(key);
        if (text == null) {
            return new float[0];
        }
        String[] fields = text.split(",", inputs + 1);
        if (fields.length != inputs) {
            throw new IllegalArgumentException(
                    key + " has " + (fields.length > inputs ? "more than " + inputs : fields.length)
                            + " numbers, expected " + inputs);
        }
        float[] numbers = new float[inputs];
        for (int j = 0; j < inputs; j++) {
            try {
                if (fields[j].length() > LONGEST_NUMBER) {
                    throw new NumberFormatException("too long");
                }
                numbers[j] = Float.parseFloat(fields[j]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        key + " of feature " + j + " is " + FormatException.quote(fields[j]) + ", expected a number");
            }
        }
        return numbers;
    }
}
