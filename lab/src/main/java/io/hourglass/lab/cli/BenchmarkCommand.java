package io.hourglass.lab.cli;

import io.hourglass.Imputation;
import io.hourglass.Recipe;
import io.hourglass.TrainingException;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.CsvRows;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.data.LabelledTable;
import io.hourglass.lab.data.OptionsException;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.detection.Baselines;
import io.hourglass.lab.detection.Detector;
import io.hourglass.lab.detection.NetworkDetector;
import io.hourglass.lab.detection.Protocol;
import io.hourglass.lab.detection.TableResult;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.report.BenchmarkPage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass benchmark}. */
@Command(
        name = "benchmark",
        description = {
            "Measures how well anomalies are found in labelled tables or series, compared with other detectors.",
            "",
            "The autoencoder is the one that train makes without options (autoencoder). It is compared with PCA of as "
                    + "many components as its code has values (pca) and of a quarter of the columns (pca-quarter), "
                    + "the distance to the mean (mean), the distance to the 5th nearest training row (knn5) and an "
                    + "isolation forest (iforest).",
            "",
            "It reads the files that end in .npz (arrays X and y), .arff, .csv or .tsv, also gzip. Labels are the "
                    + "column that --label-column names or, if it is not given, the one named label, class, target, "
                    + "outlier or anomaly. Files without labels are left out, with a note.",
            "",
            "It prints the ROC-AUC of each detector for each table, and the averages.",
            "",
            "With --series, the files are series whose anomalous ranges of time are known, as in the Numenta Anomaly "
                    + "Benchmark. The autoencoder is then the one that train --window makes, beside PCA of the same "
                    + "windows (pca), the distance to the mean of the rows just before, as many as a window has "
                    + "(moving-average), and the distance to the mean of the training rows (mean). It prints the "
                    + "ROC-AUC row by row and, for the " + SeriesBenchmark.FLAGGED + " of the rows with the highest "
                    + "scores, how many ranges hold one of them, and how many stretches of them are false alarms."
        },
        footer = {
            "",
            "Examples:",
            "  hourglass benchmark tables -o results.csv --page results.html",
            "  hourglass benchmark NAB/data --series NAB/labels/combined_windows.json -o results.csv"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BenchmarkCommand extends Subcommand {
    private static final String HEADING = "ROC-AUC";
    private static final int LONGEST_NAME = 28;

    @Parameters(paramLabel = "DIR", description = "Folder of labelled tables.")
    private Path folder;

    @Option(
            names = "--protocol",
            paramLabel = "semi-supervised|unsupervised",
            description = "Which rows train and which test. semi-supervised: of the normal rows in the order of the "
                    + "file, numbers 0, 2, 4, ... train; the others and the anomalies test; of a series, the rows "
                    + "before the first anomalous range train, at most half of all, and those after them test. "
                    + "unsupervised: all rows train and test. Of a table, at most 20,000 rows of each kind, the "
                    + "first. Default: semi-supervised.")
    private Protocol protocol = Protocol.SEMI_SUPERVISED;

    @Option(
            names = "--anomaly-labels",
            paramLabel = "LABELS",
            description = "Labels that are anomalies; all others are normal. Default: 1 if the labels are 0 and 1 "
                    + "(likewise yes and no, true and false, anomaly and normal, outlier and inlier).")
    private @Nullable LabelSet anomalyLabels;

    @Mixin
    private DataOptions dataOptions;

    @Option(
            names = "--impute",
            paramLabel = "mean|median|most-frequent",
            description = "What replaces missing values, as for train. Default: tables with missing values are left "
                    + "out.")
    private Imputation.@Nullable Kind impute;

    @Mixin
    private LabelledSeriesOptions series;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the autoencoder and the isolation forest. Default: " + Recipe.DEFAULT_SEED + ".")
    private long seed = Recipe.DEFAULT_SEED;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of threads; it does not change the results. Default: as many as turn out to be "
                    + "fastest, up to one per processor.")
    private @Nullable Integer threads;

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "FILE",
            description = "CSV to write: a line for each table and detector, with ROC-AUC, average precision and "
                    + "seconds; for series, also ranges found and false alarms.")
    private @Nullable Path output;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "Page to write (.html): the ROC-AUCs as a dot plot, and all figures; one file, no network "
                    + "needed.")
    private @Nullable Path page;

    @Mixin
    private SafeCsvOption safeCsv;

    @Mixin
    private ForceOption force;

    BenchmarkCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        threads(threads);
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        fromOptions(() -> series.check(anomalyLabels != null, impute != null));
        @Nullable
        SeriesBenchmark benchmark =
                series.file == null ? null : new SeriesBenchmark(console, folder, series, protocol, seed, threads);
        List<Path> files = benchmark == null ? LabelledTable.files(folder) : benchmark.files();
        @Nullable Output target = output == null ? null : console.output(output);
        requireNew(output, "-o", target != null && target.standard() != null ? "" : ".csv", files);
        requireNew(page, "--page", ".html", files);
        if (output != null && page != null && output.toAbsolutePath().equals(page.toAbsolutePath())) {
            throw wrongUsage("-o and --page are the same file");
        }
        PrintStream out = target == null ? console.out() : console.telling(target);
        if (benchmark != null) {
            benchmark.run(dataOptions.toTrain(null, ReadOptions.Colours.GREY), out);
            benchmark.write(target, page, safeCsv, out);
            return;
        }
        List<TableResult> results = measure(files, out);
        if (results.isEmpty()) {
            throw new FormatException(folder + ": no table could be measured, expected tables with labels");
        }
        if (target != null) {
            write(target, results);
            if (target.standard() == null) {
                out.println("Results: " + output);
            }
        }
        if (page != null) {
            String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
            BenchmarkPage.write(page, name, protocol, results);
            out.println("Page: " + page);
        }
    }

    private void requireNew(@Nullable Path file, String option, String ending, List<Path> inputs) throws IOException {
        if (file != null) {
            requireWritable(file);
            requireName(file, option, ending);
            force.requireNew(file, inputs);
        }
    }

    private List<TableResult> measure(List<Path> files, PrintStream out) throws IOException {
        Progress progress = console.progress();
        Progress notes = Progress.onStandardError(console.err());
        notes.quiet(); // what each of many tables holds would drown the results
        ReadOptions options = dataOptions.toTrain(impute, ReadOptions.Colours.GREY);
        String[] step = {""}; // what goes on, for the live line
        List<Detector> detectors = Stream.concat(
                        Stream.of(new NetworkDetector(
                                seed, threads, impute, epochs -> TrainingLines.live(() -> step[0], epochs, progress))),
                        Baselines.all(seed, impute).stream())
                .toList();
        int width = HEADING.length();
        for (Path file : files) {
            width = Math.max(
                    width, Shown.text(String.valueOf(file.getFileName())).length());
        }
        width = Math.min(width, LONGEST_NAME);
        List<TableResult> results = new ArrayList<>();
        for (Path file : files) {
            progress.log("reading " + file.getFileName());
            TableResult result;
            try {
                LabelledTable table = LabelledTable.read(file, options, anomalyLabels, notes);
                result = TableResult.of(table, protocol, detectors, detector -> {
                    step[0] = table.name() + ": " + detector;
                    progress.live(step[0]);
                });
            } catch (OptionsException e) {
                throw e;
            } catch (IOException | IllegalArgumentException | TrainingException e) {
                progress.note("leaving out " + Failure.describe(e));
                continue;
            }
            progress.close(); // the table has no live line in it
            if (results.isEmpty()) {
                out.println(heading(width, detectors));
            }
            results.add(result);
            out.println(line(width, result));
        }
        if (!results.isEmpty()) {
            printMeans(width, results, out);
        }
        return results;
    }

    private static String heading(int width, List<Detector> detectors) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%-" + width + "s %8s %7s %9s", HEADING, "rows", "columns", "anomalies"));
        for (Detector detector : detectors) {
            line.append(String.format(Locale.ROOT, " %11s", detector.name()));
        }
        return line.toString();
    }

    private static String line(int width, TableResult result) {
        String name = Shown.text(result.file());
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-" + width + "s %8d %7d %9d",
                name.length() <= width ? name : name.substring(0, width - 3) + "...",
                result.rows(),
                result.columns(),
                result.anomalies()));
        result.results().forEach(of -> line.append(cell("%.4f", of.rocAuc())));
        return line.toString();
    }

    private static String cell(String format, double value) {
        return String.format(
                Locale.ROOT, " %11s", Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value));
    }

    private void printMeans(int width, List<TableResult> results, PrintStream out) {
        StringBuilder auc = new StringBuilder();
        StringBuilder precision = new StringBuilder();
        StringBuilder seconds = new StringBuilder();
        for (TableResult.Figures mean : TableResult.mean(results)) {
            auc.append(cell("%.4f", mean.rocAuc()));
            precision.append(cell("%.4f", mean.averagePrecision()));
            seconds.append(cell("%.2f", mean.seconds() * results.size()));
        }
        String name = "%-" + (width + 27) + "s";
        out.println(String.format(Locale.ROOT, name, "mean ROC-AUC, " + Shown.count(results.size(), "table")) + auc);
        out.println(String.format(Locale.ROOT, name, "mean average precision") + precision);
        out.println(String.format(Locale.ROOT, name, "seconds") + seconds);
    }

    private void write(Output target, List<TableResult> results) throws IOException {
        List<String[]> lines = results.stream()
                .flatMap(table -> table.results().stream().map(of -> new String[] {
                    safeCsv.cell(table.file()),
                    String.valueOf(table.rows()),
                    String.valueOf(table.columns()),
                    String.valueOf(table.anomalies()),
                    of.detector(),
                    number(of.rocAuc()),
                    number(of.averagePrecision()),
                    String.format(Locale.ROOT, "%.3f", of.seconds())
                }))
                .toList();
        CsvRows.write(
                target,
                lines.size(),
                lines::get,
                List.of("file", "rows", "columns", "anomalies", "detector", "roc_auc", "average_precision", "seconds"),
                done -> {});
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.valueOf(value);
    }
}
