package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a command line did, run in this process.
 *
 * @param code exit code
 */
record Cli(int code, String out, String err) {

    static Cli run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                Arrays.stream(args).map(Object::toString).toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command that must succeed. */
    static Cli ok(Object... args) {
        Cli cli = run(args);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.errorLines()).isEmpty();
        return cli;
    }

    /** Asserts that it ended with that code and one line that holds all these texts, without a stack trace. */
    void failed(int expected, Object... texts) {
        assertThat(code).as(err).isEqualTo(expected);
        assertThat(errorLines()).hasSize(1);
        assertThat(err.lines().reduce((first, second) -> second))
                .contains(errorLines().get(0));
        assertThat(err).doesNotContain("\tat ").doesNotContain("Exception");
        for (Object text : texts) {
            assertThat(errorLines().get(0)).contains(text.toString());
        }
    }

    /** What is not progress. */
    List<String> errorLines() {
        return err.lines().filter(line -> line.startsWith("hourglass: ")).toList();
    }
}
