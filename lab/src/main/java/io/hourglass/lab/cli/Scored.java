package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.analysis.MeanError;
import io.hourglass.lab.analysis.RocAuc;
import io.hourglass.lab.bench.Statistics;
import io.hourglass.lab.data.Output;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows with their scores, and what is known about them.
 *
 * @param parts the rows: those of {@code --data}, then those of {@code --anomalies}
 * @param anomaly whether each row is an anomaly; null if unknown
 * @param trained marks the rows that the model was trained on
 * @param threshold null if the model has none
 * @param rivals other scores to compare with, if anomalies are known
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Scored(
        List<Dataset> parts,
        double[] scores,
        boolean @Nullable [] anomaly,
        boolean[] trained,
        @Nullable Threshold threshold,
        List<Rival> rivals) {
    /**
     * Other scores of the same rows, to compare with.
     *
     * @param scores [rows]
     */
    record Rival(String name, double[] scores) {
        /**
         * What else tells anomalies: the error of the reconstruction, unless that is the detector's score, and the
         * errors of PCA and of the mean, if the model knows them.
         *
         * @param parts as the model matches them
         */
        static List<Rival> of(AnomalyDetector detector, List<Dataset> parts) {
            List<Rival> rivals = new ArrayList<>();
            Autoencoder model = detector.model();
            if (detector.kind() != AnomalyDetector.Score.RECONSTRUCTION) {
                rivals.add(new Rival("reconstruction", joined(parts, model::errors)));
            }
            Optional<Baseline> baseline = Baseline.of(model);
            if (baseline.isPresent()) {
                Baseline of = baseline.get();
                if (of.hasPca()) {
                    String components = Shown.count(of.components().length, "component");
                    rivals.add(new Rival(
                            "PCA with " + components,
                            joined(parts, rows -> of.pcaErrors(rows.scaled(model.scaler())))));
                }
                rivals.add(new Rival(
                        "distance to the mean", joined(parts, rows -> of.meanErrors(rows.scaled(model.scaler())))));
            }
            return rivals;
        }

        private static double[] joined(List<Dataset> parts, Function<Dataset, double[]> scores) {
            return parts.stream()
                    .flatMapToDouble(part -> Arrays.stream(scores.apply(part)))
                    .map(score -> Double.isNaN(score) ? Double.POSITIVE_INFINITY : score) // too large for a number
                    .toArray();
        }
    }

    /**
     * The line that says why a detector has no threshold.
     *
     * @param stored the one in the model file, whose threshold may be for another score
     */
    static String noThreshold(AnomalyDetector stored, AnomalyDetector detector) {
        if (stored.threshold().isEmpty()) {
            return "threshold     none: the flags are empty (hourglass calibrate finds one)";
        }
        return "threshold     none: the flags are empty, because the model's is for the score "
                + stored.kind().label() + " (hourglass calibrate --score "
                + detector.kind().label() + " finds one)";
    }

    /** The rows of --data. */
    Dataset data() {
        return parts.get(0);
    }

    boolean isAnomaly(int row) {
        return anomaly != null && anomaly[row];
    }

    boolean isFlagged(int row) {
        return threshold != null && threshold.isExceededBy(scores[row]);
    }

    /**
     * Prints what the scores tell.
     *
     * @param target where the scores are
     * @param ofTraining whether the user asks for training rows; otherwise the figures should show how the model does
     *     on new rows
     * @param noThreshold the line that says why there is no threshold, if so
     */
    void print(PrintStream out, Output target, boolean ofTraining, String noThreshold) {
        boolean leaveOut = anomaly != null && !ofTraining;
        int training = TrainingRows.rows(trained).length;
        Share all = new Share();
        Share normal = new Share();
        Share found = new Share();
        SortedMap<Integer, Share> labels = new TreeMap<>();
        for (int row = 0; row < scores.length; row++) {
            if (leaveOut && trained[row]) {
                continue;
            }
            all.add(this, row);
            (isAnomaly(row) ? found : normal).add(this, row);
            if (data().hasLabels() && row < data().rows()) {
                labels.computeIfAbsent(data().label(row), any -> new Share()).add(this, row);
            }
        }
        out.printf(Locale.ROOT, "rows          %d%n", scores.length);
        if (training > 0) {
            out.printf(
                    leaveOut
                            ? "measured on   %s; left out: %s that the model was trained on%n"
                            : "trained on    %2$s, so expect larger scores on new rows%n",
                    Shown.rows(all.scores.rows()),
                    leaveOut ? Shown.rows(training) : training + " of these rows");
        }
        out.println("mean score    " + all.mean());
        if (all.scores.excluded() > 0) {
            out.println("too large     " + all.scores.describeExcluded());
        }
        if (threshold == null) {
            out.println(noThreshold);
        } else {
            out.println("threshold     " + threshold);
            out.println("flagged       " + all);
        }
        if (anomaly != null) {
            if (threshold != null) {
                out.println("false alarms  " + normal);
                out.println("found         " + found);
            }
            out.println("ROC-AUC       " + rocAuc(leaveOut, normal.scores.rows(), found.scores.rows()));
        }
        labels.forEach((label, share) -> out.printf(
                "label %-8s mean score %s%s%n",
                Shown.text(data().labelName(label)), share.mean(), threshold == null ? "" : ", flagged " + share));
        out.println("Scores: " + target);
    }

    private String rocAuc(boolean leaveOut, int normal, int anomalies) {
        if (normal == 0 || anomalies == 0) {
            return "undefined: no " + (normal == 0 ? "normal row" : "anomaly")
                    + (leaveOut
                            ? " that the model was not trained on (train --validation holds rows out; --split train "
                                    + "measures on training rows)"
                            : "");
        }
        int[] measured = IntStream.range(0, scores.length)
                .filter(row -> !leaveOut || !trained[row])
                .toArray();
        boolean[] of = new boolean[measured.length];
        for (int i = 0; i < measured.length; i++) {
            of[i] = isAnomaly(measured[i]);
        }
        String line = rocAuc(scores, measured, of);
        return rivals.isEmpty()
                ? line
                : line
                        + rivals.stream()
                                .map(rival -> rival.name() + " " + rocAuc(rival.scores(), measured, of))
                                .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String rocAuc(double[] scores, int[] measured, boolean[] anomaly) {
        double[] chosen = IntStream.of(measured).mapToDouble(row -> scores[row]).toArray();
        return Shown.number("%.4f", RocAuc.of(chosen, anomaly));
    }

    /** The number of rows that are flagged, and of how many. */
    private static final class Share {
        final MeanError scores = new MeanError();
        final List<Double> all = new ArrayList<>();
        int flagged;

        void add(Scored rows, int row) {
            scores.add(row, rows.scores[row]);
            all.add(rows.scores[row]);
            flagged += rows.isFlagged(row) ? 1 : 0;
        }

        /** The mean and the median, which a few rows with high scores do not change. */
        String mean() {
            return Shown.error(scores.mean())
                    + (all.isEmpty() ? "" : " (median " + Shown.error(Statistics.median(all)) + ")");
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d of %d (%s)",
                    flagged,
                    scores.rows(),
                    Shown.number("%.2f %%", 100.0 * flagged / scores.rows()));
        }
    }
}
