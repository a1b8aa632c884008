package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.TrainingListener;
import io.hourglass.lab.data.LabelledSeries;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.detection.SeriesNetwork;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesBenchmarkTest {
    private static final int ROWS = 400;

    @TempDir
    Path temporary;

    private Path folder;
    private Path labels;
    private Path csv;

    @BeforeEach
    void nameFiles() throws IOException {
        folder = Files.createDirectories(temporary.resolve("data/real")).getParent();
        labels = temporary.resolve("windows.json");
        csv = temporary.resolve("r.csv");
    }

    /** A swing of 12 rows, three times as fast in rows 300 to 319. The time goes back once, as clocks do. */
    private static List<String> lines(long seed) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("timestamp,value"));
        for (int row = 0; row < ROWS; row++) {
            int minute = row < 100 ? row : row - 1;
            double swing = Math.sin(2 * Math.PI * row / (row >= 300 && row < 320 ? 4 : 12));
            lines.add(String.format(
                    Locale.ROOT,
                    "2014-04-01 %02d:%02d:00,%.4f",
                    minute / 60,
                    minute % 60,
                    10 + swing + 0.05 * random.nextGaussian()));
        }
        return lines;
    }

    private void write() throws IOException {
        Files.write(folder.resolve("real/a.csv"), lines(1));
        Files.write(folder.resolve("real/b.csv"), lines(2));
        label("[[\"2014-04-01 04:59:00.000000\", \"2014-04-01 05:18:00.000000\"]]");
    }

    private void label(String ranges) throws IOException {
        Files.writeString(
                labels,
                "{\"real/a.csv\": " + ranges + ", \"real/b.csv\": " + ranges + ", \"real/c.csv\": [], "
                        + "\"real/d.csv\": " + ranges + "}");
    }

    private Cli run(Object... more) {
        List<Object> args = new ArrayList<>(List.of("benchmark", folder, "--series", labels));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    private List<String> measured(Object... more) throws IOException {
        List<Object> args = new ArrayList<>(List.of("benchmark", folder, "--series", labels, "-o", csv, "--force"));
        args.addAll(List.of(more));
        Cli.ok(args.toArray());
        return Files.readAllLines(csv).stream()
                .map(SeriesBenchmarkTest::withoutSeconds)
                .toList();
    }

    private static String withoutSeconds(String line) {
        return line.replaceFirst("^((?:[^,]*,){7})[^,]*,", "$1");
    }

    @Tag("once")
    @Test
    void measuresEachDetectorOnEachSeries() throws IOException {
        write();
        Path page = temporary.resolve("r.html");
        Cli cli = Cli.ok(
                "benchmark", folder, "--series", labels, "--window", 24, "-o", csv, "--page", page, "--threads", 1);
        assertThat(cli.out().lines().map(line -> line.replaceAll("[ ,].*", "")))
                .containsExactly("ROC-AUC", "a.csv", "b.csv", "mean", "seconds", "Results:", "Page:");
        assertThat(cli.err())
                .contains("note: leaving out real/c.csv: it has no anomalous range")
                .contains("note: leaving out " + folder.resolve("real/d.csv") + ": no such file");
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines).hasSize(1 + 2 * 4);
        assertThat(lines.get(0))
                .isEqualTo("file,rows,columns,anomalies,detector,roc_auc,average_precision,seconds,train_rows,"
                        + "test_rows,ranges,found,false_alarms");
        assertThat(lines.subList(1, 5).stream().map(line -> line.split(",")[4]))
                .containsExactly("autoencoder", "pca", "moving-average", "mean");
        assertThat(lines.get(1)).matches("real/a.csv,400,1,20,autoencoder,0\\.9.*,200,200,1,1,0");
        assertThat(lines.get(4)).matches("real/a.csv,400,1,20,mean,0\\.[3-6].*,200,200,1,[01],[01]");
        assertThat(page).content().contains("data: anomalies found", "real/b.csv", "ranges found", "2 series");

        Files.delete(folder.resolve("real/b.csv")); // one series is enough for what follows
        List<String> before = measured("--window", 24, "--threads", 1);
        assertThat(before.subList(1, 5))
                .isEqualTo(lines.subList(1, 5).stream()
                        .map(SeriesBenchmarkTest::withoutSeconds)
                        .toList());
        assertThat(measured("--window", 24, "--threads", 2)).isEqualTo(before);
        assertThat(measured("--window", 24, "--protocol", "unsupervised"))
                .hasSameSizeAs(before)
                .anyMatch(line -> line.endsWith(",400,376,1,1,0"))
                .doesNotContainAnyElementsOf(before.subList(1, 5));
        assertThat(measured("--window", 24, "--aggregate", "max").get(1)).isNotEqualTo(before.get(1));
    }

    /** The detector is what {@code train} and {@code score} give, bit for bit. */
    @Test
    void theAutoencoderIsThatOfTrainAndScore() throws IOException {
        write();
        Path first = temporary.resolve("first.csv");
        Path model = temporary.resolve("m.safetensors");
        Files.write(first, lines(1).subList(0, 1 + 200));
        Cli.ok("train", "--data", first, "--window", 24, "--ignore", "timestamp", "-o", model);
        LabelledSeries series = LabelledSeries.read(
                folder, "real/a.csv", List.of(), ReadOptions.DEFAULT, "timestamp", Progress.silent());
        for (Aggregate how : Aggregate.values()) {
            Cli.ok(
                    "score",
                    model,
                    "--data",
                    folder.resolve("real/a.csv"),
                    "--aggregate",
                    how.label(),
                    "-o",
                    csv,
                    "--force");
            double[] own = new SeriesNetwork(how, 0, null, epochs -> new TrainingListener() {})
                    .scores(series.rows(), 200, 24)
                    .orElseThrow();
            assertThat(Files.readAllLines(csv).stream()
                            .skip(1)
                            .mapToDouble(line -> Double.parseDouble(line.split(",")[1]))
                            .toArray())
                    .containsExactly(own);
        }
    }

    @Test
    void theTimeColumnMayBeNamedAndHoldNumbers() throws IOException {
        List<String> lines = new ArrayList<>(List.of("value,t"));
        for (String line : lines(3).subList(1, 1 + ROWS)) {
            lines.add(line.split(",")[1] + "," + (lines.size() - 1));
        }
        Files.write(folder.resolve("real/a.csv"), lines);
        Files.writeString(labels, "{\"real/a.csv\": [[\"300\", \"319.5\"]]}");
        assertThat(measured("--window", 24, "--time-column", "t").get(1)).endsWith(",200,200,1,1,0");
        run("--window", 24).failed(1, labels, "no series could be measured");
        assertThat(run("--window", 24).err()).contains("no column 'timestamp'");
    }

    @Test
    void refusesWrongRanges() throws IOException {
        write();
        label("[[\"2015-04-01 04:59:00\", \"2015-04-01 05:18:00\"]]");
        assertThat(run().err())
                .contains("a.csv: no row lies in the anomalous range from '2015-04-01 04:59:00' to "
                        + "'2015-04-01 05:18:00', expected at least one");
        label("[[\"yesterday\", \"2015-04-01 05:18:00\"]]");
        assertThat(run().err())
                .contains("a.csv: an anomalous range begins or ends at 'yesterday', expected a time like those of the "
                        + "column 'timestamp', such as '2014-04-01 00:00:00'");
        label("[[\"2014-04-01 04:59:00\"]]");
        run().failed(1, labels, "'real/a.csv' has ", "expected {\"folder/file.csv\": [[\"first time\"");
        label("7");
        run().failed(1, labels, "'real/a.csv' has '7', expected {");
        Files.writeString(labels, "[1]");
        run().failed(1, labels, "is no JSON object, expected {");
        Files.writeString(labels, "{}");
        run().failed(1, labels, "names no series, expected {");
        Files.writeString(labels, "{");
        run().failed(1, labels, "is not JSON", "expected {");
        Files.delete(labels);
        run().failed(1, labels, "no such file");
    }

    @Test
    void refusesWrongOptions() throws IOException {
        write();
        assertThat(Cli.ok("benchmark", "--help").out().replaceAll("\\s+", " ")).contains("for the 0.2 % of the rows");
        Cli.run("benchmark", folder, "--window", 24).failed(2, "--window, --aggregate and --time-column need --series");
        run("--window", 1).failed(2, "--window 1: expected 2 to");
        run("--impute", "mean").failed(2, "--series and --impute cannot be combined");
        run("--anomaly-labels", 1).failed(2, "--series and --anomaly-labels cannot be combined");
        run("--aggregate", "sum").failed(2, "unknown aggregate 'sum'");
        run("-o", folder.resolve("real/a.csv"), "--force").failed(1, "is the input");
        assertThat(run("--window", 300).err()).contains("too short for a window of 300 rows");
    }
}
