package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.progress.Progress;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The two anomaly scores, from train, which keeps rows to compare with, to score. */
class AnomalyScoresTest {
    private static final int ROWS = 200;
    private static final String NAMES = "anomaly.neighbours.names";

    @TempDir
    Path folder;

    private Path table;
    private Path model;
    private Path detector;
    private Path scores;

    @BeforeEach
    void nameFiles() throws IOException {
        table = Files.write(folder.resolve("table.csv"), lines(0, 3));
        model = folder.resolve("m.safetensors");
        detector = folder.resolve("d.safetensors");
        scores = folder.resolve("s.csv");
    }

    /**
     * Four columns, of which two are free. Every tenth row is bad: its third number breaks the rule.
     *
     * @param shift of all numbers
     * @param far the mean of the bad rows' third number
     */
    private static List<String> lines(double shift, double far) {
        Random random = new Random(5);
        List<String> lines = new ArrayList<>(List.of("a,b,c,d,state"));
        for (int row = 0; row < ROWS; row++) {
            double a = random.nextGaussian() + shift;
            double b = random.nextGaussian() + shift;
            boolean bad = isBad(row);
            lines.add(String.format(
                    Locale.ROOT,
                    "%.6f,%.6f,%.6f,%.6f,%s",
                    a,
                    b,
                    bad ? far + random.nextGaussian() : a + b + 0.1 * random.nextGaussian(),
                    a - b + 0.1 * random.nextGaussian(),
                    bad ? "bad" : row % 3 == 0 ? "good" : "fair"));
        }
        return lines;
    }

    private static boolean isBad(int row) {
        return row % 10 == 7;
    }

    /** A command on the table, with its labels. */
    private Object[] onTable(String command, Object... more) {
        List<Object> args = new ArrayList<>(List.of(command));
        Collections.addAll(args, more);
        Collections.addAll(args, "--data", table, "--label-column", "state", "--force");
        return args.toArray();
    }

    private Cli train(Object... more) {
        List<Object> args = new ArrayList<>(List.of("--latent", 2, "--hidden", "8", "--epochs", 5, "-o", model));
        Collections.addAll(args, more);
        return Cli.ok(onTable("train", args.toArray()));
    }

    /** The lines of the file, of which the first are the titles, after what score printed. */
    private List<String> score(Path with, Object... more) throws IOException {
        List<Object> args = new ArrayList<>(List.of(with, "--top", 0, "-o", scores));
        Collections.addAll(args, more);
        String out = Cli.ok(onTable("score", args.toArray())).out();
        List<String> lines = new ArrayList<>(List.of(out));
        lines.addAll(Files.readAllLines(scores));
        return lines;
    }

    private Cli calibrate(Object... more) {
        List<Object> args = new ArrayList<>(List.of(
                model, "--only-labels", "good,fair", "--split", "validation", "--false-alarms", 0.1, "-o", detector));
        Collections.addAll(args, more);
        return Cli.run(onTable("calibrate", args.toArray()));
    }

    private static double[] scores(List<String> lines) {
        return lines.stream()
                .skip(2)
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[1]))
                .toArray();
    }

    private static List<String> kept(Path model) throws IOException {
        return List.of(Autoencoder.load(model).metadata().get(NAMES).split("\n", -1));
    }

    private Dataset rows() throws IOException {
        List<String> numbers = Files.readAllLines(table).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
        Path plain = Files.write(folder.resolve("plain.csv"), numbers);
        return DataSource.load(plain.toString(), Progress.silent()).train();
    }

    private static Set<String> entries(Path model) throws IOException {
        return Autoencoder.load(model).metadata().keySet().stream()
                .filter(key -> key.startsWith("anomaly."))
                .collect(Collectors.toSet());
    }

    @Test
    void theScoreIsChosen() throws IOException {
        assertThat(train("--validation", 0.2).out())
                .contains("Model: " + model + ", with 152 training rows to compare others with"); // 0.95 of 160
        Autoencoder read = Autoencoder.load(model);
        List<String> usual = score(model);
        assertThat(usual.get(1)).isEqualTo("row,score,flag,nearest");
        assertThat(scores(usual)).isEqualTo(AnomalyDetector.of(read).scores(rows()));
        assertThat(score(model, "--score", "neighbours")).isEqualTo(usual);
        List<String> errors = score(model, "--score", "reconstruction");
        assertThat(errors.get(1)).isEqualTo("row,score,flag");
        assertThat(scores(errors)).isEqualTo(read.errors(rows()));
        for (String command : List.of("score", "calibrate")) {
            Cli.run(onTable(command, model, "--score", "distance", "-o", scores))
                    .failed(2, "--score", "'distance'", "expected neighbours or reconstruction", command + " --help");
        }
    }

    @Test
    void theMedianIsThatOfTheScores() throws IOException {
        train();
        List<String> lines = score(model);
        double[] sorted = scores(lines);
        double mean = Arrays.stream(sorted).average().orElseThrow();
        Arrays.sort(sorted);
        assertThat(lines.get(0))
                .contains(String.format(
                        Locale.ROOT, "mean score    %.6f (median %.6f)\n", mean, (sorted[99] + sorted[100]) / 2));
        double[] bad = IntStream.range(0, ROWS)
                .filter(AnomalyScoresTest::isBad)
                .mapToDouble(row -> scores(lines)[row])
                .sorted()
                .toArray();
        assertThat(lines.get(0))
                .contains(String.format(
                        Locale.ROOT,
                        "label bad      mean score %.6f (median %.6f)\n",
                        Arrays.stream(bad).average().orElseThrow(),
                        (bad[9] + bad[10]) / 2));
    }

    @Test
    void aModelWithoutNeighboursKeepsNoRows() throws IOException {
        assertThat(train("--no-neighbours", "--validation", 0.2).out()).endsWith("Model: " + model + "\n");
        assertThat(entries(model)).isEmpty();
        assertThat(Cli.ok("info", model).out()).contains("anomaly score      reconstruction\n");
        JsonNode json =
                JsonMapper.shared().readTree(Cli.ok("info", model, "--json").out());
        assertThat(json.get("anomalyScore").asString()).isEqualTo("reconstruction");
        assertThat(json.get("keptTrainingRows").asInt()).isZero();
        List<String> lines = score(model);
        assertThat(lines.get(1)).isEqualTo("row,score,flag");
        assertThat(scores(lines)).isEqualTo(Autoencoder.load(model).errors(rows()));
        Files.delete(scores);
        for (String command : List.of("score", "calibrate")) {
            Path to = command.equals("score") ? scores : detector;
            Cli.run(onTable(command, model, "--split", "validation", "--score", "neighbours", "-o", to))
                    .failed(
                            1,
                            model + ": the model keeps no training rows to compare with, expected score "
                                    + "reconstruction");
            assertThat(to).doesNotExist();
        }
    }

    /** The bad rows lie farther from the others than any good one. */
    @Test
    void contaminationLeavesOutTheMostUnusualRows() throws IOException {
        Files.write(table, lines(0, 30));
        train("--contamination", "none", "--validation", 0);
        assertThat(kept(model))
                .isEqualTo(IntStream.range(0, ROWS).mapToObj(Integer::toString).toList());
        train("--contamination", 0.1, "--validation", 0);
        assertThat(kept(model))
                .isEqualTo(IntStream.range(0, ROWS)
                        .filter(row -> !isBad(row))
                        .mapToObj(Integer::toString)
                        .toList());
        train("--contamination", 0, "--validation", 0);
        assertThat(kept(model)).hasSize(ROWS);
        for (Object wrong : List.of("0.5", "-0.1", "NaN", "some", "10%")) {
            Cli.run(onTable("train", "--contamination", wrong, "-o", model))
                    .failed(
                            2,
                            "--contamination",
                            "'" + wrong + "', expected a share of the rows from 0 to below 0.5, or none");
            Cli.run(onTable("calibrate", model, "--contamination", wrong, "-o", detector))
                    .failed(2, "--contamination", "'" + wrong + "', expected a share");
        }
        Cli.run(onTable("train", "--contamination", 0.1, "--no-neighbours", "-o", detector))
                .failed(2, "--contamination and --no-neighbours cannot be combined");
        assertThat(detector).doesNotExist();
    }

    /** Conformal, with the rows with the highest scores left out. */
    @Test
    void calibratesWithoutTheHighestScores() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.25);
        double[] held = scores(score(model, "--only-labels", "good,fair", "--split", "validation"));
        assertThat(held).hasSize(45);
        Arrays.sort(held);
        calibrate();
        assertThat(threshold().score()).isEqualTo(held[42 - 1]); // ceil(46 * 0.9)
        assertThat(threshold().rows()).isEqualTo(45);
        assertThat(calibrate("--contamination", 0.2).out()).contains("conformal, false alarms 0.1, 36 rows");
        assertThat(threshold().score()).isEqualTo(held[34 - 1]); // ceil(37 * 0.9)
        calibrate("--contamination", "none");
        assertThat(threshold().rows()).isEqualTo(45);
    }

    private Threshold threshold() throws IOException {
        return AnomalyDetector.of(Autoencoder.load(detector)).threshold().orElseThrow();
    }

    @Test
    void aThresholdBelongsToItsScore() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.25);
        for (String own : List.of("neighbours", "reconstruction")) {
            String other = own.equals("neighbours") ? "reconstruction" : "neighbours";
            assertThat(calibrate("--score", own).code()).isZero();
            Threshold threshold = threshold();
            List<String> lines = score(detector);
            assertThat(lines.get(1)).isEqualTo("row,score,flag" + (own.equals("neighbours") ? ",nearest" : ""));
            assertThat(lines.get(0)).contains("threshold     " + threshold, "flagged ");
            double[] scored = scores(lines);
            assertThat(scored).isEqualTo(scores(score(model, "--score", own)));
            for (int row = 0; row < ROWS; row++) {
                assertThat(lines.get(row + 2).split(",", -1)[2]).isEqualTo(scored[row] > threshold.score() ? "1" : "0");
            }
            assertThat(score(detector, "--score", own)).isEqualTo(lines);
            assertThat(Cli.ok("info", detector).out()).contains("anomaly score      " + own, "anomaly threshold  ");

            List<String> switched = score(detector, "--score", other);
            assertThat(switched.get(0))
                    .contains("threshold     none: the flags are empty, because the model's is for the score " + own
                            + " (hourglass calibrate --score " + other + " finds one)\n")
                    .doesNotContain("flagged");
            assertThat(switched.subList(1, switched.size()))
                    .isEqualTo(score(model, "--score", other).subList(1, switched.size()));

            // It does find one, in the model with the other threshold too.
            Path again = folder.resolve("again.safetensors");
            Cli.ok(onTable(
                    "calibrate",
                    detector,
                    "--only-labels",
                    "good,fair",
                    "--split",
                    "validation",
                    "--false-alarms",
                    0.1,
                    "--score",
                    other,
                    "-o",
                    again));
            assertThat(score(again).get(0))
                    .contains("threshold     ", "flagged ")
                    .doesNotContain("none");
            assertThat(AnomalyDetector.of(Autoencoder.load(again)).kind().label())
                    .isEqualTo(other);
        }
    }

    /** Each row with its first value moved a little: its nearest training row is itself, if that is kept. */
    private void requireNearestIsItself(List<String> kept, IntPredicate trained, List<String> names, Object... more)
            throws IOException {
        List<String> expected =
                IntStream.range(0, ROWS).filter(trained).mapToObj(names::get).toList();
        assertThat(kept).isEqualTo(expected).isNotEmpty();
        List<String> moved = new ArrayList<>(Files.readAllLines(table));
        for (int i = 1; i < moved.size(); i++) {
            int at = moved.get(0).split(",")[0].equals("a") ? 0 : 1;
            String[] fields = moved.get(i).split(",");
            fields[at] = Double.toString(Double.parseDouble(fields[at]) + 1e-4);
            moved.set(i, String.join(",", fields));
        }
        Path other = Files.write(folder.resolve("moved.csv"), moved);
        List<Object> args =
                new ArrayList<>(List.of("score", model, "--data", other, "--top", 0, "-o", scores, "--force"));
        Collections.addAll(args, more);
        Cli.ok(args.toArray());
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines).hasSize(ROWS + 1);
        for (int row = 0; row < ROWS; row++) {
            String nearest = lines.get(row + 1).split(",")[3];
            if (trained.test(row)) {
                assertThat(nearest).isEqualTo(names.get(row));
            } else {
                assertThat(expected).contains(nearest);
            }
        }
    }

    @Test
    void nearestNumbersTheRowsOfTheTrainingData() throws IOException {
        List<String> numbers =
                IntStream.range(0, ROWS).mapToObj(Integer::toString).toList();
        train("--contamination", "none", "--validation", 0.2, "--only-labels", "good,fair");
        // Of 180 good rows the last 36 are held out.
        int[] good = IntStream.range(0, ROWS).filter(row -> !isBad(row)).toArray();
        requireNearestIsItself(kept(model), row -> !isBad(row) && row < good[144], numbers, "--label-column", "state");
        train("--contamination", "none", "--validation", 0);
        requireNearestIsItself(kept(model), row -> true, numbers, "--label-column", "state");
        // Without labels every fifth row is held out.
        Cli.ok(
                "train",
                "--data",
                table,
                "--ignore",
                "state",
                "--latent",
                2,
                "--hidden",
                "8",
                "--epochs",
                5,
                "--contamination",
                "none",
                "-o",
                model,
                "--force");
        List<String> kept = kept(model);
        assertThat(kept).hasSize(160);
        requireNearestIsItself(kept, row -> kept.contains("" + row), numbers);
    }

    @Test
    void nearestNamesIds() throws IOException {
        List<String> lines = new ArrayList<>(lines(0, 3));
        List<String> names = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            names.add("n-" + (ROWS - row));
            lines.set(row + 1, names.get(row) + "," + lines.get(row + 1));
        }
        lines.set(0, "key," + lines.get(0));
        Files.write(table, lines);
        train("--contamination", "none", "--validation", 0.2, "--only-labels", "good,fair", "--id", "key");
        int[] good = IntStream.range(0, ROWS).filter(row -> !isBad(row)).toArray();
        requireNearestIsItself(kept(model), row -> !isBad(row) && row < good[144], names);
        // Line breaks are spaces in the model, so that it can be read again.
        lines.replaceAll(line -> line.replace("n-" + (ROWS - 3) + ",", "\"=n\n\\n\","));
        Files.write(table, lines);
        train("--contamination", "none", "--validation", 0, "--id", "key");
        assertThat(kept(model)).hasSize(ROWS).contains("=n \\n");
        String all = String.join("\n", score(model, "--safe-csv"));
        assertThat(all).contains(",'=n \\n\n", "\n\"'=n\n\\n\",").doesNotContain(",=", "\n=", "\"=");
    }

    @Test
    void nearestNamesImages() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            names.add((i < 6 ? "day/" : "night/") + (char) ('a' + i) + ".png");
            Path file = folder.resolve("photos").resolve(names.get(i));
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
            image.setRGB(i % 4, i / 4, 0xffffff);
            ImageIO.write(image, "png", file.toFile());
        }
        Path photos = folder.resolve("photos");
        Cli.ok(
                "train",
                "--data",
                photos,
                "--hidden",
                "none",
                "--latent",
                2,
                "--epochs",
                1,
                "--contamination",
                "none",
                "--only-labels",
                "night",
                "-o",
                model);
        assertThat(kept(model)).isEqualTo(names.subList(6, 12));
        Cli.ok("score", model, "--data", photos, "--top", 0, "-o", scores);
        assertThat(Files.readAllLines(scores).stream().skip(1))
                .hasSize(12)
                .allMatch(line -> names.subList(6, 12).contains(line.split(",")[3]));
    }

    /** The figures beside ROC-AUC, each computed by itself, from the rows that the model was not trained on. */
    @Test
    void otherScoresAreMeasuredOnTheSameRows() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.3);
        List<String> lines = score(model, "--anomaly-labels", "bad");
        Dataset rows = rows();
        int[] good = IntStream.range(0, ROWS).filter(row -> !isBad(row)).toArray();
        int firstHeld = good[good.length * 7 / 10];
        int[] trained = Arrays.stream(good).filter(row -> row < firstHeld).toArray();
        IntPredicate measured = row -> isBad(row) || row >= firstHeld;
        assertThat(lines.get(0)).contains("left out: " + trained.length + " rows that the model was trained on");

        Autoencoder read = Autoencoder.load(model);
        Dataset scaled = rows.scaled(read.scaler());
        double[] mean = new double[4];
        for (int row : trained) {
            for (int j = 0; j < 4; j++) {
                mean[j] += scaled.doubles(row)[j] / trained.length;
            }
        }
        double[] distance = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            for (int j = 0; j < 4; j++) {
                distance[row] += Math.pow(scaled.doubles(row)[j] - mean[j], 2);
            }
        }
        double[] pca = Baseline.fit(scaled.select(trained), 2).pcaErrors(scaled);
        String expected = String.format(
                Locale.ROOT,
                "ROC-AUC       %.4f (reconstruction %.4f, PCA with 2 components %.4f, distance to the mean %.4f)\n",
                rocAuc(scores(lines), measured),
                rocAuc(read.errors(rows), measured),
                rocAuc(pca, measured),
                rocAuc(distance, measured));
        assertThat(lines.get(0)).contains(expected);
        assertThat(rocAuc(scores(lines), row -> true)).isNotEqualTo(rocAuc(scores(lines), measured));
        String reconstruction = score(model, "--anomaly-labels", "bad", "--score", "reconstruction")
                .get(0);
        assertThat(reconstruction).contains(expected.replaceFirst("[\\d.]+ \\(reconstruction ([\\d.]+), ", "$1 ("));
    }

    private static double rocAuc(double[] scores, IntPredicate measured) {
        double right = 0;
        int pairs = 0;
        for (int bad = 0; bad < scores.length; bad++) {
            for (int good = 0; good < scores.length; good++) {
                if (isBad(bad) && !isBad(good) && measured.test(bad) && measured.test(good)) {
                    right += scores[bad] > scores[good] ? 1 : scores[bad] == scores[good] ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return right / pairs;
    }

    @Test
    void aModelThatContinuesLearningForgetsRowsAndThreshold() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.25);
        calibrate();
        assertThat(entries(detector)).contains(NAMES, "anomaly.threshold", "anomaly.score");
        List<String> few = lines(1, 3).subList(0, 101);
        Files.write(table, few);
        Path next = folder.resolve("next.safetensors");
        Cli.ok(onTable(
                "train", "--init", detector, "--epochs", 1, "--validation", 0, "--contamination", "none", "-o", next));
        assertThat(kept(next)).hasSize(100);
        assertThat(AnomalyDetector.of(Autoencoder.load(next)).threshold()).isEmpty();
        assertThat(entries(next)).isEqualTo(entries(model));
        assertThat(Autoencoder.load(next).metadata().get("anomaly.neighbours.values"))
                .isNotEqualTo(Autoencoder.load(model).metadata().get("anomaly.neighbours.values"));
        Cli.ok(onTable("train", "--init", detector, "--epochs", 1, "--no-neighbours", "-o", next));
        assertThat(entries(next)).isEmpty();
    }

    @Test
    void otherFilesDoNotHoldTheKeptRows() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.25);
        calibrate();
        String values = Autoencoder.load(detector).metadata().get("anomaly.neighbours.values");
        Path onnx = folder.resolve("m.onnx");
        Path page = folder.resolve("m.html");
        Cli.ok("export", detector, "--onnx", onnx);
        Cli.ok(onTable("explore", detector, "-o", page));
        for (Path file : List.of(onnx, page)) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .contains("weights.sha256".substring(0, 7))
                    .doesNotContain("anomaly.neighbours", values.substring(0, 60));
        }
        assertThat(Files.readString(detector, StandardCharsets.ISO_8859_1)).contains(values);
        assertThat(Cli.ok("info", detector).out()).doesNotContain("anomaly.neighbours", values.substring(0, 60));
    }

    /** Models of older versions have a threshold for the reconstruction and do not say so. */
    @Test
    void olderModelsScoreAsBefore() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.25, "--no-neighbours");
        calibrate();
        Autoencoder now = Autoencoder.load(detector);
        Map<String, String> text = new HashMap<>(now.metadata());
        assertThat(text.remove("anomaly.score")).isEqualTo("reconstruction");
        Path old = folder.resolve("old.safetensors");
        Autoencoder.of(now.architecture(), now.tensors(), text).save(old);
        assertThat(entries(old)).isNotEmpty().doesNotContain("anomaly.score");
        List<String> lines = score(old);
        assertThat(lines).isEqualTo(score(detector));
        assertThat(lines.get(0)).contains("flagged ");
        assertThat(scores(lines)).isEqualTo(now.errors(rows()));
        assertThat(Cli.ok("info", old).out()).contains("anomaly score      reconstruction\n", "anomaly threshold  ");
    }

    @Test
    void damageIsNamed() throws IOException {
        train("--only-labels", "good,fair", "--validation", 0.25);
        calibrate();
        Autoencoder whole = Autoencoder.load(detector);
        String values = whole.metadata().getOrDefault("anomaly.neighbours.values", "");
        Map<String, List<String>> damages = Map.of(
                "anomaly.score", List.of("", "distance"),
                "anomaly.threshold", List.of("high"),
                "anomaly.neighbours.type", List.of("", "rows"),
                "anomaly.neighbours.typical", List.of("1,2", "1,2,3,x", "1,2,3,-4"),
                "anomaly.neighbours.values", List.of("", "%", values.substring(8)));
        for (Map.Entry<String, List<String>> damage : damages.entrySet()) {
            for (String text : damage.getValue()) {
                requireDamageIsNamed(whole.withMetadata(Map.of(damage.getKey(), text)), damage.getKey());
            }
        }
        requireDamageIsNamed(
                whole.withMetadata(Map.of(NAMES, whole.metadata().get(NAMES) + "\nmore")), "anomaly.neighbours.values");
    }

    private void requireDamageIsNamed(Autoencoder damaged, String entry) throws IOException {
        Path file = folder.resolve("damaged.safetensors");
        damaged.save(file);
        Path to = folder.resolve("none");
        Cli.run("info", file).failed(1, file + ": " + entry);
        Cli.run("score", file, "--data", table, "--label-column", "state", "-o", to + ".csv")
                .failed(1, file + ": " + entry);
        Cli.run(
                        "calibrate",
                        file,
                        "--data",
                        table,
                        "--label-column",
                        "state",
                        "--only-labels",
                        "good,fair",
                        "--split",
                        "validation",
                        "-o",
                        to + ".safetensors",
                        "--false-alarms",
                        0.1)
                .failed(1, file + ": " + entry);
        Cli.run("explore", file, "--data", table, "--label-column", "state", "-o", to + ".html")
                .failed(1, file + ": " + entry);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(path -> path.toString().startsWith(to.toString()));
        }
    }

    @Test
    void modelsAndScoresDoNotDependOnThreads() throws IOException {
        List<byte[]> models = new ArrayList<>();
        List<List<String>> files = new ArrayList<>();
        for (int threads : new int[] {1, 4, 4}) {
            train("--threads", threads);
            models.add(Files.readAllBytes(model));
            files.add(score(model, "--anomaly-labels", "bad"));
        }
        assertThat(models.get(1)).isEqualTo(models.get(0));
        assertThat(models.get(2)).isEqualTo(models.get(0));
        assertThat(files.get(1)).isEqualTo(files.get(0));
        assertThat(files.get(2)).isEqualTo(files.get(0));
    }

    @Test
    void modelsOfWindowsScoreByReconstruction() throws IOException {
        Cli.run(onTable("train", "--window", 4, "--contamination", 0.1, "-o", model))
                .failed(
                        2,
                        "--window and --contamination cannot be combined: a model of windows keeps no training rows");
        assertThat(model).doesNotExist();
        Object[] series = {
            "train",
            "--data",
            table,
            "--ignore",
            "state",
            "--window",
            4,
            "--latent",
            2,
            "--hidden",
            "none",
            "--epochs",
            2,
            "-o",
            model
        };
        assertThat(Cli.ok(series).out()).contains("Model: " + model + "\n");
        assertThat(entries(model)).isEmpty();
        assertThat(Cli.ok("info", model).out()).contains("anomaly score      reconstruction\n");
        Path other = folder.resolve("other.csv");
        Cli.ok("score", model, "--data", table, "-o", scores);
        Cli.ok("score", model, "--data", table, "--score", "reconstruction", "-o", other);
        assertThat(other).hasSameBinaryContentAs(scores);
        for (String command : List.of("score", "calibrate")) {
            Cli.run(
                            command,
                            model,
                            "--data",
                            table,
                            "--score",
                            "neighbours",
                            "-o",
                            command.equals("score") ? folder.resolve("none.csv") : detector)
                    .failed(2, "--score neighbours needs a model of single rows, not of windows");
        }
        Cli.run("calibrate", model, "--data", table, "--contamination", 0.1, "-o", detector)
                .failed(2, "--contamination needs a model of single rows, not of windows");
        assertThat(Cli.ok(
                                "calibrate",
                                model,
                                "--data",
                                table,
                                "--contamination",
                                "none",
                                "--score",
                                "reconstruction",
                                "--false-alarms",
                                0.1,
                                "-o",
                                detector)
                        .out())
                .contains("Threshold: ");
        assertThat(entries(detector)).contains("anomaly.threshold", "anomaly.score");
        Autoencoder.load(detector)
                .withMetadata(Map.of("anomaly.score", "distance"))
                .save(model);
        String damage = model + ": anomaly.score is 'distance', expected neighbours or reconstruction";
        Cli.run("score", model, "--data", table, "-o", folder.resolve("none.csv"))
                .failed(1, damage);
        Cli.run("calibrate", model, "--data", table, "--false-alarms", 0.1, "-o", folder.resolve("none.safetensors"))
                .failed(1, damage);
    }
}
