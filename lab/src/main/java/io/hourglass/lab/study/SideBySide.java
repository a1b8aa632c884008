package io.hourglass.lab.study;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent jobs, as many at once as there are threads. A job on one thread has no barriers to wait at, so two
 * jobs on one thread each finish sooner than one after the other on two threads. Within a turn, the longest jobs start
 * first, so that all threads finish at about the same time. Jobs may add jobs. A job may wait for another one of an
 * earlier {@link Turn} that was added before it, because that one has already started.
 */
final class SideBySide implements AutoCloseable {
    /** Which jobs start when a thread is free: those of an earlier turn come before those of a later one. */
    enum Turn {
        FIRST,
        NEXT,
        LAST
    }

    /** What a job does. */
    @FunctionalInterface
    interface Task<T> {
        /**
         * Runs the job.
         *
         * @param threads it may use, 1 or more
         */
        T run(int threads) throws IOException;
    }

    /**
     * A job that has not started.
     *
     * @param work in any unit, the same for all jobs of a turn
     * @param number in the order in which they were added
     */
    private record Job(Turn turn, double work, int number, int threads, Runnable body) {}

    private final int threads;
    private final PriorityQueue<Job> waiting = new PriorityQueue<>(Comparator.comparing(Job::turn)
            .thenComparing(Comparator.comparingDouble(Job::work).reversed())
            .thenComparing(Job::number));
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private boolean begun;
    private int added;
    private int free;
    private @Nullable Throwable failure;

    /** A queue of jobs for this many threads. Jobs start with {@link #await}. */
    SideBySide(int threads) {
        this.threads = threads;
        this.free = threads;
    }

    /**
     * Adds a job.
     *
     * @param work the job's cost, in any unit, the same for all jobs of a turn
     * @param each threads that the job gets, 1 to all
     * @return its result, once it is done
     */
    synchronized <T> CompletableFuture<T> add(Turn turn, double work, int each, Task<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        waiting.add(new Job(turn, work, added++, each, () -> {
            try {
                result.complete(task.run(each));
                end(each, null);
            } catch (Throwable e) { // whatever it is: await throws it
                end(each, e);
                result.completeExceptionally(e);
            }
        }));
        beginWhatFits();
        return result;
    }

    private synchronized void beginWhatFits() {
        Job next = waiting.peek();
        while (begun && failure == null && next != null && next.threads() <= free) {
            waiting.remove();
            free -= next.threads();
            pool.execute(next.body());
            next = waiting.peek();
        }
    }

    private synchronized void end(int each, @Nullable Throwable thrown) {
        free += each;
        failure = failure == null ? thrown : failure;
        beginWhatFits();
        notifyAll();
    }

    /**
     * Starts the jobs and waits for all of them, including those that they add. The first failure ends all jobs and is
     * thrown.
     *
     * @throws IOException if a job throws it, or this thread is interrupted
     */
    synchronized void await() throws IOException {
        begun = true;
        beginWhatFits();
        try {
            while (failure == null && (free < threads || !waiting.isEmpty())) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the study was interrupted");
        }
        if (failure != null) {
            throw rethrown(failure);
        }
    }

    /**
     * Interrupts the running jobs and waits for them to end, because the folder they write to is closed next. A
     * training ends after its mini-batch, an analysis when it is done.
     */
    @Override
    public void close() {
        synchronized (this) {
            begun = false;
        }
        pool.shutdownNow();
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException rethrown(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }
}
