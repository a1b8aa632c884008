package io.hourglass.nn;

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
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @throws IllegalArgumentException if no activation has that name
     */
    public static Activation parse(String label) {
        for (Activation activation : values()) {
            if (activation.label().equals(label)) {
                return activation;
            }
        }
        throw new IllegalArgumentException(
                "unknown activation '" + label + "': expected identity, relu, tanh or sigmoid");
    }
}
