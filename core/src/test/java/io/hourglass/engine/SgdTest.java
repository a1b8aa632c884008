package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Optimizer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stochastic gradient descent against its closed forms, and torch.optim.SGD line by line in double precision. */
class SgdTest {
    private static final double RATE = 0.005;

    private final Network network = new Network(Architecture.parse("5-3"), Kernels.best());

    private Updater sgd(double momentum, boolean nesterov, double weightDecay, double firstDecay) {
        return Updater.of(
                network, new Updater.Settings(Optimizer.SGD, weightDecay, firstDecay, Double.NaN, momentum, nesterov));
    }

    private void fill(float value) {
        Map<String, float[]> tensors = network.tensors();
        tensors.values().forEach(tensor -> Arrays.fill(tensor, value));
        network.setTensors(tensors);
    }

    /** One step of every layer with gradients in the order of PyTorch. */
    private void step(Updater updater, long t, double rate, Map<String, float[]> gradients) {
        updater.prepare(t, rate);
        for (int l = 0; l < network.layers().size(); l++) {
            Weights layer = network.layers().get(l);
            float[] gradient = new float[layer.weights().length];
            layer.take(gradients, "", gradient);
            updater.apply(l, START, gradient, gradient.length - START);
        }
    }

    private Map<String, float[]> constant(float g) {
        Map<String, float[]> gradients = network.tensors();
        gradients.values().forEach(tensor -> Arrays.fill(tensor, g));
        return gradients;
    }

    /** A constant gradient g makes the velocity g (1 - m^t) / (1 - m), a geometric series. */
    @ParameterizedTest
    @CsvSource({"0, false, 1", "0, false, -0.25", "0.9, false, 1", "0.5, false, -2", "0.9, true, 1", "0.5, true, 0.3"})
    void constantGradientGivesAGeometricSeries(double momentum, boolean nesterov, float g) {
        fill(0.25f);
        Updater updater = sgd(momentum, nesterov, 0, 1);
        double moved = 0;
        for (int t = 1; t <= 100; t++) {
            step(updater, t, RATE, constant(g));
            double velocity = g * (1 - Math.pow(momentum, t)) / (1 - momentum);
            moved += RATE * (nesterov ? g + momentum * velocity : velocity);
            for (float[] tensor : network.tensors().values()) {
                for (float w : tensor) {
                    assertThat((double) w).isCloseTo(0.25 - moved, within(1e-5 * Math.abs(moved) + t * 3.1e-8));
                }
            }
        }
        for (float velocity : updater.tensors().get("sgd.velocity.encoder.0.weight")) {
            double expected = g * (1 - Math.pow(momentum, 100)) / (1 - momentum);
            assertThat((double) velocity).isCloseTo(expected, within(1e-5 * Math.abs(expected)));
        }
    }

    /** Without a gradient a weight is multiplied by 1 - rate * decay, in the first layer by its own decay. */
    @Test
    void weightsDecayButNotBiases() {
        fill(0.25f);
        Updater updater = sgd(0, false, 2, 3);
        for (int t = 1; t <= 100; t++) {
            step(updater, t, RATE, constant(0));
        }
        double first = 0.25 * Math.pow(1 - 6 * RATE, 100);
        double second = 0.25 * Math.pow(1 - 2 * RATE, 100);
        for (float w : network.tensors().get("encoder.0.weight")) {
            assertThat((double) w).isCloseTo(first, within(1e-5 * first));
        }
        for (float w : network.tensors().get("decoder.0.weight")) {
            assertThat((double) w).isCloseTo(second, within(1e-5 * second));
        }
        assertThat(network.tensors().get("encoder.0.bias")).containsOnly(0.25f);
        assertThat(network.tensors().get("decoder.0.bias")).containsOnly(0.25f);
    }

    @ParameterizedTest
    @CsvSource({"0, false, 0", "0.9, false, 0", "0.9, false, 0.1", "0.9, true, 0", "0.8, true, 0.1"})
    void followsAPlainImplementation(double momentum, boolean nesterov, double weightDecay) {
        network.initialize(3);
        Updater updater = sgd(momentum, nesterov, weightDecay, 1);
        double[] w = Reference.widen(network.tensors().get("encoder.0.weight"));
        double[] start = w.clone();
        double[] buffer = new double[w.length];
        Random random = new Random(2);
        for (int t = 1; t <= 1000; t++) {
            double rate = RATE * (1 + Math.cos(t / 100.0)) / 2;
            Map<String, float[]> gradients = constant(0);
            float[] g = gradients.get("encoder.0.weight");
            for (int i = 0; i < g.length; i++) {
                g[i] = (float) ((random.nextDouble() - 0.4) * Math.pow(10, i % 4 - 3));
                double d = g[i] + weightDecay * w[i];
                buffer[i] = t == 1 ? d : momentum * buffer[i] + d;
                w[i] -= rate * (nesterov ? d + momentum * buffer[i] : buffer[i]);
            }
            step(updater, t, rate, gradients);
        }
        float[] actual = network.tensors().get("encoder.0.weight");
        for (int i = 0; i < w.length; i++) {
            assertThat(Math.abs(w[i] - start[i])).isGreaterThan(1e-4);
            assertThat((double) actual[i])
                    .as("weight %d", i)
                    .isCloseTo(w[i], within(2e-5 * Math.max(1, Math.abs(w[i]))));
        }
    }

    @Test
    void touchesOnlyTheRunItIsGiven() {
        network.initialize(5);
        Weights layer = network.layers().get(0);
        float[] before = layer.weights().clone();
        int lanes = Kernels.best().lanes();
        float[] gradient = new float[START + lanes];
        Arrays.fill(gradient, 1);
        Updater updater = sgd(0.9, true, 0.1, 1);
        updater.prepare(1, RATE);
        updater.apply(0, START + lanes, gradient, lanes);
        for (int i = 0; i < before.length; i++) {
            boolean inside = i >= START + lanes && i < START + 2 * lanes;
            assertThat(layer.weights()[i] != before[i]).as("weight %d", i).isEqualTo(inside);
        }
    }

    /** What it remembers can be stored and set again. */
    @Test
    void velocitiesGoOutAndIn() {
        network.initialize(7);
        Updater updater = sgd(0.9, false, 0, 1);
        step(updater, 1, RATE, network.tensors());
        Map<String, float[]> velocities = updater.tensors();
        assertThat(velocities.keySet())
                .containsExactlyInAnyOrder(
                        "sgd.velocity.encoder.0.weight",
                        "sgd.velocity.encoder.0.bias",
                        "sgd.velocity.decoder.0.weight",
                        "sgd.velocity.decoder.0.bias");
        Updater other = sgd(0.9, false, 0, 1);
        other.setTensors(velocities);
        velocities.forEach(
                (name, values) -> assertThat(other.tensors().get(name)).isEqualTo(values));
    }
}
