package io.hourglass.anomaly;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows that are unlike those a model was trained on, because an autoencoder reconstructs them badly. The anomaly
 * score of a row is the error of its reconstruction ({@link Autoencoder#error(float[])}): the mean squared error per
 * value, in the network's units, or the mean over columns if the rows have categories. Thread-safe.
 *
 * <pre>{@code
 * AnomalyDetector detector = AnomalyDetector.calibrate(model, validation, Threshold.Method.CONFORMAL, 0.01);
 * detector.model().save(file); // with the threshold
 * boolean anomaly = AnomalyDetector.of(Autoencoder.load(file)).isAnomaly(test.row(0));
 * }</pre>
 */
public final class AnomalyDetector {
    /**
     * Replaces squares that are larger or not finite, so that all shares are finite: the sum over any row stays below
     * the largest double.
     */
    private static final double LARGEST_SQUARE = 1e300;

    private final Autoencoder model;
    private final Optional<Threshold> threshold;

    private AnomalyDetector(Autoencoder model, Optional<Threshold> threshold) {
        this.model = model;
        this.threshold = threshold;
    }

    /**
     * {@return a detector with the threshold that is stored in the model, if there is one}
     *
     * @param model trained on normal rows
     * @throws IllegalArgumentException if the model's threshold is incomplete or out of range; the message names the
     *     entry
     */
    public static AnomalyDetector of(Autoencoder model) {
        return new AnomalyDetector(model, Threshold.of(model.metadata()));
    }

    /**
     * A detector with a threshold calibrated on normal rows.
     *
     * @param model trained on normal rows
     * @param normal normal rows that the model was not trained on: its errors on training rows are too small
     * @param method how the threshold is found
     * @param falseAlarms desired share of normal rows above the threshold, {@value Threshold#LEAST_RATE} to below 1
     * @return the detector; its {@link #model} carries the threshold
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, or as {@link
     *     Threshold#calibrate} says
     */
    public static AnomalyDetector calibrate(
            Autoencoder model, Dataset normal, Threshold.Method method, double falseAlarms) {
        return of(model, Threshold.calibrate(of(model).scores(normal), method, falseAlarms));
    }

    /**
     * {@return a detector with a threshold that was found elsewhere, for instance for scores that combine those of
     * several rows; its {@link #model} carries the threshold}
     *
     * @param model trained on normal rows
     * @param threshold replaces the one in the model, if there is one
     */
    public static AnomalyDetector of(Autoencoder model, Threshold threshold) {
        return new AnomalyDetector(model.withMetadata(threshold.metadata()), Optional.of(threshold));
    }

    /**
     * {@return the model that computes the scores, with the threshold, so that {@link Autoencoder#save} stores both}
     */
    public Autoencoder model() {
        return model;
    }

    /** {@return the score above which a row is an anomaly; empty if the model was never calibrated} */
    public Optional<Threshold> threshold() {
        return threshold;
    }

    /**
     * The score of one row; allocates nothing.
     *
     * @param row [inputs], all finite
     * @return 0 or more; infinite if the error is too large for a double
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or cannot be
     *     scaled; the message names it
     */
    public double score(float[] row) {
        return model.error(row);
    }

    /**
     * The scores of all rows, with the bits that {@link #score} gives, computed on {@link Autoencoder#withThreads all
     * processors}.
     *
     * @param data rows in the user's units
     * @return [rows]
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs
     */
    public double[] scores(Dataset data) {
        return model.errors(data);
    }

    /**
     * Whether a row's score is above the threshold; allocates nothing.
     *
     * @param row [inputs], all finite
     * @return true for an anomaly
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or cannot be
     *     scaled; the message names it
     * @throws IllegalStateException if the model has no threshold
     */
    public boolean isAnomaly(float[] row) {
        return threshold
                .orElseThrow(() -> new IllegalStateException(
                        "the model has no anomaly threshold, expected one calibrated on normal rows"))
                .isExceededBy(score(row));
    }

    /**
     * The contribution of one value to the score of its row, or of one column if the rows have categories.
     *
     * @param column index of the value in the row, or of the column in {@link Autoencoder#table}
     * @param share of the row's score, 0 to 1
     */
    public record Contribution(int column, double share) {}

    /**
     * The values, or columns, that contribute most to the score of a row, largest share first; of equal shares, the
     * lower index first.
     *
     * @param row [inputs], all finite
     * @param top number of values or columns, 0 or more
     * @return {@code top} contributions, or as many as the row has values or columns
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or top is below 0
     */
    public List<Contribution> contributions(float[] row, int top) {
        return contributions(model.squaredErrors(row), top);
    }

    /**
     * A row's score, and the values or columns that contribute most to it.
     *
     * @param score as {@link #score} gives it
     * @param contributions as {@link #contributions} gives them
     */
    public record Explained(double score, List<Contribution> contributions) {}

    /**
     * The scores of all rows and the values or columns that contribute most to them, in one pass on {@link
     * Autoencoder#withThreads all processors}. The result takes memory for each row: give a large data set in parts.
     *
     * @param data rows in the user's units
     * @param top number of values or columns per row, 0 or more
     * @return one per row
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, or top is below 0
     */
    public List<Explained> explain(Dataset data, int top) {
        Explained[] rows = new Explained[data.rows()];
        if (top == 0) {
            double[] scores = scores(data);
            Arrays.setAll(rows, row -> new Explained(scores[row], List.of()));
            return List.of(rows);
        }
        model.errors(data, (row, error, squares) -> rows[row] = new Explained(error, contributions(squares, top)));
        return List.of(rows);
    }

    /** @param squares of a row's values; overwritten */
    private static List<Contribution> contributions(double[] squares, int top) {
        if (top < 0) {
            throw new IllegalArgumentException("top = " + top + ", expected 0 or more");
        }
        double sum = 0;
        for (int i = 0; i < squares.length; i++) {
            squares[i] = squares[i] < LARGEST_SQUARE ? squares[i] : LARGEST_SQUARE;
            sum += squares[i];
        }
        List<Contribution> contributions = new ArrayList<>(Math.min(top, squares.length));
        for (int n = 0; n < top && n < squares.length; n++) {
            int largest = 0;
            for (int i = 1; i < squares.length; i++) {
                if (squares[i] > squares[largest]) {
                    largest = i;
                }
            }
            contributions.add(new Contribution(largest, sum == 0 ? 0 : squares[largest] / sum));
            squares[largest] = -1; // taken
        }
        return contributions;
    }

    /** Whether the other is a detector with an equal model and threshold. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AnomalyDetector detector
                && model.equals(detector.model)
                && threshold.equals(detector.threshold);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, threshold);
    }

    /** For instance {@code 30-12-4 (tanh, identity, identity), 814 parameters, threshold 0.012345 (...)}. */
    @Override
    public String toString() {
        return model + ", " + threshold.map(found -> "threshold " + found).orElse("no threshold");
    }
}
