package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.Preparation;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which network {@code train} trains. */
@Heading(Heading.NETWORK)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class NetworkOptions {
    @Mixin
    ConvOptions conv;

    @Option(
            names = "--hidden",
            paramLabel = "WIDTHS",
            description = {
                "Widths of the encoder's hidden layers, such as 256,128, or none for no hidden layers (for a "
                        + "table of numbers, the network then starts at PCA).",
                "Default: two layers, the first four times as wide as a row (128 to 256), the second half as "
                        + "wide; none for tables with fewer than 100 rows, or with fewer rows than a row has "
                        + "values. If rows of a table are held out, a network without hidden layers is trained as "
                        + "well, and kept unless the other is clearly better."
            })
    @Nullable
    Widths hidden;

    @Option(
            names = "--latent",
            paramLabel = "P",
            description = "Width of the code. Default: a quarter of the values of a row, 2 to 32, but at most an "
                    + "eighth of the number of rows.")
    @Nullable
    Integer latent;

    @Mixin
    VariantOptions variants;

    @Option(
            names = "--init",
            paramLabel = "MODEL",
            description = "Start from the weights of this model file, which PyTorch may have written "
                    + "(.safetensors), instead of random weights.")
    @Nullable
    Path init;

    @Mixin
    AssumptionOptions assumptions;

    /** Whether hidden layers and convolutions follow from the rows. */
    boolean isOpen() {
        return hidden == null && !conv.areGiven();
    }

    /** Rejects wrong options before anything is read. */
    void requireUsable(Subcommand command) {
        Loss loss = variants.loss();
        Activation given = assumptions.output();
        if (loss.needsUnitInterval() && given != null && given != Activation.SIGMOID) {
            throw command.wrongUsage(
                    "--output-activation is " + given.label() + ", expected sigmoid for --loss " + loss.label());
        }
        if (init == null && assumptions.needFile()) {
            throw command.wrongUsage("--map needs --init, a file of tensors");
        }
        if (conv.areGiven() && variants.areTied()) {
            throw command.wrongUsage("--tied and --conv cannot be combined");
        }
        if (conv.areGiven() || init == null) {
            command.fromOptions(() -> conv.of(assumptions.strides()));
        }
        if (latent != null) {
            int width = latent;
            command.fromOptions(() -> Architecture.of(1, List.of(), width));
        }
    }

    /** The model to start from, if the user names one. */
    Optional<Autoencoder> initial(Subcommand command, Subcommand.ImageSize images) throws IOException {
        return init == null ? Optional.empty() : Optional.of(command.readModel(init, assumptions, images));
    }

    /**
     * The architecture that the options ask for. What they leave open comes from the initial model or, if there is
     * none, from the defaults.
     *
     * @param windows a window of a series as an image; null if rows are no windows
     * @param table whether the defaults for tables apply
     */
    Architecture architecture(
            Subcommand command,
            Optional<Autoencoder> initial,
            Dataset train,
            @Nullable Shape windows,
            Preparation prepared,
            boolean table)
            throws IOException {
        List<Convolution> convolutions = command.fromOptions(() -> conv.of(
                assumptions.strides(),
                initial.map(of -> of.architecture().convolutions()).orElse(List.of())));
        return initial.isEmpty()
                ? ofRows(command, train, windows, prepared, convolutions, table)
                : ofModel(initial.get(), train, convolutions);
    }

    private Architecture ofRows(
            Subcommand command,
            Dataset train,
            @Nullable Shape windows,
            Preparation prepared,
            List<Convolution> convolutions,
            boolean table)
            throws FormatException {
        Defaults defaults = Defaults.of(train, prepared.table());
        List<Integer> convolutional = table ? defaults.hiddenAfterConvolutions() : ConvOptions.HIDDEN;
        List<Integer> open = conv.areGiven() ? convolutional : defaults.hidden(train.isPixels());
        Architecture plain = Architecture.of(
                train.inputs(), hidden != null ? hidden.values() : open, latent != null ? latent : defaults.latent());
        Architecture report = !conv.areGiven()
                ? plain
                : windows == null
                        ? ConvOptions.inFront(plain, train, convolutions)
                        : ConvOptions.inFront(plain, train.name(), windows, convolutions);
        Architecture asked = assumptions.applyTo(prepared.applyTo(report));
        return command.fromOptions(() -> variants.applyTo(asked));
    }

    private Architecture ofModel(Autoencoder initial, Dataset train, List<Convolution> convolutions)
            throws FormatException {
        Architecture given = initial.architecture();
        RowsOption.requireInputs(initial, train);
        Architecture dense = Architecture.of(
                given.inputs(),
                hidden == null ? given.hidden() : hidden.values(),
                latent == null ? given.latent() : latent);
        Architecture asked = convolutions.isEmpty() ? dense : dense.withConvolutions(image(given, train), convolutions);
        if (!asked.hidden().equals(given.hidden())
                || asked.latent() != given.latent()
                || !asked.convolutions().equals(given.convolutions())) {
            throw new FormatException(init + ": holds a network " + given + ", but the options ask for " + asked
                    + "; leave out those that differ, or --init");
        }
        try {
            Architecture varied = variants.applyTo(given);
            Autoencoder.of(varied, initial.tensors(), Map.of());
            return varied;
        } catch (IllegalArgumentException e) {
            String option = variants.areTied() ? "--tied" : "--variational";
            throw new FormatException(init + ": holds a network " + given + ", which " + option
                    + " does not suit; leave it out, or --init (" + e.getMessage() + ")");
        }
    }

    /** The shape of the images: that of an initial model's convolutions or, if it has none, that of the rows. */
    private static Shape image(Architecture initial, Dataset train) {
        return initial.convolutions().isEmpty()
                ? train.shape().map(ImageShape::shape).orElse(initial.image())
                : initial.image();
    }
}
