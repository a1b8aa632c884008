package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.EachKernels;
import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions at the limits of what an architecture can say have the bits of {@link PlainStep}. */
class UnusualImagesTest {
    /** For instance series, pixels alone, kernels larger than the image, and all output paddings of a stride. */
    @ParameterizedTest
    @CsvSource({
        "1x1x1-1c1s1-1, 1",
        "1x1x1-1c1s1-1, 65",
        "1x1x3-5c3s3-2, 4",
        "1x1x1-2000c1s1-3c1s1-2, 3",
        "1x97x2-16c5s2-16c5s3-4, 3",
        "97x1x2-16c5s2-16c5s3-4, 3",
        "1x5x1-3c3s1-3c3s1-1, 1",
        "2x2x1-4c31s1-3, 5",
        "2x3x5-4c31s31-3, 5",
        "3x3x2-4c7s7-2, 9",
        "21x21x2-4c7s7-2, 2",
        "11x6x1-64c3s2-64c3s1-5, 2",
        "8x8x2-3c5s4-3, 3",
        "8x9x2-3c5s4-3, 3",
        "9x10x2-3c5s4-3, 3",
        "10x11x16-3c5s4-3, 3",
        "11x8x16-3c5s4-3, 3",
        "6x7x1-2c1s1-2c1s1-2c1s1-2c3s1-2c3s1-2c3s1-2c3s1-2c3s1-2c3s1-3, 2",
        "256x256x3-4c3s2-8c3s2-8c3s2-2, 1",
        "6x5x1-3c3s2-4-2, 263",
        "64x63x3-5c5s3-16c3s3-6, 2"
    })
    @EachKernels
    void haveTheBitsOfThePlainStep(String form, int rows) {
        Architecture architecture =
                Architecture.parse(form).withActivations(Activation.SILU, Activation.IDENTITY, Activation.TANH);
        Network network = new Network(architecture, Kernels.best());
        network.initialize(1);
        float[][] data = GradientTest.randomRows(rows, architecture.inputs(), 2);
        PlainOptimizer optimizer = new PlainOptimizer(Optimizer.ADAM, 0.999, 0, false, 0, 1);
        PlainStep plain = new PlainStep(architecture, Objective.MSE, Corruption.NONE, network.tensors());
        int[] numbers = IntStream.range(0, rows).map(r -> Step.LAST_ROW - r).toArray();
        Forward forward = new Forward(network, rows);
        Updater updater = optimizer.updater(network);
        try (Step step = new Step(network, Objective.MSE, rows + 1, 3)) {
            for (int t = 1; t <= 2; t++) {
                plain.run(data, numbers, Step.EPOCH, Step.SEED);
                assertThat(outputs(forward, architecture, data)).isDeepEqualTo(plain.outputs());
                plain.update(optimizer, t, 0.01);
                updater.prepare(t, 0.01);
                assertThat(step.train(data, updater)).isEqualTo(plain.loss);
                PlannedStepTest.assertSameBits("gradient", step.gradients(), plain.gradients);
                PlannedStepTest.assertSameBits("tensor", network.tensors(), plain.tensors);
            }
        }
    }

    /** The outputs of all rows at once. */
    static float[][] outputs(Forward forward, Architecture architecture, float[][] rows) {
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, forward.values(0), forward.offset(0, r), rows[r].length);
        }
        int layers = architecture.layers().size();
        forward.run(rows.length, 0, layers);
        return IntStream.range(0, rows.length)
                .mapToObj(r -> Arrays.copyOfRange(
                        forward.values(layers),
                        forward.offset(layers, r),
                        forward.offset(layers, r) + architecture.inputs()))
                .toArray(float[][]::new);
    }
}
