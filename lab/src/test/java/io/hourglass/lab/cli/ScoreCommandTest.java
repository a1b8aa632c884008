package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.data.Npy;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands calibrate and score, and the rows they choose. */
class ScoreCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;
    private Path detector;

    @BeforeEach
    void trainModel() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        model = folder.resolve("m.safetensors");
        detector = folder.resolve("d.safetensors");
        Cli.ok(
                "train",
                "--data",
                data,
                "--only-labels",
                "0-8",
                "--validation",
                0.2,
                "--hidden",
                "8",
                "--latent",
                3,
                "--epochs",
                3,
                "-o",
                model);
    }

    private Cli calibrate(Object... more) {
        Object[] args = {"calibrate", model, "--data", data, "--only-labels", "0-8", "-o", detector};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.run(all);
    }

    private Dataset testRows() throws IOException {
        return Idx.readImages(data.resolve("t10k-images-idx3-ubyte"));
    }

    /** 200 training rows, 180 of labels 0 to 8, the last 36 of them held out. */
    @Test
    void calibratesOnTheRowsThatTrainHeldOut() throws IOException {
        Cli cli = calibrate("--split", "validation", "--false-alarms", 0.1);
        assertThat(cli.err()).doesNotContain("hourglass: ");
        assertThat(cli.out()).contains("conformal, false alarms 0.1, 36 rows", detector.toString());

        Dataset train =
                Idx.read("tiny", data.resolve("train-images-idx3-ubyte"), data.resolve("train-labels-idx1-ubyte"));
        int[] normal = IntStream.range(0, 200).filter(row -> row % 10 != 9).toArray();
        double[] held =
                AnomalyDetector.of(Autoencoder.load(model)).scores(train.select(Arrays.copyOfRange(normal, 144, 180)));
        Arrays.sort(held);
        Threshold threshold =
                AnomalyDetector.of(Autoencoder.load(detector)).threshold().orElseThrow();
        assertThat(threshold.score()).isEqualTo(held[34 - 1]); // ceil(37 * 0.9) = 34
        assertThat(Autoencoder.load(detector).weightsSha256())
                .isEqualTo(Autoencoder.load(model).weightsSha256());
    }

    @Test
    void infoShowsTheThreshold() throws IOException {
        assertThat(Cli.ok("info", model).out())
                .contains("anomaly score      neighbours (the file keeps 137 training rows)\n")
                .doesNotContain("anomaly threshold", "anomaly.neighbours");
        calibrate("--method", "quantile", "--false-alarms", 0.05);
        assertThat(Cli.ok("info", detector).out())
                .containsPattern("anomaly threshold  \\d\\.\\d{6} \\(quantile, false alarms 0\\.05, 45 rows\\)");
        JsonNode json =
                JsonMapper.shared().readTree(Cli.ok("info", detector, "--json").out());
        assertThat(json.get("anomalyThreshold").get("rows").asInt()).isEqualTo(45);
        assertThat(json.get("anomalyScore").asString()).isEqualTo("neighbours");
        assertThat(json.get("keptTrainingRows").asInt()).isEqualTo(137);
    }

    @Test
    void writesALineForEachRow() throws IOException {
        calibrate("--false-alarms", 0.1);
        Path scores = folder.resolve("scores.csv");
        String out = Cli.ok("score", detector, "--data", data, "--top", 2, "-o", scores)
                .out();
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines).hasSize(TinyData.TEST + 1);
        assertThat(lines.get(0)).isEqualTo("row,score,flag,nearest,feature1,share1,feature2,share2");

        AnomalyDetector reference = AnomalyDetector.of(Autoencoder.load(detector));
        Dataset test = testRows();
        int flagged = 0;
        for (int row = 0; row < test.rows(); row++) {
            String[] fields = lines.get(row + 1).split(",", -1);
            var top = reference.contributions(test.row(row), 2);
            assertThat(fields).hasSize(8);
            assertThat(fields[0]).isEqualTo(Integer.toString(row));
            assertThat(Double.parseDouble(fields[1])).isEqualTo(reference.score(test.row(row)));
            assertThat(fields[2]).isEqualTo(reference.isAnomaly(test.row(row)) ? "1" : "0");
            assertThat(fields[3])
                    .isEqualTo(reference.nearest(test.row(row)).orElseThrow().name());
            assertThat(fields[4]).isEqualTo(Integer.toString(top.get(0).column()));
            assertThat(Double.parseDouble(fields[5])).isCloseTo(top.get(0).share(), within(5.1e-5));
            assertThat(fields[6]).isEqualTo(Integer.toString(top.get(1).column()));
            flagged += fields[2].equals("1") ? 1 : 0;
        }
        assertThat(out).contains("flagged       " + flagged + " of 50").doesNotContain("ROC-AUC");
    }

    @Test
    void measuresWhatIsKnown() throws IOException {
        calibrate("--false-alarms", 0.1);
        Path scores = folder.resolve("scores.csv");
        String out = Cli.ok("score", detector, "--data", data, "--anomaly-labels", "9", "--top", 0, "-o", scores)
                .out();
        assertThat(out).contains(" of 45 (", "found ", " of 5 (", "label 9");
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines.get(0)).isEqualTo("row,score,flag,anomaly,nearest");
        assertThat(out).contains(rocAuc(row -> true));
    }

    private static double score(String line) {
        return Double.parseDouble(line.split(",", -1)[1]);
    }

    @Test
    void otherDataCanBeTheAnomalies() throws IOException {
        calibrate("--false-alarms", 0.1);
        Path bright = folder.resolve("bright.npy");
        float[][] rows = new float[7][16];
        for (float[] row : rows) {
            Arrays.fill(row, 1);
        }
        Npy.write(bright, rows);
        Path scores = folder.resolve("scores.csv");
        String out = Cli.ok(
                        "score", detector, "--data", data, "--only-labels", "0-8", "--anomalies", bright, "-o", scores)
                .out();
        assertThat(out).contains("rows          52", "found         7 of 7 (100.00 %)", "ROC-AUC       1.0000");
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines).hasSize(53);
        assertThat(lines.get(46)).matches("45,[^,]+,1,1,.*");
        Cli.run("score", detector, "--data", data, "--anomalies", bright, "--anomaly-labels", 9, "-o", scores)
                .failed(2, "cannot be combined");
    }

    @Test
    void withoutAThresholdTheFlagsAreEmpty() throws IOException {
        Path scores = folder.resolve("scores.csv");
        String out = Cli.ok("score", model, "--data", data, "--anomaly-labels", 9, "-o", scores)
                .out();
        assertThat(out).contains("threshold     none", "calibrate", "ROC-AUC").doesNotContain("flagged");
        assertThat(Files.readAllLines(scores).subList(1, 51)).allMatch(line -> line.matches("\\d+,[^,]+,,[01],.*"));
    }

    @Test
    void oneRowIsEnoughToScore() throws IOException {
        Path one = folder.resolve("one.npy");
        Npy.write(one, new float[1][16]);
        Path scores = folder.resolve("scores.csv");
        assertThat(Cli.ok("score", model, "--data", one, "-o", scores).out()).contains("rows          1\n");
        assertThat(Files.readAllLines(scores)).hasSize(2);
        Cli.run("calibrate", model, "--data", one, "-o", detector).failed(1, "1 calibration rows are too few", "99");
        assertThat(Cli.ok("calibrate", model, "--data", one, "--method", "quantile", "-o", detector)
                        .out())
                .contains("1 row)");
    }

    /** More rows than are scored together; with and without columns, the scores are the library's. */
    @Test
    void manyRowsAreNumberedThrough() throws IOException {
        Path many = folder.resolve("many.npy");
        java.util.Random random = new java.util.Random(3);
        float[][] rows = new float[4096 * 2 + 5][16];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(1000) / 1000f;
            }
        }
        Npy.write(many, rows);
        AnomalyDetector reference = AnomalyDetector.of(Autoencoder.load(model));
        for (int top : new int[] {0, 1}) {
            Path scores = folder.resolve("scores" + top + ".csv");
            Cli.ok("score", model, "--data", many, "--top", top, "-o", scores);
            List<String> lines = Files.readAllLines(scores);
            assertThat(lines).hasSize(rows.length + 1);
            for (int row = 0; row < rows.length; row++) {
                String line = row + "," + reference.score(rows[row]) + ",,"
                        + reference.nearest(rows[row]).orElseThrow().name();
                for (var contribution : reference.contributions(rows[row], top)) {
                    line += "," + contribution.column() + String.format(Locale.ROOT, ",%.4f", contribution.share());
                }
                assertThat(lines.get(row + 1)).isEqualTo(line);
            }
        }
    }

    /**
     * Eight columns, the last of them twice the first; rows that break this are anomalies, and the file says in which
     * column.
     */
    @Test
    void namesTheColumnsOfACsv() throws IOException {
        java.util.Random random = new java.util.Random(1);
        StringBuilder csv = new StringBuilder("a,b,\"c, d\",twice,state\n");
        for (int row = 0; row < 400; row++) {
            boolean odd = row % 20 == 19;
            double a = random.nextDouble();
            csv.append(String.format(
                    java.util.Locale.ROOT,
                    "%.4f,%.4f,%.4f,%.4f,%s%n",
                    a,
                    a * 3,
                    7 - a,
                    odd ? 2 * a + (a < 0.5 ? 1 : -1) : 2 * a,
                    odd ? "broken" : "good"));
        }
        Path table = folder.resolve("table.csv");
        Files.writeString(table, csv);
        Path trained = folder.resolve("csv.safetensors");
        Cli.ok(
                "train",
                "--scale",
                "min-max",
                "--data",
                table,
                "--label-column",
                "state",
                "--only-labels",
                "good",
                "--validation",
                0.3,
                "--latent",
                1,
                "--hidden",
                "none",
                "--epochs",
                200,
                "-o",
                trained);
        Cli.ok(
                "calibrate",
                trained,
                "--data",
                table,
                "--label-column",
                "state",
                "--only-labels",
                "good",
                "--split",
                "validation",
                "--false-alarms",
                0.05,
                "-o",
                detector);
        Path scores = folder.resolve("scores.csv");
        String out = Cli.ok(
                        "score",
                        detector,
                        "--data",
                        table,
                        "--label-column",
                        "state",
                        "--anomaly-labels",
                        "broken",
                        "--top",
                        1,
                        "-o",
                        scores)
                .out();
        assertThat(out).contains("found         20 of 20", "ROC-AUC       1.0000", "label broken");
        assertThat(Files.readAllLines(scores).stream().filter(line -> line.contains(",1,1,")))
                .hasSize(20)
                .filteredOn(line -> line.contains(",twice,"))
                .hasSizeGreaterThan(15);
        assertThat(Files.readString(scores)).contains(",\"c, d\",");
    }

    /** 300 rows, every tenth of them bad; a network that nearly knows its training rows by heart. */
    private Path table() throws IOException {
        java.util.Random random = new java.util.Random(2);
        StringBuilder csv = new StringBuilder("a,b,c,d,e,f,state\n");
        for (int row = 0; row < 300; row++) {
            for (int column = 0; column < 6; column++) {
                csv.append(String.format(java.util.Locale.ROOT, "%.4f,", random.nextGaussian()));
            }
            csv.append(row % 10 == 4 ? "bad" : row % 3 == 0 ? "good" : "fair").append('\n');
        }
        return Files.writeString(folder.resolve("table.csv"), csv);
    }

    private Path trained(Path table, Object... more) {
        Path to = folder.resolve("t.safetensors");
        Object[] args = {
            "train",
            "--data",
            table,
            "--label-column",
            "state",
            "--hidden",
            "32",
            "--latent",
            4,
            "--epochs",
            20,
            "--force",
            "-o",
            to
        };
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        Cli.ok(all);
        return to;
    }

    private String score(Path with, Path table, Object... more) {
        Object[] args = {
            "score",
            with,
            "--data",
            table,
            "--label-column",
            "state",
            "--anomaly-labels",
            "bad",
            "--top",
            0,
            "--force",
            "-o",
            folder.resolve("scores.csv")
        };
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.ok(all).out();
    }

    /** The area under the curve by the definition, of some lines of the file of scores. */
    private String rocAuc(java.util.function.IntPredicate measured) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("scores.csv"));
        double right = 0;
        int pairs = 0;
        for (int a = 1; a < lines.size(); a++) {
            for (int b = 1; b < lines.size(); b++) {
                if (lines.get(a).split(",")[3].equals("1")
                        && lines.get(b).split(",")[3].equals("0")
                        && measured.test(a - 1)
                        && measured.test(b - 1)) {
                    int order = Double.compare(score(lines.get(a)), score(lines.get(b)));
                    right += order > 0 ? 1 : order == 0 ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return String.format(java.util.Locale.ROOT, "ROC-AUC       %.4f", right / pairs);
    }

    /** Of 270 normal rows the last 81 were held out: those from row 210 on. */
    @Test
    void trainingRowsAreLeftOutOfTheMeasure() throws IOException {
        Path table = table();
        Path with = trained(table, "--only-labels", "good,fair", "--validation", 0.3);
        String out = score(with, table);
        assertThat(Files.readAllLines(folder.resolve("scores.csv"))).hasSize(301);
        String right = rocAuc(row -> row % 10 == 4 || row >= 210);
        assertThat(right).isNotEqualTo(rocAuc(row -> true));
        assertThat(out)
                .contains(
                        "rows          300\n",
                        "measured on   111 rows; left out: 189 rows that the model was trained on",
                        right);
        // The same rows alone: those of the anomalies' label were not offered to the model.
        String validation = score(with, table, "--split", "validation");
        assertThat(validation).contains("rows          111\n", right).doesNotContain("left out");
        assertThat(Files.readAllLines(folder.resolve("scores.csv"))).hasSize(112);
        // A model that does not tell its labels.
        Path silent = folder.resolve("silent.safetensors");
        Autoencoder.load(with)
                .withMetadata(Map.of("data.only_labels", "neither"))
                .save(silent);
        assertThat(score(silent, table)).contains(right);
        // Once the file has changed, its rows cannot be told apart any more.
        Path changed = Files.createDirectory(folder.resolve("changed")).resolve("table.csv");
        Files.writeString(changed, Files.readString(table) + "0,0,0,0,0,0,good\n");
        Cli unknown = Cli.ok("evaluate", with, "--data", changed, "--label-column", "state");
        assertThat(unknown.err()).contains("note: the model was trained on other rows named table.csv");
        // Asked for, they are measured, and named.
        String train = score(with, table, "--split", "train");
        assertThat(train)
                .contains("trained on    189 of these rows, so expect larger scores on new rows", rocAuc(row -> true))
                .doesNotContain("left out");
        assertThat(Cli.ok("evaluate", with, "--data", table, "--label-column", "state")
                        .out())
                .contains("rows  300 (the model was trained on 189 of them, so expect larger errors on new rows)");
        Cli.run("calibrate", with, "--data", table, "--label-column", "state", "-o", detector)
                .failed(1, "was trained on 189 of these rows");
    }

    @Test
    void withNothingHeldOutTheMeasureIsUndefined() throws IOException {
        Path table = table();
        Path with = trained(table, "--only-labels", "good,fair", "--validation", 0);
        assertThat(score(with, table))
                .contains(
                        "measured on   30 rows; left out: 270 rows",
                        "ROC-AUC       undefined: no normal row that the model was not trained on (train --validation");
        Object[] validation = {
            "score",
            with,
            "--data",
            table,
            "--label-column",
            "state",
            "--anomaly-labels",
            "bad",
            "--split",
            "validation",
            "-o",
            folder.resolve("no.csv")
        };
        Cli.run(validation).failed(1, "--split validation", "no rows were held out");
        // Trained on all, anomalies too.
        trained(table, "--validation", 0);
        assertThat(score(with, table)).contains("measured on   0 rows; left out: 300 rows", "mean score    undefined");
        // Other rows are not its training rows.
        Path other = folder.resolve("other.csv");
        Files.writeString(other, Files.readString(table).replace("good\n", "bad\n"));
        trained(table, "--only-labels", "good,fair", "--validation", 0.3);
        Cli.run(
                        "score",
                        with,
                        "--data",
                        other,
                        "--label-column",
                        "state",
                        "--anomaly-labels",
                        "bad",
                        "--split",
                        "validation",
                        "-o",
                        folder.resolve("no.csv"))
                .failed(1, "--split validation", "not the model's training rows");
        assertThat(folder.resolve("no.csv")).doesNotExist();
    }

    /** A value of 1e36, whose square no float holds. */
    @Test
    void whatIsTooLargeForANumberIsCountedNotAveraged() throws IOException {
        Path table = table();
        Path with = trained(table, "--scale", "standard", "--validation", 0.3);
        List<String> lines = new java.util.ArrayList<>(Files.readAllLines(table).subList(0, 41));
        Path plain = Files.write(folder.resolve("plain.csv"), lines);
        String expected = score(with, plain, "--score", "reconstruction")
                .lines()
                .filter(line -> line.startsWith("mean"))
                .findFirst()
                .orElseThrow();
        String mean = expected.substring(14, expected.indexOf(" (median"));
        lines.add("1e36,0,0,0,0,0,good");
        Path large = Files.write(folder.resolve("large.csv"), lines);
        String out = score(with, large, "--score", "reconstruction");
        assertThat(out)
                .contains(
                        "mean score    " + mean,
                        "1 of 41 rows (40) has an error too large for a number and is not in the mean")
                .doesNotContain("Infinity", "NaN");
        assertThat(Files.readAllLines(folder.resolve("scores.csv")).get(41)).isEqualTo("40,Infinity,,0");
        // Far from all training rows: a number that is not in the way of the median.
        String byNeighbours = score(with, large);
        assertThat(byNeighbours).doesNotContain("too large", "Infinity", "NaN");
        assertThat(Files.readAllLines(folder.resolve("scores.csv")).get(41)).matches("40,[\\d.]+E?\\d*,,0,\\d+");
        assertThat(Double.parseDouble(middle(byNeighbours)))
                .isCloseTo(Double.parseDouble(middle(score(with, plain))), within(0.1));
        Cli evaluated = Cli.ok("evaluate", with, "--data", large, "--label-column", "state");
        assertThat(evaluated.out())
                .contains("MSE   " + mean, "1 of 41 rows (40)", "PSNR  undefined")
                .doesNotContain("Infinity", "NaN");
        JsonNode json = JsonMapper.shared()
                .readTree(Cli.ok("evaluate", with, "--data", large, "--label-column", "state", "--json")
                        .out());
        assertThat(json.get("excludedRows").asInt()).isEqualTo(1);
        assertThat(json.get("mse").asDouble()).isCloseTo(Double.parseDouble(mean), within(1e-6));
        assertThat(json.get("psnr").isNull()).isTrue();
        Cli compressed =
                Cli.ok("compress", with, "--data", large, "--label-column", "state", "-o", folder.resolve("l.hgz"));
        assertThat(compressed.err()).contains("warning: the error leaves out 1 of 41 rows");
        assertThat(compressed.out()).doesNotContain("Infinity", "NaN");
        Cli rates = Cli.ok(
                "rate-distortion", with, "--data", large, "--label-column", "state", "-o", folder.resolve("rates"));
        assertThat(rates.out()).contains("the errors leave out 1 of 41 rows").doesNotContain("Infinity", "NaN");
        assertThat(Files.readString(folder.resolve("rates/rate-distortion.html")))
                .contains("Not counted in the errors: 1 row,")
                .doesNotContain("Infinity", "NaN");
    }

    /** The median of the scores. */
    private static String middle(String out) {
        String line =
                out.lines().filter(of -> of.startsWith("mean")).findFirst().orElseThrow();
        return line.substring(line.indexOf("(median ") + 8, line.length() - 1);
    }

    @Test
    void whatExistsIsKeptWithoutForce() throws IOException {
        byte[] before = Files.readAllBytes(model);
        Files.write(detector, before);
        Object[] calibrate = {"calibrate", model, "--data", data, "--method", "quantile", "-o", detector, "--force"};
        Cli.run(Arrays.copyOf(calibrate, 8)).failed(1, detector, "exists", "--force");
        assertThat(Files.readAllBytes(detector)).isEqualTo(before);
        Cli.ok(calibrate);
        Path scores = Files.writeString(folder.resolve("scores.csv"), "old");
        Object[] overScores = {"score", model, "--data", data, "-o", scores, "--force"};
        Cli.run(Arrays.copyOf(overScores, 6)).failed(1, scores, "exists", "--force");
        assertThat(scores).hasContent("old");
        Cli.ok(overScores);
        assertThat(Files.readAllLines(scores)).hasSize(TinyData.TEST + 1);
    }

    @Test
    void refusesTheTrainingRows() throws IOException {
        Path all = folder.resolve("all.safetensors");
        Cli.ok("train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 1, "-o", all);
        Cli.run("calibrate", all, "--data", data, "--split", "train", "-o", detector)
                .failed(1, "tiny", "was trained on");
        calibrate("--split", "train").failed(1, "tiny", "was trained on", "--split validation");
        Cli.run("calibrate", all, "--data", data, "--split", "validation", "-o", detector)
                .failed(1, "--split validation", "--validation");
        Cli.run("calibrate", model, "--data", data, "--split", "validation", "-o", detector)
                .failed(1, "--split validation", "--only-labels");
        Cli.run("score", all, "--data", data, "--only-labels", "10-12", "-o", folder.resolve("s.csv"))
                .failed(1, "tiny: no row has a label of 10-12");
        assertThat(detector).doesNotExist();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path scores = folder.resolve("scores.csv");
        calibrate().failed(1, "45 calibration rows are too few for false alarms = 0.01", "99 or more");
        calibrate("--false-alarms", 0).failed(2, "false alarms = 0.0");
        calibrate("--method", "median").failed(2, "median", "quantile or conformal");
        Cli.run("score", model, "--data", data, "--top", -1, "-o", scores).failed(2, "--top -1: ");
        Cli.run("score", model, "--data", data, "--anomaly-labels", "8,", "-o", scores)
                .failed(2, "'8,'", "0-8");
        Cli.run("score", model, "--data", data, "--anomaly-labels", "10", "-o", scores)
                .failed(1, "tiny", "10");
        Path wide = TinyData.write(folder.resolve("wide"), 5);
        Cli.run("score", model, "--data", wide, "-o", scores).failed(1, "16 values", "25");
        Cli.run("score", model, "--data", data, "--anomalies", wide, "-o", scores)
                .failed(1, "16 values", "25");
        Cli.run("calibrate", model, "--data", wide, "-o", detector).failed(1, "16 values", "25");
        Autoencoder.load(model)
                .withMetadata(Map.of("anomaly.threshold", "high"))
                .save(detector);
        Cli.run("score", detector, "--data", data, "-o", scores).failed(1, detector, "anomaly.threshold", "'high'");
        Cli.run("info", detector).failed(1, detector, "'high'");
        assertThat(scores).doesNotExist();
    }

    /** The colours of a picture, from top left; 0 where it is transparent. */
    private static int[] pixels(Path picture) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Images of 4 x 4 pixels, each drawn as 28 x 28, with gaps of 8. */
    @Test
    void heatmapsShowWhereTheFlaggedImagesDiffer() throws IOException {
        calibrate("--false-alarms", 0.1);
        Path scores = folder.resolve("scores.csv");
        Path maps = folder.resolve("maps");
        String out = Cli.ok("score", detector, "--data", data, "-o", scores, "--heatmaps", maps)
                .out();
        Dataset test = testRows();
        List<String> flagged = Files.readAllLines(scores).stream()
                .filter(line -> line.split(",", -1)[2].equals("1"))
                .map(line -> Integer.parseInt(line.split(",", -1)[0]))
                .map(row -> String.format(Locale.ROOT, "row-%05d-label-%d.png", row, row % 10))
                .toList();
        assertThat(flagged).isNotEmpty();
        assertThat(names(maps)).isEqualTo(flagged);
        assertThat(out).contains("Heatmaps: " + maps + " (" + flagged.size() + " picture");

        Autoencoder read = Autoencoder.load(detector);
        for (String name : flagged) {
            float[] row = test.row(Integer.parseInt(name.substring(4, 9)));
            float[] made = read.reconstruct(row);
            double most = 0;
            for (int j = 0; j < 16; j++) {
                most = Math.max(most, Math.pow(row[j] - (double) made[j], 2));
            }
            int[] drawn = pixels(maps.resolve(name));
            assertThat(drawn).hasSize(112 * (3 * 112 + 2 * 8));
            for (int j = 0; j < 16; j++) {
                int at = (j / 4 * 28 + 14) * (3 * 112 + 2 * 8) + j % 4 * 28 + 14;
                assertThat(drawn[at] & 255).isEqualTo(Math.round(255 * row[j]));
                assertThat(drawn[at + 120] & 255).isEqualTo(Math.round(255 * made[j]));
                double part = Math.pow(row[j] - (double) made[j], 2) / most;
                for (int c = 0; c < 3; c++) {
                    assertThat((drawn[at + 240] >> 16 - 8 * c & 255) / 255.0)
                            .isCloseTo(Math.max(0, Math.min(1, 3 * part - c)), within(0.01));
                }
            }
            assertThat(drawn[112] >>> 24).isZero();
        }

        Path earlier = Files.createFile(maps.resolve("row-99999.png"));
        Path foreign = Files.createFile(maps.resolve("notes.txt"));
        Cli.ok("score", detector, "--data", data, "-o", scores, "--force", "--heatmaps", maps);
        assertThat(earlier).doesNotExist();
        assertThat(foreign).exists();
        Cli.run("score", detector, "--data", data, "-o", folder.resolve("more.csv"), "--heatmaps", maps)
                .failed(1, maps + ": already exists; --force overwrites it");
        Cli.run("score", detector, "--data", data, "-o", scores, "--force", "--heatmaps", data)
                .failed(1, data + ": holds the input");
        Cli.run("score", detector, "--data", data, "-o", scores, "--force", "--heatmaps", scores)
                .failed(1, scores + ": is a file, expected a folder");

        // Heatmaps that cannot be written leave no scores, and the earlier pictures as they are.
        Path more = folder.resolve("more.csv");
        Files.delete(maps.resolve(flagged.get(0)));
        Files.createDirectory(maps.resolve(flagged.get(0)));
        List<String> before = names(maps);
        Cli.run("score", detector, "--data", data, "-o", more, "--force", "--heatmaps", maps)
                .failed(1, maps.resolve(flagged.get(0)) + ": is a folder");
        Path longName = folder.resolve("x".repeat(300));
        Cli.run("score", detector, "--data", data, "-o", more, "--heatmaps", longName)
                .failed(1, longName);
        assertThat(more).doesNotExist();
        assertThat(names(maps)).isEqualTo(before);
    }

    @Test
    void heatmapsOfAModelWithoutAThresholdShowTheHighestScores() throws IOException {
        Path many = TinyData.write(folder.resolve("many"), 4, 77);
        Path scores = folder.resolve("scores.csv");
        Path maps = folder.resolve("maps");
        String out = Cli.ok(
                        "score",
                        model,
                        "--data",
                        many,
                        "--split",
                        "train",
                        "-o",
                        scores,
                        "--heatmaps",
                        maps,
                        "--top",
                        0)
                .out();
        List<String> highest = Files.readAllLines(scores).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .sorted(Comparator.comparingDouble(fields -> -Double.parseDouble(fields[1])))
                .limit(100)
                .map(fields -> String.format(
                        Locale.ROOT,
                        "row-%05d-label-%d.png",
                        Integer.parseInt(fields[0]),
                        Integer.parseInt(fields[0]) % 10))
                .sorted()
                .toList();
        assertThat(names(maps)).isEqualTo(highest).hasSize(100);
        assertThat(out).contains("Heatmaps: " + maps + " (100 pictures)");
    }

    /** Tables of pixels, which do not state that they are images: with a shape they have heatmaps. */
    @Test
    void rowsOfATableHaveHeatmapsIfTheirShapeIsKnown() throws IOException {
        Path table = folder.resolve("table.csv");
        Files.writeString(table, "0.1,0.2,0.9,0.3,0.1,0.4\n0.2,0.1,0.8,0.4,0.2,0.9\n".repeat(30));
        Path of = folder.resolve("of.safetensors");
        Cli.ok("train", "--data", table, "--hidden", "3", "--latent", 2, "--epochs", 1, "-o", of);
        Path maps = folder.resolve("maps");
        Path scores = folder.resolve("s.csv");
        Cli.run("score", of, "--data", table, "-o", scores, "--heatmaps", maps)
                .failed(1, of + ": states no image shape", "--shape");
        assertThat(maps).doesNotExist();
        assertThat(scores).doesNotExist();
        Cli.ok("score", of, "--data", table, "-o", scores, "--heatmaps", maps, "--shape", "3x2");
        assertThat(names(maps)).hasSize(60).contains("row-00007.png");
    }

    /** A convolutional network; contributions are those of the values of its rows. */
    @Test
    void convolutionsScoreAndHaveHeatmaps() throws IOException {
        Path of = folder.resolve("of.safetensors");
        Cli.ok("train", "--data", data, "--conv", "3", "--hidden", "8", "--latent", 3, "--epochs", 1, "-o", of);
        Path maps = folder.resolve("maps");
        Path scores = folder.resolve("s.csv");
        Cli.ok("score", of, "--data", data, "-o", scores, "--heatmaps", maps);
        assertThat(names(maps)).hasSize(TinyData.TEST);
        Autoencoder read = Autoencoder.load(of);
        List<String> lines = Files.readAllLines(scores);
        for (int row = 0; row < TinyData.TEST; row++) {
            float[] values = testRows().row(row);
            float[] made = read.reconstruct(values);
            int most = IntStream.range(0, 16)
                    .boxed()
                    .max(Comparator.comparingDouble(j -> Math.abs(values[j] - (double) made[j])))
                    .orElseThrow();
            assertThat(lines.get(row + 1).split(",", -1)[4]).isEqualTo("" + most);
        }
    }
}
