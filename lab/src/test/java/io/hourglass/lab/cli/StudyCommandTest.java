package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("once")
class StudyCommandTest {
    @TempDir
    Path folder;

    @Test
    void printsATableAndWritesTheReport() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Path out = folder.resolve("study");
        Cli cli = Cli.ok("study", "--data", data, "--recipe", "tuned", "--epochs", 1, "--seed", 3, "--out", out);
        assertThat(cli.out().lines()).hasSize(8);
        assertThat(cli.out())
                .contains("configuration", "test MSE", "PCA", "seconds")
                .containsPattern("(?m)^16-256-128-16 +tuned +[0-9.]+ +[0-9.]+ +[0-9.]+$")
                .contains("Report: " + out.resolve("report.html"));
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(out.resolve("figures")).isNotEmptyDirectory();
        assertThat(out.resolve("explorer"))
                .isDirectoryContaining("glob:**/*-tuned.html")
                .isDirectoryContaining(file -> file.toString().contains("16-256-128-16"));
        assertThat(out.resolve("report.html")).content().contains("explorer/");
        assertThat(Files.readString(out.resolve("results.json")))
                .contains("hourglass study --data " + data + " --recipe tuned");
    }

    @Test
    void printsHowMuchErrorsVaryBetweenSeeds() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 3);
        Object[] study = {"study", "--data", data, "--epochs", 1, "--seeds", 2, "--out", folder.resolve("study")};
        assertThat(Cli.ok(study).out())
                .containsPattern("(?m)^configuration .* seconds  deviation of 2 seeds$")
                .containsPattern("(?m)^9-256-128-8 +tuned( +[0-9.]+){4}$")
                .containsPattern("(?m)^9-256-128-8 +paper( +[0-9.]+){3}$");
    }

    @Test
    void goesBeyondTheLabReport() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Path out = folder.resolve("study");
        Cli cli = Cli.ok("study", "--data", data, "--recipe", "paper", "--epochs", 1, "--beyond", "--out", out);
        assertThat(cli.out()).containsPattern("(?m)^4x4x1-16c3s2-32c3s2-128-16 tuned +[0-9.]+ +[0-9.]+ +[0-9.]+$");
        assertThat(out.resolve("report.html"))
                .content()
                .contains("What a convolution adds", "./explorer/4x4x1-16c3s2-32c3s2-128-16-tuned.html");
        assertThat(out.resolve("figures/beyond.png")).isNotEmptyFile();
    }

    @Test
    void aTableIsScaledAndSomeOfItsRowsHeldOut() throws IOException {
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder();
        for (int column = 0; column < 20; column++) {
            csv.append('m').append(column).append(',');
        }
        csv.append("kind\n");
        for (int row = 0; row < 300; row++) {
            for (int column = 0; column < 20; column++) {
                csv.append(1000 * (row % 3) + 10 * column + random.nextInt(100)).append(',');
            }
            csv.append(row % 3).append('\n');
        }
        Path table = Files.writeString(folder.resolve("table.csv"), csv);
        Path out = folder.resolve("study");
        Object[] study = {
            "study", "--data", table, "--label-column", "kind", "--recipe", "tuned", "--epochs", 2, "--out", out
        };
        Path none = folder.resolve("none");
        Object[] beyond = {"study", "--data", table, "--epochs", 1, "--beyond", "--out", none};
        Cli.run(beyond).failed(1, "table.csv: states no image shape; if its rows of 21 values are images", "--shape");
        Object[] shaped = Arrays.copyOf(beyond, beyond.length + 2);
        shaped[beyond.length] = "--shape";
        shaped[beyond.length + 1] = "5x5";
        Cli.run(shaped).failed(1, "table.csv: rows of 21 values, expected 25 or three times as many for --shape 5x5");
        assertThat(none).doesNotExist();
        Cli cli = Cli.ok(study);
        assertThat(cli.err())
                .contains("table.csv: 60 of its 300 rows held out to test on (--validation 0.2)")
                .contains("scaler: standard, so the output is linear, not a sigmoid");
        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        assertThat(json.get("data").get("train").asInt()).isEqualTo(240);
        assertThat(json.get("data").get("validation").asDouble()).isEqualTo(0.2);
        assertThat(json.get("data").get("scale").asString()).isEqualTo("standard");
        assertThat(out.resolve("report.html"))
                .content()
                .contains("20 % of the training rows, held out", "standard, learned from the training rows");
        // The models take and give rows in the table's units, and know which rows were held out.
        JsonNode run = json.get("runs").get(4);
        assertThat(run.get("testMse").asDouble()).isBetween(0.001, 0.2);
        JsonNode evaluation = JsonMapper.shared()
                .readTree(Cli.ok(
                                "evaluate",
                                out.resolve(run.get("model").asString()),
                                "--data",
                                table,
                                "--label-column",
                                "kind",
                                "--split",
                                "validation",
                                "--json")
                        .out());
        assertThat(evaluation.get("rows").asInt()).isEqualTo(60);
        assertThat(evaluation.get("mse").asDouble())
                .isCloseTo(run.get("testMse").asDouble(), within(1e-9));
        // What is finished is used again: what was measured stays what it was.
        assertThat(Cli.ok(study).err()).contains("20-256-128-16-table: finished by an earlier start, reused");
        assertThat(JsonMapper.shared()
                        .readTree(Files.readString(out.resolve("results.json")))
                        .get("runs"))
                .isEqualTo(json.get("runs"));
    }

    /** Times differ beyond the precision of floats; the models know names and units of the columns. */
    @Test
    void modelsOfATableOfTimesKnowItsColumns() throws IOException {
        Random random = new Random(2);
        StringBuilder names = new StringBuilder("time");
        StringBuilder swappedNames = new StringBuilder("m1");
        for (int column = 1; column < 20; column++) {
            names.append(",m").append(column);
            swappedNames.append(column == 1 ? ",time" : ",m" + column);
        }
        StringBuilder rows = new StringBuilder(names + "\n");
        StringBuilder swapped = new StringBuilder(swappedNames + "\n");
        for (int row = 0; row < 100; row++) {
            int time = 1_790_000_000 + row;
            int m1 = random.nextInt(50);
            String rest = ("," + random.nextInt(50)).repeat(18) + "\n";
            rows.append(time + "," + m1 + rest);
            swapped.append(m1 + "," + time + rest);
        }
        Path table = Files.writeString(folder.resolve("times.csv"), rows);
        Path out = folder.resolve("study");
        Cli cli = Cli.ok("study", "--data", table, "--recipe", "tuned", "--epochs", 2, "--out", out);
        assertThat(cli.out()).contains("validation MSE").doesNotContain("test MSE");
        assertThat(cli.err()).contains("finished, validation MSE").doesNotContain("test MSE");
        Path file = out.resolve("models/20-256-128-16-table.safetensors");
        Autoencoder model = Autoencoder.load(file);
        assertThat(model.columns()).hasSize(20).startsWith("time", "m1");
        assertThat(Double.parseDouble(model.metadata().get("data.largest"))).isGreaterThan(1_789_999_999.0);
        assertThat(model.scaler().offset()[0]).isBetween(1_790_000_000.0, 1_790_000_099.0);
        // Were the rows floats while the network was trained, its error of them would be another.
        double measured = JsonMapper.shared()
                .readTree(Files.readString(out.resolve("runs/20-256-128-16-table.json")))
                .findValue("testMse")
                .asDouble();
        Object[] evaluate = {"evaluate", file, "--data", table, "--split", "validation", "--json"};
        assertThat(JsonMapper.shared()
                        .readTree(Cli.ok(evaluate).out())
                        .get("mse")
                        .asDouble())
                .isCloseTo(measured, within(1e-9));
        Path other = Files.writeString(folder.resolve("swapped.csv"), swapped);
        Path codes = folder.resolve("codes.csv");
        Path otherCodes = folder.resolve("others.csv");
        Cli.ok("encode", file, "--data", table, "-o", codes);
        Cli.ok("encode", file, "--data", other, "-o", otherCodes);
        assertThat(otherCodes).hasSameTextualContentAs(codes);
        assertThat(Files.readAllLines(codes).stream().distinct()).hasSize(101);
    }

    @Test
    void npyFilesAndFoldersOfImagesHaveRowsHeldOut() throws IOException {
        Path images = folder.resolve("images");
        for (int label = 0; label < 3; label++) {
            Files.createDirectories(images.resolve("kind" + label));
            for (int i = 0; i < 10; i++) {
                BufferedImage image = new BufferedImage(5, 5, BufferedImage.TYPE_BYTE_GRAY);
                image.setRGB(label, i % 5, 0xffffff);
                ImageIO.write(
                        image,
                        "png",
                        images.resolve("kind" + label).resolve(i + ".png").toFile());
            }
        }
        Path out = folder.resolve("study");
        Cli cli = Cli.ok("study", "--data", images, "--recipe", "tuned", "--epochs", 1, "--out", out);
        assertThat(cli.err()).contains("images: 6 of its 30 rows held out");
        // The rows stand class by class, and each class has rows that are held out.
        assertThat(out.resolve("report.html")).content().contains("0 is kind0, 1 is kind1, 2 is kind2");
        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        assertThat(json.get("originalsConfusion").size()).isEqualTo(3);
        JsonNode subject = json.get("subject");
        assertThat(subject.get("title").asString()).isEqualTo("images");
        assertThat(subject.get("rows").asString()).isEqualTo("IMAGE");
        assertThat(subject.get("labels").asString()).isEqualTo("CLASS");
        assertThat(subject.get("labelNames")).hasSize(3);

        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (40, 20), }";
        byte[] head = (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer npy = ByteBuffer.allocate(10 + head.length + 40 * 20 * 4).order(ByteOrder.LITTLE_ENDIAN);
        npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) head.length)
                .put(head);
        for (int i = 0; i < 800; i++) {
            npy.putFloat(i % 7 / 7f);
        }
        Path file = Files.write(folder.resolve("rows.npy"), npy.array());
        Cli floats =
                Cli.ok("study", "--data", file, "--recipe", "tuned", "--epochs", 1, "--out", folder.resolve("npy"));
        assertThat(floats.err()).contains("rows.npy: 8 of its 40 rows held out", "scaler: standard");
    }

    @Test
    void wrongOptionsAreWrongUsage() {
        Cli.run("study", "--validation", 0).failed(2, "validation = 0.0", "between 0 and 1");
        Cli.run("study", "--seeds", 0).failed(2, "seeds = 0, expected 1 to 100");
        Cli.run("study", "--epochs", 0).failed(2, "epochs = 0");
        Cli.run("study", "--threads", -1).failed(2, "threads = -1");
        Cli.run("study", "--seed", "x").failed(2, "--seed");
        Cli.run("study", "--data", folder.resolve("none"), "--out", folder.resolve("s"))
                .failed(1, "none");
    }

    @Test
    void aFileInPlaceOfTheFolderIsAFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Cli.run("study", "--data", folder, "--out", file).failed(1, file);
    }
}
