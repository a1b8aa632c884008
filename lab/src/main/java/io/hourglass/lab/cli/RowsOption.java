package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import io.hourglass.lab.codec.RowSource;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
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
        test
    }

    @Option(names = "--data", required = true, paramLabel = "DATA", description = DATA_HELP)
    String data;

    @Option(
            names = "--split",
            paramLabel = "train|test",
            description = "Which rows of the data. Default: test, or train where there are no test rows.")
    private @Nullable Split split;

    @Mixin
    private DataOptions dataOptions;

    static final String DATA_HELP =
            "mnist, fashion-mnist, a folder with the four IDX files, an IDX file of images, a .csv or "
                    + ".npy file, or a folder of PNG or JPEG images (subfolders are labels).";

    /** Reads the rows, for that model. */
    Dataset read(Autoencoder model, Progress progress) throws IOException {
        progress.say("reading " + data);
        DataSplit rows = DataSource.load(data, dataOptions.of(model), progress);
        Dataset chosen =
                split == null ? Objects.requireNonNullElse(rows.test(), rows.train()) : rows.split(split.name());
        requireInputs(model, chosen);
        requireRange(model.architecture(), model.scaler(), chosen);
        return chosen;
    }

    /** Refuses rows that a sigmoid cannot give and no scaler brings where it can. */
    static void requireRange(Architecture architecture, Scaler scaler, Dataset data) throws FormatException {
        if (data.isPixels() || !scaler.isNone() || architecture.outputActivation() != Activation.SIGMOID) {
            return;
        }
        for (int row = 0; row < data.rows(); row++) {
            float[] values = data.row(row);
            for (int column = 0; column < values.length; column++) {
                if (!(values[column] >= 0 && values[column] <= 1)) {
                    throw new FormatException(data.name() + ": row " + row + ", column " + column + " is "
                            + values[column] + ", expected 0 to 1, as the model has no scaler");
                }
            }
        }
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
