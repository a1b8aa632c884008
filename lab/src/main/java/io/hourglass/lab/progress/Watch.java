package io.hourglass.lab.progress;

import io.hourglass.io.AtomicFile;

/** While a command runs: ends its silence, and says what is kept if the program is stopped. */
public final class Watch implements AutoCloseable {
    private static final long BEAT_MILLIS = 1000;

    private final Thread beat;
    private final Thread hook;

    /** Begins to watch. */
    public Watch(Progress progress) {
        hook = new Thread(() -> {
            AtomicFile.removeUnfinished();
            progress.stop();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        beat = new Thread(() -> beat(progress), "progress");
        beat.setDaemon(true);
        beat.start();
    }

    private static void beat(Progress progress) {
        try {
            while (true) {
                Thread.sleep(BEAT_MILLIS);
                progress.beat();
            }
        } catch (InterruptedException e) {
            // the command has ended
        }
    }

    @Override
    public void close() {
        beat.interrupt();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Java is shutting down, and the hook runs.
        }
    }
}
