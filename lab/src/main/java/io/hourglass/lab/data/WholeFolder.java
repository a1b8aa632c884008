package io.hourglass.lab.data;

import io.hourglass.io.AtomicFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Writes folders as {@link io.hourglass.io.AtomicFile} writes files: no file in them is ever half-written. */
public final class WholeFolder {
    private WholeFolder() {}

    /** The content of a folder. */
    public interface Content {
        /** Writes the files to the folder. */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Writes to a temporary folder ({@code .hourglass-*.tmp}) beside the target and then moves it into place. If the
     * target exists, the temporary folder is inside it, its files are moved one by one, and files that are not replaced
     * stay. Missing parent folders are created.
     *
     * @throws IOException if the target is a file or cannot be written; the target is then unchanged
     */
    public static void write(Path path, Content content) throws IOException {
        Path target = path.toAbsolutePath();
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new FileSystemException(path.toString(), null, "is a file, expected a folder");
        }
        Path folder = Files.exists(target) ? target : target.resolveSibling("");
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        AtomicFile.removeLeftovers(folder);
        Path temporary = AtomicFile.temporary(folder);
        try {
            Files.createDirectory(temporary);
            content.writeTo(temporary);
            moveIntoPlace(temporary, target);
        } catch (FileSystemException e) {
            Path file = e.getFile() == null ? target : Path.of(e.getFile());
            if (!file.startsWith(temporary)) {
                throw e;
            }
            String name = path.resolve(temporary.relativize(file)).toString();
            FileSystemException named = e instanceof AccessDeniedException
                    ? new AccessDeniedException(name)
                    : new FileSystemException(name, null, e.getReason());
            named.initCause(e);
            throw named;
        } finally {
            if (Files.isDirectory(temporary)) {
                delete(temporary);
            }
            AtomicFile.finish(temporary);
        }
    }

    private static void moveIntoPlace(Path temporary, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(temporary, target);
            return;
        }
        Map<Path, Path> moves = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(temporary)) {
            files.forEach(file -> moves.put(file, target.resolve(temporary.relativize(file))));
        }
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            if (Files.isDirectory(move.getValue())) {
                throw new FileSystemException(move.getKey().toString(), null, "is a folder, expected a file to write");
            }
        }
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            Files.move(move.getKey(), move.getValue(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
