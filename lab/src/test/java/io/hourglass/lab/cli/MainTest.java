package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void printsTheVersion(String option) {
        Cli cli = Cli.ok(option);
        assertThat(cli.out()).isEqualToIgnoringNewLines("hourglass " + Version.current());
        assertThat(cli.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "study",
                "train",
                "evaluate",
                "encode",
                "decode",
                "compress",
                "decompress",
                "rate-distortion",
                "info",
                "clusters",
                "variance",
                "sweep",
                "benchmark",
                "bench"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        Cli cli = Cli.ok(command, "--help");
        assertThat(cli.out())
                .contains("Usage: hourglass " + command)
                .contains("Example")
                .contains("  hourglass " + command)
                .contains("--debug");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void valuesOfOptionsAreRefusedInPlainWords() {
        Cli.run("train", "--epochs", "abc").failed(2, "'--epochs': 'abc', expected a whole number");
        Cli.run("train", "--epochs", "3000000000").failed(2, "'--epochs': '3000000000', expected a whole number");
        Cli.run("train", "--seed", "1.5").failed(2, "'--seed': '1.5', expected a whole number");
        Cli.run("train", "--validation", "half").failed(2, "'--validation': 'half', expected a number");
        Cli.run("sweep", "--latent", "1,b").failed(2, "'--latent' (P): 'b', expected a whole number");
        Cli.run("train", "--header", "maybe").failed(2, "'--header': 'maybe', expected yes or no");
        Cli.run("score", "--split", "all").failed(2, "'--split': 'all', expected train or test or validation");
    }

    @Test
    void helpListsTheCommands() {
        assertThat(Cli.ok("--help").out())
                .contains(
                        "study",
                        "train",
                        "evaluate",
                        "encode",
                        "decode",
                        "compress",
                        "decompress",
                        "rate-distortion",
                        "info",
                        "clusters",
                        "variance",
                        "sweep",
                        "benchmark",
                        "bench");
    }

    @Test
    void wrongUsageIsOneLineWithAHint() {
        Cli.run().failed(2, "no command, expected one of study", "study", "(see hourglass --help)");
        Cli.run("trian").failed(2, "trian", "(see hourglass --help)");
        Cli.run("info").failed(2, "MODEL", "(see hourglass info --help)");
        Cli.run("info", "model", "--jsn").failed(2, "--jsn", "(see hourglass info --help)");
        Cli.run("study", "--epochs", "many").failed(2, "--epochs", "many", "(see hourglass study --help)");
        Cli.run("study", "--recipe", "own").failed(2, "--recipe", "own");
    }

    @Test
    void namesThatNoFileCanHaveAreSaid() {
        Cli.run("info", "a\0b").failed(2, "path 'a\\u0000b' contains a NUL character (see hourglass info --help)");
        Cli.run("train", "--data", "a\0b", "--hidden", 4, "--latent", 2, "-o", "x.safetensors")
                .failed(1, "path 'a\\u0000b' contains a NUL character");
    }

    /** Java without the launcher, in the locale of cron and of containers. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void namesThatTheLocaleLacksAreSaid(@TempDir Path folder) throws Exception {
        ProcessBuilder java = new ProcessBuilder(
                "sh", "-c", "exec \"$JAVA\" -cp \"$CP\" io.hourglass.lab.cli.Main info \"$(printf 'B\\303\\244r')\"");
        java.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        java.environment().put("LC_ALL", "C");
        java.environment().put("JAVA", System.getProperty("java.home") + "/bin/java");
        java.environment().put("CP", System.getProperty("java.class.path"));
        Path err = folder.resolve("err");
        int exit = java.redirectError(err.toFile()).start().waitFor();
        assertThat(Files.readString(err))
                .startsWith("hourglass: Invalid value for positional parameter at index 0 (MODEL): path 'B\ufffd") // in
                // UTF-8:
                // ASCII
                // has no
                // such
                // letter
                .endsWith("contains letters that the locale lacks (ANSI_X3.4-1968): start Java with the environment "
                        + "variable LC_ALL=C.UTF-8 (see hourglass info --help)\n");
        assertThat(exit).isEqualTo(2);
    }

    @Test
    void debugShowsTheStackTrace(@TempDir Path folder) {
        Path missing = folder.resolve("missing.safetensors");
        Cli.run("info", missing).failed(1, missing + ": no such file");
        for (Cli cli : new Cli[] {Cli.run("--debug", "info", missing), Cli.run("info", missing, "--debug")}) {
            assertThat(cli.code()).isEqualTo(1);
            assertThat(cli.err()).contains("NoSuchFileException").contains("\tat ");
        }
    }

    /** A full disk behind standard output must not look like success. */
    @Test
    void resultsThatCannotBeWrittenFail() {
        java.io.OutputStream full = new java.io.OutputStream() {
            @Override
            public void write(int b) throws java.io.IOException {
                throw new java.io.IOException("No space left on device");
            }
        };
        java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
        int code = Main.run(new String[] {"--help"}, new java.io.PrintStream(full), new java.io.PrintStream(err));
        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("hourglass: the results cannot be written to standard output");
    }
}
