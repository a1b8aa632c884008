package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a user starts it: by the launcher, in a pseudo-terminal that script (util-linux) makes. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminalTest {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final char CTRL_C = 3;

    @TempDir
    Path folder;

    private Path home;

    /** A release whose jars are the classes under test. */
    @BeforeEach
    void release() throws IOException {
        assumeTrue(Files.isExecutable(SCRIPT), "needs script (util-linux)");
        Path dist = Path.of("src/dist").toAbsolutePath();
        home = folder.resolve("release");
        for (String file : List.of("bin/hourglass", "lib/launch.sh")) {
            Files.createDirectories(home.resolve(file).getParent());
            Files.copy(dist.resolve(file), home.resolve(file));
        }
        Path java = Files.createDirectories(home.resolve("runtime/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/bash
                words=()
                for word; do
                    words+=("${word/#"$RELEASE/lib/*"/$CLASSES}")
                done
                exec "$JAVA" "${words[@]}"
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                home.resolve("runtime/release"),
                "JAVA_VERSION=\"" + Runtime.version().feature() + "\"\n");
        Files.setPosixFilePermissions(home.resolve("bin/hourglass"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A process that runs a command in a terminal of that width. */
    private Process terminal(int columns, String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        SCRIPT.toString(), "-qefc", "stty cols " + columns + "; " + command, "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("TERM", "xterm");
        environment.put("RELEASE", home.toString());
        environment.put("JAVA", System.getProperty("java.home") + "/bin/java");
        environment.put("CLASSES", System.getProperty("java.class.path"));
        environment.put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
        return builder.start();
    }

    private record Outcome(int exit, String text) {
        /** The lines as a terminal shows them in the end. */
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (String line : text.split("\r?\n")) {
                lines.add(line.substring(line.lastIndexOf("\r") + 1).replace("\u001b[K", ""));
            }
            return lines;
        }
    }

    private static Outcome end(Process process, StringBuilder text) throws Exception {
        text.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), text.toString());
    }

    private Outcome run(int columns, String command) throws Exception {
        return end(terminal(columns, command), new StringBuilder());
    }

    /** Runs a command until it has shown a text, and presses Ctrl-C. */
    private Outcome interrupt(int columns, String shown, String command) throws Exception {
        // A build that runs in the background ignores Ctrl-C, and so would all that it starts.
        Process process = terminal(columns, "env --default-signal=INT " + command);
        StringBuilder text = new StringBuilder();
        InputStream out = process.getInputStream();
        byte[] bytes = new byte[4096];
        while (text.indexOf(shown) < 0) {
            int count = out.read(bytes);
            assertThat(count).as(text.toString()).isPositive();
            text.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
        }
        process.getOutputStream().write(CTRL_C);
        process.getOutputStream().flush();
        return end(process, text);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 120})
    @Tag("once")
    void helpFitsTheTerminal(int columns) throws Exception {
        Outcome outcome = run(columns, "hourglass help train");
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.lines()).allMatch(line -> line.length() <= columns);
        assertThat(outcome.lines()).anyMatch(line -> line.length() > columns * 9 / 10);
    }

    /** A pager does not change how wide the terminal is. */
    @Test
    @Tag("once")
    void helpFitsTheTerminalThroughAPipe() throws Exception {
        assertThat(run(50, "hourglass train --help | cat").lines())
                .allMatch(line -> line.length() <= 50)
                .anyMatch(line -> line.length() > 45);
    }

    @Test
    @Tag("once")
    void withoutATerminalColumnsCounts() throws Exception {
        assertThat(run(100, "COLUMNS=44 hourglass help 2>/dev/null </dev/null >out; cat out")
                        .lines())
                .allMatch(line -> line.length() <= 44)
                .anyMatch(line -> line.length() > 40);
    }

    @Test
    @Tag("once")
    void whatWasMeantIsSuggested() throws Exception {
        Outcome outcome = run(80, "hourglass trian --data mnist");
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.lines())
                .containsExactly("hourglass: unknown command 'trian', did you mean train? (see hourglass --help)");
    }

    /** Java's warning about its vector module is not the first line of every output. */
    @Test
    void trainingShowsOneLineThatNeverWraps() throws Exception {
        int columns = 40;
        TinyData.write(folder.resolve("tiny"), 4);
        Outcome outcome =
                run(columns, "hourglass train --data tiny --hidden 64,32 --latent 2 --epochs 200 -o m.safetensors");
        assertThat(outcome.exit()).as(outcome.text()).isZero();
        assertThat(outcome.text()).doesNotContain("WARNING", "scalar kernels");
        assertThat(outcome.text().split("\r|\n"))
                .filteredOn(line -> line.startsWith("\u001b[Kepoch"))
                .allMatch(line -> line.length() - 3 < columns)
                .anyMatch(line -> line.matches(".*epoch \\d+/200, MSE 0\\.\\d+.*"));
        assertThat(outcome.lines()).contains("reading tiny");
    }

    @Test
    @Tag("once")
    void ctrlCSaysHowToContinue() throws Exception {
        TinyData.write(folder.resolve("tiny"), 4);
        String train = "hourglass train --data tiny --hidden 64 --latent 2 --epochs 100000 -o m.safetensors";
        Outcome lost = interrupt(80, "MSE", train);
        assertThat(lost.exit()).isEqualTo(130);
        assertThat(lost.lines())
                .endsWith("hourglass: stopped; nothing was written; --checkpoint DIR would keep the finished epochs");
        Outcome kept = interrupt(60, "MSE", train + " --checkpoint states");
        assertThat(kept.exit()).isEqualTo(130);
        assertThat(kept.lines())
                .endsWith("hourglass: stopped; states keeps the finished epochs; the same command with --resume"
                        + " continues after them");
        Outcome study = interrupt(80, "epoch 2/", "hourglass study --data tiny --epochs 5000 --quick -o study");
        assertThat(study.exit()).isEqualTo(130);
        assertThat(study.lines())
                .endsWith("hourglass: stopped; study keeps what is finished; the same command continues with the rest");
        try (var files = Files.list(folder)) { // nothing half written
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("release", "tiny", "states", "study");
        }
    }
}
