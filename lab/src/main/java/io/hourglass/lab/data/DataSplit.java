package io.hourglass.lab.data;

import io.hourglass.Dataset;
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
