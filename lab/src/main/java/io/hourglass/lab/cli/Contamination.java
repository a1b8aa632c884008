package io.hourglass.lab.cli;

import io.hourglass.format.FormatException;

/**
 * How many of some rows may be anomalies.
 *
 * @param share of the rows, 0 to below {@value #MOST}
 */
record Contamination(double share) {
    /** Half of the rows or more are not anomalies, but what is usual. */
    private static final double MOST = 0.5;

    /** @throws IllegalArgumentException unless it is a share or {@code none} */
    static Contamination parse(String text) {
        try {
            double share = text.equals("none") ? 0 : Double.parseDouble(text);
            if (share >= 0 && share < MOST) {
                return new Contamination(share);
            }
        } catch (NumberFormatException e) {
            // The message below says it all.
        }
        throw new IllegalArgumentException(
                FormatException.quote(text) + ", expected a share of the rows from 0 to below 0.5, or none");
    }
}
