package io.hourglass.lab.cli;

import io.hourglass.TrainingException;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.CsvRows;
import io.hourglass.lab.data.LabelledSeries;
import io.hourglass.lab.data.OptionsException;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.detection.Protocol;
import io.hourglass.lab.detection.SeriesBaselines;
import io.hourglass.lab.detection.SeriesDetector;
import io.hourglass.lab.detection.SeriesNetwork;
import io.hourglass.lab.detection.SeriesResult;
import io.hourglass.lab.detection.TableResult;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.report.BenchmarkPage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code hourglass benchmark --series} does. */
final class SeriesBenchmark {
    /** The share of flagged rows, for the help. */
    static final String FLAGGED = 100 * SeriesResult.FLAGGED + " %";

    private static final String HEADING = "ROC-AUC, found, false";
    private static final int LONGEST_NAME = 40;

    private final Console console;
    private final Path folder;
    private final LabelledSeriesOptions options;
    private final Protocol protocol;
    private final Map<String, List<List<String>>> ranges;
    private final List<SeriesDetector> detectors;
    private final List<SeriesResult> results = new ArrayList<>();
    private String step = ""; // what goes on, for the live line

    SeriesBenchmark(
            Console console,
            Path folder,
            LabelledSeriesOptions options,
            Protocol protocol,
            long seed,
            @Nullable Integer threads)
            throws IOException {
        this.console = console;
        this.folder = folder;
        this.options = options;
        this.protocol = protocol;
        ranges = LabelledSeries.ranges(Objects.requireNonNull(options.file));
        detectors = Stream.concat(
                        Stream.of(new SeriesNetwork(
                                options.aggregate(),
                                seed,
                                threads,
                                epochs -> TrainingLines.live(() -> step, epochs, console.progress()))),
                        SeriesBaselines.all(options.aggregate()).stream())
                .toList();
    }

    /** All files to read. */
    List<Path> files() {
        return Stream.concat(
                        Stream.of(Objects.requireNonNull(options.file)),
                        ranges.keySet().stream().map(folder::resolve))
                .toList();
    }

    /** Measures all series, and prints a line for each and the sums. */
    void run(ReadOptions reading, PrintStream out) throws IOException {
        Progress progress = console.progress();
        Progress notes = Progress.onStandardError(console.err());
        notes.quiet(); // what each of many series holds would drown the results
        int width = ranges.keySet().stream()
                .mapToInt(name -> shown(name).length())
                .max()
                .orElse(0);
        width = Math.max(HEADING.length(), Math.min(width, LONGEST_NAME));
        for (Map.Entry<String, List<List<String>>> of : ranges.entrySet()) {
            String name = of.getKey();
            if (of.getValue().isEmpty()) {
                progress.note("leaving out " + name + ": it has no anomalous range");
                continue;
            }
            progress.log("reading " + name);
            SeriesResult result;
            try {
                LabelledSeries series =
                        LabelledSeries.read(folder, name, of.getValue(), reading, options.timeColumn(), notes);
                result = SeriesResult.of(series, protocol, options.width(), detectors, detector -> {
                    step = shown(name) + ": " + detector;
                    progress.live(step);
                });
            } catch (OptionsException e) {
                throw e;
            } catch (IOException | IllegalArgumentException | TrainingException e) {
                progress.note("leaving out " + Failure.describe(e));
                continue;
            }
            progress.close(); // the table has no live line in it
            if (results.isEmpty()) {
                out.println(heading(width));
            }
            results.add(result);
            out.println(line(width, result));
        }
        if (results.isEmpty()) {
            throw new FormatException(options.file + ": no series could be measured, expected files in " + folder
                    + " with anomalous ranges");
        }
        printSums(width, out);
    }

    /** The name without folders. */
    private static String shown(String name) {
        return Shown.text(name.substring(name.lastIndexOf('/') + 1));
    }

    private String heading(int width) {
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "%-" + width + "s %6s %6s", HEADING, "rows", "ranges"));
        detectors.forEach(detector -> line.append(String.format(Locale.ROOT, "  %15s", detector.name())));
        return line.toString();
    }

    private String line(int width, SeriesResult result) {
        String name = shown(result.table().file());
        return named(width, name, result.table().rows(), result.ranges())
                + cells(result.table().results(), result.alarms());
    }

    private static String named(int width, String name, int rows, int ranges) {
        return String.format(
                Locale.ROOT,
                "%-" + width + "s %6d %6d",
                name.length() <= width ? name : name.substring(0, width - 3) + "...",
                rows,
                ranges);
    }

    private static String cells(List<TableResult.Figures> figures, List<SeriesResult.Alarms> alarms) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < figures.size(); i++) {
            double rocAuc = figures.get(i).rocAuc();
            line.append(
                    Double.isNaN(rocAuc)
                            ? String.format(Locale.ROOT, "  %15s", "-")
                            : String.format(
                                    Locale.ROOT,
                                    "  %7.4f %3d %3d",
                                    rocAuc,
                                    alarms.get(i).found(),
                                    alarms.get(i).falseAlarms()));
        }
        return line.toString();
    }

    private void printSums(int width, PrintStream out) {
        List<TableResult> tables = results.stream().map(SeriesResult::table).toList();
        List<TableResult.Figures> means = TableResult.mean(tables);
        out.println(named(
                        width,
                        "mean, sum, sum",
                        tables.stream().mapToInt(TableResult::rows).sum(),
                        results.stream().mapToInt(SeriesResult::ranges).sum())
                + cells(means, SeriesResult.sum(results)));
        StringBuilder seconds = new StringBuilder(String.format(Locale.ROOT, "%-" + (width + 14) + "s", "seconds"));
        means.forEach(mean -> seconds.append(String.format(Locale.ROOT, "  %15.2f", mean.seconds() * tables.size())));
        out.println(seconds);
    }

    /** Writes what the user asks for: a CSV, a page. */
    void write(@Nullable Output csv, @Nullable Path page, SafeCsvOption safeCsv, PrintStream out) throws IOException {
        if (csv != null) {
            write(csv, safeCsv);
            if (csv.standard() == null) {
                out.println("Results: " + csv.path());
            }
        }
        if (page != null) {
            String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
            BenchmarkPage.writeSeries(page, name, protocol, results);
            out.println("Page: " + page);
        }
    }

    private void write(Output csv, SafeCsvOption safeCsv) throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (SeriesResult result : results) {
            TableResult table = result.table();
            for (int i = 0; i < table.results().size(); i++) {
                TableResult.Figures of = table.results().get(i);
                SeriesResult.Alarms alarms = result.alarms().get(i);
                boolean measured = !Double.isNaN(of.rocAuc());
                lines.add(new String[] {
                    safeCsv.cell(table.file()),
                    String.valueOf(table.rows()),
                    String.valueOf(table.columns()),
                    String.valueOf(table.anomalies()),
                    of.detector(),
                    measured ? String.valueOf(of.rocAuc()) : "",
                    measured ? String.valueOf(of.averagePrecision()) : "",
                    String.format(Locale.ROOT, "%.3f", of.seconds()),
                    String.valueOf(table.trainRows()),
                    String.valueOf(table.testRows()),
                    String.valueOf(result.ranges()),
                    measured ? String.valueOf(alarms.found()) : "",
                    measured ? String.valueOf(alarms.falseAlarms()) : ""
                });
            }
        }
        CsvRows.write(
                csv,
                lines.size(),
                lines::get,
                List.of(
                        "file",
                        "rows",
                        "columns",
                        "anomalies",
                        "detector",
                        "roc_auc",
                        "average_precision",
                        "seconds",
                        "train_rows",
                        "test_rows",
                        "ranges",
                        "found",
                        "false_alarms"),
                done -> {});
    }
}
