package io.hourglass.nn;

import io.hourglass.compute.Team;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engine's training step for tests: rows in; loss, activations and gradients out. */
final class Step implements AutoCloseable {
    static final long SEED = 17;
    static final int EPOCH = 1_000_000;
    static final int LAST_ROW = Integer.MAX_VALUE;

    final Network network;
    final Backpropagation backpropagation;
    private final Corruption corruption;
    private final Team team;

    Step(Network network, int batchSize, int threads) {
        this(network, Objective.MSE, batchSize, threads);
    }

    Step(Network network, Objective objective, int batchSize, int threads) {
        this(network, objective, Corruption.NONE, batchSize, threads);
    }

    Step(Network network, Objective objective, Corruption corruption, int batchSize, int threads) {
        this.network = network;
        this.corruption = corruption;
        backpropagation = new Backpropagation(network, objective, corruption, batchSize, threads);
        team = new Team(threads);
    }

    /** Phases 1 and 2; returns the loss. The rows are the data set's last ones, the last first. */
    double rows(float[][] rows) {
        int[] order = new int[rows.length];
        for (int r = 0; r < order.length; r++) {
            order[r] = LAST_ROW - r;
        }
        team.run(thread -> {
            for (int r = 0; r < rows.length; r++) {
                System.arraycopy(
                        rows[r], 0, backpropagation.inputs(thread), backpropagation.inputOffset(r), rows[r].length);
            }
            backpropagation.begin(thread, SEED, EPOCH, order, 0);
            if (!corruption.isNone()) {
                backpropagation.corrupt(thread, rows.length);
                team.barrier();
                backpropagation.fetchCorrupted(thread, rows.length);
            }
            backpropagation.firstLayer(thread, rows.length);
            team.barrier();
            backpropagation.rows(thread, rows.length);
        });
        return backpropagation.batchObjective(rows.length);
    }

    /** Outputs of a layer after {@link #rows}. */
    float[][] level(int level, int rows, int width) {
        Activations activations = backpropagation.activations();
        float[][] values = new float[rows][width];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(activations.values(level), activations.offset(level, r), values[r], 0, width);
        }
        return values;
    }

    /** Phase 3 with Adam. */
    void update(int rows, Adam adam) {
        team.run(thread -> backpropagation.update(thread, rows, adam));
    }

    /** Phase 3 that only looks: the gradients by tensor name; NaN where none was handed out. */
    Map<String, float[]> gradients(int rows) {
        List<Dense> layers = network.layers();
        float[][] collected = new float[layers.size()][];
        for (int l = 0; l < collected.length; l++) {
            collected[l] = new float[layers.get(l).weights().length];
            java.util.Arrays.fill(collected[l], Float.NaN);
        }
        team.run(thread -> backpropagation.gradients(thread, rows, (layer, offset, gradient, n) -> {
            for (int i = 0; i < n; i++) {
                if (!Float.isNaN(collected[layer][offset + i])) {
                    throw new AssertionError("layer " + layer + ": weight " + (offset + i) + " comes twice");
                }
                collected[layer][offset + i] = gradient[i];
            }
        }));
        for (int l = 0; l < collected.length; l++) {
            if (!mirrors(l)) {
                requirePaddingIsZero(layers.get(l), collected[l]);
            }
        }
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (int l = 0; l < collected.length; l++) {
            Dense layer = layers.get(l);
            float[] weight = layer.weight(collected[l]);
            if (!mirrors(l)) {
                gradients.put(layer.shape().weight(), weight);
            } else if (Float.isFinite(weight[0])) {
                throw new AssertionError("a gradient for " + layer.shape() + ", whose weights are another's");
            }
            gradients.put(layer.shape().bias(), layer.bias(collected[l]));
        }
        return gradients;
    }

    /** Whether a layer's weights are those of another. */
    private boolean mirrors(int layer) {
        return network.architecture().variant() == Variant.TIED
                && layer >= network.architecture().encoderLayers();
    }

    /** Nothing but zeros may stand in the padding of weights, gradients and moments. */
    static void requirePaddingIsZero(Dense layer, float[] values) {
        for (int p = 0; p < layer.panels(); p++) {
            for (int i = 0; i < layer.depth(); i++) {
                for (int o = layer.panelStart(p); o < layer.panelStart(p) + layer.panelWidth(p); o++) {
                    float value = values[layer.panelOffset(p) + i * layer.panelWidth(p) + o - layer.panelStart(p)];
                    if (o >= layer.shape().outputs() && value != 0) {
                        throw new AssertionError("padding of " + layer.shape() + " holds " + value);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        team.close();
    }
}
