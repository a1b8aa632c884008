package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.Schedule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how to train: a recipe, and what of it to do otherwise. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RecipeOptions {
    /** When a learning rate moves. */
    enum Pace {
        step,
        epoch
    }

    @Option(
            names = "--recipe",
            paramLabel = "paper|tuned",
            description =
                    "As the report did, or as serves its networks best. Default: tuned; train has its own for tables.")
    private @Nullable String name;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Passes over the rows. Default: the recipe's (45; paper 100); for tables, 3,000 steps or more.")
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
            description = "How the learning rate moves: constant, cosine, one-cycle or step. Default: the recipe's.")
    private @Nullable Schedule schedule;

    @Option(
            names = "--warmup",
            paramLabel = "EPOCHS",
            description = "Length of the cosine schedule's warm-up; parts of an epoch too. Default: the recipe's.")
    private @Nullable Double warmup;

    @Option(
            names = "--drop-every",
            paramLabel = "EPOCHS",
            description = "Epochs between the step schedule's drops. Default: a third of --epochs.")
    private @Nullable Double dropEvery;

    @Option(
            names = "--drop-factor",
            paramLabel = "F",
            description = "What a drop of the step schedule multiplies the learning rate by. Default: 0.1.")
    private @Nullable Double dropFactor;

    @Option(
            names = "--schedule-by",
            paramLabel = "step|epoch",
            description = "When the learning rate moves: at every step, or between epochs only. Default: step.")
    private @Nullable Pace pace;

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            description = "What a weight loses of itself in a step of learning rate 1 (AdamW). Default: the recipe's.")
    private @Nullable Double weightDecay;

    @Option(
            names = "--first-decay",
            paramLabel = "F",
            description =
                    "How many times --weight-decay holds for the weights of the first layer. Default: the recipe's "
                            + "(10; paper 1).")
    private @Nullable Double firstDecay;

    @Option(
            names = "--adam-beta2",
            paramLabel = "B",
            description =
                    "What the mean square of a weight's gradients keeps of itself in a step of Adam's. Default: the "
                            + "recipe's (0.99; paper 0.999).")
    private @Nullable Double beta2;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of weights and order. Default: " + Recipe.DEFAULT_SEED + ".")
    private long seed = Recipe.DEFAULT_SEED;

    @Option(names = "--no-shuffle", description = "Keep the order of the rows in every epoch.")
    private boolean noShuffle;

    /** Whether no recipe is named. */
    boolean isOpen() {
        return name == null;
    }

    /** Rows of a mini-batch, the recipe's where none are asked for. */
    int batch(Recipe recipe) {
        return batch == null ? recipe.batchSize() : batch;
    }

    /** The recipe asked for, the tuned one where none is. */
    Recipe recipe() {
        return recipe(Recipe.tuned());
    }

    /**
     * The recipe asked for. One that differs in more than epochs and seed is called {@code custom}, so that nothing
     * passes for the report's recipe that is not.
     *
     * @param open what is taken where none is named
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe recipe(Recipe open) {
        Recipe named = (name == null ? open : Recipe.named(name)).withSeed(seed);
        if (epochs != null) {
            named = named.withEpochs(epochs);
        }
        Recipe asked = named.withBatchSize(batch(named))
                .withWeightDecay(0) // the named recipe's need not go with the rate and the factor that are asked for
                .withLearningRate(learningRate == null ? named.learningRate() : learningRate)
                .withFirstDecay(firstDecay == null ? named.firstDecay() : firstDecay)
                .withWeightDecay(weightDecay == null ? named.weightDecay() : weightDecay)
                .withSchedule(schedule(named))
                .withBeta2(beta2 == null ? named.beta2() : beta2)
                .withShuffle(!noShuffle);
        return asked.equals(named) ? named : asked.withName("custom");
    }

    private Schedule schedule(Recipe named) {
        Schedule asked = schedule == null ? named.schedule() : schedule;
        if (asked.shape() != Schedule.Shape.STEP && (dropEvery != null || dropFactor != null)) {
            throw new IllegalArgumentException(
                    "schedule = " + asked.label() + ", expected step where there is --drop-every or --drop-factor");
        }
        if (asked.shape() != Schedule.Shape.COSINE && warmup != null) {
            throw new IllegalArgumentException(
                    "schedule = " + asked.label() + ", expected cosine where there is --warmup");
        }
        if (asked.shape() == Schedule.Shape.STEP) {
            double third = Math.max(1, Math.ceil(named.epochs() / 3.0));
            asked = asked.withDrops(
                    dropEvery == null ? third : dropEvery, dropFactor == null ? asked.dropFactor() : dropFactor);
        }
        return asked.withWarmup(warmup == null ? asked.warmupEpochs() : warmup).withByEpoch(pace == Pace.epoch);
    }
}
