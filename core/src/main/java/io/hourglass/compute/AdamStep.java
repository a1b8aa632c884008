package io.hourglass.compute;

/**
 * The factors of one step of Adam (Kingma and Ba, 2015; like {@code torch.optim.Adam}), and of AdamW with weight decay
 * (Loshchilov and Hutter, 2019). For each weight w with gradient g and moments m and v:
 *
 * <pre>
 * m = fma(beta1, m, fma(1 - beta1, g, flush)) - flush
 * v = fma(beta2, v, fma((1 - beta2) g, g, flush)) - flush
 * w = fma(-stepSize, m / fma(sqrt(v), scaleV, epsilon), keep w)
 * </pre>
 *
 * flush is {@link io.hourglass.numerics.Functions#MOMENT_FLUSH}. The object is reused: a step allocates nothing.
 */
public final class AdamStep {
    /** Decay of the first moment. */
    static final float BETA1 = 0.9f;

    /** 1 - beta1, rounded once, as in PyTorch. */
    static final float ONE_MINUS_BETA1 = (float) (1 - 0.9);

    /** Added to the denominator. */
    static final float EPSILON = 1e-8f;

    float stepSize;
    float decayV;
    float restV;
    float scaleV;
    float keep;

    /**
     * Sets the factors of the next step.
     *
     * @param t 1 for the first step of the run
     * @param learningRate of this step
     * @param beta2 decay of the second moment
     * @param weightDecay 0 for none
     */
    public void set(long t, double learningRate, double beta2, double weightDecay) {
        // StrictMath gives the same factors on every machine.
        stepSize = (float) (learningRate / (1 - StrictMath.pow(0.9, t)));
        scaleV = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t)));
        decayV = (float) beta2;
        restV = (float) (1 - beta2); // rounded from the double, as in PyTorch
        keep = (float) (1 - learningRate * weightDecay);
    }
}
