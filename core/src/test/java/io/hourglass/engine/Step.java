package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Team;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
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

    /** [layer] gradients as {@link #rows} and {@link #gradients} come by them; NaN where none was handed out. */
    private float[][] collected = {};

    Step(Network network, int batchSize, int threads) {
        this(network, Objective.MSE, batchSize, threads);
    }

    Step(Network network, Objective objective, int batchSize, int threads) {
        this(network, objective, Corruption.NONE, batchSize, threads);
    }

    Step(Network network, Objective objective, Corruption corruption, int batchSize, int threads) {
        this.network = network;
        this.corruption = corruption;
        backpropagation = new Backpropagation(network, objective, corruption, null, batchSize, threads);
        team = new Team(threads);
    }

    /**
     * All phases but the last, which only look; returns the loss. The rows are the data set's last ones, the last
     * first.
     */
    double rows(float[][] rows) {
        collected = new float[network.layers().size()][];
        for (int l = 0; l < collected.length; l++) {
            collected[l] = new float[network.layers().get(l).weights().length];
            java.util.Arrays.fill(collected[l], Float.NaN);
        }
        return rows(rows, this::collect);
    }

    /** All phases with Adam; returns the loss before it. */
    double train(float[][] rows, Adam adam) {
        double loss = rows(rows, adam);
        team.run(thread -> backpropagation.update(thread, rows.length, adam));
        return loss;
    }

    private double rows(float[][] rows, Optimizer optimizer) {
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
            backpropagation.forward(thread, rows.length);
            team.barrier();
            backpropagation.lastLayer(thread, rows.length, optimizer);
            team.barrier();
            backpropagation.backward(thread, rows.length);
        });
        return backpropagation.batchObjective(rows.length);
    }

    /**
     * Outputs of a layer after {@link #rows}; those of the last, of which a step keeps only what it needs, are made
     * again.
     */
    float[][] level(int level, int rows, int width) {
        Activations activations = backpropagation.activations();
        if (level == network.layers().size()) {
            network.forward(activations, 0, rows, level - 1, level, activations.transposed(rows));
        }
        float[][] values = new float[rows][width];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(activations.values(level), activations.offset(level, r), values[r], 0, width);
        }
        return values;
    }

    private void collect(int layer, int offset, float[] gradient, int n) {
        for (int i = 0; i < n; i++) {
            if (!Float.isNaN(collected[layer][offset + i])) {
                throw new AssertionError("layer " + layer + ": weight " + (offset + i) + " comes twice");
            }
            collected[layer][offset + i] = gradient[START + i];
        }
    }

    /** The last phase after {@link #rows}, which only looks: the gradients by tensor name. */
    Map<String, float[]> gradients(int rows) {
        List<Dense> layers = network.layers();
        team.run(thread -> backpropagation.update(thread, rows, this::collect));
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
