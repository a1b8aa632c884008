package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.MeanError;
import io.hourglass.lab.analysis.RocAuc;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.data.ScoresCsv;
import io.hourglass.lab.data.SeriesReader;
import io.hourglass.lab.data.SeriesScoresCsv;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.TimestampScores;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.data.Windows;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.report.Heatmaps;
import io.hourglass.lab.report.SeriesPage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass score}. */
@Command(
        name = "score",
        description = {
            "Writes each row's anomaly score: the mean squared error of its reconstruction in the network's units "
                    + "or, for a table with categories, the mean error of its columns. "
                    + "It is high for rows unlike the training rows.",
            "",
            "The file has one line per row, numbered from 0 (or named by --id, or by the file of an image): "
                    + "row,score,flag, then the columns that contribute "
                    + "most, each with its share of the squared error (feature1,share1,...). The flag is 1 above "
                    + "the threshold that calibrate stored in the model, otherwise 0, and empty if the model has "
                    + "no threshold. A score too large for a number is written as Infinity and left out of means. "
                    + "Columns have their names from the training CSV, or numbers from 0.",
            "",
            "For a model of windows (train --window), the lines begin with time,group,score,flag (row instead of "
                    + "time if there is no time column; group only if there are several series). A row's score comes "
                    + "from its own errors in all windows that contain it, and is empty if there is none.",
            "",
            "For a table, what these columns hold and what the model expected follow (value1,expected1,...)."
        },
        footer = {
            "",
            "Examples, telling 9s from the other digits, and pictures of clothes from digits:",
            "  hourglass score detector.safetensors --data mnist --anomaly-labels 9 -o scores.csv",
            "  hourglass score detector.safetensors --data mnist --anomalies fashion-mnist -o scores.csv"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ScoreCommand extends Subcommand {
    /** The most pictures of {@code --heatmaps}: more than anybody looks at. */
    private static final int MOST_PICTURES = 100;

    @Mixin
    private ModelOption modelFile;

    @Mixin
    private RowsOption rows;

    @Option(
            names = "--anomaly-labels",
            paramLabel = "LABELS",
            description = "Labels that are anomalies, such as 9. Adds the column anomaly and measures how well the "
                    + "model finds them, on rows it was not trained on (with --split train, on its "
                    + "training rows too).")
    private @Nullable LabelSet anomalyLabels;

    @Option(
            names = "--anomalies",
            paramLabel = "DATA",
            description = "More data, whose rows (its test rows, if it has any) are all anomalies. They are scored "
                    + "after the rows of --data, which then count as normal.")
    private @Nullable String anomalies;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of columns to name per row. Default: 3.")
    private int top;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "File to write (.csv); - writes to standard output.")
    private Path output;

    @Option(
            names = "--heatmaps",
            paramLabel = "DIR",
            description = "Folder to write pictures to, if the rows are images: original, reconstruction and the "
                    + "squared error of each pixel, for the flagged rows or, if the model has no threshold, for "
                    + "all; at most " + MOST_PICTURES + ", those with the highest scores.")
    private @Nullable Path heatmaps;

    @Option(names = "--aggregate", paramLabel = "mean|median|max", description = CalibrateCommand.AGGREGATE_HELP)
    private @Nullable Aggregate aggregate;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "For a model of windows: a page to write (.html) with the series, their scores, the "
                    + "threshold and the flagged stretches; one file, no network needed.")
    private @Nullable Path plot;

    @Mixin
    private SafeCsvOption safeCsv;

    @Mixin
    private ForceOption force;

    ScoreCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (top < 0) {
            throw wrongUsage("--top " + top + ": expected 0 or more");
        }
        if (anomalies != null && anomalyLabels != null) {
            throw wrongUsage("--anomalies and --anomaly-labels cannot be combined");
        }
        requireWritable(output);
        List<Path> inputs = rows.inputs(modelFile.path());
        if (anomalies != null) {
            inputs.addAll(DataSource.paths(anomalies));
        }
        force.requireNew(output, inputs);
        Output target = console.output(output);
        if (target.standard() == null) {
            requireName(output, "-o", ".csv");
        }
        if (plot != null) {
            requireWritable(plot);
            requireName(plot, "--plot", ".html");
            force.requireNew(plot, inputs);
        }
        if (heatmaps != null) {
            if (Files.exists(heatmaps) && !Files.isDirectory(heatmaps)) {
                throw new FileSystemException(heatmaps.toString(), null, "is a file, expected a folder");
            }
            Path existing = heatmaps.toAbsolutePath();
            while (existing != null && !Files.exists(existing)) {
                existing = existing.getParent();
            }
            if (existing != null && !Files.isWritable(existing)) {
                throw new FileSystemException(heatmaps.toString(), null, "permission denied");
            }
            force.requireNew(heatmaps, inputs);
            force.requireOutside(heatmaps, inputs);
        }
        Autoencoder model = readModel(modelFile, rows);
        AnomalyDetector detector = detector(modelFile, model);
        Optional<WindowSettings> settings = WindowSettings.of(model);
        if (settings.isPresent()) {
            scoreSeries(detector, settings.get(), target);
            return;
        }
        if (plot != null) {
            throw wrongUsage("--plot needs a model of windows, which train --window makes");
        }
        if (aggregate != null) {
            throw wrongUsage("--aggregate needs a model of windows, which train --window makes");
        }
        Progress progress = console.progress();
        RowsOption.Marked marked = rows.readMarked(model, anomalyLabels, progress);
        Dataset data = marked.data();
        Optional<ImageShape> shape = imageShape(data, modelFile, model);
        if (heatmaps != null && shape.isEmpty()) {
            throw ShapeOption.unknown(modelFile.path(), model);
        }
        List<Dataset> parts = List.of(data);
        boolean @Nullable [] anomaly = anomalyLabels == null ? null : anomalyLabels.mark(data);
        boolean[] trained = marked.trained();
        RowNames names = marked.names();
        if (anomalies != null) {
            RowsOption.Marked more = rows.readMore(anomalies, model, progress);
            parts = List.of(data, more.data());
            trained = Arrays.copyOf(trained, data.rows() + more.data().rows());
            System.arraycopy(more.trained(), 0, trained, data.rows(), more.trained().length);
            anomaly = new boolean[trained.length];
            Arrays.fill(anomaly, data.rows(), anomaly.length, true);
            names = joined(names, more.names());
        }
        progress.say("scoring " + Shown.rows(trained.length));
        int of = trained.length;
        RowNames written = safeCsv.cells(names);
        Result result = new Result(
                parts, new double[of], anomaly, trained, detector.threshold().orElse(null));
        List<Heatmaps.Row> pictured = new ArrayList<>();
        ScoresCsv.write(
                target,
                detector,
                parts,
                anomaly,
                written,
                top,
                column(model),
                model.metadata().containsKey(TableColumns.KEY) ? TableColumns.of(model) : null,
                safeCsv::cell,
                result.scores(),
                done -> {
                    if (progress.isDue()) {
                        progress.live("scored row " + done + " of " + of);
                    }
                },
                () -> {
                    if (heatmaps != null) {
                        pictured.addAll(pictured(result));
                        progress.say("drawing " + Shown.count(pictured.size(), "picture"));
                        Heatmaps.write(heatmaps, model, pictured, shape.orElseThrow());
                    }
                });
        progress.close();
        print(result, target);
        if (heatmaps != null) {
            console.telling(target)
                    .println(
                            pictured.isEmpty()
                                    ? "Heatmaps: none, because no row is flagged"
                                    : "Heatmaps: " + heatmaps + " (" + Shown.count(pictured.size(), "picture") + ")");
        }
    }

    /** Scores the rows of series, from the windows that contain them. */
    private void scoreSeries(AnomalyDetector detector, WindowSettings settings, Output target) throws IOException {
        if (anomalies != null || heatmaps != null) {
            throw wrongUsage("--anomalies and --heatmaps need a model of single rows, not of windows");
        }
        Autoencoder model = detector.model();
        @Nullable Threshold threshold = detector.threshold().orElse(null);
        Aggregate how = Aggregate.of(model);
        if (aggregate != null && aggregate != how && threshold != null) {
            throw wrongUsage("--aggregate " + aggregate.label() + ": the model's threshold is for " + how.label()
                    + " (hourglass calibrate --aggregate finds another)");
        }
        how = aggregate == null ? how : aggregate;
        Progress progress = console.progress();
        RowsOption.Series given = rows.readSeries(model, settings, progress);
        TimeSeries series = given.all();
        Windows windows = series.windows(settings.width(), settings.stride(), given.chosen())
                .orElseThrow(() -> series.tooShort(settings.width()));
        boolean @Nullable [] anomaly = anomalyLabels == null ? null : anomalyLabels.mark(series.data());
        progress.say("scoring " + Shown.count(windows.rows(), "window"));
        TimestampScores scores = TimestampScores.of(model, windows, series.rows(), how, done -> {
            if (progress.isDue()) {
                progress.live("scored window " + done + " of " + windows.rows());
            }
        });
        List<String> columns = SeriesReader.columns(model);
        SeriesScoresCsv.write(
                target,
                series,
                scores,
                threshold,
                anomaly,
                top,
                column -> safeCsv.cell(columns.get(column)),
                safeCsv::cell);
        if (plot != null) {
            SeriesPage.write(
                    plot,
                    series,
                    scores,
                    threshold,
                    columns,
                    String.valueOf(modelFile.path().getFileName()));
        }
        progress.close();
        int[] covered =
                IntStream.range(0, series.rows()).filter(scores::isCovered).toArray();
        boolean[] ofCovered = new boolean[covered.length];
        boolean[] trained = new boolean[covered.length];
        for (int i = 0; i < covered.length; i++) {
            ofCovered[i] = anomaly != null && anomaly[series.row(covered[i])];
            trained[i] = given.trained()[covered[i]];
        }
        int[] inFile = Arrays.stream(covered).map(series::row).toArray();
        print(
                new Result(
                        List.of(series.data().select(inFile)),
                        scores.covered(),
                        anomaly == null ? null : ofCovered,
                        trained,
                        threshold),
                target);
        int uncovered = series.rows() - covered.length;
        if (uncovered > 0) {
            console.telling(target).println("Without a score: " + Shown.rows(uncovered) + " that no window contains");
        }
        if (plot != null) {
            console.telling(target).println("Plot: " + plot);
        }
    }

    /** The names of some rows and then others; null unless all have names. */
    private static @Nullable RowNames joined(@Nullable RowNames first, @Nullable RowNames second) {
        return first == null || second == null
                ? null
                : new RowNames(
                        first.title(),
                        Stream.concat(first.names().stream(), second.names().stream())
                                .toList());
    }

    /** The rows to picture, highest score first. */
    private static List<Heatmaps.Row> pictured(Result result) {
        List<Heatmaps.Row> rows = new ArrayList<>();
        for (Dataset part : result.parts()) {
            int first = rows.size();
            IntStream.range(0, part.rows()).forEach(row -> rows.add(new Heatmaps.Row(part, row, first + row)));
        }
        return rows.stream()
                .filter(row -> result.threshold() == null || result.isFlagged(row.number()))
                .sorted(Comparator.comparingDouble((Heatmaps.Row row) -> -result.scores()[row.number()]))
                .limit(MOST_PICTURES)
                .toList();
    }

    /** The names of the columns in the training data or, if it had none, their numbers from 0. */
    private IntFunction<String> column(Autoencoder model) throws FormatException {
        List<String> columns = model.table().differ() ? TableColumns.of(model).layoutNames() : model.columns();
        return columns.isEmpty() ? Integer::toString : column -> safeCsv.cell(columns.get(column));
    }

    /** The rows and what is known about them. */
    private record Result(
            List<Dataset> parts,
            double[] scores,
            boolean @Nullable [] anomaly,
            boolean[] trained,
            @Nullable Threshold threshold) {
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
    }

    private void print(Result result, Output target) {
        PrintStream out = console.telling(target);
        // The figures should show how the model does on new rows.
        boolean leaveOut = result.anomaly() != null && !rows.areTraining();
        int training = TrainingRows.rows(result.trained()).length;
        Share all = new Share();
        Share normal = new Share();
        Share found = new Share();
        SortedMap<Integer, Share> labels = new TreeMap<>();
        for (int row = 0; row < result.scores().length; row++) {
            if (leaveOut && result.trained()[row]) {
                continue;
            }
            all.add(result, row);
            (result.isAnomaly(row) ? found : normal).add(result, row);
            if (result.data().hasLabels() && row < result.data().rows()) {
                labels.computeIfAbsent(result.data().label(row), any -> new Share())
                        .add(result, row);
            }
        }
        out.printf(Locale.ROOT, "rows          %d%n", result.scores().length);
        if (training > 0) {
            out.printf(
                    leaveOut
                            ? "measured on   %s; left out: %s that the model was trained on%n"
                            : "trained on    %2$s, so expect larger scores on new rows%n",
                    Shown.rows(all.scores.rows()),
                    leaveOut ? Shown.rows(training) : training + " of these rows");
        }
        out.println("mean score    " + Shown.error(all.scores.mean()));
        if (all.scores.excluded() > 0) {
            out.println("too large     " + all.scores.describeExcluded());
        }
        if (result.threshold() == null) {
            out.println("threshold     none: the flags are empty (hourglass calibrate finds one)");
        } else {
            out.println("threshold     " + result.threshold());
            out.println("flagged       " + all);
        }
        if (result.anomaly() != null) {
            if (result.threshold() != null) {
                out.println("false alarms  " + normal);
                out.println("found         " + found);
            }
            out.println("ROC-AUC       " + rocAuc(result, leaveOut, normal.scores.rows(), found.scores.rows()));
        }
        labels.forEach((label, share) -> out.printf(
                "label %-8s mean score %s%s%n",
                Shown.text(result.data().labelName(label)),
                Shown.error(share.scores.mean()),
                result.threshold() == null ? "" : ", flagged " + share));
        out.println("Scores: " + target);
    }

    private static String rocAuc(Result result, boolean leaveOut, int normal, int anomalies) {
        if (normal == 0 || anomalies == 0) {
            return "undefined: no " + (normal == 0 ? "normal row" : "anomaly")
                    + (leaveOut
                            ? " that the model was not trained on (train --validation holds rows out; --split train "
                                    + "measures on training rows)"
                            : "");
        }
        int[] measured = IntStream.range(0, result.scores().length)
                .filter(row -> !leaveOut || !result.trained()[row])
                .toArray();
        boolean[] anomaly = new boolean[measured.length];
        double[] scores = new double[measured.length];
        for (int i = 0; i < measured.length; i++) {
            anomaly[i] = result.isAnomaly(measured[i]);
            scores[i] = result.scores()[measured[i]];
        }
        return Shown.number("%.4f", RocAuc.of(scores, anomaly));
    }

    /** The number of rows that are flagged, and of how many. */
    private static final class Share {
        final MeanError scores = new MeanError();
        int flagged;

        void add(Result result, int row) {
            scores.add(row, result.scores()[row]);
            flagged += result.isFlagged(row) ? 1 : 0;
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
