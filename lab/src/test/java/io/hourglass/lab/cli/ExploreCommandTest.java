package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExploreCommandTest {
    @TempDir
    Path folder;

    @Test
    void writesAPageOfAFewItemsAndRefusesWhatIsWrong() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Path model = folder.resolve("m.safetensors");
        Cli.ok("train", "--data", data, "--hidden", 8, "--latent", 2, "--epochs", 1, "-o", model);
        Path page = folder.resolve("page.html");
        assertThat(Cli.ok("explore", model, "--data", data, "--items", 3, "-o", page)
                        .out())
                .startsWith(page + ": 3 items, ");
        assertThat(Files.readString(page))
                .contains("<h1>The latent space of m</h1>")
                .contains("16-8-2, ");
        Cli.run("explore", model, "--data", data, "--items", 0, "-o", folder.resolve("none.html"))
                .failed(2, "--items 0", "1 to 100000");
        assertThat(folder.resolve("none.html")).doesNotExist();
        Cli.run("explore", data.resolve("nothing"), "--data", data, "-o", folder.resolve("none.html"))
                .failed(1, "nothing");
        assertThat(folder.resolve("none.html")).doesNotExist();
    }
}
