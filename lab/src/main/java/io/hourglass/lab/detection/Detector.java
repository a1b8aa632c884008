package io.hourglass.lab.detection;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Columns;
import java.util.Optional;

/** Learns from rows, and then scores rows: the higher the score, the less a row is like those learned from. */
public interface Detector {
    /** The name in tables and files. */
    String name();

    /**
     * Learns from training rows.
     *
     * @param train in their own units, without labels
     * @param layout which values are categories
     * @return what scores rows; empty if the rows are too large for this detector
     * @throws FormatException if nothing can be learned from the rows
     */
    Optional<Fitted> fit(Dataset train, Columns layout) throws FormatException;

    /** A detector that has learned. */
    interface Fitted {
        /**
         * The scores of rows.
         *
         * @param rows in the units of the training rows; the training rows themselves, the same object, if rows are to
         *     be scored that were learned from
         * @return [rows], 0 or more
         */
        double[] scores(Dataset rows);
    }
}
