package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Objective;
import org.jspecify.annotations.Nullable;

/**
 * What a training run minimises, and on which rows.
 *
 * @param objective what to minimise
 * @param corruption of the inputs
 * @param seed of all random numbers
 * @param rows gives the rows of each mini-batch
 * @param nonZeros the nonzero values of all rows; null with corruption, or if they are not sparse enough
 * @param columns of the rows, if some are categories or values are missing; otherwise {@link Columns#NONE}
 * @param imputed [inputs] replaces missing values, which are NaN, at the network's inputs; null if none is missing
 */
public record TrainingTask(
        Objective objective,
        Corruption corruption,
        long seed,
        Rows rows,
        @Nullable NonZeros nonZeros,
        Columns columns,
        float @Nullable [] imputed) {

    /** For rows whose values are all alike, and none is missing. */
    public TrainingTask(Objective objective, Corruption corruption, long seed, Rows rows, @Nullable NonZeros nonZeros) {
        this(objective, corruption, seed, rows, nonZeros, Columns.NONE, null);
    }

    /** The rows of a data set in the network's units. Several threads may ask at the same time. */
    @FunctionalInterface
    public interface Rows {
        /**
         * Writes the rows {@code order[start], order[start + 1], ...}.
         *
         * @param target [rows of the mini-batch][inputs], overwritten
         */
        void copy(int[] order, int start, Matrix target);
    }
}
