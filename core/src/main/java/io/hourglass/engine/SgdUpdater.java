package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.SgdStep;

/** Stochastic gradient descent with momentum, see {@link SgdStep}; biases have no weight decay. */
final class SgdUpdater extends Updater {
    private final Settings settings;
    private final SgdStep ofBiases = new SgdStep();
    private final SgdStep ofFirst = new SgdStep();
    private final SgdStep ofOthers = new SgdStep();

    SgdUpdater(Network network, Settings settings) {
        super(network, settings.optimizer().state());
        this.settings = settings;
    }

    @Override
    public void prepare(long t, double learningRate) {
        double decay = settings.weightDecay();
        ofBiases.set(learningRate, settings.momentum(), 0, settings.nesterov());
        ofFirst.set(learningRate, settings.momentum(), decay * settings.firstDecay(), settings.nesterov());
        ofOthers.set(learningRate, settings.momentum(), decay, settings.nesterov());
    }

    @Override
    void apply(int layer, int offset, float[] gradient, int n) {
        Weights of = network.layers().get(layer);
        float[] w = of.weights();
        float[] v = state(0, layer);
        int biases = of.biasesAt(offset);
        SgdStep step = layer == 0 ? ofFirst : ofOthers;
        kernels.sgdInPlace(ofBiases, w, v, offset, gradient, START, biases);
        kernels.sgdInPlace(step, w, v, offset + biases, gradient, START + biases, n - biases);
    }
}
