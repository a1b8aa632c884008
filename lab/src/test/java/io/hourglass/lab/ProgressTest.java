package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.History;
import io.hourglass.TrainingListener;
import io.hourglass.nn.Architecture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void train(Progress progress, int epochs) {
        Architecture architecture = Architecture.parse("16-8-2");
        TrainingListener listener = new TrainingProgress(progress, 1, TrainingProgress.work(architecture, 100, epochs))
                .run("net", architecture, 100, epochs);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            listener.onProgress(epoch, 50, 100);
            listener.onEpoch(new History.Epoch(epoch, 0.25, 0.125, 1.5, 0.25, 0));
        }
    }

    @Test
    void aPipeGetsWholeLinesOnceInAWhile() {
        Progress progress = new Progress(stream, false, 80);
        progress.say("reading");
        progress.live("never seen");
        train(progress, 3000);
        progress.close();
        assertThat(written().lines()).hasSize(3).noneMatch(line -> line.contains("\r") || line.contains("\u001b"));
        assertThat(written()).contains("net epoch 1/3000: train MSE 0.250000, test MSE 0.125000, 1.50 s; ", " left, ");
        assertThat(written()).contains("net epoch 3000/3000: ");
    }

    @Test
    void quietLeavesWarnings() {
        Progress progress = new Progress(stream, true, 80);
        progress.quiet();
        progress.say("reading");
        train(progress, 3);
        progress.warn("PCA is better");
        assertThat(written()).isEqualTo("warning: PCA is better\n");
    }

    @Test
    void epochsDoneBeforeAreNoLongerToDo() throws InterruptedException {
        Progress progress = new Progress(stream, false, 80);
        Architecture architecture = Architecture.parse("16-8-2");
        TrainingListener listener = new TrainingProgress(progress, 1, TrainingProgress.work(architecture, 100, 1000))
                .run("net", architecture, 100, 1000);
        History.Epoch epoch = new History.Epoch(1, 0.25, 0.125, 1, 0.25, 0);
        listener.onNote("going on");
        listener.onResume(new History(Collections.nCopies(998, epoch)));
        Thread.sleep(100);
        listener.onEpoch(new History.Epoch(999, 0.25, 0.125, 1, 0.25, 0));
        // 0.1 s an epoch: with the 998 the rate would be too high by far, or 100 s would be left.
        Matcher left =
                Pattern.compile("epoch 999/1000: .*; (\\d+\\.\\d) s left, ").matcher(written());
        assertThat(left.find()).as(written()).isTrue();
        assertThat(Double.parseDouble(left.group(1))).isBetween(0.1, 9.0);
        listener.onEpoch(new History.Epoch(1000, 0.25, 0.125, 1, 0.25, 0));
        assertThat(written()).startsWith("net: going on\n");
        assertThat(written().lines().toList().get(2)).doesNotContain("left");
    }

    @Test
    void aTerminalGetsALiveLineNoWiderThanItself() {
        try (Progress progress = new Progress(stream, true, 30)) {
            train(progress, 3);
            progress.say("said");
        }
        // After the last run the live line is gone, and what is said then stands alone.
        assertThat(written()).contains("\r").endsWith("\r\u001b[Ksaid\n");
        assertThat(written().split("\r|\n"))
                .allMatch(line -> line.replace("\u001b[K", "").length() < 30);
        assertThat(written().chars().filter(c -> c == '\n').count())
                .as("only what was said is a line of its own")
                .isEqualTo(1);
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
