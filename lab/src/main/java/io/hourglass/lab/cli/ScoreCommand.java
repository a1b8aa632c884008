package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.data.ScoresCsv;
import io.hourglass.lab.data.SeriesScoresCsv;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.TimestampScores;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.data.UnseenTexts;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.data.Windows;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.report.Heatmaps;
import io.hourglass.lab.report.SeriesPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
            "Writes each row's anomaly score, which is high for rows unlike the training rows. By default it is the "
                    + "distance to the training rows most like it, in the network's code and errors and in the row's "
                    + "own values, in relation to what is typical: 1 for a typical training row, 3 for a row three "
                    + "times as far away.",
            "",
            "The file has one line per row, numbered from 0 (or named by --id, or by the file of an image): "
                    + "row,score,flag, then nearest, if the score compares rows with training rows (the most similar "
                    + "of them: its number in the training data, its --id, or its file), then the columns that "
                    + "contribute most to the error of the row's reconstruction, each with its share of the squared "
                    + "error (feature1,share1,...). The flag is 1 above the threshold that calibrate stored in the "
                    + "model, otherwise 0, and empty if the model has no threshold. A score too large for a number is "
                    + "written as Infinity and left out of means. Columns have their names from the training CSV, or "
                    + "numbers from 0.",
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
    static final String SCORE_HELP = "What tells anomalies. neighbours: how far a row is from the training rows most "
            + "like it, of those that the model keeps. reconstruction: the mean squared error of its reconstruction. "
            + "Default: that of the model's threshold; without one, neighbours if the model keeps training rows.";

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
            names = {"-o", "--output", "--out"},
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

    @Option(names = "--score", paramLabel = "neighbours|reconstruction", description = SCORE_HELP)
    private AnomalyDetector.@Nullable Score score;

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
            requireWritableFolder(heatmaps);
            force.requireNew(heatmaps, inputs);
            force.requireOutside(heatmaps, inputs);
        }
        Autoencoder model = readModel(modelFile, rows);
        Optional<WindowSettings> settings = WindowSettings.of(model);
        if (settings.isPresent()) {
            requireReconstruction(score);
        }
        AnomalyDetector stored = detector(modelFile, model, null);
        AnomalyDetector detector = withScore(modelFile, stored, score);
        if (settings.isPresent()) {
            scoreSeries(stored, settings.get(), target);
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
        UnseenTexts unseen = marked.unseen();
        if (anomalies != null) {
            RowsOption.Marked more = rows.readMore(anomalies, model, progress);
            parts = List.of(data, more.data());
            trained = Arrays.copyOf(trained, data.rows() + more.data().rows());
            System.arraycopy(more.trained(), 0, trained, data.rows(), more.trained().length);
            anomaly = new boolean[trained.length];
            Arrays.fill(anomaly, data.rows(), anomaly.length, true);
            names = joined(names, more.names());
            unseen = unseen.followedBy(data.rows(), more.unseen());
        }
        progress.say("scoring " + Shown.rows(trained.length));
        int of = trained.length;
        RowNames written = safeCsv.cells(names);
        Scored result = new Scored(
                parts,
                new double[of],
                anomaly,
                trained,
                detector.threshold().orElse(null),
                anomaly == null ? List.of() : Scored.Rival.of(detector, parts));
        List<Heatmaps.Row> pictured = new ArrayList<>();
        ScoresCsv.write(
                target,
                detector,
                parts,
                anomaly,
                written,
                top,
                TableColumns.of(model),
                model.metadata().containsKey(TableColumns.KEY),
                unseen,
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
        result.print(console.telling(target), target, rows.areTraining(), Scored.noThreshold(stored, detector));
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
        TableColumns columns = TableColumns.of(model);
        SeriesScoresCsv.write(target, series, scores, threshold, anomaly, columns, top, safeCsv::cell);
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
        Scored result = new Scored(
                List.of(series.data().select(inFile)),
                scores.covered(),
                anomaly == null ? null : ofCovered,
                trained,
                threshold,
                List.of());
        result.print(console.telling(target), target, rows.areTraining(), Scored.noThreshold(detector, detector));
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
    private static List<Heatmaps.Row> pictured(Scored result) {
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
}
