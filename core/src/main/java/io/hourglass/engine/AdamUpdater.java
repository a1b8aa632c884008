package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.AdamStep;

/** Adam and AdamW, see {@link AdamStep}; biases have no weight decay. */
final class AdamUpdater extends Updater {
    private final Settings settings;
    private final AdamStep ofBiases = new AdamStep();
    private final AdamStep ofFirst = new AdamStep();
    private final AdamStep ofOthers = new AdamStep();

    AdamUpdater(Network network, Settings settings) {
        super(network, settings.optimizer().state());
        this.settings = settings;
    }

    @Override
    public void prepare(long t, double learningRate) {
        double decay = settings.weightDecay();
        ofBiases.set(t, learningRate, settings.beta2(), 0);
        ofFirst.set(t, learningRate, settings.beta2(), decay * settings.firstDecay());
        ofOthers.set(t, learningRate, settings.beta2(), decay);
    }

    @Override
    void apply(int layer, int offset, float[] gradient, int n) {
        Weights of = network.layers().get(layer);
        float[] w = of.weights();
        float[] m = state(0, layer);
        float[] v = state(1, layer);
        int biases = of.biasesAt(offset);
        AdamStep step = layer == 0 ? ofFirst : ofOthers;
        kernels.adamInPlace(ofBiases, w, m, v, offset, gradient, START, biases);
        kernels.adamInPlace(step, w, m, v, offset + biases, gradient, START + biases, n - biases);
    }
}
