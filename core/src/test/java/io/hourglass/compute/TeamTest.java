package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TeamTest {
    /** Plain fields on purpose: the barrier alone must make them seen. */
    private static final class Slots {
        final int[] written;
        int wrong;

        Slots(int threads) {
            written = new int[threads * 16];
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2000", "2, 20000", "3, 2000", "8, 1000"})
    void barrierSeparatesPhases(int threads, int rounds) {
        Slots slots = new Slots(threads);
        AtomicInteger wrong = new AtomicInteger();
        try (Team team = new Team(threads)) {
            phases(team, slots, rounds, wrong);
        }
        assertThat(wrong).hasValue(0);
    }

    /** Each round every thread writes its slot, all meet, every thread reads all slots, all meet. */
    private static void phases(Team team, Slots slots, int rounds, AtomicInteger wrong) {
        Arrays.fill(slots.written, -1);
        team.run(thread -> {
            for (int round = 0; round < rounds; round++) {
                slots.written[thread * 16] = round;
                team.barrier();
                for (int other = 0; other < team.size(); other++) {
                    if (slots.written[other * 16] != round) {
                        wrong.incrementAndGet();
                    }
                }
                team.barrier();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void runsTheTaskOnceOnEachThreadAndReturnsAfterTheLast(int threads) {
        try (Team team = new Team(threads)) {
            assertThat(team.size()).isEqualTo(threads);
            for (int round = 0; round < 200; round++) {
                int[] calls = new int[threads];
                Set<Thread> who = ConcurrentHashMap.newKeySet();
                team.run(thread -> {
                    calls[thread]++;
                    who.add(Thread.currentThread());
                });
                assertThat(calls).containsOnly(1);
                assertThat(who).hasSize(threads).contains(Thread.currentThread());
            }
        }
    }

    @Test
    void longWaitsSleepAndWakeUp() {
        Slots slots = new Slots(3);
        try (Team team = new Team(3)) {
            team.run(thread -> {
                for (int round = 0; round < 6; round++) {
                    if (thread == round % 3) {
                        pause(30);
                        slots.written[0]++;
                    }
                    team.barrier();
                    if (slots.written[0] != round + 1) {
                        throw new AssertionError("round " + round + " saw " + slots.written[0]);
                    }
                    team.barrier();
                }
            });
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A failure on any thread, before, between and after barriers, comes out of run; the team then works as before. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void aFailureOnAnyThreadComesOutAndTheTeamGoesOn(int threads) {
        AtomicInteger wrong = new AtomicInteger();
        try (Team team = new Team(threads)) {
            for (int round = 0; round < 30; round++) {
                int failing = round % threads;
                int after = round % 4;
                assertThatThrownBy(() -> team.run(thread -> {
                            for (int i = 0; i < 3; i++) {
                                if (thread == failing && i == after) {
                                    throw new ArithmeticException("thread " + failing);
                                }
                                team.barrier();
                            }
                            if (thread == failing) {
                                throw new ArithmeticException("thread " + failing);
                            }
                        }))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessage("thread " + failing);
                phases(team, new Slots(threads), 5, wrong);
            }
        }
        assertThat(wrong).hasValue(0);
    }

    @Test
    void severalFailuresGiveOneOfThemAndErrorsCountAsWell() {
        try (Team team = new Team(4)) {
            for (int round = 0; round < 50; round++) {
                assertThatThrownBy(() -> team.run(thread -> {
                            throw new StackOverflowError("all fail");
                        }))
                        .isInstanceOf(StackOverflowError.class)
                        .hasMessage("all fail");
            }
            team.run(thread -> team.barrier());
        }
    }

    @Test
    void anInterruptNeitherBreaksAWaitNorIsLost() {
        AtomicInteger wrong = new AtomicInteger();
        try (Team team = new Team(2)) {
            Thread caller = Thread.currentThread();
            caller.interrupt();
            phases(team, new Slots(2), 10, wrong);
            team.run(thread -> {
                while (thread == 1 && caller.getState() != Thread.State.WAITING) { // until it sleeps at the barrier
                    Thread.yield();
                }
                team.barrier();
            });
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(wrong).hasValue(0);
    }

    @Test
    void closeEndsTheThreads() throws InterruptedException {
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        Team team = new Team(4);
        team.run(thread -> {
            if (thread > 0) {
                workers.add(Thread.currentThread());
            }
        });
        assertThat(workers).hasSize(3).allMatch(Thread::isDaemon);
        assertThat(workers.stream().map(Thread::getName).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("hourglass-1", "hourglass-2", "hourglass-3");
        team.close();
        team.close();
        for (Thread worker : workers) {
            worker.join(10_000);
            assertThat(worker.isAlive()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aClosedTeamRefusesWork(int threads) {
        Team team = new Team(threads);
        team.close();
        assertThatThrownBy(() -> team.run(thread -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Team.MAX_THREADS + 1})
    void sizesOutOfRangeAreRefused(int size) {
        assertThatThrownBy(() -> new Team(size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("threads = " + size);
    }

    /** If the system allows only some of the threads, these end; otherwise none could be started after a while. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void threadsEndWhereOneCannotBeStarted() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // 12 GB of addresses are not enough for a thousand stacks of 512 MB.
        String command = "ulimit -v 12000000 && exec \"$0\" -Xmx64m -Xss512m -XX:+UseSerialGC -cp \"$1\" '"
                + TooMany.class.getName() + "'";
        Process process = new ProcessBuilder("sh", "-c", command, java, ChildJvm.classPath())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).endsWith("unable to create native thread, all others ended\n");
    }

    /** Starts a team that is too large, and waits for the end of the threads it has got. */
    static final class TooMany {
        public static void main(String[] args) throws InterruptedException {
            try (Team team = new Team(Team.MAX_THREADS)) {
                team.run(thread -> {});
                System.out.println("all started");
            } catch (OutOfMemoryError e) {
                for (Thread thread : Thread.getAllStackTraces().keySet()) {
                    if (thread.getName().startsWith("hourglass-")) {
                        thread.join(); // a test whose time is over says that one did not end
                    }
                }
                System.out.println(String.valueOf(e.getMessage()).replaceAll(":.*", "") + ", all others ended");
            }
        }
    }
}
