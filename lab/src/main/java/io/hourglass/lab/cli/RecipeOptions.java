package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.RecipeBuilder;
import io.hourglass.Schedule;
import io.hourglass.lab.training.AskedRecipe;
import io.hourglass.nn.Optimizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how to train: a recipe, and changes to it. */
@Heading(Heading.TRAINING)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RecipeOptions {
    /** The momentum of SGD if the user gives none. */
    private static final double MOMENTUM = 0.9;

    /** When the learning rate changes. */
    enum Pace {
        step,
        epoch
    }

    @Option(
            names = "--recipe",
            paramLabel = "paper|tuned",
            description = "Recipe: the lab report's (paper), or the one that works best for its networks (tuned). "
                    + "Default: tuned; tables have a recipe of their own.")
    private @Nullable String name;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training rows. Default: the recipe's (tuned 45, paper 100); for tables, "
                    + "enough for 3,000 steps or more.")
    private @Nullable Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Rows per mini-batch. Default: the recipe's, 64.")
    private @Nullable Integer batch;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            completionCandidates = Choices.Optimizers.class,
            description = "How gradients change the weights: ${COMPLETION-CANDIDATES}. Only adamw and sgd decay "
                    + "weights. Default: the recipe's (tuned adamw, paper adam).")
    private @Nullable Optimizer optimizer;

    @Option(
            names = "--momentum",
            paramLabel = "M",
            description = "Share of the last step that sgd adds to the next, 0 to less than 1. Default: 0.9.")
    private @Nullable Double momentum;

    @Option(names = "--nesterov", description = "Use Nesterov's momentum with sgd.")
    private boolean nesterov;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Peak learning rate. Default: the recipe's; with sgd, 0.005 times the number of values in a "
                    + "row.")
    private @Nullable Double learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "S",
            description = "How the learning rate changes over the run: constant, cosine, one-cycle or step. "
                    + "Default: the recipe's.")
    private @Nullable Schedule schedule;

    @Option(
            names = "--warmup",
            paramLabel = "EPOCHS",
            description = "Length of the cosine schedule's warm-up; fractions are allowed. Default: the recipe's.")
    private @Nullable Double warmup;

    @Option(
            names = "--drop-every",
            paramLabel = "EPOCHS",
            description = "Epochs between drops of the step schedule. Default: a third of --epochs.")
    private @Nullable Double dropEvery;

    @Option(
            names = "--drop-factor",
            paramLabel = "F",
            description = "Factor by which each drop of the step schedule multiplies the learning rate. Default: 0.1.")
    private @Nullable Double dropFactor;

    @Option(
            names = "--schedule-by",
            paramLabel = "step|epoch",
            description = "When the learning rate changes: at every step, or only between epochs. Default: step.")
    private @Nullable Pace pace;

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            description = "Weight decay: the fraction of itself that a weight loses per step, divided by the learning "
                    + "rate. adamw subtracts it from the weight, sgd adds it to the gradient. Default: the recipe's; "
                    + "0 with another optimizer than the recipe's.")
    private @Nullable Double weightDecay;

    @Option(
            names = "--first-decay",
            paramLabel = "F",
            description = "Factor that multiplies --weight-decay for the weights of the first layer. Default: the "
                    + "recipe's (tuned 10, or 1 with convolutions; paper 1).")
    private @Nullable Double firstDecay;

    @Option(
            names = "--adam-beta2",
            paramLabel = "B",
            description = "Adam's beta2, the decay rate of the mean squared gradients. Default: the recipe's (tuned "
                    + "0.99, paper 0.999).")
    private @Nullable Double beta2;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of the initial weights and the order of the rows. Default: " + Recipe.DEFAULT_SEED + ".")
    private long seed = Recipe.DEFAULT_SEED;

    @Option(names = "--no-shuffle", description = "Keep the same order of rows in every epoch.")
    private boolean noShuffle;

    /** What the user asks of the recipe, with these variants. */
    AskedRecipe with(VariantOptions variants) {
        return new AskedRecipe() {
            @Override
            public boolean isOpen() {
                return name == null;
            }

            @Override
            public int batch() {
                return RecipeOptions.this.batch(Recipe.tuned());
            }

            @Override
            public Recipe of(Recipe open, Recipe tuned, int inputs) {
                return variants.applyTo(recipe(open, tuned, inputs));
            }
        };
    }

    /** Rows of a mini-batch: as asked for, otherwise the recipe's. */
    int batch(Recipe recipe) {
        return batch == null ? recipe.batchSize() : batch;
    }

    /**
     * The recipe asked for. If it differs from the named recipe in more than epochs and seed, it is called {@code
     * custom}, so that only the report's recipe bears its name.
     *
     * @param open the recipe to use if none is named
     * @param tuned the tuned recipe for this network
     * @param inputs values of a row
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe recipe(Recipe open, Recipe tuned, int inputs) {
        Recipe base = name == null ? open : name.equals(tuned.name()) ? tuned : Recipe.named(name);
        Recipe named = base.with(r -> r.seed(seed).epochs(epochs == null ? base.epochs() : epochs));
        Recipe asked = named.with(r -> change(r, named, inputs));
        return asked.equals(named) ? named : asked.with(r -> r.name("custom"));
    }

    /** A recipe's learning rate and weight decay suit its optimiser: another one does not take them over. */
    private void change(RecipeBuilder recipe, Recipe named, int inputs) {
        Optimizer used = optimizer == null ? named.optimizer() : optimizer;
        if (used.hasMomentum()) {
            if (beta2 != null) {
                throw new IllegalArgumentException("--adam-beta2 needs --optimizer adam or adamw");
            }
            recipe.momentum(momentum == null ? MOMENTUM : momentum);
        } else if (momentum != null) {
            throw new IllegalArgumentException("--momentum needs --optimizer sgd, but it is " + used.label());
        } else if (nesterov) {
            throw new IllegalArgumentException("--nesterov needs --optimizer sgd, but it is " + used.label());
        }
        double decay = weightDecay != null ? weightDecay : used == named.optimizer() ? named.weightDecay() : 0;
        if (firstDecay != null && decay == 0) {
            throw new IllegalArgumentException("--first-decay needs a weight decay above 0: it is a factor of that");
        }
        recipe.optimizer(used)
                .nesterov(nesterov)
                .batchSize(batch(named))
                .learningRate(learningRate != null ? learningRate : learningRate(used, named, inputs))
                .firstDecay(firstDecay == null ? named.firstDecay() : firstDecay)
                .weightDecay(decay)
                .schedule(schedule(named))
                .beta2(beta2 == null ? named.beta2() : beta2)
                .shuffle(!noShuffle);
    }

    private static double learningRate(Optimizer used, Recipe named, int inputs) {
        return used.hasMomentum() && !named.optimizer().hasMomentum()
                ? Recipe.sgdLearningRate(inputs)
                : named.learningRate();
    }

    private Schedule schedule(Recipe named) {
        Schedule asked = schedule == null ? named.schedule() : schedule;
        if (asked.shape() != Schedule.Shape.STEP && (dropEvery != null || dropFactor != null)) {
            throw new IllegalArgumentException(
                    "schedule = " + asked.label() + ", expected step with --drop-every or --drop-factor");
        }
        if (asked.shape() != Schedule.Shape.COSINE && warmup != null) {
            throw new IllegalArgumentException("schedule = " + asked.label() + ", expected cosine with --warmup");
        }
        if (asked.shape() == Schedule.Shape.STEP) {
            double third = Math.max(1, Math.ceil(named.epochs() / 3.0));
            asked = asked.withDrops(
                    dropEvery == null ? third : dropEvery, dropFactor == null ? asked.dropFactor() : dropFactor);
        }
        return asked.withWarmup(warmup == null ? asked.warmupEpochs() : warmup).withByEpoch(pace == Pace.epoch);
    }
}
