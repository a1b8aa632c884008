package io.hourglass.nn;

import io.hourglass.io.Labels;

/**
 * How the encoder and the decoder of an {@link Architecture} are related.
 *
 * <pre>{@code
 * Architecture architecture = Architecture.parse("784-256-16").withVariant(Variant.VARIATIONAL);
 * }</pre>
 */
public enum Variant {
    /** Encoder and decoder have their own weights, as in the lab report. */
    PLAIN,
    /**
     * The decoder's weights are the encoder's transposed; its biases are its own. The gradients of both sides update
     * the shared weight. Model files still hold the decoder's weights, because PyTorch's class expects them.
     */
    TIED,
    /**
     * A variational autoencoder (Kingma and Welling, Auto-Encoding Variational Bayes, 2014). The encoder's last layer
     * has two outputs per value of the code: first all means, then the logarithms of all variances of the normal
     * distribution from which training draws the code. In PyTorch: {@code mean, log_variance = encoder(x).chunk(2,
     * dim=1)}. Outside training the code is the mean.
     */
    VARIATIONAL;

    /** {@return the name in model files and on the command line, for instance {@code tied}} */
    public String label() {
        return Labels.of(this);
    }

    /**
     * {@return the variant with that label}
     *
     * @param label as {@link #label()} gives it
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Variant parse(String label) {
        return Labels.parse(Variant.class, "variant", label);
    }
}
