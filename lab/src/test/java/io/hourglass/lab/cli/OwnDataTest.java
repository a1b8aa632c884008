package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Scaler;
import io.hourglass.lab.data.Npy;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user's own tables and images through the commands. */
class OwnDataTest {
    @TempDir
    Path folder;

    private Path csv;
    private Path model;

    /** Temperature, pressure and their sum, on one line; with names, labels and a gap. */
    @BeforeEach
    void writeTable() throws IOException {
        csv = folder.resolve("machines.csv");
        model = folder.resolve("m.safetensors");
        Random random = new Random(1);
        StringBuilder text = new StringBuilder("temperature,pressure,sum,state\n");
        for (int row = 0; row < 120; row++) {
            double t = random.nextDouble();
            text.append(String.format(
                    Locale.ROOT,
                    "%s,%.3f,%.3f,%s%n",
                    row == 7 ? "" : String.format(Locale.ROOT, "%.2f", 20 + 60 * t),
                    100_000 + 5_000 * t,
                    100_020 + 5_060 * t,
                    row % 3 == 0 ? "worn" : "good"));
        }
        Files.writeString(csv, text);
    }

    @Test
    void aCodeAsWideAsARowIsWarnedOfAndComparedWithAll() {
        Cli wide = Cli.ok(
                "train",
                "--data",
                csv,
                "--label-column",
                "state",
                "--impute",
                "mean",
                "--latent",
                3,
                "--epochs",
                2,
                "-o",
                model);
        assertThat(wide.err())
                .contains("warning: --latent 3: the code is no narrower than a row of 3 columns")
                .contains("warning: PCA with 3 components is better (0.000000 against ");
        assertThat(wide.out()).contains(", PCA with 3 components 0.000000\n").contains(" (mean of the epoch), ");
        assertThat(Cli.ok("evaluate", model, "--data", csv).out()).contains(", PCA with 3 components 0.000000 (");
        assertThat(train().err()).doesNotContain("--latent");
    }

    @Test
    void trainingRowsAreThoseThatWereTrainedOn() {
        train("--impute", "mean", "--validation", 0.25);
        Cli all = Cli.ok("evaluate", model, "--data", csv);
        assertThat(all.out()).startsWith("rows  120 (the model was trained on 90 of them, ");
        Cli trained = Cli.ok("evaluate", model, "--data", csv, "--split", "train");
        assertThat(trained.out()).startsWith("rows  90 (the model was trained on 90 of them, ");
        assertThat(trained.err())
                .contains(
                        "note: machines.csv: leaves out 30 rows that train held out (--split validation selects them)");
        assertThat(Cli.ok("evaluate", model, "--data", csv, "--split", "validation")
                        .out())
                .startsWith("rows  30\n");
        Cli scored = Cli.ok("score", model, "--data", csv, "--split", "train", "-o", folder.resolve("s.csv"));
        assertThat(scored.out()).startsWith("rows          90\n");
    }

    @Test
    void arraysAndImagesHaveNoColumnsToChoose() throws IOException {
        Path array = folder.resolve("a.npy");
        Npy.write(array, new float[][] {{1, 2, 3}, {2, 4, 5}, {3, 1, 2}});
        Cli.run("train", "--data", array, "--ignore", 2, "-o", model)
                .failed(1, array + ": is no table, so there are no columns for --ignore, expected a table");
        Cli.run("train", "--data", TinyData.write(folder.resolve("tiny"), 4), "--id", "name", "-o", model)
                .failed(1, "so there are no columns for --id");
        Cli.run("train", "--data", "mnist", "--columns", "1-9", "-o", model)
                .failed(1, "mnist: is no table, so there are no columns for --columns");
    }

    private Cli train(Object... more) {
        Object[] args = {
            "train",
            "--data",
            csv,
            "--label-column",
            "state",
            "--hidden",
            "none",
            "--latent",
            1,
            "--epochs",
            200,
            "--learning-rate",
            0.02,
            "--batch",
            16,
            "-o",
            model
        };
        Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.run(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"min-max", "standard"})
    void aTableGoesInAndComesOutInItsOwnUnits(String scale) throws IOException {
        Cli trained = train("--impute", "mean", "--scale", scale, "--validation", 0.1);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err())
                .contains("filled 1 missing value ", "scaler: " + scale)
                .contains(scale.equals("standard") ? "the output is linear" : "min-max");
        Autoencoder loaded = Autoencoder.load(model);
        assertThat(loaded.scaler().kind()).isEqualTo(Scaler.Kind.parse(scale));
        assertThat(loaded.metadata()).containsEntry("data.columns", "temperature\npressure\nsum");
        assertThat(Cli.ok("info", model).out()).contains("data.columns = temperature, pressure, sum");

        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", csv, "--label-column", 4, "--labels", "-o", codes);
        List<String> lines = Files.readAllLines(codes);
        assertThat(lines).hasSize(121);
        assertThat(lines.get(0)).isEqualTo("z0,label");
        assertThat(lines.get(1)).endsWith(",worn");
        assertThat(lines.get(2)).endsWith(",good");
        Path rows = folder.resolve("rows.csv");
        Cli.ok("decode", model, codes, "-o", rows);
        List<String> decoded = Files.readAllLines(rows);
        assertThat(decoded.get(0)).isEqualTo("temperature,pressure,sum");
        String[] given = Files.readAllLines(csv).get(1).split(",");
        String[] back = decoded.get(1).split(",");
        assertThat(Double.parseDouble(back[0])).isCloseTo(Double.parseDouble(given[0]), within(12.0));
        assertThat(Double.parseDouble(back[1])).isCloseTo(Double.parseDouble(given[1]), within(1000.0));
        assertThat(Cli.ok("evaluate", model, "--data", csv, "--label-column", "state")
                        .out())
                .contains(
                        "rows  120",
                        " (in the network's units, scaler " + scale + ")",
                        "MSE of label good  ",
                        "MSE of label worn  ");
        assertThat(Cli.ok("evaluate", model, "--data", csv, "--label-column", "state", "--json")
                        .out())
                .contains("\"labelNames\"", "\"scaler\"", scale)
                .contains(scale.equals("standard") ? "mseByLabel" : "psnr");
        Path packed = folder.resolve("rows.hgz");
        Cli.ok("compress", model, "--data", csv, "--label-column", "state", "-o", packed);
        Path unpacked = folder.resolve("unpacked.csv");
        Cli.ok("decompress", model, packed, "-o", unpacked);
        assertThat(Files.readAllLines(unpacked)).hasSize(121).startsWith("temperature,pressure,sum");
        Cli.run("decode", model, codes, "-o", folder.resolve("rows.png")).failed(1, model);
        Cli.run("decode", model, codes, "-o", folder.resolve("rows.idx"))
                .failed(1, "decodes to numbers (scaler " + scale + ")", ".csv or .npy");
    }

    @Test
    void goesOnFromAModelInItsUnits() throws IOException {
        assertThat(train("--impute", "mean").code()).isZero();
        Scaler scaler = Autoencoder.load(model).scaler();
        Path first = Files.copy(model, folder.resolve("first.safetensors"));
        Cli cli = Cli.run(
                "train",
                "--data",
                csv,
                "--label-column",
                "state",
                "--init",
                first,
                "--epochs",
                1,
                "--force",
                "-o",
                model);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).contains("filled 1 missing value ");
        assertThat(Autoencoder.load(model).scaler().metadata()).isEqualTo(scaler.metadata());
        assertThat(Autoencoder.load(model).metadata()).containsKey("impute.mean");
    }

    @Test
    void whatDoesNotFitIsSaid() throws IOException {
        train().failed(1, csv + ": line 9, column 1 ('temperature') is missing", "--impute mean");
        train("--impute", "mean", "--scale", "none").failed(1, "machines.csv: row 0, column 0 is ", "expected 0 to 1");
        train("--impute", "mean", "--scale", "pixel").failed(1, "machines.csv: column 1 ranges from ", "0 to 255");
        train("--impute", "mode").failed(2, "--impute", "mode");
        train("--scale", "cubic").failed(2, "--scale", "cubic");
        train("--header", "maybe").failed(2, "--header", "maybe");
        train("--size", "7").failed(2, "--size", "'7'");
        assertThat(model).doesNotExist();
        assertThat(train("--impute", "mean").code()).isZero();
        train("--encoding", "utf-9", "--force").failed(2, "--encoding", "'utf-9', expected UTF-8, windows-1252");
        assertThat(Cli.ok("evaluate", model, "--data", csv).out())
                .as("the labels of the training rows")
                .contains("MSE of label worn");
        Path array = folder.resolve("a.npy");
        Npy.write(array, new float[2][4]);
        Cli.run("evaluate", model, "--data", array).failed(1, "3 values", "a.npy", "4");
    }

    @Test
    void greyValuesOfATableAreImagesAgain() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < 20; row++) {
            text.append("0,").append(row * 12).append(",255,128\n");
        }
        Files.writeString(csv, text);
        Cli.ok("train", "--data", csv, "--scale", "pixel", "--hidden", "3", "--latent", 2, "--epochs", 2, "-o", model);
        Path codes = folder.resolve("codes.npy");
        Cli.ok("encode", model, "--data", csv, "-o", codes);
        Cli.run("decode", model, codes, "-o", folder.resolve("images")).failed(1, model, "--shape 2x2");
        Cli.ok("decode", model, codes, "--shape", "2x2", "-o", folder.resolve("images"));
        Cli.ok("decode", model, codes, "-o", folder.resolve("rows.npy"));
        float[] values = Npy.read(folder.resolve("rows.npy")).values();
        BufferedImage image = ImageIO.read(folder.resolve("images/00000.png").toFile());
        assertThat(image.getRaster().getSample(0, 1, 0)).isEqualTo(Math.round(values[2]));
        assertThat(Npy.read(folder.resolve("rows.npy")).shape()).containsExactly(20, 4);
    }

    @Test
    void imagesAreBroughtToWhatTheModelTakes() throws IOException {
        for (int i = 0; i < 20; i++) {
            Path file = folder.resolve("photos/" + (i < 10 ? "day" : "night") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(10 + i % 2, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i % 10, i % 8, 0xff8000);
            ImageIO.write(image, "png", file.toFile());
        }
        Path photos = folder.resolve("photos");
        Cli.run("train", "--data", photos, "--hidden", "8", "--latent", 2, "-o", model)
                .failed(1, "1.png: an image of 11x8 pixels, expected 10x8 like the first", "--size");
        Cli.ok(
                "train",
                "--data",
                photos,
                "--size",
                "5x4",
                "--rgb",
                "--hidden",
                "8",
                "--latent",
                2,
                "--epochs",
                2,
                "-o",
                model);
        assertThat(Autoencoder.load(model).metadata()).containsEntry("data.image_shape", "4x5x3");
        assertThat(Cli.ok("evaluate", model, "--data", photos).out())
                .contains("rows  20", "MSE of label day  0.", "MSE of label night  0.");
        Cli.ok(
                "train",
                "--data",
                photos,
                "--size",
                "5x4",
                "--hidden",
                "8",
                "--latent",
                2,
                "--epochs",
                1,
                "--force",
                "-o",
                model);
        assertThat(Cli.ok("info", model).out()).contains("4x5x1");
    }
}
