package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Labels, names of columns and metadata that come from someone else, on the terminal and in files for spreadsheets. */
class UntrustedTextTest {
    private static final String FORMULA = "=cmd|'/c calc'!A1";

    @TempDir
    Path folder;

    private Path data;
    private Path model;

    /** Two labels: a formula, and one that would forge a line and turn the terminal red. */
    @BeforeEach
    void trainModel() throws IOException {
        StringBuilder csv = new StringBuilder("@sum,-x,plain,label\n");
        for (int row = 0; row < 30; row++) {
            csv.append(row)
                    .append(",")
                    .append(row % 5)
                    .append(",")
                    .append(row % 7)
                    .append(",\"");
            csv.append(row % 2 == 0 ? FORMULA : "a\nROC-AUC 1.0000\u001b[31m\u009b\u202e")
                    .append("\"\n");
        }
        data = Files.writeString(folder.resolve("data.csv"), csv);
        model = folder.resolve("m.safetensors");
        Cli.ok(
                "train",
                "--data",
                data,
                "--label-column",
                "label",
                "--hidden",
                "4",
                "--latent",
                2,
                "--epochs",
                1,
                "-o",
                model);
    }

    private static void isHarmless(String text) {
        assertThat(text.lines()).noneMatch(line -> line.startsWith("ROC-AUC 1.0000"));
        assertThat(text.chars().filter(c -> c != '\n'))
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    @Test
    void nothingWorksOnTheTerminal() throws IOException {
        String forged = "x\nflagged 0\u001b[2J\u009b31m\u202e";
        Path evil = folder.resolve("evil.safetensors");
        Autoencoder.load(model)
                .withMetadata(Map.of(
                        "key" + forged,
                        forged,
                        "checkpoint.epoch",
                        forged,
                        "recipe.epochs",
                        forged,
                        "result.epoch",
                        forged,
                        "result.epochs",
                        forged,
                        "recipe.patience",
                        "1"))
                .save(evil);
        Cli info = Cli.ok("info", evil);
        isHarmless(info.out());
        assertThat(info.out())
                .contains("  keyx, flagged 0\\u001b[2J\\u009b31m\\u202e = x, flagged 0\\u001b[2J\\u009b31m\\u202e\n")
                .contains("after epoch x\\u000aflagged 0");
        String json = Cli.ok("info", evil, "--json").out();
        isHarmless(json);
        assertThat(JsonMapper.shared()
                        .readTree(json)
                        .get("metadata")
                        .get("key" + forged)
                        .asString())
                .isEqualTo(forged);
        Object[] rows = {"--data", data, "--label-column", "label"};
        for (List<Object> command : List.<List<Object>>of(
                List.of("score", evil, "-o", folder.resolve("s.csv")),
                List.of("evaluate", evil),
                List.of("evaluate", evil, "--json"),
                List.of("clusters", evil),
                List.of("explore", evil, "-o", folder.resolve("e.html")),
                List.of("encode", evil, "--labels", "-o", folder.resolve("c.csv")))) {
            Cli cli = Cli.ok(java.util.stream.Stream.concat(command.stream(), java.util.stream.Stream.of(rows))
                    .toArray());
            isHarmless(cli.out());
            isHarmless(cli.err());
            if (List.of("score", "evaluate").contains(command.get(0)) && !command.contains("--json")) {
                assertThat(cli.out()).contains("a\\u000aROC-AUC 1.0000\\u001b[31m\\u009b\\u202e");
            }
        }
        Cli failed = Cli.run("train", "--data", folder.resolve("no\u001b[2J\nfile.csv"), "-o", folder.resolve("x"));
        isHarmless(failed.err());
    }

    @Test
    void formulasAreTextsWhereAsked() throws IOException {
        Path codes = folder.resolve("codes.csv");
        Object[] encode = {
            "encode", model, "--data", data, "--label-column", "label", "--labels", "-o", codes, "--force"
        };
        Cli.ok(encode);
        assertThat(Files.readString(codes)).contains("," + FORMULA + "\n").doesNotContain("'=");
        Cli.ok(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(encode), java.util.stream.Stream.of("--safe-csv"))
                .toArray());
        assertThat(Files.readString(codes))
                .contains(",'" + FORMULA + "\n", ",\"a\nROC")
                .doesNotContain("," + FORMULA);

        Path file = folder.resolve("t.hgz");
        Cli.ok("compress", model, "--data", data, "--label-column", "label", "-o", file);
        Path back = folder.resolve("back.csv");
        for (List<Object> command :
                List.<List<Object>>of(List.of("decompress", model, file), List.of("decode", model, codes))) {
            List<Object> args = new java.util.ArrayList<>(command);
            args.addAll(List.of("--force", "-o", back));
            Cli.ok(args.toArray());
            assertThat(Files.readAllLines(back).get(0)).isEqualTo("@sum,-x,plain");
            args.add("--safe-csv");
            Cli.ok(args.toArray());
            assertThat(Files.readAllLines(back).get(0)).isEqualTo("'@sum,'-x,plain");
        }
        Path scores = folder.resolve("scores.csv");
        Cli.ok("score", model, "--data", data, "--label-column", "label", "--safe-csv", "-o", scores);
        assertThat(Files.readString(scores))
                .contains(",'@sum,", ",'-x,", ",plain,")
                .doesNotContain(",@sum", ",-x");
        assertThat(Cli.ok("encode", "--help").out()).contains("--safe-csv");
    }

    /** Negative numbers are no formulas. */
    @Test
    void numbersStay() throws IOException {
        Files.writeString(data, "1,2,-5\n2,1,+1e3\n3,4,-\n4,7,-.5\n");
        Path numbers = folder.resolve("numbers.safetensors");
        Cli.ok(
                "train",
                "--data",
                data,
                "--label-column",
                3,
                "--hidden",
                "2",
                "--latent",
                1,
                "--epochs",
                1,
                "-o",
                numbers);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", numbers, "--data", data, "--label-column", 3, "--labels", "--safe-csv", "-o", codes);
        assertThat(Files.readAllLines(codes).stream().skip(1).map(line -> line.split(",")[1]))
                .containsExactly("-5", "+1e3", "'-", "-.5");
    }
}
