package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.FormatException;
import io.hourglass.lab.training.ModelMetadata;
import java.io.IOException;
import java.nio.file.Path;
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
                    + "only approximately; other rows give the exact guarantee."
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
            names = {"-o", "--output"},
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
        if (method == Threshold.Method.CONFORMAL && normal.rows() + 1 < 1 / falseAlarms) {
            console.progress().note("with a higher --false-alarms, or with --method quantile, fewer rows are enough");
        }
        AnomalyDetector detector = AnomalyDetector.calibrate(model, normal, method, falseAlarms);
        detector.model().save(output);
        console.progress().close();
        console.out().println("Threshold: " + detector.threshold().orElseThrow());
        console.out().println("Model: " + output);
    }
}
