package io.hourglass.lab.bench;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The peak of this machine with the kernels of this process, on a number of threads, measured repeatedly. It computes
 * multiply-adds only, in chains whose operands are all in registers. Modern cores start 2 to 4 multiply-adds per cycle,
 * and each takes 4 cycles: 14 independent chains hide that, and with their one constant they fit into 16 registers.
 */
final class Peak implements AutoCloseable {
    /** About ten microseconds of work, so that all threads stop at about the same time. */
    private static final int ROUNDS = 10_000;

    // Many short calls come first: a loop that is entered rarely is compiled while it runs, from the interpreter's
    // variables, and boxes the vectors it finds there.
    private static final int WARM_UP_CALLS = 20_000;
    private static final int WARM_UP_ROUNDS = 100;

    private final boolean vectors = Kernels.best() != Kernels.SCALAR;
    private final Team team;
    private final long nanos;
    private final long[] operations;
    private final List<Double> measured = new ArrayList<>();

    /** @param millis length of one measurement */
    Peak(int threads, int millis) {
        team = new Team(threads);
        nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        operations = new long[threads];
        for (int call = 0; call < WARM_UP_CALLS; call++) {
            operations[0] += multiplyAdds(WARM_UP_ROUNDS);
        }
        measure();
    }

    /** GFLOP/s, measured now. */
    double next() {
        double gflops = measure();
        measured.add(gflops);
        return gflops;
    }

    /** GFLOP/s, the median of all measurements so far. */
    double median() {
        return Statistics.median(measured);
    }

    private double measure() {
        long start = System.nanoTime();
        team.run(thread -> {
            long sum = 0;
            while (System.nanoTime() - start < nanos) {
                sum += multiplyAdds(ROUNDS);
            }
            operations[thread] = sum;
        });
        long elapsed = System.nanoTime() - start;
        long sum = 0;
        for (long count : operations) {
            sum += count;
        }
        return (double) sum / elapsed;
    }

    /**
     * Continues each chain.
     *
     * @param rounds multiply-adds per chain
     * @return number of floating-point operations, two per multiply-add
     */
    private long multiplyAdds(int rounds) {
        return vectors ? VectorPeak.multiplyAdds(rounds) : scalar(rounds);
    }

    private static long scalar(int rounds) {
        float x = 0.5f;
        float c0 = 0;
        float c1 = 1;
        float c2 = 2;
        float c3 = 3;
        float c4 = 4;
        float c5 = 5;
        float c6 = 6;
        float c7 = 7;
        float c8 = 8;
        float c9 = 9;
        float c10 = 10;
        float c11 = 11;
        float c12 = 12;
        float c13 = 13;
        for (int i = 0; i < rounds; i++) {
            c0 = Math.fma(c0, x, x);
            c1 = Math.fma(c1, x, x);
            c2 = Math.fma(c2, x, x);
            c3 = Math.fma(c3, x, x);
            c4 = Math.fma(c4, x, x);
            c5 = Math.fma(c5, x, x);
            c6 = Math.fma(c6, x, x);
            c7 = Math.fma(c7, x, x);
            c8 = Math.fma(c8, x, x);
            c9 = Math.fma(c9, x, x);
            c10 = Math.fma(c10, x, x);
            c11 = Math.fma(c11, x, x);
            c12 = Math.fma(c12, x, x);
            c13 = Math.fma(c13, x, x);
        }
        float sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11 + c12 + c13;
        // Always true, but the compiler does not know that and cannot remove the computation.
        return sum > 0 ? 2L * 14 * rounds : 0;
    }

    @Override
    public void close() {
        team.close();
    }
}
