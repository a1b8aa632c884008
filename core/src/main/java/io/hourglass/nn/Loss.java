package io.hourglass.nn;

import io.hourglass.io.Labels;

/**
 * The distance of a reconstruction y from its row x: a mean over the row's values.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.tuned().withObjective(Objective.MSE.withLoss(Loss.BCE));
 * }</pre>
 */
public enum Loss {
    /** Mean squared error: (y - x)<sup>2</sup>. */
    MSE,
    /**
     * Binary cross-entropy: -(x ln y + (1 - x) ln(1 - y)) in nats. It needs x in [0, 1] and a sigmoid output. Reported
     * values clamp the logarithms at -100, as PyTorch's {@code BCELoss} does. The gradient with respect to the sums
     * under the sigmoid is y - x and needs no logarithm. If x is neither 0 nor 1, the smallest possible loss is the
     * entropy of x, not 0.
     */
    BCE;

    /**
     * The name used in model files and on the command line.
     *
     * @return {@code mse} or {@code bce}
     */
    public String label() {
        return Labels.of(this);
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @param label {@code mse} or {@code bce}
     * @return the loss with that label
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Loss parse(String label) {
        return Labels.parse(Loss.class, "loss", label);
    }
}
