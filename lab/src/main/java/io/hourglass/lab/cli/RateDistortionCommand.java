package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.report.RateDistortionReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass rate-distortion}. */
@Command(
        name = "rate-distortion",
        description =
                "Measures what compressed rows cost and how much of them is left, for 2 to 16 bits a number, beside PCA"
                        + " with as many components and the same quantiser, PNG and gzip.",
        footer = {
            "",
            "Measured on the test rows, or on the training rows where there are no others; PCA is fitted to the training rows.",
            "",
            "Example, some 20 seconds:",
            "  hourglass rate-distortion model.safetensors --data mnist -o rates"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RateDistortionCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Option(names = "--data", required = true, paramLabel = "DATA", description = RowsOption.DATA_HELP)
    private String data;

    @Mixin
    private DataOptions dataOptions;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Folder of rate-distortion.html, .png and .csv.")
    private Path output;

    @Mixin
    private ForceOption force;

    RateDistortionCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        for (String ending : new String[] {"html", "png", "csv"}) {
            force.requireNew(output.resolve("rate-distortion." + ending));
        }
        Autoencoder model = readModel(modelFile);
        console.progress().say("reading " + data);
        DataSplit split = DataSource.load(data, dataOptions.of(model), console.progress());
        Dataset rows = Objects.requireNonNullElse(split.test(), split.train());
        RowsOption.requireInputs(model, rows);
        RowsOption.requireRange(model.architecture(), model.scaler(), rows);
        if (!Files.isDirectory(output)) {
            Files.createDirectories(output);
        }
        RateDistortion result = RateDistortion.measure(
                model, split.train(), rows, Files.size(modelFile.path()), console.progress()::say);
        RateDistortionReport.write(output, String.valueOf(modelFile.path().getFileName()), result);
        console.progress().close();
        print(result, console.out());
    }

    private void print(RateDistortion result, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%4s %14s %10s %10s %14s %10s %10s%n",
                "bits",
                "bytes a row",
                "PSNR, dB",
                "MSE",
                "PCA: bytes",
                "PSNR, dB",
                "MSE");
        double rows = result.rows();
        for (Point point : result.points()) {
            out.printf(
                    Locale.ROOT,
                    "%4d %14.2f %10.2f %10.6f %14.2f %10.2f %10.6f%n",
                    point.bits(),
                    point.model().bytes() / rows,
                    result.psnr(point.model()),
                    point.model().mse(),
                    point.pca().bytes() / rows,
                    result.psnr(point.pca()),
                    point.pca().mse());
        }
        if (result.pngBytes() != null) {
            out.printf(Locale.ROOT, "PNG, no loss   %.2f bytes a row%n", result.pngBytes() / rows);
        }
        out.printf(Locale.ROOT, "gzip, no loss  %.2f bytes a row%n", result.gzipBytes() / rows);
        out.printf(
                Locale.ROOT,
                "apart from that, the model: %,d bytes (%.2f a row); PCA: %,d bytes (%.2f a row)%n",
                result.modelBytes(),
                result.modelBytes() / rows,
                result.pcaBytes(),
                result.pcaBytes() / rows);
        result.worthwhileRows()
                .ifPresent(least -> out.printf(
                        Locale.ROOT,
                        "with the model counted, files of 8 bits are smaller than gzip's from %,d rows on%n",
                        least));
        out.println("Results: " + output.resolve("rate-distortion.html"));
    }
}
