package io.hourglass.nn;

import io.hourglass.io.Labels;

/** The function a layer applies to each of its sums. */
public enum Activation {
    /** f(x) = x. */
    IDENTITY,
    /** f(x) = max(0, x). */
    RELU,
    /** f(x) = tanh x, in (-1, 1). */
    TANH,
    /** f(x) = 1 / (1 + e<sup>-x</sup>), in (0, 1). */
    SIGMOID;

    /** The name as it stands in model files and on the command line: lower case. */
    public String label() {
        return Labels.of(this);
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @throws IllegalArgumentException if no activation has that name
     */
    public static Activation parse(String label) {
        return Labels.parse(Activation.class, "activation", label);
    }
}
