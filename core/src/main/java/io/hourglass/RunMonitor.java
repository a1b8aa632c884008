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

    /** Longer durations have no count of nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final TrainingListener listener;
    private final boolean mayStop;
    private final long start = System.nanoTime();
    private final long limit;
    private long nextReport = start + INTERVAL_NANOS;
    private Trainer.@Nullable End end;

    private RunMonitor(TrainingListener listener, boolean mayStop, long limit) {
        this.listener = listener;
        this.mayStop = mayStop;
        this.limit = limit;
    }

    /** A monitor that only reports. */
    static RunMonitor of(TrainingListener listener) {
        return new RunMonitor(listener, false, Long.MAX_VALUE);
    }

    /**
     * A monitor that also watches for reasons to stop: the listener's wish, a deadline, and an interrupt of this
     * thread.
     *
     * @param deadline from now on; null for none
     */
    static RunMonitor of(TrainingListener listener, @Nullable Duration deadline) {
        if (deadline == null || deadline.compareTo(LONGEST) >= 0) {
            return new RunMonitor(listener, true, Long.MAX_VALUE);
        }
        return new RunMonitor(listener, true, deadline.isNegative() ? 0 : deadline.toNanos());
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
