package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.io.AllocatedBytes;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import io.hourglass.nn.Variant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A step allocates nothing, apart from the generator of a row's random numbers, which compiled code keeps in registers.
 * With the scalar kernels, because vectors are objects until their kernel is compiled.
 */
class AllocationTest {
    private static final int ROWS = 40;
    private static final int BATCH = 16;
    private static final int STEPS = 300;

    /** Bytes of a {@link Random}. */
    private static final int GENERATOR = 24;

    @ParameterizedTest
    @CsvSource({
        "30-24-12-6, PLAIN, MSE, TANH, ADAM, 0, 0",
        "30-24-12-6, PLAIN, MSE, SILU, ADAMW, 0, 0.8",
        "30-24-12-6, TIED, BCE, GELU, ADAM, 0, 0.8",
        "30-24-12-6, TIED, MAE, RELU, SGD, 0, 0",
        "30-24-12-6, VARIATIONAL, HUBER, ELU, SGD, 0, 0",
        "30-24-12-6, PLAIN, MSE, LEAKY_RELU, ADAM, 0.1, 0",
        "30-24-12-6, VARIATIONAL, BCE, SIGMOID, ADAM, 0.1, 0",
        "5x3x2-4c3s2-5c3s1-12-6, PLAIN, MSE, TANH, ADAM, 0, 0",
        "5x6x1-16c3s2-6, PLAIN, HUBER, SILU, SGD, 0.1, 0",
        "6x5x1-3c5s2-4-6, VARIATIONAL, BCE, ELU, ADAMW, 0, 0"
    })
    void aStepAllocatesNothing(
            String widths,
            Variant variant,
            Loss loss,
            Activation hidden,
            Optimizer optimizer,
            double noise,
            double zeros) {
        run(widths, Columns.NONE, variant, loss, hidden, optimizer, noise, zeros);
    }

    @ParameterizedTest
    @CsvSource({
        "30-24-12-6, PLAIN, MSE, TANH, ADAM, 0, 0",
        "30-24-12-6, TIED, BCE, GELU, ADAM, 0, 0.8",
        "30-24-12-6, VARIATIONAL, HUBER, ELU, SGD, 0.1, 0"
    })
    void aStepWithColumnsAllocatesNothing(
            String widths,
            Variant variant,
            Loss loss,
            Activation hidden,
            Optimizer optimizer,
            double noise,
            double zeros) {
        run(widths, Columns.parse("7,c13,4,c2,c4"), variant, loss, hidden, optimizer, noise, zeros);
    }

    private static void run(
            String widths,
            Columns columns,
            Variant variant,
            Loss loss,
            Activation hidden,
            Optimizer optimizer,
            double noise,
            double zeros) {
        int draws = (variant == Variant.VARIATIONAL ? 1 : 0) + (noise > 0 ? 1 : 0);
        // From JDK 21 on, StrictMath is Java code, which allocates until it is compiled.
        assumeTrue(draws == 0 || Runtime.version().feature() < 21);
        Architecture parsed = Architecture.parse(widths).withVariant(variant);
        Network network = new Network(
                parsed.withActivations(hidden, parsed.latentActivation(), Activation.SIGMOID), Kernels.SCALAR);
        network.initialize(1);
        float[][] data = GradientTest.randomRows(ROWS, 30, 2);
        NonZeros nonZeros = new NonZeros(ROWS, 30);
        for (int r = 0; r < ROWS; r++) {
            for (int i = 0; i < 30; i++) {
                if (i < zeros * 30) {
                    data[r][i] = 0;
                } else {
                    nonZeros.add(r, i);
                }
            }
        }
        TrainingTask task = new TrainingTask(
                new Objective(loss, 0.01, 0.5),
                new Corruption(noise, noise),
                1,
                (order, start, target) -> {
                    for (int r = 0; r < target.rows(); r++) {
                        int at = target.offset() + r * target.stride();
                        System.arraycopy(data[order[start + r]], 0, target.data(), at, 30);
                    }
                },
                nonZeros.isSparseEnough() ? nonZeros : null,
                columns,
                columns.isNone() ? null : new float[30]);
        Updater updater = Updater.of(network, new Updater.Settings(optimizer, 0, 1, 0.999, 0, false));
        updater.prepare(1, 1e-3); // not in each step: StrictMath.pow allocates until it is compiled
        int[] order = new int[ROWS];
        new Random(1, 1).shuffle(order);
        try (Team team = new Team(1)) {
            TrainingStep step = new TrainingStep(network, task, updater, BATCH, team, (e, o, d) -> {});
            step.use(1);
            long before = AllocatedBytes.ofThisThread();
            for (int t = 0; t < 2 * STEPS; t++) {
                if (t == STEPS) { // all classes are loaded, and both numbers of rows have occurred
                    before = AllocatedBytes.ofThisThread();
                }
                int start = t % 3 * BATCH;
                step.run(0, 1 + t / 3, order, start, Math.min(BATCH, ROWS - start));
            }
            long bytes = AllocatedBytes.ofThisThread() - before;
            assertThat(bytes).isLessThan(STEPS * (8L + draws * BATCH * GENERATOR));
        }
    }
}
