package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.SeriesReader;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.text.TextFile;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.Preparation;
import io.hourglass.lab.training.SeriesTraining;
import io.hourglass.lab.training.TrainPlan;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    @Option(names = "--data", required = true, paramLabel = "DATA", description = RowsOption.DATA_HELP)
    private String data;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private DataOptions dataOptions;

    @Mixin
    private PreparationOptions preparation;

    @Mixin
    private WindowOptions windows;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private RecipeOptions recipeOptions;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            description = "Hold out this fraction of the training rows and report on them instead of the test rows: "
                    + "every n-th row or, if the rows have labels in a random order, the last "
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
            names = "--contamination",
            paramLabel = "SHARE",
            description = "The share of the training rows that may be anomalies, or none. score compares rows with "
                    + "training rows that the model keeps; this share of them, the most unusual ones, is not kept. "
                    + "Default: 0.05, which costs little if all rows are normal.")
    private @Nullable Contamination contamination;

    @Option(
            names = "--no-neighbours",
            description = "Keep no training rows in the model. Then its anomaly score is the error of the "
                    + "reconstruction. By default, a model of single rows keeps up to 2,000, which whoever has the "
                    + "file can read.")
    private boolean withoutNeighbours;

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
            names = {"-o", "--output", "--out"},
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
        console.progress().keeps(this::kept);

        Progress progress = console.progress();
        Optional<Autoencoder> initial = network.initial(this, () -> RowsOption.imageSize(data, dataOptions));
        progress.say("reading " + data);
        Optional<WindowSettings> settings = initial.isPresent() ? WindowSettings.of(initial.get()) : windows.settings();
        if (settings.isPresent()) {
            requireSuitableForWindows();
        }
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
            progress.say(DataSplit.describeHeldOut(rows.train(), heldOut));
            rows = rows.withValidation(heldOut);
        }
        Columns layout = initial.map(Autoencoder::table).orElse(series != null ? Columns.NONE : rows.layout());
        if (initial.isPresent() && preparation.impute != null) {
            Imputation learned = series == null
                    ? Imputation.fit(preparation.impute, rows.train(), layout)
                    : series.imputation(preparation.impute);
            initial = initial.map(model -> model.withMetadata(learned.metadata()));
        }
        if (initial.isPresent() && preparation.scale == null) { // a new scaler takes the rows unchanged
            rows = matched(initial.get(), rows);
        }
        rows = rows.withShape(network.assumptions.shape().size().orElse(null));
        Dataset train = rows.train();
        if (initial.isEmpty() && !train.isPixels()) {
            TrainPlan.requireTrainable(train, network.latent == null, preparation.scale == null);
        }
        Preparation prepared = prepare(initial, train, series, layout);
        boolean isTable = Defaults.applyTo(loaded.train(), loaded.test() != null);
        Architecture architecture =
                network.architecture(this, initial, train, series == null ? null : series.image(), prepared, isTable);
        RowsOption.requireRange(architecture, prepared.scaler(), train);
        int columns = prepared.table().differ() ? prepared.table().counted() : train.inputs();
        if (architecture.latent() >= columns) {
            progress.warn("--latent " + architecture.latent() + ": the code is no narrower than a row of "
                    + Shown.count(columns, "column")
                    + ", so the network need not compress, and its errors tell little; "
                    + "expected at most " + Math.max(1, columns - 1));
        }
        if (initial.isPresent()) {
            int again = series == null
                    ? TrainingRows.measuredAgain(initial.get(), loaded, labels, heldOut)
                    : series.measuredAgain(initial.get());
            if (again > 0) {
                progress.warn(network.init + " was trained on " + again + " of the rows to measure on: their errors "
                        + "are too small");
            }
        }
        Baseline baseline = Baseline.fit(train.scaled(prepared.scaler()), architecture.latent(), prepared.table());
        rows = rows.withoutImmeasurable(prepared.scaler(), baseline, progress);
        TrainPlan plan = new TrainPlan(
                recipeOptions.with(network.variants),
                Defaults.of(train, prepared.table()),
                isTable,
                heldOut > 0,
                patience,
                initial,
                baseline,
                prepared);

        TrainPlan.Network asked = plan.network(architecture);
        TrainPlan.Outcome outcome = plan.train(asked, network.isOpen(), rows, (of, trainer) -> {
            if (threads != null) {
                trainer.threads(threads);
            }
            if (checkpoint != null && of == asked) {
                trainer.checkpoints(checkpoint, resume);
            }
            TrainingLines.begin(plan, of, trainer, progress);
        });
        if (outcome.kept().network() != asked) {
            TrainingLines.keeping(outcome, progress);
        }
        TrainResult result = new TrainResult(outcome.kept(), rows, heldOut, labels, baseline, series);
        AnomalyDetector detector = detector(result.model(), rows, series, loaded, heldOut);
        detector.model().save(output);
        progress.keeps(() -> output + " is complete");
        if (historyFile != null) {
            TextFile.write(historyFile, result.history());
        }
        progress.close();
        Comparison comparison = result.comparison();
        result.print(console.out(), comparison);
        console.out()
                .println("Model: " + output
                        + (detector.kept() == 0
                                ? ""
                                : ", with " + Shown.count(detector.kept(), "training row")
                                        + " to compare others with"));
        comparison.trouble().ifPresent(trouble -> progress.warn(trouble + result.advice(network.hidden != null)));
    }

    /** What is left of a run that is stopped. */
    private String kept() {
        if (checkpoint == null) {
            return "nothing was written; --checkpoint DIR would keep the finished epochs";
        }
        try (DirectoryStream<Path> states = Files.newDirectoryStream(checkpoint, "epoch-*.safetensors")) {
            if (states.iterator().hasNext()) {
                return checkpoint + " keeps the finished epochs; the same command" + (resume ? "" : " with --resume")
                        + " continues after them";
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The folder has not been made.
        }
        return "no epoch was finished, nothing was written";
    }

    /** The detector that score makes of the model; it keeps training rows, unless they are windows. */
    private AnomalyDetector detector(
            Autoencoder model, DataSplit rows, @Nullable SeriesTraining series, DataSplit loaded, double heldOut)
            throws FormatException {
        if (withoutNeighbours || series != null) {
            return AnomalyDetector.of(model);
        }
        console.progress().say("choosing training rows to compare others with");
        double share = contamination == null ? AnomalyDetector.CONTAMINATION : contamination.share();
        List<String> names =
                rows.names() != null ? rows.names().names() : TrainingRows.numbers(loaded.train(), labels, heldOut);
        AnomalyDetector detector = AnomalyDetector.learn(model, rows.train(), names, share);
        if (detector.kept() == 0) {
            console.progress()
                    .note("too few training rows to compare others with: the anomaly score is the error of the "
                            + "reconstruction");
        }
        return detector;
    }

    /** The fraction of the training rows to hold out: what the user asks for or, for tables, the default. */
    private double heldOut(DataSplit rows) {
        if (validation != null) {
            return validation;
        }
        return rows.test() == null && Defaults.applyTo(rows.train(), false)
                ? DataSplit.defaultValidation(rows.train().rows())
                : 0;
    }

    /** Rejects wrong options before anything is read. */
    private void requireUsable() throws IOException {
        fromOptions(() -> network.variants.applyTo(recipeOptions.recipe(Recipe.tuned(), Recipe.tuned(), 1)));
        threads(threads);
        if (validation != null && !(validation >= 0 && validation < 1)) {
            throw wrongUsage("--validation " + validation + ": expected 0 or a fraction below 1");
        }
        if (withoutNeighbours && contamination != null) {
            throw wrongUsage("--contamination and --no-neighbours cannot be combined: it says which rows are kept");
        }
        network.requireUsable(this);
        if (fromOptions(windows::settings).isPresent()) {
            if (network.init != null) {
                throw wrongUsage("--window and --init cannot be combined: a model of windows states how it makes them, "
                        + "and other models take single rows");
            }
            requireSuitableForWindows();
        }
        if (patience != null && patience < 1) {
            throw wrongUsage("--patience " + patience + ": expected at least 1 step");
        }
        if (resume && checkpoint == null) {
            throw wrongUsage("--resume needs --checkpoint, the folder of the run to continue");
        }
        requireModelName(output);
        requireWritable(output);
        if (checkpoint != null) {
            requireWritableFolder(checkpoint);
        }
        List<Path> inputs = new ArrayList<>(DataSource.paths(data));
        if (network.init != null) {
            inputs.add(network.init);
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

    private void requireSuitableForWindows() {
        if (contamination != null) {
            throw wrongUsage(
                    "--window and --contamination cannot be combined: a model of windows keeps no training rows");
        }
        if (labels.asked().isPresent()) {
            throw wrongUsage("--window and --only-labels cannot be combined: windows would be torn apart");
        }
    }

    /** A model that continues learning fills missing values as before, unless asked to learn the means again. */
    private ReadOptions readOptions(Optional<Autoencoder> initial) throws FormatException {
        ReadOptions.Colours colours = network.conv.areGiven() ? ReadOptions.Colours.AS_FOUND : ReadOptions.Colours.GREY;
        if (initial.isEmpty()) {
            ReadOptions open = dataOptions.toTrain(preparation.impute, colours);
            boolean images = preparation.scale == Scaler.Kind.PIXEL
                    || network.assumptions.shape().size().isPresent();
            return images ? open.withTable(open.table().withConstants()) : open;
        }
        ReadOptions known = dataOptions.of(initial.get());
        return preparation.impute == null ? known : known.withImputation(preparation.impute);
    }

    private DataSplit matched(Autoencoder initial, DataSplit rows) throws FormatException {
        Dataset train = RowsOption.match(initial, rows.train(), console.progress());
        return rows.withRows(
                train, rows.test() == null ? null : initial.match(rows.test()).rows());
    }

    /** What is learned from the training rows; a model that continues learning keeps what it is not asked to change. */
    private Preparation prepare(
            Optional<Autoencoder> initial, Dataset train, @Nullable SeriesTraining series, Columns layout) {
        Loss loss = network.variants.loss();
        Optional<Imputation> known = initial.flatMap(Autoencoder::imputation);
        if (initial.isPresent() && preparation.scale == null) {
            return new Preparation(initial.get().scaler(), layout, known).weighted(train, loss);
        }
        Preparation learned = series != null
                ? new Preparation(
                        series.scaler(Preparation.kind(preparation.scale, loss)),
                        layout,
                        Optional.ofNullable(preparation.impute).map(series::imputation))
                : Preparation.learn(train, layout.withoutWeights(), preparation.scale, preparation.impute, loss);
        learned.describe(train, preparation.scale, network.assumptions.output() == null)
                .ifPresent(console.progress()::say);
        return initial.isEmpty() ? learned : new Preparation(learned.scaler(), learned.table(), known);
    }
}
