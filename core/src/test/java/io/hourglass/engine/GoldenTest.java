package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Optimizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine against PyTorch: 40 steps of Adam from the same weights over the same rows; 30 for the variants, with the
 * same random numbers. The trajectories were computed in float64; the engine's floats stay within the tolerances here,
 * relative to the larger of the number itself and its tensor's rms.
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
        "denoising, 2"
    })
    void trajectory(String name, int threads) throws IOException {
        Golden golden = Golden.read(name);
        Architecture architecture = golden.architecture();
        Network network = new Network(architecture, Kernels.best());
        network.setTensors(golden.initial());
        double[] losses = new double[golden.losses().length];
        try (Step step = new Step(network, golden.objective(), golden.corruption(), golden.batch(), threads)) {
            Updater adam = Updater.of(
                    network, new Updater.Settings(Optimizer.ADAMW, golden.weightDecay(), 1, 0.999, 0, false));
            for (int s = 0; s < losses.length; s++) {
                int start = s * golden.batch() % golden.rows().length;
                float[][] rows = Arrays.copyOfRange(
                        golden.rows(), start, Math.min(golden.rows().length, start + golden.batch()));
                if (s == 0) {
                    step.rows(rows);
                    firstStep(golden, step, rows.length);
                }
                adam.prepare(s + 1, golden.learningRate());
                losses[s] = step.train(rows, adam);
            }
        }
        Golden.assertClose("losses", losses, golden.losses(), TRAJECTORY);
        Map<String, double[]> last = Reference.widen(network.tensors());
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
