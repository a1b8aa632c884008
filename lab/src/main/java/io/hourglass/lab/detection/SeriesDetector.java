package io.hourglass.lab.detection;

import io.hourglass.lab.data.DataSplit;
import java.io.IOException;
import java.util.Optional;

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
     * @return [rows], 0 or more; NaN for a row without a score, which only the first {@code width} rows may be. Empty
     *     if the windows are too large for this detector
     * @throws IOException if nothing can be learned from the rows
     */
    Optional<double[]> scores(DataSplit rows, int trained, int width) throws IOException;
}
