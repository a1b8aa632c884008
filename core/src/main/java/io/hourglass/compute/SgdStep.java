package io.hourglass.compute;

/**
 * The factors of one step of stochastic gradient descent with momentum (like {@code torch.optim.SGD}). For each weight
 * w with gradient g and velocity v:
 *
 * <pre>
 * g = fma(weightDecay, w, g)
 * v = fma(momentum, v, g + flush) - flush
 * w = fma(-rate, nesterov ? fma(momentum, v, g) : v, w)
 * </pre>
 *
 * flush is {@link io.hourglass.numerics.Functions#MOMENT_FLUSH}. The object is reused: a step allocates nothing.
 */
public final class SgdStep {
    float rate;
    float momentum;
    float weightDecay;
    boolean nesterov;

    /**
     * Sets the factors of the next step.
     *
     * @param learningRate of this step
     * @param momentum 0 for none
     * @param weightDecay 0 for none
     * @param nesterov whether the step looks ahead
     */
    public void set(double learningRate, double momentum, double weightDecay, boolean nesterov) {
        rate = (float) learningRate;
        this.momentum = (float) momentum;
        this.weightDecay = (float) weightDecay;
        this.nesterov = nesterov;
    }
}
