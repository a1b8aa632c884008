package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.io.FormatException;
import io.hourglass.lab.ModelMetadata;
import io.hourglass.lab.Progress;
import io.hourglass.lab.TextFile;
import io.hourglass.lab.TrainingProgress;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
            "The same seed gives the same model, bit for bit, whatever the number of threads, stopped and resumed or not."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TrainCommand extends Subcommand {
    @Option(names = "--data", required = true, paramLabel = "DATA", description = RowsOption.DATA_HELP)
    private String data;

    @Option(
            names = "--hidden",
            paramLabel = "WIDTHS",
            description = "Widths of the encoder's hidden layers, such as 256,128; none for no hidden layer.")
    private @Nullable Widths hidden;

    @Option(names = "--latent", paramLabel = "P", description = "Width of the code.")
    private @Nullable Integer latent;

    @Option(
            names = "--activation",
            paramLabel = "A",
            description = "Of the hidden layers: tanh, sigmoid, relu or identity. Default: tanh.")
    private @Nullable Activation activation;

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

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            description = "Hold out the last part of the training rows and report on it, not on the test rows.")
    private @Nullable Double validation;

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
            description = "Write a CSV of every epoch: epoch,train_mse,test_mse,seconds; where another loss is made small, train_loss per "
                    + "pixel; for --variational train_kl_per_image, in nats.")
    private @Nullable Path historyFile;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "MODEL",
            description = "Model file to write (.safetensors).")
    private Path output;

    TrainCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Recipe recipe = fromOptions(() -> variantOptions.applyTo(recipeOptions.recipe()));
        int threadCount = threads(threads);
        requireUsable();

        Progress progress = console.progress();
        Optional<Autoencoder> initial = init == null ? Optional.empty() : Optional.of(readModel(init));
        progress.say("reading " + data);
        DataSplit rows = withValidation(DataSource.load(data));
        Dataset train = rows.train();
        Architecture architecture = variantOptions.applyTo(architecture(initial, train));

        Trainer trainer = new Trainer(architecture, recipe)
                .threads(threadCount)
                .listener(new TrainingProgress(
                                progress, 1, TrainingProgress.work(architecture, train.rows(), recipe.epochs()))
                        .run("", architecture, train.rows(), recipe.epochs()));
        if (rows.test() != null) {
            trainer.test(rows.test());
        }
        if (checkpoint != null) {
            trainer.checkpoints(checkpoint, resume);
        }
        initial.ifPresent(model -> trainer.initial(withActivations(model, architecture)));
        progress.say("training " + architecture + " on " + train.rows() + " rows for " + recipe.epochs() + " epochs");
        Trainer.Result trained = trainer.fit(train);

        ModelMetadata.describe(trained.model(), train, train.sha256(), trained.history())
                .save(output);
        if (historyFile != null) {
            TextFile.write(historyFile, csv(architecture, recipe, trained.history()));
        }
        progress.close();
        print(architecture, recipe, trained.history());
    }

    private void requireUsable() throws IOException {
        if (init == null && (hidden == null || latent == null)) {
            throw wrongUsage("--hidden and --latent are needed where there is no --init");
        }
        if (validation != null && !(validation > 0 && validation < 1)) {
            throw wrongUsage("validation = " + validation + ", expected a fraction between 0 and 1");
        }
        if (resume && checkpoint == null) {
            throw wrongUsage("--resume needs --checkpoint, the folder of the run to go on with");
        }
        if (latent != null) {
            int width = latent;
            fromOptions(() -> Architecture.of(1, List.of(), width));
        }
        requireWritable(output);
        if (historyFile != null) {
            requireWritable(historyFile);
        }
    }

    private DataSplit withValidation(DataSplit rows) throws FormatException {
        if (validation == null) {
            return rows;
        }
        Dataset all = rows.train();
        int held = (int) Math.max(1, Math.round(all.rows() * validation));
        int kept = all.rows() - held;
        if (kept < 1) {
            throw new FormatException(data + ": " + all.rows() + " training rows, too few to hold out " + held);
        }
        return new DataSplit(rows.name(), all.slice(0, kept), all.slice(kept, all.rows()));
    }

    /** What the options ask for; what they leave open comes from the initial model. */
    private Architecture architecture(Optional<Autoencoder> initial, Dataset train) throws IOException {
        if (initial.isEmpty()) {
            Architecture report = Architecture.of(
                    train.inputs(), hidden == null ? List.of() : hidden.values(), latent == null ? 0 : latent);
            return withHiddenActivation(report);
        }
        Architecture given = initial.get().architecture();
        RowsOption.requireInputs(initial.get(), train);
        Architecture asked = withHiddenActivation(new Architecture(
                given.inputs(),
                hidden == null ? given.hidden() : hidden.values(),
                latent == null ? given.latent() : latent,
                given.hiddenActivation(),
                given.latentActivation(),
                given.outputActivation(),
                given.variant()));
        if (!asked.toString().equals(given.toString())) {
            throw new FormatException(init + ": holds a network " + given + ", but the options ask for " + asked);
        }
        return asked;
    }

    private Architecture withHiddenActivation(Architecture of) {
        return activation == null
                ? of
                : new Architecture(
                        of.inputs(),
                        of.hidden(),
                        of.latent(),
                        activation,
                        of.latentActivation(),
                        of.outputActivation(),
                        of.variant());
    }

    /** PyTorch's files do not tell their activations, so that the option has the last word. */
    private static Autoencoder withActivations(Autoencoder model, Architecture architecture) {
        return model.architecture().equals(architecture)
                ? model
                : Autoencoder.of(architecture, model.tensors(), model.metadata());
    }

    /** With what is made small where that is more than the error. */
    private static String csv(Architecture architecture, Recipe recipe, History history) {
        boolean variational = architecture.variant() == Variant.VARIATIONAL;
        boolean more = variational || !recipe.objective().equals(Objective.MSE);
        StringBuilder csv = new StringBuilder("epoch,train_mse,test_mse,seconds");
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

    private void print(Architecture architecture, Recipe recipe, History history) {
        double test = history.last().testMse();
        String measuredOn = validation == null ? "test" : "validation";
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s, %s recipe: train MSE %.6f%s, %s%n",
                        architecture,
                        recipe.name(),
                        history.last().trainMse(),
                        Double.isNaN(test) ? "" : String.format(Locale.ROOT, ", %s MSE %.6f", measuredOn, test),
                        Progress.duration(history.seconds()));
        console.out().println("Model: " + output);
    }
}
