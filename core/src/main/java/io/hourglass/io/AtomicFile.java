package io.hourglass.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Writes files whole or not at all: a full disk, an exception or a killed process leaves the old file as it was. */
public final class AtomicFile {
    /** What a killed process leaves is removed when it is that old: nobody can still be writing it. */
    private static final Duration LEFT_OVER = Duration.ofDays(1);

    /** Folders that were looked through for leftovers: once by a process, as a folder may hold very many files. */
    private static final Set<Path> TIDIED = ConcurrentHashMap.newKeySet();

    /** Folders remembered at most. */
    private static final int MOST_TIDIED = 1000;

    private AtomicFile() {}

    /** What a file will hold. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the content from beginning to end.
         *
         * @param out buffered; need not be closed
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Looks at what has been written. */
    @FunctionalInterface
    public interface Check<T> {
        /**
         * Reads the file.
         *
         * @param file whole, under another name than it will have
         * @return what was found
         * @throws IOException if the file is not to take its place
         */
        T read(Path file) throws IOException;
    }

    /**
     * Writes to a temporary file ({@code .hourglass-*.tmp}) in the target's folder, forces it to the disk, then moves
     * it onto the target. Missing folders are created. Whatever {@code content} throws is passed on after the temporary
     * file has been removed; what killed processes left there a day ago or earlier is removed as well. A target that
     * exists and is a device or a pipe is written directly, for there is nothing to keep.
     *
     * @throws IOException if the target is a folder or cannot be written, or the thread is interrupted
     */
    public static void write(Path target, Content content) throws IOException {
        write(target, content, file -> target);
    }

    /**
     * The same for a file that is read before it takes its place: whatever {@code check} throws is passed on, and
     * leaves no file, or the one that was there.
     *
     * @return what the check returns
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
        // A symbolic link stays one: the file it points to is replaced.
        Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
        Path folder = file.resolveSibling("");
        if (!Files.isDirectory(folder)) { // createDirectories refuses a link to a folder before JDK 20 (JDK-8294193)
            Files.createDirectories(folder);
        }
        removeLeftovers(folder);
        // Not Files.createTempFile: its files are readable by their owner only, and the moved one would stay so.
        Path temporary = folder.resolve(".hourglass-" + UUID.randomUUID() + ".tmp");
        try {
            writeAndForce(target, temporary, content);
            T found = check.read(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return found;
        } catch (Throwable failure) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    private static void writeAndForce(Path target, Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(new Named(target, Channels.newOutputStream(channel)), 1 << 16);
            content.writeTo(out);
            out.flush();
            try {
                channel.force(true);
            } catch (IOException e) {
                throw notWritten(target, e);
            }
        }
    }

    /**
     * Removes what killed processes left in a folder a day ago or earlier: files and folders of files called {@code
     * .hourglass-*.tmp}. Looks once in each folder, and leaves what it cannot remove.
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
            // Another process may remove them at the same time, or they may be another user's: the new file can be
            // written all the same.
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

    /** Says which file could not be written: the system tells no more than that no space is left. */
    private static FileSystemException notWritten(Path target, IOException cause) {
        String reason = cause instanceof ClosedByInterruptException
                ? "its thread was interrupted"
                : Objects.requireNonNullElse(
                        cause.getMessage(), cause.getClass().getSimpleName());
        FileSystemException named = new FileSystemException(target.toString(), null, "cannot be written: " + reason);
        named.initCause(cause);
        return named;
    }

    /** Names the file where it cannot be written. */
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
                throw notWritten(target, e);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
