package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An optimiser at work: what it remembers of each weight, and how it changes the weights. */
public abstract class Updater {
    /** The network whose weights change. */
    final Network network;

    final Kernels kernels;
    private final List<String> names;
    private final float[][][] state;

    /** @param names one prefix of tensor names for each number that the optimiser remembers of a weight */
    Updater(Network network, List<String> names) {
        this.network = network;
        this.names = names;
        kernels = network.kernels();
        state = new float[names.size()][network.layers().size()][];
        for (float[][] ofLayers : state) {
            for (int l = 0; l < ofLayers.length; l++) {
                ofLayers[l] = new float[network.layers().get(l).weights().length];
            }
        }
    }

    /**
     * The settings of an optimiser.
     *
     * @param optimizer which one
     * @param weightDecay 0 for none
     * @param firstDecay factor of the weight decay in the first layer
     * @param beta2 of Adam
     * @param momentum of stochastic gradient descent
     * @param nesterov whether its momentum is Nesterov's
     */
    public record Settings(
            Optimizer optimizer,
            double weightDecay,
            double firstDecay,
            double beta2,
            double momentum,
            boolean nesterov) {}

    /** An optimiser that has seen no gradient yet. */
    public static Updater of(Network network, Settings settings) {
        return switch (settings.optimizer()) {
            case ADAM, ADAMW -> new AdamUpdater(network, settings);
            case SGD -> new SgdUpdater(network, settings);
        };
    }

    /**
     * Sets the factors of the next step. One thread calls it, before a barrier that all threads pass.
     *
     * @param t 1 for the first step of the run
     * @param learningRate of this step
     */
    public abstract void prepare(long t, double learningRate);

    /**
     * Changes a run of weights. Called once per step for every weight, on the thread that owns the run, as soon as its
     * gradient is known.
     *
     * @param layer index of the layer
     * @param offset start of the run in {@link Weights#weights()}
     * @param gradient of the run, from {@link Kernels#START} on
     * @param n length of the run, padded
     */
    abstract void apply(int layer, int offset, float[] gradient, int n);

    /** What the optimiser remembers of a layer's weights, in the order of {@link Weights#weights()}. */
    final float[] state(int which, int layer) {
        return state[which][layer];
    }

    /** All that the optimiser remembers of a layer's weights. */
    final Object[] ofLayer(int layer) {
        Object[] of = new Object[state.length];
        for (int s = 0; s < of.length; s++) {
            of[s] = state[s][layer];
        }
        return of;
    }

    /** Copies of all that the optimiser remembers: prefix, then the name of the weights' tensor. */
    public final Map<String, float[]> tensors() {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (int l = 0; l < network.layers().size(); l++) {
            for (int s = 0; s < state.length; s++) {
                network.layers().get(l).put(tensors, names.get(s), state[s][l]);
            }
        }
        return tensors;
    }

    /**
     * Sets all that the optimiser remembers from tensors by name.
     *
     * @throws IllegalArgumentException if one is missing or has the wrong length; the message names it
     */
    public final void setTensors(Map<String, float[]> tensors) {
        for (int l = 0; l < network.layers().size(); l++) {
            for (int s = 0; s < state.length; s++) {
                network.layers().get(l).take(tensors, names.get(s), state[s][l]);
            }
        }
    }
}
