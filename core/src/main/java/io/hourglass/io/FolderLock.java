package io.hourglass.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second writer out of a folder. The system lifts the lock when the process ends, however it ends. */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a folder, by the file {@code .lock} in it.
     *
     * @param refusal the message where somebody else holds the lock
     * @throws IOException if somebody else holds it, or the file cannot be made
     */
    public static FolderLock of(Path folder, String refusal) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process: the same answer
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException(refusal);
    }

    /** Lifts the lock; the empty file stays, as deleting it could take away a lock somebody else just took. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
