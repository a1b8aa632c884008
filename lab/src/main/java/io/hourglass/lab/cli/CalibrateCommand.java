package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.TimestampScores;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.data.Windows;
import io.hourglass.lab.training.ModelMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass calibrate}. */
@Command(
        name = "calibrate",
        description = {
            "Finds the threshold, the anomaly score above which a row is flagged, and writes the model with it.",
            "",
            "The data must be normal rows that the model was not trained on: rows of another file, or the rows "
                    + "that train held out (--split validation). If train used the held-out rows to choose an "
                    + "epoch or a network, as it does for tables, the guarantee of the conformal method holds "
                    + "only approximately; other rows give the exact guarantee.",
            "",
            "For a model of windows (train --window), the threshold is that of a row's score. Windows that overlap the "
                    + "rows it was trained on do not count. Successive rows depend on each other, so the guarantee "
                    + "holds only approximately."
        },
        footer = {
            "",
            "Example, where any image other than a digit from 0 to 8 is an anomaly:",
            "  hourglass train --data mnist --only-labels 0-8 --validation 0.1 --hidden 256,128 --latent 16 \\",
            "      -o m.safetensors",
            "  hourglass calibrate m.safetensors --data mnist --only-labels 0-8 --split validation \\",
            "      -o detector.safetensors",
            "  hourglass score detector.safetensors --data mnist --anomaly-labels 9 -o scores.csv"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CalibrateCommand extends Subcommand {
    static final String AGGREGATE_HELP = "For a model of windows: how the errors that a row has in the windows that "
            + "contain it become its score. Default: mean; for score, that of the model's threshold.";

    @Mixin
    private ModelOption modelFile;

    @Mixin
    private RowsOption rows;

    @Option(
            names = "--method",
            paramLabel = "M",
            defaultValue = "conformal",
            description = "conformal: a new normal row is flagged with a probability of at most RATE, whatever the "
                    + "model (split conformal prediction; needs at least 1 / RATE - 1 rows). quantile: at most the "
                    + "share RATE of the given rows is above the threshold, without a guarantee for other rows. "
                    + "Default: conformal.")
    private Threshold.Method method;

    @Option(
            names = "--false-alarms",
            paramLabel = "RATE",
            defaultValue = "0.01",
            description = "False alarm rate: the share of normal rows that may be flagged. Default: 0.01.")
    private double falseAlarms;

    @Option(
            names = "--contamination",
            paramLabel = "SHARE",
            defaultValue = "none",
            description = "The share of the given rows that may be anomalies: so many, those with the highest scores, "
                    + "are left out. Default: none.")
    private Contamination contamination;

    @Option(
            names = "--score",
            paramLabel = "neighbours|reconstruction",
            description = ScoreCommand.SCORE_HELP + " score then uses the same one.")
    private AnomalyDetector.@Nullable Score score;

    @Option(names = "--aggregate", paramLabel = "mean|median|max", description = AGGREGATE_HELP)
    private @Nullable Aggregate aggregate;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "MODEL",
            description = "Model file to write (.safetensors).")
    private Path output;

    @Mixin
    private ForceOption force;

    CalibrateCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        fromOptions(() -> new Threshold(0, method, falseAlarms, 1)); // rejects a rate out of range
        requireModelName(output);
        requireWritable(output);
        force.requireNew(output, rows.inputs(modelFile.path()));
        Autoencoder model = readModel(modelFile, rows);
        Optional<WindowSettings> settings = WindowSettings.of(model);
        if (settings.isPresent()) {
            requireReconstruction(score);
            if (contamination.share() > 0) {
                throw wrongUsage("--contamination needs a model of single rows, not of windows");
            }
            save(calibrated(model, settings.get()));
            return;
        }
        if (aggregate != null) {
            throw wrongUsage("--aggregate needs a model of windows, which train --window makes");
        }
        RowsOption.Marked marked = rows.readMarked(model, null, console.progress());
        Dataset normal = marked.data();
        int trained = marked.trainedRows();
        if (trained > 0) {
            throw new FormatException(normal.name() + ": " + modelFile + " was trained on "
                    + (trained < normal.rows() ? trained + " of " : "")
                    + "these rows, expected other rows: errors on training rows are too small"
                    + (ModelMetadata.validation(model).isPresent()
                            ? " (--split validation selects the rows that train held out)"
                            : ""));
        }
        console.progress().say("scoring " + Shown.rows(normal.rows()));
        double used = normal.rows() * (1 - contamination.share());
        if (method == Threshold.Method.CONFORMAL && used + 1 < 1 / falseAlarms) {
            console.progress().note("with a higher --false-alarms, or with --method quantile, fewer rows are enough");
        }
        AnomalyDetector detector =
                detector(modelFile, model, score).calibrate(normal, method, falseAlarms, contamination.share());
        int left = normal.rows() - detector.threshold().orElseThrow().rows();
        if (left > 0) {
            console.progress()
                    .note("left out " + left + " of " + Shown.rows(normal.rows()) + ", those with the highest scores; "
                            + "where they are normal, there will be more false alarms");
        }
        save(detector);
    }

    private void save(AnomalyDetector detector) throws IOException {
        detector.model().save(output);
        console.progress().close();
        console.out().println("Threshold: " + detector.threshold().orElseThrow());
        console.out().println("Model: " + output);
    }

    /** Finds the threshold of single rows, in windows without any row that the model was trained on. */
    private AnomalyDetector calibrated(Autoencoder model, WindowSettings settings) throws IOException {
        RowsOption.Series given = rows.readSeries(model, settings, console.progress());
        TimeSeries series = given.all();
        boolean[] unknown = new boolean[series.rows()];
        boolean any = false;
        for (int position = 0; position < unknown.length; position++) {
            unknown[position] = given.chosen()[position] && !given.trained()[position];
            any |= unknown[position];
        }
        if (!any) {
            throw new FormatException(series.name() + ": " + modelFile + " was trained on these rows, expected other "
                    + "rows: errors on training rows are too small");
        }
        int width = settings.width();
        int stride = settings.stride();
        Windows windows = series.windows(width, stride, unknown)
                .orElseThrow(() -> new FormatException(series.name() + ": the rows that the model was not trained on "
                        + "have no stretch of " + width + " rows, a window, expected more rows"));
        int all = series.windows(width, stride, given.chosen()).orElseThrow().rows();
        if (windows.rows() < all) {
            console.progress()
                    .note("leaves out " + (all - windows.rows()) + " of " + all
                            + " windows, which overlap the rows that the model was trained on");
        }
        console.progress().say("scoring " + Shown.count(windows.rows(), "window"));
        Aggregate how = aggregate == null ? Aggregate.MEAN : aggregate;
        TimestampScores scores = TimestampScores.of(model, windows, series.rows(), how, done -> {});
        Threshold threshold = Threshold.calibrate(scores.covered(), method, falseAlarms);
        return detector(modelFile, model.withMetadata(how.metadata()), null).withThreshold(threshold);
    }
}
