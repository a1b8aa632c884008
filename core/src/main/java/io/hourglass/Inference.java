package io.hourglass;

import io.hourglass.compute.Team;
import io.hourglass.engine.Network;
import io.hourglass.nn.Architecture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs many rows through a network, in blocks of {@link Block#ROWS} rows. The calling thread computes blocks until none
 * is left; threads of an executor may help. A result does not depend on who computed it.
 */
final class Inference {
    /** The JVM's common pool. If it has no threads it would keep all tasks for ever, so it gets none. */
    static final Executor SHARED = ForkJoinPool.getCommonPoolParallelism() > 0 ? ForkJoinPool.commonPool() : task -> {};

    private final Network network;
    private final Scaler scaler;
    private final int threads;
    private final Executor executor;

    /**
     * Runs rows through a network. Its weights must not change during a call.
     *
     * @param scaler from the user's units to the network's
     * @param threads the most threads that work on one call, including the caller: 1 to {@value Team#MAX_THREADS}
     * @param executor runs the others. A call does not wait for tasks that have not begun, so the executor may be busy,
     *     refuse or drop tasks, or run them late or on the calling thread
     * @throws IllegalArgumentException if the number of threads is out of range
     */
    Inference(Network network, Scaler scaler, int threads, Executor executor) {
        this.network = network;
        this.scaler = scaler;
        this.threads = Team.checkThreads(threads);
        this.executor = executor;
    }

    /** Does something with row r of a block, which is the given row of all. */
    @FunctionalInterface
    private interface RowTask {
        void accept(Block block, int r, int row);
    }

    /** Computes the rows {@code start ... start + n - 1} in the first n rows of a block. */
    @FunctionalInterface
    private interface BlockTask {
        void accept(Block block, int start, int n);
    }

    /** The codes of rows that suit the model: [rows][latent]. */
    float[][] encode(Dataset data) {
        float[][] codes = new float[data.rows()][architecture().latent()];
        forEach(data.rows(), from(data), Block::encode, (block, r, row) -> block.code(r, codes[row]));
        return codes;
    }

    /** The reconstructions of rows that suit the model, in the user's units: [rows][inputs]. */
    float[][] reconstruct(Dataset data) {
        float[][] results = new float[data.rows()][data.inputs()];
        forEach(data.rows(), from(data), Block::reconstruct, (block, r, row) -> block.reconstruction(r, results[row]));
        return results;
    }

    /** The errors of rows that suit the model: [rows]. */
    double[] errors(Dataset data) {
        double[] errors = new double[data.rows()];
        forEach(data.rows(), from(data), Block::reconstruct, (block, r, row) -> errors[row] = block.error(r));
        return errors;
    }

    /** The mean of the errors, added in the order of the rows. */
    double error(Dataset data) {
        double sum = 0;
        for (double error : errors(data)) {
            sum += error;
        }
        return sum / data.rows();
    }

    /** The errors of rows that suit the model, and of their values, in one pass. */
    void errors(Dataset data, Autoencoder.RowErrors receiver) {
        RowTask input = from(data);
        run(data.rows(), (block, start, n) -> {
            for (int r = 0; r < n; r++) {
                input.accept(block, r, start + r);
            }
            block.reconstruct(n);
            double[] squares = new double[data.inputs()];
            for (int r = 0; r < n; r++) {
                block.squaredErrors(r, squares);
                receiver.accept(start + r, block.error(r), squares);
            }
        });
    }

    /** Decodes codes to the user's units: [rows][inputs]. */
    float[][] decode(float[][] codes) {
        float[][] results = new float[codes.length][architecture().inputs()];
        forEach(codes.length, from(codes), Block::decode, (block, r, row) -> block.reconstruction(r, results[row]));
        return results;
    }

    /** Decodes codes to the user's units, in double precision: [rows][inputs]. */
    double[][] decodeToDoubles(float[][] codes) {
        double[][] results = new double[codes.length][];
        forEach(
                codes.length,
                from(codes),
                Block::decode,
                (block, r, row) -> results[row] = block.exactReconstruction(r));
        return results;
    }

    private RowTask from(Dataset data) {
        return (block, r, row) -> data.copyRow(network.kernels(), scaler, row, block.inputs(), block.offset(r));
    }

    private RowTask from(float[][] codes) {
        return (block, r, row) -> {
            requireWidth(codes[row], architecture().latent());
            block.setCode(r, codes[row]);
        };
    }

    private Architecture architecture() {
        return network.architecture();
    }

    /** @throws IllegalArgumentException if a row or a code has another length */
    void requireWidth(float[] row, int width) {
        if (row.length != width) {
            throw new IllegalArgumentException(
                    "a row has " + row.length + " values, but the model " + architecture() + " takes " + width);
        }
    }

    private void forEach(int rows, RowTask input, ObjIntConsumer<Block> layers, RowTask output) {
        run(rows, (block, start, n) -> {
            for (int r = 0; r < n; r++) {
                input.accept(block, r, start + r);
            }
            layers.accept(block, n);
            for (int r = 0; r < n; r++) {
                output.accept(block, r, start + r);
            }
        });
    }

    /**
     * Runs a task on all blocks, on at most {@link #threads} threads.
     *
     * @throws RuntimeException or Error, what the task threw on the first block on which it fails
     */
    private void run(int rows, BlockTask task) {
        Job job = new Job(rows, task);
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
    private final class Job implements Runnable {
        final int rows;
        final int blocks;
        private final AtomicInteger next = new AtomicInteger();

        /** The parties are the threads at work. When the last one leaves, it terminates and lets no other in. */
        private final Phaser working = new Phaser(1);

        private @Nullable BlockTask task;
        private int failed = Integer.MAX_VALUE;
        private @Nullable Throwable failure;

        Job(int rows, BlockTask task) {
            this.rows = rows;
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
                    block = block == null ? new Block(network, scaler, n) : block;
                    task.accept(block, start, n);
                } catch (RuntimeException | Error e) {
                    fail(b, e);
                }
            }
        }

        /**
         * Ends the job and keeps the failure of the first block. All blocks before a failed one have been taken, and
         * are finished, so the number of threads does not decide which failure that is.
         */
        synchronized void fail(int b, Throwable e) {
            next.set(blocks);
            if (b < failed) {
                failed = b;
                failure = e;
            }
        }

        /**
         * The caller's part. In the end it waits for blocks that helpers have begun. An interrupt does not end the
         * wait, as they still write to the caller's arrays; the thread stays interrupted.
         */
        void finish() {
            work();
            working.awaitAdvance(working.arriveAndDeregister());
            task = null;
            if (failure instanceof RuntimeException e) {
                throw e;
            } else if (failure instanceof Error e) {
                throw e;
            }
        }
    }
}
