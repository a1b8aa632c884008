package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command finds out whether it can write its results before it reads anything. */
class OutputsTest {
    /** Where nobody can create a file, not even root. */
    private static final Path PROC = Path.of("/proc");

    @TempDir
    Path folder;

    /** Commands that write a file, without its name; the model and the data are not there. */
    private List<List<String>> filesOf(String model, String data) {
        return List.of(
                List.of("x.safetensors", "train", "--data", data, "-o"),
                List.of("x.csv", "train", "--data", data, "-o", path("m.safetensors"), "--history"),
                List.of("x.csv", "encode", model, "--data", data, "-o"),
                List.of("x.csv", "decode", model, data, "-o"),
                List.of("x.png", "sample", model, "-o"),
                List.of("x.csv", "score", model, "--data", data, "-o"),
                List.of("x.html", "score", model, "--data", data, "-o", path("s.csv"), "--plot"),
                List.of("x.safetensors", "calibrate", model, "--data", data, "-o"),
                List.of("x.onnx", "export", model, "--onnx"),
                List.of("x.hgz", "compress", model, "--data", data, "-o"),
                List.of("x.csv", "decompress", model, data, "-o"),
                List.of("x.csv", "clusters", model, "--data", data, "-o"),
                List.of("x.html", "explore", model, "--data", data, "-o"));
    }

    /** The same for a folder. */
    private List<List<String>> foldersOf(String model, String data) {
        return List.of(
                List.of("train", "--data", data, "-o", path("m.safetensors"), "--checkpoint"),
                List.of("decode", model, data, "-o"),
                List.of("decompress", model, data, "-o"),
                List.of("score", model, "--data", data, "-o", path("s.csv"), "--heatmaps"),
                List.of("rate-distortion", model, "--data", data, "-o"),
                List.of("sweep", "--data", data, "--out"),
                List.of("variance", "--data", data, "--out"),
                List.of("study", "--data", data, "--out"));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static Cli run(List<String> command, Path output) {
        return Cli.run(
                Stream.concat(command.stream(), Stream.of(output.toString())).toArray());
    }

    @Test
    void aFileThatCannotBeWrittenIsFoundFirst() throws IOException {
        for (List<String> all : filesOf(path("none.safetensors"), path("none.csv"))) {
            List<String> command = all.subList(1, all.size());
            String name = all.get(0);
            Path missing = folder.resolve("no/" + name);
            run(command, missing).failed(1, missing + ": cannot be written, because its folder does not exist");
            if (!command.get(0).matches("decode|decompress")) { // which write folders too
                Path taken = Files.createDirectories(folder.resolve("folder-" + name));
                run(command, taken).failed(1, taken + ": is a folder, expected a file to write");
            }
            if (Files.isDirectory(PROC)) {
                run(command, PROC.resolve(name)).failed(1, PROC.resolve(name) + ": ");
                assertThat(run(command, PROC.resolve(name)).err())
                        .doesNotContain(".tmp")
                        .containsPattern("cannot be written: its folder takes no new files|permission denied");
            }
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsFoundFirst() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (List<String> command : foldersOf(path("none.safetensors"), path("none.csv"))) {
            if (!command.get(0).matches("decode|decompress")) { // which write files too
                run(command, file).failed(1, file + ": is a file, expected a folder");
            }
            run(command, file.resolve("below"))
                    .failed(1, file.resolve("below") + ": is below a file, expected a folder");
            if (Files.isDirectory(PROC)) {
                Cli cli = run(command, PROC.resolve("x"));
                cli.failed(1, PROC.resolve("x") + ": ");
                assertThat(cli.err())
                        .doesNotContain(".tmp")
                        .containsPattern("cannot be written: its folder takes no new files|permission denied");
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** The new file takes the old one's place, so the folder must allow it. */
    @Test
    void aFileInAFolderThatTakesNoneIsFoundFirst() throws IOException {
        Path closed = Files.createDirectories(folder.resolve("closed"));
        Path file = Files.writeString(closed.resolve("x.csv"), "");
        assumeThat(closed.toFile().setWritable(false)).isTrue();
        try {
            assumeThat(Files.isWritable(closed)).as("not root").isFalse();
            Cli.run("encode", path("none.safetensors"), "--data", path("none.csv"), "-o", file, "--force")
                    .failed(1, file + ": permission denied");
        } finally {
            closed.toFile().setWritable(true);
        }
    }
}
