package io.hourglass.lab.study;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Runs independent jobs, as many at once as there are threads: a thread to each has no barriers to wait at, so that two jobs on a
 * thread each end sooner than one after the other on two. The longest begin, so that all threads end at about the same time.
 */
final class SideBySide {
    /** What a job does. */
    @FunctionalInterface
    interface Task<T> {
        /**
         * Does it.
         *
         * @param threads it may use, 1 or more
         */
        T run(int threads) throws IOException;
    }

    /**
     * A task with what it costs.
     *
     * @param work in any unit, the same for all jobs
     */
    record Job<T>(double work, Task<T> task) {}

    private SideBySide() {}

    /**
     * Runs all jobs and gives their results in the order of the jobs. The first failure ends them all and is thrown.
     *
     * @throws IOException of a job's, or if this thread is interrupted
     */
    static <T> List<T> run(List<Job<T>> jobs, int threads) throws IOException {
        if (jobs.isEmpty()) {
            return List.of();
        }
        int atOnce = Math.min(threads, jobs.size());
        record Done<T>(int index, T result) {}
        ExecutorService pool = Executors.newFixedThreadPool(atOnce);
        ExecutorCompletionService<Done<T>> completed = new ExecutorCompletionService<>(pool);
        try {
            IntStream.range(0, jobs.size())
                    .boxed()
                    .sorted(Comparator.comparingDouble(
                            (Integer index) -> -jobs.get(index).work()))
                    .forEach(index -> completed.submit(
                            () -> new Done<>(index, jobs.get(index).task().run(threads / atOnce))));
            SortedMap<Integer, T> results = new TreeMap<>();
            while (results.size() < jobs.size()) {
                Done<T> done = completed.take().get();
                results.put(done.index(), done.result());
            }
            return List.copyOf(results.values());
        } catch (ExecutionException e) {
            throw rethrown(Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the study was interrupted");
        } finally {
            pool.shutdownNow();
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
