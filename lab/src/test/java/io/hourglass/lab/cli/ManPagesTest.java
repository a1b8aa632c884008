package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The man pages, as the release has them. */
@Tag("once")
class ManPagesTest {
    private static final Path MAN = Path.of("/usr/bin/man");
    private static final Path MANDOC = Path.of("/usr/bin/mandoc");

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws Exception {
        ManPages.main(new String[] {folder.toString()});
    }

    private String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void everyCommandHasAPage() throws Exception {
        try (Stream<Path> pages = Files.list(folder)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    Stream.of("hourglass.1"),
                                    Commands.NAMES.stream().map(name -> "hourglass-" + name + ".1"))
                            .toList());
        }
        assertThat(folder.resolve("hourglass-train.1"))
                .content()
                .contains(
                        "\n.SH NAME\nhourglass\\-train \\- Trains an autoencoder",
                        "\n.TP\n.B \\-o, \\-\\-output MODEL\n",
                        // an example is one line
                        "\n  hourglass train \\-\\-data mnist \\-\\-hidden 256,128 \\-\\-latent 16 \\-\\-epochs 1000"
                                + " \\-\\-checkpoint states");
    }

    @Test
    void manShowsThem() throws Exception {
        assumeTrue(Files.isExecutable(MAN), "needs man");
        String shown = run(List.of(
                "env",
                "MANWIDTH=80",
                "LC_ALL=C.UTF-8",
                MAN.toString(),
                "-l",
                folder.resolve("hourglass-train.1").toString()));
        assumeTrue(!shown.contains("minimized"), "needs man, not Debian's substitute for it in containers");
        assertThat(shown)
                .contains("HOURGLASS-TRAIN(1)", "SYNOPSIS", "--output MODEL", "  hourglass train --data mnist");
    }

    @Test
    void mandocFindsNothingWrong() throws Exception {
        assumeTrue(Files.isExecutable(MANDOC), "needs mandoc");
        List<String> command = new ArrayList<>(List.of(MANDOC.toString(), "-T", "lint", "-W", "warning"));
        try (Stream<Path> pages = Files.list(folder)) {
            pages.forEach(page -> command.add(page.toString()));
        }
        assertThat(run(command).lines())
                .filteredOn(line -> !line.contains("missing date")) // left out on purpose
                .isEmpty();
    }
}
