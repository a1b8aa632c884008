package io.hourglass.lab.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option without which nothing that exists is written over. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ForceOption {
    @Option(names = "--force", description = "Write over what exists.")
    private boolean force;

    /** Whether to write over what exists. */
    boolean isGiven() {
        return force;
    }

    /** Refuses an output that exists already; an empty folder is none, nor is a device or a pipe, which keeps nothing. */
    void requireNew(Path output) throws IOException {
        if (!force && (Files.isRegularFile(output) || isFullFolder(output))) {
            throw new FileAlreadyExistsException(output.toString(), null, "exists already; --force writes over it");
        }
    }

    private static boolean isFullFolder(Path output) throws IOException {
        if (!Files.isDirectory(output)) {
            return false;
        }
        try (Stream<Path> files = Files.list(output)) {
            return files.findAny().isPresent();
        }
    }
}
