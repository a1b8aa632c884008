package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A study in a process of its own, killed by SIGKILL and started again as a user would. */
@Tag("once")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledStudyTest {
    private static final String RESUMING = "resuming after epoch";

    /** What a process says before it stops. */
    private static final String STOPPED = "stopped";

    @TempDir
    Path folder;

    /** Of fewer than ten epochs: without what takes long and would begin after the last kill. */
    private Object[] study(Path out) {
        Path data = folder.resolve("tiny");
        return new Object[] {"study", "--data", data, "--recipe", "tuned", "--epochs", 9, "--threads", 2, "--out", out};
    }

    /** A study that stops for good where it would write a line that ends a given number of trainings, or begins one. */
    static final class Stopped {
        /** @param args what to stop at, as text; how many of its lines; then the study's own */
        public static void main(String[] args) throws IOException {
            String at = args[0];
            int lines = Integer.parseInt(args[1]);
            String[] study = Arrays.copyOfRange(args, 2, args.length);
            PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8) {
                private int seen;

                @Override
                public void println(@Nullable String line) {
                    super.println(line);
                    if (String.valueOf(line).contains(at) && ++seen == lines) {
                        super.println(STOPPED);
                        while (true) { // the training thread that tells of its epoch, and all that would say anything
                            LockSupport.park();
                        }
                    }
                }
            };
            System.exit(Main.run(study, System.out, err));
        }
    }

    /** Starts the study and kills it where it has written such a line that many times; returns what it said. */
    private List<String> kill(Path out, String line, int times) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Without the vector module: the same bits, and sooner warm.
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Stopped.class.getName(), line, "" + times));
        for (Object arg : study(out)) {
            command.add(arg.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            while (!said.contains(STOPPED)) {
                said.add(Objects.requireNonNull(lines.readLine(), said::toString));
            }
        } finally {
            process.destroyForcibly(); // SIGKILL
        }
        process.waitFor();
        return said;
    }

    @Test
    void givesTheSameModelsAsOneLeftAlone() throws Exception {
        TinyData.write(folder.resolve("tiny"), 4);
        Path killed = folder.resolve("killed");
        assertThat(kill(killed, " epoch 1/9:", 1)).noneMatch(line -> line.contains(RESUMING)); // the first of all
        assertThat(kill(killed, " epoch 9/9:", 1)).anyMatch(line -> line.contains(RESUMING)); // the end of one
        assertThat(kill(killed, " epoch 9/9:", 2)).anyMatch(line -> line.contains(RESUMING)); // of others
        assertThat(Cli.ok(study(killed)).err()).contains(RESUMING).doesNotContain("skipped");
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
