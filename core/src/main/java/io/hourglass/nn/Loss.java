package io.hourglass.nn;

import java.util.Locale;

/** How far a reconstruction y is from its row x: a mean over the row's values. */
public enum Loss {
    /** Mean squared error: (y - x)<sup>2</sup>. */
    MSE,
    /**
     * Binary cross-entropy: -(x ln y + (1 - x) ln(1 - y)) in nats, for x in [0, 1] and an output that is a sigmoid.
     * What is reported has its logarithms clamped at -100, as PyTorch's {@code BCELoss}; the gradient by the sums under
     * the sigmoid, y - x, needs no logarithm. Where x is neither 0 nor 1 its least value is not 0 but the entropy of x.
     */
    BCE;

    /** The name as it stands in model files and on the command line: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @throws IllegalArgumentException if no loss has that name
     */
    public static Loss parse(String label) {
        for (Loss loss : values()) {
            if (loss.label().equals(label)) {
                return loss;
            }
        }
        throw new IllegalArgumentException("unknown loss '" + label + "': expected mse or bce");
    }
}
