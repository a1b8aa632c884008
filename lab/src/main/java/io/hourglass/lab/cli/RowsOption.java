package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.ModelMetadata;
import io.hourglass.lab.Progress;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose the rows a model is used on. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RowsOption {
    /** Halves of a data set. */
    enum Split {
        train,
        test,
        validation
    }

    @Option(names = "--data", required = true, paramLabel = "DATA", description = DATA_HELP)
    String data;

    @Option(
            names = "--split",
            paramLabel = "train|test|validation",
            description =
                    "Which rows of the data; validation: those that train --validation held out for this model. Default: test, or "
                            + "train where there are no test rows.")
    private @Nullable Split split;

    @Mixin
    private LabelsOption labels;

    static final String DATA_HELP = "mnist, a folder with the four IDX files, an IDX file of images or a .npy file.";

    /** Reads the rows, for that model. */
    Dataset read(Autoencoder model, Progress progress) throws IOException {
        progress.say("reading " + data);
        DataSplit rows = labels.select(DataSource.load(data));
        Dataset chosen = split == null
                ? Objects.requireNonNullElse(rows.test(), rows.train())
                : split == Split.validation ? heldOut(model, rows) : rows.split(split.name());
        requireInputs(model, chosen);
        return chosen;
    }

    /** What was not trained on, if the rest is what was. */
    private Dataset heldOut(Autoencoder model, DataSplit rows) throws FormatException {
        double fraction = ModelMetadata.validation(model)
                .orElseThrow(
                        () -> new FormatException(
                                "--split validation: the model was not trained with --validation, so that no rows were held out"));
        DataSplit split = rows.holdOut(fraction);
        if (!split.train().sha256().equals(model.metadata().get(ModelMetadata.TRAIN_SHA256))) {
            throw new FormatException(
                    "--split validation: the other rows of " + data
                            + " are not those that the model was trained on, expected the same data and the same --only-labels");
        }
        return split.test() == null ? rows.train() : split.test();
    }

    /** Refuses rows of another width than the model's. */
    static void requireInputs(Autoencoder model, Dataset data) throws FormatException {
        int inputs = model.architecture().inputs();
        if (data.inputs() != inputs) {
            throw new FormatException("the model takes rows of " + inputs + " values, but those of " + data.name()
                    + " have " + data.inputs());
        }
    }
}
