package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hourglass.lab.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Help in terminals of any width, and what is said about words that no command knows. */
@Tag("once")
class HelpTest {
    private static CommandLine all() {
        return Commands.commandLine(
                new HourglassCommand(), new Console(System.out, System.err, Progress.silent()), Commands.NAMES);
    }

    /** The help of all commands by name, and of none. */
    private static Map<String, String> pages(int width) {
        CommandLine line = all();
        Map<String, String> pages = new TreeMap<>();
        pages.put("", HelpPage.of(line.getCommandSpec(), width));
        line.getSubcommands().forEach((name, command) -> pages.put(name, HelpPage.of(command.getCommandSpec(), width)));
        return pages;
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 79, 80, 120})
    void noLineIsWiderThanTheTerminal(int width) {
        pages(width)
                .forEach((name, page) -> assertThat(page.lines()
                                .filter(line -> line.length() > width)
                                .filter(line -> line.strip().contains(" "))) // one long word cannot be broken
                        .as(name)
                        .isEmpty());
    }

    /** The commands in a page, as a shell would read them. */
    private static List<String> commands(String page) {
        List<String> commands = new ArrayList<>();
        String begun = "";
        for (String line : page.lines().toList()) {
            if (begun.isEmpty() && !line.startsWith("  hourglass ")) {
                continue;
            }
            String whole = begun + line.strip();
            if (whole.endsWith("\\")) {
                begun = whole.substring(0, whole.length() - 1);
            } else {
                commands.add(whole);
                begun = "";
            }
        }
        assertThat(begun).isEmpty();
        return commands;
    }

    @Test
    void examplesAreTheSameCommandsAtAnyWidth() {
        Map<String, String> wide = pages(120);
        for (int width : new int[] {40, 52, 80}) {
            pages(width)
                    .forEach((name, page) -> assertThat(commands(page))
                            .as(name + " at " + width)
                            .isNotEmpty()
                            .isEqualTo(commands(wide.get(name))));
        }
    }

    @Test
    void examplesCanBeRun() {
        pages(40)
                .forEach((name, page) -> commands(page).forEach(command -> {
                    String words = command.replaceFirst(" > .*", "").replace("'", "");
                    all().parseArgs(words.substring("hourglass ".length()).split("\\s+"));
                }));
    }

    @Test
    void longCommandsAreBrokenBetweenOptions() {
        assertThat(Paragraphs.command(
                        "  hourglass train --data mnist --hidden 256,128 --latent 16 -o m.safetensors", 40))
                .containsExactly(
                        "  hourglass train --data mnist \\",
                        "      --hidden 256,128 --latent 16 \\",
                        "      -o m.safetensors");
        assertThat(Paragraphs.command("  hourglass columns f --separator ';' --missing 'a b'", 40))
                .containsExactly("  hourglass columns f --separator ';' \\", "      --missing 'a b'");
    }

    @Test
    void narrowTerminalsShowDescriptionsBelowTheOptions() {
        assertThat(pages(40).get("train")).contains("""
                  --resume
                      Continue from the newest intact
                      checkpoint in the --checkpoint
                """);
        assertThat(pages(80).get("train")).contains("""
                      --resume             Continue from the newest intact checkpoint in the
                                           --checkpoint folder, if there is one. All options
                """);
    }

    @Test
    void helpIsACommandToo() {
        assertThat(Cli.ok("help").out()).isEqualTo(Cli.ok("--help").out());
        assertThat(Cli.ok("help", "train").out())
                .isEqualTo(Cli.ok("train", "--help").out());
        Cli.run("help", "trian").failed(2, "unknown command 'trian', did you mean train? (see hourglass help --help)");
    }

    @ParameterizedTest
    @CsvSource({
        "trian, did you mean train?",
        "scroe, did you mean score?",
        "inof, did you mean info?",
        "studdy, did you mean study?",
        "eval, did you mean evaluate?",
        "rate-distorsion, did you mean rate-distortion?",
        "xyzzy, (see hourglass --help)"
    })
    void commandsThatAreMisspeltAreSuggested(String typed, String expected) {
        Cli cli = Cli.run(typed, "--data", "mnist");
        cli.failed(2, "unknown command '" + typed + "'", expected);
    }

    @ParameterizedTest
    @CsvSource({
        "train --dta mnist -o m, --dta, did you mean --data?",
        "train --data mnist --latnet 3 -o m, --latnet, did you mean --latent?",
        "train --data mnist --epoch=3 -o m, --epoch, did you mean --epochs?",
        "train --data mnist --batch-size 3 -o m, --batch-size, (see hourglass train --help)",
        "train --data mnist --sched 3 -o m, --sched, did you mean --schedule or --schedule-by?",
        "info m --jsn, --jsn, did you mean --json?",
        "--hlep, --hlep, did you mean --help?"
    })
    void optionsThatAreMisspeltAreSuggested(String words, String typed, String expected) {
        Cli.run((Object[]) words.split(" ")).failed(2, "unknown option '" + typed + "'", expected);
    }

    @Test
    void wordsTooManyAreSaid() {
        Cli.run("info", "a", "b").failed(2, "unexpected argument 'b' (see hourglass info --help)");
    }

    /** Every command that writes names its output in the same way; older names still work. */
    @Test
    void outputsHaveTheSameNames() {
        for (CommandLine command : all().getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            OptionSpec output = spec.findOption("-o");
            assertThat(List.of("columns", "evaluate", "info", "bench", "help", "completion")
                            .contains(spec.name()))
                    .as(spec.name())
                    .isEqualTo(output == null);
            if (output != null) {
                assertThat(output.names()).as(spec.name()).startsWith("-o", "--output", "--out");
                assertThat(HelpPage.shownNames(output)).containsExactly("-o", "--output");
            }
        }
        assertThat(all().getSubcommands().get("export").getCommandSpec().findOption("--onnx"))
                .isNotNull();
    }

    @Test
    void optionsStandUnderHeadings() {
        assertThat(HelpPage.groups(all().getSubcommands().get("train").getCommandSpec())
                        .entrySet())
                .extracting(Map.Entry::getKey, group -> group.getValue().get(0).longestName())
                .containsExactly(
                        tuple("Options", "--checkpoint"),
                        tuple("Data", "--array"),
                        tuple("Network", "--activation"),
                        tuple("Training", "--adam-beta2"),
                        tuple("General", "--debug"));
    }
}
