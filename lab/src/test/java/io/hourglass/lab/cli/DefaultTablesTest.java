package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.lab.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --data table.csv -o model} on small tables, judged on rows that it never saw. */
@Tag("once")
class DefaultTablesTest {
    @TempDir
    Path folder;

    private Path train;
    private Path untouched;
    private Path model;

    @BeforeEach
    void nameFiles() {
        train = folder.resolve("train.csv");
        untouched = folder.resolve("untouched.csv");
        model = folder.resolve("m.safetensors");
    }

    private static void write(Path file, int rows, long seed, Function<Random, double[]> row) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows; r++) {
            double[] values = row.apply(random);
            for (int j = 0; j < values.length; j++) {
                text.append(j == 0 ? "" : ",").append((float) values[j]);
            }
            text.append('\n');
        }
        Files.writeString(file, text);
    }

    private Cli train(Object... more) {
        Object[] args = {"train", "--data", train, "-o", model, "--force"};
        Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.run(all);
    }

    /** Trains on one part of a table; the network's error on another part, divided by PCA's. */
    private double ratio(int rows, Function<Random, double[]> row, Object... options) throws IOException {
        write(train, rows, 1, row);
        write(untouched, 300, 2, row);
        Cli trained = train(options);
        assertThat(trained.code()).as(trained.err()).isZero();
        Map<?, ?> figures = Json.read(
                Cli.ok("evaluate", model, "--data", untouched, "--json").out(), Map.class);
        assertThat(figures.get("meanAndPcaFittedTo")).isEqualTo("training");
        return ((Number) figures.get("mse")).doubleValue() / ((Number) figures.get("pcaMse")).doubleValue();
    }

    /** Three normal numbers, seen through eight sums of them and noise: PCA is the best there is. */
    private static double[] lowRank(Random random) {
        double[] hidden = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
        return IntStream.range(0, 12)
                .mapToDouble(j -> Math.sin(j) * hidden[0]
                        + Math.cos(2 * j) * hidden[1]
                        + Math.sin(3 * j) * hidden[2]
                        + 0.2 * random.nextGaussian())
                .toArray();
    }

    private static double[] curve(Random random) {
        double t = 6 * random.nextDouble();
        double u = 6 * random.nextDouble();
        return new double[] {Math.sin(t), Math.cos(t), Math.sin(u), Math.cos(u), Math.sin(t + u), t};
    }

    @Test
    void lowRankAndNoise() throws IOException {
        assertThat(ratio(400, DefaultTablesTest::lowRank)).isLessThan(1.02);
    }

    @Test
    void aCurveIsNoPlane() throws IOException {
        assertThat(ratio(300, DefaultTablesTest::curve)).isLessThan(0.5);
        assertThat(Autoencoder.load(model).architecture()).hasToString("6-128-64-2");
    }

    @Test
    void fewRowsOfManyColumns() throws IOException {
        assertThat(ratio(70, random -> {
                    double t = random.nextGaussian();
                    return IntStream.range(0, 200)
                            .mapToDouble(j -> t * Math.sin(j) + random.nextGaussian())
                            .toArray();
                }))
                .isLessThan(1.02);
        assertThat(Autoencoder.load(model).architecture()).hasToString("200-7");
    }

    @Test
    void skewedColumnsAndAConstantOne() throws IOException {
        assertThat(ratio(300, random -> {
                    double t = random.nextGaussian();
                    double u = random.nextGaussian();
                    return new double[] {
                        Math.exp(2 * t), Math.exp(t + u), u, 7, t + u, 1e6 * Math.exp(u), random.nextInt(2)
                    };
                }))
                .isLessThan(1.02);
        Path codes = folder.resolve("codes.csv");
        Path decoded = folder.resolve("decoded.csv");
        Cli.ok("encode", model, "--data", untouched, "-o", codes);
        Cli.ok("decode", model, codes, "-o", decoded);
        assertThat(Autoencoder.load(model).architecture().inputs()).isEqualTo(6);
        assertThat(Files.readAllLines(decoded))
                .hasSize(300)
                .allMatch(line -> line.split(",").length == 7 && line.split(",")[3].equals("7.0"));
    }

    /** A linear network trained to the end is PCA. */
    @Test
    void withoutHiddenLayersItIsPca() throws IOException {
        assertThat(ratio(300, DefaultTablesTest::lowRank, "--hidden", "none", "--latent", 2))
                .isCloseTo(1, within(0.01));
        assertThat(ratio(300, DefaultTablesTest::lowRank, "--hidden", "none", "--validation", 0))
                .isCloseTo(1, within(0.01));
    }

    @Test
    void holdsOutRowsKeepsTheBestEpochAndSaysWhatPcaGives() throws IOException {
        write(train, 200, 1, DefaultTablesTest::lowRank);
        Cli cli = train("--hidden", 4, "--epochs", 3);
        assertThat(cli.out())
                .contains("12-4-3, table recipe: ", ", validation MSE ", ", best epoch 3 of 3")
                .containsPattern("validation MSE of predicting the mean [01]\\.\\d+, PCA with 3 components 0\\.\\d+");
        assertThat(cli.err())
                .contains("training 12-4-3 on 160 rows for 3 epochs (9 steps, weight decay 0.150)")
                .containsPattern(
                        "warning: PCA with 3 components is better \\(0\\.\\d+ against [01]\\.\\d+\\); try no --hidden");
        assertThat(Autoencoder.load(model).metadata())
                .containsEntry("scaler.kind", "standard")
                .containsEntry("data.validation", "0.2")
                .containsEntry("data.train_rows", "160");
        Cli evaluated = Cli.ok("evaluate", model, "--data", train, "--split", "validation");
        assertThat(evaluated.out()).contains(cli.out().lines().toList().get(1).substring("validation ".length()));
        assertThat(evaluated.out()).contains(" (fitted to the training rows)");
        assertThat(evaluated.err()).contains("warning: PCA with 3 components is better");

        Cli all = train("--validation", 0, "--latent", 2, "--epochs", 1);
        assertThat(all.out())
                .contains("12-128-64-2, table recipe: ", "train MSE of predicting")
                .doesNotContain("best");
        assertThat(Autoencoder.load(model).metadata()).containsEntry("data.train_rows", "200");
    }

    @Test
    void modelsThatHoldNoPcaAreComparedWithThatOfTheRowsThemselves() throws IOException {
        write(train, 60, 1, DefaultTablesTest::lowRank);
        assertThat(train("--hidden", 4, "--epochs", 1).code()).isZero();
        Autoencoder trained = Autoencoder.load(model);
        Autoencoder.of(
                        trained.architecture(),
                        trained.tensors(),
                        trained.scaler().metadata())
                .save(model);
        Cli measured = Cli.ok("evaluate", model, "--data", train);
        assertThat(measured.out())
                .contains(
                        "PCA with 3 components 0.",
                        "(fitted to these rows themselves, which makes their errors smaller)");
        assertThat(measured.err()).doesNotContain("warning");
        assertThat(Cli.ok("evaluate", model, "--data", train, "--json").out())
                .contains("\"meanAndPcaFittedTo\" : \"measured\"");
    }

    /** The model's mean leaves the last row out, and so do those of mean and PCA. */
    @Test
    void anErrorTooLargeForANumberIsNotCompared() throws IOException {
        write(train, 60, 1, DefaultTablesTest::lowRank);
        assertThat(train("--epochs", 1).code()).isZero();
        String huge = "1e36" + ",1".repeat(11) + "\n";
        Files.writeString(untouched, Files.readString(train) + huge);
        String without = Cli.ok("evaluate", model, "--data", train).out();
        assertThat(Cli.ok("evaluate", model, "--data", untouched).out())
                .contains("1 of 61 rows", without.substring(without.indexOf("MSE of predicting the mean ")));
    }

    /** Row 4 is held out: without it the error is that of a table without the huge value. */
    @Test
    void aHugeValueInAHeldOutRowDoesNotDecide() throws IOException {
        write(train, 300, 1, DefaultTablesTest::curve);
        List<String> lines = Files.readAllLines(train);
        lines.set(4, "1e36" + lines.get(4).substring(lines.get(4).indexOf(',')));
        Files.write(train, lines);
        Cli cli = train("--epochs", 100);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err().lines().filter(line -> line.startsWith("warning: ")))
                .containsExactly("warning: train.csv: validation leaves out 1 of 60 held-out rows, "
                        + "whose errors are too large for a number");
        Matcher figures = Pattern.compile("6-128-64-2, table recipe: .*validation MSE (0\\.\\d+), .*\\R.* PCA with 2 "
                        + "components (0\\.\\d+)")
                .matcher(cli.out());
        assertThat(figures.find()).as(cli.out()).isTrue();
        assertThat(Double.parseDouble(figures.group(1))).isLessThan(0.5 * Double.parseDouble(figures.group(2)));
        assertThat(Cli.ok("evaluate", model, "--data", train, "--split", "validation")
                        .out())
                .contains("MSE   " + figures.group(1), "1 of 60 rows (0)", "components " + figures.group(2));

        Files.write(
                train,
                lines.stream()
                        .map(line -> lines.indexOf(line) % 5 < 4 ? line : "1e36,1,1,1,1,1")
                        .toList());
        train().failed(1, "train.csv: all 60 held-out rows are so far from the training rows");
    }

    @Test
    void quietTellsResultsAndWarningsOnly() throws IOException {
        write(train, 200, 1, DefaultTablesTest::lowRank);
        Cli cli = train("--hidden", 4, "--epochs", 3, "--quiet");
        assertThat(cli.err().lines()).hasSize(1).allMatch(line -> line.startsWith("warning: PCA"));
        assertThat(cli.out().lines()).hasSize(3);
    }

    @Test
    void tinyTablesAreTrainedOrRefusedInALine() throws IOException {
        Files.writeString(train, "1,2,3\n4,5,7\n");
        assertThat(train().out()).contains("3-2, table recipe");
        Files.writeString(train, "1,2,3\n4,5,7\n0,1,5\n");
        assertThat(train().out())
                .containsPattern("3-2, table recipe: train MSE \\d\\.\\d+e-\\d\\d \\(mean of the epoch\\), ");
        assertThat(train("--latent", 5, "--epochs", 1).out()).contains("3-5, table", "PCA with 3 components 0.000000");
        Files.writeString(train, "1\n2\n3\n");
        train().failed(1, "train.csv: a single column", "--latent 1");
        assertThat(train("--latent", 1, "--epochs", 1).code()).isZero();
        Files.writeString(train, "1,2\n1,2\n1,2\n");
        train().failed(1, "train.csv: all training rows are equal (3)");
        Files.writeString(train, "1,2\n");
        train("--header", "no").failed(1, "train.csv: all training rows are equal (1)");
        Files.writeString(train, "1,2\n1,3\n");
        train("--patience", 10).failed(2, "--patience needs --validation");
    }

    @Test
    void tenThousandColumnsAreNotTooMany() throws IOException {
        write(train, 50, 1, random -> {
            double t = random.nextGaussian();
            return IntStream.range(0, 10_000)
                    .mapToDouble(j -> t * (j % 7) + random.nextGaussian())
                    .toArray();
        });
        Cli cli = train("--epochs", 5);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.out()).contains("10000-5, table recipe");
        assertThat(List.of(cli.err().split("\n"))).noneMatch(line -> line.startsWith("warning"));
    }

    /** Bytes are images: the report's recipe and widths, as ever. */
    @Test
    void imagesTakeTheTunedRecipe() throws IOException {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Cli cli = Cli.ok("train", "--data", data, "-o", model, "--epochs", 1);
        assertThat(cli.out()).contains("16-128-64-4, tuned recipe", "test MSE of predicting the mean 0.");
        assertThat(Autoencoder.load(model).metadata())
                .containsEntry("recipe.weight_decay", "0.015")
                .doesNotContainKeys("data.validation", "scaler.kind");
        assertThat(Cli.ok("train", "--data", data, "--hidden", "none", "--epochs", 1, "-o", model, "--force")
                        .err())
                .doesNotContain("starting at PCA");
    }
}
