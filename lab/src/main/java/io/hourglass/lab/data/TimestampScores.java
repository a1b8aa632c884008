package io.hourglass.lab.data;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector.Contribution;
import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Anomaly scores of the rows of a series, from the reconstructions of the windows that contain them. In each window, a
 * row has an error: the mean of its own squared errors over the columns that are not missing, in the network's units.
 * Its score is the mean, median or maximum of these errors.
 */
public final class TimestampScores {
    /** How the errors of a row in several windows become one score. */
    public enum Aggregate {
        MEAN,
        MEDIAN,
        MAX;

        private static final String KEY = "window.aggregate";

        /** The name on the command line. */
        public String label() {
            return Labels.of(this);
        }

        /**
         * The one with that label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Aggregate parse(String label) {
            return Labels.parse(Aggregate.class, "aggregate", label);
        }

        /** As text, for the file of a model whose threshold is for such scores. */
        public Map<String, String> metadata() {
            return Map.of(KEY, label());
        }

        /**
         * The one that a model's threshold is for; the mean if the model does not say.
         *
         * @throws FormatException if the model's text is damaged
         */
        public static Aggregate of(Autoencoder model) throws FormatException {
            try {
                return parse(model.metadata().getOrDefault(KEY, MEAN.label()));
            } catch (IllegalArgumentException e) {
                throw new FormatException(KEY + ": " + e.getMessage());
            }
        }
    }

    /** Windows whose errors are in memory at a time: together, about a million values. */
    private static final int VALUES = 1 << 20;

    /** Replaces squares that are larger, so that all shares are finite. */
    private static final double LARGEST_SQUARE = 1e290;

    private final Aggregate how;
    private final int columns;
    private final int width;
    private final double[] scores;
    private final int[] counts;
    private final double[] squares; // [positions][columns], summed over windows

    /** For medians: the errors of row {@code position} in the windows so far are at {@code position % width}. */
    private final double[][] errors;

    private int done; // positions that no later window contains

    /** For windows of a series with that many rows. */
    TimestampScores(int rows, int columns, int width, Aggregate how) {
        this.how = how;
        this.columns = columns;
        this.width = width;
        scores = new double[rows];
        counts = new int[rows];
        squares = new double[rows * columns];
        errors = how == Aggregate.MEDIAN ? new double[width][width] : new double[0][];
    }

    /**
     * Scores the rows of a series.
     *
     * @param model of windows
     * @param rows of the series
     * @param how to aggregate
     * @param progress receives the number of windows done
     */
    public static TimestampScores of(
            Autoencoder model, Windows windows, int rows, Aggregate how, IntConsumer progress) {
        TimestampScores scores = new TimestampScores(rows, windows.columns(), windows.width(), how);
        Dataset data = Dataset.of(windows);
        int inputs = windows.inputs();
        int most = Math.max(1, VALUES / inputs);
        double[][] errors = new double[Math.min(most, windows.rows())][];
        for (int from = 0; from < windows.rows(); from += most) {
            int n = Math.min(most, windows.rows() - from);
            // The errors come in any order, and must be added in one order.
            model.errors(data.slice(from, from + n), (row, error, values) -> errors[row] = values);
            for (int i = 0; i < n; i++) {
                int start = windows.start(from + i);
                scores.add(start, marked(errors[i], windows, start));
            }
            progress.accept(from + n);
        }
        scores.finish();
        return scores;
    }

    /** Puts NaN in place of the errors of missing values. */
    private static double[] marked(double[] errors, Windows windows, int start) {
        for (int i = 0; i < errors.length && windows.allowsMissing(); i++) {
            if (windows.isMissing(start + i / windows.columns(), i % windows.columns())) {
                errors[i] = Double.NaN;
            }
        }
        return errors;
    }

    /**
     * Adds a window.
     *
     * @param start position of its first row, not before that of the last window
     * @param values squared errors, [width][columns]; NaN for a missing value
     */
    void add(int start, double[] values) {
        settle(start);
        for (int i = 0; i < width; i++) {
            int position = start + i;
            double error = 0;
            int present = 0;
            for (int j = 0; j < columns; j++) {
                double square = values[i * columns + j];
                if (!Double.isNaN(square)) {
                    error += square;
                    squares[position * columns + j] += Math.min(square, LARGEST_SQUARE);
                    present++;
                }
            }
            error /= Math.max(1, present);
            int count = counts[position]++;
            switch (how) {
                case MEAN -> scores[position] += error;
                case MAX -> scores[position] = Math.max(scores[position], error);
                case MEDIAN -> errors[position % width][count] = error;
            }
        }
    }

    /** Must be called after the last window. */
    void finish() {
        settle(scores.length);
    }

    private void settle(int before) {
        for (; done < before; done++) {
            int count = counts[done];
            if (count == 0) {
                scores[done] = Double.NaN;
            } else if (how == Aggregate.MEAN) {
                scores[done] /= count;
            } else if (how == Aggregate.MEDIAN) {
                double[] all = errors[done % width];
                Arrays.sort(all, 0, count);
                scores[done] = count % 2 == 1 ? all[count / 2] : all[count / 2 - 1] / 2 + all[count / 2] / 2;
            }
        }
    }

    /** The number of rows. */
    public int rows() {
        return scores.length;
    }

    /** Whether a window contains the row. */
    public boolean isCovered(int position) {
        return counts[position] > 0;
    }

    /** The score of a row, 0 or more, infinite if it is too large for a number; NaN if no window contains it. */
    public double score(int position) {
        return scores[position];
    }

    /** The scores of the rows that windows contain. */
    public double[] covered() {
        return IntStream.range(0, scores.length)
                .filter(this::isCovered)
                .mapToDouble(position -> scores[position])
                .toArray();
    }

    /**
     * The columns that contribute most to a row's errors in all windows that contain it, largest share first; of equal
     * shares, the lower column first.
     *
     * @param top number of columns
     */
    public List<Contribution> contributions(int position, int top) {
        double[] own = Arrays.copyOfRange(squares, position * columns, (position + 1) * columns);
        double sum = Arrays.stream(own).sum();
        List<Contribution> contributions = new ArrayList<>();
        IntStream.range(0, columns)
                .boxed()
                .sorted((a, b) -> Double.compare(own[b], own[a]))
                .limit(top)
                .forEach(column -> contributions.add(new Contribution(column, sum == 0 ? 0 : own[column] / sum)));
        return contributions;
    }
}
