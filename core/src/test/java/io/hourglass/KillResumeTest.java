package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.nn.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run killed by SIGKILL again and again ends with the weights of one that was left alone, and never loses an epoch it
 * has told of.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KillResumeTest {
    private static final int KILLS = 10;

    @TempDir
    Path folder;

    /** One run under way; in a JVM of its own it says what it does, in whole lines. */
    static final class Run implements TrainingListener {
        /** Few rows and many weights: much of the time goes into states. */
        static Trainer trainer() {
            Recipe recipe = Recipe.paper().withEpochs(120).withBatchSize(32).withSchedule(Schedule.ONE_CYCLE);
            return new Trainer(Architecture.parse("401-301-7"), recipe)
                    .threads(2)
                    .test(TestData.pixels(10, 401, 2));
        }

        static Dataset rows() {
            return TestData.pixels(40, 401, 1);
        }

        @Override
        public void onNote(String note) {
            System.out.println(note);
        }

        @Override
        public void onEpoch(History.Epoch epoch) {
            System.out.println("epoch " + epoch.epoch());
        }

        /** @param args folder of the checkpoints */
        public static void main(String[] args) {
            Trainer trainer = trainer().checkpoints(Path.of(args[0]), true).listener(new Run());
            System.out.println("weights " + trainer.fit(rows()).model().weightsSha256());
        }
    }

    private Process start() throws IOException {
        // Without the vector module: the same bits, and sooner warm.
        return ChildJvm.start(Run.class, List.of(), folder.toString());
    }

    @Test
    void endsWithTheSameWeightsHoweverOftenItIsKilled() throws Exception {
        Random random = new Random(20240229);
        int written = 0; // the last epoch that a killed process told of
        int midWrite = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start();
            List<String> said = new ArrayList<>();
            try (BufferedReader lines = process.inputReader()) {
                // Of four, one as it starts and looks for what it goes on from, one at any time, two amid a write.
                int wait = kill % 4 == 3 ? 0 : 1 + random.nextInt(10);
                while (epochs(said) < wait) {
                    said.add(Objects.requireNonNull(lines.readLine(), said::toString));
                }
                if (kill % 4 == 3) {
                    Thread.sleep(random.nextInt(1000));
                } else if (kill % 4 == 0) {
                    Thread.sleep(random.nextInt(30));
                } else {
                    awaitWrite(process);
                    LockSupport.parkNanos(random.nextInt(500_000));
                }
                process.toHandle().destroyForcibly(); // SIGKILL; the process's own method closes the pipe as well
                process.waitFor();
                lines.lines().forEach(said::add); // what was in the pipe
            }
            assertThat(said).noneMatch(line -> line.startsWith("weights") || line.contains("left aside"));
            written = lastEpoch(said, written);
            midWrite += leftovers() > 0 ? 1 : 0;
        }
        assertThat(written).isPositive();
        System.out.printf("%d of %d kills amid a write, to epoch %d%n", midWrite, KILLS, written);
        assertThat(midWrite).as("kills amid the writing of a state").isPositive();

        Process process = start();
        List<String> said;
        try (BufferedReader lines = process.inputReader()) {
            said = lines.lines().toList();
        }
        assertThat(process.waitFor()).as(said.toString()).isZero();
        lastEpoch(said, written);
        assertThat(leftovers()).isZero();
        assertThat(said.get(said.size() - 1))
                .isEqualTo("weights " + Run.trainer().fit(Run.rows()).model().weightsSha256());
    }

    /** Returns as soon as a state is being written. */
    private void awaitWrite(Process process) throws IOException {
        while (leftovers() == 0) {
            assertThat(process.isAlive()).isTrue();
        }
    }

    private static long epochs(List<String> said) {
        return said.stream().filter(line -> line.startsWith("epoch ")).count();
    }

    /** The last epoch told of; nothing told of before may be lost. */
    private static int lastEpoch(List<String> said, int before) {
        int last = before;
        for (String line : said) {
            if (line.startsWith("going on after epoch ")) {
                int from = Integer.parseInt(line.replaceAll("going on after epoch (\\d+), .*", "$1"));
                // one more where it was killed between the state and the word of it
                assertThat(from).isBetween(before, before + 1);
            } else if (line.startsWith("epoch ")) {
                last = Integer.parseInt(line.substring("epoch ".length()));
            }
        }
        return last;
    }

    private long leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tmp"))
                    .count();
        }
    }
}
