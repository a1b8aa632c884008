package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        Cli.run(args).failed(1, file + ": exists already; --force writes over it");
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
        Cli.run("decode", model, codes, "-o", images).failed(1, images + ": exists already; --force writes over it");
        assertThat(first).hasContent("precious");
        Cli.ok("decode", model, codes, "-o", images, "--force");
        assertThat(Files.size(first)).isGreaterThan(50);
    }

    @Test
    void whatIsNoFileOfContentMayBeThere() throws IOException {
        Cli.ok("export", model, "--onnx", "/dev/null");
    }
}
