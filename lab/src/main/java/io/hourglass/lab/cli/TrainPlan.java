package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.training.Defaults;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How {@code hourglass train} trains a network: what the options ask for and, where they leave it open, what {@link
 * Defaults} says.
 *
 * @param table whether the defaults for tables hold; else the tuned recipe does
 * @param validated whether rows are held out
 * @param patience in steps; null to train to the end
 * @param initial the model to start from, if the user names one
 * @param baseline of the training rows
 */
record TrainPlan(
        RecipeOptions recipes,
        VariantOptions variants,
        Defaults defaults,
        boolean table,
        boolean validated,
        @Nullable Long patience,
        Optional<Autoencoder> initial,
        Baseline baseline) {
    /** Weights times rows of a step. */
    private static final long SMALL = 3_000_000;

    /**
     * A network and all that decides its training.
     *
     * @param patience in epochs; 0 to keep the last epoch, not the best
     * @param start where it starts, if not at random weights
     */
    record Network(Architecture architecture, Recipe recipe, int patience, Optional<Autoencoder> start) {}

    /**
     * Refuses tables that nothing can be learned from.
     *
     * @param latentOpen whether the width of the code is to follow from the table
     * @param scaleOpen whether its scale is
     */
    static void requireTrainable(Dataset train, boolean latentOpen, boolean scaleOpen) throws FormatException {
        if (train.inputs() == 1 && latentOpen) {
            throw new FormatException(train.name()
                    + ": a single column, but a code is narrower than a row: expected more, or --latent 1");
        }
        double[] first = train.doubles(0);
        boolean varied = !scaleOpen;
        for (int row = 1; row < train.rows() && !varied; row++) {
            varied = !Arrays.equals(train.doubles(row), first);
        }
        if (!varied) {
            throw new FormatException(train.name() + ": rows to train on: " + train.rows()
                    + ", all equal, expected different ones (or --scale, to train on them all the same)");
        }
    }

    /**
     * The rows without those held out whose errors no network's could be told from: one value of 1e36 would make all
     * validation errors infinite, so that no epoch were the best.
     *
     * @param scaler brings them into the network's units
     * @param baseline of the training rows
     * @throws FormatException if none of them would be left
     */
    static DataSplit withoutImmeasurable(DataSplit rows, Scaler scaler, Baseline baseline, Progress progress)
            throws FormatException {
        Dataset test = rows.test();
        int[] measurable = test == null ? new int[0] : baseline.measurable(test.scaled(scaler));
        if (test == null || measurable.length == test.rows()) {
            return rows;
        }
        if (measurable.length == 0) {
            throw new FormatException(rows.name() + ": all " + test.rows() + " held-out rows are too far from the "
                    + "training rows for an error that is a number, expected some nearer ones, or --validation 0");
        }
        int left = test.rows() - measurable.length;
        progress.warn(rows.name() + ": " + left + " of " + test.rows() + " held-out rows "
                + (left == 1 ? "has an error" : "have errors") + " too large for a number and "
                + (left == 1 ? "is" : "are") + " left out of the validation");
        return new DataSplit(rows.name(), rows.train(), test.select(measurable), null, null, rows.imputation());
    }

    Network network(Architecture architecture) {
        Recipe open = recipe(table ? defaults.recipe(batch()) : Recipe.tuned());
        boolean fromPca = canStartAtPca(architecture, open);
        Recipe recipe = fromPca ? recipe(defaults.recipeFromPca(batch())) : open;
        int epochs = patience == null
                ? (table && validated ? recipe.epochs() : 0)
                : defaults.epochs(patience, recipe.batchSize());
        return new Network(architecture, recipe, epochs, fromPca ? Optional.of(baseline.network()) : initial);
    }

    /**
     * The network without hidden layers that is trained beside that one and kept where it is as good on the held-out
     * rows; nothing where it could not start at PCA, or no row would judge.
     */
    Optional<Network> rival(Network network) {
        Architecture given = network.architecture();
        Architecture linear = Architecture.of(given.inputs(), List.of(), given.latent())
                .withOutputActivation(Activation.IDENTITY) // as PCA's, whatever the other one's is
                .withVariant(given.variant());
        return validated && !given.hidden().isEmpty() && canStartAtPca(linear, network.recipe())
                ? Optional.of(network(linear))
                : Optional.empty();
    }

    /**
     * A network is PCA where it is linear and has nothing to do but to reconstruct. Named recipes start at random
     * weights.
     */
    private boolean canStartAtPca(Architecture architecture, Recipe recipe) {
        return table
                && recipes.isOpen()
                && initial.isEmpty()
                && baseline.fits(architecture)
                && recipe.objective().equals(Objective.MSE)
                && recipe.corruption().isNone();
    }

    /** What the rows are called that are not trained on. */
    String measuredOn() {
        return validated ? "validation" : "test";
    }

    /** Whether a step is so short that a second thread would wait more than work. */
    static boolean isSmall(Network network) {
        return network.architecture().parameters() * network.recipe().batchSize() < SMALL;
    }

    private int batch() {
        return recipes.batch(Recipe.tuned());
    }

    private Recipe recipe(Recipe open) {
        return variants.applyTo(recipes.recipe(open));
    }

    /** What is about to be trained, in a line. */
    String describe(Network network) {
        Recipe recipe = network.recipe();
        long steps = (long) recipe.epochs() * ((defaults.rows() + recipe.batchSize() - 1) / recipe.batchSize());
        String start = network.start().isPresent() && initial.isEmpty() ? ", starting at PCA" : "";
        return String.format(
                Locale.ROOT,
                "training %s on %d rows for %d epochs (%,d steps, weight decay %.3g%s)",
                network.architecture(),
                defaults.rows(),
                recipe.epochs(),
                steps,
                recipe.weightDecay(),
                start);
    }

    /** A trainer for the network, on one thread for each processor. */
    Trainer trainer(Network network, DataSplit rows, Scaler scaler, Progress progress) {
        Architecture architecture = network.architecture();
        int epochs = network.recipe().epochs();
        TrainingProgress shown =
                new TrainingProgress(progress, 1, TrainingProgress.work(architecture, defaults.rows(), epochs));
        Trainer trainer = new Trainer(architecture, network.recipe())
                .scaler(scaler)
                .listener(shown.run("", architecture, defaults.rows(), epochs, measuredOn()));
        if (rows.test() != null) {
            trainer.test(rows.test());
        }
        if (network.patience() > 0) {
            trainer.patience(network.patience());
        }
        network.start().ifPresent(model -> trainer.initial(withVariant(model, architecture)));
        return trainer;
    }

    /** Tensors alone do not tell that encoder and decoder are tied, so that the option has the last word. */
    private static Autoencoder withVariant(Autoencoder model, Architecture architecture) {
        return model.architecture().equals(architecture)
                ? model
                : Autoencoder.of(architecture, model.tensors(), model.metadata());
    }
}
