package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
    private static final Recipe PAPER = Recipe.paper();
    private static final Recipe SGD = PAPER.with(r -> r.optimizer(Optimizer.SGD));

    @Test
    void paperIsTheReportsListing3() {
        assertThat(PAPER)
                .isEqualTo(new Recipe(
                        "paper",
                        100,
                        64,
                        Optimizer.ADAM,
                        0.005,
                        Schedule.CONSTANT,
                        0,
                        false,
                        0.999,
                        0,
                        1,
                        true,
                        Recipe.DEFAULT_SEED,
                        Objective.MSE,
                        Corruption.NONE));
        assertThat(PAPER.rate(0, 938)).isEqualTo(0.005);
        assertThat(PAPER.rate(93_799, 938)).isEqualTo(0.005);
    }

    @Test
    void tunedDecaysWeights() {
        assertThat(Recipe.tuned())
                .isEqualTo(new Recipe(
                        "tuned",
                        45,
                        64,
                        Optimizer.ADAMW,
                        0.0045,
                        Schedule.ONE_CYCLE,
                        0,
                        false,
                        0.99,
                        0.015,
                        10,
                        true,
                        Recipe.DEFAULT_SEED,
                        Objective.MSE,
                        Corruption.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"paper", "tuned"})
    void hasItsName(String name) {
        assertThat(Recipe.named(name).name()).isEqualTo(name);
    }

    @Test
    void unknownNamesAreNamed() {
        assertThatThrownBy(() -> Recipe.named("Paper"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Paper'");
    }

    /** Every setter, with values that differ from each other and from those of the paper's recipe. */
    @Test
    void withChangesWhatItSets() {
        Recipe changed = PAPER.with(r -> r.name("own")
                .epochs(3)
                .batchSize(7)
                .optimizer(Optimizer.SGD)
                .learningRate(0.25)
                .schedule(Schedule.COSINE.withWarmup(0.5))
                .momentum(0.875)
                .nesterov(true)
                .beta2(0.5)
                .weightDecay(0.125)
                .firstDecay(4)
                .shuffle(false)
                .seed(9)
                .loss(Loss.HUBER)
                .sparsity(0.0625)
                .beta(6)
                .noise(0.375)
                .mask(0.625));
        Objective objective = new Objective(Loss.HUBER, 0.0625, 6);
        Corruption corruption = new Corruption(0.375, 0.625);
        assertThat(changed)
                .isEqualTo(new Recipe(
                        "own",
                        3,
                        7,
                        Optimizer.SGD,
                        0.25,
                        Schedule.COSINE.withWarmup(0.5),
                        0.875,
                        true,
                        0.5,
                        0.125,
                        4,
                        false,
                        9,
                        objective,
                        corruption));
        assertThat(PAPER.with(r -> r.objective(objective).corruption(corruption)))
                .isEqualTo(PAPER.with(r ->
                        r.loss(Loss.HUBER).sparsity(0.0625).beta(6).noise(0.375).mask(0.625)));
        assertThat(changed.with(r -> {})).isEqualTo(changed);
    }

    /** The named decay may be too large for the learning rate that is set first. */
    @Test
    void theOrderOfChangesDoesNotMatter() {
        assertThat(Recipe.tuned().with(r -> r.learningRate(100).weightDecay(0)))
                .isEqualTo(Recipe.tuned().with(r -> r.weightDecay(0).learningRate(100)));
    }

    /** The schedule runs over all steps of all epochs, the warm-up over its share of the first ones. */
    @Test
    void rateKnowsTheWholeRun() {
        Recipe recipe = PAPER.with(r -> r.epochs(4).learningRate(1).schedule(Schedule.COSINE.withWarmup(0.5)));
        assertThat(recipe.rate(0, 10)).isEqualTo(0.2);
        assertThat(recipe.rate(4, 10)).isEqualTo(1);
        assertThat(recipe.rate(5, 10)).isEqualTo(1);
        assertThat(recipe.rate(22, 10)).isLessThan(0.55);
        assertThat(recipe.rate(39, 10)).isGreaterThan(0).isLessThan(0.01);
    }

    @Test
    void rateOfTheLongestRunDoesNotOverflow() {
        Recipe recipe = PAPER.with(r -> r.epochs(1_000_000).schedule(Schedule.COSINE));
        assertThat(recipe.rate(500_000L * 1_000_000, 1_000_000)).isBetween(0.0024999, 0.0025001);
    }

    @Test
    void metadataHoldsEverything() {
        assertThat(PAPER.with(r -> r.seed(-7)
                                .schedule(Schedule.STEP.withDrops(12, 0.5).withByEpoch(true))
                                .objective(new Objective(Loss.BCE, 0.125, 4))
                                .noise(0.25)
                                .mask(0.75))
                        .metadata())
                .containsOnly(
                        java.util.Map.entry("recipe.name", "paper"),
                        java.util.Map.entry("recipe.epochs", "100"),
                        java.util.Map.entry("recipe.batch_size", "64"),
                        java.util.Map.entry("recipe.optimizer", "adam"),
                        java.util.Map.entry("recipe.momentum", "0.0"),
                        java.util.Map.entry("recipe.nesterov", "false"),
                        java.util.Map.entry("recipe.learning_rate", "0.005"),
                        java.util.Map.entry("recipe.schedule", "step"),
                        java.util.Map.entry("recipe.warmup_epochs", "0.0"),
                        java.util.Map.entry("recipe.weight_decay", "0.0"),
                        java.util.Map.entry("recipe.first_decay", "1.0"),
                        java.util.Map.entry("recipe.adam_beta2", "0.999"),
                        java.util.Map.entry("recipe.drop_epochs", "12.0"),
                        java.util.Map.entry("recipe.drop_factor", "0.5"),
                        java.util.Map.entry("recipe.rate_changes", "epoch"),
                        java.util.Map.entry("recipe.loss", "bce"),
                        java.util.Map.entry("recipe.sparsity", "0.125"),
                        java.util.Map.entry("recipe.beta", "4.0"),
                        java.util.Map.entry("recipe.noise", "0.25"),
                        java.util.Map.entry("recipe.mask", "0.75"),
                        java.util.Map.entry("recipe.shuffle", "true"),
                        java.util.Map.entry("recipe.seed", "-7"));
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        refused("epochs = 0", () -> PAPER.with(r -> r.epochs(0)));
        refused("epochs = 1000001", () -> PAPER.with(r -> r.epochs(1_000_001)));
        refused("batch size = 0", () -> PAPER.with(r -> r.batchSize(0)));
        refused("batch size = 65537", () -> PAPER.with(r -> r.batchSize(65_537)));
        refused("learning rate = 0.0", () -> PAPER.with(r -> r.learningRate(0)));
        refused("learning rate = -1.0", () -> PAPER.with(r -> r.learningRate(-1)));
        refused("learning rate = NaN", () -> PAPER.with(r -> r.learningRate(Double.NaN)));
        refused("learning rate = Infinity", () -> PAPER.with(r -> r.learningRate(Double.POSITIVE_INFINITY)));
        refused("first layer's decay = -1.0", () -> PAPER.with(r -> r.firstDecay(-1)));
        refused("first layer's decay = NaN", () -> PAPER.with(r -> r.firstDecay(Double.NaN)));
        refused("first layer's decay = Infinity", () -> PAPER.with(r -> r.firstDecay(Double.POSITIVE_INFINITY)));
        refused(
                "first layer's decay = 200.0",
                () -> Recipe.tuned()
                        .with(r -> r.learningRate(0.005).weightDecay(1).firstDecay(200)));
        refused("beta2 = -0.1", () -> PAPER.with(r -> r.beta2(-0.1)));
        refused("beta2 = 1.0", () -> PAPER.with(r -> r.beta2(1)));
        refused("beta2 = NaN", () -> PAPER.with(r -> r.beta2(Double.NaN)));
        refused("momentum = -0.1", () -> SGD.with(r -> r.momentum(-0.1)));
        refused("momentum = 1.0", () -> SGD.with(r -> r.momentum(1)));
        refused("momentum = NaN", () -> SGD.with(r -> r.momentum(Double.NaN)));
        refused("epochs between drops = 0.0", () -> Schedule.STEP.withDrops(0, 0.5));
        refused("drop factor = 0.0", () -> Schedule.STEP.withDrops(1, 0));
        refused("drop factor = 1.5", () -> Schedule.STEP.withDrops(1, 1.5));
        refused("sparsity = -1.0", () -> new Objective(Loss.MSE, -1, 1));
        refused("sparsity = NaN", () -> new Objective(Loss.MSE, Double.NaN, 1));
        refused("beta = -1.0", () -> new Objective(Loss.MSE, 0, -1));
        refused("noise = -1.0", () -> new Corruption(-1, 0));
        refused("noise = Infinity", () -> new Corruption(Double.POSITIVE_INFINITY, 0));
        refused("mask = 1.0", () -> new Corruption(0, 1));
        refused("mask = NaN", () -> new Corruption(0, Double.NaN));
        refused("warm-up epochs = -0.5", () -> Schedule.COSINE.withWarmup(-0.5));
        refused("warm-up epochs = NaN", () -> Schedule.COSINE.withWarmup(Double.NaN));
    }

    @Test
    void settingsOfAnotherOptimizerAreRefused() {
        assertThatThrownBy(() -> PAPER.with(r -> r.weightDecay(0.01)))
                .hasMessage("weight decay = 0.01, expected 0 for the optimizer adam; adamw decays weights");
        assertThatThrownBy(() -> Recipe.tuned().with(r -> r.optimizer(Optimizer.ADAM)))
                .hasMessage("weight decay = 0.015, expected 0 for the optimizer adam; adamw decays weights");
        assertThatThrownBy(() -> PAPER.with(r -> r.momentum(0.9)))
                .hasMessage("momentum = 0.9, expected 0 for the optimizer adam; sgd has a momentum");
        assertThatThrownBy(() -> SGD.with(r -> r.nesterov(true)))
                .hasMessage("nesterov = true, expected false where the momentum is 0");
        assertThat(SGD.with(r -> r.weightDecay(0.01).momentum(0.9).nesterov(true))
                        .nesterov())
                .isTrue();
    }

    private static void refused(String what, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(what + ", expected");
    }
}
