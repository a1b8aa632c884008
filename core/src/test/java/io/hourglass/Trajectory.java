package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import java.util.List;

/** Short training runs whose every bit is known: {@link TrajectoryTest} repeats them wherever it can. */
public enum Trajectory {
    /** Odd widths, a last batch of 9, the report's activations; some seconds at most with the slowest kernels. */
    PIXELS(
            Architecture.parse("783-31-7"),
            Recipe.paper().with(r -> r.epochs(3).batchSize(13)),
            TestData.pixels(100, 783, 1),
            "26d136948b513cef4ef4ac047e5dac37bf46c6a65420f4ee3ac8b704dfed5712"),

    /** Two hidden layers, the other activations, floats, a warm-up and a cosine. */
    FLOATS(
            Architecture.of(65, List.of(53, 17), 3)
                    .withActivations(Activation.RELU, Activation.SIGMOID, Activation.TANH),
            Recipe.paper()
                    .with(r -> r.epochs(5)
                            .batchSize(16)
                            .learningRate(0.002)
                            .schedule(Schedule.COSINE.withWarmup(0.5))
                            .seed(-3)),
            TestData.floats(70, 65, 2),
            "a778755a646e9dbe7d296ae556462557a7c47320c72fb1250ecf03a6c9da9c7c"),

    /** Convolutions of odd images with two channels, and their mirror images. */
    IMAGES(
            Architecture.parse("9x7x2-8c3s2-5c5s2-17-3"),
            Recipe.paper().with(r -> r.epochs(4).batchSize(13)),
            TestData.pixels(70, 126, 4),
            "78866e5ccc6d749ddea4a00fbc3b3fb13f9a35ed7115deea5540818132aff2bd"),

    /** Numbers and categories, some of them missing. */
    TABLE(
            Architecture.parse("10-31-7"),
            Recipe.paper().with(r -> r.epochs(6).batchSize(13)),
            TableTest.rows(100, 0.1, 5),
            "c51282fc21126dcebddcacf05e5854076d9ab301898e2f68e4f8bc924ba8ebea"),

    /** Small enough for an interpreter. */
    TINY(
            Architecture.parse("83-19-5"),
            Recipe.paper().with(r -> r.epochs(2).batchSize(7).schedule(Schedule.ONE_CYCLE)),
            TestData.pixels(30, 83, 3),
            "f282dba94517d7c29a9c39346c7c4770ce6cd82face504db688cc79c8b31a518");

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

    /** The hash that the trained weights must have. */
    String expected() {
        return sha256;
    }

    /** Trains; returns the hash of the weights. */
    String run(int threads) {
        return (data.hasMissing() ? table() : new Trainer(architecture, recipe))
                .threads(threads)
                .fit(data)
                .model()
                .weightsSha256();
    }

    private Trainer table() {
        Columns table = TableTest.TABLE;
        return new Trainer(architecture, recipe)
                .table(table)
                .scaler(Scaler.fit(Scaler.Kind.MIN_MAX, data, table))
                .imputation(Imputation.fit(Imputation.Kind.MOST_FREQUENT, data, table));
    }

    /** Prints the kernels' name and the hash of the smallest run: for JVMs with other flags. */
    public static void main(String[] args) {
        System.out.println(Kernels.best().name() + " " + TINY.run(2));
    }
}
