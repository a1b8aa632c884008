package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.lab.Evaluation;
import io.hourglass.lab.Json;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.training.Comparison;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass evaluate}. */
@Command(
        name = "evaluate",
        description = "Measures how well a model reconstructs some rows.",
        footer = {"", "Example:", "  hourglass evaluate model.safetensors --data mnist"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class EvaluateCommand extends Subcommand {
    @Parameters(paramLabel = "MODEL", description = "Model file (.safetensors).")
    private Path modelFile;

    @Mixin
    private RowsOption rows;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    EvaluateCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Autoencoder model = readModel(modelFile);
        Dataset data = rows.read(model, console.progress());
        console.progress().say("reconstructing " + data.rows() + " rows");
        Evaluation evaluation = Evaluation.of(model, data);
        Dataset scaled = model.match(data).rows().scaled(model.scaler());
        Optional<Baseline> stored = Baseline.of(model);
        Baseline baseline =
                stored.orElseGet(() -> Baseline.fit(scaled, model.architecture().latent()));
        Comparison comparison = Comparison.of(evaluation.mse(), baseline, scaled);
        String fitted = stored.isPresent() ? "the training rows" : "these rows, so that they are least errors";
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("model", modelFile.toString());
            fields.put("data", data.name());
            fields.put("rows", evaluation.rows());
            fields.put("mse", evaluation.mse());
            if (hasPeak(model)) {
                fields.put("psnr", evaluation.psnr());
            }
            fields.put("meanMse", comparison.mean());
            if (baseline.hasPca()) {
                fields.put("pcaMse", comparison.pca());
            }
            fields.put("meanAndPcaFittedTo", fitted);
            fields.put("scaler", model.scaler().kind().label());
            fields.put("mseByLabel", evaluation.mseByLabel());
            if (!data.labelNames().isEmpty()) {
                fields.put("labelNames", data.labelNames());
            }
            console.out().println(Json.write(fields));
        } else {
            print(evaluation, model, data, console.out());
            console.out().println("MSE of " + comparison.line() + " (fitted to " + fitted + ")");
        }
        comparison
                .trouble()
                .ifPresent(trouble ->
                        console.progress().warn(trouble + "; try train without --hidden, or with more --epochs"));
    }

    /** Whether the rows run from 0 to 1 in the network's units, as the peak of a signal to noise ratio supposes. */
    private static boolean hasPeak(Autoencoder model) {
        return model.scaler().kind() != Scaler.Kind.STANDARD;
    }

    private static void print(Evaluation evaluation, Autoencoder model, Dataset data, PrintStream out) {
        out.printf(Locale.ROOT, "rows  %d%n", evaluation.rows());
        String units = model.scaler().isNone()
                ? ""
                : " (of rows scaled " + model.scaler().kind().label() + ")";
        out.printf(Locale.ROOT, "MSE   %.6f%s%n", evaluation.mse(), units);
        if (hasPeak(model)) {
            out.printf(Locale.ROOT, "PSNR  %.2f dB%n", evaluation.psnr());
        }
        evaluation
                .mseByLabel()
                .forEach(
                        (label, mse) -> out.printf(Locale.ROOT, "MSE of label %s  %.6f%n", data.labelName(label), mse));
    }
}
