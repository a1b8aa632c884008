package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.ImageShape;
import io.hourglass.Recipe;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.PngGrid;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass sample}. */
@Command(
        name = "sample",
        description = "Draws new images from a variational autoencoder: decodes codes from the standard normal "
                + "distribution.",
        footer = {
            "",
            "Example:",
            "  hourglass train --data mnist --hidden 256,128 --latent 16 --variational --loss bce \\",
            "      -o vae.safetensors",
            "  hourglass sample vae.safetensors -n 64 -o grid.png"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SampleCommand extends Subcommand {
    /** About as many images of the usual size as one picture can hold. */
    private static final int MOST = 100_000;

    @Mixin
    private ModelOption modelFile;

    @Option(names = "-n", paramLabel = "N", description = "Number of images. Default: 64.")
    private int count = 64;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of the codes; the same seed gives the same images. Default: " + Recipe.DEFAULT_SEED + ".")
    private long seed = Recipe.DEFAULT_SEED;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "Picture to write (.png): all images in a grid.")
    private Path output;

    @Mixin
    private ForceOption force;

    SampleCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (count < 1 || count > MOST) {
            throw wrongUsage("-n " + count + ": expected 1 to " + MOST);
        }
        requireName(output, "-o", ".png");
        requireWritable(output);
        force.requireNew(output, List.of(modelFile.path()));
        Autoencoder model = readModel(modelFile);
        if (model.architecture().variant() != Variant.VARIATIONAL) {
            throw new FormatException(modelFile + ": holds a "
                    + model.architecture().variant().label()
                    + " autoencoder, expected a variational one (train --variational)");
        }
        ImageShape images = modelFile
                .assumptions()
                .shape()
                .of(modelFile.path(), model)
                .orElseThrow(() -> ShapeOption.unknown(modelFile.path(), model));
        PngGrid.write(output, model.sample(count, seed), images);
        console.progress().close();
        console.out().println("Sampled: " + output);
    }
}
