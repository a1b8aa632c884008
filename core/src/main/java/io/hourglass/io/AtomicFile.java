package io.hourglass.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes a file completely or not at all: after a full disk, an exception or a kill, the old file is unchanged. */
public final class AtomicFile {
    /** Temporary files of this age belong to killed processes: no process still writes them. */
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    /** Folders already searched for leftovers. Each is searched once per process, because it may hold many files. */
    private static final Set<Path> TIDIED = ConcurrentHashMap.newKeySet();

    /** The most folders that are remembered. */
    private static final int MOST_TIDIED = 1000;

    /** Temporary files and folders that are being written. */
    private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    private AtomicFile() {}

    /** The content of a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the content from beginning to end.
         *
         * @param out buffered; need not be closed
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Checks what has been written. */
    @FunctionalInterface
    public interface Check<T> {
        /**
         * Reads the file.
         *
         * @param file complete, with a temporary name
         * @return the result of the check
         * @throws IOException if the file must not replace the old one
         */
        T read(Path file) throws IOException;
    }

    /**
     * Writes to a temporary file ({@code .hourglass-*.tmp}) in the target's folder, forces it to the disk, then renames
     * it to the target. Missing folders are created. If {@code content} throws, the temporary file is removed and the
     * exception passed on. Temporary files that killed processes left a day ago or earlier are removed as well. An
     * existing target that is a device or a pipe is written directly.
     *
     * @throws IOException if the target is a folder or cannot be written, or the thread is interrupted
     */
    public static void write(Path target, Content content) throws IOException {
        write(target, content, file -> target);
    }

    /**
     * Writes a file that is checked before it replaces the old one. If {@code check} throws, the exception is passed on
     * and the old file, if any, is unchanged.
     *
     * @return the result of the check
     * @throws IOException if the target is a folder or cannot be written, or the thread is interrupted
     */
    public static <T> T write(Path target, Content content, Check<T> check) throws IOException {
        if (Files.isDirectory(target)) {
            throw new FileSystemException(target.toString(), null, "is a folder, expected a file");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            try (OutputStream out = new BufferedOutputStream(new Named(target, Files.newOutputStream(target)))) {
                content.writeTo(out);
            }
            return check.read(target);
        }
        // A symbolic link is kept: the file that it points to is replaced.
        Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
        Path folder = file.resolveSibling("");
        if (!Files.isDirectory(folder)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            Files.createDirectories(folder);
        }
        removeLeftovers(folder);
        Path temporary = temporary(folder);
        try {
            writeAndForce(target, temporary, content);
            T found = check.read(temporary);
            move(target, temporary, file);
            return found;
        } catch (Throwable failure) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        } finally {
            finish(temporary);
        }
    }

    /**
     * Finds out whether files can be written to a folder: creates one and removes it.
     *
     * @param folder exists
     * @param target what the caller will write; messages name it
     * @throws IOException if no file can be created
     */
    public static void requireWritable(Path folder, Path target) throws IOException {
        Path temporary = temporary(folder);
        try {
            create(target, temporary).close();
            Files.delete(temporary);
        } finally {
            finish(temporary);
        }
    }

    /**
     * A name for a temporary file or folder in a folder. It counts as unfinished until {@link #finish}. Not
     * Files.createTempFile: only the owner can read its files, and renaming would not change that.
     */
    public static Path temporary(Path folder) {
        Path temporary = folder.resolve(".hourglass-" + UUID.randomUUID() + ".tmp");
        UNFINISHED.add(temporary);
        return temporary;
    }

    /** Says that a temporary file or folder is complete and has its final name, or has been removed. */
    public static void finish(Path temporary) {
        UNFINISHED.remove(temporary);
    }

    /**
     * Removes the temporary files and folders that are being written, because the program is stopped. What cannot be
     * removed is left for {@link #removeLeftovers}.
     */
    public static void removeUnfinished() {
        for (Path temporary : UNFINISHED) {
            try {
                remove(temporary);
            } catch (IOException e) {
                // It was not there yet, has just been finished, or is still being written to.
            }
        }
    }

    private static FileChannel create(Path target, Path temporary) throws IOException {
        try {
            return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw ofTarget(target, e);
        }
    }

    private static void move(Path target, Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw ofTarget(target, e);
        }
    }

    /** The same failure of the file that the caller knows. */
    private static FileSystemException ofTarget(Path target, FileSystemException failure) {
        if (!(failure instanceof AccessDeniedException)) {
            return notWritten(target, failure, failure.getReason());
        }
        FileSystemException named = new AccessDeniedException(target.toString());
        named.initCause(failure);
        return named;
    }

    private static void writeAndForce(Path target, Path file, Content content) throws IOException {
        try (FileChannel channel = create(target, file)) {
            OutputStream out = new BufferedOutputStream(new Named(target, Channels.newOutputStream(channel)), 1 << 16);
            content.writeTo(out);
            out.flush();
            try {
                channel.force(true);
            } catch (IOException e) {
                throw notWritten(target, e, e.getMessage());
            }
        }
    }

    /**
     * Removes what killed processes left in a folder a day ago or earlier: files, and folders of files, called {@code
     * .hourglass-*.tmp}. It searches each folder once and ignores what it cannot remove.
     */
    public static void removeLeftovers(Path folder) {
        if (TIDIED.size() >= MOST_TIDIED) {
            TIDIED.clear();
        }
        if (!TIDIED.add(folder)) {
            return;
        }
        Instant latest = Instant.now().minus(LEFT_OVER);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, ".hourglass-*.tmp")) {
            for (Path leftover : leftovers) {
                if (Files.getLastModifiedTime(leftover, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(latest)) {
                    remove(leftover);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another process may remove them at the same time, or they may belong to another user. That does not
            // prevent writing the new file.
        }
    }

    private static void remove(Path leftover) throws IOException {
        if (Files.isDirectory(leftover, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(leftover)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        Files.delete(leftover);
    }

    /** Adds the file's name: the system's message may only say that no space is left. */
    private static FileSystemException notWritten(Path target, IOException cause, @Nullable String why) {
        String reason = cause instanceof ClosedByInterruptException
                ? "its thread was interrupted"
                : cause instanceof NoSuchFileException
                        ? "its folder takes no new files"
                        : Objects.requireNonNullElse(why, cause.getClass().getSimpleName());
        FileSystemException named = new FileSystemException(target.toString(), null, "cannot be written: " + reason);
        named.initCause(cause);
        return named;
    }

    /** Adds the target's name to exceptions. */
    private static final class Named extends OutputStream {
        private final Path target;
        private final OutputStream out;

        Named(Path target, OutputStream out) {
            this.target = target;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                throw notWritten(target, e, e.getMessage());
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
