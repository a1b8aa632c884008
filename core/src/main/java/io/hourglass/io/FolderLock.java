package io.hourglass.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second writer out of a folder. The system releases the lock when the process ends or is killed. */
public final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a folder with the file {@code .lock} in it.
     *
     * @param refusal message if the lock is held already
     * @throws IOException if the lock is held already, or the file cannot be created
     */
    public static FolderLock of(Path folder, String refusal) throws IOException {
        Path file = folder.resolve(".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                if (Files.exists(file)) {
                    return new FolderLock(file, channel);
                }
                channel.close(); // its holder has just deleted it
                return of(folder, refusal);
            }
        } catch (OverlappingFileLockException e) {
            // held by this process: refused like another process's lock
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException(refusal);
    }

    /** Deletes the lock's file and releases the lock, for a folder that is to disappear. */
    public void delete() throws IOException {
        Files.delete(file);
        close();
    }

    /** Releases the lock. The empty file stays: deleting it could remove a lock that another process just took. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
