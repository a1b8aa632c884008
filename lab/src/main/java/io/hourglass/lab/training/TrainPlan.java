package io.hourglass.lab.training;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How a network is trained: as the user asks and, where that leaves something open, as {@link Defaults} says.
 *
 * @param table whether the defaults for tables apply, rather than the tuned recipe
 * @param validated whether rows are held out
 * @param patience in steps; null to train to the end
 * @param initial the model to start from, if the user names one
 * @param baseline of the training rows, which has their columns
 * @param prepared what was learned from the training rows
 */
public record TrainPlan(
        AskedRecipe asked,
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
    public record Network(Architecture architecture, Recipe recipe, int patience, Optional<Autoencoder> start) {}

    /** A network after its training. */
    public record Trained(Network network, Trainer.Result result) {}

    /**
     * The results of one or two networks.
     *
     * @param beaten the network that was trained as well, but is worse on the held-out rows
     */
    public record Outcome(Trained kept, Optional<Trained> beaten) {}

    /**
     * Rejects tables that nothing can be learned from.
     *
     * @param latentOpen whether the width of the code follows from the table
     * @param scaleOpen whether the scaler follows from the table
     */
    public static void requireTrainable(Dataset train, boolean latentOpen, boolean scaleOpen) throws FormatException {
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

    /** The network with the recipe that suits it. */
    public Network network(Architecture architecture) {
        Recipe tuned = Recipe.tuned(architecture.convolutions());
        Recipe open = recipe(
                table
                        ? defaults.recipe(
                                tuned,
                                asked.batch(),
                                !architecture.convolutions().isEmpty())
                        : tuned,
                tuned);
        boolean fromPca = canStartAtPca(architecture, open);
        Recipe recipe = fromPca ? recipe(defaults.recipeFromPca(asked.batch()), tuned) : open;
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
    private Optional<Network> rival(Network network) {
        Architecture given = network.architecture();
        boolean asOpen =
                table && asked.isOpen() && initial.isEmpty() && prepared.table().differ();
        Architecture linear = Architecture.of(given.inputs(), List.of(), given.latent())
                .withOutputActivation(asOpen ? given.outputActivation() : Activation.IDENTITY) // that of PCA
                .withVariant(given.variant());
        return validated && !given.hidden().isEmpty() && (asOpen || canStartAtPca(linear, network.recipe()))
                ? Optional.of(network(linear))
                : Optional.empty();
    }

    /**
     * A network can start at PCA if it is linear and only has to reconstruct. Named recipes start at random weights.
     */
    private boolean canStartAtPca(Architecture architecture, Recipe recipe) {
        return table
                && asked.isOpen()
                && initial.isEmpty()
                && baseline.fits(architecture)
                && recipe.objective().equals(Objective.MSE)
                && recipe.corruption().isNone();
    }

    /** What the rows that measure the result are called. */
    public String measuredOn() {
        return validated ? "validation" : "test";
    }

    private Recipe recipe(Recipe open, Recipe tuned) {
        return asked.of(open, tuned, defaults.values());
    }

    /**
     * Trains a network on the training rows.
     *
     * @param contested whether its hidden layers may be left out: if rows are held out, a network without them is
     *     trained as well and kept, unless the other is better ({@link Contest})
     * @param setup receives each network with its trainer, before it is trained
     */
    public Outcome train(Network network, boolean contested, DataSplit rows, BiConsumer<Network, Trainer> setup) {
        Trained first = train(network, rows, setup);
        Optional<Network> rival = contested && rows.test() != null ? rival(network) : Optional.empty();
        if (rival.isEmpty() || rows.test() == null) {
            return new Outcome(first, Optional.empty());
        }
        Trained second = train(rival.get(), rows, setup);
        boolean better = Contest.isBetter(
                first.result().model().errors(rows.test()),
                second.result().model().errors(rows.test()));
        return better ? new Outcome(first, Optional.of(second)) : new Outcome(second, Optional.of(first));
    }

    private Trained train(Network network, DataSplit rows, BiConsumer<Network, Trainer> setup) {
        Trainer trainer = prepared.applyTo(new Trainer(network.architecture(), network.recipe()));
        if (rows.test() != null) {
            trainer.test(rows.test());
        }
        if (network.patience() > 0) {
            trainer.patience(network.patience());
        }
        network.start().ifPresent(model -> trainer.initial(withVariant(model, network.architecture())));
        setup.accept(network, trainer);
        return new Trained(network, trainer.fit(rows.train()));
    }

    /** Tensors alone do not show whether encoder and decoder are tied, so the option decides. */
    private static Autoencoder withVariant(Autoencoder model, Architecture architecture) {
        return model.architecture().equals(architecture)
                ? model
                : Autoencoder.of(architecture, model.tensors(), model.metadata());
    }
}
