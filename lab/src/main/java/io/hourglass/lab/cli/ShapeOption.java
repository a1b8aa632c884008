package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.training.ModelMetadata;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option that says that a model's rows are images, where its file does not: PyTorch's, or one trained on a table of
 * pixels.
 */
final class ShapeOption {
    @Option(
            names = "--shape",
            paramLabel = "WxH",
            description = "The rows are images of this width and height, grey or, if they have three values a pixel, "
                    + "red, green, blue. Default: as the model file says; a file of PyTorch's does not.")
    private ReadOptions.@Nullable Size size;

    /**
     * How the model's rows are images: as its file says or the user does; empty where neither does.
     *
     * @throws FormatException if the user says otherwise than the file, or the rows have not as many values
     */
    Optional<ImageShape> of(Path file, Autoencoder model) throws FormatException {
        Optional<ImageShape> stated = ModelMetadata.imageShape(model);
        if (size == null) {
            return stated;
        }
        int inputs = model.architecture().inputs();
        ImageShape asked =
                new ImageShape(size.height(), size.width(), inputs == 3L * size.width() * size.height() ? 3 : 1);
        if (asked.values() != inputs) {
            throw new FormatException(file + ": rows of " + inputs + " values, expected " + asked.values()
                    + " or three times as many for --shape " + size);
        }
        if (stated.isPresent() && !stated.get().equals(asked)) {
            throw new FormatException(
                    file + ": holds a model of images of " + stated.get().width() + "x"
                            + stated.get().height() + " pixels, expected those of --shape " + size);
        }
        return Optional.of(asked);
    }

    /** Says that the shape of that model's images is not known. */
    static FormatException unknown(Path file, Autoencoder model) {
        int inputs = model.architecture().inputs();
        int side = (int) Math.round(Math.sqrt(inputs));
        return new FormatException(file + ": tells no image shape; if its rows of " + inputs
                + " values are images, give their width and height with --shape"
                + (side * side == inputs && side > 1 ? ", such as --shape " + side + "x" + side : ""));
    }
}
