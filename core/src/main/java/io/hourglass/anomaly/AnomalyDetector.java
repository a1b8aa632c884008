package io.hourglass.anomaly;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scorer;
import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows that are unlike those a model was trained on, by one of two {@link Score scores}: how far a row is from
 * the training rows most like it, if the model keeps some of them, or how badly the model reconstructs it. Thread-safe.
 *
 * <pre>{@code
 * Autoencoder trained = new Trainer(Architecture.parse("30-12-4"), Recipe.tuned()).fit(train).model();
 * AnomalyDetector detector = AnomalyDetector.learn(trained, train, AnomalyDetector.CONTAMINATION)
 *         .calibrate(validation, Threshold.Method.CONFORMAL, 0.01);
 * detector.model().save(file); // with the training rows it keeps, and the threshold
 * boolean anomaly = AnomalyDetector.of(Autoencoder.load(file)).isAnomaly(test.row(0));
 * }</pre>
 */
public final class AnomalyDetector {
    /**
     * The share of the training rows that may be anomalies, if nothing is known about them. It costs little where there
     * are none, and gains much where there are some: the project's notebook has the measurements.
     */
    public static final double CONTAMINATION = 0.05;

    /**
     * Replaces squares that are larger or not finite, so that all shares are finite: the sum over any row stays below
     * the largest double.
     */
    private static final double LARGEST_SQUARE = 1e300;

    private static final String SCORE = "anomaly.score";

    /** The names of all entries that detectors add to a model's text. */
    private static final Set<String> ENTRIES = Stream.of(Set.of(SCORE), Threshold.ENTRIES, NeighbourScore.ENTRIES)
            .flatMap(Set::stream)
            .collect(Collectors.toSet());

    private final Autoencoder model;
    private final Score kind;
    private final Optional<Threshold> threshold;
    private final Optional<NeighbourScore> neighbours; // empty unless the kind needs them

    /** What tells anomalies from other rows. */
    public enum Score {
        /**
         * How far a row is from the training rows most like it: in the network's code and errors, and in its own
         * values, each in relation to what is typical of training rows. About 1 for a typical training row, 3 for one
         * that is three times as far away. It needs a model that keeps training rows: {@link AnomalyDetector#learn}.
         */
        NEIGHBOURS,

        /**
         * The error of a row's reconstruction ({@link Autoencoder#error(float[])}): the mean squared error per value,
         * in the network's units, or the mean over columns if the rows have categories.
         */
        RECONSTRUCTION;

        /** {@return the name in model files and on the command line: {@code neighbours} or {@code reconstruction}} */
        public String label() {
            return Labels.of(this);
        }

        /**
         * {@return the score with that label}
         *
         * @param label as {@link #label()} gives it
         * @throws IllegalArgumentException if there is none
         */
        public static Score parse(String label) {
            return Labels.parse(Score.class, "score", label);
        }
    }

    private AnomalyDetector(Autoencoder model, Score kind, Optional<Threshold> threshold) {
        this(model, kind, threshold, kind == Score.NEIGHBOURS ? NeighbourScore.of(model) : Optional.empty());
        if (kind == Score.NEIGHBOURS && neighbours.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model keeps no training rows to compare with, expected score reconstruction");
        }
    }

    private AnomalyDetector(
            Autoencoder model, Score kind, Optional<Threshold> threshold, Optional<NeighbourScore> neighbours) {
        this.model = model;
        this.kind = kind;
        this.threshold = threshold;
        this.neighbours = neighbours;
    }

    /**
     * {@return a detector with what is stored in the model: the training rows it keeps, if there are some, and the
     * threshold, if there is one. The score is the threshold's; without one it is {@link Score#NEIGHBOURS} if the model
     * keeps training rows}
     *
     * @param model trained on normal rows
     * @throws IllegalArgumentException if an entry of the model is damaged or out of range; the message names it
     */
    public static AnomalyDetector of(Autoencoder model) {
        return new AnomalyDetector(model, kind(model), Threshold.of(model.metadata()));
    }

    private static Score kind(Autoencoder model) {
        String label = model.metadata().get(SCORE);
        if (label != null) {
            return Labels.find(Score.class, label)
                    .orElseThrow(() -> new IllegalArgumentException(
                            SCORE + " is " + FormatException.quote(label) + ", expected neighbours or reconstruction"));
        }
        // Models from before there was a choice have thresholds for the reconstruction.
        return Kept.isIn(model.metadata()) ? Score.NEIGHBOURS : Score.RECONSTRUCTION;
    }

    /**
     * A detector whose model keeps some of its training rows, evenly spread, to compare other rows with: at most 2,000
     * rows of a table, with their values, or what the network makes of 20,000 images, and at most 2,097,152 numbers.
     * Whoever has the model file can read them.
     *
     * @param model trained on these rows
     * @param train the training rows, mostly normal; rows that are held out for {@link #calibrate} should not be among
     *     them
     * @param names of the training rows, for {@link Neighbour}
     * @param contamination the share of the training rows that may be anomalies, 0 to below 0.5: so many of the rows to
     *     keep, the most unusual ones, are not kept
     * @return a detector for {@link Score#NEIGHBOURS}, without threshold; for {@link Score#RECONSTRUCTION} if there are
     *     too few rows to compare with, fewer than 3
     * @throws IllegalArgumentException if the rows do not suit the model, names are missing or the share is out of
     *     range
     */
    public static AnomalyDetector learn(Autoencoder model, Dataset train, List<String> names, double contamination) {
        requireContamination(contamination);
        if (names.size() != train.rows()) {
            throw new IllegalArgumentException(
                    names.size() + " names of " + train.rows() + " rows, expected one for each");
        }
        Optional<NeighbourScore> learned = NeighbourScore.learn(model, train, names, contamination);
        return new AnomalyDetector(
                model.withoutMetadata(ENTRIES)
                        .withMetadata(learned.map(NeighbourScore::metadata).orElse(Map.of())),
                learned.isPresent() ? Score.NEIGHBOURS : Score.RECONSTRUCTION,
                Optional.empty(),
                learned);
    }

    /**
     * {@link #learn(Autoencoder, Dataset, List, double)} for rows whose names are their numbers, from 0.
     *
     * @param model trained on these rows
     * @param train the training rows, mostly normal
     * @param contamination the share of the training rows that may be anomalies, 0 to below 0.5
     * @return a detector for {@link Score#NEIGHBOURS}, or {@link Score#RECONSTRUCTION} if there are fewer than 3 rows
     * @throws IllegalArgumentException if the rows do not suit the model or the share is out of range
     */
    public static AnomalyDetector learn(Autoencoder model, Dataset train, double contamination) {
        return learn(
                model,
                train,
                IntStream.range(0, train.rows()).mapToObj(Integer::toString).toList(),
                contamination);
    }

    /**
     * The numbers of the rows that {@link #learn} chooses from all training rows, for programs that cannot give it all:
     * it gives the same detector for these rows alone, if they have the same names.
     *
     * @param rows number of training rows, 1 or more
     * @param inputs values of a row, 1 or more
     * @return ascending numbers, from 0
     */
    public static long[] spread(long rows, int inputs) {
        int n = (int) Math.min(rows, NeighbourScore.mostRows(inputs));
        return LongStream.range(0, n).map(i -> i * rows / n).toArray();
    }

    private static void requireContamination(double share) {
        if (!(share >= 0 && share < 0.5)) {
            throw new IllegalArgumentException(
                    "contamination = " + share + ", expected a share of the rows from 0 to below 0.5");
        }
    }

    /**
     * This detector with another score, which its {@link #model} states. A threshold of another score is removed.
     *
     * @param other what tells anomalies from other rows
     * @return the detector
     * @throws IllegalArgumentException if the model keeps no training rows, which the score needs
     */
    public AnomalyDetector withScore(Score other) {
        return other == kind
                ? this
                : new AnomalyDetector(
                        model.withoutMetadata(Threshold.ENTRIES).withMetadata(Map.of(SCORE, other.label())),
                        other,
                        Optional.empty());
    }

    /**
     * This detector with a threshold calibrated on normal rows.
     *
     * @param normal normal rows that the model was not trained on: scores of training rows are too small
     * @param method how the threshold is found
     * @param falseAlarms desired share of normal rows above the threshold, {@value Threshold#LEAST_RATE} to below 1
     * @return the detector; its {@link #model} carries the threshold
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, or as {@link
     *     Threshold#calibrate} says
     */
    public AnomalyDetector calibrate(Dataset normal, Threshold.Method method, double falseAlarms) {
        return calibrate(normal, method, falseAlarms, 0);
    }

    /**
     * This detector with a threshold calibrated on rows some of which may be anomalies.
     *
     * @param rows that the model was not trained on: scores of training rows are too small
     * @param method how the threshold is found
     * @param falseAlarms desired share of normal rows above the threshold, {@value Threshold#LEAST_RATE} to below 1
     * @param contamination the share of the rows that may be anomalies, 0 to below 0.5: so many rows, those with the
     *     highest scores, are left out. Where normal rows are among them, there will be more false alarms
     * @return the detector; its {@link #model} carries the threshold
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, the share is out of range, or
     *     as {@link Threshold#calibrate} says
     */
    public AnomalyDetector calibrate(Dataset rows, Threshold.Method method, double falseAlarms, double contamination) {
        requireContamination(contamination);
        double[] scores = scores(rows);
        if (contamination > 0) {
            Arrays.sort(scores);
            scores = Arrays.copyOf(scores, scores.length - Threshold.share(contamination, scores.length));
        }
        return withThreshold(Threshold.calibrate(scores, method, falseAlarms));
    }

    /**
     * {@return this detector with a threshold that was found elsewhere, for instance for scores that combine those of
     * several rows; its {@link #model} carries the threshold}
     *
     * @param found replaces the one in the model, if there is one
     */
    public AnomalyDetector withThreshold(Threshold found) {
        Map<String, String> more = new LinkedHashMap<>(found.metadata());
        more.put(SCORE, kind.label());
        return new AnomalyDetector(model.withMetadata(more), kind, Optional.of(found), neighbours);
    }

    /**
     * {@return the model that computes the scores, with what was learned, so that {@link Autoencoder#save} stores all}
     */
    public Autoencoder model() {
        return model;
    }

    /** {@return what tells anomalies from other rows} */
    public Score kind() {
        return kind;
    }

    /**
     * {@return whether an entry of a model's text belongs to the training rows it keeps: numbers for programs, not to
     * be shown}
     *
     * @param key name of the entry
     */
    public static boolean holds(String key) {
        return key.startsWith(Kept.PREFIX);
    }

    /** {@return the number of training rows that the model keeps, if its score needs them; otherwise 0} */
    public int kept() {
        return neighbours.map(NeighbourScore::kept).orElse(0);
    }

    /** {@return the score above which a row is an anomaly; empty if it was never calibrated} */
    public Optional<Threshold> threshold() {
        return threshold;
    }

    /**
     * The score of one row. It allocates nothing if the score is {@link Score#RECONSTRUCTION}.
     *
     * @param row [inputs], all finite
     * @return 0 or more; infinite if the error is too large for a double
     * @throws IllegalArgumentException if the row has another length or a value that is not finite, or cannot be
     *     scaled; the message names it
     */
    public double score(float[] row) {
        return neighbours.isEmpty() ? model.error(row) : placed(row).score();
    }

    private NeighbourScore.Scored placed(float[] row) {
        double[] values = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            values[j] = row[j];
        }
        return neighbours.orElseThrow()
                .score(new double[][] {values}, new float[][] {model.encode(row)}, new double[][] {
                    model.squaredErrors(row)
                })[0];
    }

    /**
     * The scores of all rows, with the bits that {@link #score} gives for floats, computed on {@link
     * Autoencoder#withThreads all processors}.
     *
     * @param data rows in the user's units
     * @return [rows]
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs
     */
    public double[] scores(Dataset data) {
        if (neighbours.isEmpty()) {
            return model.errors(data);
        }
        double[] scores = new double[data.rows()];
        explain(data, (row, score, squares, nearest) -> scores[row] = score);
        return scores;
    }

    /**
     * The scores of the rows of a block, with the bits that {@link #scores(Dataset)} gives.
     *
     * @param scorer of this detector's {@link #model}, after {@link Scorer#reconstruct}
     * @param rows [n][inputs] the first rows of the block, in the user's units
     * @return [n]
     */
    public double[] scores(Scorer scorer, double[][] rows) {
        double[] scores = new double[rows.length];
        if (neighbours.isEmpty()) {
            Arrays.setAll(scores, scorer::error);
            return scores;
        }
        float[][] codes = new float[rows.length][model.architecture().latent()];
        double[][] squares = new double[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            scorer.code(r, codes[r]);
            squares[r] = scorer.squaredErrors(r);
        }
        NeighbourScore.Scored[] scored = neighbours.get().score(rows, codes, squares);
        Arrays.setAll(scores, r -> scored[r].score());
        return scores;
    }

    /**
     * Gives the scores of all rows and what explains them, in one pass on {@link Autoencoder#withThreads all
     * processors}.
     *
     * @param data rows in the user's units
     * @param receiver is called once for each row; an exception that it throws ends the call and is passed on
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs
     */
    public void explain(Dataset data, RowScores receiver) {
        if (neighbours.isEmpty()) {
            model.errors(data, (row, error, squares) -> receiver.accept(row, error, squares, null));
            return;
        }
        NeighbourScore score = neighbours.get();
        model.results(data, (first, rows, codes, squares) -> {
            NeighbourScore.Scored[] scored = score.score(rows, codes, squares);
            for (int r = 0; r < scored.length; r++) {
                receiver.accept(first + r, scored[r].score(), squares[r], score.neighbour(scored[r].nearest()));
            }
        });
    }

    /** Receives scores and what explains them, on several threads and in any order. */
    @FunctionalInterface
    public interface RowScores {
        /**
         * A row's score.
         *
         * @param row 0 for the first
         * @param score as {@link AnomalyDetector#score} gives it
         * @param squares as {@link Autoencoder#squaredErrors} gives them
         * @param nearest as {@link AnomalyDetector#nearest} gives it; null if the score is {@link Score#RECONSTRUCTION}
         */
        void accept(int row, double score, double[] squares, @Nullable Neighbour nearest);
    }

    /**
     * A training row that the model keeps.
     *
     * @param name as it was given to {@link AnomalyDetector#learn}, with spaces for line breaks
     * @param values [inputs] in the user's units; NaN where one is missing. Empty for images, of which models keep
     *     only what the network makes of them
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    public record Neighbour(String name, double[] values) {}

    /**
     * Of the training rows that the model keeps, the one whose values are most like a row's.
     *
     * @param row [inputs], all finite
     * @return the training row; empty if the score is {@link Score#RECONSTRUCTION}
     * @throws IllegalArgumentException as {@link #score}
     */
    public Optional<Neighbour> nearest(float[] row) {
        return neighbours.map(score -> score.neighbour(placed(row).nearest()));
    }

    /**
     * Whether a row's score is above the threshold. It allocates as little as {@link #score}.
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
     * The contribution of one value to the error of its row's reconstruction, or of one column if the rows have
     * categories.
     *
     * @param column index of the value in the row, or of the column in {@link Autoencoder#table}
     * @param share of the row's error, 0 to 1
     */
    public record Contribution(int column, double share) {}

    /**
     * The values, or columns, that contribute most to the error of a row's reconstruction, largest share first; of
     * equal shares, the lower index first.
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
     * A row's score, and what explains it.
     *
     * @param score as {@link #score} gives it
     * @param contributions as {@link #contributions} gives them
     * @param nearest as {@link #nearest} gives it
     */
    public record Explained(double score, List<Contribution> contributions, Optional<Neighbour> nearest) {}

    /**
     * The scores of all rows and what explains them, in one pass on {@link
     * Autoencoder#withThreads all processors}. The result takes memory for each row: give a large data set in parts.
     *
     * @param data rows in the user's units
     * @param top number of values or columns per row, 0 or more
     * @return one per row
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs, or top is below 0
     */
    public List<Explained> explain(Dataset data, int top) {
        Explained[] rows = new Explained[data.rows()];
        explain(
                data,
                (row, score, squares, nearest) ->
                        rows[row] = new Explained(score, contributions(squares, top), Optional.ofNullable(nearest)));
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
                && kind == detector.kind
                && model.equals(detector.model)
                && threshold.equals(detector.threshold);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, kind, threshold);
    }

    /**
     * For instance {@code 30-12-4 (tanh, identity, identity), 814 parameters, score neighbours, threshold 1.2345
     * (...)}.
     */
    @Override
    public String toString() {
        return model + ", score " + kind.label() + ", "
                + threshold.map(found -> "threshold " + found).orElse("no threshold");
    }
}
