package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.format.FormatException;
import io.hourglass.lab.codec.RowStream;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.data.SeriesReader;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.UnseenTexts;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.data.Windows;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.lab.training.SeriesTraining;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select the rows a model is used on. */
@Heading(Heading.DATA)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RowsOption {
    /** Parts of a data set. */
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
            description = "Which rows of the data to use; validation: the rows that train --validation held out for "
                    + "this model; train: all others (evaluate and score), or all training rows. Default: test, or "
                    + "train if there are no test rows.")
    private @Nullable Split split;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private DataOptions dataOptions;

    static final String DATA_HELP =
            "The rows: mnist, fashion-mnist, a folder with the four IDX files, an IDX file of images, a table "
                    + "(.csv, .tsv, .txt, .data, .arff, .json, .jsonl, also .gz; - reads one from standard input), a "
                    + ".npy or .npz file, or a folder of PNG, JPEG or BMP images (subfolders are labels).";

    /**
     * Reads the rows for a model.
     *
     * @throws FormatException if the model takes windows of a series, not single rows
     */
    Dataset read(Autoencoder model, Progress progress) throws IOException {
        return readNamed(model, progress).data();
    }

    /**
     * Some rows.
     *
     * @param names null if they have none
     */
    record Named(Dataset data, @Nullable RowNames names) {}

    /** Reads the rows for a model, with their names. */
    Named readNamed(Autoencoder model, Progress progress) throws IOException {
        requireSingleRows(model);
        progress.say("reading " + data);
        DataSplit rows = labels.select(DataSource.load(data, dataOptions.of(model), progress));
        boolean ofTest = split == null ? rows.test() != null : split == Split.test;
        Dataset matched = match(model, rows.split(ofTest ? "test" : "train"), progress);
        Named named = new Named(matched, ofTest ? rows.testNames() : rows.names());
        return split == Split.validation ? heldOut(model, named) : named;
    }

    /** Rejects a model of windows of a series. */
    static void requireSingleRows(Autoencoder model) throws FormatException {
        if (WindowSettings.of(model).isPresent()) {
            throw new FormatException("the model takes windows of a time series, which train --init, calibrate, score, "
                    + "encode, evaluate, explore and info can use, expected a model of single rows");
        }
    }

    /** Reads the rows for a model or, if it takes windows of a series, windows; with their names. */
    Named readRowsOrWindows(Autoencoder model, Progress progress) throws IOException {
        Optional<Marked> windows = readWindows(model, progress);
        return windows.isPresent()
                ? new Named(windows.get().data(), windows.get().names())
                : readNamed(model, progress);
    }

    /** The size of the images, if the rows are images, for a model whose file does not state it. */
    Optional<ReadOptions.Size> imageSize() throws IOException {
        return imageSize(data, dataOptions);
    }

    /** The size of the images that the data holds; empty if its rows are no images. */
    static Optional<ReadOptions.Size> imageSize(String data, DataOptions options) throws IOException {
        if (options.size().isPresent()) {
            return options.size();
        }
        // Whatever there is to say is said when the rows are read for the model.
        Progress silent = Progress.silent();
        ReadOptions grey = options.toTrain(Imputation.Kind.MEAN, ReadOptions.Colours.GREY);
        return DataSource.load(data, grey, silent)
                .train()
                .shape()
                .map(shape -> new ReadOptions.Size(shape.width(), shape.height()));
    }

    /**
     * Some rows.
     *
     * @param trained marks the rows that the model was trained on, as far as that can be known
     * @param names null if they have none
     * @param unseen texts that the model's columns do not have
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Marked(Dataset data, boolean[] trained, @Nullable RowNames names, UnseenTexts unseen) {
        int trainedRows() {
            return TrainingRows.rows(trained).length;
        }
    }

    /** The model file and the files and folders of the data. */
    List<Path> inputs(Path model) {
        List<Path> inputs = new ArrayList<>(DataSource.paths(data));
        inputs.add(model);
        return inputs;
    }

    /** Whether the training rows are asked for. */
    boolean areTraining() {
        return split == Split.train;
    }

    /**
     * Reads the rows for a model and marks those that it was trained on.
     *
     * @param anomalies labels of anomalies; for these, {@code --split validation} includes all rows that were not
     *     trained on, because none were held out if the model was trained without them
     */
    Marked readMarked(Autoencoder model, @Nullable LabelSet anomalies, Progress progress) throws IOException {
        if (split == Split.validation && anomalies == null) {
            Named held = readNamed(model, progress);
            return new Marked(held.data(), new boolean[held.data().rows()], held.names(), new UnseenTexts());
        }
        progress.say("reading " + data);
        DataSplit all = DataSource.load(data, dataOptions.of(model), progress);
        boolean ofTrain = split == null ? all.test() == null : split != Split.test;
        Dataset part = match(model, ofTrain ? all.train() : all.split("test"), progress);
        List<LabelSet> guesses = labels.asked().stream().toList();
        Optional<TrainingRows> training = TrainingRows.among(model, part, guesses, anomalies);
        boolean sameName = part.name().equals(model.metadata().get(ModelMetadata.TRAIN_NAME));
        if (training.isEmpty() && ofTrain && sameName) {
            progress.note("the model was trained on other rows named " + part.name() + "; if some of these rows "
                    + "were among them, their errors are too small");
        }
        boolean[] chosen = labels.mark(part);
        boolean[] trained = training.isPresent() ? training.get().trained() : new boolean[part.rows()];
        if (split == Split.validation && anomalies != null) {
            if (training.isEmpty()) {
                throw notTrainedOn();
            }
            boolean[] anomaly = anomalies.mark(part);
            boolean none = true;
            for (int row = 0; row < chosen.length; row++) {
                boolean held = training.get().offered()[row] && !trained[row];
                none &= !held;
                chosen[row] = held && chosen[row] || anomaly[row] && !trained[row];
            }
            if (none) {
                throw nothingHeldOut();
            }
        }
        if (split == Split.train && anomalies == null && training.isPresent()) {
            int held = keepTrained(chosen, training.get());
            if (held > 0) {
                progress.note(part.name() + ": leaves out " + Shown.rows(held) + " that train held out (--split "
                        + "validation selects them)");
            }
        }
        int[] rows = TrainingRows.rows(chosen);
        Dataset data = rows.length == part.rows() ? part : part.select(rows);
        boolean[] marks = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            marks[i] = trained[rows[i]];
        }
        return new Marked(
                data,
                marks,
                RowNames.select(ofTrain ? all.names() : all.testNames(), rows),
                ofTrain ? all.unseen().select(rows) : new UnseenTexts());
    }

    /**
     * Series for a model of windows.
     *
     * @param trained marks the positions of rows that the model was trained on, as far as that can be known
     * @param chosen marks those that {@code --split} asks for
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Series(TimeSeries all, boolean[] trained, boolean[] chosen) {}

    /** Reads series for a model of windows. */
    Series readSeries(Autoencoder model, WindowSettings settings, Progress progress) throws IOException {
        if (labels.asked().isPresent()) {
            throw new FormatException("--only-labels would tear windows apart, expected all rows of a series");
        }
        progress.say("reading " + data);
        ReadOptions options = SeriesReader.values(dataOptions.of(model), settings);
        DataSplit rows = DataSource.load(data, options, progress);
        Dataset chosen = split == Split.test ? rows.split("test") : rows.train();
        if (chosen.inputs() != WindowSettings.valuesOfRow(model)) {
            throw new FormatException("the model takes windows of rows of " + WindowSettings.valuesOfRow(model)
                    + " values, but those of " + chosen.name() + " have " + chosen.inputs());
        }
        TimeSeries series = SeriesReader.read(rows.withRows(chosen, null), data, options, settings);
        series.gaps().ifPresent(progress::note);
        Optional<boolean[]> known = SeriesTraining.among(model, series);
        if (known.isEmpty() && split != null && split != Split.test) {
            throw new FormatException("--split " + split + ": " + data + " does not hold the rows that the model was "
                    + "trained on, expected the same data");
        }
        boolean[] trained = known.orElseGet(() -> new boolean[series.rows()]);
        boolean[] asked = new boolean[series.rows()];
        for (int position = 0; position < asked.length; position++) {
            asked[position] = split == null || split == Split.test || trained[position] == (split == Split.train);
        }
        return new Series(series, trained, asked);
    }

    /**
     * Reads windows of series, with their names, and marks those that overlap the rows the model was trained on. The
     * name of its series, if there are several, is a window's label.
     *
     * @return empty if the model takes single rows
     */
    Optional<Marked> readWindows(Autoencoder model, Progress progress) throws IOException {
        Optional<WindowSettings> settings = WindowSettings.of(model);
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        Series given = readSeries(model, settings.get(), progress);
        TimeSeries series = given.all();
        int width = settings.get().width();
        Windows windows = series.windows(width, settings.get().stride(), given.chosen())
                .orElseThrow(() -> series.tooShort(width));
        boolean[] trained = new boolean[windows.rows()];
        for (int window = 0; window < trained.length; window++) {
            for (int position = windows.start(window); position < windows.start(window) + width; position++) {
                trained[window] |= given.trained()[position];
            }
        }
        return Optional.of(new Marked(series.labelled(windows), trained, series.names(windows), new UnseenTexts()));
    }

    /** Reads more rows for the model in the same way: the test rows, if there are any. */
    Marked readMore(String more, Autoencoder model, Progress progress) throws IOException {
        progress.say("reading " + more);
        DataSplit rows = DataSource.load(more, dataOptions.of(model), progress);
        Dataset chosen = match(model, Objects.requireNonNullElse(rows.test(), rows.train()), progress);
        boolean[] trained = TrainingRows.among(model, chosen, List.of(), null)
                .map(TrainingRows::trained)
                .orElseGet(() -> new boolean[chosen.rows()]);
        return new Marked(
                chosen,
                trained,
                rows.test() == null ? rows.names() : rows.testNames(),
                rows.test() == null ? rows.unseen() : new UnseenTexts());
    }

    /**
     * The rows in the form that the model takes. Reports what the user may not expect, and rejects rows that the model
     * cannot take.
     */
    static Dataset match(Autoencoder model, Dataset rows, Progress progress) throws FormatException {
        if (rows.columns().isEmpty() || model.columns().isEmpty()) {
            requireInputs(model, rows);
        }
        Autoencoder.Match match = model.match(rows);
        match.notes().forEach(progress::note);
        requireRange(model.architecture(), model.scaler(), match.rows());
        return match.rows();
    }

    /** Unmarks the rows that were held out; returns how many. */
    private static int keepTrained(boolean[] chosen, TrainingRows training) {
        int held = 0;
        for (int row = 0; row < chosen.length; row++) {
            boolean out = chosen[row] && training.offered()[row] && !training.trained()[row];
            chosen[row] &= !out;
            held += out ? 1 : 0;
        }
        return held;
    }

    private FormatException notTrainedOn() {
        return new FormatException("--split validation: the remaining rows of " + data + " are not the model's "
                + "training rows, expected the same data and the same --only-labels");
    }

    private static FormatException nothingHeldOut() {
        return new FormatException(
                "--split validation: the model was not trained with --validation, so no rows were held out");
    }

    /** The rows that were held out, if the remaining rows are the model's training rows. */
    private Named heldOut(Autoencoder model, Named named) throws FormatException {
        Dataset rows = named.data();
        double fraction = ModelMetadata.validation(model).orElseThrow(RowsOption::nothingHeldOut);
        DataSplit split =
                new DataSplit(rows.name(), rows, null).withNames(named.names()).withValidation(fraction);
        if (!split.train().sha256().equals(model.metadata().get(ModelMetadata.TRAIN_SHA256))) {
            throw notTrainedOn();
        }
        return new Named(Objects.requireNonNull(split.test()), split.testNames());
    }

    /** Rejects rows with values that the output cannot give, unless a scaler brings them into its range. */
    static void requireRange(Architecture architecture, Scaler scaler, Dataset data) throws FormatException {
        Activation output = architecture.outputActivation();
        if (data.isPixels() || !scaler.isNone()) {
            return;
        }
        for (int row = 0; row < data.rows(); row++) {
            float[] values = data.row(row);
            for (int column = 0; column < values.length; column++) {
                if (values[column] < output.least() || values[column] > output.most()) {
                    throw new FormatException(data.name() + ": row " + row + ", column " + column + " is "
                            + values[column] + ", expected " + range(output) + ", because the model has no scaler");
                }
            }
        }
    }

    private static String range(Activation output) {
        DecimalFormat number = new DecimalFormat("0.####", DecimalFormatSymbols.getInstance(Locale.ROOT));
        String least = number.format(output.least());
        return output.most() < Float.POSITIVE_INFINITY
                ? least + " to " + number.format(output.most())
                : least + " or more";
    }

    /** The same rows, to be read from first to last. Those of an IDX file are never all in memory. */
    RowStream open(Autoencoder model, Progress progress) throws IOException {
        boolean all = (split == null || split == Split.train) && labels.asked().isEmpty();
        // A model of numbers needs pixels converted, which read does.
        Optional<Path> idx = all && model.isOfPixels() ? DataSource.idxFile(data) : Optional.empty();
        if (idx.isEmpty()) {
            return RowStream.of(read(model, progress));
        }
        progress.say("reading " + data);
        RowStream rows = RowStream.of(data, idx.get());
        try {
            requireRows(model, data, rows.inputs(), rows.shape());
        } catch (FormatException e) {
            rows.close();
            throw e;
        }
        return rows;
    }

    /**
     * The file that holds the chosen rows and no others; empty if they are only part of a file, or do not come from one
     * file.
     */
    Optional<Path> wholeFile() {
        return labels.asked().isPresent() || split == Split.validation ? Optional.empty() : DataSource.file(data);
    }

    /** Rejects rows whose width differs from the model's, and images of another shape than its convolutions take. */
    static void requireInputs(Autoencoder model, Dataset data) throws FormatException {
        requireRows(model, data.name(), data.inputs(), data.shape());
    }

    private static void requireRows(Autoencoder model, String name, int inputs, Optional<ImageShape> shape)
            throws FormatException {
        Architecture architecture = model.architecture();
        boolean otherImages = !architecture.convolutions().isEmpty()
                && shape.map(of -> !of.shape().equals(architecture.image())).orElse(false);
        if (inputs != architecture.inputs() || otherImages) {
            throw new FormatException("the model takes rows of " + architecture.inputs() + " values"
                    + images(ModelMetadata.imageShape(model)) + ", but those of " + name + " have " + inputs
                    + images(shape));
        }
    }

    private static String images(Optional<ImageShape> shape) {
        return shape.map(of -> " (images of " + of + ")").orElse("");
    }
}
