package io.hourglass.lab.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What the commands share that write a file, or a folder of files, where the user says: what is there stays, unless it is to go. */
abstract class OutputCommand extends Subcommand {
    @Option(names = "--force", description = "Overwrite what there is already where the output goes.")
    private boolean force;

    OutputCommand(Console console) {
        super(console);
    }

    /**
     * Refuses, before long work has begun, a file that could not be written after it, or that exists and is not to be overwritten. What is
     * no file of content, such as /dev/stdout, may be there.
     */
    final void requireWritable(Path file) throws FileSystemException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, expected a file to write");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new FileSystemException(file.toString(), null, "cannot be written, as its folder does not exist");
        }
        if (!force && Files.isRegularFile(file)) {
            throw existing(file, "exists");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new FileSystemException(file.toString(), null, "permission denied");
        }
    }

    /** The same for a folder: it may be there if it is empty. Files in it that the output does not name stay in any case. */
    final void requireWritableFolder(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new FileSystemException(folder.toString(), null, "is a file, expected a folder to write to");
        }
        if (!force && Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw existing(folder, "is not empty");
                }
            }
        }
    }

    private static FileSystemException existing(Path path, String how) {
        return new FileAlreadyExistsException(path.toString(), null, how + "; --force writes over it");
    }
}
