package io.hourglass.lab.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.lab.progress.TimeLeft.Kind;
import io.hourglass.nn.Architecture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final History.Epoch EPOCH = new History.Epoch(1, 0.25, 0.125, 1, 0.25, 0);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now; // of the clock, in nanoseconds

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Progress progress(boolean terminal, int columns) {
        return new Progress(stream, terminal, columns, () -> now);
    }

    /** Trains a network in epochs of that many milliseconds. */
    private void train(Progress progress, int epochs, int millis) {
        Architecture architecture = Architecture.parse("16-8-2");
        TrainingListener listener = new TrainingProgress(
                        progress, 1, TrainingProgress.work(architecture, 100, epochs), () -> now)
                .run("net", architecture, 100, epochs);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            now += millis * 500_000L;
            listener.onProgress(epoch, 50, 100);
            now += millis * 500_000L;
            listener.onEpoch(new History.Epoch(epoch, 0.25, 0.125, 1.5, 0.25, 0));
        }
    }

    @Test
    void aPipeGetsWholeLinesOnceInAWhile() {
        Progress progress = progress(false, 80);
        progress.say("reading");
        progress.live("never seen");
        train(progress, 3000, 2); // 6 seconds, and a line each 5
        progress.close();
        assertThat(written()).doesNotContain("\r", "\u001b");
        assertThat(written().lines())
                .satisfiesExactly(
                        said -> assertThat(said).isEqualTo("reading"),
                        first -> assertThat(first)
                                .isEqualTo("net epoch 1/3000: train MSE 0.250000, test MSE 0.125000, 1.50 s;"
                                        + " 50,000 rows/s"),
                        between -> assertThat(between)
                                .startsWith("net epoch 2501/3000: ")
                                .contains(" left, "),
                        last -> assertThat(last).startsWith("net epoch 3000/3000: "));
    }

    @Test
    void quietLeavesWarnings() {
        Progress progress = progress(true, 80);
        progress.quiet();
        progress.say("reading");
        train(progress, 3, 1);
        progress.warn("PCA is better");
        progress.note("ignores 1 column");
        assertThat(written()).isEqualTo("warning: PCA is better\nnote: ignores 1 column\n");
    }

    @Test
    void epochsDoneBeforeAreNoLongerToDo() {
        Progress progress = progress(false, 80);
        Architecture architecture = Architecture.parse("16-8-2");
        TrainingListener listener = new TrainingProgress(
                        progress, 1, TrainingProgress.work(architecture, 100, 1000), () -> now)
                .run("net", architecture, 100, 1000);
        listener.onNote("going on");
        listener.onResume(new History(Collections.nCopies(994, EPOCH)));
        for (int epoch = 995; epoch <= 1000; epoch++) {
            now += 6_000_000_000L;
            listener.onEpoch(new History.Epoch(epoch, 0.25, 0.125, 1, 0.25, 0));
        }
        // 6 s an epoch: with the 994 before the rate would be too high by far.
        List<String> lines = written().lines().toList();
        assertThat(lines).hasSize(7).first().isEqualTo("net: going on");
        assertThat(lines.get(1)).contains("epoch 995/1000: ").doesNotContain("left");
        assertThat(lines.get(5)).contains("epoch 999/1000: ", "; 6.0 s left, ");
        assertThat(lines.get(6)).contains("epoch 1000/1000: ").doesNotContain("left");
    }

    /** A study's job that is interrupted must not record what there is as the result. */
    @Test
    void anInterruptedRunHasNoResult() {
        Trainer trainer = new Trainer(Architecture.parse("4-2"), Recipe.paper()).threads(1);
        Dataset rows = Dataset.of(new float[][] {{0, 0.25f, 0.5f, 1}});
        Trainer.Result whole = trainer.fit(rows);
        assertThat(TrainingProgress.requireUninterrupted(whole)).isSameAs(whole);
        Thread.currentThread().interrupt();
        Trainer.Result part = trainer.fit(rows);
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> TrainingProgress.requireUninterrupted(part))
                .isInstanceOf(CancellationException.class)
                .hasMessage("the training was interrupted");
    }

    @Test
    void aTerminalGetsALiveLineNoWiderThanItself() {
        try (Progress progress = progress(true, 40)) {
            train(progress, 3, 100);
            progress.say("said");
        }
        // Drawn after 50 and 250 milliseconds, not after 150. After the last run the live line is gone, and what is
        // said then stands alone.
        String live = "\r\u001b[K";
        assertThat(written())
                .isEqualTo(
                        live + "net epoch 1/3, 1,000 rows/s" + live + "net epoch 3/3, MSE 0.12500" + live + "said\n");
    }

    /** What matters comes first, and what does not fit is left out, the least important first. */
    @Test
    void theImportantPartIsSeenAtAnyWidth() {
        assertThat(live(120))
                .isEqualTo(
                        "first epoch 2/4, MSE 0.12500; second epoch 2/4, MSE 0.12500, 0/2 runs, 16 s left, 12 rows/s");
        assertThat(live(80)).isEqualTo("first epoch 2/4, MSE 0.12500; second epoch 2/4, MSE 0.12500, 16 s left");
        assertThat(live(60)).isEqualTo("first epoch 2/4, MSE 0.12500, 0/2 runs, 16 s left");
        assertThat(live(40)).isEqualTo("first epoch 2/4, MSE 0.12500, 16 s left");
        assertThat(live(30)).isEqualTo("first 2/4, 0.1250, 16 s left");
        assertThat(live(24)).isEqualTo("first 2/4, 0.1250");
    }

    /** The live line while two runs are in their second epoch. */
    private String live(int columns) {
        bytes.reset();
        now = 0;
        Progress progress = progress(true, columns);
        progress.timeLeft().lanes(2);
        Architecture architecture = Architecture.parse("16-8-2");
        TrainingProgress all =
                new TrainingProgress(progress, 2, 2 * TrainingProgress.work(architecture, 40, 4), () -> now);
        TrainingListener first = all.run("first", architecture, 40, 4);
        TrainingListener second = all.run("second", architecture, 40, 4);
        for (int step = 1; step <= 6; step++) {
            now += 1_600_000_000L;
            first.onProgress(1 + (step - 1) / 4, 10 * (1 + (step - 1) % 4), 40);
            second.onProgress(1 + (step - 1) / 4, 10 * (1 + (step - 1) % 4), 40);
            if (step == 4) {
                first.onEpoch(EPOCH);
                second.onEpoch(EPOCH);
            }
        }
        now += 200_000_000L;
        progress.beat();
        first.onProgress(2, 20, 40);
        String text = written();
        return text.substring(text.lastIndexOf("\u001b[K") + 3);
    }

    /** Nobody redraws the line, nobody says anything: the time goes on. */
    @Test
    void aTerminalShowsThatTheProgramIsStillAtWork() {
        Progress progress = progress(true, 80);
        progress.say("clustering");
        now += 1_000_000_000L;
        progress.beat();
        assertThat(written()).isEqualTo("clustering\n");
        now += 11_000_000_000L;
        progress.beat();
        progress.say("done");
        assertThat(written()).isEqualTo("clustering\n\r\u001b[Kstill at work, 12 s\r\u001b[Kdone\n");
    }

    @Test
    void aPipeIsNeverSilentForHalfAMinute() {
        Progress progress = progress(false, 80);
        progress.say("clustering");
        for (int second = 1; second <= 100; second++) {
            now += 1_000_000_000L;
            if (second > 50) {
                progress.live("row " + second + " of 100", "never cut in a pipe");
            }
            progress.beat();
        }
        assertThat(written().lines())
                .containsExactly(
                        "clustering",
                        "still at work, 20 s",
                        "still at work, 40 s",
                        "row 60 of 100",
                        "row 80 of 100",
                        "row 100 of 100");
    }

    /** Results follow, which a line that is redrawn would disturb. */
    @Test
    void nothingIsShownAfterTheEnd() {
        Progress progress = progress(true, 80);
        progress.say("reading");
        progress.close();
        now += 60_000_000_000L;
        progress.beat();
        assertThat(written()).isEqualTo("reading\n");
    }

    @Test
    void whenStoppedTheLastLineSaysWhatIsKept() {
        Progress progress = progress(true, 80);
        progress.live("epoch 1/3");
        progress.stop();
        progress.say("a thread that goes on");
        progress.warn("for a moment");
        progress.close();
        assertThat(written()).isEqualTo("\r\u001b[Kepoch 1/3\r\u001b[Khourglass: stopped; nothing was written\n");
        bytes.reset();
        Progress piped = progress(false, 80);
        piped.keeps(() -> "states keeps the finished epochs");
        piped.stop();
        assertThat(written()).isEqualTo("hourglass: stopped; states keeps the finished epochs\n");
    }

    /** Java compiles in the first seconds: from their pace, a quarter of an hour would look like days. */
    @Test
    void theTimeLeftIsSaidOnceThePaceIsSteady() {
        TimeLeft left = new TimeLeft();
        left.expect(Kind.TRAINING, 1000);
        double pace = 1;
        for (int second = 1; second <= 5; second++) {
            left.done(Kind.TRAINING, pace, 1);
            pace *= 2;
            assertThat(left.seconds(0)).isEmpty();
        }
        for (int second = 6; second <= 20; second++) {
            left.done(Kind.TRAINING, 32, 1);
        }
        assertThat(left.seconds(0)).hasValueCloseTo((1000 - 31 - 15 * 32) / 32.0, within(0.01));
    }

    /** Clusters and pages take as long as the training, and are part of the estimate. */
    @Test
    void theTimeLeftIncludesEveryKindOfWork() {
        TimeLeft left = new TimeLeft();
        left.lanes(2);
        left.expect(Kind.TRAINING, 100);
        left.expect(Kind.CLUSTERS, 4);
        left.expect(Kind.DRAWING, 6);
        for (int second = 1; second <= 20; second++) {
            left.done(Kind.TRAINING, 1, 1);
        }
        assertThat(left.seconds(0)).as("no clusters yet").isEmpty();
        left.done(Kind.CLUSTERS, 1, 10);
        assertThat(left.seconds(0)).hasValue((80 + 3 * 10 + 6) / 2.0);
        assertThat(left.seconds(75)).as("one lane has 75 to do").hasValue(75);
        left.skip(Kind.CLUSTERS, 3);
        left.done(Kind.DRAWING, 1, 2);
        assertThat(left.seconds(0)).hasValue((80 + 5 * 2) / 2.0);
    }

    @Test
    void widthsOfTerminals() {
        assertThat(Terminal.columns("100", "50")).isEqualTo(100);
        assertThat(Terminal.columns(null, "50")).isEqualTo(50);
        assertThat(Terminal.columns("0", null)).isEqualTo(80);
        assertThat(Terminal.columns("wide", "")).isEqualTo(80);
    }

    @Test
    void durationsReadAsPeopleSayThem() {
        assertThat(Progress.duration(0.04)).isEqualTo("0.0 s");
        assertThat(Progress.duration(9.96)).isEqualTo("10 s");
        assertThat(Progress.duration(185)).isEqualTo("3 min 05 s");
        assertThat(Progress.duration(59.7)).isEqualTo("1 min 00 s");
        assertThat(Progress.duration(7800)).isEqualTo("2 h 10 min");
    }
}
