package io.hourglass.lab.study;

import io.hourglass.io.FolderLock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder that a study or an experiment writes to, and nobody else meanwhile. */
public final class ResultsFolder {
    private ResultsFolder() {}

    /**
     * Makes the folder if it is not there, and locks it until what is returned is closed.
     *
     * @throws IOException if it is a file, cannot be made, or another process works in it
     */
    public static FolderLock open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            if (Files.exists(folder)) {
                throw new FileSystemException(folder.toString(), null, "is a file, expected a folder for the results");
            }
            Files.createDirectories(folder);
        }
        FolderLock lock = FolderLock.of(
                folder, folder + ": another study is running in this folder; wait for it or choose another --out");
        try {
            removeLeftovers(folder);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A killed process may leave the temporary files of {@link io.hourglass.io.AtomicFile}; nobody else writes here now. */
    private static void removeLeftovers(Path folder) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> files = Files.find(
                folder, 2, (file, attributes) -> file.getFileName().toString().matches("\\.hourglass-.*\\.tmp"))) {
            leftovers = files.toList();
        }
        for (Path file : leftovers) {
            Files.delete(file);
        }
    }
}
