package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.lab.PixelCount;
import io.hourglass.lab.data.Npy;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** compress, decompress and rate-distortion as typed. */
class CodecCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;
    private Path file;

    @BeforeEach
    void trainModel() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        model = folder.resolve("m.safetensors");
        file = folder.resolve("t.hgz");
        Cli.ok("train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 3, "-o", model);
    }

    @Test
    void thereAndBack() throws IOException {
        assertThat(Cli.ok("compress", model, "--data", data, "--bits", 10, "-o", file)
                        .out())
                .contains("Compressed: " + file, Files.size(file) + " bytes for 50 rows");
        Cli.ok("decompress", model, file, "-o", folder.resolve("t.idx"));
        Dataset decoded = Idx.readImages(folder.resolve("t.idx"));
        Dataset test = Idx.readImages(data.resolve("t10k-images-idx3-ubyte"));
        float[][] reconstructed = Autoencoder.load(model).reconstruct(test);
        assertThat(decoded.rows()).isEqualTo(50);
        for (int r = 0; r < 50; r++) {
            for (int j = 0; j < 16; j++) {
                assertThat(decoded.row(r)[j])
                        .isCloseTo(reconstructed[r][j], org.assertj.core.api.Assertions.within(0.02f));
            }
        }
        Path images = folder.resolve("images");
        Cli.ok("decompress", model, file, "-o", images);
        try (Stream<Path> files = Files.list(images)) {
            assertThat(files).hasSize(50);
        }
        BufferedImage image = ImageIO.read(images.resolve("00049.png").toFile());
        assertThat(image.getRaster().getSample(3, 2, 0)).isEqualTo(Math.round(decoded.row(49)[11] * 255));
        Cli.ok("compress", model, "--data", data, "--split", "train", "-o", folder.resolve("train.hgz"));
        assertThat(Cli.ok("decompress", model, folder.resolve("train.hgz"), "-o", folder.resolve("train.csv"))
                        .out())
                .contains("200 rows");
    }

    /** The scaler's columns come back in their units and under their names, which may need quotes. */
    @Test
    void aTableComesBackUnderItsNames() throws IOException {
        Path table = folder.resolve("table.csv");
        StringBuilder rows = new StringBuilder("\"flow, m/s\",pressure\n");
        for (int r = 0; r < 40; r++) {
            rows.append(r * 0.5).append(',').append(1000 + r).append('\n');
        }
        Files.writeString(table, rows);
        Path scaled = folder.resolve("scaled.safetensors");
        Cli.ok("train", "--data", table, "--hidden", 8, "--latent", 2, "--epochs", 200, "-o", scaled);
        Cli.ok("compress", scaled, "--data", table, "-o", folder.resolve("table.hgz"));
        Path back = folder.resolve("back.csv");
        Cli.ok("decompress", scaled, folder.resolve("table.hgz"), "-o", back);
        List<String> lines = Files.readAllLines(back);
        assertThat(lines).hasSize(41).startsWith("\"flow, m/s\",pressure");
        String[] last = lines.get(40).split(",");
        assertThat(Double.parseDouble(last[0])).isBetween(15.0, 24.0);
        assertThat(Double.parseDouble(last[1])).isBetween(1030.0, 1048.0);
    }

    /** One row of 1e6 in 2,000: it is kept, and the others are what they would be without it. */
    @Test
    void anOutlierDoesNotCostTheOtherRowsTheirPrecision() throws IOException {
        java.util.Random random = new java.util.Random(1);
        StringBuilder text = new StringBuilder("a,b,c,d\n");
        for (int r = 0; r < 2000; r++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            text.append(String.format(
                    java.util.Locale.ROOT, "%.5f,%.5f,%.5f,%.5f%n", x, y, x + y + random.nextGaussian() / 10, x - y));
        }
        Path clean = Files.writeString(folder.resolve("clean.csv"), text);
        Path outlier = Files.writeString(folder.resolve("outlier.csv"), text + "1e6,1e6,1e6,1e6\n");
        Path linear = folder.resolve("linear.safetensors");
        Cli.ok("train", "--data", clean, "--hidden", "none", "--latent", 2, "--scale", "standard", "-o", linear);
        String[] errors = new String[2];
        for (Path table : List.of(clean, outlier)) {
            Cli cli = Cli.ok("compress", linear, "--data", table, "--force", "-o", file);
            Cli.ok("decompress", linear, file, "--force", "-o", folder.resolve("back.csv"));
            List<String> rows = Files.readAllLines(table);
            List<String> back = Files.readAllLines(folder.resolve("back.csv"));
            double sum = 0;
            for (int r = 1; r <= 2000; r++) {
                String[] before = rows.get(r).split(",");
                String[] after = back.get(r).split(",");
                for (int j = 0; j < 4; j++) {
                    double difference = Double.parseDouble(before[j]) - Double.parseDouble(after[j]);
                    sum += difference * difference;
                }
            }
            errors[table == clean ? 0 : 1] = String.format(java.util.Locale.ROOT, "%.3e", sum / 8000);
            assertThat(cli.out())
                    .contains(
                            String.format(java.util.Locale.ROOT, "of %s (%,d bytes)", table, Files.size(table)),
                            "without quantisation (in the network's units, scaler standard)");
        }
        assertThat(errors[1]).isEqualTo(errors[0]);
        assertThat(Double.parseDouble(errors[0])).isLessThan(0.02);
    }

    /** Of times, a float keeps every 128th second only: errors must be those of the digits that are written. */
    @Test
    void errorsOfTimesAreThoseOfWhatIsWritten() throws IOException {
        StringBuilder text = new StringBuilder("time,flow,pressure\n");
        for (int r = 0; r < 100; r++) {
            text.append(1_790_000_000 + r + "," + r * 29 % 100 + "," + (r + r * 29 % 100 + r % 5) + "\n");
        }
        Path table = Files.writeString(folder.resolve("times.csv"), text);
        Path times = folder.resolve("times.safetensors");
        Cli.ok("train", "--data", table, "--validation", 0, "--hidden", "none", "--latent", 2, "-o", times);
        double evaluated = error(
                "^MSE +([\\d.e-]+) ", Cli.ok("evaluate", times, "--data", table).out());
        assertThat(evaluated).isLessThan(0.001);
        String compressed = Cli.ok("compress", times, "--data", table, "--bits", 16, "-o", file)
                .out();
        Percentage near = Percentage.withPercentage(5);
        assertThat(error(", ([\\d.e-]+) without quantisation", compressed)).isCloseTo(evaluated, near);
        assertThat(error("MSE ([\\d.e-]+) with 16 bits", compressed)).isCloseTo(evaluated, near);

        Cli.ok("rate-distortion", times, "--data", table, "-o", folder.resolve("rates"));
        String rates = Files.readString(folder.resolve("rates/rate-distortion.csv"));
        String mse = ",16,\\d+,[\\d.]+,([\\d.E-]+),";
        assertThat(error("^model" + mse, rates)).isCloseTo(evaluated, near);
        assertThat(error("^pca" + mse, rates)).isCloseTo(evaluated, near);
    }

    private static double error(String pattern, String out) {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(out);
        assertThat(matcher.find()).as(out).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    /**
     * Two equal columns and a linear network of width 1: the model loses next to nothing, so that the quantiser rules.
     */
    @Test
    void warnsWhereTheQuantiserRulesAndWhereGzipIsBetter() throws IOException {
        StringBuilder text = new StringBuilder("a,b\n");
        for (int r = 0; r < 300; r++) {
            text.append(r).append(',').append(r).append('\n');
        }
        Path table = Files.writeString(folder.resolve("line.csv"), text);
        Path linear = folder.resolve("linear.safetensors");
        Object[] train = {"train", "--data", table, "--hidden", "none", "--latent", 1, "--scale", "standard"};
        Object[] rest = {"--epochs", 300, "-o", linear};
        Cli.ok(Stream.concat(Stream.of(train), Stream.of(rest)).toArray());
        Cli coarse = Cli.ok("compress", linear, "--data", table, "--bits", 2, "-o", file);
        assertThat(coarse.err()).contains("warning: quantisation more than doubles the error; use more --bits");
        Cli fine = Cli.ok("compress", linear, "--data", table, "--bits", 16, "--force", "-o", file);
        assertThat(fine.err()).contains("fewer than this file and the model together");
        Path zeros = folder.resolve("zeros.npy");
        Npy.write(zeros, new float[50][16]);
        Cli small = Cli.ok("compress", model, "--data", zeros, "--force", "-o", file);
        assertThat(small.err()).contains("warning: gzip, which is lossless, compresses " + zeros + " to fewer bytes: ");
        assertThat(small.out())
                .containsPattern(
                        "size   1/\\d+\\.\\d of .*zeros.npy \\(3,328 bytes\\), \\d\\.\\d times the size of gzip");
        // Some rows of a file are not compared with the file.
        assertThat(Cli.ok("compress", model, "--data", data, "--only-labels", "1-3", "--force", "-o", file)
                        .out())
                .contains("of the rows as bytes (240 bytes)");
    }

    @Test
    void anIdxFileIsReadAsAStreamToTheSameBytes() throws IOException {
        Cli.ok("compress", model, "--data", data, "-o", file);
        Path images = data.resolve("t10k-images-idx3-ubyte");
        Cli.ok("compress", model, "--data", images, "-o", folder.resolve("s.hgz"));
        assertThat(folder.resolve("s.hgz")).hasSameBinaryContentAs(file);
        Cli.run("compress", model, "--data", images, "--split", "test", "-o", folder.resolve("no.hgz"))
                .failed(1, "has no rows 'test'");
        byte[] bytes = Files.readAllBytes(images);
        Files.write(images, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        Cli.run("compress", model, "--data", images, "-o", folder.resolve("no.hgz"))
                .failed(1, images, "ends in image 49");
        assertThat(folder.resolve("no.hgz")).doesNotExist();
        Path wide = TinyData.write(folder.resolve("wide"), 5).resolve("t10k-images-idx3-ubyte");
        Cli.run("compress", model, "--data", wide, "-o", folder.resolve("no.hgz"))
                .failed(1, "16 values", "25");
    }

    @Test
    void nothingIsWrittenOverWithoutForce() throws IOException {
        Files.writeString(file, "old");
        Cli.run("compress", model, "--data", data, "-o", file).failed(1, file, "already exists", "--force");
        assertThat(file).hasContent("old");
        Cli.ok("compress", model, "--data", data, "-o", file, "--force");
        for (String name : List.of("t.npy", "images")) {
            Path output = folder.resolve(name);
            Cli.ok("decompress", model, file, "-o", output);
            Cli.run("decompress", model, file, "-o", output).failed(1, output, "already exists");
            Cli.ok("decompress", model, file, "--force", "-o", output);
        }
        Cli.ok("decompress", model, file, "-o", folder.resolve("deep/images"));
        Path plain = Files.writeString(folder.resolve("plain"), "old");
        Cli.run("decompress", model, file, "--force", "-o", plain).failed(1, plain, "is a file, expected a folder");
        assertThat(plain).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(any -> any.toString().endsWith(".tmp"));
        }
    }

    @Test
    void damageIsNamedAndTheRestRecovered() throws IOException {
        // Two blocks: 5000 rows.
        Path many = folder.resolve("many.npy");
        Npy.write(many, new float[5000][16]);
        Cli.ok("compress", model, "--data", many, "-o", file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[120] ^= 1;
        Files.write(file, bytes);
        Path output = folder.resolve("rest.npy");
        Cli.run("decompress", model, file, "-o", output)
                .failed(1, file, "block 0 (rows 0 to 4095) is damaged", "CRC-32C", "--keep-going", "904 intact rows");
        assertThat(output).doesNotExist();
        Cli kept = Cli.run("decompress", model, file, "--keep-going", "-o", output, "--quiet");
        assertThat(kept.err()).contains("warning: " + file + ": block 0 (rows 0 to 4095) is damaged");
        kept.failed(1, file, "4096 of 5000 rows are lost: rows 0 to 4095");
        assertThat(kept.out()).contains("(904 rows)");
        assertThat(Npy.read(output).shape()).containsExactly(904, 16);

        Files.write(file, java.util.Arrays.copyOf(bytes, 100));
        Cli.run("decompress", model, file, "--keep-going", "-o", folder.resolve("no.npy"))
                .failed(1, file, "nothing can be recovered");
        assertThat(folder.resolve("no.npy")).doesNotExist();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        for (String bits : List.of("1", "17", "x")) {
            Cli.run("compress", model, "--data", data, "--bits", bits, "-o", file)
                    .failed(2, "bits", bits);
        }
        Cli.run("compress", model, "--data", data, "-o", folder.resolve("no/t.hgz"))
                .failed(1, "folder does not exist");
        Cli.run("compress", model, "--data", TinyData.write(folder.resolve("wide"), 5), "-o", file)
                .failed(1, "16 values", "25");
        Cli.run("decompress", model, file, "-o", folder.resolve("t.idx")).failed(1, file + ": no such file");
        Cli.run("decompress", model, model, "-o", folder.resolve("t.idx")).failed(1, model, "expected a .hgz file");
        Cli.ok("compress", model, "--data", data, "-o", file);
        Cli.run("decompress", model, file, "-o", folder.resolve("t.jpg")).failed(2, "t.jpg", ".csv");
        Path other = folder.resolve("o.safetensors");
        Cli.ok("train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 1, "-o", other);
        Cli.run("decompress", other, file, "-o", folder.resolve("t.idx"))
                .failed(
                        1,
                        file,
                        Autoencoder.load(model).weightsSha256(),
                        Autoencoder.load(other).weightsSha256());
    }

    @Test
    void rateAndDistortion() throws IOException {
        Path rates = folder.resolve("rates");
        Cli.ok("compress", model, "--data", data, "-o", file);
        Cli cli = Cli.ok("rate-distortion", model, "--data", data, "-o", rates);
        assertThat(cli.out()).contains("PCA: bytes", "gzip, lossless", "PNG, lossless", "not included: the model");
        assertThat(cli.err()).contains("measuring 16 bits");
        List<String> lines = Files.readAllLines(rates.resolve("rate-distortion.csv"));
        assertThat(lines.get(0)).isEqualTo("codec,bits,bytes,bytes_per_row,mse,psnr");
        assertThat(lines).hasSize(1 + 15 + 15 + 2);
        assertThat(lines.get(7)).startsWith("model,8," + Files.size(file) + "," + Files.size(file) / 50.0);
        assertThat(Files.readString(rates.resolve("rate-distortion.html")))
                .contains(
                        "m: rate and distortion",
                        String.format(java.util.Locale.ROOT, "<td>%.2f</td>", Files.size(file) / 50.0))
                .doesNotContain("{{", "NaN");
        BufferedImage chart = ImageIO.read(rates.resolve("rate-distortion.png").toFile());
        assertThat(PixelCount.of(chart, 0xff0072b2)).isGreaterThan(1000);
        assertThat(PixelCount.of(chart, 0xff6b7383)).isGreaterThan(1000);
        Cli.run("rate-distortion", model, "--data", data, "-o", rates).failed(1, "already exists");
        Cli.run(
                        "rate-distortion",
                        model,
                        "--data",
                        TinyData.write(folder.resolve("wide"), 5),
                        "-o",
                        folder.resolve("r"))
                .failed(1, "16 values", "25");
        assertThat(folder.resolve("r")).doesNotExist();
    }

    /** All values are equal: nothing is lost, and there is no peak. */
    @Test
    void ofEqualValuesThereIsNoPeak() throws IOException {
        Path table = folder.resolve("equal.csv");
        Files.writeString(table, "a,b\n" + "7,7\n".repeat(50));
        Path linear = folder.resolve("linear.safetensors");
        Cli.ok(
                "train",
                "--data",
                table,
                "--hidden",
                "none",
                "--latent",
                1,
                "--scale",
                "standard",
                "--epochs",
                1,
                "-o",
                linear);
        Path rates = folder.resolve("rates");
        Cli cli = Cli.ok("rate-distortion", linear, "--data", table, "-o", rates);
        assertThat(cli.out()).contains(" undefined ").doesNotContain("Infinity", "NaN");
        assertThat(Files.readString(rates.resolve("rate-distortion.html")))
                .contains("undefined")
                .doesNotContain("Infinity", "NaN");
        assertThat(Files.readString(rates.resolve("rate-distortion.csv"))).doesNotContain("Infinity", "NaN");
    }
}
