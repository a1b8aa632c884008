package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.nn.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time series through train, calibrate and score. */
class SeriesCommandsTest {
    @TempDir
    Path folder;

    private Path model;
    private Path csv;
    private Path scores;

    @BeforeEach
    void nameFiles() {
        model = folder.resolve("m.safetensors");
        csv = folder.resolve("pumps.csv");
        scores = folder.resolve("s.csv");
    }

    /**
     * Two pumps, measured in turn each minute: flow and pressure swing together. Pump B pauses for ten minutes after
     * its 100th row.
     *
     * @param strange the row of pump A with another pressure; -1 for none
     */
    private static List<String> pumps(int rows, int strange) {
        Random random = new Random(7);
        List<String> lines = new ArrayList<>(List.of("time,pump,flow,pressure"));
        for (int row = 0; row < rows; row++) {
            for (int pump = 0; pump < 2; pump++) {
                int minute = row + (pump == 1 && row >= 100 ? 10 : 0);
                double swing = Math.sin(2 * Math.PI * row / 12);
                double pressure = 50 - 4 * swing + 0.1 * random.nextGaussian() + (pump == 0 && row == strange ? 9 : 0);
                lines.add(String.format(
                        Locale.ROOT,
                        "2026-03-02 %02d:%02d,%s,%.3f,%.3f",
                        minute / 60,
                        minute % 60,
                        pump == 0 ? "A" : "B",
                        10 + 2 * swing + 0.1 * random.nextGaussian(),
                        pressure));
            }
        }
        return lines;
    }

    private Cli train(Object... more) {
        List<Object> args = new ArrayList<>(List.of("train", "--data", csv, "--window", 12, "-o", model, "--force"));
        Collections.addAll(args, more);
        return Cli.ok(args.toArray());
    }

    private List<String> score(Object... more) throws IOException {
        List<Object> args = new ArrayList<>(List.of("score", model, "--data", csv, "-o", scores, "--force"));
        Collections.addAll(args, more);
        Cli.ok(args.toArray());
        return Files.readAllLines(scores);
    }

    @Test
    void scoresNameTimeGroupAndColumns() throws Exception {
        Files.write(csv, pumps(300, -1));
        Cli trained = train(
                "--time-column", "time", "--group-column", "pump", "--hidden", "none", "--latent", 3, "--epochs", 20);
        assertThat(trained.err())
                .contains("note: pumps.csv: 1 gap, which no window crosses: after '2026-03-02 01:39' of 'B' (11 min, "
                        + "usually 1 min)")
                .contains("pumps.csv: 2 series of 2 columns, 600 rows, 447 windows to train on, 98 held out");
        Cli calibrated = Cli.ok(
                "calibrate", model, "--data", csv, "--false-alarms", 0.02, "-o", folder.resolve("d.safetensors"));
        assertThat(calibrated.out()).contains("(conformal, false alarms 0.02, 120 rows)");
        assertThat(calibrated.err()).contains("leaves out 469 of 567 windows, which overlap");
        model = folder.resolve("d.safetensors");

        List<String> lines = pumps(300, 280);
        Collections.swap(lines, 5, 6); // the rows of two pumps may come in any order
        Files.write(csv, lines);
        Path page = folder.resolve("s.html");
        List<String> scored = score("--plot", page);
        assertThat(scored).hasSize(601);
        assertThat(scored.get(0)).isEqualTo("time,group,score,flag,feature1,share1,feature2,share2");
        assertThat(scored.get(5)).startsWith("2026-03-02 00:02,B,");
        String strange = scored.get(1 + 2 * 280);
        assertThat(strange).startsWith("2026-03-02 04:40,A,").contains(",1,pressure,0.9");
        double[] all = scored.stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",")[2]))
                .toArray();
        assertThat(all[2 * 280]).isEqualTo(Arrays.stream(all).max().orElseThrow());
        assertThat(Files.readAllLines(page)).contains("<h1>pumps.csv: anomaly scores</h1>", "<h2>A</h2>", "<h2>B</h2>");
        assertThat(Cli.ok("info", model).out()).contains("window.rows = 12", "window.time_column = time");
    }

    @Test
    void eachColumnIsScaledAlikeThroughoutAWindow() throws Exception {
        Files.write(csv, pumps(300, -1));
        train("--time-column", "time", "--group-column", "pump", "--conv", "4,6", "--latent", 4, "--epochs", 2);
        Autoencoder trained = Autoencoder.load(model);
        assertThat(trained.architecture().image()).isEqualTo(new Shape(1, 12, 2));
        Scaler scaler = trained.scaler();
        assertThat(scaler.kind()).isEqualTo(Scaler.Kind.STANDARD);
        assertThat(Arrays.stream(scaler.offset()).distinct()).hasSize(2);
        assertThat(scaler.offset()[0]).isBetween(9.9, 10.1);
        assertThat(scaler.offset()[1]).isBetween(49.9, 50.1);
        assertThat(scaler.factor()[22]).isEqualTo(scaler.factor()[0]);
        assertThat(score()).hasSize(601);
    }

    @Test
    void rowsThatNoWindowContainsHaveNoScore() throws Exception {
        List<String> lines = pumps(300, -1);
        Files.write(csv, lines);
        train("--time-column", "time", "--group-column", "pump", "--epochs", 1, "--hidden", "none", "--latent", 2);
        Files.write(csv, lines.subList(0, 1 + 2 * 105)); // five rows of B after its pause
        List<String> scored = score();
        assertThat(scored.get(2 * 105)).isEqualTo("2026-03-02 01:54,B,,,,,,");
        assertThat(scored.stream().filter(line -> line.endsWith(",,,,,,"))).hasSize(5);
    }

    @Test
    void aSeriesWithoutTimesIsScoredByRow() throws Exception {
        String values = pumps(200, -1).stream()
                .skip(1)
                .filter(line -> line.contains(",A,"))
                .map(line -> line.split(",", 3)[2])
                .collect(Collectors.joining("\n"));
        Files.writeString(csv, "flow,pressure\n" + values + "\n");
        train("--window-stride", 5, "--epochs", 1, "--hidden", "none", "--latent", 2);
        List<String> mean = score("--top", 1);
        assertThat(mean).hasSize(201);
        assertThat(mean.get(0)).isEqualTo("row,score,flag,feature1,share1");
        assertThat(mean.get(200)).startsWith("199,").doesNotContain(",,,");
        List<String> max = score("--aggregate", "max");
        assertThat(number(max, 100)).isGreaterThan(number(mean, 100));
        assertThat(number(max, 1)).isEqualTo(number(mean, 1)); // in one window only
    }

    private static double number(List<String> lines, int line) {
        return Double.parseDouble(lines.get(line).split(",")[1]);
    }

    @Test
    void trainingRowsAreFoundAgainInALongerFile() throws Exception {
        Files.write(csv, pumps(300, -1));
        train("--time-column", "time", "--group-column", "pump", "--epochs", 1, "--hidden", "none", "--latent", 2);
        Path detector = folder.resolve("d.safetensors");
        Cli all = Cli.ok("calibrate", model, "--data", csv, "--false-alarms", 0.05, "-o", detector);
        Cli held = Cli.ok(
                "calibrate",
                model,
                "--data",
                csv,
                "--split",
                "validation",
                "--false-alarms",
                0.05,
                "-o",
                detector,
                "--force");
        assertThat(held.out()).isEqualTo(all.out());
        Cli.run("calibrate", model, "--data", csv, "--split", "train", "-o", detector, "--force")
                .failed(1, "was trained on these rows, expected other rows");
        Files.write(csv, pumps(320, -1));
        assertThat(Cli.ok("score", model, "--data", csv, "-o", scores).out())
                .contains("rows          640", "trained on    480 of these rows");
        List<String> changed = pumps(320, 7);
        Files.write(csv, changed);
        assertThat(Cli.ok("score", model, "--data", csv, "-o", scores, "--force")
                        .out())
                .doesNotContain("trained on");
        Cli.run("score", model, "--data", csv, "--split", "validation", "-o", scores, "--force")
                .failed(1, "does not hold the rows that the model was trained on");
    }

    @Test
    void aThresholdIsForOneAggregate() throws Exception {
        Files.write(csv, pumps(300, -1));
        train("--time-column", "time", "--group-column", "pump", "--epochs", 1, "--hidden", "none", "--latent", 2);
        Path detector = folder.resolve("d.safetensors");
        Cli.ok("calibrate", model, "--data", csv, "--false-alarms", 0.05, "--aggregate", "median", "-o", detector);
        model = detector;
        score("--aggregate", "median");
        Cli.run("score", detector, "--data", csv, "--aggregate", "max", "-o", scores, "--force")
                .failed(2, "--aggregate max", "the model's threshold is for median");
    }

    /** Each window has a code and an error, whose mean is that of the command. */
    @Test
    void windowsAreEncodedAndEvaluated() throws Exception {
        Files.write(csv, pumps(300, -1));
        train("--time-column", "time", "--group-column", "pump", "--epochs", 2, "--hidden", "none", "--latent", 3);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", csv, "--labels", "-o", codes);
        List<String> lines = Files.readAllLines(codes);
        assertThat(lines).hasSize(1 + 289 + 89 + 189); // pump B pauses after 100 rows
        assertThat(lines.get(0)).isEqualTo("window,z0,z1,z2,label");
        assertThat(lines.get(1))
                .startsWith("A: 2026-03-02 00:00 to 2026-03-02 00:11,")
                .endsWith(",A");
        assertThat(lines.get(567))
                .startsWith("B: 2026-03-02 04:58 to 2026-03-02 05:09,")
                .endsWith(",B");

        Autoencoder loaded = Autoencoder.load(model);
        Files.write(
                csv,
                pumps(30, -1).stream()
                        .filter(line -> !line.contains(",B,"))
                        .map(line -> line.replace("A", "C"))
                        .toList());
        double[][] windows = new double[19][];
        double[] values = Files.readAllLines(csv).stream()
                .skip(1)
                .flatMapToDouble(line -> Arrays.stream(line.split(",")).skip(2).mapToDouble(Double::parseDouble))
                .toArray();
        Arrays.setAll(windows, window -> Arrays.copyOfRange(values, 2 * window, 2 * window + 24));
        String error = String.format(Locale.ROOT, "MSE   %.6f ", loaded.error(Dataset.of(windows)));
        assertThat(Cli.ok("evaluate", model, "--data", csv).out()).startsWith("windows  19\n" + error);
    }

    @Test
    void trainingContinuesOnANewerSeries() throws Exception {
        Files.write(csv, pumps(200, -1));
        train("--time-column", "time", "--group-column", "pump", "--epochs", 2, "--hidden", "none", "--latent", 3);
        assertThat(Cli.ok("evaluate", model, "--data", csv).out())
                .contains("windows  367 (309 of them contain rows that the model was trained on");
        assertThat(Cli.ok("evaluate", model, "--data", csv, "--split", "validation")
                        .out())
                .startsWith("windows  58\n");
        Path newer = folder.resolve("newer.safetensors");
        Files.write(csv, pumps(300, -1));
        Cli trained = Cli.ok("train", "--data", csv, "--init", model, "--epochs", 3, "-o", newer);
        assertThat(trained.err())
                .contains("447 windows to train on, 98 held out")
                .doesNotContain("warning: " + model);
        Autoencoder before = Autoencoder.load(model);
        Autoencoder after = Autoencoder.load(newer);
        assertThat(after.scaler()).isEqualTo(before.scaler());
        assertThat(after.weightsSha256()).isNotEqualTo(before.weightsSha256());
        assertThat(after.metadata()).containsEntry("window.rows", "12").containsEntry("window.trained_rows", "240,240");
        Files.write(csv, pumps(200, -1));
        Path last = folder.resolve("last.safetensors");
        assertThat(Cli.ok("train", "--data", csv, "--init", newer, "--epochs", 1, "-o", last)
                        .err())
                .doesNotContain("of the rows to measure on"); // the new model was trained on other rows
        assertThat(Cli.ok(
                                "train",
                                "--data",
                                csv,
                                "--init",
                                model,
                                "--validation",
                                0.5,
                                "--epochs",
                                1,
                                "-o",
                                last,
                                "--force")
                        .err())
                .contains("was trained on 120 of the rows to measure on");
    }

    @Test
    void labelsShowHowManyAnomaliesAreFound() throws Exception {
        Files.write(csv, pumps(300, -1));
        train("--time-column", "time", "--group-column", "pump", "--epochs", 1, "--hidden", "none", "--latent", 3);
        List<String> lines = pumps(300, 280);
        for (int line = 0; line < lines.size(); line++) {
            lines.set(line, lines.get(line) + (line == 0 ? ",state" : line == 1 + 2 * 280 ? ",bad" : ",good"));
        }
        Files.write(csv, lines);
        Cli scored = Cli.ok(
                "score", model, "--data", csv, "--label-column", "state", "--anomaly-labels", "bad", "-o", scores);
        assertThat(scored.out()).contains("ROC-AUC       1.0000", "label bad");
        assertThat(Files.readAllLines(scores).get(1 + 2 * 280)).matches(".*,A,[-.E\\d]+,,1,pressure,.*");
    }

    @Test
    void aDateThatIsNotTheTimeIsNoted() throws IOException {
        Files.write(csv, pumps(100, -1));
        Cli trained = Cli.ok(
                "train",
                "--data",
                csv,
                "--window",
                12,
                "--epochs",
                1,
                "--hidden",
                "none",
                "--latent",
                2,
                "-o",
                folder.resolve("calendar.safetensors"));
        assertThat(trained.err()).contains("the date 'time' is part of the windows", "--time-column");
    }

    @Test
    void missingValuesAreRefused() throws Exception {
        List<String> lines = pumps(300, -1);
        lines.set(9, "2026-03-02 00:04,A,,50.1");
        Files.write(csv, lines);
        Object[] args = {
            "train",
            "--data",
            csv,
            "--window",
            12,
            "--time-column",
            "time",
            "--group-column",
            "pump",
            "-o",
            folder.resolve("refused.safetensors")
        };
        Cli.run(args).failed(1, "line 10", "'flow'", "is missing", "--impute mean");
        lines.set(9, ",A,10,50.1");
        Files.write(csv, lines);
        Cli.run(args).failed(1, "line 10, 'time' is missing");
        lines.set(9, "soon,A,10,50.1");
        Files.write(csv, lines);
        Cli.run(args).failed(1, "line 10, 'time' is 'soon', expected a date or a number");
    }

    /** A missing value is filled alike at all times of a window, and has no part in any score. */
    @Test
    void missingValuesAreFilled() throws Exception {
        List<String> lines = pumps(300, 280);
        for (int line = 10; line < lines.size(); line += 14) { // pump B, since lines count from the header
            lines.set(line, lines.get(line).replaceFirst(",[^,]*$", ",NA"));
        }
        Files.write(csv, lines);
        Cli trained = train(
                "--time-column",
                "time",
                "--group-column",
                "pump",
                "--impute",
                "median",
                "--hidden",
                "none",
                "--latent",
                3,
                "--epochs",
                20);
        assertThat(trained.err()).contains("filled 43 missing values with the median of the column");
        Autoencoder loaded = Autoencoder.load(model);
        assertThat(loaded.architecture().inputs()).isEqualTo(2 * 12); // no missing indicators
        double[] filled = loaded.imputation().orElseThrow().values();
        assertThat(filled).hasSize(24);
        assertThat(Arrays.stream(filled).distinct()).hasSize(2);
        List<String> scored = score("--plot", folder.resolve("s.html"));
        assertThat(scored.get(1 + 2 * 280)).startsWith("2026-03-02 04:40,A,").contains(",pressure,0.9");
        assertThat(scored.get(10)).contains(",flow,1.0000,pressure,0.0000");
        assertThat(scored).allMatch(line -> !line.contains("NaN"));
    }

    private static Object[] add(Object[] args, Object... more) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray();
    }

    @Test
    void whatCannotBeASeriesIsRefused() throws Exception {
        List<String> lines = pumps(40, -1);
        Files.write(csv, lines);
        Object[] args = {"train", "--data", csv, "--window", 12, "--time-column", "time", "-o", model};
        Cli.run(args).failed(1, "line 2 and line 3 have the same 'time', '2026-03-02 00:00'", "--group-column");
        Cli.run(add(args, "--label-column", 1)).failed(2, "--label-column and --time-column both name column 1");
        Cli.run(add(args, "--group-column", "time")).failed(2, "--time-column and --group-column both name column 1");
        args[4] = 60;
        List<Object> grouped = new ArrayList<>(List.of(args));
        Collections.addAll(grouped, "--group-column", "pump");
        Cli.run(grouped.toArray())
                .failed(1, "too short for a window of 60 rows: the longest stretch without a gap has 40 rows");
        args[6] = "when";
        Cli.run(args).failed(1, "no column 'when' with the time, expected one of 'time,pump,flow,pressure'");
        args[4] = 1;
        Cli.run(args).failed(2, "--window 1: expected 2 to");
        Cli.run("train", "--data", csv, "--time-column", "time", "-o", model).failed(2, "need --window");
        Files.writeString(csv, "x\n" + "5\n".repeat(500));
        Cli.run("train", "--data", csv, "--window", 12, "-o", model).failed(1, "all training rows are equal");
    }

    @Test
    void otherCommandsSayThatTheModelIsForWindows() throws Exception {
        Files.write(csv, pumps(100, -1));
        train("--time-column", "time", "--group-column", "pump", "--epochs", 1, "--hidden", "none", "--latent", 2);
        Cli.run("clusters", model, "--data", csv).failed(1, "the model takes windows of a time series");
        Cli.run("rate-distortion", model, "--data", csv, "-o", folder.resolve("rd"))
                .failed(1, "the model takes windows of a time series");
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", csv, "-o", codes);
        Cli.run("decode", model, codes, "-o", folder.resolve("decoded.csv"))
                .failed(1, "decodes to windows of 12 rows, which can only be written as .npy");
        Cli.ok("decode", model, codes, "-o", folder.resolve("decoded.npy"));
        Cli.run("train", "--data", csv, "--init", model, "--window", 12, "-o", folder.resolve("n.safetensors"))
                .failed(2, "--window and --init cannot be combined");
        Files.writeString(csv, "1,2\n2,3\n3,5\n4,5\n");
        Path plain = folder.resolve("plain.safetensors");
        Cli.ok("train", "--data", csv, "--latent", 1, "--epochs", 1, "-o", plain);
        Cli.run("score", plain, "--data", csv, "-o", scores, "--plot", folder.resolve("s.html"))
                .failed(2, "--plot needs a model of windows");
        Cli.run("calibrate", plain, "--data", csv, "--aggregate", "max", "-o", folder.resolve("d.safetensors"))
                .failed(2, "--aggregate needs a model of windows");
    }
}
