package io.hourglass.lab.detection;

import io.hourglass.format.FormatException;
import java.io.IOException;
import io.hourglass.lab.data.DataSplit;

/** Learns from the first rows of a series, and scores all: the higher the score, the stranger the row. */
public interface SeriesDetector {
    /** The name in tables and files. */
    String name();

    /**
     * Learns and scores.
     *
     * @param rows of the series in time order, without labels
     * @param trained number of rows to learn from, the first; all of them, if rows are to be scored that were learned
     *     from
     * @param width rows of a window
     * @return [rows], 0 or more; NaN for a row without a score
     * @throws FormatException if nothing can be learned from the rows
     * @throws IOException never: reading rows in memory
     */
    double[] scores(DataSplit rows, int trained, int width) throws IOException;
}
