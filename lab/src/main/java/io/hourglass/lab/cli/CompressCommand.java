package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.lab.codec.Codec;
import io.hourglass.lab.codec.Quantizer;
import io.hourglass.lab.codec.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
            "The same model is needed to decompress: keep it.",
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
        force.requireNew(output);
        Autoencoder model = readModel(modelFile);
        try (RowSource source = rows.open(model, console.progress())) {
            long bytes = Codec.compress(
                    model,
                    source,
                    bits,
                    output,
                    done -> console.progress().live("compressing row " + done + " of " + source.rows()));
            console.progress().close();
            console.out()
                    .printf(
                            Locale.ROOT,
                            "Compressed: %s (%,d bytes for %,d rows: %.2f a row, 1/%.1f of the data; the model has %,d bytes)%n",
                            output,
                            bytes,
                            source.rows(),
                            (double) bytes / source.rows(),
                            (double) source.rows() * source.inputs() * (source.isPixels() ? 1 : Float.BYTES) / bytes,
                            Files.size(modelFile.path()));
        }
    }
}
