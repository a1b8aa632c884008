package io.hourglass.lab.data;

import io.hourglass.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where rows go: to a file, completely or not at all (see {@link AtomicFile}), or to standard output.
 *
 * @param path of the file; {@link StandardInput#NAME} for standard output
 * @param standard standard output; null for a file
 */
public record Output(Path path, @Nullable OutputStream standard) {
    /** A file. */
    public static Output of(Path path) {
        return new Output(path, null);
    }

    /** Writes the content; standard output stays open. */
    public void write(AtomicFile.Content content) throws IOException {
        if (standard == null) {
            AtomicFile.write(path, content);
        } else {
            content.writeTo(standard);
            standard.flush();
        }
    }

    @Override
    public String toString() {
        return standard == null ? path.toString() : "standard output";
    }
}
