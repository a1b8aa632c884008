package io.hourglass.lab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.study.SideBySide.Turn;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SideBySideTest {
    private final List<String> begun = Collections.synchronizedList(new ArrayList<>());

    private void add(SideBySide jobs, Turn turn, double work, String name) {
        jobs.add(turn, work, 1, threads -> begun.add(name));
    }

    @Test
    void beginsByTurnThenTheLongest() throws IOException {
        try (SideBySide jobs = new SideBySide(1)) {
            add(jobs, Turn.LAST, 9, "last");
            add(jobs, Turn.NEXT, 1, "short");
            add(jobs, Turn.NEXT, 5, "long");
            add(jobs, Turn.NEXT, 5, "as long");
            jobs.add(Turn.FIRST, 0, 1, threads -> {
                add(jobs, Turn.FIRST, 0, "added");
                return begun.add("first");
            });
            assertThat(begun).isEmpty();
            jobs.await();
        }
        assertThat(begun).containsExactly("first", "added", "long", "as long", "short", "last");
    }

    @Test
    void asManyAtOnceAsThereAreThreads() throws IOException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        try (SideBySide jobs = new SideBySide(3)) {
            for (int job = 0; job < 9; job++) {
                int each = job == 8 ? 3 : 1; // the shortest, so the last
                jobs.add(Turn.FIRST, 9 - job, each, threads -> {
                    assertThat(threads).isEqualTo(each);
                    most.accumulateAndGet(running.addAndGet(threads), Math::max);
                    three.countDown();
                    await(three);
                    running.addAndGet(-threads);
                    return threads;
                });
            }
            jobs.await();
        }
        assertThat(most).hasValue(3);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void waitsForWhatAJobAddsAndGivesResults() throws IOException {
        List<CompletableFuture<String>> results = Collections.synchronizedList(new ArrayList<>());
        try (SideBySide jobs = new SideBySide(2)) {
            CompletableFuture<Integer> first = jobs.add(Turn.FIRST, 0, 1, threads -> 7);
            jobs.add(
                    Turn.NEXT,
                    0,
                    1,
                    threads -> results.add(jobs.add(Turn.LAST, 0, 1, each -> "after " + first.join())));
            jobs.await();
        }
        assertThat(results).singleElement().matches(result -> "after 7".equals(result.getNow("not yet")));
    }

    @Test
    void theFirstFailureEndsAll() {
        try (SideBySide jobs = new SideBySide(1)) {
            CompletableFuture<Object> failing = jobs.add(Turn.FIRST, 0, 1, threads -> {
                throw new IOException("disk full");
            });
            add(jobs, Turn.NEXT, 0, "never");
            assertThatThrownBy(jobs::await).isInstanceOf(IOException.class).hasMessage("disk full");
            assertThatThrownBy(failing::join).hasRootCauseMessage("disk full");
        }
        assertThat(begun).isEmpty();
        try (SideBySide jobs = new SideBySide(2)) {
            jobs.add(Turn.FIRST, 0, 1, threads -> {
                throw new IllegalStateException("not converged");
            });
            assertThatThrownBy(jobs::await)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("not converged");
        }
    }

    @Test
    void closingWaitsForWhatIsUnderWay() {
        Thread closing = Thread.currentThread();
        CountDownLatch underWay = new CountDownLatch(1);
        AtomicInteger written = new AtomicInteger();
        try (SideBySide jobs = new SideBySide(2)) {
            jobs.add(Turn.FIRST, 1, 1, threads -> {
                underWay.countDown();
                while (!Thread.interrupted()) { // takes no further notice of it, as an analysis does
                    Thread.onSpinWait();
                }
                while (closing.getState() == Thread.State.RUNNABLE) { // until it waits for this, or the test is over
                    Thread.yield();
                }
                return written.incrementAndGet();
            });
            jobs.add(Turn.FIRST, 0, 1, threads -> {
                await(underWay);
                throw new IOException("disk full");
            });
            assertThatThrownBy(jobs::await).hasMessage("disk full");
        }
        assertThat(written).hasValue(1);
    }

    @Test
    void aTrainingUnderWayEndsSoon() {
        CountDownLatch underWay = new CountDownLatch(1);
        Architecture network = Architecture.of(16, List.of(8), 2);
        Dataset rows = Dataset.ofPixels("rows", new byte[6400 * 16], 16);
        Recipe endless = Recipe.tuned().with(r -> r.epochs(1_000_000));
        CompletableFuture<?> training;
        try (SideBySide jobs = new SideBySide(2);
                Progress progress = new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80)) {
            TrainingProgress overall = new TrainingProgress(progress, 1, 1);
            training = jobs.add(Turn.FIRST, 1, 1, threads -> {
                underWay.countDown();
                Trainer trainer = new Trainer(network, endless)
                        .listener(overall.run("endless", network, rows.rows(), endless.epochs()));
                return TrainingProgress.requireUninterrupted(trainer.fit(rows));
            });
            jobs.add(Turn.FIRST, 0, 1, threads -> {
                await(underWay);
                throw new IOException("disk full");
            });
            assertThatThrownBy(jobs::await).hasMessage("disk full");
        }
        assertThat(training).isCompletedExceptionally();
    }

    @Test
    void nothingBeginsOnceItIsClosed() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        Thread closing = new Thread(() -> {
            try (SideBySide jobs = new SideBySide(1)) {
                jobs.add(Turn.FIRST, 0, 1, threads -> {
                    underWay.countDown();
                    LockSupport.parkNanos(1_000_000_000_000L); // until the interrupt
                    return begun.add("first");
                });
                add(jobs, Turn.LAST, 0, "second");
                assertThatThrownBy(jobs::await).hasMessage("the study was interrupted");
            }
            begun.add("closed " + Thread.currentThread().isInterrupted());
        });
        closing.start();
        underWay.await();
        closing.interrupt();
        closing.join();
        assertThat(begun).containsExactly("first", "closed true");
    }

    @Test
    void noJobsAreDoneAtOnce() throws IOException {
        try (SideBySide jobs = new SideBySide(2)) {
            jobs.await();
        }
        assertThat(begun).isEmpty();
    }
}
