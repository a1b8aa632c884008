package io.hourglass.nn;

import java.io.Serializable;

/**
 * What training minimises: per value of a row,
 *
 * <pre>
 * loss + sparsity |code|_1 + beta KL / inputs
 * </pre>
 *
 * averaged over the rows of a mini-batch. Times the number of inputs it is the objective of a whole row or image; with
 * cross-entropy and a beta of 1 that is the negative evidence lower bound, in nats.
 *
 * @param loss between the reconstruction and the row, a mean over its values
 * @param sparsity weight of the L1 norm of a row's code, the sum of the absolute values of its numbers (a sparse
 *     autoencoder); 0 or more
 * @param beta weight of KL, the Kullback-Leibler divergence of a row's distribution of codes from the standard normal
 *     one, in nats a row (Higgins et al., beta-VAE, 2017); 0 or more; of a {@link Variant#VARIATIONAL} network only
 */
public record Objective(Loss loss, double sparsity, double beta) implements Serializable {
    /** Mean squared error and nothing else, as in the report's Listing 3. */
    public static final Objective MSE = new Objective(Loss.MSE, 0, 1);

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public Objective {
        if (!(sparsity >= 0 && sparsity < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sparsity = " + sparsity + ", expected 0 or more");
        }
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta = " + beta + ", expected 0 or more");
        }
    }

    /** This objective with another loss. */
    public Objective withLoss(Loss loss) {
        return new Objective(loss, sparsity, beta);
    }

    /** This objective with another weight of the code's L1 norm. */
    public Objective withSparsity(double sparsity) {
        return new Objective(loss, sparsity, beta);
    }

    /** This objective with another weight of the divergence. */
    public Objective withBeta(double beta) {
        return new Objective(loss, sparsity, beta);
    }
}
