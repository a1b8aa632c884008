package io.hourglass.engine;

/** What is done with the gradient of a run of weights as soon as it is known. */
@FunctionalInterface
interface Optimizer {
    /**
     * Called once a step for every weight, on the thread that owns the run.
     *
     * @param layer index of the layer
     * @param offset where the run begins in {@link Dense#weights()}
     * @param gradient of the run, from {@link io.hourglass.compute.Kernels#START} on
     * @param n length of the run, padded
     */
    void apply(int layer, int offset, float[] gradient, int n);
}
