package io.hourglass.lab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.lab.study.SideBySide.Turn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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
    void noJobsAreDoneAtOnce() throws IOException {
        try (SideBySide jobs = new SideBySide(2)) {
            jobs.await();
        }
        assertThat(begun).isEmpty();
    }
}
