package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Imputation;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A table with numbers, five categories, ids and missing values through the commands. */
class MixedTablesTest {
    private static final List<String> COUNTRIES = List.of("DE", "FR", "IT", "US");
    private static final List<String> CITIES = List.of("Berlin", "Paris", "Rome", "Boston");
    private static final List<String> MONEY = List.of("EUR", "EUR", "EUR", "USD");

    @TempDir
    Path folder;

    private Path table;
    private Path model;

    /** The country decides city, currency and tax; the other columns are free. */
    private static String row(int row, Random random) {
        int country = random.nextInt(4);
        String tax = row % 4 == 1 ? "" : String.valueOf(100 * country + random.nextInt(20));
        String city = row % 11 == 5 ? "?" : CITIES.get(country);
        return "id-" + row + "," + COUNTRIES.get(country) + "," + city + "," + MONEY.get(country) + "," + tax + ","
                + (random.nextBoolean() ? "yes" : "no") + ","
                + List.of("a", "b", "c").get(random.nextInt(3)) + ","
                + random.nextInt(50);
    }

    @BeforeEach
    void writeTable() throws IOException {
        table = folder.resolve("sales.csv");
        model = folder.resolve("m.safetensors");
        Random random = new Random(5);
        StringBuilder text = new StringBuilder("id,country,city,currency,tax,paid,tier,age\n");
        IntStream.range(0, 300).forEach(row -> text.append(row(row, random)).append('\n'));
        Files.writeString(table, text);
    }

    private Object[] train(Path to, Object... more) {
        Object[] args = {"train", "--data", table, "--id", "id", "--hidden", "24", "--latent", 4, "-o", to};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    /** Scikit-learn's files have no names; their labels come last, after training too. */
    @Test
    void labelsWithoutNamesAreFoundAgain() throws IOException {
        Random random = new Random(6);
        StringBuilder text = new StringBuilder("60,3,left,right\n");
        for (int row = 0; row < 60; row++) {
            double x = random.nextGaussian();
            text.append(x + ",")
                    .append(2 * x + random.nextGaussian() + "," + random.nextGaussian() + "," + row % 2 + "\n");
        }
        Path file = Files.writeString(folder.resolve("plain.csv"), text);
        Cli.ok("train", "--data", file, "--latent", 1, "--hidden", "none", "--epochs", 5, "-o", model);
        assertThat(Autoencoder.load(model).architecture().inputs()).isEqualTo(3);
        Cli.ok("evaluate", model, "--data", file);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", file, "--labels", "-o", codes);
        assertThat(Files.readAllLines(codes).get(0)).isEqualTo("z0,label");
    }

    @Test
    void aBadDateIsTheOneThatIsNamed() throws IOException {
        StringBuilder text = new StringBuilder("day,x\n");
        IntStream.range(0, 60)
                .forEach(
                        row -> text.append("%02d/%02d/2024,%d\n".formatted(1 + row % 12, 1 + row % 28, row * row % 7)));
        Path file = Files.writeString(folder.resolve("days.csv"), text);
        Cli.ok("train", "--data", file, "--latent", 1, "--hidden", "none", "--epochs", 5, "-o", model);
        Path scores = folder.resolve("days-scores.csv");
        Cli.ok("score", model, "--data", file, "--top", 9, "-o", scores);
        // A date is one column, whatever the network gets for it.
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines.get(0))
                .isEqualTo("row,score,flag,nearest,feature1,share1,feature2,share2,value1,expected1,value2,expected2");
        assertThat(lines.get(1)).matches("0,[^,]+,,\\d+,(day,[\\d.]+,x|x,[\\d.]+,day),.*");
        Files.writeString(file, text.toString().replaceFirst("05/05/2024", "31/31/2024"));
        Cli.run("score", model, "--data", file, "-o", folder.resolve("s.csv")).failed(1, "line 6", "'31/31/2024'");
    }

    @Test
    void sweepsLeaveOutCodesThatAreTooWide() throws IOException {
        StringBuilder text = new StringBuilder("a,b,c\n");
        IntStream.range(0, 60).forEach(row -> text.append(row % 7 + "," + row % 5 + "," + row % 3 + "\n"));
        Path file = Files.writeString(folder.resolve("narrow.csv"), text);
        Path out = folder.resolve("sweep");
        Cli swept = Cli.ok("sweep", "--data", file, "--hidden", "8", "--epochs", 2, "--out", out);
        assertThat(swept.out().lines().filter(line -> line.startsWith("3-8-"))).hasSize(2);
        Cli.run("sweep", "--data", file, "--latent", "4", "--out", folder.resolve("wide"))
                .failed(1, "latent = 4");
    }

    @Test
    void trainsScoresAndDecodes() throws IOException {
        Cli trained = Cli.ok(train(model, "--impute", "most-frequent", "--epochs", 150));
        assertThat(trained.err())
                .contains("filled 102 missing values with the most frequent value of the column")
                .contains("column 5 ('tax') is missing in many rows: one more value says in which")
                .doesNotContain("starting at PCA");
        assertThat(trained.out())
                .containsPattern(
                        "train error per column 0\\.\\d+ \\(mean of the epoch\\), validation error per column 0\\.\\d+")
                .containsPattern("validation error per column of predicting the mean \\d\\.\\d+, PCA with 4 components")
                .doesNotContain("MSE");
        Autoencoder loaded = Autoencoder.load(model);
        assertThat(loaded.table()).hasToString("c5,c5,c3,1,i1,c3,c4,1");
        assertThat(loaded.table().isWeighted()).isTrue();
        assertThat(loaded.imputation().map(Imputation::kind)).contains(Imputation.Kind.MOST_FREQUENT);
        Path again = folder.resolve("again.safetensors");
        loaded.save(again);
        assertThat(Autoencoder.load(again)).isEqualTo(loaded);
        assertThat(Cli.ok("evaluate", model, "--data", table).out())
                .contains("error per column  0.")
                .contains("error per column of predicting the mean")
                .doesNotContain("PSNR");

        Path codes = folder.resolve("codes.csv");
        Path decoded = folder.resolve("decoded.csv");
        Cli.ok("encode", model, "--data", table, "-o", codes);
        Cli.ok("decode", model, codes, "-o", decoded);
        List<String> given = Files.readAllLines(table);
        List<String> lines = Files.readAllLines(decoded);
        assertThat(lines.get(0)).isEqualTo("id,country,city,currency,tax,paid,tier,age");
        int right = 0;
        for (int row = 1; row <= 300; row++) {
            String[] fields = lines.get(row).split(",");
            assertThat(CITIES).contains(fields[2]);
            assertThat(fields[0]).isEqualTo(given.get(row).split(",")[0]);
            right += given.get(row).split(",")[1].equals(fields[1]) ? 1 : 0;
            right += Math.abs(COUNTRIES.indexOf(fields[1]) * 100 + 10 - Double.parseDouble(fields[4])) < 50 ? 1 : 0;
        }
        assertThat(right).as("countries and taxes that fit").isGreaterThan(540);
    }

    @Test
    void scoresNameColumnsAndWhatWasExpected() throws IOException {
        Cli.ok(train(model, "--impute", "median", "--epochs", 150));
        Path calibrated = folder.resolve("c.safetensors");
        Cli.ok("calibrate", model, "--data", table, "--split", "validation", "--false-alarms", 0.05, "-o", calibrated);
        Path odd = Files.writeString(folder.resolve("odd.csv"), """
                id,age,tier,paid,tax,currency,city,country
                x-1,20,a,yes,310,EUR,Boston,US
                x-2,20,a,yes,5,EUR,Atlantis,DE
                x-3,,a,yes,400,,Paris,FR
                """);
        Path scores = folder.resolve("scores.csv");
        Cli scored = Cli.ok("score", calibrated, "--data", odd, "--top", 2, "-o", scores);
        assertThat(scored.err())
                .contains("'city' has text that the training rows did not have in 1 row, such as 'Atlantis'")
                .contains("filled 2 missing values with the median of the column");
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines.get(0))
                .isEqualTo("id,score,flag,nearest,feature1,share1,feature2,share2,value1,expected1,value2,expected2");
        assertThat(lines.get(1)).matches("x-1,[\\d.]+,1,id-\\d+,currency,.*,EUR,USD,.*");
        assertThat(lines.get(2)).matches("x-2,[\\d.]+,1,id-\\d+,city,.*,Atlantis,(Berlin|Paris|Rome|Boston),.*");
        assertThat(lines.get(3)).matches("x-3,[\\d.]+,1,id-\\d+,tax,.*,400\\.0,-?[\\d.]+,.*");
    }

    private Object[] experiment(String command, Path out, Object... more) {
        Object[] args = {command, "--data", table, "--id", "id", "--latent", 2, "--epochs", 20, "--out", out};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }

    private static double afterwards(String text, String label) {
        Matcher found = Pattern.compile(Pattern.quote(label) + " ([\\d.e-]+)").matcher(text);
        assertThat(found.find()).as(label + " in " + text).isTrue();
        return Double.parseDouble(found.group(1));
    }

    /** A sweep trains the networks that train trains, on the same rows, and measures them and PCA alike. */
    @Test
    void sweepsMeasureWhatTrainMeasures() throws IOException {
        Path out = folder.resolve("sweep");
        Cli swept = Cli.ok(experiment("sweep", out, "--hidden", "24", "--impute", "mean"));
        assertThat(swept.err())
                .contains("60 of its 300 rows held out to test on (--validation 0.2)")
                .contains("scaler: standard, so the output is linear")
                .contains("filled 102 missing values with the mean");
        String trained = Cli.ok(
                        "train",
                        "--data",
                        table,
                        "--id",
                        "id",
                        "--hidden",
                        "24",
                        "--latent",
                        2,
                        "--epochs",
                        20,
                        "--impute",
                        "mean",
                        "-o",
                        model)
                .out();
        String[] csv = Files.readAllLines(out.resolve("sweep.csv")).get(1).split(",");
        assertThat(Double.parseDouble(csv[3])).isCloseTo(afterwards(trained, "PCA with 2 components"), within(1e-5));
        assertThat(afterwards(swept.out(), "validation error per column of predicting the mean"))
                .isCloseTo(afterwards(trained, "of predicting the mean"), within(1e-5));
        // The last of 20 epochs; train keeps the best.
        assertThat(Double.parseDouble(csv[2])).isGreaterThanOrEqualTo(validationError(trained) - 1e-6);
        assertThat(Double.parseDouble(csv[2])).isCloseTo(validationError(trained), within(0.05));
        assertThat(swept.out())
                .contains("validation error per column          PCA")
                .contains("These networks were trained for 20 epochs (80 steps)", "at least 5 epochs and 3,000 steps")
                .doesNotContain("MSE");
        assertThat(out.resolve("settings.txt")).content().contains("impute = mean\n", "recipe.name = table\n");

        Cli.run(experiment("sweep", out, "--hidden", "24", "--impute", "median"))
                .failed(1, "impute = mean", "impute = median");
        assertThat(Cli.ok(experiment("sweep", out, "--hidden", "24", "--impute", "median", "--force"))
                        .err())
                .contains("training again, because it was made from other data");
        assertThat(Cli.ok(experiment(
                                "sweep", out, "--hidden", "24", "--impute", "mean", "--scale", "min-max", "--force"))
                        .err())
                .contains("scaler: min-max\n");
    }

    private static double validationError(String trained) {
        return afterwards(trained, "validation error per column");
    }

    @Test
    void variancesAddUpToTheErrorPerColumn() throws IOException {
        Path out = folder.resolve("variance");
        Cli varied = Cli.ok(experiment("variance", out, "--hidden", "8", "--models", 2, "--impute", "mean"));
        assertThat(varied.out())
                .contains("variance/error", "All of them are errors per column.")
                .doesNotContain("MSE");
        JsonNode result = JsonMapper.shared()
                .readTree(Files.readString(out.resolve("variance.json")))
                .get(0);
        assertThat(result.get("bias2").asDouble() + result.get("variance").asDouble())
                .isCloseTo(result.get("mse").asDouble(), within(1e-9));
        JsonNode data = result.get("training").get("data");
        assertThat(data.get("errorsPer").asString()).isEqualTo("column");
        assertThat(data.get("impute").asString()).isEqualTo("mean");
        assertThat(data.get("scale").asString()).isEqualTo("standard");
        assertThat(out.resolve("variance.png")).exists();
        Path noisy = folder.resolve("noisy");
        Cli.run(experiment("variance", noisy, "--noise", 0.1, "--impute", "mean"))
                .failed(
                        1,
                        "sales.csv: has categories or many missing values, so errors are per column, and noise = 0.1");
        assertThat(noisy).doesNotExist();
    }

    /** A small table, with what it takes by default: held-out rows, no hidden layers, enough steps. */
    @Tag("once")
    @Test
    void aSmallTableIsSweptWithoutHiddenLayers() throws IOException {
        List<String> lines = Files.readAllLines(table).subList(0, 61);
        Files.write(table, lines);
        Path out = folder.resolve("sweep");
        Cli swept = Cli.ok("sweep", "--data", table, "--impute", "median", "--latent", 2, "--out", out);
        assertThat(swept.err()).contains("12 of its 60 rows held out");
        assertThat(swept.out()).containsPattern("\\n\\d+-2 +2 ").doesNotContain("too little");
        String[] csv = Files.readAllLines(out.resolve("sweep.csv")).get(1).split(",");
        assertThat(Double.parseDouble(csv[2])).isLessThan(Double.parseDouble(csv[3]));
    }

    /** What a study trains on a table is what train would: the same units, the same columns, the same error. */
    @Test
    void studiesTakeCategoriesAndGaps() throws IOException {
        Path out = folder.resolve("study");
        Cli cli = Cli.ok("study", "--data", table, "--label-column", "tier", "--epochs", 2, "--out", out);
        assertThat(cli.err())
                .contains("filled 102 missing values with the mean", "scaler: standard")
                .contains("rows of 6 columns, so the study leaves out 3 of the report's 5 networks")
                .contains("finished, validation error per column");
        assertThat(cli.out()).contains("validation error per column").doesNotContain("MSE");
        JsonNode json = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        assertThat(json.get("data").get("errorsPer").asString()).isEqualTo("column");
        assertThat(json.get("data").get("impute").asString()).isEqualTo("mean");
        JsonNode subject = json.get("subject");
        assertThat(subject.get("title").asString()).isEqualTo("sales.csv");
        assertThat(subject.get("rows").asString()).isEqualTo("ROW");
        assertThat(subject.get("labels").asString()).isEqualTo("CLASS");
        assertThat(subject.get("labelColumn").asString()).isEqualTo("tier");
        assertThat(subject.get("labelNames")).extracting(JsonNode::asString).containsExactly("a", "b", "c");
        assertThat(subject.get("classes").asInt()).isEqualTo(3);
        assertThat(json.get("runs"))
                .extracting(run -> run.get("recipe").asString())
                .containsExactly("paper", "table", "paper", "table");
        for (JsonNode run : json.get("runs")) {
            assertThat(run.has("psnr")).isFalse(); // its values have no bounds
            assertThat(run.get("latent").asInt()).isEqualTo(2);
            assertThat(run.get("trainMseAtEnd").asDouble()).isPositive();
            Cli evaluated = Cli.ok(
                    "evaluate",
                    out.resolve(run.get("model").asString()),
                    "--data",
                    table,
                    "--label-column",
                    "tier",
                    "--split",
                    "validation",
                    "--json");
            JsonNode evaluation = JsonMapper.shared().readTree(evaluated.out());
            assertThat(evaluation.get("mse").asDouble())
                    .isCloseTo(run.get("testMse").asDouble(), within(1e-9));
        }
        assertThat(out.resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void imagesOfAStudyAreCompleteNumbers() {
        Path out = folder.resolve("study");
        Cli.run("study", "--data", table, "--columns", "tax,age", "--shape", "2x1", "--out", out)
                .failed(1, "sales.csv: has images with missing values, which a study does not take");
        Cli.run("study", "--data", table, "--columns", "tier,age", "--shape", "5x1", "--out", out)
                .failed(1, "sales.csv: has categories, so its rows are no images", "no --shape");
        assertThat(out).doesNotExist();
    }

    /** Compress and rate-distortion measure what evaluate prints; decompress writes texts, numbers and constants. */
    @Test
    void compressesWhatItEvaluates() throws IOException {
        List<String> lines = Files.readAllLines(table);
        Files.write(
                table,
                IntStream.range(0, lines.size())
                        .mapToObj(row -> lines.get(row) + (row == 0 ? ",planet" : ",Earth"))
                        .toList());
        Cli.ok(train(model, "--impute", "mean", "--epochs", 60, "--ignore", "tier"));
        double evaluated = afterwards(Cli.ok("evaluate", model, "--data", table).out(), "error per column ");
        Path packed = folder.resolve("x.hgz");
        String compressed = Cli.ok("compress", model, "--data", table, "--bits", 16, "-o", packed)
                .out();
        assertThat(afterwards(compressed, "error  per column")).isCloseTo(evaluated, within(1e-4));
        assertThat(compressed).containsPattern("with 16 bits, [\\d.]+ without quantisation");
        Path rates = folder.resolve("rd");
        String measured =
                Cli.ok("rate-distortion", model, "--data", table, "-o", rates).out();
        assertThat(measured).contains("error per column     PCA: bytes").doesNotContain("PSNR", "MSE");
        String last = measured.lines()
                .filter(line -> line.startsWith("  16"))
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(last.strip().split(" +")[2])).isCloseTo(evaluated, within(1e-4));
        assertThat(rates.resolve("rate-distortion.html"))
                .content()
                .contains("error per column")
                .doesNotContain("PSNR", "MSE", "NaN");

        Path unpacked = folder.resolve("unpacked.csv");
        Cli.ok("decompress", model, packed, "-o", unpacked);
        List<String> rows = Files.readAllLines(unpacked);
        // Neither the id nor what was ignored is in the file; a constant is in the model.
        assertThat(rows.get(0)).isEqualTo("country,city,currency,tax,paid,age,planet");
        assertThat(rows).hasSize(301);
        for (int row = 1; row <= 300; row++) {
            String[] fields = rows.get(row).split(",");
            assertThat(COUNTRIES).contains(fields[0]);
            assertThat(CITIES).contains(fields[1]);
            assertThat(Double.parseDouble(fields[3])).isBetween(-100.0, 500.0);
            assertThat(fields[6]).isEqualTo("Earth");
        }
    }

    @Test
    void missingValuesAreNoObstacleToOtherCommands() throws IOException {
        Cli.ok(train(model, "--impute", "mean", "--epochs", 1, "--label-column", "paid"));
        assertThat(Cli.ok("rate-distortion", model, "--data", table, "-o", folder.resolve("rd"))
                        .out())
                .contains("PCA: bytes");
        assertThat(Cli.ok("compress", model, "--data", table, "-o", folder.resolve("x.hgz"))
                        .out())
                .contains("error  per column ");
        assertThat(Cli.ok("clusters", model, "--data", table).out()).contains("kmeans ");
    }

    /** Weights belong to a scaler: a new one needs new ones, and then predicting the mean has an error of about 1. */
    @Test
    void anotherScalerWeighsTheColumnsAnew() throws IOException {
        Cli.ok(train(model, "--impute", "mean", "--epochs", 2));
        Path other = folder.resolve("other.safetensors");
        Cli.ok(train(other, "--init", model, "--scale", "min-max", "--epochs", 2));
        Path fresh = folder.resolve("fresh.safetensors");
        Cli.ok(train(fresh, "--impute", "mean", "--scale", "min-max", "--epochs", 2));
        assertThat(Autoencoder.load(other).table())
                .isEqualTo(Autoencoder.load(fresh).table());
    }

    /** Both networks of a contest have outputs that suit the loss. */
    @Test
    void crossEntropyTakesMixedTables() {
        Object[] args = {
            "train", "--data", table, "--id", "id", "--impute", "mean", "--loss", "bce", "--epochs", 2, "-o", model
        };
        assertThat(Cli.ok(args).err()).contains("training 23-128-64-2").contains("training 23-2 ");
    }

    @Test
    void infoListsTheColumns() throws IOException {
        Cli.ok(train(model, "--impute", "mean", "--epochs", 1));
        assertThat(Cli.ok("info", model).out())
                .containsPattern("\\n {2}id +id\\n")
                .containsPattern("\\n {2}country +category +0-4 +DE, FR, IT, US\\n")
                .containsPattern("\\n {2}tax +number \\+ missing +13-14\\n")
                .containsPattern("\\n {2}paid +yes/no +15-17 +no, yes\\n");
        assertThat(Cli.ok("info", model, "--json").out())
                .containsPattern("\"name\" : \"tax\",\\s+\"type\" : \"number\",\\s+\"inputs\" : \"13-14\"");
    }

    @Test
    void aModelOfAnEarlierVersionStillFillsWithItsMeans() throws IOException {
        Path numbers = Files.writeString(folder.resolve("numbers.csv"), "a,b,c\n1,2,\n,3,4\n5,,7\n");
        Autoencoder plain = Autoencoder.of(
                Architecture.parse("3-2"),
                Map.of(
                        "encoder.0.weight", new float[] {1, 0, 0, 0, 1, 0},
                        "encoder.0.bias", new float[2],
                        "decoder.0.weight", new float[6],
                        "decoder.0.bias", new float[3]),
                Map.of(
                        "data.columns",
                        "a\nb\nc",
                        "impute.kind",
                        "mean",
                        "impute.mean",
                        "0.5,0.25,0.125",
                        "scaler.kind",
                        "standard",
                        "scaler.offset",
                        "0,0,0",
                        "scaler.factor",
                        "1,1,1"));
        plain.save(model);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", numbers, "-o", codes);
        assertThat(Files.readAllLines(codes)).containsExactly("z0,z1", "1.0,2.0", "0.5,3.0", "5.0,0.25");
    }

    @Test
    void withoutARuleMissingValuesAreRefused() {
        Cli.run(train(model, "--epochs", 1)).failed(1, "line 3, column 5 ('tax') is missing", "--impute mean");
        Cli.run(train(model, "--impute", "guess")).failed(2, "--impute", "guess");
    }

    @Test
    void aKilledRunOfAMixedTableEndsAsIfItHadNotBeenKilled() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        Path states = folder.resolve("states");
        Object[] options = {"--impute", "mean", "--epochs", 6, "--checkpoint", states, "--resume"};
        Cli.ok(train(whole, "--impute", "mean", "--epochs", 6));
        Cli.ok(train(model, options));
        Files.delete(states.resolve(newest(states))); // as if it had been killed after the fifth epoch
        Cli.ok(train(folder.resolve("resumed.safetensors"), options));
        assertThat(Autoencoder.load(folder.resolve("resumed.safetensors"))).isEqualTo(Autoencoder.load(whole));
    }

    private static String newest(Path states) throws IOException {
        try (var files = Files.list(states)) {
            return files.map(file -> file.getFileName().toString())
                    .sorted()
                    .reduce((a, b) -> b)
                    .orElseThrow();
        }
    }
}
