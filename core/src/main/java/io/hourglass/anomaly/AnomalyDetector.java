package io.hourglass.anomaly;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds rows that are not like those a model was trained on: an autoencoder reconstructs them badly. The score of a row
 * is the mean squared error of its reconstruction, per value, in the units of the network (those the model's scaler
 * makes of the user's). Safe for many threads at once.
 *
 * <pre>{@code
 * AnomalyDetector detector = AnomalyDetector.calibrate(model, heldOutNormalRows, Threshold.Method.CONFORMAL, 0.01);
 * detector.model().save(file); // with the threshold
 * if (AnomalyDetector.of(Autoencoder.load(file)).isAnomaly(row)) ...
 * }</pre>
 */
public final class AnomalyDetector {
    /**
     * Stands for squares that are not finite, so that shares are: the sum over any row stays below the largest double.
     */
    private static final double LARGEST_SQUARE = 1e300;

    private final Autoencoder model;
    private final Optional<Threshold> threshold;

    private AnomalyDetector(Autoencoder model, Optional<Threshold> threshold) {
        this.model = model;
        this.threshold = threshold;
    }

    /**
     * A detector by that model, with the threshold stored in it where there is one.
     *
     * @throws IllegalArgumentException if the model's threshold is incomplete or out of range; the message names the
     *     entry
     */
    public static AnomalyDetector of(Autoencoder model) {
        return new AnomalyDetector(model, Threshold.of(model.metadata()));
    }

    /**
     * A detector by that model, with a threshold for the scores of some normal rows.
     *
     * @param normal rows that the model was not trained on: its errors on those it was trained on are too small to go
     *     by
     * @param falseAlarms wanted share of normal rows above the threshold, {@value Threshold#LEAST_RATE} to below 1
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, or as {@link
     *     Threshold#calibrate} says
     */
    public static AnomalyDetector calibrate(
            Autoencoder model, Dataset normal, Threshold.Method method, double falseAlarms) {
        Threshold threshold = Threshold.calibrate(of(model).scores(normal), method, falseAlarms);
        return new AnomalyDetector(model.withMetadata(threshold.metadata()), Optional.of(threshold));
    }

    /** The model; with the threshold, so that {@link Autoencoder#save} stores both. */
    public Autoencoder model() {
        return model;
    }

    /** Above which score a row is an anomaly, if that is known. */
    public Optional<Threshold> threshold() {
        return threshold;
    }

    /**
     * The score of one row; allocates nothing.
     *
     * @param row [inputs], all finite
     * @return 0 or more; infinite if the error is too large for a number
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or cannot be
     *     scaled; the message names it
     */
    public double score(float[] row) {
        return model.error(row);
    }

    /**
     * The scores of all rows, each as {@link #score} gives it; computed on {@link Autoencoder#withThreads all
     * processors}.
     *
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
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or cannot be
     *     scaled; the message names it
     * @throws IllegalStateException if the model has no threshold
     */
    public boolean isAnomaly(float[] row) {
        return threshold
                .orElseThrow(() -> new IllegalStateException(
                        "the model has no anomaly threshold, expected one that was calibrated on normal rows"))
                .isExceededBy(score(row));
    }

    /**
     * A value's part in the score of its row.
     *
     * @param feature index of the value in the row
     * @param share of the row's squared error, 0 to 1
     */
    public record Contribution(int feature, double share) {}

    /**
     * The values of a row with the largest shares in its score, the largest first; of equal ones, the lower index
     * first.
     *
     * @param row [inputs], all finite
     * @param top how many, 0 or more; fewer where there are not so many values
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or top is below 0
     */
    public List<Contribution> contributions(float[] row, int top) {
        return contributions(model.squaredErrors(row), top);
    }

    /**
     * The same of a row of a data set.
     *
     * @param data as {@link Autoencoder#match} gives it
     * @param top how many, 0 or more; fewer where there are not so many values
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, or top is below 0
     */
    public List<Contribution> contributions(Dataset data, int row, int top) {
        return contributions(model.squaredErrors(data, row), top);
    }

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
}
