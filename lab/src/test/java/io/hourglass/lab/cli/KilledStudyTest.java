package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A study in a process of its own, killed by SIGKILL and started again as a user would. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledStudyTest {
    @TempDir
    Path folder;

    private Object[] study(Path out) {
        Path data = folder.resolve("tiny");
        return new Object[] {"study", "--data", data, "--recipe", "tuned", "--epochs", 12, "--threads", 2, "--out", out
        };
    }

    /** Starts the study and kills it after some epochs; returns its lines. */
    private List<String> kill(Path out, int epochs) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Without the vector module: the same bits, and sooner warm.
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        for (Object arg : study(out)) {
            command.add(arg.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            for (int heard = 0; heard < epochs; ) {
                said.add(Objects.requireNonNull(lines.readLine(), said::toString));
                heard += said.get(said.size() - 1).contains(" epoch ") ? 1 : 0;
            }
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        return said;
    }

    @Test
    void givesTheSameModelsAsOneLeftAlone() throws Exception {
        TinyData.write(folder.resolve("tiny"), 4);
        Path killed = folder.resolve("killed");
        assertThat(kill(killed, 7)).noneMatch(line -> line.contains("going on after epoch"));
        for (int epochs : new int[] {11, 18}) {
            assertThat(kill(killed, epochs)).anyMatch(line -> line.contains("going on after epoch"));
        }
        assertThat(Cli.ok(study(killed)).err()).contains("going on after epoch").doesNotContain("left aside");
        Path alone = folder.resolve("alone");
        Cli.ok(study(alone));
        assertThat(hashes(killed)).hasSize(5).isEqualTo(hashes(alone));
        assertThat(killed.resolve("checkpoints")).isEmptyDirectory();
    }

    private static List<String> hashes(Path out) throws IOException {
        JsonNode results = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        List<String> hashes = new ArrayList<>();
        results.get("runs").forEach(run -> hashes.add(run.get("weightsSha256").asString()));
        return hashes;
    }
}
