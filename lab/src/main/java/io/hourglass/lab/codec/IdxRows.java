package io.hourglass.lab.codec;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The images of an IDX file. */
final class IdxRows implements RowStream {
    private final String name;
    private final Path file;
    private final Idx.Images images;

    IdxRows(String name, Path file) throws IOException {
        this.name = name;
        this.file = file;
        images = Idx.openImages(file);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long rows() {
        return images.rows();
    }

    @Override
    public int inputs() {
        return images.inputs();
    }

    @Override
    public boolean isPixels() {
        return true;
    }

    @Override
    public Optional<ImageShape> shape() {
        return images.shape();
    }

    @Override
    public @Nullable Dataset next(int most) throws IOException {
        return images.next(most);
    }

    @Override
    public RowStream again() throws IOException {
        return new IdxRows(name, file);
    }

    @Override
    public void close() throws IOException {
        images.close();
    }
}
