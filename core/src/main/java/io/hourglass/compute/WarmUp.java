package io.hourglass.compute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Decides when a vector kernel takes over from its plain twin. A small job never needs one: compiling the kernels of a
 * training step takes half a second of processor time and more. If there is much to do, the first thread that notices
 * calls the kernels that are in use with {@link Trials}, until the JVM has compiled them.
 *
 * <p>A kernel is ready when a trial is fast. So a JVM that cannot compile operations on vectors keeps the plain
 * kernels.
 */
final class WarmUp {
    /** Work, in multiply-adds, that takes the plain kernels about as long as a warm-up takes. */
    static final long MUCH = 3_000_000_000L;

    /** Work with plain kernels that is worth the warm-up of these kernels in a process with much to do. */
    static final long SOME = 30_000_000L;

    /** The longest fast trial: several times what compiled code takes, and less than half of what other code takes. */
    static final long FAST_NANOS = 2_000;

    /** The longest time for some kernels. */
    static final long PATIENCE_NANOS = 1_500_000_000L;

    /** Calls of a kernel in the first round. Each further round has twice as many: they were not enough for the JVM. */
    private static final int CALLS = 300;

    private static final int MOST_CALLS = 1_000_000;
    private static final long LONGEST_TURN_NANOS = 12_000_000;

    /** How often to look for a kernel that has become fast before the next round. */
    private static final int LOOKS = 15;

    private static final long BETWEEN_LOOKS_NANOS = 1_500_000;

    private final IntFunction<Runnable> trials;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();

    // Several threads write these without a lock. One that sees an old value computes with the plain kernel, or counts
    // too little work.
    private final boolean[] ready = new boolean[Trials.KEYS];
    private final long[] works = new long[Trials.KEYS];
    private long sinceWarmUp;
    private volatile long limit = MUCH;
    private volatile int count;

    /**
     * Begins with plain kernels.
     *
     * @param trials makes the trial of a key
     * @param clock in nanoseconds
     */
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

    /** The number of warm-ups. */
    int count() {
        return count;
    }

    /** Whether the vector kernel is ready. If not, the plain one is about to do some work, in multiply-adds. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only under the lock
    boolean isReady(int key, long work) {
        if (ready[key]) {
            return true;
        }
        works[key] += work;
        sinceWarmUp += work;
        if (sinceWarmUp > limit && lock.tryLock()) {
            try {
                sinceWarmUp = 0;
                limit = warmUp() ? SOME / 8 : Math.max(MUCH, 8 * limit);
                count++;
            } finally {
                lock.unlock();
            }
        }
        return ready[key];
    }

    /** A kernel that is not ready. */
    private record Candidate(int key, Runnable trial) {}

    /**
     * Warms up the kernels that are in use, those with most work first. The JVM compiles on threads of its own, so all
     * kernels are called before the first is awaited. Calls of code that is not compiled are slow and make the JVM
     * compile what they use instead of the kernel, so there are no more of them than necessary.
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
        waiting.sort(Comparator.comparingLong((Candidate candidate) -> works[candidate.key])
                .reversed());
        long start = clock.getAsLong();
        int calls = CALLS;
        while (!waiting.isEmpty() && clock.getAsLong() - start < PATIENCE_NANOS) {
            turn(waiting, calls);
            calls = Math.min(2 * calls, MOST_CALLS);
            for (int look = 0; look < LOOKS && !waiting.isEmpty(); look++) {
                LockSupport.parkNanos(BETWEEN_LOOKS_NANOS); // leaves the processor to the compiler
                if (turn(waiting, 2)) {
                    look = 0;
                }
            }
        }
        return waiting.isEmpty();
    }

    /**
     * Calls each kernel up to some times, and removes those that are fast.
     *
     * @return whether there was one
     */
    private boolean turn(List<Candidate> waiting, int calls) {
        return waiting.removeIf(candidate -> {
            ready[candidate.key] = isFast(candidate.trial, calls);
            return ready[candidate.key];
        });
    }

    /** Calls a trial until it is fast. */
    private boolean isFast(Runnable trial, int calls) {
        long start = clock.getAsLong();
        long before = start;
        for (int call = 0; call < calls && before - start < LONGEST_TURN_NANOS; call++) {
            trial.run();
            long after = clock.getAsLong();
            if (after - before <= FAST_NANOS) {
                return true;
            }
            before = after;
        }
        return false;
    }
}
