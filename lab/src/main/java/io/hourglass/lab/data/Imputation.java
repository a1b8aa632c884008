package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fills missing values with the mean of their column over the training rows. The means are learned once and stored in
 * the model, so that new rows are filled in the same way as the training rows.
 */
public final class Imputation {
    private static final String KIND = "impute.kind";
    private static final String MEAN = "impute.mean";
    private static final String KIND_MEAN = "mean";
    private static final int LONGEST_NUMBER = 32;

    private final double[] means;

    private Imputation(double[] means) {
        this.means = means;
    }

    /**
     * Learns the means in double precision, row by row.
     *
     * @param gaps the missing values of the rows
     * @throws FormatException if a column has no value; the message gives the column's number, counted from 1
     */
    static Imputation fit(Dataset train, Gaps gaps) throws FormatException {
        double[] means = new double[train.inputs()];
        int[] counts = new int[train.inputs()];
        for (int row = 0; row < train.rows(); row++) {
            double[] values = train.doubles(row);
            for (int j = 0; j < values.length; j++) {
                if (!gaps.places().get(row * values.length + j)) {
                    means[j] += values[j];
                    counts[j]++;
                }
            }
        }
        for (int j = 0; j < means.length; j++) {
            if (counts[j] == 0) {
                throw new FormatException(train.name() + ": value " + (j + 1) + " is missing in all training "
                        + "rows, expected at least one to compute the mean of");
            }
            means[j] /= counts[j];
        }
        return new Imputation(means);
    }

    /**
     * The rows with their gaps filled, as doubles if there are any gaps.
     *
     * @throws FormatException if there are gaps and the rows are not as wide as the training rows
     */
    Dataset fill(Dataset rows, Gaps gaps) throws FormatException {
        if (gaps.places().isEmpty()) {
            return rows;
        }
        int inputs = rows.inputs();
        if (inputs != means.length) {
            throw new FormatException(
                    rows.name() + ": rows of " + inputs + " values, but the model has means for " + means.length);
        }
        double[] values = new double[rows.rows() * inputs];
        for (int row = 0; row < rows.rows(); row++) {
            System.arraycopy(rows.doubles(row), 0, values, row * inputs, inputs);
        }
        gaps.places().stream().forEach(place -> values[place] = means[place % inputs]);
        Dataset filled = Dataset.ofDoubles(rows.name(), values, inputs).withColumns(rows.columns());
        if (rows.hasLabels()) {
            filled = filled.withLabels(
                    IntStream.range(0, rows.rows()).map(rows::label).toArray());
        }
        if (!rows.labelNames().isEmpty()) {
            filled = filled.withLabelNames(rows.labelNames());
        }
        return rows.shape().isPresent() ? filled.withShape(rows.shape().get()) : filled;
    }

    /** The mean of each column, which replaces missing values. */
    public double[] means() {
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
     * Reads the imputation from a model's metadata; empty if the model has none.
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
        double[] means = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            means[j] = fields[j].length() <= LONGEST_NUMBER ? Numbers.parse(fields[j]) : Double.NaN;
            if (!Numbers.isUsable(means[j])) {
                throw new FormatException(MEAN + " of column " + j + " is " + FormatException.quote(fields[j])
                        + ", expected a finite number");
            }
        }
        return Optional.of(new Imputation(means));
    }
}
