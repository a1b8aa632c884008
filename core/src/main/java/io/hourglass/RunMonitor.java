package io.hourglass;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reports the progress of a run to its listener, and knows when the run is to stop. Only the thread that trains uses
 * it.
 */
final class RunMonitor {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final TrainingListener listener;
    private final boolean mayStop;
    private final long start = System.nanoTime();
    private final long limit;
    private long nextReport = start + INTERVAL_NANOS;
    private Trainer.@Nullable End end;

    /**
     * A monitor that reports and, if the run may stop, watches for reasons to: the listener's wish, a deadline, and an
     * interrupt of this thread.
     *
     * @param deadline from now on; null for none
     */
    RunMonitor(TrainingListener listener, boolean mayStop, @Nullable Duration deadline) {
        this.listener = listener;
        this.mayStop = mayStop;
        limit = deadline == null ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(deadline); // the largest if too long
    }

    /** Why the run is to stop; null if it goes on. Once there is a reason, it stays. */
    Trainer.@Nullable End end() {
        if (mayStop && end == null) {
            if (Thread.currentThread().isInterrupted()) {
                end = Trainer.End.INTERRUPTED;
            } else if (System.nanoTime() - start >= limit) {
                end = Trainer.End.DEADLINE;
            }
        }
        return end;
    }

    /** Called after each step; speaks with the listener about five times a second. */
    void step(int epoch, long rowsDone, long rows) {
        if (System.nanoTime() > nextReport) {
            nextReport = System.nanoTime() + INTERVAL_NANOS;
            listener.onProgress(epoch, rowsDone, rows);
            ask();
        }
    }

    /** Called after each epoch. */
    void epoch(History.Epoch epoch) {
        listener.onEpoch(epoch);
        ask();
    }

    private void ask() {
        if (mayStop && listener.shouldStop() && end == null) {
            end = Trainer.End.STOPPED;
        }
    }
}
