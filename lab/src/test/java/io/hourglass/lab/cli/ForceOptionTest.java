package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No command writes over what is there, unless it is told to. */
class ForceOptionTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;
    private Path codes;

    @BeforeEach
    void trainModel() throws IOException {
        data = TinyData.write(folder.resolve("tiny"), 4);
        model = folder.resolve("m.safetensors");
        codes = folder.resolve("codes.csv");
        Cli.ok("train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 1, "-o", model);
        Cli.ok("encode", model, "--data", data, "-o", codes);
    }

    /** A command that ends with where to write. */
    private void keeps(String name, Object... command) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "precious");
        Object[] args = with(command, file);
        Cli.run(args).failed(1, file + ": already exists; --force overwrites it");
        assertThat(file).hasContent("precious");
        Cli.ok(with(args, "--force"));
        assertThat(Files.readAllBytes(file)).isNotEqualTo("precious".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static Object[] with(Object[] args, Object last) {
        Object[] more = Arrays.copyOf(args, args.length + 1);
        more[args.length] = last;
        return more;
    }

    @Test
    void filesStay() throws IOException {
        Object[] train = {"train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 1};
        keeps("new.safetensors", with(train, "-o"));
        keeps("history.csv", with(with(with(train, "-o"), folder.resolve("other.safetensors")), "--history"));
        keeps("new.csv", "encode", model, "--data", data, "-o");
        keeps("new.npy", "decode", model, codes, "-o");
        keeps("new.png", "decode", model, codes, "-o");
        keeps("new.html", "explore", model, "--data", data, "-o");
        keeps("new.onnx", "export", model, "--onnx");
    }

    @Test
    void foldersStay() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        Cli.ok("decode", model, codes, "-o", images);
        Path first = images.resolve("00000.png");
        Files.writeString(first, "precious");
        Cli.run("decode", model, codes, "-o", images).failed(1, images + ": already exists; --force overwrites it");
        assertThat(first).hasContent("precious");
        Cli.ok("decode", model, codes, "-o", images, "--force");
        assertThat(Files.size(first)).isGreaterThan(50);
    }

    /**
     * A command that reads this file and ends with where to write: by its name, a link to it, and another name of it.
     */
    private void refuses(Path input, Object... command) throws IOException {
        byte[] before = Files.readAllBytes(input);
        String name = String.valueOf(input.getFileName());
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic-" + name), input);
        Path hard = Files.createLink(folder.resolve("hard-" + name), input);
        for (Path output : List.of(input, folder.resolve("tiny/../" + folder.relativize(input)), symbolic, hard)) {
            Cli.run(with(with(command, output), "--force")).failed(1, output, "the input", name, "would be lost");
            assertThat(Files.readAllBytes(input)).isEqualTo(before);
        }
        Files.delete(symbolic);
        Files.delete(hard);
    }

    @Test
    void inputsStayWhateverIsForced() throws IOException {
        Path table = folder.resolve("table.csv");
        Files.writeString(table, "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8\n".repeat(30));
        Path packed = folder.resolve("t.hgz");
        Path images = data.resolve("t10k-images-idx3-ubyte");
        Path labels = data.resolve("t10k-labels-idx1-ubyte");
        Cli.ok("compress", model, "--data", data, "-o", packed);
        Object[] train = {"train", "--data", table, "--hidden", "8", "--latent", 3, "--epochs", 1};
        Path alias = Files.createLink(folder.resolve("alias.safetensors"), table);
        Cli.run(with(with(with(train, "-o"), alias), "--force")).failed(1, alias, "the input", "would be lost");
        refuses(table, with(with(with(train, "-o"), folder.resolve("other.safetensors")), "--history"));
        refuses(model, "train", "--data", data, "--init", model, "--epochs", 1, "-o");
        refuses(table, "encode", model, "--data", table, "-o");
        refuses(table, "score", model, "--data", table, "-o");
        refuses(table, "score", model, "--data", data, "--anomalies", table, "-o");
        refuses(model, "score", model, "--data", data, "-o");
        refuses(model, "calibrate", model, "--data", data, "--method", "quantile", "-o");
        refuses(table, "compress", model, "--data", table, "-o");
        refuses(images, "compress", model, "--data", data, "-o");
        refuses(labels, "compress", model, "--data", images, "-o");
        refuses(codes, "decode", model, codes, "-o");
        Path renamed = Files.copy(packed, folder.resolve("packed.csv"));
        refuses(renamed, "decompress", model, renamed, "-o");
        refuses(model, "explore", model, "--data", data, "-o");
        refuses(model, "export", model, "--onnx");
        Path rates = Files.createDirectory(folder.resolve("rates"));
        Files.copy(table, rates.resolve("rate-distortion.csv"));
        Cli.run("rate-distortion", model, "--data", rates.resolve("rate-distortion.csv"), "-o", rates, "--force")
                .failed(1, rates.resolve("rate-distortion.csv"), "would be lost");
        for (String command : List.of("study", "sweep", "variance")) {
            Cli.run(command, "--data", data, "--out", folder, "--force").failed(1, folder, "holds the input " + data);
            Cli.run(command, "--data", data, "--out", data, "--force").failed(1, data, "holds the input " + data);
        }
        Cli.run(with(
                        with(with(with(train, "-o"), folder.resolve("x.safetensors")), "--history"),
                        folder.resolve("tiny/../x.safetensors")))
                .failed(2, "--history and -o are the same file");
    }

    @Test
    void whatIsNoFileOfContentMayBeThere() throws IOException {
        Cli.ok("export", model, "--onnx", "/dev/null");
    }
}
