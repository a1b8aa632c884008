package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Simulated machines: the time of a step is a function of the number of threads. */
class ThreadChoiceTest {
    private static final double MICROS = 1e3;
    private static final double SECOND = 1e9;
    private static final int ROWS = 64;

    /** A training run on a machine. */
    private static final class Simulation {
        final ThreadChoice choice;

        /** Nanoseconds of a step by number of threads; changes while the run goes on. */
        IntToDoubleFunction step;

        /** Nanoseconds so far, and what the fastest number of threads would have needed for the same steps. */
        double now;

        double trained;
        long rows;
        double ideal;

        /** [threads] spans between trials. */
        final int[] spans;

        Simulation(int processors, IntToDoubleFunction step) {
            choice = ThreadChoice.upTo(processors);
            this.step = step;
            spans = new int[choice.most() + 1];
        }

        /** Trains for some time, in spans like those of a training run. */
        Simulation run(double nanos) {
            double end = now + nanos;
            trained = 0;
            this.rows = 0;
            ideal = 0;
            while (now < end) {
                int threads = choice.threads();
                long limit = choice.remaining();
                assertThat(limit).isPositive();
                long rows = 0;
                double span = 0;
                do {
                    double time = step.applyAsDouble(threads);
                    span += time;
                    rows += ROWS;
                } while (span < limit);
                now += span;
                trained += span;
                this.rows += rows;
                ideal += rows / ROWS * fastest();
                choice.add(rows, (long) span);
                spans[threads] += limit > ThreadChoice.TRIAL_SPAN ? 1 : 0;
            }
            return this;
        }

        private double fastest() {
            double fastest = Double.POSITIVE_INFINITY;
            for (int n = 1; n <= choice.most(); n++) {
                fastest = Math.min(fastest, step.applyAsDouble(n));
            }
            return fastest;
        }

        /** How much longer the last run took than with the fastest number of threads. */
        double loss() {
            return trained / ideal - 1;
        }

        /** The number of threads between trials, after some more time. */
        int chosen() {
            int[] before = spans.clone();
            run(Math.max(0.5 * SECOND, 100 * step.applyAsDouble(1)));
            int most = 1;
            for (int n = 1; n < spans.length; n++) {
                most = spans[n] - before[n] > spans[most] - before[most] ? n : most;
            }
            return most;
        }
    }

    /** Work that is divided, and a barrier that becomes slower with every thread. */
    private static IntToDoubleFunction machine(double work, double barriers) {
        return n -> work * MICROS / n + (n - 1) * barriers * MICROS;
    }

    @ParameterizedTest
    @CsvSource({
        // processors, microseconds of work in a step, microseconds of waiting for each thread, fastest level
        "1, 300, 5, 1",
        "2, 620, 10, 2",
        "2, 33, 25, 1",
        "4, 620, 10, 4",
        "6, 2000, 5, 6",
        "16, 620, 10, 8",
        "16, 33, 25, 1",
        "64, 620, 10, 8",
        "64, 620, 0.5, 32",
        "64, 60000, 5, 64",
        "64, 33, 1, 4",
        "64, 3000000, 1, 64" // steps of seconds
    })
    void findsTheFastest(int processors, double work, double barriers, int fastest) {
        Simulation run = new Simulation(processors, machine(work, barriers));
        run.run(Math.max(0.5 * SECOND, 100 * work * MICROS));
        assertThat(run.chosen()).isEqualTo(fastest);
    }

    @Test
    void trialsTakeLittleTime() {
        Simulation run = new Simulation(64, machine(620, 10)).run(SECOND);
        assertThat(run.run(10 * SECOND).loss()).isLessThan(0.15 + 0.02); // 8 threads instead of the best, 7.9
        Simulation two = new Simulation(2, machine(620, 10)).run(SECOND);
        assertThat(two.run(10 * SECOND).loss()).isLessThan(0.02);
        Simulation small = new Simulation(2, machine(33, 60)).run(SECOND);
        assertThat(small.run(10 * SECOND).loss()).isLessThan(0.03);
    }

    /** Threads beyond the fast cores do not help if their shares are as large. */
    @Test
    void efficiencyCoresAreLeftOutIfTheyDoNotHelp() {
        double[] speeds = {1, 1, 1, 1, 0.4, 0.4, 0.4, 0.4};
        Simulation even = new Simulation(8, n -> 600 * MICROS / n / speeds[n - 1] + n * MICROS);
        assertThat(even.run(SECOND).chosen()).isEqualTo(4);
        Simulation balanced = new Simulation(8, n -> 600 * MICROS / sum(speeds, n) + n * MICROS);
        assertThat(balanced.run(SECOND).chosen()).isEqualTo(8);
    }

    private static double sum(double[] values, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** Code that runs ten times as slow at first, and slower still on two threads. */
    @Test
    void followsTheCompiler() {
        Simulation run = new Simulation(2, n -> 0);
        DoubleUnaryOperator slowness = at -> 1 + 9 * Math.max(0, 1 - at / SECOND);
        run.step = n ->
                machine(310, n == 2 && run.now < SECOND ? 700 : 10).applyAsDouble(n) * slowness.applyAsDouble(run.now);
        run.run(0.5 * SECOND);
        assertThat(run.chosen()).isEqualTo(1);
        run.run(0.8 * SECOND);
        run.now = 2 * SECOND;
        run.run(SECOND);
        assertThat(run.chosen()).isEqualTo(2);
    }

    /** One disturbed span in ten, now of one level, now of another. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noiseDoesNotDecide(long seed) {
        Random random = new Random(seed);
        Simulation run = new Simulation(2, n -> 0);
        run.step = n -> machine(620, 10).applyAsDouble(n) * (random.nextInt(100) == 0 ? 10 : 1);
        run.run(SECOND);
        assertThat(run.chosen()).isEqualTo(2);
    }

    @Test
    void aNeighbourComesAndGoes() {
        Simulation run = new Simulation(2, machine(620, 10)).run(3 * SECOND);
        assertThat(run.chosen()).isEqualTo(2);
        run.step = n -> n == 1 ? 620 * MICROS : 1500 * MICROS;
        run.run(SECOND);
        assertThat(run.chosen()).isEqualTo(1);
        run.run(3 * SECOND);
        assertThat(run.loss()).isLessThan(0.03);
        run.step = machine(620, 10);
        run.run(2 * SECOND);
        assertThat(run.chosen()).isEqualTo(2);
    }

    /** Two busy neighbours: every time slice of a thread is lost with some probability. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void twoBusyNeighboursLeaveOneThread(long seed) {
        Random random = new Random(seed);
        Simulation run = new Simulation(2, n -> 0);
        // A step loses a slice of 4 ms more often if two threads can lose theirs.
        run.step = n -> n == 1
                ? 620 * MICROS + (random.nextInt(12) == 0 ? 4000 * MICROS : 0)
                : 340 * MICROS + (random.nextInt(6) == 0 ? 8000 * MICROS : 0);
        run.run(3 * SECOND);
        assertThat(run.chosen()).isEqualTo(1);
    }

    /** Two threads that have slept are fast for a tenth of a second. */
    @Test
    void shortSpansMayBeTooOptimistic() {
        Simulation run = new Simulation(2, n -> 0);
        double[] since = {0};
        run.step = n -> {
            since[0] = run.choice.threads() == 1 ? run.now : since[0];
            return (n == 1 ? 100 : run.now - since[0] < 0.1 * SECOND ? 80 : 350) * MICROS;
        };
        run.run(5 * SECOND);
        assertThat(run.run(20 * SECOND).trained / (run.rows / ROWS * 100 * MICROS))
                .isLessThan(1.2);
        run.step = n -> (n == 1 ? 100 : 60) * MICROS;
        run.run(20 * SECOND);
        assertThat(run.chosen()).isEqualTo(2);
    }

    @Test
    void doesNotMoveBackAndForth() {
        Simulation run = new Simulation(4, n -> n == 1 ? 103 * MICROS : 100 * MICROS).run(SECOND);
        int chosen = run.chosen();
        run.run(5 * SECOND);
        assertThat(run.chosen()).isEqualTo(chosen);
    }

    /** Epochs of a few steps: a span goes on in the next epoch. */
    @Test
    void spansMayBeInterrupted() {
        ThreadChoice choice = ThreadChoice.upTo(2);
        assertThat(choice.threads()).isEqualTo(2);
        long nanos = ThreadChoice.TRIAL_SPAN / 4;
        choice.add(3, nanos);
        choice.add(3, nanos);
        choice.add(3, nanos);
        assertThat(choice.threads()).isEqualTo(2);
        assertThat(choice.remaining()).isEqualTo(nanos);
        choice.add(3, nanos);
        assertThat(choice.threads()).isEqualTo(1);
        assertThat(choice.remaining()).isEqualTo(ThreadChoice.TRIAL_SPAN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1024})
    void aFixedNumberStays(int threads) {
        ThreadChoice choice = ThreadChoice.fixed(threads);
        assertThat(choice.most()).isEqualTo(threads);
        for (int i = 0; i < 100; i++) {
            assertThat(choice.threads()).isEqualTo(threads);
            choice.add(64, choice.remaining());
        }
    }
}
