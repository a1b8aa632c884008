package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.format.Safetensors;
import io.hourglass.lab.data.Codes;
import io.hourglass.lab.data.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that use a trained model: evaluate, encode, decode, info. */
class ModelCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void trainModel() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        model = folder.resolve("m.safetensors");
        Cli.ok("train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 3, "-o", model);
    }

    @Test
    void evaluatesTheTestRows() throws IOException {
        Autoencoder loaded = Autoencoder.load(model);
        JsonNode json = JsonMapper.shared()
                .readTree(Cli.ok("evaluate", model, "--data", data, "--json").out());
        double mse = Double.parseDouble(loaded.metadata().get("result.test_mse"));
        assertThat(json.get("rows").asInt()).isEqualTo(TinyData.TEST);
        assertThat(json.get("mse").asDouble()).isCloseTo(mse, within(1e-12));
        assertThat(json.get("psnr").asDouble()).isCloseTo(-10 * Math.log10(mse), within(1e-9));
        assertThat(json.get("mseByLabel").size()).isEqualTo(10);
        assertThat(json.get("mseByLabel").get("9").asDouble()).isPositive();

        assertThat(Cli.ok("evaluate", model, "--data", data).out()).contains("rows  50", "MSE   0.", "MSE of label 9");
        assertThat(Cli.ok("evaluate", model, "--data", data, "--split", "train").out())
                .contains("rows  200");
        Cli.run("evaluate", model, "--data", data, "--split", "half").failed(2, "--split", "half");
    }

    @Test
    void infoShowsWhatAFileHolds() throws IOException {
        String hash = Autoencoder.load(model).weightsSha256();
        assertThat(Cli.ok("info", model).out())
                .contains("16-8-3", hash, "encoder.0", "decoder.2", "compression ratio  5.3", "recipe.name = tuned");
        JsonNode json =
                JsonMapper.shared().readTree(Cli.ok("info", model, "--json").out());
        assertThat(json.get("weightsSha256").asString()).isEqualTo(hash);
        assertThat(json.get("parameters").asLong()).isEqualTo(16 * 8 + 8 + 8 * 3 + 3 + 3 * 8 + 8 + 8 * 16 + 16);
        assertThat(json.get("layers").size()).isEqualTo(4);
        assertThat(json.get("bytes").asLong()).isEqualTo(Files.size(model));
        assertThat(json.get("metadata").get("data.name").asString()).isEqualTo("tiny");
    }

    @Test
    void codesGoThereAndBack() throws IOException {
        Dataset test = Idx.readImages(data.resolve("t10k-images-idx3-ubyte"));
        float[][] reconstructed = Autoencoder.load(model).reconstruct(test);
        for (String form : List.of("csv", "npy")) {
            Path codes = folder.resolve("codes." + form);
            Cli.ok("encode", model, "--data", data, "-o", codes);
            assertThat(Codes.read(codes).values())
                    .isDeepEqualTo(Autoencoder.load(model).encode(test));
            Path rows = folder.resolve("rows-" + form + ".npy");
            Cli.ok("decode", model, codes, "-o", rows);
            float[] values = Npy.read(rows).values();
            for (int row = 0; row < test.rows(); row++) {
                assertThat(Arrays.copyOfRange(values, 16 * row, 16 * row + 16)).isEqualTo(reconstructed[row]);
            }
        }
    }

    @Test
    void labelsGoIntoTheCsv() throws IOException {
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", data, "--split", "train", "--labels", "-o", codes);
        List<String> lines = Files.readAllLines(codes);
        assertThat(lines).hasSize(201);
        assertThat(lines.get(0)).endsWith(",label");
        assertThat(lines.get(8)).endsWith(",7");
        assertThat(Codes.read(codes).values()[0]).hasSize(3);
        Cli.run("encode", model, "--data", data, "--labels", "-o", folder.resolve("c.npy"))
                .failed(2, "--labels", ".csv");
        Path bare = folder.resolve("bare.npy");
        Npy.write(bare, new float[5][16]);
        Cli.run("encode", model, "--data", bare, "--labels", "-o", folder.resolve("bare.csv"))
                .failed(1, "bare.npy", "has no labels");
    }

    @Test
    void decodesToImages() throws IOException {
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", data, "-o", codes);
        Cli.ok("decode", model, codes, "-o", folder.resolve("images.idx"));
        Dataset images = Idx.readImages(folder.resolve("images.idx"));
        assertThat(images.rows()).isEqualTo(TinyData.TEST);
        assertThat(images.shape()).hasToString("Optional[4x4x1]");

        Cli.ok("decode", model, codes, "-o", folder.resolve("grid.png"));
        var grid = ImageIO.read(folder.resolve("grid.png").toFile());
        assertThat(grid.getWidth()).isEqualTo(8 * 6 - 2);
        assertThat(grid.getHeight()).isEqualTo(7 * 6 - 2);

        Cli.ok("decode", model, codes, "-o", folder.resolve("images"));
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            assertThat(files)
                    .hasSize(TinyData.TEST)
                    .allMatch(file -> file.toString().endsWith(".png"));
        }
        Cli.run("decode", model, codes, "-o", folder.resolve("images.jpg")).failed(2, "images.jpg", ".png");
    }

    @Test
    void namesBothWidthsThatDoNotFit() throws IOException {
        Path wide = TinyData.write(folder.resolve("wide"), 5);
        for (String command : List.of("evaluate", "encode")) {
            Object[] args = {command, model, "--data", wide, "-o", folder.resolve("c.csv")};
            Cli.run(command.equals("encode") ? args : Arrays.copyOf(args, 4)).failed(1, "16 values", "wide", "25");
        }
        Files.writeString(folder.resolve("two.csv"), "z0,z1\n1,2\n");
        Cli.run("decode", model, folder.resolve("two.csv"), "-o", folder.resolve("x.npy"))
                .failed(1, "3 values", "two.csv", "2");
        assertThat(folder.resolve("x.npy")).doesNotExist();
    }

    @Test
    void refusesDamagedModels() throws IOException {
        byte[] whole = Files.readAllBytes(model);
        for (int length : new int[] {0, 7, 40, whole.length - 1}) {
            Files.write(model, Arrays.copyOf(whole, length));
            Cli.run("info", model).failed(1, model);
            Cli.run("evaluate", model, "--data", data).failed(1, model);
        }
        Files.writeString(model, "this is no model at all, but a text");
        Cli.run("info", model).failed(1, model);
        Cli.run("info", folder).failed(1, folder);
    }

    @Test
    void saysWhereToWriteAndWhatIsMissing() throws IOException {
        Cli.run("encode", model, "--data", data, "-o", folder.resolve("codes.txt"))
                .failed(2, "codes.txt", ".csv or .npy");
        Cli.run("encode", model, "--data", data, "-o", folder.resolve("no/codes.csv"))
                .failed(1, "codes.csv", "its folder does not exist");
        Cli.run("encode", model, "--data", folder.resolve("nothing"), "-o", folder.resolve("codes.csv"))
                .failed(1, "nothing");
        Path codes = Files.createDirectory(folder.resolve("codes.npy"));
        Cli.run("decode", model, codes, "-o", folder.resolve("x.npy"))
                .failed(1, codes + ": is a folder, expected codes");
        Cli.run("decode", model, folder.resolve("none.csv"), "-o", folder.resolve("x.npy"))
                .failed(1, "none.csv: no such file");
    }

    /** As PyTorch's: nothing says that rows are images, and 16 columns of a table are none. */
    @Test
    void whatIsNotSaidToBeImagesIsNotWrittenAsImages() throws IOException {
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", data, "-o", codes);
        Path bare = folder.resolve("bare.safetensors");
        Safetensors.write(bare, Map.of(), Safetensors.read(model).tensors());
        Path grid = folder.resolve("grid.png");
        Cli.run("decode", bare, codes, "-o", grid)
                .failed(1, bare + ": states no image shape", "16 values", "--shape, such as --shape 4x4");
        Cli.run("decode", bare, codes, "-o", folder.resolve("images")).failed(1, bare, "--shape");
        assertThat(grid).doesNotExist();
        Path rows = folder.resolve("rows.npy");
        Cli.ok("decode", bare, codes, "-o", rows);
        assertThat(Npy.read(rows).shape()).containsExactly(TinyData.TEST, 16);
        Path idx = folder.resolve("rows.idx");
        Cli.ok("decode", bare, codes, "-o", idx);
        assertThat(Idx.readImages(idx).shape()).isEmpty();

        Cli.ok("decode", bare, codes, "--shape", "8x2", "-o", grid);
        assertThat(ImageIO.read(grid.toFile()).getWidth()).isEqualTo(8 * 10 - 2);
        Cli.ok("decode", bare, codes, "--shape", "8x2", "-o", rows, "--force");
        assertThat(Npy.read(rows).shape()).containsExactly(TinyData.TEST, 2, 8);
        Cli.run("decode", bare, codes, "--shape", "5x5", "-o", grid, "--force")
                .failed(1, bare + ": rows of 16 values, expected 25 or three times as many for --shape 5x5");
        Cli.run("decode", model, codes, "--shape", "8x2", "-o", grid, "--force")
                .failed(1, model + ": holds a model of images of 4x4 pixels, expected --shape 8x2");

        Path flat = folder.resolve("flat.npy");
        Npy.write(flat, new float[20][12]);
        Path table = folder.resolve("table.safetensors");
        Cli.ok("train", "--data", flat, "--scale", "none", "--hidden", "4", "--latent", 3, "--epochs", 1, "-o", table);
        Cli.run("decode", table, codes, "-o", folder.resolve("odd.png")).failed(1, table, "no image shape", "--shape");
        Cli.ok("decode", table, codes, "-o", folder.resolve("odd.idx"));
        assertThat(Idx.readImages(folder.resolve("odd.idx")).inputs()).isEqualTo(12);
        Cli.ok("decode", table, codes, "--shape", "2x2", "-o", folder.resolve("colours.png"));
        assertThat(ImageIO.read(folder.resolve("colours.png").toFile())
                        .getRaster()
                        .getNumBands())
                .isEqualTo(3);
    }
}
