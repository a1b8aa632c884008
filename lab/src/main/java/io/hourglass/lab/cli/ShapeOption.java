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
 * The option that says that a model's rows are images if its file does not: a PyTorch file, or a model of a table of
 * pixels.
 */
final class ShapeOption {
    @Option(
            names = "--shape",
            paramLabel = "WxH",
            description = "Width and height of the images that the rows are: grey, or red, green and blue if a "
                    + "row has three values per pixel. Default: as the model file says; a PyTorch file does not.")
    private ReadOptions.@Nullable Size size;

    /**
     * The image shape of the model's rows, from its file or from the user; empty if neither gives one.
     *
     * @throws FormatException if the option contradicts the file, or does not fit the number of values of a row
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
            throw new FormatException(file + ": holds a model of images of "
                    + stated.get().width() + "x" + stated.get().height() + " pixels, expected --shape " + size);
        }
        return Optional.of(asked);
    }

    /** Says that the image shape of the model's rows is not known. */
    static FormatException unknown(Path file, Autoencoder model) {
        int inputs = model.architecture().inputs();
        int side = (int) Math.round(Math.sqrt(inputs));
        return new FormatException(file + ": states no image shape; if its rows of " + inputs
                + " values are images, give their width and height with --shape"
                + (side * side == inputs && side > 1 ? ", such as --shape " + side + "x" + side : ""));
    }
}
