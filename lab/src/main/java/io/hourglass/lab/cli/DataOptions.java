package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Imputation;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.training.ModelMetadata;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how to read the data that {@code --data} names. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DataOptions {
    /** The answers to a yes-or-no option. */
    enum YesNo {
        yes,
        no
    }

    @Option(
            names = "--header",
            paramLabel = "yes|no",
            description =
                    "Whether the first line of a CSV holds column names. Default: guessed; the guess is reported.")
    private @Nullable YesNo header;

    @Option(
            names = "--label-column",
            paramLabel = "NAME|N",
            description = "The CSV column that holds labels: its name, or its number counted from 1.")
    private @Nullable String labelColumn;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "Character encoding of a CSV, such as windows-1252. Default: UTF-8, or what its byte order "
                    + "mark says.")
    private Charset encoding = StandardCharsets.UTF_8;

    @Option(
            names = "--array",
            paramLabel = "NAME",
            description = "The array of an .npz file to read. Default: the only one.")
    private @Nullable String array;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = "Scale the images of a folder to this width and height. Default: the model's size, or "
                    + "the size that all images share.")
    private ReadOptions.@Nullable Size size;

    @Option(
            names = "--rgb",
            negatable = true,
            description = "Keep the colours of a folder's images, or --no-rgb to make them grey. Default: as the model "
                    + "does; for a new network grey, but train, sweep and variance keep the colours with --conv.")
    private @Nullable Boolean rgb;

    /**
     * The options for training.
     *
     * @param imputeMean whether missing values are filled with means learned from the training rows
     * @param columns names of the CSV columns to read; empty to read all
     * @param colours of a folder's images if the user does not say
     */
    ReadOptions toTrain(boolean imputeMean, List<String> columns, ReadOptions.Colours colours) {
        return new ReadOptions(
                header == null ? null : header == YesNo.yes,
                labelColumn,
                size,
                rgb == null ? colours : rgb ? ReadOptions.Colours.RGB : ReadOptions.Colours.GREY,
                null,
                imputeMean,
                columns,
                encoding,
                array);
    }

    /** The size that a folder's images are scaled to, if the user says so. */
    Optional<ReadOptions.Size> size() {
        return Optional.ofNullable(size);
    }

    /**
     * The options for a model: reads the model's columns, fills missing values as the model learned to, and scales
     * images to the model's size.
     */
    ReadOptions of(Autoencoder model) throws FormatException {
        Optional<Imputation> learned =
                Imputation.parse(model.metadata(), model.architecture().inputs());
        Optional<ImageShape> shape = ModelMetadata.imageShape(model);
        boolean hasColours = shape.map(of -> of.channels() == 3).orElse(false);
        ReadOptions asked =
                toTrain(false, model.columns(), hasColours ? ReadOptions.Colours.RGB : ReadOptions.Colours.GREY);
        return new ReadOptions(
                asked.header(),
                labelColumn,
                size != null
                        ? size
                        : shape.map(of -> new ReadOptions.Size(of.width(), of.height()))
                                .orElse(null),
                asked.colours(),
                learned.orElse(null),
                false,
                asked.columns(),
                encoding,
                array);
    }
}
