package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A command starts without the others. */
class CommandsTest {
    private static CommandLine all() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        try (Progress progress = Progress.onStandardError(nowhere)) {
            return Commands.commandLine(
                    new HourglassCommand(), new Console(nowhere, nowhere, progress), Commands.NAMES);
        }
    }

    @Test
    void everyNameIsThatOfItsCommand() {
        assertThat(List.copyOf(all().getSubcommands().keySet())).isEqualTo(Commands.NAMES);
    }

    @Test
    void helpOfACommandIsTheSameWithoutTheOthers() {
        all().getSubcommands()
                .forEach((name, command) ->
                        assertThat(Cli.ok(name, "--help").out()).isEqualTo(command.getUsageMessage()));
    }

    @Test
    void onlyTheCommandThatIsCalledIsNeeded() {
        assertThat(needed("info", "train")).containsExactly("info");
        assertThat(needed("--debug", "--quiet", "rate-distortion")).containsExactly("rate-distortion");
    }

    /** Help lists all commands, and picocli reads what follows an @ from a file. */
    @Test
    void allAreNeededIfNoneIsObviouslyCalled() {
        assertThat(needed()).isEqualTo(Commands.NAMES);
        assertThat(needed("--debug")).isEqualTo(Commands.NAMES);
        assertThat(needed("--help", "info")).isEqualTo(Commands.NAMES);
        assertThat(needed("inf", "info")).isEqualTo(Commands.NAMES);
        assertThat(needed("@file", "info")).isEqualTo(Commands.NAMES);
    }

    private static List<String> needed(String... arguments) {
        return Commands.needed(arguments);
    }

    /** What a short command must not wait for. */
    @Test
    void infoLoadsNothingThatItDoesNotUse(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("model.safetensors");
        Architecture architecture = Architecture.parse("3-2");
        Map<String, float[]> weights = new HashMap<>();
        for (Layer layer : architecture.layers()) {
            weights.put(layer.weight(), new float[layer.outputs() * layer.inputs()]);
            weights.put(layer.bias(), new float[layer.outputs()]);
        }
        Autoencoder.of(architecture, weights, Map.of()).save(model);
        Process info = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Dhourglass.kernels=scalar",
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.hourglass.lab.cli.Main",
                        "info",
                        model.toString())
                .redirectErrorStream(true)
                .start();
        List<String> output = new String(info.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(info.waitFor()).isZero();
        List<String> loaded = output.stream()
                .filter(line -> line.contains(" source: "))
                .map(line -> line.substring(line.indexOf("] ") + 2).strip().split(" ")[0])
                .toList();
        assertThat(loaded).contains("io.hourglass.lab.cli.InfoCommand", "io.hourglass.Autoencoder");
        assertThat(loaded.stream().filter(name -> name.matches("io\\.hourglass\\.lab\\.cli\\.\\w+Command")))
                .containsExactlyInAnyOrder("io.hourglass.lab.cli.HourglassCommand", "io.hourglass.lab.cli.InfoCommand");
        assertThat(loaded)
                .noneMatch(name -> name.matches("(java\\.(sql|awt)|tools\\.jackson|javax\\.imageio"
                        + "|org\\.ejml|jdk\\.incubator\\.vector|java\\.net\\.http)\\..*"));
    }
}
