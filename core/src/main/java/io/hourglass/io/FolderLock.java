package io.hourglass.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second writer out of a folder. The system releases the lock when the process ends or is killed. */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a folder with the file {@code .lock} in it.
     *
     * @param refusal message if the lock is held already
     * @throws IOException if the lock is held already, or the file cannot be created
     */
    public static FolderLock of(Path folder, String refusal) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new FolderLock(channel);
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

    /** Releases the lock. The empty file stays: deleting it could remove a lock that another process just took. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
