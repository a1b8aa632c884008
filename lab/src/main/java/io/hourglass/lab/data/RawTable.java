package io.hourglass.lab.data;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table as its file states it: fields of text, in one format or another. */
interface RawTable {
    /** What a file says of a column. */
    enum Declared {
        NUMBER,
        CATEGORY,
        DATE,
        /** Text of any kind, or no statement. */
        TEXT
    }

    /** Receives rows. */
    interface Visitor {
        /**
         * The next row.
         *
         * @param line where it is in the file, counted from 1
         * @param fields one for each column; null where the file has none. The array may be used again
         */
        void row(long line, @Nullable String[] fields) throws IOException;
    }

    /** The names of the columns; empty if they have none. */
    List<String> names();

    /** The number of columns. */
    int width();

    /** What the file says of its columns; empty if it says nothing. */
    default List<Declared> declared() {
        return List.of();
    }

    /** The values that a file declares for a column; empty for a column of other types. */
    default List<String> values(int column) {
        return List.of();
    }

    /** The column that holds labels according to the file; -1 if it does not say so. */
    default int labelColumn() {
        return -1;
    }

    /** The name of a label; the label itself if the file has no names for labels. */
    default String labelName(String label) {
        return label;
    }

    /** The number of rows that the file claims to have; -1 if it claims nothing. */
    default long claimedRows() {
        return -1;
    }

    /** What a place in the file is called. */
    default String place() {
        return "line";
    }

    /** Reads all rows, from the first one on, each time it is called. */
    void forEach(Visitor visitor) throws IOException;
}
