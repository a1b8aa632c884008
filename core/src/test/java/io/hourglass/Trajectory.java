package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.util.List;

/** Short training runs whose every bit is known: {@link TrajectoryTest} repeats them wherever it can. */
public enum Trajectory {
    /** Odd widths, a last batch of 9, the report's activations; some seconds at most with the slowest kernels. */
    PIXELS(
            Architecture.parse("783-31-7"),
            Recipe.paper().withEpochs(3).withBatchSize(13),
            TestData.pixels(100, 783, 1),
            "7cd5b8f49ee21754e72d48b287249486c348424223a1aa0145c040db336faed3"),

    /** Two hidden layers, the other activations, floats, a warm-up and a cosine. */
    FLOATS(
            new Architecture(65, List.of(53, 17), 3, Activation.RELU, Activation.SIGMOID, Activation.TANH),
            Recipe.paper()
                    .withEpochs(5)
                    .withBatchSize(16)
                    .withLearningRate(0.002)
                    .withSchedule(Schedule.COSINE.withWarmup(0.5))
                    .withSeed(-3),
            TestData.floats(70, 65, 2),
            "5ebca824fa0263a73b57c0513e1f896d0ff3f9e4d653b00c23b3306b6275bf9d"),

    /** Small enough for an interpreter. */
    TINY(
            Architecture.parse("83-19-5"),
            Recipe.paper().withEpochs(2).withBatchSize(7).withSchedule(Schedule.ONE_CYCLE),
            TestData.pixels(30, 83, 3),
            "37b2dc2e8c8417c2b4c30b01b2e116983ba9c18054508fe9b601f164bae55a6d");

    private final Architecture architecture;
    private final Recipe recipe;
    private final Dataset data;
    private final String sha256;

    Trajectory(Architecture architecture, Recipe recipe, Dataset data, String sha256) {
        this.architecture = architecture;
        this.recipe = recipe;
        this.data = data;
        this.sha256 = sha256;
    }

    /** What the trained weights must hash to. */
    String expected() {
        return sha256;
    }

    /** Trains; returns the hash of the weights. */
    String run(int threads) {
        return new Trainer(architecture, recipe)
                .threads(threads)
                .fit(data)
                .model()
                .weightsSha256();
    }

    /** Prints the kernels' name and the hash of the smallest run: for JVMs with other flags. */
    public static void main(String[] args) {
        System.out.println(Kernels.best().name() + " " + TINY.run(2));
    }
}
