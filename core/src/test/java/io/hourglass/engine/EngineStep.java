package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engine's step as {@link PlannedStepTest} sees it: the only contact of that test with the engine. */
final class EngineStep implements AutoCloseable {
    static final List<Activation> ACTIVATIONS =
            List.of(Activation.IDENTITY, Activation.RELU, Activation.TANH, Activation.SIGMOID);
    static final List<Loss> LOSSES = List.of(Loss.MSE, Loss.BCE);
    static final List<io.hourglass.nn.Optimizer> OPTIMIZERS =
            List.of(io.hourglass.nn.Optimizer.ADAM, io.hourglass.nn.Optimizer.ADAMW);

    private final Network network;
    private final Backpropagation backpropagation;
    private final Corruption corruption;
    private final float[][] data;
    private final Adam adam;
    private final Team team;
    private final float[][] collected;

    EngineStep(
            Architecture architecture,
            Objective objective,
            Corruption corruption,
            float[][] data,
            int batchSize,
            int threads,
            Map<String, float[]> tensors) {
        this.corruption = corruption;
        this.data = data;
        network = new Network(architecture, Kernels.best());
        network.setTensors(tensors);
        adam = new Adam(network);
        NonZeros nonZeros = corruption.isNone() ? nonZeros(data) : null;
        backpropagation = new Backpropagation(network, objective, corruption, nonZeros, batchSize, threads);
        team = new Team(threads);
        collected = new float[network.layers().size()][];
    }

    private static NonZeros nonZeros(float[][] data) {
        NonZeros nonZeros = new NonZeros(data.length, data[0].length);
        for (int r = 0; r < data.length; r++) {
            for (int i = 0; i < data[r].length; i++) {
                if (data[r][i] != 0) {
                    nonZeros.add(r, i);
                }
            }
        }
        return nonZeros.isSparseEnough() ? nonZeros : null;
    }

    /** One step; the results are below. */
    void run(int epoch, long seed, int[] order, int start, int rows, PlainOptimizer optimizer, long t, double rate) {
        for (int l = 0; l < collected.length; l++) {
            collected[l] = new float[network.layers().get(l).weights().length];
            Arrays.fill(collected[l], Float.NaN);
        }
        adam.prepare(t, rate, optimizer.beta2(), optimizer.weightDecay(), optimizer.firstDecay());
        team.run(thread -> {
            for (int r = 0; r < rows; r++) {
                float[] row = data[order[start + r]];
                System.arraycopy(row, 0, backpropagation.inputs(thread), backpropagation.inputOffset(r), row.length);
            }
            backpropagation.begin(thread, seed, epoch, order, start);
            if (!corruption.isNone()) {
                backpropagation.corrupt(thread, rows);
                team.barrier();
                backpropagation.fetchCorrupted(thread, rows);
            }
            backpropagation.firstLayer(thread, rows);
            team.barrier();
            backpropagation.forward(thread, rows);
            team.barrier();
            backpropagation.lastLayer(thread, rows, this::apply);
            team.barrier();
            backpropagation.backward(thread, rows);
            team.barrier();
            backpropagation.update(thread, rows, this::apply);
        });
    }

    private void apply(int layer, int offset, float[] gradient, int n) {
        System.arraycopy(gradient, START, collected[layer], offset, n);
        adam.apply(layer, offset, gradient, n);
    }

    double loss(int rows) {
        return backpropagation.batchObjective(rows);
    }

    double error(int rows) {
        return backpropagation.batchError(rows);
    }

    double divergence(int rows) {
        return backpropagation.batchDivergence(rows);
    }

    /** Of the last step, by name of the tensor. */
    Map<String, float[]> gradients() {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (int l = 0; l < collected.length; l++) {
            Dense layer = network.layers().get(l);
            boolean mirrors = network.architecture().variant() == Variant.TIED
                    && l >= network.architecture().encoderLayers();
            if (!mirrors) {
                gradients.put(layer.shape().weight(), layer.weight(collected[l]));
            }
            gradients.put(layer.shape().bias(), layer.bias(collected[l]));
        }
        return gradients;
    }

    /** All weights and biases. */
    Map<String, float[]> tensors() {
        return network.tensors();
    }

    @Override
    public void close() {
        team.close();
    }
}
