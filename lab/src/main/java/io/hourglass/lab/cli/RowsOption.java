package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.Scaler;
import io.hourglass.io.FormatException;
import io.hourglass.lab.ModelMetadata;
import io.hourglass.lab.Progress;
import io.hourglass.lab.codec.RowSource;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
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

    @Mixin
    private DataOptions dataOptions;

    static final String DATA_HELP =
            "mnist, fashion-mnist, a folder with the four IDX files, an IDX file of images, a .csv or "
                    + ".npy file, or a folder of PNG, JPEG or BMP images (subfolders are labels).";

    /** Reads the rows, for that model. */
    Dataset read(Autoencoder model, Progress progress) throws IOException {
        progress.say("reading " + data);
        DataSplit rows = labels.select(DataSource.load(data, dataOptions.of(model), progress));
        Dataset chosen = split == null
                ? Objects.requireNonNullElse(rows.test(), rows.train())
                : split == Split.validation ? heldOut(model, rows) : rows.split(split.name());
        requireInputs(model, chosen);
        requireRange(model.architecture(), model.scaler(), chosen);
        return chosen;
    }

    /** Reads other rows for that model, in the same way: the test rows, where there are such. */
    Dataset readMore(String more, Autoencoder model, Progress progress) throws IOException {
        progress.say("reading " + more);
        DataSplit rows = DataSource.load(more, dataOptions.of(model), progress);
        Dataset chosen = Objects.requireNonNullElse(rows.test(), rows.train());
        requireInputs(model, chosen);
        requireRange(model.architecture(), model.scaler(), chosen);
        return chosen;
    }

    /** What was not trained on, if the rest is what was. */
    private Dataset heldOut(Autoencoder model, DataSplit rows) throws FormatException {
        double fraction = ModelMetadata.validation(model)
                .orElseThrow(
                        () -> new FormatException(
                                "--split validation: the model was not trained with --validation, so that no rows were held out"));
        DataSplit split = rows.withValidation(fraction);
        if (!split.train().sha256().equals(model.metadata().get(ModelMetadata.TRAIN_SHA256))) {
            throw new FormatException(
                    "--split validation: the other rows of " + data
                            + " are not those that the model was trained on, expected the same data and the same --only-labels");
        }
        return split.test() == null ? rows.train() : split.test();
    }

    /** Whether the model was trained on these rows: on all of them, or on those that {@code train --validation} did not hold out. */
    static boolean wereTrainedOn(Autoencoder model, Dataset rows) throws FormatException {
        String trained = model.metadata().get(ModelMetadata.TRAIN_SHA256);
        if (rows.sha256().equals(trained)) {
            return true;
        }
        OptionalDouble fraction = ModelMetadata.validation(model);
        if (fraction.isEmpty() || DataSplit.kept(rows.rows(), fraction.getAsDouble()) == 0) {
            return false;
        }
        DataSplit split = new DataSplit(rows.name(), rows, null).withValidation(fraction.getAsDouble());
        return split.train().sha256().equals(trained);
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

    /** The same rows, to be read from the first to the last: those of an IDX file are never in memory as a whole. */
    RowSource open(Autoencoder model, Progress progress) throws IOException {
        Optional<Path> idx = split == Split.test ? Optional.empty() : DataSource.idxFile(data);
        if (idx.isEmpty()) {
            return RowSource.of(read(model, progress));
        }
        progress.say("reading " + data);
        RowSource rows = RowSource.of(data, Idx.openImages(idx.get()));
        if (rows.inputs() != model.architecture().inputs()) {
            rows.close();
            throw wrongWidth(model, data, rows.inputs());
        }
        return rows;
    }

    /** Refuses rows of another width than the model's. */
    static void requireInputs(Autoencoder model, Dataset data) throws FormatException {
        if (data.inputs() != model.architecture().inputs()) {
            throw wrongWidth(model, data.name(), data.inputs());
        }
    }

    private static FormatException wrongWidth(Autoencoder model, String name, int inputs) {
        return new FormatException("the model takes rows of "
                + model.architecture().inputs() + " values, but those of " + name + " have " + inputs);
    }
}
