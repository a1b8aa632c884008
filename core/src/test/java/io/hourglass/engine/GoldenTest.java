package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine against PyTorch: 20 to 40 steps from the same weights over the same rows, with the same random numbers.
 * The trajectories were computed in float64; the engine's floats stay within the tolerances here, relative to the
 * larger of the number itself and its tensor's rms.
 */
class GoldenTest {
    /** One step: some float roundings. */
    private static final double FIRST_STEP = 1e-5;

    /** All steps. */
    private static final double TRAJECTORY = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "one-hidden, 1",
        "one-hidden, 2",
        "two-hidden, 1",
        "two-hidden, 3",
        "bce, 2",
        "sparse, 1",
        "tied, 2",
        "variational, 2",
        "variational-mse, 1",
        "denoising, 2",
        "leaky-relu, 2",
        "elu, 1",
        "gelu, 2",
        "silu, 2",
        "mae, 2",
        "huber, 1",
        "adamw, 2",
        "sgd, 1",
        "momentum, 2",
        "nesterov, 1",
        "conv, 1",
        "conv-odd, 2",
        "conv-relu, 3",
        "conv-stride-1, 1",
        "conv-stride-3, 2",
        "conv-variational, 3",
        "conv-denoising, 1",
        "table, 2",
        "table-missing, 1",
        "table-tied, 3",
        "table-denoising, 2",
        "table-variational, 1"
    })
    void trajectory(String name, int threads) throws IOException {
        Golden golden = Golden.read(name);
        Architecture architecture = golden.architecture();
        Network network = new Network(architecture, Kernels.best());
        network.setTensors(golden.initial());
        double[] losses = new double[golden.losses().length];
        try (Step step = new Step(
                network,
                golden.objective(),
                golden.corruption(),
                golden.columns(),
                golden.imputed(),
                Step.SEED,
                null,
                golden.batch(),
                threads)) {
            Updater updater = golden.plainOptimizer().updater(network);
            for (int s = 0; s < losses.length; s++) {
                float[][] rows = golden.batch(s);
                if (s == 0) {
                    step.rows(rows);
                    firstStep(golden, step, rows.length);
                }
                updater.prepare(s + 1, golden.learningRate());
                losses[s] = step.train(rows, updater);
            }
        }
        Golden.assertClose("losses", losses, golden.losses(), TRAJECTORY);
        Map<String, double[]> last = Reference.widen(network.tensors());
        golden.last().forEach((tensor, expected) -> Golden.assertClose(tensor, last.get(tensor), expected, TRAJECTORY));
    }

    /** The plain step, which shares only {@code nn} and the random numbers with the engine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "one-hidden",
                "two-hidden",
                "bce",
                "sparse",
                "tied",
                "variational",
                "variational-mse",
                "denoising",
                "leaky-relu",
                "elu",
                "gelu",
                "silu",
                "mae",
                "huber",
                "adamw",
                "sgd",
                "momentum",
                "nesterov",
                "conv",
                "conv-odd",
                "conv-relu",
                "conv-stride-1",
                "conv-stride-3",
                "conv-variational",
                "conv-denoising",
                "table",
                "table-missing",
                "table-tied",
                "table-denoising",
                "table-variational"
            })
    void plainStep(String name) throws IOException {
        Golden golden = Golden.read(name);
        PlainStep step = new PlainStep(
                golden.architecture(),
                golden.objective(),
                golden.corruption(),
                golden.columns(),
                golden.imputed(),
                golden.initial());
        PlainOptimizer optimizer = golden.plainOptimizer();
        double[] losses = new double[golden.losses().length];
        for (int s = 0; s < losses.length; s++) {
            float[][] rows = golden.batch(s);
            int[] numbers =
                    IntStream.range(0, rows.length).map(r -> Step.LAST_ROW - r).toArray();
            step.run(rows, numbers, Step.EPOCH, Step.SEED);
            losses[s] = step.loss;
            if (s == 0) {
                Golden.assertClose("latents", flatten(step.codes()), golden.latents(), FIRST_STEP);
                Golden.assertClose("reconstructions", flatten(step.outputs()), golden.reconstructions(), FIRST_STEP);
                Map<String, double[]> gradients = Reference.widen(step.gradients);
                golden.gradients()
                        .forEach((tensor, expected) -> Golden.assertClose(
                                "gradient of " + tensor, gradients.get(tensor), expected, FIRST_STEP));
            }
            step.update(optimizer, s + 1, golden.learningRate());
        }
        Golden.assertClose("losses", losses, golden.losses(), TRAJECTORY);
        Map<String, double[]> last = Reference.widen(step.tensors);
        golden.last().forEach((tensor, expected) -> Golden.assertClose(tensor, last.get(tensor), expected, TRAJECTORY));
    }

    private static void firstStep(Golden golden, Step step, int rows) {
        Architecture architecture = golden.architecture();
        int layers = architecture.layers().size();
        float[][] latents = step.level(architecture.encoderLayers(), rows, architecture.latent());
        float[][] reconstructions = step.level(layers, rows, architecture.inputs());
        Golden.assertClose("latents", flatten(latents), golden.latents(), FIRST_STEP);
        Golden.assertClose("reconstructions", flatten(reconstructions), golden.reconstructions(), FIRST_STEP);
        Map<String, double[]> gradients = Reference.widen(step.gradients());
        golden.gradients()
                .forEach((tensor, expected) ->
                        Golden.assertClose("gradient of " + tensor, gradients.get(tensor), expected, FIRST_STEP));
    }

    private static double[] flatten(float[][] rows) {
        return Arrays.stream(rows)
                .map(Reference::widen)
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }
}
