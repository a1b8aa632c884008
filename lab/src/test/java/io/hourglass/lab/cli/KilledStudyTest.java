package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A study in a process of its own, killed by SIGKILL and started again as a user would. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledStudyTest {
    private static final Pattern CHECKPOINT = Pattern.compile("epoch-(\\d+)\\.safetensors");

    @TempDir
    Path folder;

    private Object[] study(Path out) {
        Path data = folder.resolve("tiny");
        return new Object[] {"study", "--data", data, "--recipe", "tuned", "--epochs", 12, "--threads", 2, "--out", out
        };
    }

    /** Starts the study and kills it when a network has come to that epoch; returns what it said. */
    private String kill(Path out, int epoch) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Without the vector module: the same bits, and sooner warm.
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        for (Object arg : study(out)) {
            command.add(arg.toString());
        }
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        while (lastCheckpoint(out.resolve("checkpoints")) < epoch) {
            assertThat(process.isAlive()).as(Files.readString(said)).isTrue();
            Thread.sleep(1);
        }
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said);
    }

    /** The latest epoch that is kept of any network, 0 for none. */
    private static int lastCheckpoint(Path checkpoints) throws IOException {
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.map(file -> CHECKPOINT.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .mapToInt(name -> Integer.parseInt(name.group(1)))
                    .max()
                    .orElse(0);
        } catch (NoSuchFileException | UncheckedIOException e) { // not there yet, or gone while it was looked at
            return 0;
        }
    }

    @Test
    void givesTheSameModelsAsOneLeftAlone() throws Exception {
        TinyData.write(folder.resolve("tiny"), 4);
        Path killed = folder.resolve("killed");
        assertThat(kill(killed, 3)).doesNotContain("resuming after epoch");
        for (int epoch : new int[] {6, 9}) {
            assertThat(kill(killed, epoch)).contains("resuming after epoch");
        }
        assertThat(Cli.ok(study(killed)).err()).contains("resuming after epoch").doesNotContain("skipped");
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
