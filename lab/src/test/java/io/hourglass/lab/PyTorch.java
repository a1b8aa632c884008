package io.hourglass.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PyTorch, where it is installed: runs the scripts of {@code src/test/python}. */
final class PyTorch {
    /** Remembered, because each look takes a second; null before the first. */
    private static @Nullable Optional<PyTorch> found;

    private final String python;

    private PyTorch(String python) {
        this.python = python;
    }

    /**
     * The first Python with PyTorch and NumPy: the one of the path, or Debian's (package python3-torch), which another
     * may hide.
     */
    static Optional<PyTorch> find() throws IOException, InterruptedException {
        Optional<PyTorch> known = found;
        if (known == null) {
            known = look();
            found = known;
        }
        return known;
    }

    private static Optional<PyTorch> look() throws IOException, InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                if (exitCode(List.of(python, "-c", "import torch, numpy"), Path.of("/dev/null")) == 0) {
                    return Optional.of(new PyTorch(python));
                }
            } catch (IOException e) {
                // no such program
            }
        }
        return Optional.empty();
    }

    /** Runs a script, which must succeed, and returns what it printed. */
    String run(String script, Object... arguments) throws IOException, InterruptedException {
        Path folder = Path.of("src/test/python");
        List<String> command = new ArrayList<>(List.of(
                python,
                "-B",
                (Files.exists(folder) ? folder : Path.of("lab").resolve(folder))
                        .resolve(script)
                        .toString()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        Path output = Files.createTempFile("hourglass", ".txt");
        try {
            int code = exitCode(command, output);
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(code).as("%s%n%s", command, text).isZero();
            return text.strip();
        } finally {
            Files.delete(output);
        }
    }

    private static int exitCode(List<String> command, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end within 2 minutes");
        }
        return process.exitValue();
    }
}
