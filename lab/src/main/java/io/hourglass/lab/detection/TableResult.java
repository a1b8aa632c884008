package io.hourglass.lab.detection;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.AveragePrecision;
import io.hourglass.lab.analysis.RocAuc;
import io.hourglass.lab.data.LabelledTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What detectors do on one labelled table.
 *
 * @param file its name
 * @param rows of the table
 * @param columns of the table, without its labels
 * @param anomalies of the table
 * @param trainRows rows that were learned from
 * @param testRows rows that were measured
 * @param results one for each detector
 */
public record TableResult(
        String file, int rows, int columns, int anomalies, int trainRows, int testRows, List<Figures> results) {
    /**
     * What a detector does on a table.
     *
     * @param rocAuc see {@link RocAuc}; NaN if the table is too large for the detector
     * @param averagePrecision see {@link AveragePrecision}; likewise
     * @param seconds to learn and to score
     */
    public record Figures(String detector, double rocAuc, double averagePrecision, double seconds) {}

    public TableResult {
        results = List.copyOf(results);
    }

    /**
     * Measures detectors, one after the other.
     *
     * @param begins receives the name of each detector before it learns
     * @throws FormatException if the table has too few rows, or nothing can be learned from them
     */
    public static TableResult of(
            LabelledTable table, Protocol protocol, List<Detector> detectors, Consumer<String> begins)
            throws FormatException {
        Protocol.Split split = protocol.split(table.name(), table.anomaly());
        Dataset train = table.rows().select(split.train());
        Dataset test = split.test() == split.train() ? train : table.rows().select(split.test());
        boolean[] anomaly = new boolean[test.rows()];
        for (int row = 0; row < anomaly.length; row++) {
            anomaly[row] = table.anomaly()[split.test()[row]];
        }
        List<Figures> results = new ArrayList<>();
        for (Detector detector : detectors) {
            begins.accept(detector.name());
            long start = System.nanoTime();
            Optional<double[]> scores = detector.fit(train, table.layout()).map(fitted -> ordered(fitted.scores(test)));
            results.add(new Figures(
                    detector.name(),
                    scores.map(of -> RocAuc.of(of, anomaly)).orElse(Double.NaN),
                    scores.map(of -> AveragePrecision.of(of, anomaly)).orElse(Double.NaN),
                    (System.nanoTime() - start) / 1e9));
        }
        return new TableResult(
                table.name(),
                table.rows().rows(),
                table.layout().differ()
                        ? table.layout().counted()
                        : table.rows().inputs(),
                (int) IntStream.range(0, table.anomaly().length)
                        .filter(row -> table.anomaly()[row])
                        .count(),
                train.rows(),
                test.rows(),
                results);
    }

    /** A score that is too large for a number is above all others. */
    private static double[] ordered(double[] scores) {
        return Arrays.stream(scores)
                .map(score -> Double.isNaN(score) ? Double.POSITIVE_INFINITY : score)
                .toArray();
    }

    /**
     * The mean over tables, for each detector; NaN if a table is without a value.
     *
     * @param all at least one, with the same detectors
     */
    public static List<Figures> mean(List<TableResult> all) {
        return IntStream.range(0, all.get(0).results().size())
                .mapToObj(detector -> new Figures(
                        all.get(0).results().get(detector).detector(),
                        mean(all, detector, Figures::rocAuc),
                        mean(all, detector, Figures::averagePrecision),
                        mean(all, detector, Figures::seconds)))
                .toList();
    }

    private static double mean(List<TableResult> all, int detector, ToDoubleFunction<Figures> value) {
        double sum = 0;
        for (TableResult one : all) {
            sum += value.applyAsDouble(one.results().get(detector));
        }
        return sum / all.size();
    }
}
