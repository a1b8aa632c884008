package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.ImageShape;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.TableOptions;
import io.hourglass.lab.training.ModelMetadata;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how to read the data that {@code --data} names. */
@Heading(Heading.DATA)
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
                    "Whether the first line of a table holds column names. Default: guessed; the guess is reported.")
    private @Nullable YesNo header;

    @Option(
            names = "--separator",
            paramLabel = "C",
            description = "What separates the fields of a line: , ; | tab or space. Default: detected.")
    private TableOptions.@Nullable Separator separator;

    @Option(
            names = "--decimal",
            paramLabel = "point|comma",
            description = "The decimal mark of a table's numbers. Default: what each column shows; if a column does "
                    + "not show it, what was assumed is reported.")
    private TableOptions.@Nullable Decimal decimal;

    @Option(
            names = "--missing",
            paramLabel = "WORDS",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Words for missing values, such as -999 or unknown, besides an empty field, NA, N/A, NaN, "
                    + "null, ? and -.")
    private List<String> missing = List.of();

    @Option(
            names = "--label-column",
            paramLabel = "NAME|N",
            description = "The column of a table that holds labels: its name, or its number counted from 1.")
    private @Nullable String labelColumn;

    @Option(
            names = "--id",
            paramLabel = "NAME|N",
            description = "The column of a table that names its rows. It is not trained on, and takes the place of the "
                    + "row's number in scores and codes.")
    private @Nullable String id;

    @Option(
            names = "--categories",
            paramLabel = "COLUMNS",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Columns of a table to take as categories although they hold numbers or many texts; names or "
                    + "numbers.")
    private List<String> categories = List.of();

    @Option(
            names = "--ignore",
            paramLabel = "COLUMNS",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Columns of a table to leave out, such as name,phone or a range: 2-5.")
    private List<String> ignored = List.of();

    @Option(
            names = "--columns",
            paramLabel = "COLUMNS",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Columns of a table to train on, such as age-income,city; labels and --id come besides. "
                    + "Default: all but those that cannot be used.")
    private List<String> only = List.of();

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "Character encoding of a table, such as windows-1252. Default: UTF-8, or what its byte "
                    + "order mark says.")
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
     * @param imputation what the network does with missing values; null to reject them
     * @param colours of a folder's images if the user does not say
     */
    ReadOptions toTrain(Imputation.@Nullable Kind imputation, ReadOptions.Colours colours) {
        return new ReadOptions(
                table(null),
                size,
                rgb == null ? colours : rgb ? ReadOptions.Colours.RGB : ReadOptions.Colours.GREY,
                imputation,
                true,
                array);
    }

    private TableOptions table(@Nullable TableColumns known) {
        return new TableOptions(
                header == null ? null : header == YesNo.yes,
                encoding,
                separator,
                decimal,
                missing,
                labelColumn,
                id,
                categories,
                ignored,
                only,
                false,
                TableOptions.SeriesColumns.NONE,
                known);
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
        if (!categories.isEmpty() || !only.isEmpty()) {
            throw new FormatException((only.isEmpty() ? "--categories" : "--columns")
                    + " cannot change the columns of a model, expected the option at training only");
        }
        Optional<ImageShape> shape = ModelMetadata.imageShape(model);
        boolean hasColours = shape.map(of -> of.channels() == 3).orElse(false);
        ReadOptions asked = toTrain(null, hasColours ? ReadOptions.Colours.RGB : ReadOptions.Colours.GREY);
        ReadOptions.@Nullable Size scaled = size != null
                ? size
                : shape.map(of -> new ReadOptions.Size(of.width(), of.height())).orElse(null);
        return asked.withImages(scaled, asked.colours())
                .withImputation(model.imputation().map(Imputation::kind).orElse(null))
                .withTable(table(TableColumns.of(model)));
    }
}
