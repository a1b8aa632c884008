package io.hourglass.nn;

import java.io.Serializable;
import java.util.Objects;

/**
 * What training minimises. Per value of a row, or per column if the rows have {@link Columns}, it is
 *
 * <pre>
 * loss + sparsity * |code|_1 + beta * KL / inputs
 * </pre>
 *
 * averaged over the rows of a mini-batch. Multiplied by the number of inputs, it is the objective of a complete row or
 * image. With cross-entropy and beta = 1 that is the negative evidence lower bound, in nats.
 *
 * <pre>{@code
 * Recipe sparse = Recipe.tuned().with(r -> r.sparsity(1e-4));
 * }</pre>
 *
 * @param loss between the reconstruction and the row, a mean over its values
 * @param sparsity weight of the L1 norm of a row's code, which is the sum of the code's absolute values (a sparse
 *     autoencoder); 0 or more
 * @param beta weight of KL, the Kullback-Leibler divergence of a row's distribution of codes from the standard normal
 *     distribution, in nats per row (Higgins et al., beta-VAE, 2017); 0 or more; it only affects a {@link
 *     Variant#VARIATIONAL} network
 * @serial exclude
 */
public record Objective(Loss loss, double sparsity, double beta) implements Serializable {
    /** Mean squared error only, as in the report's Listing 3. */
    public static final Objective MSE = new Objective(Loss.MSE, 0, 1);

    /**
     * An objective of up to three terms.
     *
     * @param loss the reconstruction's loss
     * @param sparsity 0 or more, finite
     * @param beta 0 or more, finite
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public Objective {
        Objects.requireNonNull(loss, "loss");
        if (!(sparsity >= 0 && sparsity < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sparsity = " + sparsity + ", expected 0 or more");
        }
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta = " + beta + ", expected 0 or more");
        }
    }
}
