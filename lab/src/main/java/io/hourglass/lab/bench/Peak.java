package io.hourglass.lab.bench;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The machine's peak on a number of threads, measured repeatedly: see {@link Kernels#multiplyAdds}. */
final class Peak implements AutoCloseable {
    /** About ten microseconds of work, so that all threads stop at about the same time. */
    private static final int ROUNDS = 10_000;

    // Many short calls come first: a loop that is entered rarely is compiled while it runs, from the interpreter's
    // variables, and boxes the vectors it finds there.
    private static final int WARM_UP_CALLS = 20_000;
    private static final int WARM_UP_ROUNDS = 100;

    private final Kernels kernels = Kernels.best();
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
            operations[0] += kernels.multiplyAdds(WARM_UP_ROUNDS);
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
                sum += kernels.multiplyAdds(ROUNDS);
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

    @Override
    public void close() {
        team.close();
    }
}
