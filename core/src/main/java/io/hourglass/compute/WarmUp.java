package io.hourglass.compute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Decides when a vector kernel takes over from its plain twin. Small jobs never need one: interpreting vector kernels
 * and compiling them takes about a second of processor time. Once there is much to do, the thread that notices calls
 * the kernels that are in use with {@link Trials}, until the JVM has compiled them.
 *
 * <p>A kernel is ready when a trial is fast. So a JVM that cannot compile vector operations keeps the plain kernels.
 */
final class WarmUp {
    /** Work, in multiply-adds, that takes the plain kernels about as long as a warm-up takes. */
    static final long MUCH = 3_000_000_000L;

    /** Work with plain kernels, in a process with much to do, that is worth the warm-up of those kernels. */
    static final long SOME = 30_000_000L;

    /** The longest compiled trial, several times as long as on a slow machine. */
    static final long FAST_NANOS = 2_000;

    /** Trials after which the JVM has decided to compile a kernel. */
    private static final int TRIALS = 2_500;

    /** The longest warm-up of some kernels. */
    static final long PATIENCE_NANOS = 1_500_000_000L;

    private final IntFunction<Runnable> trials;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();

    // Written without a lock: a thread that sees an old value computes with the plain kernel, or counts too little.
    private final boolean[] ready = new boolean[Trials.KEYS];
    private final long[] works = new long[Trials.KEYS];
    private long sinceWarmUp;
    private volatile long limit = MUCH;

    WarmUp(IntFunction<Runnable> trials, LongSupplier clock) {
        this.trials = trials;
        this.clock = clock;
    }

    /** Announces work in multiply-adds. */
    void expect(long work) {
        if (work >= MUCH) {
            limit = Math.min(limit, SOME);
        }
    }

    /** Whether the vector kernel is ready. If not, the plain one is about to do some work, in multiply-adds. */
    boolean isReady(int key, long work) {
        if (ready[key]) {
            return true;
        }
        works[key] += work;
        sinceWarmUp += work;
        if (sinceWarmUp > limit && lock.tryLock()) {
            try {
                sinceWarmUp = 0;
                // If some do not become ready, the next attempt is much later.
                limit = warmUp() ? SOME : 8 * Math.max(limit, MUCH);
            } finally {
                lock.unlock();
            }
        }
        return ready[key];
    }

    /** A kernel that is not ready. */
    private static final class Candidate {
        final int key;
        final Runnable trial;

        Candidate(int key, Runnable trial) {
            this.key = key;
            this.trial = trial;
        }
    }

    /**
     * Warms up the kernels that are in use, those with most work first. The JVM compiles in the background, so each is
     * called often enough to be compiled before the first is awaited.
     *
     * @return whether all are ready
     */
    private boolean warmUp() {
        List<Candidate> waiting = new ArrayList<>();
        for (int key = 0; key < works.length; key++) {
            if (works[key] > 0 && !ready[key]) {
                waiting.add(new Candidate(key, trials.apply(key)));
            }
        }
        waiting.sort(Comparator.comparingLong((Candidate c) -> works[c.key]).reversed());
        long start = clock.getAsLong();
                if (Boolean.getBoolean("wlog")) System.err.println((System.nanoTime() - T0) / 1000000 + " start " + waiting.size()); //DEBUG
        try { return go(waiting, start); } finally { if (Boolean.getBoolean("wlog")) System.err.println((System.nanoTime() - T0) / 1000000 + " end"); } }
        static final long T0 = System.nanoTime(); private boolean go(List<Candidate> waiting, long start) {
        int calls = 300;
        while (!waiting.isEmpty() && clock.getAsLong() - start < PATIENCE_NANOS) {
            int n = calls;
            waiting.removeIf(candidate -> isFast(candidate, n));
                if (Boolean.getBoolean("wlog")) System.err.println((System.nanoTime() - T0) / 1000000 + " round " + calls + " " + waiting.size()); //DEBUG
            calls = Math.min(2 * calls, 5000);
            int idle = 0;
            while (!waiting.isEmpty() && idle < 15) {
                LockSupport.parkNanos(1_500_000); // leaves the processor to the compiler
                idle = waiting.removeIf(candidate -> isFast(candidate, 2)) ? 0 : idle + 1;
            }
        }
        return waiting.isEmpty();
    }

    private boolean isFast(Candidate candidate, int calls) {
        long start = clock.getAsLong(); for (int i = 0; i < calls && clock.getAsLong() - start < 12000000; i++) {
            long before = clock.getAsLong();
            candidate.trial.run();
            long now = clock.getAsLong();
            if (now - before <= FAST_NANOS && i > 0) {
                ready[candidate.key] = true;
                if (Boolean.getBoolean("wlog")) System.err.println((System.nanoTime() - T0) / 1000000 + " " + candidate.key + " " + i + " work " + works[candidate.key]/1000000); //DEBUG
                return true;
            }
        }
        return false;
    }
}
