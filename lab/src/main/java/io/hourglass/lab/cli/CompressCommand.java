package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.lab.codec.Codec;
import io.hourglass.lab.codec.HgzReader;
import io.hourglass.lab.codec.Original;
import io.hourglass.lab.codec.Quantizer;
import io.hourglass.lab.codec.ReconstructionError;
import io.hourglass.lab.codec.RowStream;
import io.hourglass.lab.data.Output;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass compress}. */
@Command(
        name = "compress",
        description =
                "Writes rows as a compressed file: their codes, quantised and entropy-coded. What the model cannot"
                        + " reconstruct is lost.",
        footer = {
            "",
            "Decompressing needs the same model: keep it. Code values far from all others are stored exactly, so "
                    + "that they do not reduce the precision of the others. The size is compared with the "
                    + "original file (or, if the rows are part of a file or come from several, with their bare "
                    + "values) and with its gzip file; the error is compared with that of the model without "
                    + "quantisation.",
            "",
            "Example:",
            "  hourglass compress model.safetensors --data mnist -o digits.hgz"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CompressCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Mixin
    private RowsOption rows;

    @Option(
            names = "--bits",
            paramLabel = "N",
            description = "Bits per code value before entropy coding, " + Quantizer.MIN_BITS + " to "
                    + Quantizer.MAX_BITS + ". Default: 8.")
    private int bits = 8;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "File to write (.hgz); - writes to standard output.")
    private Path output;

    @Mixin
    private ForceOption force;

    CompressCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        fromOptions(() -> new Quantizer(bits));
        requireWritable(output);
        force.requireNew(output, rows.inputs(modelFile.path()));
        Output target = console.output(output);
        if (target.standard() == null) {
            requireName(output, "-o", ".hgz");
        }
        Autoencoder model = readModel(modelFile, rows);
        Path file = target.standard() == null ? output : Files.createTempFile("hourglass-output", ".hgz");
        try (RowStream source = rows.open(model, console.progress())) {
            Measured measured = Codec.compress(
                    model,
                    source,
                    bits,
                    file,
                    done -> live("compressing", done, source.rows()),
                    written -> measure(model, source, written));
            console.progress().close();
            if (target.standard() != null) {
                target.write(out -> Files.copy(file, out));
            }
            print(console.telling(target), target, model, source.rows(), measured);
        } finally {
            if (target.standard() != null) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** What is printed about a file. */
    private record Measured(long bytes, Original original, ReconstructionError error) {}

    private Measured measure(Autoencoder model, RowStream source, Path written) throws IOException {
        console.progress().log("measuring the error");
        Optional<Path> file = rows.wholeFile();
        try (RowStream again = source.again();
                RowStream values = source.again();
                HgzReader reader = HgzReader.open(written)) {
            ReconstructionError error = ReconstructionError.measure(
                    model, reader, again, done -> live("measuring the error of", done, source.rows()));
            Original original = file.isPresent() ? Original.ofFile(file.get()) : Original.ofValues(values);
            return new Measured(Files.size(written), original, error);
        }
    }

    private void live(String doing, long done, long rows) {
        if (console.progress().isDue()) {
            console.progress().live(doing + " row " + done + " of " + rows);
        }
    }

    private void print(PrintStream out, Output target, Autoencoder model, long rows, Measured measured)
            throws IOException {
        long bytes = measured.bytes();
        Original original = measured.original();
        ReconstructionError error = measured.error();
        long modelBytes = Files.size(modelFile.path());
        out.printf(
                Locale.ROOT,
                "Compressed: %s (%,d bytes for %s: %.2f per row; the model has %,d bytes)%n",
                target,
                bytes,
                Shown.rows(rows),
                (double) bytes / rows,
                modelBytes);
        out.printf(
                Locale.ROOT,
                "size   %s of %s (%,d bytes), %s of gzip's lossless file (%,d bytes)%n",
                ratio(bytes, original.bytes()),
                original.what(),
                original.bytes(),
                ratio(bytes, original.gzipBytes()),
                original.gzipBytes());
        out.printf(
                Locale.ROOT,
                "error  %s %s with %d bits, %s without quantisation%s%n",
                model.table().differ() ? "per column" : "MSE",
                Shown.error(error.quantised()),
                bits,
                Shown.error(error.exact()),
                model.scaler().isNone()
                        ? ""
                        : " (in the network's units, scaler "
                                + model.scaler().kind().label() + ")");
        if (error.excluded() > 0) {
            warn(
                    "the error leaves out %,d of %,d rows, whose own errors are too large for a number",
                    error.excluded(), error.excluded() + error.rows());
        }
        if (error.isDoubled()) {
            warn(
                    "quantisation more than doubles the error%s%s",
                    error.quantised() > 2 * error.exact()
                            ? ""
                            : String.format(Locale.ROOT, " of %,d of %,d rows", error.doubled(), error.rows()),
                    bits < Quantizer.MAX_BITS ? "; use more --bits (hourglass rate-distortion shows the effect)" : "");
        }
        if (original.gzipBytes() <= bytes) {
            warn("gzip, which is lossless, compresses %s to fewer bytes: %,d", original.what(), original.gzipBytes());
        } else if (original.gzipBytes() <= bytes + modelBytes) {
            warn(
                    "gzip, which is lossless, makes %,d bytes of %s, fewer than this file and the model together",
                    original.gzipBytes(), original.what());
        }
    }

    /** For instance {@code 1/12.3}, or {@code 1.2 times the size} if it is larger. */
    private static String ratio(long bytes, long of) {
        return bytes <= of
                ? String.format(Locale.ROOT, "1/%.1f", (double) of / bytes)
                : String.format(Locale.ROOT, "%.1f times the size", (double) bytes / of);
    }

    private void warn(String format, Object... values) {
        console.progress().warn(String.format(Locale.ROOT, format, values));
    }
}
