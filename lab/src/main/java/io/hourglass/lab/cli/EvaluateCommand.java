package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.Evaluation;
import io.hourglass.lab.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("model", modelFile.toString());
            fields.put("data", data.name());
            fields.put("rows", evaluation.rows());
            fields.put("mse", evaluation.mse());
            fields.put("psnr", evaluation.psnr());
            fields.put("mseByLabel", evaluation.mseByLabel());
            console.out().println(Json.write(fields));
        } else {
            print(evaluation, data, console.out());
        }
    }

    private static void print(Evaluation evaluation, Dataset data, PrintStream out) {
        out.printf(Locale.ROOT, "rows  %d%n", evaluation.rows());
        out.printf(Locale.ROOT, "MSE   %.6f%n", evaluation.mse());
        out.printf(Locale.ROOT, "PSNR  %.2f dB%n", evaluation.psnr());
        evaluation
                .mseByLabel()
                .forEach(
                        (label, mse) -> out.printf(Locale.ROOT, "MSE of label %s  %.6f%n", data.labelName(label), mse));
    }
}
