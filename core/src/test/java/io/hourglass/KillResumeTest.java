package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.io.AtomicFile;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run killed by SIGKILL again and again ends with the weights of an uninterrupted run, and never loses an epoch that
 * it has reported.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KillResumeTest {
    /** The last epoch that the killed processes report. */
    private static final int LAST_TOLD = 13;

    @TempDir
    Path folder;

    /** One run under way; in a JVM of its own it says what it does, in whole lines. */
    static final class Run implements TrainingListener {
        /** Few rows and many weights: much of the time goes into states. */
        static Trainer trainer(String architecture) {
            if (architecture.equals(TABLE)) {
                return TableTest.trainer(rows(TABLE));
            }
            Recipe recipe = Recipe.paper().with(r -> r.epochs(18).batchSize(32).schedule(Schedule.ONE_CYCLE));
            Architecture network = Architecture.parse(architecture);
            return new Trainer(network, recipe).threads(2).test(TestData.pixels(10, network.inputs(), 2));
        }

        static Dataset rows(String architecture) {
            if (architecture.equals(TABLE)) {
                return TableTest.rows(90, 0.15, 1);
            }
            return TestData.pixels(40, Architecture.parse(architecture).inputs(), 1);
        }

        static String weights(String architecture) {
            return trainer(architecture).fit(rows(architecture)).model().weightsSha256();
        }

        @Override
        public void onNote(String note) {
            System.out.println(note);
        }

        @Override
        public void onEpoch(History.Epoch epoch) {
            System.out.println("epoch " + epoch.epoch());
        }

        /** @param args folder of the checkpoints, architecture */
        public static void main(String[] args) {
            Trainer trainer =
                    trainer(args[1]).checkpoints(Path.of(args[0]), true).listener(new Run());
            System.out.println("weights " + trainer.fit(rows(args[1])).model().weightsSha256());
        }
    }

    private static final String DENSE = "401-101-7";
    private static final String CONVOLUTIONS = "15x14x2-12c3s2-20c3s2-40-7";
    private static final String TABLE = "table";

    /** Where a run is killed, and which time it comes there; a state is written in 19 pieces. */
    private record Kill(String type, String method, int time) {}

    private static final String STATES = Checkpoints.class.getName();
    private static final String FILE = AtomicFile.class.getName();

    private static final List<Kill> KILLS = List.of(
            new Kill(STATES, "newest", 1), // as it looks for what it goes on from
            new Kill(FILE + "$Named", "write", 1), // amid its first state
            new Kill(Run.class.getName(), "onEpoch", 3), // between a state and the word of it
            new Kill(FILE + "$Named", "write", 28),
            new Kill(FILE, "writeAndForce", 4), // between the word of a state and the next
            new Kill(FILE + "$Named", "write", 105),
            new Kill(STATES, "files", 3), // with one state more than are kept
            new Kill(FILE + "$Named", "write", 9));

    @Test
    void endsWithTheSameWeightsHoweverOftenItIsKilled() throws Exception {
        int written = 0; // the last epoch that a killed process reported
        for (Kill kill : KILLS) {
            List<String> said =
                    KilledJvm.at(kill.type(), kill.method(), kill.time(), Run.class, folder.toString(), DENSE);
            assertThat(said).noneMatch(line -> line.startsWith("weights") || line.contains("skipped"));
            written = lastEpoch(said, written);
            assertThat(leftovers()).as(kill.toString()).isEqualTo(kill.type().endsWith("Named") ? 1 : 0);
        }
        assertThat(written).isEqualTo(LAST_TOLD);

        // Without the vector module: the same bits, and sooner warm.
        ChildJvm.Outcome outcome = ChildJvm.run(Run.class, List.of(), folder.toString(), DENSE);
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        List<String> said = outcome.output().lines().toList();
        lastEpoch(said, written);
        assertThat(leftovers()).isZero();
        assertThat(said.get(said.size() - 1)).isEqualTo("weights " + Run.weights(DENSE));
    }

    @ParameterizedTest
    @CsvSource({CONVOLUTIONS + ", 105", TABLE + ", 4"})
    void anotherRunEndsWithTheSameWeights(String run, int time) throws Exception {
        List<String> said = KilledJvm.at(FILE + "$Named", "write", time, Run.class, folder.toString(), run);
        assertThat(lastEpoch(said, 0)).isPositive();
        ChildJvm.Outcome outcome = ChildJvm.run(Run.class, List.of(), folder.toString(), run);
        assertThat(outcome.output())
                .contains("resuming after epoch ")
                .endsWith("weights " + Run.weights(run) + System.lineSeparator());
    }

    /** The last reported epoch; no epoch reported before may be lost. */
    private static int lastEpoch(List<String> said, int before) {
        int last = before;
        for (String line : said) {
            if (line.startsWith("resuming after epoch ")) {
                int from = Integer.parseInt(line.replaceAll("resuming after epoch (\\d+) .*", "$1"));
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
