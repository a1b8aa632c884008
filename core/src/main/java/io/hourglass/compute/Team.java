package io.hourglass.compute;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that run the same task together, each with its own index, and can wait for each other inside it. The caller
 * is thread 0. The others are daemons; each starts when it is first needed and lives until {@link #close}.
 */
public final class Team implements AutoCloseable {
    /** A task for the threads of a team. */
    @FunctionalInterface
    public interface Task {
        /** @param thread 0 to the number of threads - 1 */
        void run(int thread);
    }

    /** The most threads of a team. */
    public static final int MAX_THREADS = 1024;

    // A thread that waits at the barrier spins at first. Then it yields its processor to any thread that wants it: to
    // another of the team, or to another program. If it slept, it would take about 50 microseconds to wake up. And the
    // system moves a thread to an idle processor only if it sees it waiting for one: two threads that take turns to
    // sleep may share a processor for long.
    private static final int SPINS = 5_000; // some hundred microseconds
    private static final long LONGEST_YIELD = 5_000_000; // nanoseconds

    /** How often a thread looks for the next round, or for the end of one: some ten microseconds. */
    private static final int BRIEFLY = 500;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Worker[] workers;
    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled to the threads that sleep at the barrier, and to the caller. */
    private final Condition changed = lock.newCondition();

    private final AtomicInteger waiting = new AtomicInteger();
    private volatile int generation;

    /** Threads that sleep at the barrier, or are about to; changed under the lock. */
    private volatile int sleepers;

    private volatile @Nullable Throwable failure;

    /** Set by {@link #close}, never reset. */
    private volatile boolean closed;

    // The current round. Written by the caller before the workers learn of it.
    private Task task = thread -> {};
    private int threads = 1;

    /** Workers that still run the task. */
    private final AtomicInteger working = new AtomicInteger();

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
     * A team whose threads have not started yet.
     *
     * @param size the most threads, including the caller: 1 to {@value #MAX_THREADS}
     * @throws IllegalArgumentException if size is out of range
     */
    public Team(int size) {
        workers = new Worker[checkThreads(size) - 1];
    }

    /** The most threads. */
    public int size() {
        return workers.length + 1;
    }

    /** {@link #run(int, Task)} on all threads. */
    public void run(Task task) {
        run(size(), task);
    }

    /**
     * Runs the task on some threads and returns when all are done. The others sleep.
     *
     * @param threads 1 to the team's size
     * @throws RuntimeException or Error, the first that the task threw on any thread
     * @throws IllegalArgumentException if the team has fewer threads
     * @throws IllegalStateException if the team is closed
     * @throws OutOfMemoryError if the system does not allow that many threads
     */
    public void run(int threads, Task task) {
        if (threads < 1 || threads > size()) {
            throw new IllegalArgumentException("threads = " + threads + ", expected 1 to " + size());
        }
        if (closed) {
            throw new IllegalStateException(
                    "the team is closed"); // its threads have ended, and waiting for them would not
        }
        for (int w = 0; w < threads - 1; w++) {
            if (workers[w] == null) {
                Worker worker = new Worker(w + 1);
                worker.start();
                workers[w] = worker;
            }
        }
        this.task = task;
        this.threads = threads;
        if (threads == 1) {
            task.run(0);
            return;
        }
        waiting.set(0);
        failure = null;
        working.set(threads - 1);
        for (int w = 0; w < threads - 1; w++) {
            workers[w].call();
        }
        attempt(task, 0);
        await(changed, () -> working.get() == 0);
        Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        } else if (thrown instanceof Error e) {
            throw e;
        }
    }

    /** A thread other than the caller. */
    private final class Worker extends Thread {
        private final int thread;
        private final Condition called = lock.newCondition();

        /** Rounds in which it takes part, so far; changed under the lock. */
        private volatile int rounds;

        Worker(int thread) {
            super("hourglass-" + thread);
            this.thread = thread;
            setDaemon(true);
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // only under the lock
        void call() {
            lock.lock();
            try {
                rounds++;
                called.signal();
            } finally {
                lock.unlock();
            }
        }

        /** Waits for a round, runs its task, reports that it is done. */
        @Override
        public void run() {
            for (int next = 1; ; next++) {
                int awaited = next;
                await(called, () -> rounds == awaited || closed);
                if (closed) {
                    return;
                }
                attempt(task, thread);
                if (working.decrementAndGet() == 0) {
                    change(() -> {});
                }
            }
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
     * Inside a task: waits until every thread of the round has called it. All threads then see everything that any of
     * them wrote before. Short waits spin, long ones sleep.
     */
    public void barrier() {
        if (threads == 1) {
            return;
        }
        int mine = generation;
        if (waiting.incrementAndGet() == threads) {
            waiting.set(0);
            generation = mine + 1;
            // A thread increments sleepers before it checks the generation for the last time, so either it sees the new
            // generation or this thread sees that it sleeps.
            if (sleepers > 0) {
                change(() -> {});
            }
            return;
        }
        if (spins(mine)) {
            return;
        }
        sleep(mine);
        if (generation == mine) {
            throw new Abandoned();
        }
    }

    /** Spins and yields for a while; returns whether the barrier's generation has changed. */
    private boolean spins(int mine) {
        for (int i = 0; i < SPINS && threads <= PROCESSORS; i++) {
            if (generation != mine) {
                return true;
            }
            Thread.onSpinWait();
        }
        for (long start = System.nanoTime(); System.nanoTime() - start < LONGEST_YIELD; ) {
            if (generation != mine) {
                return true;
            }
            Thread.yield();
        }
        return false;
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

    /**
     * Spins briefly, then sleeps until the condition holds. It cannot be interrupted, because a half-done task must not
     * be left behind.
     */
    private void await(Condition signal, BooleanSupplier condition) {
        for (int i = 0; i < BRIEFLY; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                signal.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Worker worker : workers) {
                if (worker != null) {
                    worker.called.signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the task of a thread at a barrier that can no longer be passed. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super(null, null, false, false);
        }
    }
}
