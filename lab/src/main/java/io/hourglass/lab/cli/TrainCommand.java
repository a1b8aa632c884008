package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.ColumnWeights;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Imputation;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.SeriesReader;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.text.TextFile;
import io.hourglass.lab.training.Contest;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.ImageScaling;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass train}. */
@Command(
        name = "train",
        description = "Trains an autoencoder and writes it to a model file.",
        footer = {
            "",
            "Example:",
            "  hourglass train --data mnist --hidden 256,128 --latent 16 -o model.safetensors",
            "",
            "Example, a long run that may be stopped at any time; the same command continues after the last "
                    + "finished epoch:",
            "  hourglass train --data mnist --hidden 256,128 --latent 16 --epochs 1000 \\",
            "      --checkpoint states --resume -o model.safetensors",
            "",
            "Example, a table with missing values and a column of labels; everything else follows from its size:",
            "  hourglass train --data machines.csv --label-column state --impute mean -o machines.safetensors",
            "",
            "Example, a convolutional network for images:",
            "  hourglass train --data mnist --conv 16,32 --hidden 128 --latent 16 -o model.safetensors",
            "",
            "The train MSE of an epoch is the mean over its mini-batches, each measured before its step; "
                    + "validation and test MSE are measured after the epoch.",
            "The same seed gives the same model, bit for bit, with any number of threads, and whether or not the "
                    + "run was stopped and resumed."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TrainCommand extends Subcommand {
    /** From this many images on, the tuned recipe takes more steps than the defaults for tables. */
    private static final int FEW_IMAGES = 20_000;

    @Option(names = "--data", required = true, paramLabel = "DATA", description = RowsOption.DATA_HELP)
    private String data;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private DataOptions dataOptions;

    @Option(
            names = "--scale",
            paramLabel = "S",
            description = {
                "How to scale each column to the network's units: none, pixel (x / 255), min-max (to the range 0 "
                        + "to 1) or standard (to mean 0 and standard deviation 1; the output is then linear, not "
                        + "a sigmoid).",
                "Default: that of --init, otherwise standard (min-max with --loss bce), for images a single mean and "
                        + "standard deviation; none for images from 0 to 1 or of bytes, and pixel for images of "
                        + "whole numbers from 0 to 255. The scaler is learned from the training rows and stored in "
                        + "the model, which takes and gives rows in your own units; errors are in the network's "
                        + "units."
            })
    private Scaler.@Nullable Kind scale;

    @Option(
            names = "--impute",
            paramLabel = "mean|median|most-frequent",
            description = "Fill missing values with the mean, the median or the most frequent value of their column "
                    + "over the training rows (a category: its frequencies with mean, otherwise its most frequent "
                    + "text). They are stored in the model, and are not part of any error.")
    private Imputation.@Nullable Kind impute;

    @Mixin
    private WindowOptions windows;

    @Mixin
    private ConvOptions conv;

    @Option(
            names = "--hidden",
            paramLabel = "WIDTHS",
            description = {
                "Widths of the encoder's hidden layers, such as 256,128, or none for no hidden layers (for a "
                        + "table, the network then starts at PCA).",
                "Default: two layers, the first four times as wide as a row (128 to 256), the second half as "
                        + "wide; none for tables with fewer than 100 rows, or with fewer rows than columns. If "
                        + "rows of a table are held out, a network without hidden layers is trained as well, and "
                        + "kept unless the other is clearly better."
            })
    private @Nullable Widths hidden;

    @Option(
            names = "--latent",
            paramLabel = "P",
            description = "Width of the code. Default: a quarter of the number of columns, 2 to 32, but at most an "
                    + "eighth of the number of rows.")
    private @Nullable Integer latent;

    @Mixin
    private RecipeOptions recipeOptions;

    @Mixin
    private VariantOptions variantOptions;

    @Option(
            names = "--init",
            paramLabel = "MODEL",
            description = "Start from the weights of this model file, which PyTorch may have written "
                    + "(.safetensors), instead of random weights.")
    private @Nullable Path init;

    @Mixin
    private AssumptionOptions assumptions;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            description = "Hold out this fraction of the training rows and report on them instead of the test rows: "
                    + "every n-th row or, if the rows have labels and are not sorted by label, the last "
                    + "rows. For a table, the best epoch is kept. Default: 0.2 for tables with 50 rows or "
                    + "more, otherwise 0.")
    private @Nullable Double validation;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "Stop when the error on the --validation rows has not fallen for N steps, rounded up to full "
                    + "epochs, and keep the best epoch. The learning rate still follows the schedule for "
                    + "all --epochs.")
    private @Nullable Long patience;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Number of threads; it does not change the model. Default: as many as turn out to be fastest, up "
                            + "to one per processor.")
    private @Nullable Integer threads;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "Write a checkpoint, the state of the run, to this folder after each epoch. The last two are "
                    + "kept; each is also a model file.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--resume",
            description = "Continue from the newest intact checkpoint in the --checkpoint folder, if there is one. All "
                    + "options that affect the model must be the same; --threads may differ.")
    private boolean resume;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Write a CSV with one line per epoch: epoch,train_mse,test_mse (or validation_mse),seconds; "
                    + "if the objective is not MSE, also train_loss (per value), and with --variational also "
                    + "train_kl_per_image (in nats).")
    private @Nullable Path historyFile;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "MODEL",
            description = "Model file to write (.safetensors).")
    private Path output;

    @Mixin
    private ForceOption force;

    TrainCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        requireUsable();

        Progress progress = console.progress();
        Optional<Autoencoder> initial = init == null
                ? Optional.empty()
                : Optional.of(readModel(init, assumptions, () -> RowsOption.imageSize(data, dataOptions)));
        progress.say("reading " + data);
        Optional<WindowSettings> settings = windows.settings();
        ReadOptions options =
                settings.isPresent() ? SeriesReader.values(readOptions(initial), settings.get()) : readOptions(initial);
        DataSplit loaded = DataSource.load(data, options, progress);
        @Nullable
        SeriesTraining series = settings.isEmpty()
                ? null
                : SeriesTraining.of(loaded, data, options, settings.get(), validation, progress);
        DataSplit rows = series == null ? labels.select(loaded) : series.rows();
        double heldOut = series == null ? heldOut(rows) : series.heldOut();
        if (patience != null && heldOut == 0) {
            throw wrongUsage("--patience needs --validation: held-out rows to watch");
        }
        if (heldOut > 0 && series == null) {
            rows = rows.withValidation(heldOut);
        }
        Columns table = initial.map(Autoencoder::table)
                .orElse(
                        series != null || rows.columns() == null
                                ? Columns.NONE
                                : rows.columns().layout());
        Optional<Imputation> imputation = initial.flatMap(Autoencoder::imputation);
        if (impute != null) {
            Imputation learned = Imputation.fit(impute, rows.train(), table);
            imputation = Optional.of(learned);
            initial = initial.map(model -> model.withMetadata(learned.metadata()));
        }
        if (initial.isPresent() && scale == null) { // a new scaler takes the rows unchanged
            rows = matched(initial.get(), rows);
        }
        rows = rows.withShape(assumptions.shape().size().orElse(null));
        Dataset train = rows.train();
        if (initial.isEmpty() && !train.isPixels()) {
            TrainPlan.requireTrainable(train, latent == null, scale == null);
        }
        Scaler scaler = scaler(initial, train, series, table);
        if (!table.isNone() && !table.isWeighted()) {
            table = ColumnWeights.fit(table, train, scaler, variantOptions.loss());
        }
        Defaults defaults = new Defaults(train.rows(), train.inputs());
        Architecture architecture = architecture(initial, train, series, scaler, defaults, isOpen(loaded));
        RowsOption.requireRange(architecture, scaler, train);
        int columns = table.hasCategories() ? table.count() : train.inputs();
        if (architecture.latent() >= columns) {
            progress.warn("--latent " + architecture.latent() + ": the code is no narrower than a row of "
                    + Shown.count(columns, "column")
                    + ", so the network need not compress, and its errors tell little; "
                    + "expected at most " + Math.max(1, columns - 1));
        }
        if (initial.isPresent()) {
            int again = TrainingRows.measuredAgain(initial.get(), loaded, labels, heldOut);
            if (again > 0) {
                progress.warn(init + " was trained on " + again + " of the rows to measure on: their errors are "
                        + "too small");
            }
        }
        Baseline baseline = Baseline.fit(train.scaled(scaler), architecture.latent(), table);
        rows = TrainPlan.withoutImmeasurable(rows, scaler, baseline, progress);
        TrainPlan plan = new TrainPlan(
                recipeOptions,
                variantOptions,
                defaults,
                isOpen(loaded),
                heldOut > 0,
                patience,
                initial,
                baseline,
                imputation);

        TrainPlan.Network network = plan.network(architecture);
        Trainer.Result trained = train(plan, network, rows, scaler, checkpoint);
        Optional<TrainPlan.Network> rival = hidden == null && !conv.areGiven() ? plan.rival(network) : Optional.empty();
        if (rival.isPresent() && rows.test() != null) {
            Trainer.Result other = train(plan, rival.get(), rows, scaler, null);
            if (!Contest.isBetter(
                    trained.model().errors(rows.test()), other.model().errors(rows.test()))) {
                progress.say("keeping " + rival.get().architecture() + ": " + architecture
                        + " is not clearly better on the held-out rows (MSE "
                        + Shown.error(trained.epoch().testMse()) + " against "
                        + Shown.error(other.epoch().testMse()) + ")");
                network = rival.get();
                trained = other;
            }
        }
        TrainResult result = new TrainResult(network, trained, rows, heldOut, labels, baseline, series);
        result.model().save(output);
        if (historyFile != null) {
            TextFile.write(historyFile, result.history());
        }
        progress.close();
        Comparison comparison = result.comparison();
        result.print(console.out(), comparison);
        console.out().println("Model: " + output);
        comparison.trouble().ifPresent(trouble -> progress.warn(trouble + result.advice(hidden != null)));
    }

    /** The fraction of the training rows to hold out: what the user asks for or, for tables, the default. */
    private double heldOut(DataSplit rows) {
        if (validation != null) {
            return validation;
        }
        return isOpen(rows) && rows.test() == null
                ? DataSplit.defaultValidation(rows.train().rows())
                : 0;
    }

    /** Whether the defaults for tables apply: for tables, and for small sets of a user's images. */
    private static boolean isOpen(DataSplit rows) {
        return !rows.train().isPixels() || (rows.test() == null && rows.train().rows() < FEW_IMAGES);
    }

    private Trainer.Result train(
            TrainPlan plan, TrainPlan.Network network, DataSplit rows, Scaler scaler, @Nullable Path states) {
        Trainer trainer = plan.trainer(network, rows, scaler, console.progress());
        if (threads != null) {
            trainer.threads(threads);
        }
        if (states != null) {
            trainer.checkpoints(states, resume);
        }
        console.progress().say(plan.describe(network));
        return trainer.fit(rows.train());
    }

    /** Rejects wrong options before anything is read. */
    private void requireUsable() throws IOException {
        fromOptions(() -> variantOptions.applyTo(recipeOptions.recipe(Recipe.tuned(), Recipe.tuned(), 1)));
        threads(threads);
        if (validation != null && !(validation >= 0 && validation < 1)) {
            throw wrongUsage("--validation " + validation + ": expected 0 or a fraction below 1");
        }
        Loss loss = variantOptions.loss();
        Activation given = assumptions.output();
        if (loss.needsUnitInterval() && given != null && given != Activation.SIGMOID) {
            throw wrongUsage(
                    "--output-activation is " + given.label() + ", expected sigmoid for --loss " + loss.label());
        }
        if (init == null && assumptions.needFile()) {
            throw wrongUsage("--map needs --init, a file of tensors");
        }
        if (conv.areGiven() && variantOptions.areTied()) {
            throw wrongUsage("--tied and --conv cannot be combined");
        }
        if (conv.areGiven() || init == null) {
            fromOptions(() -> conv.of(assumptions.strides()));
        }
        if (fromOptions(windows::settings).isPresent()) {
            if (init != null) {
                throw wrongUsage("--window and --init cannot be combined");
            }
            if (impute != null) {
                throw wrongUsage("--window and --impute cannot be combined: fill missing values of a series first");
            }
            if (labels.asked().isPresent()) {
                throw wrongUsage("--window and --only-labels cannot be combined: windows would be torn apart");
            }
        }
        if (patience != null && patience < 1) {
            throw wrongUsage("--patience " + patience + ": expected at least 1 step");
        }
        if (resume && checkpoint == null) {
            throw wrongUsage("--resume needs --checkpoint, the folder of the run to continue");
        }
        if (latent != null) {
            int width = latent;
            fromOptions(() -> Architecture.of(1, List.of(), width));
        }
        requireModelName(output);
        requireWritable(output);
        if (checkpoint != null) {
            requireWritableFolder(checkpoint);
        }
        List<Path> inputs = new ArrayList<>(DataSource.paths(data));
        if (init != null) {
            inputs.add(init);
        }
        force.requireNew(output, inputs);
        if (historyFile != null) {
            requireWritable(historyFile);
            if (historyFile
                    .toAbsolutePath()
                    .normalize()
                    .equals(output.toAbsolutePath().normalize())) {
                throw wrongUsage("--history and -o are the same file");
            }
            inputs.add(output);
            force.requireNew(historyFile, inputs);
        }
    }

    /** A model that continues learning fills missing values as before, unless asked to learn the means again. */
    private ReadOptions readOptions(Optional<Autoencoder> initial) throws FormatException {
        ReadOptions.Colours colours = conv.areGiven() ? ReadOptions.Colours.AS_FOUND : ReadOptions.Colours.GREY;
        if (initial.isEmpty()) {
            ReadOptions open = dataOptions.toTrain(impute, colours);
            boolean images =
                    scale == Scaler.Kind.PIXEL || assumptions.shape().size().isPresent();
            return images ? open.withTable(open.table().withConstants()) : open;
        }
        ReadOptions known = dataOptions.of(initial.get());
        return impute == null ? known : known.withImputation(impute);
    }

    private DataSplit matched(Autoencoder initial, DataSplit rows) throws FormatException {
        Dataset train = RowsOption.match(initial, rows.train(), console.progress());
        return rows.withRows(
                train, rows.test() == null ? null : initial.match(rows.test()).rows());
    }

    private Scaler scaler(
            Optional<Autoencoder> initial, Dataset train, @Nullable SeriesTraining series, Columns columns)
            throws FormatException {
        if (scale == null && initial.isPresent()) {
            return initial.get().scaler();
        }
        boolean unitInterval = variantOptions.loss().needsUnitInterval();
        boolean images = scale == null && train.shape().isPresent();
        Scaler.Kind table = unitInterval ? Scaler.Kind.MIN_MAX : Scaler.Kind.STANDARD;
        Scaler.Kind kind = scale != null ? scale : table;
        Scaler scaler = series != null
                ? series.scaler(kind)
                : images ? ImageScaling.fit(train, unitInterval) : Scaler.fit(kind, train, columns);
        if (!train.isPixels() || !scaler.isNone()) {
            boolean linear = scaler.kind() == Scaler.Kind.STANDARD && assumptions.output() == null;
            console.progress()
                    .say("scaler: " + scaler.kind().label() + (images ? ", the same for all values of an image" : "")
                            + (linear ? ", so the output is linear, not a sigmoid" : ""));
        }
        return scaler;
    }

    /**
     * The architecture that the options ask for. What they leave open comes from the initial model or, if there is
     * none, from the defaults.
     */
    private Architecture architecture(
            Optional<Autoencoder> initial,
            Dataset train,
            @Nullable SeriesTraining series,
            Scaler scaler,
            Defaults defaults,
            boolean isOpen)
            throws IOException {
        List<Convolution> convolutions = fromOptions(() -> conv.of(
                assumptions.strides(),
                initial.map(of -> of.architecture().convolutions()).orElse(List.of())));
        if (initial.isEmpty()) {
            boolean deep = train.isPixels() || defaults.enoughForHidden();
            List<Integer> dense = deep ? defaults.hidden() : List.of();
            List<Integer> convolutional = isOpen ? defaults.hiddenAfterConvolutions() : ConvOptions.HIDDEN;
            List<Integer> open = conv.areGiven() ? convolutional : dense;
            Architecture plain = Architecture.of(
                    train.inputs(),
                    hidden != null ? hidden.values() : open,
                    latent != null ? latent : defaults.latent());
            Architecture report = !conv.areGiven()
                    ? plain
                    : series == null
                            ? ConvOptions.inFront(plain, train, convolutions)
                            : ConvOptions.inFront(plain, train.name(), series.image(), convolutions);
            boolean linear = scaler.kind() == Scaler.Kind.STANDARD;
            Architecture asked =
                    assumptions.applyTo(linear ? report.withOutputActivation(Activation.IDENTITY) : report);
            return fromOptions(() -> variantOptions.applyTo(asked));
        }
        Architecture given = initial.get().architecture();
        RowsOption.requireInputs(initial.get(), train);
        Architecture dense = Architecture.of(
                given.inputs(),
                hidden == null ? given.hidden() : hidden.values(),
                latent == null ? given.latent() : latent);
        Architecture asked = convolutions.isEmpty() ? dense : dense.withConvolutions(image(given, train), convolutions);
        if (!asked.hidden().equals(given.hidden())
                || asked.latent() != given.latent()
                || !asked.convolutions().equals(given.convolutions())) {
            throw new FormatException(init + ": holds a network " + given + ", but the options ask for " + asked
                    + "; leave out those that differ, or --init");
        }
        try {
            Architecture varied = variantOptions.applyTo(given);
            Autoencoder.of(varied, initial.get().tensors(), Map.of());
            return varied;
        } catch (IllegalArgumentException e) {
            String option = variantOptions.areTied() ? "--tied" : "--variational";
            throw new FormatException(init + ": holds a network " + given + ", which " + option
                    + " does not suit; leave it out, or --init (" + e.getMessage() + ")");
        }
    }

    /** The shape of the images: that of an initial model's convolutions or, if it has none, that of the rows. */
    private static Shape image(Architecture initial, Dataset train) {
        return initial.convolutions().isEmpty()
                ? train.shape().map(ImageShape::shape).orElse(initial.image())
                : initial.image();
    }
}
