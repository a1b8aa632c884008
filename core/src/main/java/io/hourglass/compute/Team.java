package io.hourglass.compute;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that do the same task together, each with its own index, and can wait for one another
 * inside it. The caller is thread 0; the others are daemons that live until {@link #close}.
 */
public final class Team implements AutoCloseable {
    /** What the threads of a team do. */
    @FunctionalInterface
    public interface Task {
        /** @param thread 0 to the team's size - 1 */
        void run(int thread);
    }

    /** Most threads of a team. */
    public static final int MAX_THREADS = 1024;

    /**
     * Looks at the barrier this often before it sleeps, if every thread has a processor: some hundred microseconds, as
     * a thread that sleeps takes about as long to wake up.
     */
    private static final int SPINS = 10_000;

    /** Gives the processor away this often before it sleeps, in a team larger than the machine. */
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

    // Guarded by lock: the task of the workers, and how many of them are still at it.
    private Task task = thread -> {};
    private int round;
    private int working;

    /**
     * The number of threads given.
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
     * @param size number of threads, the caller among them: 1 to {@value #MAX_THREADS}
     * @throws IllegalArgumentException if size is out of range
     * @throws OutOfMemoryError if the system does not give that many threads; those that were started end
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
        } catch (Throwable cannotStart) { // nobody will have this team to close it
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
                    "the team is closed"); // its threads are gone: waiting for them would never end
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

    /** A worker's life: waits for a round, runs its task, says so. */
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
            // Another thread failed while this one waited for it; that failure is the one to report.
        } catch (RuntimeException | Error e) {
            change(() -> failure = failure == null ? e : failure);
        }
    }

    /**
     * Inside a task: waits until every thread of the team has come here. What any of them wrote before is seen by all
     * after. Short waits spin, long ones sleep.
     */
    public void barrier() {
        if (size == 1) {
            return;
        }
        int mine = generation;
        if (waiting.incrementAndGet() == size) {
            waiting.set(0);
            generation = mine + 1;
            // Who sleeps has said so before looking at the generation a last time: one of the two sees the other.
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

    /** Sleeps until the barrier's generation is another, or a thread has failed. */
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

    /** Sleeps until the condition holds; cannot be interrupted, for a team has no half-done state to leave behind. */
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

    /** Leaves a barrier that can no longer be passed. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super(null, null, false, false);
        }
    }
}
