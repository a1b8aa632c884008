package io.hourglass.lab.codec;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of a data set. */
final class DatasetRows implements RowStream {
    private final Dataset data;
    private int next;

    DatasetRows(Dataset data) {
        this.data = data;
    }

    @Override
    public String name() {
        return data.name();
    }

    @Override
    public long rows() {
        return data.rows();
    }

    @Override
    public int inputs() {
        return data.inputs();
    }

    @Override
    public boolean isPixels() {
        return data.isPixels();
    }

    @Override
    public Optional<ImageShape> shape() {
        return data.shape();
    }

    @Override
    public @Nullable Dataset next(int most) {
        if (next == data.rows()) {
            return null;
        }
        int from = next;
        next += Math.min(most, data.rows() - from);
        return data.slice(from, next);
    }

    @Override
    public RowStream again() {
        return new DatasetRows(data);
    }

    @Override
    public void close() {}
}
