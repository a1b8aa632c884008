package io.hourglass;

import io.hourglass.compute.Team;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Deals out blocks of {@link Block#ROWS} rows. The calling thread computes blocks until none is left; threads of an
 * executor help. A block's result does not depend on who computes it.
 *
 * @param threads the most threads that work on one call, with the caller: 1 to {@value Team#MAX_THREADS}
 * @param executor runs the others. A call does not wait for tasks that have not begun, so the executor may be busy,
 *     refuse or drop tasks, run them late or on the calling thread
 */
record BlockRunner(int threads, Executor executor) {
    /** The JVM's common pool. If it has no threads, it would keep its tasks for ever, so it gets none. */
    private static final Executor COMMON =
            ForkJoinPool.getCommonPoolParallelism() > 0 ? ForkJoinPool.commonPool() : task -> {};

    /** @throws IllegalArgumentException if the number of threads is out of range */
    BlockRunner {
        Team.checkThreads(threads);
        Objects.requireNonNull(executor);
    }

    /** Threads of the common pool. */
    BlockRunner(int threads) {
        this(threads, COMMON);
    }

    /** Computes the rows {@code start ... start + n - 1} in the first n rows of a block. */
    @FunctionalInterface
    interface Task {
        void run(Block block, int start, int n);
    }

    /**
     * Runs a task for all rows.
     *
     * @param buffers makes the buffers of a thread, for some rows
     * @throws RuntimeException or Error, what the task threw for the first block on which it failed
     */
    void run(int rows, IntFunction<Block> buffers, Task task) {
        Job job = new Job(rows, buffers, task);
        try {
            for (int helpers = Math.min(threads, job.blocks) - 1; helpers > 0; helpers--) {
                executor.execute(job);
            }
        } catch (RejectedExecutionException noHelp) {
            // the caller computes what is left
        } catch (RuntimeException | Error e) {
            job.fail(-1, e);
        }
        job.finish();
    }

    /**
     * The blocks of one call. The caller and its helpers take them in order. A helper that starts after the end does
     * nothing, and holds no data: it may wait in an executor's queue for long.
     */
    private static final class Job implements Runnable {
        final int blocks;
        private final int rows;
        private final AtomicInteger next = new AtomicInteger();

        /** The parties are the threads at work. When the last one leaves, it terminates and lets no other in. */
        private final Phaser working = new Phaser(1);

        private @Nullable IntFunction<Block> buffers;
        private @Nullable Task task;
        private int failed = Integer.MAX_VALUE;
        private @Nullable Throwable failure;

        Job(int rows, IntFunction<Block> buffers, Task task) {
            this.rows = rows;
            this.buffers = buffers;
            this.task = task;
            blocks = (int) ((rows + Block.ROWS - 1L) / Block.ROWS);
        }

        /** A helper's part. */
        @Override
        public void run() {
            if (working.register() >= 0) {
                work();
                working.arriveAndDeregister();
            }
        }

        private void work() {
            Block block = null;
            for (int b = next.getAndIncrement(); b < blocks; b = next.getAndIncrement()) {
                int start = b * Block.ROWS;
                int n = Math.min(Block.ROWS, rows - start);
                try {
                    if (block == null) {
                        block = Objects.requireNonNull(buffers).apply(n);
                    }
                    Objects.requireNonNull(task).run(block, start, n);
                } catch (RuntimeException | Error e) {
                    fail(b, e);
                }
            }
        }

        /**
         * Ends the job and keeps the failure of the first block. All blocks before a failed one have been taken and
         * will be finished, so the number of threads does not decide which failure that is.
         */
        synchronized void fail(int block, Throwable thrown) {
            next.set(blocks);
            if (block < failed) {
                failed = block;
                failure = thrown;
            }
        }

        /**
         * The caller's part. In the end it waits for blocks that helpers have begun. An interrupt does not end the
         * wait, as they still write to the caller's arrays; the thread stays interrupted.
         */
        void finish() {
            work();
            working.awaitAdvance(working.arriveAndDeregister());
            buffers = null;
            task = null;
            if (failure instanceof RuntimeException e) {
                throw e;
            } else if (failure instanceof Error e) {
                throw e;
            }
        }
    }
}
