package io.hourglass.lab.bench;

import java.util.Collection;

/** How several measurements of the same thing are summarised. */
public final class Statistics {
    private Statistics() {}

    /** The middle one, or the mean of the two in the middle. */
    public static double median(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
