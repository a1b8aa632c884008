package io.hourglass.nn;

/**
 * What training makes small: per value of a row,
 *
 * <pre>
 * loss + (sparsity |code|<sub>1</sub>)
 * </pre>
 *
 * averaged over the rows of a mini-batch.
 *
 * @param loss between the reconstruction and the row, a mean over its values
 * @param sparsity weight of the L1 norm of a row's code, the sum of the absolute values of its numbers (a sparse autoencoder); 0 or more
 */
public record Objective(Loss loss, double sparsity) {
    /** Mean squared error and nothing else, as in the report's Listing 3. */
    public static final Objective MSE = new Objective(Loss.MSE, 0);

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public Objective {
        if (!(sparsity >= 0 && sparsity < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sparsity = " + sparsity + ", expected 0 or more");
        }
    }

    /** This objective with another loss. */
    public Objective withLoss(Loss loss) {
        return new Objective(loss, sparsity);
    }

    /** This objective with another weight of the code's L1 norm. */
    public Objective withSparsity(double sparsity) {
        return new Objective(loss, sparsity);
    }

    /** Whether it is the mean squared error and nothing else. */
    boolean isMse() {
        return equals(MSE);
    }
}
