package io.hourglass.nn;

import java.io.Serializable;

/**
 * What a denoising autoencoder's inputs go through in training, in the network's units, while the clean row stays the
 * target (Vincent et al., Stacked Denoising Autoencoders, 2010). Every row is corrupted anew in each epoch; what
 * happens to it is a function of the seed, the epoch and the row's place in the data set.
 *
 * @param noise standard deviation of the normal noise added to each value, which is not clipped afterwards; 0 or more
 * @param mask probability of each value to be set to 0, after the noise; 0 to less than 1
 */
public record Corruption(double noise, double mask) implements Serializable {
    /** Rows as they are. */
    public static final Corruption NONE = new Corruption(0, 0);

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public Corruption {
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise = " + noise + ", expected 0 or more");
        }
        if (!(mask >= 0 && mask < 1)) {
            throw new IllegalArgumentException("mask = " + mask + ", expected 0 to less than 1");
        }
    }

    /** Whether it leaves rows as they are. */
    public boolean isNone() {
        return noise == 0 && mask == 0;
    }
}
