package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import org.jspecify.annotations.Nullable;

/**
 * Rows to train on and, where the source has them, rows to test on.
 *
 * @param name of both in reports and messages
 * @param test as wide as the training rows
 */
public record DataSplit(
        String name, Dataset train, @Nullable Dataset test) {
    /**
     * The training rows without their last part, and that part to test on.
     *
     * @param fraction of the training rows, above 0 and below 1; at least one row is held out
     * @throws FormatException if no row would be left to train on
     */
    public DataSplit holdOut(double fraction) throws FormatException {
        int held = (int) Math.max(1, Math.round(train.rows() * fraction));
        int kept = train.rows() - held;
        if (kept < 1) {
            throw new FormatException(name + ": " + train.rows() + " training rows, too few to hold out " + held);
        }
        return new DataSplit(name, train.slice(0, kept), train.slice(kept, train.rows()));
    }

    /**
     * One of the two parts.
     *
     * @param part {@code train} or {@code test}
     * @throws IllegalArgumentException if there is no such part
     */
    public Dataset split(String part) {
        if (part.equals("train")) {
            return train;
        }
        if (part.equals("test") && test != null) {
            return test;
        }
        throw new IllegalArgumentException(
                name + " has no rows '" + part + "', expected " + (test == null ? "train" : "train or test"));
    }
}
