package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fills missing values with the mean of their column over the training rows. It is learned once and travels with the
 * model, so that new rows are filled as the training rows were.
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
     * Learns the means, in double precision, row after row.
     *
     * @param gaps what is missing of the rows
     * @throws FormatException if a column has no value; the message gives its number, from 1
     */
    static Imputation fit(Dataset train, Gaps gaps) throws FormatException {
        double[] means = new double[train.inputs()];
        int[] counts = new int[train.inputs()];
        for (int row = 0; row < train.rows(); row++) {
            double[] values = train.doubles(row);
            for (int j = 0; j < values.length; j++) {
                if (!gaps.cells().get(row * values.length + j)) {
                    means[j] += values[j];
                    counts[j]++;
                }
            }
        }
        for (int j = 0; j < means.length; j++) {
            if (counts[j] == 0) {
                throw new FormatException(train.name() + ": no training row has a value of feature " + (j + 1)
                        + ", expected one to take the mean of");
            }
            means[j] /= counts[j];
        }
        return new Imputation(means);
    }

    /**
     * Those rows with their gaps filled: as doubles where there are any.
     *
     * @throws FormatException if there are gaps and the rows are not as wide as those it was learned from
     */
    Dataset fill(Dataset rows, Gaps gaps) throws FormatException {
        if (gaps.cells().isEmpty()) {
            return rows;
        }
        int inputs = rows.inputs();
        if (inputs != means.length) {
            throw new FormatException(
                    rows.name() + ": rows of " + inputs + " values, but the model's means are of " + means.length);
        }
        double[] values = new double[rows.rows() * inputs];
        for (int row = 0; row < rows.rows(); row++) {
            System.arraycopy(rows.doubles(row), 0, values, row * inputs, inputs);
        }
        gaps.cells().stream().forEach(cell -> values[cell] = means[cell % inputs]);
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

    /** What stands in for a missing value, by column. */
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
        double[] means = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            means[j] = fields[j].length() <= LONGEST_NUMBER ? Numbers.parse(fields[j]) : Double.NaN;
            if (!Numbers.isUsable(means[j])) {
                throw new FormatException(MEAN + " of feature " + j + " is " + FormatException.quote(fields[j])
                        + ", expected a finite number");
            }
        }
        return Optional.of(new Imputation(means));
    }
}
