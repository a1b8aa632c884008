package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.io.FormatException;
import io.hourglass.lab.ModelMetadata;
import io.hourglass.lab.Progress;
import io.hourglass.lab.TextFile;
import io.hourglass.lab.TrainingProgress;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
            "Example, a long run that may be stopped at any moment; the same command goes on after its last finished epoch:",
            "  hourglass train --data mnist --hidden 256,128 --latent 16 --epochs 1000 \\",
            "      --checkpoint states --resume -o model.safetensors",
            "",
            "Example, a table of machine readings with gaps, whose last column says what each row is:",
            "  hourglass train --data machines.csv --label-column state --impute mean --scale standard \\",
            "      --hidden 24,12 --latent 4 --validation 0.1 --patience 10 -o machines.safetensors",
            "",
            "The same seed gives the same model, bit for bit, whatever the number of threads, stopped and resumed or not."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TrainCommand extends Subcommand {
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
                "How each feature is brought to the network's units: none, pixel (x / 255), min-max (to 0 to 1) or standard (to mean 0 and "
                        + "deviation 1; the output is then linear, not a sigmoid).",
                "Default: as --init's, or else none for images and min-max for other data. It is learned on the training rows and stored "
                        + "in the model, which takes and gives your own units; errors are in the network's."
            })
    private Scaler.@Nullable Kind scale;

    @Option(
            names = "--impute",
            paramLabel = "mean",
            description =
                    "Fill missing values with the mean of their column over the training rows; stored in the model.")
    private @Nullable Impute impute;

    @Option(
            names = "--hidden",
            paramLabel = "WIDTHS",
            description = "Widths of the encoder's hidden layers, such as 256,128; none for no hidden layer.")
    private @Nullable Widths hidden;

    @Option(names = "--latent", paramLabel = "P", description = "Width of the code.")
    private @Nullable Integer latent;

    @Mixin
    private RecipeOptions recipeOptions;

    @Mixin
    private VariantOptions variantOptions;

    @Option(
            names = "--init",
            paramLabel = "MODEL",
            description =
                    "Start from this model's weights (or from PyTorch's, in a .safetensors file), not from random ones.")
    private @Nullable Path init;

    @Mixin
    private AssumptionOptions assumptions;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            description =
                    "Hold out the last part of the training rows (of rows that stand class by class: every n-th) and report on it, "
                            + "not on the test rows.")
    private @Nullable Double validation;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description =
                    "Stop when the error on the --validation rows has not fallen for N epochs; the model is that of the best epoch. "
                            + "The learning rate moves as for all --epochs.")
    private @Nullable Integer patience;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; they do not change the model. Default: one for each processor.")
    private @Nullable Integer threads;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description =
                    "Write the state of the run to this folder after each epoch. The last two are kept; each is a model file too.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--resume",
            description =
                    "Go on from the newest undamaged state in the --checkpoint folder, if there is one. All options that "
                            + "decide the model must be the same; threads may differ.")
    private boolean resume;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description =
                    "Write a CSV of every epoch: epoch,train_mse,test_mse (or validation_mse),seconds; where another loss is made small, train_loss per "
                            + "pixel; for --variational train_kl_per_image, in nats.")
    private @Nullable Path historyFile;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "MODEL",
            description = "Model file to write (.safetensors).")
    private Path output;

    /** Ways to fill missing values. */
    enum Impute {
        mean
    }

    @Mixin
    private ForceOption force;

    TrainCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Recipe recipe = fromOptions(() -> variantOptions.applyTo(recipeOptions.recipe()));
        int threadCount = threads(threads);
        requireUsable();

        Progress progress = console.progress();
        Optional<Autoencoder> initial = init == null ? Optional.empty() : Optional.of(readModel(init, assumptions));
        progress.say("reading " + data);
        DataSplit rows = labels.select(DataSource.load(data, readOptions(initial), progress));
        if (validation != null) {
            rows = rows.withValidation(validation);
        }
        if (impute != null) {
            rows = rows.imputeMean(progress);
        }
        if (initial.isPresent() && scale == null) { // a new scaler takes the rows as they are
            rows = matched(initial.get(), rows);
        }
        Dataset train = rows.train();
        Scaler scaler = scaler(initial, train);
        Architecture architecture = variantOptions.applyTo(architecture(initial, train, scaler));
        RowsOption.requireRange(architecture, scaler, train);

        Trainer trainer = new Trainer(architecture, recipe)
                .threads(threadCount)
                .scaler(scaler)
                .listener(new TrainingProgress(
                                progress, 1, TrainingProgress.work(architecture, train.rows(), recipe.epochs()))
                        .run("", architecture, train.rows(), recipe.epochs(), measuredOn()));
        if (rows.test() != null) {
            trainer.test(rows.test());
        }
        if (checkpoint != null) {
            trainer.checkpoints(checkpoint, resume);
        }
        if (patience != null) {
            trainer.patience(patience);
        }
        initial.ifPresent(model -> trainer.initial(withVariant(model, architecture)));
        progress.say("training " + architecture + " on " + train.rows() + " rows for " + recipe.epochs() + " epochs");
        Trainer.Result trained = trainer.fit(train);

        Map<String, String> more = new LinkedHashMap<>();
        if (rows.imputation() != null) {
            more.putAll(rows.imputation().metadata());
        }
        if (validation != null) {
            more.putAll(ModelMetadata.ofValidation(validation));
        }
        labels.asked().ifPresent(only -> more.putAll(ModelMetadata.ofOnlyLabels(only)));
        ModelMetadata.describe(trained, train, train.sha256(), measuredOn())
                .withMetadata(more)
                .save(output);
        if (historyFile != null) {
            TextFile.write(historyFile, csv(architecture, recipe, trained.history()));
        }
        progress.close();
        print(architecture, recipe, trained, train);
    }

    private void requireUsable() throws IOException {
        if (init == null && (hidden == null || latent == null)) {
            throw wrongUsage("--hidden and --latent are needed where there is no --init");
        }
        if (init == null && assumptions.needFile()) {
            throw wrongUsage("--latent-activation, --output-activation and --map need --init, a file of tensors");
        }
        if (validation != null && !(validation > 0 && validation < 1)) {
            throw wrongUsage("validation = " + validation + ", expected a fraction between 0 and 1");
        }
        if (patience != null && (validation == null || patience < 1)) {
            throw wrongUsage(
                    patience < 1
                            ? "patience = " + patience + ", expected at least 1 epoch"
                            : "--patience needs --validation: rows to watch that are neither trained nor tested on");
        }
        if (resume && checkpoint == null) {
            throw wrongUsage("--resume needs --checkpoint, the folder of the run to go on with");
        }
        if (latent != null) {
            int width = latent;
            fromOptions(() -> Architecture.of(1, List.of(), width));
        }
        requireModelName(output);
        requireWritable(output);
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

    /** A model that goes on learning fills missing values as it did, unless it is asked to learn that anew. */
    private ReadOptions readOptions(Optional<Autoencoder> initial) throws FormatException {
        return initial.isPresent() && impute == null
                ? dataOptions.of(initial.get())
                : dataOptions.toTrain(
                        impute != null, initial.map(Autoencoder::columns).orElse(List.of()));
    }

    private DataSplit matched(Autoencoder initial, DataSplit rows) throws FormatException {
        Dataset train = RowsOption.match(initial, rows.train(), console.progress());
        return new DataSplit(
                rows.name(),
                train,
                rows.test() == null ? null : initial.match(rows.test()).rows(),
                null,
                null,
                rows.imputation());
    }

    private Scaler scaler(Optional<Autoencoder> initial, Dataset train) throws FormatException {
        if (scale == null && initial.isPresent()) {
            return initial.get().scaler();
        }
        Scaler.Kind kind = scale != null ? scale : train.isPixels() ? Scaler.Kind.NONE : Scaler.Kind.MIN_MAX;
        Scaler scaler = Scaler.fit(kind, train);
        if (!train.isPixels() || !scaler.isNone()) {
            console.progress()
                    .say("scaling " + kind.label()
                            + (kind == Scaler.Kind.STANDARD ? "; so the output is linear, not a sigmoid" : ""));
        }
        return scaler;
    }

    /** What the options ask for; what they leave open comes from the initial model. */
    private Architecture architecture(Optional<Autoencoder> initial, Dataset train, Scaler scaler) throws IOException {
        if (initial.isEmpty()) {
            Architecture report = Architecture.of(
                    train.inputs(), hidden == null ? List.of() : hidden.values(), latent == null ? 0 : latent);
            return withHiddenActivation(
                    scaler.kind() == Scaler.Kind.STANDARD ? report.withOutputActivation(Activation.IDENTITY) : report);
        }
        Architecture given = initial.get().architecture();
        RowsOption.requireInputs(initial.get(), train);
        List<Integer> hiddenAsked = hidden == null ? given.hidden() : hidden.values();
        int latentAsked = latent == null ? given.latent() : latent;
        if (!hiddenAsked.equals(given.hidden()) || latentAsked != given.latent()) {
            throw new FormatException(init + ": holds a network " + given + ", but the options ask for "
                    + Architecture.of(given.inputs(), hiddenAsked, latentAsked));
        }
        return given;
    }

    private Architecture withHiddenActivation(Architecture of) {
        return assumptions.hidden() == null
                ? of
                : of.withActivations(assumptions.hidden(), of.latentActivation(), of.outputActivation());
    }

    /** Tensors alone do not tell that encoder and decoder are tied, so that the option has the last word. */
    private static Autoencoder withVariant(Autoencoder model, Architecture architecture) {
        return model.architecture().equals(architecture)
                ? model
                : Autoencoder.of(architecture, model.tensors(), model.metadata());
    }

    /** With what is made small where that is more than the error. */
    private String csv(Architecture architecture, Recipe recipe, History history) {
        boolean variational = architecture.variant() == Variant.VARIATIONAL;
        boolean more = variational || !recipe.objective().equals(Objective.MSE);
        StringBuilder csv = new StringBuilder("epoch,train_mse," + measuredOn() + "_mse,seconds");
        csv.append(more ? ",train_loss" : "").append(variational ? ",train_kl_per_image\n" : "\n");
        for (History.Epoch epoch : history.epochs()) {
            csv.append(epoch.epoch()).append(',').append(epoch.trainMse()).append(',');
            if (!Double.isNaN(epoch.testMse())) {
                csv.append(epoch.testMse());
            }
            csv.append(',').append(epoch.seconds());
            csv.append(more ? "," + epoch.trainLoss() : "");
            csv.append(variational ? "," + epoch.trainKl() : "").append('\n');
        }
        return csv.toString();
    }

    private String measuredOn() {
        return validation == null ? "test" : "validation";
    }

    private void print(Architecture architecture, Recipe recipe, Trainer.Result trained, Dataset train) {
        double test = trained.epoch().testMse();
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s, %s recipe: train MSE %.6f%s, %s%s%n",
                        architecture,
                        recipe.name(),
                        trained.epoch().trainMse(),
                        Double.isNaN(test) ? "" : String.format(Locale.ROOT, ", %s MSE %.6f", measuredOn(), test),
                        Progress.duration(trained.history().seconds()),
                        patience == null
                                ? ""
                                : ", best epoch " + trained.epoch().epoch() + " of "
                                        + trained.history().epochs().size());
        if (architecture.variant() == Variant.VARIATIONAL || !recipe.objective().equals(Objective.MSE)) {
            printLoss(trained.epoch(), train);
        }
        console.out().println("Model: " + output);
    }

    /** What was made small, in both of its units: of a whole row, and divided by the number of its values. */
    private void printLoss(History.Epoch epoch, Dataset train) {
        String row = train.shape().isPresent() ? "image" : "row";
        String value = train.shape().isPresent() ? "pixel" : "value";
        int inputs = train.inputs();
        console.out()
                .printf(
                        Locale.ROOT,
                        "train loss %.4f per %s, %.6f per %s",
                        epoch.trainLoss() * inputs,
                        row,
                        epoch.trainLoss(),
                        value);
        if (epoch.trainKl() > 0) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            "; its KL %.4f nats per %s, %.6f per %s",
                            epoch.trainKl(),
                            row,
                            epoch.trainKl() / inputs,
                            value);
        }
        console.out().println();
    }
}
