package io.hourglass.compute;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that run the same task together, each with its own index, and can wait for each other
 * inside it. The caller is thread 0; the others are daemons that live until {@link #close}.
 */
public final class Team implements AutoCloseable {
    /** A task for all threads of a team. */
    @FunctionalInterface
    public interface Task {
        /** @param thread 0 to the team's size - 1 */
        void run(int thread);
    }

    /** The most threads of a team. */
    public static final int MAX_THREADS = 1024;

    /**
     * How often a thread checks the barrier before it sleeps, if every thread has a processor: a few hundred
     * microseconds, because a sleeping thread takes about as long to wake up.
     */
    private static final int SPINS = 10_000;

    /** How often a thread yields the processor before it sleeps, if there are more threads than processors. */
    private static final int YIELDS = 50;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final int size;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile int generation;

    /** Threads that sleep at the barrier, or are about to; changed under the lock. */
    private volatile int sleepers;

    private volatile @Nullable Throwable failure;

    /** Set by {@link #close}, never reset. */
    private volatile boolean closed;

    // Guarded by lock: the task of the workers, and how many of them are still running it.
    private Task task = thread -> {};
    private int round;
    private int working;

    /**
     * Checks a number of threads and returns it.
     *
     * @throws IllegalArgumentException unless it is 1 to {@value #MAX_THREADS}
     */
    public static int checkThreads(int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads = " + threads + ", expected 1 to " + MAX_THREADS);
        }
        return threads;
    }

    /**
     * Starts the threads.
     *
     * @param size number of threads, including the caller: 1 to {@value #MAX_THREADS}
     * @throws IllegalArgumentException if size is out of range
     * @throws OutOfMemoryError if the system does not allow that many threads; those that were started end
     */
    public Team(int size) {
        this.size = checkThreads(size);
        try {
            for (int i = 1; i < size; i++) {
                int thread = i;
                Thread worker = new Thread(() -> work(thread), "hourglass-" + thread);
                worker.setDaemon(true);
                worker.start();
            }
        } catch (Throwable cannotStart) { // no caller gets this team, so no caller can close it
            close();
            throw cannotStart;
        }
    }

    /** Number of threads. */
    public int size() {
        return size;
    }

    /**
     * Runs the task on all threads and returns when all are done.
     *
     * @throws RuntimeException or Error, the first that the task threw on any thread
     * @throws IllegalStateException if the team is closed
     */
    public void run(Task task) {
        if (closed) {
            throw new IllegalStateException(
                    "the team is closed"); // its threads have ended, and waiting for them would not
        }
        if (size == 1) {
            task.run(0);
            return;
        }
        change(() -> {
            this.task = task;
            waiting.set(0);
            failure = null;
            working = size - 1;
            round++;
        });
        attempt(task, 0);
        await(() -> working == 0);
        Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        } else if (thrown instanceof Error e) {
            throw e;
        }
    }

    /** The loop of a worker: waits for a round, runs its task, reports that it is done. */
    private void work(int thread) {
        for (int next = 1; ; next++) {
            int awaited = next;
            await(() -> round == awaited || closed);
            if (closed) {
                return;
            }
            attempt(task, thread);
            change(() -> working--);
        }
    }

    private void attempt(Task task, int thread) {
        try {
            task.run(thread);
        } catch (Abandoned e) {
            // Another thread failed while this one waited for it; run() reports that failure.
        } catch (RuntimeException | Error e) {
            change(() -> failure = failure == null ? e : failure);
        }
    }

    /**
     * Inside a task: waits until every thread of the team has called it. All threads then see everything that any of
     * them wrote before. Short waits spin, long ones sleep.
     */
    public void barrier() {
        if (size == 1) {
            return;
        }
        int mine = generation;
        if (waiting.incrementAndGet() == size) {
            waiting.set(0);
            generation = mine + 1;
            // A thread increments sleepers before it checks the generation for the last time, so either it sees the new
            // generation or this thread sees that it sleeps.
            if (sleepers > 0) {
                change(() -> {});
            }
            return;
        }
        for (int i = 0; size <= PROCESSORS ? i < SPINS : i < YIELDS; i++) {
            if (generation != mine) {
                return;
            }
            if (size <= PROCESSORS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        sleep(mine);
        if (generation == mine) {
            throw new Abandoned();
        }
    }

    /** Sleeps until the barrier's generation changes or a thread fails. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only under the lock
    private void sleep(int mine) {
        lock.lock();
        try {
            sleepers++;
            while (generation == mine && failure == null) {
                changed.awaitUninterruptibly();
            }
            sleepers--;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sleeps until the condition holds. It cannot be interrupted, because a half-done task must not be left behind. */
    private void await(BooleanSupplier condition) {
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        change(() -> closed = true);
    }

    /** Ends the task of a thread at a barrier that can no longer be passed. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super(null, null, false, false);
        }
    }
}
