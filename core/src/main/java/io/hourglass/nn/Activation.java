package io.hourglass.nn;

import io.hourglass.io.Labels;

/**
 * The function that a layer applies to each of its sums.
 *
 * <pre>{@code
 * Architecture linear = Architecture.parse("30-12-4").withOutputActivation(Activation.IDENTITY);
 * }</pre>
 */
public enum Activation {
    /** f(x) = x. */
    IDENTITY,
    /** f(x) = max(0, x). */
    RELU,
    /** f(x) = tanh x, in (-1, 1). */
    TANH,
    /** f(x) = 1 / (1 + e<sup>-x</sup>), in (0, 1). */
    SIGMOID;

    /**
     * The name used in model files and on the command line.
     *
     * @return in lower case, for instance {@code tanh}
     */
    public String label() {
        return Labels.of(this);
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @param label for instance {@code tanh}
     * @return the activation with that label
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Activation parse(String label) {
        return Labels.parse(Activation.class, "activation", label);
    }
}
