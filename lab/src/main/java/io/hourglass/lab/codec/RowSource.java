package io.hourglass.lab.codec;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows that are read from the first to the last, some at a time. */
public interface RowSource extends Closeable {
    /** What the rows are called in messages. */
    String name();

    /** How many there are. */
    long rows();

    /** Width of a row. */
    int inputs();

    /** Whether they are bytes, which stand for values in [0, 1]. */
    boolean isPixels();

    /** How a row is an image, where it is one. */
    Optional<ImageShape> shape();

    /**
     * The next rows.
     *
     * @param most how many at most, 1 or more
     * @return at least one row, or null after the last
     */
    @Nullable
    Dataset next(int most) throws IOException;

    /**
     * The same rows, from the first again.
     *
     * @throws IOException if they cannot be opened again
     */
    RowSource again() throws IOException;

    /** The rows of a data set, which is in memory as a whole. */
    static RowSource of(Dataset data) {
        return new DatasetRows(data);
    }

    /**
     * The images of an IDX file, some of them in memory at a time.
     *
     * @throws IOException as {@link Idx#openImages}
     */
    static RowSource of(String name, Path file) throws IOException {
        return new IdxRows(name, file);
    }
}
