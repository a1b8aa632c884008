package io.hourglass.lab.detection;

import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.AveragePrecision;
import io.hourglass.lab.analysis.RocAuc;
import io.hourglass.lab.data.LabelledSeries;
import io.hourglass.lab.detection.TableResult.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What detectors do on one labelled series.
 *
 * @param table row by row, as for a table; its anomalies are the rows in anomalous ranges
 * @param ranges anomalous ranges that have a measured row
 * @param alarms one for each detector
 */
public record SeriesResult(TableResult table, int ranges, List<Alarms> alarms) {
    /**
     * The share of the measured rows that each detector flags: those with its highest scores. It is small, because a
     * range that is long is soon found by chance.
     */
    public static final double FLAGGED = 0.002;

    /**
     * What a detector finds if it flags its share of rows.
     *
     * @param found ranges with a flagged row
     * @param falseAlarms stretches of flagged rows without a row in a range
     */
    public record Alarms(int found, int falseAlarms) {}

    public SeriesResult {
        alarms = List.copyOf(alarms);
    }

    /**
     * Measures detectors, one after the other, on the rows that were not trained on or, if all were, on all rows; but
     * not on the first ones, as many as a window has, which have too few rows before them for a moving average.
     *
     * @param width rows of a window
     * @param begins receives the name of each detector before it learns
     * @throws IOException if the series has too few rows or no anomalous range, or nothing can be learned from it
     */
    public static SeriesResult of(
            LabelledSeries series,
            Protocol protocol,
            int width,
            List<SeriesDetector> detectors,
            Consumer<String> begins)
            throws IOException {
        boolean[] anomaly = series.anomaly();
        int rows = anomaly.length;
        int trained = protocol.trained(series.name(), anomaly);
        int from = Math.max(width, trained == rows ? 0 : trained);
        boolean[] measured = Arrays.copyOfRange(anomaly, Math.min(from, rows), rows);
        List<boolean[]> ranges = Arrays.stream(series.ranges())
                .map(range -> Arrays.copyOfRange(range, Math.min(from, rows), rows))
                .filter(range -> count(range) > 0)
                .toList();
        if (ranges.isEmpty() || count(measured) == measured.length) {
            throw new FormatException(
                    series.name() + ": has no " + (ranges.isEmpty() ? "anomalous range" : "normal rows")
                            + " to measure, expected normal rows and at least one anomalous range");
        }
        List<Figures> figures = new ArrayList<>();
        List<Alarms> alarms = new ArrayList<>();
        for (SeriesDetector detector : detectors) {
            begins.accept(detector.name());
            long start = System.nanoTime();
            Optional<double[]> scores =
                    detector.scores(series.rows(), trained, width).map(all -> Arrays.copyOfRange(all, from, rows));
            figures.add(new Figures(
                    detector.name(),
                    scores.map(of -> RocAuc.of(of, measured)).orElse(Double.NaN),
                    scores.map(of -> AveragePrecision.of(of, measured)).orElse(Double.NaN),
                    (System.nanoTime() - start) / 1e9));
            alarms.add(scores.map(of -> alarms(of, measured, ranges)).orElse(new Alarms(0, 0)));
        }
        return new SeriesResult(
                new TableResult(
                        series.name(),
                        rows,
                        series.rows().train().inputs(),
                        count(anomaly),
                        trained,
                        measured.length,
                        figures),
                ranges.size(),
                alarms);
    }

    private static int count(boolean[] marks) {
        return (int) IntStream.range(0, marks.length).filter(i -> marks[i]).count();
    }

    /**
     * Flags the rows with the highest scores, {@link #FLAGGED} of them and at least one, but none whose score equals
     * that of a row beyond this number.
     *
     * @param ranges [ranges][rows]
     */
    static Alarms alarms(double[] scores, boolean[] anomaly, List<boolean[]> ranges) {
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        int flags = Math.max(1, (int) Math.round(FLAGGED * scores.length));
        double threshold = sorted[scores.length - 1 - Math.min(flags, scores.length - 1)];
        int found = (int) ranges.stream()
                .filter(range ->
                        IntStream.range(0, scores.length).anyMatch(row -> range[row] && scores[row] > threshold))
                .count();
        int falseAlarms = 0;
        for (int from = 0; from < scores.length; ) {
            int to = from;
            boolean inRange = false;
            for (; to < scores.length && scores[to] > threshold; to++) {
                inRange |= anomaly[to];
            }
            falseAlarms += to > from && !inRange ? 1 : 0;
            from = to + 1;
        }
        return new Alarms(found, falseAlarms);
    }

    /**
     * The sums over series, for each detector.
     *
     * @param all at least one, with the same detectors
     */
    public static List<Alarms> sum(List<SeriesResult> all) {
        return IntStream.range(0, all.get(0).alarms().size())
                .mapToObj(detector -> all.stream()
                        .map(one -> one.alarms().get(detector))
                        .reduce(
                                new Alarms(0, 0),
                                (a, b) -> new Alarms(a.found() + b.found(), a.falseAlarms() + b.falseAlarms())))
                .toList();
    }
}
