package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import io.hourglass.lab.codec.RowSource;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose the rows a model is used on. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RowsOption {
    /** Halves of a data set. */
    enum Split {
        train,
        test
    }

    @Option(names = "--data", required = true, paramLabel = "DATA", description = DATA_HELP)
    String data;

    @Option(
            names = "--split",
            paramLabel = "train|test",
            description = "Which rows of the data. Default: test, or train where there are no test rows.")
    private @Nullable Split split;

    static final String DATA_HELP = "mnist, a folder with the four IDX files, an IDX file of images or a .npy file.";

    /** Reads the rows, for that model. */
    Dataset read(Autoencoder model, Progress progress) throws IOException {
        progress.say("reading " + data);
        DataSplit rows = DataSource.load(data);
        Dataset chosen =
                split == null ? Objects.requireNonNullElse(rows.test(), rows.train()) : rows.split(split.name());
        requireInputs(model, chosen);
        return chosen;
    }

    /** The same rows, to be read from the first to the last. */
    RowSource open(Autoencoder model, Progress progress) throws IOException {
        return RowSource.of(read(model, progress));
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
