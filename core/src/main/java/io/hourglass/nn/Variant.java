package io.hourglass.nn;

import java.util.Locale;

/** How encoder and decoder of an {@link Architecture} belong together. */
public enum Variant {
    /** Each has weights of its own. */
    PLAIN,
    /**
     * The decoder's weights are the transposes of the encoder's; the biases are its own. Both sides' gradients go into
     * the one weight. In model files the decoder's weights stand all the same, as PyTorch's class asks for them.
     */
    TIED,
    /**
     * A variational autoencoder (Kingma and Welling, Auto-Encoding Variational Bayes, 2014). The encoder's last layer
     * has twice as many outputs as the code has numbers: the means, then the logarithms of the variances of a normal
     * distribution from which training draws the code, as {@code mean, log_variance = encoder(x).chunk(2, dim=1)} in
     * PyTorch. Outside of training the code is the mean.
     */
    VARIATIONAL;

    /** The name as it stands in model files: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @throws IllegalArgumentException if no variant has that name
     */
    public static Variant parse(String label) {
        for (Variant variant : values()) {
            if (variant.label().equals(label)) {
                return variant;
            }
        }
        throw new IllegalArgumentException("unknown variant '" + label + "': expected plain, tied or variational");
    }
}
