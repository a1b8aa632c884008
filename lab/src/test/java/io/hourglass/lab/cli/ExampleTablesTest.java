package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of docs/guide/tables.md, as they are and in the other forms in which people have such tables. */
class ExampleTablesTest {
    private static final Path EXAMPLES =
            Path.of("").toAbsolutePath().resolveSibling("data").resolve("examples");
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    @TempDir
    Path folder;

    private Path model;
    private Path scores;

    @BeforeEach
    void nameFiles() {
        model = folder.resolve("m.safetensors");
        scores = folder.resolve("s.csv");
    }

    private static Path example(String name) {
        return EXAMPLES.resolve(name);
    }

    private Path write(String name, String text, Charset charset) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(charset));
    }

    private void train(Path data, Object... more) {
        Cli.ok(join(join("train", "--data", data, "-o", model, "--force"), more));
    }

    private List<String[]> score(Path data, Object... more) throws IOException {
        Cli.ok(join(join("score", model, "--data", data, "--top", 1, "-o", scores, "--force"), more));
        return Files.readAllLines(scores).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
    }

    private static Object[] join(Object... args) {
        return Arrays.stream(args)
                .flatMap(arg -> arg instanceof Object[] more ? Arrays.stream(more) : Stream.of(arg))
                .toArray();
    }

    /** A code after some training: any other value or type of a column would change it. */
    private float[] codeAfter(Path data, Object... more) throws IOException {
        train(data, join("--epochs", 2, more));
        Autoencoder trained = Autoencoder.load(model);
        float[] row = new float[trained.architecture().inputs()];
        for (int i = 0; i < row.length; i++) {
            row[i] = i;
        }
        return trained.encode(row);
    }

    @Test
    void irisComesInManyForms() throws IOException {
        String text = Files.readString(example("iris.csv"));
        String rows = text.substring(text.indexOf('\n') + 1);
        String tabs = text.replace(',', '\t');
        String numbers = rows.replace("setosa", "0").replace("versicolor", "1").replace("virginica", "2");
        float[] expected = codeAfter(example("iris.csv"), "--label-column", "species");
        Path packed = folder.resolve("iris.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        for (Path named : List.of(
                packed,
                write("IRIS.TSV", tabs, StandardCharsets.UTF_8),
                write("unicode.txt", "\ufeff" + tabs.replace("\n", "\r\n"), StandardCharsets.UTF_16LE),
                write("bom.csv", "\ufeff" + text.replace(',', ';').replace('.', ','), StandardCharsets.UTF_8),
                write("bars.txt", text.replace(",", " | "), StandardCharsets.UTF_8),
                write("spaces.txt", text.replace(',', ' '), StandardCharsets.UTF_8))) {
            assertThat(codeAfter(named, "--label-column", "species"))
                    .as(named.toString())
                    .isEqualTo(expected);
        }
        assertThat(codeAfter(write("iris.data", rows + "\n", StandardCharsets.UTF_8), "--label-column", 5))
                .isEqualTo(expected);
        Path counted = write("counted.csv", "150,4,setosa,versicolor,virginica\n" + numbers, StandardCharsets.UTF_8);
        assertThat(codeAfter(counted)).isEqualTo(expected);
        assertThat(Cli.ok("evaluate", model, "--data", example("iris.csv"), "--label-column", "species")
                        .out())
                .contains("MSE of label virginica");
    }

    @Test
    void aFrenchSpreadsheetIsThePlainTable() throws IOException {
        Object[] options = {"--id", 1, "--ignore", "depuis", "--impute", "median", "--latent", 3};
        String french = Files.readString(example("sales.csv"), WINDOWS);
        String plain = french.replaceAll("(?<=\\d) (?=\\d{3},)| [%€]", "")
                .replaceAll("(?<=\\d),(?=\\d)", ".")
                .replaceAll("(\\d\\d)/(\\d\\d)/(\\d{4})", "$3-$2-$1")
                .replace(';', ',');
        assertThat(plain).contains("C-0005,Rhône-Alpes,1076.56,0.7,1069.02,2017-05-01,non");
        float[] expected = codeAfter(write("plain.csv", plain, StandardCharsets.UTF_8), options);
        assertThat(codeAfter(example("sales.csv"), join("--encoding", "windows-1252", options)))
                .isEqualTo(expected);
        Cli.run("columns", example("sales.csv")).failed(1, "line 1, column 1", "--encoding", "windows-1252");

        train(example("sales.csv"), join("--encoding", "windows-1252", options));
        List<String> odd =
                score(example("sales.csv"), "--encoding", "windows-1252", "--score", "reconstruction").stream()
                        .sorted(Comparator.comparingDouble(row -> -Double.parseDouble(row[1])))
                        .limit(2)
                        .map(row -> row[0])
                        .toList();
        assertThat(odd).containsExactlyInAnyOrder("C-0050", "C-0244");
    }

    @Tag("once")
    @Test
    void votesOfAnArffFileFallIntoParties() throws IOException {
        Path votes = example("votes.arff");
        Cli.run("train", "--data", votes, "--label-column", "party", "-o", model)
                .failed(1, "votes.arff: line 26, column 11", "is missing", "--impute");
        Cli open = Cli.ok("train", "--data", votes, "--label-column", "party", "--impute", "mean", "-o", model);
        assertThat(open.err()).as("hidden layers learn few rows by heart").contains("keeping 49-4: 49-196-98-4");
        Files.delete(model);
        train(votes, "--label-column", "party", "--impute", "most-frequent", "--latent", 2);
        String table = Cli.ok("clusters", model, "--data", votes, "--k", 2).out();
        String kMeans = table.lines()
                .filter(line -> line.startsWith("kmeans"))
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(kMeans.split(" +")[1])).isBetween(0.8, 1.0);
    }

    @Tag("once")
    @Test
    void wrongOrdersAreFlagged() throws IOException {
        Path orders = example("orders.csv");
        train(orders, "--id", "order", "--ignore", "date", "--impute", "mean", "--latent", 4);
        Path alarm = folder.resolve("alarm.safetensors");
        Cli.ok("calibrate", model, "--data", orders, "--split", "validation", "--score", "reconstruction", "-o", alarm);
        Files.move(alarm, model, StandardCopyOption.REPLACE_EXISTING);
        List<String> flagged = score(example("new-orders.csv")).stream()
                .filter(row -> row[2].equals("1"))
                .map(row -> row[0] + " " + row[3])
                .toList();
        assertThat(flagged)
                .containsExactly(
                        "80140 currency",
                        "80350 department",
                        "80560 weight",
                        "80840 currency",
                        "81050 department",
                        "81260 weight");
    }

    @Test
    void whatIsMissingInRecordsIsGuessed() throws IOException {
        Path penguins = example("penguins.json");
        String text = Files.readString(penguins);
        String records = text.lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> line.replaceFirst(",$", ""))
                .collect(Collectors.joining("\n"));
        Object[] options = {"--id", "id", "--impute", "mean", "--mask", 0.2};
        float[] expected = codeAfter(penguins, options);
        for (String name : List.of("lines.jsonl", "lines.ndjson", "LINES.JSON")) {
            assertThat(codeAfter(write(name, records, StandardCharsets.UTF_8), options))
                    .isEqualTo(expected);
        }

        train(penguins, options);
        Path hidden = write("hidden.json", text.replaceAll("\"(fe)?male\"", "null"), StandardCharsets.UTF_8);
        Path codes = folder.resolve("codes.csv");
        Path decoded = folder.resolve("decoded.csv");
        Cli.ok("encode", model, "--data", hidden, "-o", codes);
        Cli.ok("decode", model, codes, "-o", decoded);
        assertThat(Files.readAllLines(codes).get(344)).startsWith("P344,");
        List<String> guesses = Files.readAllLines(decoded);
        List<String> lines = text.lines().toList();
        assertThat(guesses.get(0)).isEqualTo("id,species,island,bill.length,bill.depth,flipper,mass,sex");
        long right = IntStream.rangeClosed(1, 344)
                .filter(i -> lines.get(i)
                        .contains("\"sex\": \""
                                + guesses.get(i).substring(guesses.get(i).lastIndexOf(',') + 1)))
                .count();
        assertThat(right).isGreaterThan(270); // of 333; 168 by chance
    }

    @Tag("once")
    @Test
    void strangeHoursOfASeriesAreFlagged() throws IOException {
        List<String> all = Files.readAllLines(example("pumps.csv"));
        Path before = Files.write(folder.resolve("before.csv"), all.subList(0, 1201));
        train(before, "--window", 24, "--time-column", "time", "--group-column", "pump");
        Path alarm = folder.resolve("alarm.safetensors");
        Cli.ok("calibrate", model, "--data", before, "-o", alarm);
        Files.move(alarm, model, StandardCopyOption.REPLACE_EXISTING);
        List<String> flagged = new ArrayList<>();
        for (String[] row : score(example("pumps.csv"))) {
            if (row[3].equals("1")) {
                flagged.add(row[0] + " " + row[1]);
            }
        }
        assertThat(flagged)
                .contains("2026-04-05 10:00 P2", "2026-04-07 14:00 P1")
                .hasSizeLessThan(120);
    }
}
