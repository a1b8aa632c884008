package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.lab.progress.Progress;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The completion scripts, in the shells they are for. */
@Tag("once")
class CompletionTest {
    @TempDir
    Path folder;

    private static boolean isInstalled(String shell) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, shell)));
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** What bash offers for the last of some words. */
    private List<String> bash(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", """
                source ./script
                COMP_WORDS=("$@")
                COMP_CWORD=$(($# - 1))
                _complete_hourglass 2>/dev/null # compopt complains that nobody pressed a key
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", "hourglass"));
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new)).lines().toList();
    }

    @Test
    void bashCompletesCommandsOptionsValuesAndFiles() throws Exception {
        assumeTrue(isInstalled("bash"), "needs bash");
        Files.writeString(folder.resolve("script"), Cli.ok("completion", "bash").out());
        Files.writeString(folder.resolve("faces.csv"), "");
        assertThat(bash("tr")).containsExactly("train");
        assertThat(bash("help", "rate")).containsExactly("rate-distortion");
        assertThat(bash("completion", "")).containsExactly("bash", "zsh", "fish");
        assertThat(bash("train", "--hid")).containsExactly("--hidden");
        assertThat(bash("train", "--activation", "le")).containsExactly("leaky-relu");
        assertThat(bash("train", "--decimal", "")).containsExactly("point", "comma");
        assertThat(bash("train", "--scale", "m")).containsExactly("min-max");
        assertThat(bash("study", "--recipe", "")).containsExactly("paper", "tuned", "both");
        assertThat(bash("train", "--data", "fa")).containsExactly("faces.csv");
        assertThat(bash("encode", "fa")).containsExactly("faces.csv");
        assertThat(run("bash", "-c", "source ./script; complete -p hourglass")).contains("-F _complete_hourglass");
    }

    @Test
    void zshTakesTheScriptOfBash() throws Exception {
        assumeTrue(isInstalled("zsh"), "needs zsh");
        Files.writeString(folder.resolve("script"), Cli.ok("completion", "zsh").out());
        assertThat(run("zsh", "-f", "-c", "source ./script; echo ${_comps[hourglass]}"))
                .contains("_complete_hourglass");
    }

    @Test
    void fishCompletesCommandsOptionsValuesAndFiles() throws Exception {
        assumeTrue(isInstalled("fish"), "needs fish");
        Files.writeString(folder.resolve("script"), Cli.ok("completion", "fish").out());
        Files.writeString(folder.resolve("faces.csv"), "");
        assertThat(fish("tr")).containsExactly("train\tTrains an autoencoder and writes it to a model file.");
        assertThat(fish("completion ")).containsExactlyInAnyOrder("bash", "zsh", "fish");
        assertThat(fish("train --activation le")).singleElement().asString().startsWith("leaky-relu\t");
        assertThat(fish("train --data fa")).containsExactly("faces.csv");
        assertThat(fish("train --seed fa")).isEmpty();
        assertThat(fish("study --o")).singleElement().asString().startsWith("--output\t");
    }

    private List<String> fish(String words) throws Exception {
        return run("fish", "--no-config", "-c", "source ./script; complete -C 'hourglass " + words + "'")
                .lines()
                .toList();
    }

    /** Every value that a script offers is accepted. */
    @Test
    void offeredValuesAreAccepted() {
        Pattern command = Pattern.compile("function _picocli_hourglass_(\\w+)\\(\\) .*");
        Pattern values = Pattern.compile(".*_option_args=\\((.*)\\) # (--[\\w-]+) values");
        String name = "";
        Set<String> seen = new HashSet<>();
        for (String line : Cli.ok("completion", "bash").out().lines().toList()) {
            Matcher begins = command.matcher(line);
            Matcher offers = values.matcher(line);
            if (begins.matches()) {
                name = begins.group(1);
            } else if (offers.matches()) {
                String option = offers.group(2);
                CommandLine parser = Commands.commandLine(
                        new HourglassCommand(),
                        new Console(System.out, System.err, Progress.silent()),
                        List.of(name.replace("ratedistortion", "rate-distortion")));
                for (String value : offers.group(1).replace("\"", "").split(" ")) {
                    if (seen.add(option + " " + value)) {
                        try {
                            parser.parseArgs(
                                    parser.getSubcommands().keySet().iterator().next(), option, value);
                        } catch (CommandLine.MissingParameterException e) {
                            // of other options, after this one has been read
                        }
                    }
                }
            }
        }
        assertThat(seen).contains("--activation leaky-relu", "--separator tab", "--scale min-max", "--split train");
    }
}
