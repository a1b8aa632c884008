package io.hourglass.lab.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option that allows existing files to be overwritten. */
@Heading(Heading.GENERAL)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ForceOption {
    /** Matches names of files that a data folder may be read from. */
    private static final Pattern DATA_FILE = Pattern.compile("(?i)idx|\\.(png|jpe?g|gif|bmp|tiff?|webp)$");

    @Option(names = "--force", description = "Overwrite existing files.")
    private boolean force;

    /** Whether existing files may be overwritten. */
    boolean isGiven() {
        return force;
    }

    /**
     * Rejects an output that already exists. An empty folder does not count, nor does a device or a pipe, which holds
     * nothing. An input is rejected even with {@code --force}, by whatever name or link.
     *
     * @param inputs files and folders that the command reads; empty for none
     */
    void requireNew(Path output, Collection<Path> inputs) throws IOException {
        for (Path input : inputs) {
            if (isPartOf(output, input)) {
                throw new FileSystemException(
                        output.toString(),
                        null,
                        "is " + (Files.isDirectory(input) ? "part of " : "") + "the input " + input
                                + ", which would be lost; expected another name");
            }
        }
        if (!force && (Files.isRegularFile(output) || isFullFolder(output))) {
            throw new FileAlreadyExistsException(output.toString(), null, "already exists; --force overwrites it");
        }
    }

    /** Rejects a folder that contains the data: an output file might have the name of a data file. */
    void requireOutside(Path folder, Collection<Path> inputs) throws IOException {
        for (Path input : inputs) {
            if (Files.exists(folder)
                    && Files.exists(input)
                    && input.toRealPath().startsWith(folder.toRealPath())) {
                throw new FileSystemException(
                        folder.toString(), null, "holds the input " + input + ", expected a folder for results only");
            }
        }
    }

    private static boolean isPartOf(Path output, Path input) throws IOException {
        if (!Files.isRegularFile(output) || !Files.exists(input)) {
            return false;
        }
        if (!Files.isDirectory(input)) {
            return Files.isSameFile(output, input);
        }
        try (Stream<Path> files = Files.walk(input)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (DATA_FILE.matcher(String.valueOf(file.getFileName())).find() && Files.isSameFile(output, file)) {
                    return true;
                }
            }
        }
        return false;
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
