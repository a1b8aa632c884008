package io.hourglass.lab.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The mean of some rows' errors. Errors too large for a number are excluded from it, but counted. */
public final class MeanError {
    private static final int LISTED = 10;

    private final List<Integer> firstExcluded = new ArrayList<>();
    private int rows;
    private int excluded;
    private double sum;

    /** Adds the error of a row; an error that is not finite counts as too large for a number. */
    public void add(int row, double error) {
        rows++;
        if (Double.isFinite(error)) {
            sum += error;
            return;
        }
        excluded++;
        if (firstExcluded.size() < LISTED) {
            firstExcluded.add(row);
        }
    }

    /** Number of rows added. */
    public int rows() {
        return rows;
    }

    /** Number of rows whose errors are too large for a number. */
    public int excluded() {
        return excluded;
    }

    /** The mean over the other rows; NaN if there are none. */
    public double mean() {
        return sum / (rows - excluded);
    }

    /** For instance {@code 2 of 60 rows (7, 31) have errors too large for a number and are not in the mean}. */
    public String describeExcluded() {
        return String.format(
                "%d of %d rows (%s%s) %s too large for a number and %s not in the mean",
                excluded,
                rows,
                firstExcluded.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                excluded > firstExcluded.size() ? ", ..." : "",
                excluded == 1 ? "has an error" : "have errors",
                excluded == 1 ? "is" : "are");
    }
}
