package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine's losses and gradients against central differences of an independent implementation in double precision.
 * The tolerance is 1e-5 of the tensor's largest gradient (some tens of float roundings) and 1e-9 (the differences' own
 * error).
 */
@Tag("once")
class GradientTest {
    private static final double TOLERANCE = 1e-5;

    private static final List<List<Integer>> HIDDEN = List.of(List.of(), List.of(7), List.of(9, 5), List.of(11, 7, 3));

    private static final int[] BATCHES = {1, 5, 17};

    static float[][] randomRows(int rows, int inputs, long seed) {
        Random random = new Random(seed);
        float[][] values = new float[rows][inputs];
        for (float[] row : values) {
            for (int i = 0; i < inputs; i++) {
                row[i] = random.nextFloat();
            }
        }
        return values;
    }

    /** All triples of activations, in networks of every depth, batch size and number of threads in turn. */
    @ParameterizedTest
    @EnumSource
    void everyLayerAndActivation(Activation hidden) {
        int turn = 0;
        for (Activation latent : Activation.values()) {
            for (Activation output : Activation.values()) {
                List<Integer> widths = HIDDEN.get(turn % HIDDEN.size());
                int batch = BATCHES[turn % BATCHES.length];
                Architecture architecture = Architecture.of(13, widths, 3).withActivations(hidden, latent, output);
                check(architecture, batch, batch, 1 + turn % 5, turn, batch == 1 ? 20 : 6);
                turn++;
            }
        }
    }

    /** Several panels of weights and blocks of rows, odd widths, a batch with fewer rows than the batch size. */
    @ParameterizedTest
    @CsvSource({"1, 64, 64", "2, 64, 33", "3, 40, 9", "7, 3, 2"})
    void wideLayers(int threads, int batchSize, int rows) {
        Architecture architecture = Architecture.of(131, List.of(97, 53), 3)
                .withActivations(Activation.TANH, Activation.IDENTITY, Activation.SIGMOID);
        check(architecture, batchSize, rows, threads, 5, 15);
    }

    @Test
    void decodersThatDoNotMirrorTheEncoder() {
        int turn = 0;
        for (String widths : List.of("13-7-3:13", "13-3:5-13", "13-7-6-3:5-13", "13-7-3:4-9-13")) {
            for (int batch : BATCHES) {
                check(Architecture.parse(widths), batch, batch, 1 + turn % 3, turn, 10);
                check(
                        Architecture.parse(widths).withVariant(Variant.VARIATIONAL),
                        batch,
                        batch,
                        1 + turn % 3,
                        turn++,
                        20);
            }
        }
    }

    private static final List<String> CONVOLUTIONS = List.of(
            "7x5x2-4c3s2-5c3s1-3",
            "6x9x1-3c5s2-4-2",
            "9x4x3-5c3s3-3c1s1-6-3:5-108",
            "1x9x2-3c5s2-2c3s2-4",
            "2x3x1-3c7s4-2:6",
            "5x5x1-20c3s1-2c3s2-7-3");

    /** All convolutions, in networks of every depth, under every activation, with all losses and a variant in turn. */
    @ParameterizedTest
    @EnumSource
    void convolutions(Activation hidden) {
        int turn = 0;
        for (String form : CONVOLUTIONS) {
            for (int batch : new int[] {1, 4, 9}) {
                Loss loss = Loss.values()[turn % Loss.values().length];
                Activation output = loss.needsUnitInterval() ? Activation.SIGMOID : Activation.values()[turn * 3 % 8];
                Architecture architecture =
                        Architecture.parse(form).withActivations(hidden, Activation.IDENTITY, output);
                if ((turn + hidden.ordinal()) % 2 == 0) {
                    check(architecture, new Objective(loss, 0, 1), batch, batch, 1 + turn % 5, turn, 6);
                } else {
                    check(
                            architecture.withVariant(Variant.VARIATIONAL),
                            new Objective(loss, 0.01, 0.5),
                            batch + 2,
                            batch,
                            1 + turn % 3,
                            turn,
                            6);
                }
                turn++;
            }
        }
    }

    /** Binary cross-entropy, for every activation before the sigmoid. */
    @ParameterizedTest
    @EnumSource
    void crossEntropy(Activation hidden) {
        int turn = 0;
        for (List<Integer> widths : HIDDEN) {
            for (int batch : BATCHES) {
                Architecture architecture =
                        Architecture.of(13, widths, 3).withActivations(hidden, Activation.IDENTITY, Activation.SIGMOID);
                check(architecture, new Objective(Loss.BCE, 0, 1), batch, batch, 1 + turn % 3, turn, 10);
                turn++;
            }
        }
    }

    /** Losses with a kink or a bend, with differences on both sides, under every output activation. */
    @ParameterizedTest
    @EnumSource(names = {"MAE", "HUBER"})
    void robustLosses(Loss loss) {
        int turn = 0;
        for (Activation output : Activation.values()) {
            for (List<Integer> widths : HIDDEN) {
                for (int batch : BATCHES) {
                    Architecture architecture = Architecture.of(13, widths, 3)
                            .withActivations(Activation.TANH, Activation.IDENTITY, output);
                    float[][] x = randomRows(batch, 13, turn);
                    for (float[] row : x) {
                        for (int i = 0; i < row.length; i++) {
                            row[i] = 5 * row[i] - 2.5f;
                        }
                    }
                    check(architecture, new Objective(loss, 0, 1), x, batch, 1 + turn % 3, turn, 10);
                    turn++;
                }
            }
        }
    }

    /** The L1 norm of the code, for codes of every activation, beside two losses. */
    @ParameterizedTest
    @EnumSource
    void sparseCodes(Activation latent) {
        int turn = 0;
        for (List<Integer> widths : HIDDEN) {
            for (int batch : BATCHES) {
                Architecture architecture =
                        Architecture.of(13, widths, 5).withActivations(Activation.TANH, latent, Activation.SIGMOID);
                Objective objective = new Objective(turn % 2 == 0 ? Loss.MSE : Loss.BCE, 0.01, 1);
                check(architecture, objective, batch, batch, 1 + turn % 3, turn, 10);
                turn++;
            }
        }
    }

    /** One weight on both sides, every activation before it, panels narrower and wider than those of the mirror. */
    @ParameterizedTest
    @EnumSource
    void tiedWeights(Activation activation) {
        int turn = 0;
        for (List<Integer> widths : HIDDEN) {
            for (int batch : BATCHES) {
                Architecture architecture = Architecture.of(13, widths, 3)
                        .withActivations(activation, activation, Activation.SIGMOID)
                        .withVariant(Variant.TIED);
                Objective objective = new Objective(turn % 2 == 0 ? Loss.MSE : Loss.BCE, 0, 1);
                check(architecture, objective, batch, batch, 1 + turn % 3, turn, 10);
                turn++;
            }
        }
        Architecture wide = Architecture.of(131, List.of(97, 53), 3)
                .withActivations(activation, Activation.IDENTITY, Activation.SIGMOID)
                .withVariant(Variant.TIED);
        check(wide, Objective.MSE, 40, 40, 3, 5, 5);
    }

    /** The draw of the code included: it is the same function of the weights in both. */
    @ParameterizedTest
    @CsvSource({"MSE, 1, 0", "BCE, 1, 0", "MSE, 0.5, 0", "BCE, 4, 0.01"})
    void variational(Loss loss, double beta, double sparsity) {
        int turn = 0;
        for (List<Integer> widths : HIDDEN) {
            for (int batch : BATCHES) {
                Architecture architecture =
                        Architecture.of(13, widths, 1 + turn % 5).withVariant(Variant.VARIATIONAL);
                Objective objective = new Objective(loss, sparsity, beta);
                check(architecture, objective, batch, batch, 1 + turn % 3, turn, 10);
                turn++;
            }
        }
        Architecture wide = Architecture.of(131, List.of(97, 53), 29).withVariant(Variant.VARIATIONAL);
        check(wide, new Objective(loss, sparsity, beta), 40, 40, 3, 5, 5);
    }

    /** Softmax and cross-entropy beside numbers of every loss and activation, missing columns, and inputs only. */
    @ParameterizedTest
    @EnumSource
    void columns(Activation output) {
        Columns columns = Columns.parse("2,c4,i1,c3,c2,1");
        double[] weights = {1, 0.5, 3, 0.25, 2, 7, 1};
        columns = columns.withWeights(weights, weights);
        float[] imputed = new float[13];
        Arrays.fill(imputed, 0.25f);
        int turn = 0;
        for (Loss loss : Loss.values()) {
            for (Variant variant : Variant.values()) {
                for (double missing : new double[] {0, 0.3}) {
                    Architecture architecture = Architecture.of(13, HIDDEN.get(turn % HIDDEN.size()), 3)
                            .withActivations(
                                    Activation.TANH,
                                    Activation.IDENTITY,
                                    loss.needsUnitInterval() ? Activation.SIGMOID : output)
                            .withVariant(variant);
                    Network network = new Network(architecture, Kernels.best());
                    network.initialize(turn);
                    float[][] targets = table(9, columns, missing, turn);
                    float[][] x = Arrays.stream(targets).map(float[]::clone).toArray(float[][]::new);
                    for (float[] row : x) {
                        new Imputer(columns, imputed).fill(row, 0);
                    }
                    Objective objective = new Objective(loss, 0.01, 0.5);
                    Reference reference =
                            new Reference(architecture, network.tensors(), x, targets, objective, columns);
                    try (Step step = new Step(
                            network, objective, Corruption.NONE, columns, imputed, Step.SEED, null, 16, 1 + turn % 3)) {
                        double value = step.rows(targets);
                        assertThat(Math.abs(value - reference.loss())).isLessThanOrEqualTo(1e-6 * value);
                        compare(architecture + ", " + objective, reference, step.gradients(), turn, 10);
                    }
                    turn++;
                }
            }
        }
    }

    /** Rows with one-hot categories. */
    private static float[][] table(int rows, Columns columns, double missing, long seed) {
        Random random = new Random(~seed);
        float[][] values = randomRows(rows, columns.values(), seed);
        for (float[] row : values) {
            for (int c = 0; c < columns.count(); c++) {
                int from = columns.start(c);
                if (columns.isCategory(c)) {
                    Arrays.fill(row, from, from + columns.width(c), 0);
                    row[from + random.nextInt(columns.width(c))] = 1;
                }
                if (random.nextDouble() < missing) {
                    row[from + random.nextInt(columns.width(c))] = Float.NaN;
                }
            }
        }
        return values;
    }

    /** The error is measured from the clean rows; all else, the first layer's gradient too, sees the corrupted ones. */
    @ParameterizedTest
    @CsvSource({"1, 9", "2, 9", "3, 17", "4, 3"})
    void corruptedInputs(int threads, int rows) {
        Architecture architecture = Architecture.parse("23-11-3");
        Network network = new Network(architecture, Kernels.best());
        network.initialize(3);
        Corruption corruption = new Corruption(0.3, 0.4);
        float[][] clean = randomRows(rows, 23, 1);
        float[][] corrupted = new float[rows][];
        for (int r = 0; r < rows; r++) {
            corrupted[r] = clean[r].clone();
            Corrupt.corruptInPlace(
                    corruption,
                    io.hourglass.engine.Random.ofRow(
                            Step.SEED, io.hourglass.engine.Random.Purpose.CORRUPTION, Step.EPOCH, Step.LAST_ROW - r),
                    corrupted[r],
                    0,
                    23);
        }
        Reference reference = new Reference(architecture, network.tensors(), corrupted, clean, Objective.MSE);
        try (Step step = new Step(network, Objective.MSE, corruption, 20, threads)) {
            double loss = step.rows(clean);
            assertThat(Math.abs(loss - reference.loss())).isLessThanOrEqualTo(1e-6 * loss);
            compare("corrupted", reference, step.gradients(), 3, 40);
        }
    }

    /** @param samples most weights of a tensor that are looked at */
    private static void check(Architecture architecture, int batchSize, int rows, int threads, long seed, int samples) {
        check(architecture, Objective.MSE, batchSize, rows, threads, seed, samples);
    }

    private static void check(
            Architecture architecture,
            Objective objective,
            int batchSize,
            int rows,
            int threads,
            long seed,
            int samples) {
        float[][] x = randomRows(rows, architecture.inputs(), seed);
        check(architecture, objective, x, batchSize, threads, seed, samples);
    }

    private static void check(
            Architecture architecture,
            Objective objective,
            float[][] x,
            int batchSize,
            int threads,
            long seed,
            int samples) {
        Network network = new Network(architecture, Kernels.best());
        network.initialize(seed);
        Reference reference = new Reference(architecture, network.tensors(), x, x, objective);
        String what = architecture.layers() + ", " + objective + ", rows " + x.length + ", threads " + threads;
        Map<String, float[]> gradients;
        try (Step step = new Step(network, objective, batchSize, threads)) {
            // A first step with other rows: nothing of it may be left over.
            step.rows(randomRows(batchSize, architecture.inputs(), ~seed));
            double loss = step.rows(x);
            double expected = reference.loss();
            assertThat(Math.abs(loss - expected)).as(what).isLessThanOrEqualTo(1e-6 * expected);
            gradients = step.gradients();
        }
        compare(what, reference, gradients, seed, samples);
    }

    private static void compare(
            String what, Reference reference, Map<String, float[]> gradients, long seed, int samples) {
        Random random = new Random(seed);
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            float[] actual = entry.getValue();
            double scale = 0;
            for (float value : actual) {
                scale = Math.max(scale, Math.abs(value)); // NaN if one is NaN
            }
            for (int s = 0; s < Math.min(samples, actual.length); s++) {
                int i = actual.length <= samples ? s : random.nextInt(actual.length);
                double slope = reference.slope(entry.getKey(), i);
                // Written so that NaN fails.
                if (!(Math.abs(actual[i] - slope) <= TOLERANCE * scale + 1e-9)) {
                    throw new AssertionError("%s: %s[%d] is %s, expected %s, largest %s"
                            .formatted(what, entry.getKey(), i, actual[i], slope, scale));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"131-97-53-3", "9x7x2-20c3s2-5c3s1-11-3"})
    void gradientsHaveTheSameBitsForAnyNumberOfThreads(String widths) {
        Architecture architecture = Architecture.parse(widths);
        Network network = new Network(architecture, Kernels.best());
        network.initialize(1);
        float[][] x = randomRows(50, architecture.inputs(), 2);
        Map<String, float[]> first = Map.of();
        for (int threads : new int[] {1, 2, 3, 4, 5, 7}) {
            try (Step step = new Step(network, 64, threads)) {
                step.rows(x);
                Map<String, float[]> gradients = step.gradients();
                if (threads > 1) {
                    PlannedStepTest.assertSameBits(threads + " threads", gradients, first);
                }
                first = gradients;
            }
        }
    }
}
