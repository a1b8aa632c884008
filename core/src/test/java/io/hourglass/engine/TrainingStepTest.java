package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingStepTest {
    /**
     * A short mini-batch is padded with rows of the one before, up to a batch size of 256. They must not affect its
     * loss or its gradients, which have the bits of an engine that has seen no other rows and has smaller buffers.
     */
    @ParameterizedTest
    @CsvSource({
        "PLAIN, MSE, 0, 0, 1, 64, 1",
        "PLAIN, MSE, 0, 0, 2, 64, 32",
        "PLAIN, BCE, 0.01, 0, 2, 64, 33",
        "PLAIN, MSE, 0.01, 0.3, 3, 64, 17",
        "TIED, MSE, 0.01, 0, 2, 64, 9",
        "TIED, BCE, 0, 0.3, 5, 64, 50",
        "VARIATIONAL, MSE, 0, 0, 2, 64, 7",
        "VARIATIONAL, BCE, 0.01, 0.3, 4, 64, 41",
        "PLAIN, MSE, 0, 0, 2, 257, 100",
        "VARIATIONAL, MSE, 0.01, 0.3, 3, 300, 7"
    })
    void aShortMiniBatchIsNothingButItsRows(
            Variant variant, Loss loss, double sparsity, double noise, int threads, int batchSize, int rows) {
        Network network = new Network(Architecture.parse("131-97-53-3").withVariant(variant), Kernels.best());
        network.initialize(7);
        Objective objective = new Objective(loss, sparsity, 0.5);
        Corruption corruption = new Corruption(noise, noise);
        float[][] whole = GradientTest.randomRows(batchSize, 131, 1);
        float[][] few = GradientTest.randomRows(rows, 131, 2);
        try (Step step = new Step(network, objective, corruption, batchSize, threads);
                Step fresh = new Step(network, objective, corruption, rows, 1)) {
            step.rows(whole);
            assertThat(step.rows(few)).isEqualTo(fresh.rows(few));
            assertThat(step.error).isEqualTo(fresh.error);
            assertThat(step.divergence).isEqualTo(fresh.divergence);
            Map<String, float[]> gradients = step.gradients();
            fresh.gradients()
                    .forEach((name, expected) ->
                            assertThat(gradients.get(name)).as(name).isEqualTo(expected));
        }
    }

    /** As docs/design/engine.md says; a convolution stays with its rows. */
    @ParameterizedTest
    @CsvSource({"20-9-7-3, 5", "5x4x1-4c3s2-6-3, 2"})
    void theStepHasFewPhases(String widths, int phases) {
        Architecture architecture = Architecture.parse(widths);
        Network network = new Network(architecture, Kernels.best());
        try (Step step = new Step(network, 4, 2)) {
            step.rows(GradientTest.randomRows(4, architecture.inputs(), 1));
            assertThat(step.phases(4)).isEqualTo(phases);
        }
    }
}
