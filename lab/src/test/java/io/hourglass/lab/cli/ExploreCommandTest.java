package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
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
                .startsWith("Explorer: " + page + " (3 rows, ");
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

    @Test
    void twoModelsOfTheSameRowsAreShownTogetherInFrench() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Path one = folder.resolve("one.safetensors");
        Path two = folder.resolve("two.safetensors");
        Cli.ok("train", "--data", data, "--hidden", 8, "--latent", 2, "--epochs", 1, "-o", one);
        Cli.ok("train", "--data", data, "--hidden", 6, "--latent", 1, "--epochs", 1, "-o", two);
        Path page = folder.resolve("pair.html");
        Cli.ok("explore", one, two, "--data", data, "--items", 3, "--lang", "fr", "-o", page);
        assertThat(Files.readString(page))
                .contains("<html lang=\"fr\">", "<h1>Les espaces latents de one et de two</h1>", "16-8-2", "16-6-1");
        Path table = Files.writeString(folder.resolve("rows.csv"), "a,b,c\n1,2,3\n4,5,7\n2,8,1\n6,5,4\n3,3,9\n");
        Path other = folder.resolve("other.safetensors");
        Cli.ok("train", "--data", table, "--hidden", "none", "--latent", 2, "--epochs", 1, "-o", other);
        Path none = folder.resolve("none.html");
        Cli.run("explore", one, other, "--data", data, "-o", none)
                .failed(1, "other.safetensors: reads other rows than", "one.safetensors", "expected two models");
        Cli.run("explore", one, "--data", data, "--lang", "de", "-o", none).failed(2, "--lang", "de", "en or fr");
        assertThat(none).doesNotExist();
    }

    /** A value of 1e36, whose square no float holds, is in none of the figures; numbers for programs are not shown. */
    @Test
    void aPageOfATableTellsItsErrorsAndNoBaseline() throws IOException {
        StringBuilder text = new StringBuilder("a,b,c\n");
        for (int r = 0; r < 60; r++) {
            text.append(r + "," + r * 7 % 60 + "," + (r + r % 5) + "\n");
        }
        Path table = Files.writeString(folder.resolve("table.csv"), text);
        Path model = folder.resolve("table.safetensors");
        Cli.ok("train", "--data", table, "--hidden", "none", "--latent", 2, "-o", model);
        assertThat(Autoencoder.load(model).metadata()).containsKeys("baseline.mean", "baseline.components");
        assertThat(Cli.ok("info", model).out())
                .contains("data.columns = a, b, c")
                .doesNotContain("baseline.");
        assertThat(Cli.ok("info", model, "--json").out()).contains("baseline.mean");
        Path plain = folder.resolve("plain.html");
        Cli.ok("explore", model, "--data", table, "-o", plain);
        String facts = figures(plain);
        Path huge = Files.writeString(folder.resolve("huge.csv"), text + "1e36,0,0\n");
        Path page = folder.resolve("page.html");
        Cli.ok("explore", model, "--data", huge, "-o", page);
        assertThat(figures(page))
                .isEqualTo(facts.replace("of 60 rows", "of 61 rows")
                        + " Left out of the mean, because their errors are too large for a number: 1.");
        assertThat(Files.readString(page)).contains("data.columns").doesNotContain("baseline.", "Infinity\"");
    }

    /** For instance {@code of 60 rows: mean 0.002019, median ...}. */
    private static String figures(Path page) throws IOException {
        String text = Files.readString(page);
        int from = text.indexOf("of 6", text.indexOf("\"Errors\""));
        return text.substring(from, text.indexOf('"', from));
    }
}
