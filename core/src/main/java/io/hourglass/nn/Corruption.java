package io.hourglass.nn;

import java.io.Serializable;

/**
 * How a denoising autoencoder's inputs are corrupted in training, in the network's units. The clean row stays the
 * target (Vincent et al., Stacked Denoising Autoencoders, 2010). Every row is corrupted anew in each epoch, as a
 * function of the seed, the epoch and the row's index in the data set only.
 *
 * <pre>{@code
 * Recipe denoising = Recipe.tuned().with(r -> r.noise(0.1).mask(0.25));
 * }</pre>
 *
 * @param noise standard deviation of the normal noise added to each value, which is not clipped afterwards; 0 or more
 * @param mask probability that a value is set to 0, after the noise; 0 to less than 1
 * @serial exclude
 */
public record Corruption(double noise, double mask) implements Serializable {
    /** No corruption. */
    public static final Corruption NONE = new Corruption(0, 0);

    /**
     * A corruption by noise, by a mask, or by both.
     *
     * @param noise 0 or more, finite
     * @param mask 0 to less than 1
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public Corruption {
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise = " + noise + ", expected 0 or more");
        }
        if (!(mask >= 0 && mask < 1)) {
            throw new IllegalArgumentException("mask = " + mask + ", expected 0 to less than 1");
        }
    }

    /** {@return whether rows stay unchanged: noise and mask are 0} */
    public boolean isNone() {
        return noise == 0 && mask == 0;
    }
}
