package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.codec.Original;
import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.codec.RowSource;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.report.RateDistortionReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
            "Measured on the test rows, or on the training rows where there are no others; PCA is fitted to the "
                    + "training rows.",
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
        List<Path> inputs = new ArrayList<>(DataSource.paths(data));
        inputs.add(modelFile.path());
        for (String ending : new String[] {"html", "png", "csv"}) {
            force.requireNew(output.resolve("rate-distortion." + ending), inputs);
        }
        Autoencoder model = readModel(modelFile);
        console.progress().say("reading " + data);
        DataSplit split = DataSource.load(data, dataOptions.of(model), console.progress());
        Dataset train = RowsOption.match(model, split.train(), console.progress());
        Dataset rows = split.test() == null ? train : RowsOption.match(model, split.test(), console.progress());
        if (split.test() == null) {
            console.progress().note(data + ": has no test rows, so PCA is fitted to the rows it is measured on");
        }
        if (!Files.isDirectory(output)) {
            if (Files.exists(output)) {
                throw new FileSystemException(output.toString(), null, "is a file, expected a folder to write to");
            }
            Files.createDirectories(output);
        }
        console.progress().say("packing the rows without loss, as gzip file");
        Optional<Path> file = split.test() == null ? DataSource.file(data) : Optional.empty();
        Original original = file.isPresent() ? Original.ofFile(file.get()) : Original.ofValues(RowSource.of(rows));
        RateDistortion result = RateDistortion.measure(
                model, train, rows, original, Files.size(modelFile.path()), console.progress()::say);
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
                    "%4d %14.2f %10s %10s %14.2f %10s %10s%n",
                    point.bits(),
                    point.model().bytes() / rows,
                    Shown.number("%.2f", result.psnr(point.model())),
                    Shown.number("%.6f", point.model().mse()),
                    point.pca().bytes() / rows,
                    Shown.number("%.2f", result.psnr(point.pca())),
                    Shown.number("%.6f", point.pca().mse()));
        }
        if (result.excluded() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d of %,d rows are not in the errors, as theirs are too large for a number%n",
                    result.excluded(),
                    result.rows());
        }
        if (result.pngBytes() != null) {
            out.printf(Locale.ROOT, "PNG, no loss   %.2f bytes a row%n", result.pngBytes() / rows);
        }
        Original original = result.original();
        out.printf(
                Locale.ROOT,
                "gzip, no loss  %.2f bytes a row (of %s, %.2f bytes a row)%n",
                original.gzipBytes() / rows,
                original.what(),
                original.bytes() / rows);
        out.printf(
                Locale.ROOT,
                "apart from that, the model: %,d bytes (%.2f a row); PCA: %,d bytes (%.2f a row)%n",
                result.modelBytes(),
                result.modelBytes() / rows,
                result.pcaBytes(),
                result.pcaBytes() / rows);
        result.worthwhileRows()
                .ifPresentOrElse(
                        least -> out.printf(
                                Locale.ROOT,
                                "with the model counted, files of 8 bits are smaller than gzip's from %,d rows on%n",
                                least),
                        () -> out.println("files of 8 bits are never smaller than gzip's, which lose nothing"));
        out.println("Results: " + output.resolve("rate-distortion.html"));
    }
}
