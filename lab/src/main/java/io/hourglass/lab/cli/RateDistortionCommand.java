package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.codec.Original;
import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.codec.RateDistortion.Side;
import io.hourglass.lab.codec.RowStream;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.report.RateDistortionReport;
import java.io.IOException;
import java.io.PrintStream;
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
        description = "Measures the size and the error of compressed rows for 2 to 16 bits per code value, compared "
                + "with PCA (as many components, same quantiser), PNG and gzip.",
        footer = {
            "",
            "Measures on the test rows, or on the training rows if there are no test rows. PCA is fitted to the "
                    + "training rows.",
            "",
            "Example, about 20 seconds:",
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
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Folder for rate-distortion.html, .png and .csv.")
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
        requireWritableFolder(output);
        for (String ending : new String[] {"html", "png", "csv"}) {
            force.requireNew(output.resolve("rate-distortion." + ending), inputs);
        }
        Autoencoder model =
                readModel(modelFile.path(), modelFile.assumptions(), () -> RowsOption.imageSize(data, dataOptions));
        RowsOption.requireSingleRows(model);
        console.progress().say("reading " + data);
        DataSplit split = DataSource.load(data, dataOptions.of(model), console.progress());
        Dataset train = RowsOption.match(model, split.train(), console.progress());
        Dataset rows = split.test() == null ? train : RowsOption.match(model, split.test(), console.progress());
        if (split.test() == null) {
            console.progress().note(data + ": has no test rows, so PCA is fitted to the rows that it is measured on");
        }
        if (!Files.isDirectory(output)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            Files.createDirectories(output);
        }
        console.progress().say("compressing the rows with gzip");
        Optional<Path> file = split.test() == null ? DataSource.file(data) : Optional.empty();
        Original original = file.isPresent() ? Original.ofFile(file.get()) : Original.ofValues(RowStream.of(rows));
        RateDistortion result = RateDistortion.measure(
                model, train, rows, original, Files.size(modelFile.path()), console.progress()::say);
        RateDistortionReport.write(output, String.valueOf(modelFile.path().getFileName()), result);
        console.progress().close();
        print(result, console.out());
    }

    private void print(RateDistortion result, PrintStream out) {
        String error = result.errorName();
        String psnr = result.perColumn() ? "" : String.format(Locale.ROOT, " %10s", "PSNR, dB");
        String side = psnr + " %" + Math.max(10, error.length()) + "s";
        out.printf(
                Locale.ROOT,
                "%4s %14s" + side + " %14s" + side + "%n",
                "bits",
                "bytes/row",
                error,
                "PCA: bytes",
                error);
        double rows = result.rows();
        for (Point point : result.points()) {
            out.printf(Locale.ROOT, "%4d", point.bits());
            for (Side of : List.of(point.model(), point.pca())) {
                out.printf(Locale.ROOT, " %14.2f", of.bytes() / rows);
                if (!result.perColumn()) {
                    out.printf(Locale.ROOT, " %10s", Shown.number("%.2f", result.psnr(of)));
                }
                out.printf(Locale.ROOT, " %" + Math.max(10, error.length()) + "s", Shown.number("%.6f", of.mse()));
            }
            out.println();
        }
        if (result.excluded() > 0) {
            out.printf(
                    Locale.ROOT,
                    "the errors leave out %,d of %,d rows, whose own errors are too large for a number%n",
                    result.excluded(),
                    result.rows());
        }
        if (result.pngBytes() != null) {
            out.printf(Locale.ROOT, "PNG, lossless   %.2f bytes/row%n", result.pngBytes() / rows);
        }
        Original original = result.original();
        out.printf(
                Locale.ROOT,
                "gzip, lossless  %.2f bytes/row (of %s, %.2f bytes/row)%n",
                original.gzipBytes() / rows,
                original.what(),
                original.bytes() / rows);
        out.printf(
                Locale.ROOT,
                "not included: the model, %,d bytes (%.2f per row), or PCA, %,d bytes (%.2f per row)%n",
                result.modelBytes(),
                result.modelBytes() / rows,
                result.pcaBytes(),
                result.pcaBytes() / rows);
        result.worthwhileRows()
                .ifPresentOrElse(
                        least -> out.printf(
                                Locale.ROOT,
                                "including the model, 8-bit files are smaller than gzip files from %,d rows on%n",
                                least),
                        () -> out.println("8-bit files are never smaller than gzip files, which are lossless"));
        out.println("Results: " + output.resolve("rate-distortion.html"));
    }
}
