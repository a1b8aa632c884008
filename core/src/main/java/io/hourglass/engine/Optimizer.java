package io.hourglass.engine;

/** Updates a run of weights as soon as its gradient is known. */
@FunctionalInterface
interface Optimizer {
    /**
     * Called once per step for every weight, on the thread that owns the run.
     *
     * @param layer index of the layer
     * @param offset start of the run in {@link Dense#weights()}
     * @param gradient of the run, from {@link io.hourglass.compute.Kernels#START} on
     * @param n length of the run, padded
     */
    void apply(int layer, int offset, float[] gradient, int n);
}
