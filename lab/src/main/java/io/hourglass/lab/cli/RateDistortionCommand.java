package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.codec.Original;
import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.codec.RowStream;
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
            names = {"-o", "--output"},
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
        for (String ending : new String[] {"html", "png", "csv"}) {
            force.requireNew(output.resolve("rate-distortion." + ending), inputs);
        }
        Autoencoder model =
                readModel(modelFile.path(), modelFile.assumptions(), () -> RowsOption.imageSize(data, dataOptions));
        RowsOption.requireSingleRows(model);
        console.progress().say("reading " + data);
        DataSplit split = DataSource.load(data, dataOptions.of(model), console.progress());
        Dataset train = filled(model, RowsOption.match(model, split.train(), console.progress()));
        Dataset rows =
                split.test() == null ? train : filled(model, RowsOption.match(model, split.test(), console.progress()));
        if (split.test() == null) {
            console.progress().note(data + ": has no test rows, so PCA is fitted to the rows that it is measured on");
        }
        if (!Files.isDirectory(output)) {
            if (Files.exists(output)) {
                throw new FileSystemException(output.toString(), null, "is a file, expected a folder to write to");
            }
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

    /** The rows with the model's values for those that are missing, which PCA needs as well. */
    private static Dataset filled(Autoencoder model, Dataset rows) {
        if (!rows.hasMissing()) {
            return rows;
        }
        double[] by = model.imputation().orElseThrow().values();
        double[] values = new double[rows.rows() * by.length];
        for (int row = 0; row < rows.rows(); row++) {
            double[] given = rows.doubles(row);
            for (int j = 0; j < by.length; j++) {
                values[row * by.length + j] = Double.isNaN(given[j]) ? by[j] : given[j];
            }
        }
        return Dataset.ofDoubles(rows.name(), values, by.length);
    }

    private void print(RateDistortion result, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%4s %14s %10s %10s %14s %10s %10s%n",
                "bits",
                "bytes/row",
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
