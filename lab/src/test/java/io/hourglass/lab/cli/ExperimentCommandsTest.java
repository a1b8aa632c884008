package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code variance} and {@code sweep}, from the command line to their files. */
@Tag("once")
class ExperimentCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path out;

    @BeforeEach
    void writeData() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        out = folder.resolve("out");
    }

    private Object[] variance(Object... more) {
        return command(more, "variance", "--hidden", "8", "--latent", "1,3", "--models", 3);
    }

    private Object[] sweep(Object... more) {
        return command(more, "sweep", "--hidden", "8", "--hidden", "12,8", "--latent", "1,4,16");
    }

    private Object[] command(Object[] more, Object... first) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of("--data", data, "--out", out, "--epochs", 2));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private JsonNode json() throws IOException {
        String text = Files.readString(out.resolve("variance.json"));
        assertThat(text).doesNotContain("NaN");
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void varianceWritesItsParts() throws IOException {
        Cli cli = Cli.ok(variance());
        assertThat(cli.out())
                .contains("bias^2", "variance", "MSE", "16-8-1", "16-8-3", "Results: " + out.resolve("variance.json"));
        JsonNode results = json();
        assertThat(results.isArray()).isTrue();
        assertThat(results.size()).isEqualTo(2);
        for (JsonNode result : results) {
            assertThat(result.propertyNames()).contains("hidden", "latent", "bias2", "variance", "noise", "mse");
            assertThat(result.get("noise").asDouble()).isZero();
            assertThat(result.get("variance").asDouble()).isPositive();
            assertThat(result.get("bias2").asDouble() + result.get("variance").asDouble())
                    .isCloseTo(result.get("mse").asDouble(), Percentage.withPercentage(1e-4));
            assertThat(result.get("training").get("epochs").asInt()).isEqualTo(2);
            assertThat(result.get("training").get("rows").asInt()).isEqualTo(TinyData.TRAIN);
        }
        assertThat(results.get(1).get("latent").asInt()).isEqualTo(3);
        assertThat(results.get(1).get("hidden").get(0).asInt()).isEqualTo(8);
        BufferedImage chart = ImageIO.read(out.resolve("variance.png").toFile());
        assertThat(dots(chart, 0x0072b2)).isGreaterThan(1000);
        assertThat(dots(chart, 0xf0a818)).isGreaterThan(1000);
    }

    @Test
    void noiseIsFoundAgain() throws IOException {
        Cli cli = Cli.ok(variance("--noise", 0.3));
        assertThat(cli.out()).contains("Added noise of variance 0.090000");
        for (JsonNode result : json()) {
            double error = result.get("noiseError").asDouble();
            assertThat(error).isPositive().isLessThan(0.01);
            assertThat(Math.abs(result.get("noise").asDouble() - 0.09)).isLessThan(4 * error);
            assertThat(result.get("noiseVariance").asDouble()).isEqualTo(0.3 * 0.3);
        }
        assertThat(dots(ImageIO.read(out.resolve("variance.png").toFile()), 0xaeb5c1))
                .isGreaterThan(1000);
    }

    @Test
    void threadsDoNotChangeAFile() throws IOException {
        Cli.ok(variance("--threads", 1, "--noise", 0.1));
        byte[] one = Files.readAllBytes(out.resolve("variance.json"));
        out = folder.resolve("two");
        Cli.ok(variance("--threads", 2, "--noise", 0.1));
        assertThat(out.resolve("variance.json")).hasBinaryContent(one);
        out = folder.resolve("sweep");
        Cli.ok(sweep("--threads", 1));
        byte[] sweep = Files.readAllBytes(out.resolve("sweep.csv"));
        out = folder.resolve("three");
        Cli.ok(sweep("--threads", 3));
        assertThat(out.resolve("sweep.csv")).hasBinaryContent(sweep);
    }

    @Test
    void aSecondStartUsesWhatIsTheSameAndNothingElse() throws IOException {
        Cli.ok(variance());
        String first = Files.readString(out.resolve("variance.json"));
        assertThat(Cli.ok(variance()).err()).contains("variance of 16-8-3: finished by an earlier start, reused");
        assertThat(out.resolve("variance.json")).hasContent(first);
        Cli.run(variance("--seed", 1)).failed(1, out, "recipe.seed = 0", "recipe.seed = 1", "--force");
        assertThat(out.resolve("variance.json")).hasContent(first);
        assertThat(Cli.ok(variance("--seed", 1, "--force")).err())
                .contains("training again, because it was trained with seed 0")
                .doesNotContain("reused");
        assertThat(Cli.ok(variance("--seed", 1, "--noise", 0.1, "--force")).err())
                .contains("it has noise of variance 0.0");
        assertThat(Cli.ok(variance("--seed", 2, "--force")).err()).doesNotContain("reused");
        assertThat(json().get(0).get("training").get("seed").asInt()).isEqualTo(2);
        TinyData.write(data, 4, 99);
        assertThat(Cli.ok(variance("--force")).err()).contains("it was made from other data");
    }

    @Test
    void whatIsThereIsNotWrittenOver() throws IOException {
        Cli.ok(sweep());
        String first = Files.readString(out.resolve("sweep.csv"));
        Cli.run(variance()).failed(1, out, "command = sweep", "command = variance", "--force");
        Cli.run(sweep("--latent", "1,4")).failed(1, out, "latent = 1,4,16", "latent = 1,4,16,1,4", "--force");
        assertThat(out.resolve("sweep.csv")).hasContent(first);
        assertThat(out.resolve("variance.json")).doesNotExist();
        Files.delete(out.resolve("settings.txt"));
        Cli.run(sweep()).failed(1, out, "is not empty", "--force");
        Cli.ok(sweep("--force"));
        Cli.ok(sweep());
    }

    @Test
    void sweepWritesItsTable() throws IOException {
        Cli cli = Cli.ok(sweep());
        assertThat(cli.out()).contains("These networks were trained for 2 epochs (", "too little to draw a conclusion");
        assertThat(cli.out()).contains("16-8-1", "16-12-8-16", "Results: " + out.resolve("sweep.csv"));
        List<String> csv = Files.readAllLines(out.resolve("sweep.csv"));
        assertThat(csv).hasSize(7);
        assertThat(csv.get(0)).isEqualTo("hidden,latent,test_mse,pca_test_mse");
        assertThat(csv.get(1)).matches("8,1,0\\.\\d+,0\\.\\d+");
        assertThat(csv.get(6)).startsWith("12 8,16,");
        double[] pca = csv.stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[3]))
                .toArray();
        assertThat(pca[0]).isEqualTo(pca[3]).isGreaterThan(pca[1]);
        assertThat(pca[2]).as("as many components as values").isLessThan(1e-12);
        BufferedImage chart = ImageIO.read(out.resolve("sweep.png").toFile());
        assertThat(dots(chart, 0x0072b2)).isGreaterThan(300);
        assertThat(dots(chart, 0xd55e00)).isGreaterThan(300);
        assertThat(dots(chart, 0x6b7383)).isGreaterThan(300);
    }

    private static int dots(BufferedImage image, int rgb) {
        int dots = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                dots += (image.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
            }
        }
        return dots;
    }

    @Test
    void dataWithoutTestRowsHaveSomeHeldOut() throws IOException {
        data = data.resolve("train-images-idx3-ubyte");
        Cli cli = Cli.ok(sweep());
        assertThat(cli.err()).contains("40 of its 200 rows held out to test on (--validation 0.2)");
        assertThat(out.resolve("settings.txt")).content().contains("validation = 0.2 if there are no test rows");
        // The same as with test rows that are the last 40 of the training rows.
        DataSplit split = DataSource.load(
                data.toString(), new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80));
        assertThat(split.train().rows()).isEqualTo(TinyData.TRAIN);
        Pca pca = Pca.fit(split.train().slice(0, 160));
        List<String> csv = Files.readAllLines(out.resolve("sweep.csv"));
        assertThat(Double.parseDouble(csv.get(1).split(",", -1)[3]))
                .isEqualTo(pca.mse(split.train().slice(160, 200), 1));

        out = folder.resolve("asked");
        assertThat(Cli.ok(sweep("--validation", 0.1)).err())
                .contains("20 of its 200 training rows held out to test on (--validation 0.1)");
        assertThat(out.resolve("settings.txt")).content().contains("validation = 0.1");
        Cli.run(sweep()).failed(1, "validation = 0.1", "--force");
        out = folder.resolve("variance");
        assertThat(Cli.ok(variance()).err()).contains("40 of its 200 rows held out");
        assertThat(json().get(0).get("training").get("rows").asInt()).isEqualTo(160);
    }

    @Test
    void tablesAreScaled() throws IOException {
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("a,b,c,kind\n");
        for (int row = 0; row < 100; row++) {
            double a = random.nextDouble();
            csv.append(1e6 * a).append(',').append(-a).append(',').append(random.nextInt(50));
            csv.append(',').append(row % 2).append('\n');
        }
        Path table = Files.writeString(folder.resolve("table.csv"), csv);
        Cli cli = Cli.ok(
                "sweep",
                "--data",
                table,
                "--label-column",
                "kind",
                "--hidden",
                "none",
                "--latent",
                "1,2",
                "--epochs",
                200,
                "--out",
                out);
        assertThat(cli.err())
                .contains("20 of its 100 rows held out to test on (--validation 0.2)")
                .contains("scaler: standard, so the output is linear, not a sigmoid");
        assertThat(out.resolve("settings.txt")).content().contains("label column = kind");
        double[] pca = Files.readAllLines(out.resolve("sweep.csv")).stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[3]))
                .toArray();
        // a and b hold the same, c something else: each column has variance 1, and two components hold all of it.
        assertThat(pca[0]).isBetween(0.2, 0.5);
        assertThat(pca[1]).isLessThan(1e-9);
        assertThat(Cli.ok(
                                "variance",
                                "--data",
                                table,
                                "--hidden",
                                "none",
                                "--latent",
                                "1",
                                "--epochs",
                                2,
                                "--models",
                                2,
                                "--out",
                                folder.resolve("v"))
                        .err())
                .contains("scaler: standard");
    }

    @Test
    void convolutionalNetworksAreCompared() throws IOException {
        Cli swept = Cli.ok(command(new Object[] {"--conv", "2,3", "--stride", "1,2"}, "sweep", "--latent", "1,4"));
        assertThat(swept.out()).contains("4x4x1-2c3s1-3c3s2-128-1 ", "4x4x1-2c3s1-3c3s2-128-4 ");
        assertThat(Files.readAllLines(out.resolve("sweep.csv")).get(2)).matches("2c3s1 3c3s2 128,4,0\\..*");
        assertThat(Cli.ok(command(new Object[] {"--conv", "2,3", "--stride", "1,2"}, "sweep", "--latent", "1,4"))
                        .err())
                .contains("sweep of 4x4x1-2c3s1-3c3s2-128-4: finished by an earlier start, reused");
        Cli.run(command(new Object[] {"--conv", "2,3"}, "sweep", "--latent", "1,4"))
                .failed(1, "convolutions", "--force");

        assertThat(Files.readString(out.resolve("settings.txt"))).containsPattern("first.?[dD]ecay.*\\b1(\\.0)?\\b");

        out = folder.resolve("variance");
        Cli varied = Cli.ok(command(
                new Object[] {"--conv", "2", "--kernel", 5},
                "variance",
                "--hidden",
                "7",
                "--latent",
                2,
                "--models",
                2));
        assertThat(varied.out()).contains("4x4x1-2c5s2-7-2 ");
        JsonNode result = json().get(0);
        assertThat(result.get("network").asString()).isEqualTo("4x4x1-2c5s2-7-2");
        assertThat(result.get("hidden").get(0).asInt()).isEqualTo(7);

        Cli.run("sweep", "--kernel", 3).failed(2, "--kernel and --stride need --conv");
        Cli.run("variance", "--stride", 3).failed(2, "--kernel and --stride need --conv");
    }

    @Test
    void wrongOptionsAreWrongUsage() {
        Cli.run("variance", "--models", 1).failed(2, "models = 1");
        Cli.run("variance", "--noise", -0.5).failed(2, "noise = -0.5");
        Cli.run("variance", "--noise", "NaN").failed(2, "noise = NaN");
        Cli.run("variance", "--epochs", 0).failed(2, "epochs = 0");
        for (String command : new String[] {"variance", "sweep"}) {
            Cli.run(command, "--latent", "4,0").failed(2, "latent = 0");
            Cli.run(command, "--latent", "4,x").failed(2, "--latent", "x");
            Cli.run(command, "--latent", "").failed(2, "--latent");
            Cli.run(command, "--hidden", "12,0").failed(2, "hidden = 0");
            Cli.run(command, "--threads", 0).failed(2, "threads = 0");
        }
        assertThat(Path.of("variance")).doesNotExist();
    }

    @Test
    void whatCannotBeDoneIsAFailure() throws IOException {
        for (String command : new String[] {"variance", "sweep"}) {
            Cli.run(command, "--data", folder.resolve("none"), "--out", out).failed(1, "none");
            Cli.run(command, "--validation", 1.5).failed(2, "validation = 1.5", "between 0 and 1");
            Cli.run(command, "--data", data, "--latent", "2,17", "--out", out).failed(1, "latent = 17", "rows of 16");
            Path file = Files.writeString(folder.resolve("file-" + command), "");
            Cli.run(command, "--data", data, "--out", file).failed(1, file);
        }
    }

    /** A start without results leaves a folder as it was, and a folder that did not exist does not exist. */
    @Test
    void aFailureLeavesNothingBehind() throws IOException {
        Object[] diverging = {"--learning-rate", 3e38, "--weight-decay", 0};
        out = folder.resolve("new/out");
        Cli.run(sweep("--latent", 17)).failed(1, "latent = 17");
        Cli.run(sweep(diverging)).failed(1, "NaN");
        Cli.run(variance(diverging)).failed(1, "NaN");
        assertThat(folder.resolve("new")).doesNotExist();

        Files.createDirectories(out);
        Cli.run(sweep(diverging)).failed(1, "NaN");
        assertThat(out).isEmptyDirectory();

        Cli.ok(sweep());
        String settings = Files.readString(out.resolve("settings.txt"));
        Cli.run(sweep("--latent", 17, "--force")).failed(1, "latent = 17");
        assertThat(out.resolve("settings.txt")).hasContent(settings);
        assertThat(Cli.ok(sweep()).err()).contains("finished by an earlier start, reused");
    }

    /** A table of pixels is images if the user says so. */
    @Test
    void aTableOfPixelsHasAShape() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int row = 0; row < 60; row++) {
            for (int column = 0; column < 12; column++) {
                text.append(column == 0 ? "" : ",").append(random.nextInt(256));
            }
            text.append('\n');
        }
        data = Files.writeString(folder.resolve("table.csv"), text);
        Object[] convolutional = {"--conv", 2, "--shape", "4x3"};
        Cli.run("sweep", "--data", data, "--conv", 2, "--out", out)
                .failed(1, "table.csv: states no image shape; if its rows of 12 values are images", "--shape");
        Cli swept = Cli.ok(command(convolutional, "sweep", "--hidden", "none", "--latent", 2));
        assertThat(swept.out()).contains("3x4x1-2c3s2-2 ");
        assertThat(swept.err()).contains("scaler: pixel");
        assertThat(out.resolve("settings.txt")).content().contains("shape = 4x3");
        out = folder.resolve("variance");
        assertThat(Cli.ok(command(convolutional, "variance", "--hidden", "none", "--latent", 2, "--models", 2))
                        .out())
                .contains("3x4x1-2c3s2-2 ");
    }
}
