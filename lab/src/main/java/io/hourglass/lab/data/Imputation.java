package io.hourglass.lab.data;

import io.hourglass.io.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Fills missing values with the mean of their column over the training rows. It is learned once and travels with the model, so that new
 * rows are filled as the training rows were. In an array of values a missing one is NaN.
 */
public final class Imputation {
    private static final String KIND = "impute.kind";
    private static final String MEAN = "impute.mean";
    private static final String KIND_MEAN = "mean";
    private static final int LONGEST_NUMBER = 32;

    private final float[] means;

    private Imputation(float[] means) {
        this.means = means;
    }

    /**
     * Learns the means, in double precision, row after row.
     *
     * @param values [rows][inputs]
     * @param heldOut rows to learn nothing from
     * @throws IllegalArgumentException if a column has no value; the message gives its number, from 1
     */
    static Imputation fit(float[] values, int inputs, boolean[] heldOut) {
        double[] sums = new double[inputs];
        int[] counts = new int[inputs];
        for (int i = 0; i < values.length; i++) {
            if (!Float.isNaN(values[i]) && !heldOut[i / inputs]) {
                sums[i % inputs] += values[i];
                counts[i % inputs]++;
            }
        }
        float[] means = new float[inputs];
        for (int j = 0; j < inputs; j++) {
            if (counts[j] == 0) {
                throw new IllegalArgumentException(
                        "no training row has a value of feature " + (j + 1) + ", expected one to take the mean of");
            }
            means[j] = (float) (sums[j] / counts[j]);
        }
        return new Imputation(means);
    }

    /**
     * Replaces what is missing.
     *
     * @param values [rows][inputs]
     * @return how many were missing
     * @throws IllegalArgumentException if rows are not as wide as those it was learned from
     */
    int fillInPlace(float[] values, int inputs) {
        if (inputs != means.length) {
            throw new IllegalArgumentException(
                    "rows of " + inputs + " values, but the model's means are of " + means.length);
        }
        int filled = 0;
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i])) {
                values[i] = means[i % inputs];
                filled++;
            }
        }
        return filled;
    }

    /** What stands in for a missing value, by column. */
    public float[] means() {
        return means.clone();
    }

    /** As text, for model files. */
    public Map<String, String> metadata() {
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < means.length; j++) {
            text.append(j == 0 ? "" : ",").append(means[j]);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(KIND, KIND_MEAN);
        metadata.put(MEAN, text.toString());
        return metadata;
    }

    /**
     * What a model file's text tells; nothing if the model never learned it.
     *
     * @throws FormatException if the text is damaged
     */
    public static Optional<Imputation> parse(Map<String, String> metadata, int inputs) throws FormatException {
        String kind = metadata.get(KIND);
        if (kind == null) {
            return Optional.empty();
        }
        if (!kind.equals(KIND_MEAN)) {
            throw new FormatException(KIND + " is " + FormatException.quote(kind) + ", expected " + KIND_MEAN);
        }
        String[] fields = metadata.getOrDefault(MEAN, "").split(",", inputs + 1);
        if (fields.length != inputs) {
            throw new FormatException(MEAN + " has " + (fields.length > inputs ? "more" : "fewer") + " than " + inputs
                    + " numbers, expected as many as the model has inputs");
        }
        float[] means = new float[inputs];
        for (int j = 0; j < inputs; j++) {
            means[j] = fields[j].length() <= LONGEST_NUMBER ? Numbers.parse(fields[j]) : Float.NaN;
            if (!Float.isFinite(means[j])) {
                throw new FormatException(MEAN + " of feature " + j + " is " + FormatException.quote(fields[j])
                        + ", expected a finite number");
            }
        }
        return Optional.of(new Imputation(means));
    }
}
