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
 * The option that says that rows are images if nothing else does: those of a PyTorch file, of a model of a table of
 * pixels, or of a table to train on.
 */
@Heading(Heading.DATA)
final class ShapeOption {
    @Option(
            names = "--shape",
            paramLabel = "WxH",
            description = "Width and height of the images that the rows are: grey, or red, green and blue if a "
                    + "row has three values per pixel. Default: as the data or the model file says; a PyTorch file "
                    + "does not.")
    private ReadOptions.@Nullable Size size;

    /**
     * The image shape of the model's rows, from its file or from the user; empty if neither gives one.
     *
     * @throws FormatException if the option contradicts the file, or does not fit the number of values of a row
     */
    Optional<ImageShape> of(Path file, Autoencoder model) throws FormatException {
        Optional<ImageShape> stated = ModelMetadata.imageShape(model);
        if (size == null || !model.architecture().convolutions().isEmpty()) { // their size was checked
            return stated;
        }
        ImageShape asked = size.shapeOf(file.toString(), model.architecture().inputs());
        if (stated.isPresent() && !stated.get().equals(asked)) {
            throw new FormatException(file + ": holds a model of images of "
                    + stated.get().width() + "x" + stated.get().height() + " pixels, expected --shape " + size);
        }
        return Optional.of(asked);
    }

    /** The size that the user gives. */
    Optional<ReadOptions.Size> size() {
        return Optional.ofNullable(size);
    }

    /** Says that the image shape of the model's rows is not known. */
    static FormatException unknown(Path file, Autoencoder model) {
        return ReadOptions.Size.unknown(file.toString(), model.architecture().inputs());
    }
}
