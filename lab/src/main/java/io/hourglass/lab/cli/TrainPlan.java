package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.Preparation;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How {@code hourglass train} trains a network: as the options say and, where they leave something open, as {@link
 * Defaults} says.
 *
 * @param table whether the defaults for tables apply, rather than the tuned recipe
 * @param validated whether rows are held out
 * @param patience in steps; null to train to the end
 * @param initial the model to start from, if the user names one
 * @param baseline of the training rows, which has their columns
 * @param prepared what was learned from the training rows
 */
record TrainPlan(
        RecipeOptions recipes,
        VariantOptions variants,
        Defaults defaults,
        boolean table,
        boolean validated,
        @Nullable Long patience,
        Optional<Autoencoder> initial,
        Baseline baseline,
        Preparation prepared) {
    /**
     * A network and everything that determines its training.
     *
     * @param patience in epochs; 0 to keep the last epoch, not the best
     * @param start the model it starts from, if not random weights
     */
    record Network(Architecture architecture, Recipe recipe, int patience, Optional<Autoencoder> start) {}

    /**
     * Rejects tables that nothing can be learned from.
     *
     * @param latentOpen whether the width of the code follows from the table
     * @param scaleOpen whether the scaler follows from the table
     */
    static void requireTrainable(Dataset train, boolean latentOpen, boolean scaleOpen) throws FormatException {
        if (train.inputs() == 1 && latentOpen) {
            throw new FormatException(train.name()
                    + ": a single column, expected more, because a code is narrower than a row (or --latent 1)");
        }
        double[] first = train.doubles(0);
        boolean varied = !scaleOpen;
        for (int row = 1; row < train.rows() && !varied; row++) {
            varied = !Arrays.equals(train.doubles(row), first);
        }
        if (!varied) {
            throw new FormatException(train.name() + ": all training rows are equal (" + train.rows()
                    + "), expected different rows (or --scale, to train on them anyway)");
        }
    }

    Network network(Architecture architecture) {
        Recipe tuned = Recipe.tuned(architecture.convolutions());
        Recipe open = recipe(
                table
                        ? defaults.recipe(
                                tuned, batch(), !architecture.convolutions().isEmpty())
                        : tuned,
                tuned);
        boolean fromPca = canStartAtPca(architecture, open);
        Recipe recipe = fromPca ? recipe(defaults.recipeFromPca(batch()), tuned) : open;
        int epochs = patience == null
                ? (table && validated ? recipe.epochs() : 0)
                : defaults.epochs(patience, recipe.batchSize());
        return new Network(architecture, recipe, epochs, fromPca ? Optional.of(baseline.network()) : initial);
    }

    /**
     * The network without hidden layers that is trained as well, and kept if it is as good on the held-out rows. It
     * starts at PCA or, since PCA gives no categories, at random weights if the columns differ. Empty if no rows are
     * held out, or the user says how to train.
     */
    Optional<Network> rival(Network network) {
        Architecture given = network.architecture();
        Architecture linear = Architecture.of(given.inputs(), List.of(), given.latent())
                .withOutputActivation(Activation.IDENTITY) // as PCA's, whatever the other network's is
                .withVariant(given.variant());
        boolean asOpen = table
                && recipes.isOpen()
                && initial.isEmpty()
                && prepared.table().differ();
        return validated && !given.hidden().isEmpty() && (asOpen || canStartAtPca(linear, network.recipe()))
                ? Optional.of(network(linear))
                : Optional.empty();
    }

    /**
     * A network can start at PCA if it is linear and only has to reconstruct. Named recipes start at random weights.
     */
    private boolean canStartAtPca(Architecture architecture, Recipe recipe) {
        return table
                && recipes.isOpen()
                && initial.isEmpty()
                && baseline.fits(architecture)
                && recipe.objective().equals(Objective.MSE)
                && recipe.corruption().isNone();
    }

    /** What the rows that measure the result are called. */
    String measuredOn() {
        return validated ? "validation" : "test";
    }

    private int batch() {
        return recipes.batch(Recipe.tuned());
    }

    private Recipe recipe(Recipe open, Recipe tuned) {
        return variants.applyTo(recipes.recipe(open, tuned, defaults.values()));
    }

    /** One line on what is about to be trained. */
    String describe(Network network) {
        Recipe recipe = network.recipe();
        long steps = (long) recipe.epochs() * ((defaults.rows() + recipe.batchSize() - 1) / recipe.batchSize());
        String optimizer = recipe.optimizer() == Recipe.tuned().optimizer()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s at learning rate %.3g, ",
                        recipe.optimizer().label(),
                        recipe.learningRate());
        String start = network.start().isPresent() && initial.isEmpty() ? ", starting at PCA" : "";
        return String.format(
                Locale.ROOT,
                "training %s on %s for %s (%s, %sweight decay %.3g%s)",
                network.architecture(),
                Shown.rows(defaults.rows()),
                Shown.count(recipe.epochs(), "epoch"),
                Shown.count(steps, "step"),
                optimizer,
                recipe.weightDecay(),
                start);
    }

    /** A trainer for the network, with one thread per processor. */
    Trainer trainer(Network network, DataSplit rows, Progress progress) {
        Architecture architecture = network.architecture();
        int epochs = network.recipe().epochs();
        TrainingProgress shown =
                new TrainingProgress(progress, 1, TrainingProgress.work(architecture, defaults.rows(), epochs));
        Trainer trainer = prepared.applyTo(new Trainer(architecture, network.recipe()))
                .listener(shown.run(
                        "",
                        architecture,
                        defaults.rows(),
                        epochs,
                        measuredOn(),
                        Evaluation.errorName(baseline.table())));
        if (rows.test() != null) {
            trainer.test(rows.test());
        }
        if (network.patience() > 0) {
            trainer.patience(network.patience());
        }
        network.start().ifPresent(model -> trainer.initial(withVariant(model, architecture)));
        return trainer;
    }

    /** Tensors alone do not show whether encoder and decoder are tied, so the option decides. */
    private static Autoencoder withVariant(Autoencoder model, Architecture architecture) {
        return model.architecture().equals(architecture)
                ? model
                : Autoencoder.of(architecture, model.tensors(), model.metadata());
    }
}
