package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.lab.codec.Codec;
import io.hourglass.lab.codec.HgzReader;
import io.hourglass.lab.codec.Original;
import io.hourglass.lab.codec.Quantizer;
import io.hourglass.lab.codec.ReconstructionError;
import io.hourglass.lab.codec.RowSource;
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
            "The same model is needed to decompress: keep it. Codes far from all others are kept as they are, so "
                    + "that they do not cost the others their precision. The size is compared with the file of the "
                    + "rows (or, where they are some of its rows or come from several files, with their values alone) "
                    + "and with gzip of it; the error with that of the model alone.",
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
            description = "Bits of each number of a code before entropy coding, " + Quantizer.MIN_BITS + " to "
                    + Quantizer.MAX_BITS + ". Default: 8.")
    private int bits = 8;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "File to write (.hgz).")
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
        requireName(output, "-o", ".hgz");
        Autoencoder model = readModel(modelFile);
        try (RowSource source = rows.open(model, console.progress())) {
            Measured measured = Codec.compress(
                    model,
                    source,
                    bits,
                    output,
                    done -> live("compressing", done, source.rows()),
                    written -> measure(model, source, written));
            console.progress().close();
            print(model, source.rows(), measured.bytes(), measured.original(), measured.error());
        }
    }

    /** What is said of a file. */
    private record Measured(long bytes, Original original, ReconstructionError error) {}

    private Measured measure(Autoencoder model, RowSource source, Path written) throws IOException {
        console.progress().log("measuring the error");
        Optional<Path> file = rows.wholeFile();
        try (RowSource again = source.again();
                RowSource values = source.again();
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

    private void print(Autoencoder model, long rows, long bytes, Original original, ReconstructionError error)
            throws IOException {
        long modelBytes = Files.size(modelFile.path());
        PrintStream out = console.out();
        out.printf(
                Locale.ROOT,
                "Compressed: %s (%,d bytes for %,d rows: %.2f a row; the model has %,d bytes)%n",
                output,
                bytes,
                rows,
                (double) bytes / rows,
                modelBytes);
        out.printf(
                Locale.ROOT,
                "size   %s of %s (%,d bytes), %s of gzip of that, which loses nothing (%,d bytes)%n",
                ratio(bytes, original.bytes()),
                original.what(),
                original.bytes(),
                ratio(bytes, original.gzipBytes()),
                original.gzipBytes());
        out.printf(
                Locale.ROOT,
                "error  MSE %s with %d bits, %s without quantisation%s%n",
                Shown.error(error.quantised()),
                bits,
                Shown.error(error.exact()),
                model.scaler().isNone()
                        ? ""
                        : " (of rows scaled " + model.scaler().kind().label() + ")");
        if (error.excluded() > 0) {
            warn(
                    "%,d of %,d rows are not in the error, as theirs are too large for a number",
                    error.excluded(), error.excluded() + error.rows());
        }
        if (error.isDoubled()) {
            warn(
                    "quantisation more than doubles the error%s%s",
                    error.quantised() > 2 * error.exact()
                            ? ""
                            : String.format(Locale.ROOT, " of %,d of %,d rows", error.doubled(), error.rows()),
                    bits < Quantizer.MAX_BITS
                            ? "; more --bits keep more (hourglass rate-distortion shows how much)"
                            : "");
        }
        if (original.gzipBytes() <= bytes) {
            warn("gzip, which loses nothing, makes less of %s: %,d bytes", original.what(), original.gzipBytes());
        } else if (original.gzipBytes() <= bytes + modelBytes) {
            warn(
                    "gzip, which loses nothing, makes %,d bytes of %s, less than this file and the model it needs",
                    original.gzipBytes(), original.what());
        }
    }

    /** For instance {@code 1/12.3}, or {@code 1.2 times} for what is larger. */
    private static String ratio(long bytes, long of) {
        return bytes <= of
                ? String.format(Locale.ROOT, "1/%.1f", (double) of / bytes)
                : String.format(Locale.ROOT, "%.1f times the size", (double) bytes / of);
    }

    private void warn(String format, Object... values) {
        console.progress().warn(String.format(Locale.ROOT, format, values));
    }
}
