package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Optimizer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adam against its closed form for constant gradients, and against a plain implementation in double precision. */
class AdamTest {
    private static final double RATE = 0.005;

    /** Three inputs, five outputs: most of each vector is padding. */
    private final Network network = new Network(Architecture.parse("5-3"), Kernels.best());

    private final Updater adam = adam(network, 0.999, 0, 1);
    private final Weights layer = network.layers().get(0);
    private final int n = layer.weights().length - START;

    private static Updater adam(Network network, double beta2, double weightDecay, double firstDecay) {
        return Updater.of(network, new Updater.Settings(Optimizer.ADAMW, weightDecay, firstDecay, beta2, 0, false));
    }

    /** A gradient of g for every real weight, 0 for the padding. */
    private float[] constantGradient(float g) {
        float[] weight = new float[15];
        float[] bias = new float[3];
        java.util.Arrays.fill(weight, g);
        java.util.Arrays.fill(bias, g);
        return laidOut(weight, bias);
    }

    /** In the order of the layer's weights. */
    private float[] laidOut(float[] weight, float[] bias) {
        Dense other = new Dense(layer.shape(), true, Kernels.best());
        other.set(weight, bias, other.weights());
        return other.weights();
    }

    /** With a constant gradient both moments, corrected, are constant: every step is lr g / (|g| + eps). */
    @ParameterizedTest
    @ValueSource(floats = {1f, -1f, 0.3f, -1e-3f, 1e-5f, -1e-8f, 3e-9f, 1e3f, -1e15f})
    void constantGradientGivesEqualSteps(float g) {
        float start = 0.25f;
        java.util.Map<String, float[]> tensors = network.tensors();
        tensors.values().forEach(tensor -> java.util.Arrays.fill(tensor, start));
        network.setTensors(tensors);
        float[] gradient = constantGradient(g);
        for (int t = 1; t <= 200; t++) {
            adam.prepare(t, RATE);
            adam.apply(0, START, gradient, n);
            double moved = t * RATE * g / (Math.abs((double) g) + 1e-8);
            for (float w : network.tensors().get("encoder.0.weight")) {
                // The weight itself is a float: t roundings of half an ulp of at most 1.
                assertThat((double) w)
                        .as("step %d", t)
                        .isCloseTo(start - moved, within(1e-5 * Math.abs(moved) + t * 3.1e-8));
            }
        }
    }

    /** Without a gradient a weight that decays is multiplied by 1 - rate * decay at each step. */
    @Test
    void weightsDecayByThemselves() {
        java.util.Map<String, float[]> tensors = network.tensors();
        tensors.values().forEach(tensor -> java.util.Arrays.fill(tensor, 0.25f));
        network.setTensors(tensors);
        float[] none = constantGradient(0);
        Updater decaying = adam(network, 0.999, 2, 1);
        for (int t = 1; t <= 100; t++) {
            decaying.prepare(t, RATE);
            decaying.apply(0, START, none, n);
        }
        double expected = 0.25 * Math.pow(1 - 2 * RATE, 100);
        for (float w : network.tensors().get("encoder.0.weight")) {
            assertThat((double) w).isCloseTo(expected, within(1e-5 * expected));
        }
        assertThat(network.tensors().get("encoder.0.bias")).containsOnly(0.25f);
    }

    /** The first layer's weights decay as many times as fast as the recipe says, the others' not. */
    @Test
    void theFirstLayerDecaysByItsOwn() {
        Network two = new Network(Architecture.parse("5-3"), Kernels.best());
        Map<String, float[]> tensors = two.tensors();
        tensors.values().forEach(tensor -> java.util.Arrays.fill(tensor, 0.25f));
        two.setTensors(tensors);
        Updater optimizer = adam(two, 0.999, 2, 3);
        for (int t = 1; t <= 100; t++) {
            optimizer.prepare(t, RATE);
            for (int l = 0; l < 2; l++) {
                int length = two.layers().get(l).weights().length;
                optimizer.apply(l, START, new float[length], length - START);
            }
        }
        double first = 0.25 * Math.pow(1 - 6 * RATE, 100);
        double second = 0.25 * Math.pow(1 - 2 * RATE, 100);
        for (float w : two.tensors().get("encoder.0.weight")) {
            assertThat((double) w).isCloseTo(first, within(1e-5 * first));
        }
        for (float w : two.tensors().get("decoder.0.weight")) {
            assertThat((double) w).isCloseTo(second, within(1e-5 * second));
        }
        assertThat(two.tensors().get("encoder.0.bias")).containsOnly(0.25f);
    }

    /** Where g is much larger than epsilon the first step is the learning rate, whatever the size of g. */
    @Test
    void firstStepIsTheLearningRate() {
        Random random = new Random(1);
        float[] weight = new float[15];
        for (int i = 0; i < 15; i++) {
            weight[i] = (random.nextFloat() - 0.5f) * (float) Math.pow(10, random.nextInt(6) - 3);
        }
        adam.prepare(1, RATE);
        adam.apply(0, START, laidOut(weight, new float[3]), n);
        float[] after = network.tensors().get("encoder.0.weight");
        for (int i = 0; i < 15; i++) {
            double expected = -RATE * weight[i] / (Math.abs((double) weight[i]) + 1e-8);
            assertThat((double) after[i]).isCloseTo(expected, within(1e-6 * RATE));
        }
        assertThat(network.tensors().get("encoder.0.bias")).containsOnly(0);
    }

    /** torch.optim.Adam, line by line, in double. */
    @ParameterizedTest
    @ValueSource(doubles = {0.999, 0.99})
    void followsAPlainImplementation(double beta2) {
        network.initialize(3);
        Updater plain = adam(network, beta2, 0, 1);
        double[] w = Reference.widen(network.tensors().get("encoder.0.weight"));
        double[] start = w.clone();
        double[] m = new double[w.length];
        double[] v = new double[w.length];
        Random random = new Random(2);
        for (int t = 1; t <= 1000; t++) {
            double rate = RATE * (1 + Math.cos(t / 100.0)) / 2;
            float[] g = new float[w.length];
            for (int i = 0; i < g.length; i++) {
                // Each weight has gradients of its own size, some of them mostly of one sign.
                g[i] = (float) ((random.nextDouble() - 0.4) * Math.pow(10, i % 7 - 5));
                m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                double denominator = Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(beta2, t)) + 1e-8;
                w[i] -= rate / (1 - Math.pow(0.9, t)) * m[i] / denominator;
            }
            plain.prepare(t, rate);
            plain.apply(0, START, laidOut(g, new float[3]), n);
        }
        float[] actual = network.tensors().get("encoder.0.weight");
        for (int i = 0; i < w.length; i++) {
            assertThat(Math.abs(w[i] - start[i])).isGreaterThan(0.01);
            assertThat((double) actual[i]).as("weight %d", i).isCloseTo(w[i], within(1e-5));
        }
    }

    @Test
    void touchesOnlyTheRunItIsGiven() {
        network.initialize(5);
        float[] before = layer.weights().clone();
        int lanes = Kernels.best().lanes();
        float[] gradient = new float[START + lanes];
        java.util.Arrays.fill(gradient, 1);
        adam.prepare(1, RATE);
        adam.apply(0, START + lanes, gradient, lanes);
        for (int i = 0; i < before.length; i++) {
            boolean inside = i >= START + lanes && i < START + 2 * lanes;
            assertThat(layer.weights()[i] != before[i]).as("weight %d", i).isEqualTo(inside);
        }
    }

    @Test
    void paddingStaysZero() {
        Network small = new Network(Architecture.parse("7-5-3"), Kernels.best());
        small.initialize(1);
        Updater optimizer = adam(small, 0.999, 0, 1);
        float[][] rows = {{0, 1, 0.5f, 0.25f, 1, 0, 1}, {1, 1, 0, 0.5f, 0, 0.125f, 1}};
        try (Step step = new Step(small, 2, 1)) {
            for (int t = 1; t <= 50; t++) {
                optimizer.prepare(t, 0.05);
                step.train(rows, optimizer);
            }
        }
        Map<String, float[]> tensors = small.tensors();
        assertThat(tensors).hasSize(8);
        for (Weights dense : small.layers()) {
            Step.requirePaddingIsZero(dense, dense.weights());
        }
    }
}
