package io.hourglass.lab.codec;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows that are read in order, some at a time. */
public interface RowStream extends Closeable {
    /** The name of the rows in messages. */
    String name();

    /** Number of rows. */
    long rows();

    /** Width of a row. */
    int inputs();

    /** Whether they are bytes, which stand for values in [0, 1]. */
    boolean isPixels();

    /** The image shape of a row, if rows are images. */
    Optional<ImageShape> shape();

    /**
     * The next rows.
     *
     * @param most maximum number of rows, 1 or more
     * @return at least one row, or null after the last
     */
    @Nullable
    Dataset next(int most) throws IOException;

    /**
     * The same rows again, from the first on.
     *
     * @throws IOException if they cannot be opened again
     */
    RowStream again() throws IOException;

    /** The rows of a data set, which is in memory. */
    static RowStream of(Dataset data) {
        return new DatasetRows(data);
    }

    /**
     * The images of an IDX file, of which only some are in memory at a time.
     *
     * @throws IOException as {@link Idx#openImages}
     */
    static RowStream of(String name, Path file) throws IOException {
        return new IdxRows(name, file);
    }
}
