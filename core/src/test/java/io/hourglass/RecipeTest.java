package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
    private static final Recipe PAPER = Recipe.paper();

    private static Recipe paper(
            int epochs, int batch, double rate, Schedule schedule, double decay, boolean shuffle, long seed) {
        return new Recipe(
                "paper", epochs, batch, rate, schedule, decay, 1, 0.999, shuffle, seed, Objective.MSE, Corruption.NONE);
    }

    @Test
    void paperIsTheReportsListing3() {
        assertThat(PAPER).isEqualTo(paper(100, 64, 0.005, Schedule.CONSTANT, 0, true, Recipe.DEFAULT_SEED));
        assertThat(PAPER.rate(0, 938)).isEqualTo(0.005);
        assertThat(PAPER.rate(93_799, 938)).isEqualTo(0.005);
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

    @Test
    void withChangesOneThing() {
        assertThat(PAPER.withEpochs(3)).isEqualTo(paper(3, 64, 0.005, Schedule.CONSTANT, 0, true, 0));
        assertThat(PAPER.withBatchSize(7)).isEqualTo(paper(100, 7, 0.005, Schedule.CONSTANT, 0, true, 0));
        assertThat(PAPER.withLearningRate(1)).isEqualTo(paper(100, 64, 1, Schedule.CONSTANT, 0, true, 0));
        assertThat(PAPER.withSchedule(Schedule.COSINE.withWarmup(0.5)))
                .isEqualTo(paper(100, 64, 0.005, Schedule.COSINE.withWarmup(0.5), 0, true, 0));
        assertThat(PAPER.withShuffle(false)).isEqualTo(paper(100, 64, 0.005, Schedule.CONSTANT, 0, false, 0));
        assertThat(PAPER.withWeightDecay(0.5)).isEqualTo(paper(100, 64, 0.005, Schedule.CONSTANT, 0.5, true, 0));
        assertThat(PAPER.withFirstDecay(4).firstDecay()).isEqualTo(4);
        assertThat(PAPER.withFirstDecay(4).withFirstDecay(1)).isEqualTo(PAPER);
        assertThat(PAPER.withBeta2(0.5).beta2()).isEqualTo(0.5);
        assertThat(PAPER.withBeta2(0.5).withBeta2(0.999)).isEqualTo(PAPER);
        Objective objective = new Objective(Loss.BCE, 0.5, 4);
        Corruption corruption = new Corruption(0.25, 0.75);
        assertThat(PAPER.withObjective(objective).withCorruption(corruption).withName("own"))
                .isEqualTo(new Recipe(
                        "own", 100, 64, 0.005, Schedule.CONSTANT, 0, 1, 0.999, true, 0, objective, corruption));
        assertThat(PAPER.withSeed(9)).isEqualTo(paper(100, 64, 0.005, Schedule.CONSTANT, 0, true, 9));
    }

    /** The schedule runs over all steps of all epochs, the warm-up over its share of the first ones. */
    @Test
    void rateKnowsTheWholeRun() {
        Recipe recipe = PAPER.withEpochs(4).withLearningRate(1).withSchedule(Schedule.COSINE.withWarmup(0.5));
        assertThat(recipe.rate(0, 10)).isEqualTo(0.2);
        assertThat(recipe.rate(4, 10)).isEqualTo(1);
        assertThat(recipe.rate(5, 10)).isEqualTo(1);
        assertThat(recipe.rate(22, 10)).isLessThan(0.55);
        assertThat(recipe.rate(39, 10)).isGreaterThan(0).isLessThan(0.01);
    }

    @Test
    void rateOfTheLongestRunDoesNotOverflow() {
        Recipe recipe = PAPER.withEpochs(1_000_000).withSchedule(Schedule.COSINE);
        assertThat(recipe.rate(500_000L * 1_000_000, 1_000_000)).isBetween(0.0024999, 0.0025001);
    }

    @Test
    void metadataHoldsEverything() {
        assertThat(PAPER.withSeed(-7)
                        .withSchedule(Schedule.STEP.withDrops(12, 0.5).withByEpoch(true))
                        .withObjective(new Objective(Loss.BCE, 0.125, 4))
                        .withCorruption(new Corruption(0.25, 0.75))
                        .metadata())
                .containsOnly(
                        java.util.Map.entry("recipe.name", "paper"),
                        java.util.Map.entry("recipe.epochs", "100"),
                        java.util.Map.entry("recipe.batch_size", "64"),
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
        refused("epochs = 0", () -> PAPER.withEpochs(0));
        refused("epochs = 1000001", () -> PAPER.withEpochs(1_000_001));
        refused("batch size = 0", () -> PAPER.withBatchSize(0));
        refused("batch size = 65537", () -> PAPER.withBatchSize(65_537));
        refused("learning rate = 0.0", () -> PAPER.withLearningRate(0));
        refused("learning rate = -1.0", () -> PAPER.withLearningRate(-1));
        refused("learning rate = NaN", () -> PAPER.withLearningRate(Double.NaN));
        refused("learning rate = Infinity", () -> PAPER.withLearningRate(Double.POSITIVE_INFINITY));
        refused("first layer's decay = -1.0", () -> PAPER.withFirstDecay(-1));
        refused("first layer's decay = NaN", () -> PAPER.withFirstDecay(Double.NaN));
        refused("first layer's decay = Infinity", () -> PAPER.withFirstDecay(Double.POSITIVE_INFINITY));
        refused("first layer's decay = 200.0", () -> PAPER.withWeightDecay(1).withFirstDecay(200));
        refused("beta2 = -0.1", () -> PAPER.withBeta2(-0.1));
        refused("beta2 = 1.0", () -> PAPER.withBeta2(1));
        refused("beta2 = NaN", () -> PAPER.withBeta2(Double.NaN));
        refused("epochs between drops = 0.0", () -> Schedule.STEP.withDrops(0, 0.5));
        refused("drop factor = 0.0", () -> Schedule.STEP.withDrops(1, 0));
        refused("drop factor = 1.5", () -> Schedule.STEP.withDrops(1, 1.5));
        refused("sparsity = -1.0", () -> new Objective(Loss.MSE, -1, 1));
        refused("sparsity = NaN", () -> new Objective(Loss.MSE, Double.NaN, 1));
        refused("beta = -1.0", () -> Objective.MSE.withBeta(-1));
        refused("noise = -1.0", () -> new Corruption(-1, 0));
        refused("noise = Infinity", () -> new Corruption(Double.POSITIVE_INFINITY, 0));
        refused("mask = 1.0", () -> new Corruption(0, 1));
        refused("mask = NaN", () -> new Corruption(0, Double.NaN));
        refused("warm-up epochs = -0.5", () -> Schedule.COSINE.withWarmup(-0.5));
        refused("warm-up epochs = NaN", () -> Schedule.COSINE.withWarmup(Double.NaN));
    }

    private static void refused(String what, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(what + ", expected");
    }
}
