package io.hourglass.lab.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingListener;
import io.hourglass.nn.Architecture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
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
        listener.onResume(new History(Collections.nCopies(997, EPOCH)));
        for (int epoch = 998; epoch <= 1000; epoch++) {
            now += 6_000_000_000L;
            listener.onEpoch(new History.Epoch(epoch, 0.25, 0.125, 1, 0.25, 0));
        }
        // 6 s an epoch: with the 997 before the rate would be too high by far.
        assertThat(written().lines())
                .satisfiesExactly(
                        note -> assertThat(note).isEqualTo("net: going on"),
                        first -> assertThat(first).contains("epoch 998/1000: ").doesNotContain("left"),
                        second -> assertThat(second).contains("epoch 999/1000: ", "; 6.0 s left, "),
                        last -> assertThat(last).contains("epoch 1000/1000: ").doesNotContain("left"));
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

    /** The first epochs contain the compilation of what they run. */
    @Test
    void noTimeLeftBeforeTwoEpochsAndFiveSeconds() {
        Progress progress = progress(true, 200);
        Architecture architecture = Architecture.parse("16-8-2");
        TrainingListener listener = new TrainingProgress(
                        progress, 1, TrainingProgress.work(architecture, 100, 1000), () -> now)
                .run("net", architecture, 100, 1000);
        now = 4_000_000_000L;
        listener.onEpoch(EPOCH);
        listener.onEpoch(EPOCH);
        listener.onProgress(3, 1, 100);
        assertThat(written()).contains("net epoch 3/1000").doesNotContain("left");
    }

    @Test
    void aTerminalGetsALiveLineNoWiderThanItself() {
        try (Progress progress = progress(true, 30)) {
            train(progress, 3, 100);
            progress.say("said");
        }
        // Drawn after 50 and 250 milliseconds, not after 150. After the last run the live line is gone, and what is
        // said
        // then stands alone.
        String live = "\r\u001b[K";
        assertThat(written())
                .isEqualTo(live + "1,000 rows/s: net epoch 1/3" + live + "1,000 rows/s: net epoch 3/3 (" + live
                        + "said\n");
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
