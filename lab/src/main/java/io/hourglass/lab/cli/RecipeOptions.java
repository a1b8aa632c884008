package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how to train: a recipe, and what of it to do otherwise. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RecipeOptions {
    @Option(
            names = "--recipe",
            paramLabel = "paper|tuned",
            defaultValue = "tuned",
            description = "As the report did, or as serves best. Default: tuned.")
    private String name;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the rows. Default: the recipe's, 100.")
    private @Nullable Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Rows of a mini-batch. Default: the recipe's, 64.")
    private @Nullable Integer batch;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Adam's step size at its peak. Default: the recipe's.")
    private @Nullable Double learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "S",
            description = "How the learning rate moves: constant, cosine or one-cycle. Default: the recipe's.")
    private @Nullable Schedule schedule;

    @Option(
            names = "--warmup",
            paramLabel = "EPOCHS",
            description = "Length of the cosine schedule's warm-up; parts of an epoch too. Default: the recipe's.")
    private @Nullable Double warmup;

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            description = "What a weight loses of itself in a step of learning rate 1 (AdamW). Default: the recipe's.")
    private @Nullable Double weightDecay;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of weights and order. Default: " + Recipe.DEFAULT_SEED + ".")
    private long seed = Recipe.DEFAULT_SEED;

    @Option(names = "--no-shuffle", description = "Keep the order of the rows in every epoch.")
    private boolean noShuffle;

    /**
     * The recipe asked for. One that differs in more than epochs and seed is called {@code custom}, so that nothing passes for the
     * report's recipe that is not.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe recipe() {
        Recipe named = Recipe.named(name).withSeed(seed);
        if (epochs != null) {
            named = named.withEpochs(epochs);
        }
        Recipe asked = named.withBatchSize(batch == null ? named.batchSize() : batch)
                .withLearningRate(learningRate == null ? named.learningRate() : learningRate)
                .withSchedule(
                        schedule == null ? named.schedule() : schedule, warmup == null ? named.warmupEpochs() : warmup)
                .withWeightDecay(weightDecay == null ? named.weightDecay() : weightDecay)
                .withShuffle(!noShuffle);
        return asked.equals(named) ? named : custom(asked);
    }

    private static Recipe custom(Recipe recipe) {
        return new Recipe(
                "custom",
                recipe.epochs(),
                recipe.batchSize(),
                recipe.learningRate(),
                recipe.schedule(),
                recipe.warmupEpochs(),
                recipe.weightDecay(),
                recipe.shuffle(),
                recipe.seed());
    }
}
