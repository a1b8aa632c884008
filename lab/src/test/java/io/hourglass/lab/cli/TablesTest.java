package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.lab.data.Npy;
import io.hourglass.lab.data.NpyType;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables through the commands: columns by name, values in the model's units, all their digits. */
class TablesTest {
    private static final Pattern MSE = Pattern.compile("\"mse\" ?: ?([-+.0-9E]+)");

    @TempDir
    Path folder;

    private Path model;
    private Path csv;

    @BeforeEach
    void nameFiles() {
        model = folder.resolve("m.safetensors");
        csv = folder.resolve("a.csv");
    }

    private Cli train(Path data, Object... more) {
        List<Object> args = new ArrayList<>(List.of(
                "train", "--data", data, "--hidden", "none", "--latent", 2, "--batch", 16, "-o", model, "--force"));
        Collections.addAll(args, more);
        return Cli.ok(args.toArray());
    }

    private double mse(Path data, Object... more) {
        List<Object> args = new ArrayList<>(List.of("evaluate", model, "--json", "--data", data));
        Collections.addAll(args, more);
        return mse(Cli.ok(args.toArray()));
    }

    private static double mse(Cli cli) {
        Matcher matcher = MSE.matcher(cli.out());
        assertThat(matcher.find()).as(cli.out()).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    /** 60 rows: 12 are held out, all of which the first model knows, or half of them, or none. */
    @Test
    void rowsThatTheInitialModelWasTrainedOnDoNotValidateUnsaid() throws IOException {
        Path abc = table("abc.csv", "abc");
        String known = " of the rows to measure on: their errors are too small";
        Path first = folder.resolve("first.safetensors");
        for (double validation : new double[] {0, 0.1, 0.2}) {
            train(abc, "--epochs", 2, "--validation", validation);
            Files.copy(model, first, StandardCopyOption.REPLACE_EXISTING);
            List<String> said = Cli.ok(
                            "train",
                            "--init",
                            first,
                            "--data",
                            table("cnba.csv", "cnba"),
                            "-o",
                            model,
                            "--force",
                            "--epochs",
                            1)
                    .err()
                    .lines()
                    .filter(line -> line.endsWith(known))
                    .toList();
            if (validation == 0.2) {
                assertThat(said).isEmpty();
            } else {
                assertThat(said)
                        .containsExactly("warning: " + first + " was trained on " + (validation == 0 ? 12 : 6) + known);
            }
        }
    }

    /** Without these lines, readers would mistake the figures for others. */
    @Test
    void whatIsIgnoredAssumedOrUnknownIsSaidInSpiteOfQuiet() throws IOException {
        Path abc = table("abc.csv", "abc");
        train(abc, "--epochs", 2);
        Path nameless = folder.resolve("nameless.csv");
        Files.writeString(nameless, Files.readString(abc).replaceFirst(".*\\R", ""));
        assertThat(quiet(nameless))
                .containsExactly("note: " + nameless + ": has no column names; columns are taken in the model's order");
        Files.writeString(
                csv, Files.readString(abc).replaceAll("(?m)(?<=.)$", ",7").replaceFirst(",7", ",d"));
        assertThat(quiet(csv)).containsExactly("note: " + csv + ": ignores 1 column that the model does not know: 'd'");
        Files.writeString(abc, Files.readString(abc).replaceFirst("\\R.*", ""));
        assertThat(quiet(abc))
                .containsExactly("note: the model was trained on other rows named abc.csv; if some of these rows "
                        + "were among them, their errors are too small");
    }

    private List<String> quiet(Path data) {
        return Cli.ok("evaluate", model, "--quiet", "--data", data)
                .err()
                .lines()
                .filter(line -> !line.startsWith("warning: "))
                .toList();
    }

    @Test
    void repeatedNamesOfColumnsAreNoObstacle() throws IOException {
        String text = Files.readString(table("b.csv", "acbn"));
        Files.writeString(csv, text.replaceFirst("a,c,b,n", "a,a,b,n"));
        Cli trained = train(csv, "--label-column", "n", "--validation", 0, "--epochs", 400);
        assertThat(mse(csv, "--label-column", "n")).as(trained.out()).isLessThan(0.01);
        assertThat(mse(csv)).isEqualTo(mse(csv, "--label-column", 4));
    }

    /** Those columns of 60 rows; the text column n is of notes. */
    private Path table(String name, String columns) throws IOException {
        Random random = new Random(5);
        StringBuilder text = new StringBuilder(String.join(",", columns.split(""))).append('\n');
        for (int row = 0; row < 60; row++) {
            double t = random.nextDouble();
            String[] values = {
                Double.toString(t), Double.toString(1e5 + 1000 * t * t), Double.toString(-3 * t), "note " + row
            };
            text.append(columns.chars().mapToObj(c -> values["abcn".indexOf(c)]).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void columnsAreMatchedByNameInEveryCommand() throws IOException {
        Path abc = table("abc.csv", "abc");
        Path cnba = table("cnba.csv", "cnba");
        train(abc, "--epochs", 20);
        double expected = mse(abc);
        assertThat(mse(cnba)).isEqualTo(expected);
        Cli evaluated = Cli.ok("evaluate", model, "--data", cnba);
        assertThat(evaluated.err()).contains(cnba + ": ignores 1 column that the model does not know: 'n'");
        for (String command : List.of("encode", "score", "compress", "calibrate")) {
            String ending = command.equals("compress") ? ".hgz" : command.equals("calibrate") ? ".safetensors" : ".csv";
            Path straight = folder.resolve(command + "-straight" + ending);
            Path swapped = folder.resolve(command + "-swapped" + ending);
            Object[] more = command.equals("calibrate") ? new Object[] {"--false-alarms", "0.1"} : new Object[0];
            if (command.equals("calibrate")) {
                train(table("train.csv", "abc"), "--epochs", 20, "--validation", 0.5);
                more = new Object[] {"--split", "validation", "--false-alarms", "0.1"};
            }
            run(command, abc, straight, more);
            run(command, cnba, swapped, more);
            assertThat(swapped).as(command).hasSameBinaryContentAs(straight);
        }
        train(abc, "--epochs", 20);
        assertThat(Cli.ok("clusters", model, "--data", cnba, "--k", 3).out())
                .isEqualTo(Cli.ok("clusters", model, "--data", abc, "--k", 3).out());
        assertThat(lines(Cli.ok("rate-distortion", model, "--data", cnba, "-o", folder.resolve("r1"))))
                .isEqualTo(lines(Cli.ok("rate-distortion", model, "--data", abc, "-o", folder.resolve("r2"))));
        Path both = folder.resolve("both.csv");
        Cli.ok("score", model, "--data", abc, "--anomalies", cnba, "-o", both);
        List<String> scores = Files.readAllLines(both);
        assertThat(scores.get(61).split(",")[1]).isEqualTo(scores.get(1).split(",")[1]);
        Cli.ok("explore", model, "--data", cnba, "-o", folder.resolve("e.html"));
    }

    private void run(String command, Path data, Path output, Object... more) {
        List<Object> args = new ArrayList<>(List.of(command, model, "--data", data, "-o", output));
        Collections.addAll(args, more);
        Cli.ok(args.toArray());
    }

    /** But for what names files or compares with their sizes. */
    private static List<String> lines(Cli cli) {
        return cli.out()
                .lines()
                .filter(line -> !line.startsWith("Results") && !line.contains("gzip"))
                .toList();
    }

    @Test
    void trainingGoesOnWithTheColumnsOfTheInitialModel() throws IOException {
        Path abc = table("abc.csv", "abc");
        train(abc, "--epochs", 2);
        Path first = Files.copy(model, folder.resolve("first.safetensors"));
        Cli.ok("train", "--init", first, "--data", abc, "--epochs", 2, "-o", model, "--force");
        String straight = Autoencoder.load(model).weightsSha256();
        Path cnba = table("cnba.csv", "cnba");
        Cli.ok("train", "--init", first, "--data", cnba, "--epochs", 2, "-o", model, "--force");
        assertThat(Autoencoder.load(model).weightsSha256()).isEqualTo(straight);
        assertThat(Autoencoder.load(model).columns()).containsExactly("a", "b", "c");
        Cli.ok(
                "train",
                "--init",
                first,
                "--data",
                cnba,
                "--impute",
                "mean",
                "--scale",
                "standard",
                "--epochs",
                2,
                "-o",
                model,
                "--force");
        assertThat(Autoencoder.load(model).weightsSha256()).isEqualTo(straight);
    }

    @Test
    void columnsThatAreMissingAreNamedAndNamelessOnesTakenByPosition() throws IOException {
        Path abc = table("abc.csv", "abc");
        train(abc, "--epochs", 2);
        Path ab = table("ab.csv", "anb");
        Cli.run("evaluate", model, "--data", ab).failed(1, ab + ": no column 'c'");
        Path bare = folder.resolve("bare.csv");
        List<String> lines = Files.readAllLines(abc);
        Files.write(bare, lines.subList(1, lines.size()));
        Cli cli = Cli.ok("evaluate", model, "--data", bare, "--json");
        assertThat(mse(cli)).isEqualTo(mse(abc));
        assertThat(cli.err()).contains("bare.csv: has no column names; columns are taken in the model's order");
        train(bare, "--epochs", 2);
        assertThat(Cli.ok("evaluate", model, "--data", abc).err())
                .contains("abc.csv: the model has no column names; columns are taken in the order of the data");
    }

    /** Whole numbers from 0 to 255 that have nothing to do with pixels. */
    private static float[][] ages() {
        Random random = new Random(4);
        float[][] ages = new float[80][3];
        for (float[] row : ages) {
            int age = random.nextInt(256);
            row[0] = age;
            row[1] = age / 2;
            row[2] = 255 - age;
        }
        return ages;
    }

    private static byte[] bytes(float[][] rows) {
        byte[] bytes = new byte[rows.length * rows[0].length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) rows[i / rows[0].length][i % rows[0].length];
        }
        return bytes;
    }

    private Path array(String name, String descr, float[][] rows, Integer... shape) throws IOException {
        byte[] header = Npy.header(descr, List.of(shape));
        byte[] bytes = bytes(rows);
        byte[] all = Arrays.copyOf(header, header.length + bytes.length);
        System.arraycopy(bytes, 0, all, header.length, bytes.length);
        return Files.write(folder.resolve(name), all);
    }

    @Test
    void aTableHasTheSameErrorWhateverTypeItIsStoredIn() throws IOException {
        float[][] ages = ages();
        Path floats = folder.resolve("floats.npy");
        Npy.write(floats, ages);
        Path bytes = array("bytes.npy", "|u1", ages, 80, 3);
        Path text = folder.resolve("ages.csv");
        Files.writeString(
                text,
                Arrays.stream(ages)
                        .map(row -> row[0] + "," + row[1] + "," + row[2] + "\n")
                        .collect(Collectors.joining()));
        train(bytes, "--epochs", 200, "--learning-rate", 0.02);
        double expected = mse(bytes);
        String weights = Autoencoder.load(model).weightsSha256();
        assertThat(mse(floats)).isEqualTo(expected);
        assertThat(mse(text)).isEqualTo(expected);
        train(floats, "--epochs", 200, "--learning-rate", 0.02);
        assertThat(Autoencoder.load(model).weightsSha256()).isEqualTo(weights);

        Path images = folder.resolve("images.idx");
        Idx.writeImages(images, bytes(ages), new ImageShape(1, 3, 1));
        Cli cli = Cli.ok("evaluate", model, "--data", images, "--json");
        assertThat(mse(cli)).as("an IDX file of the same bytes").isEqualTo(expected);
        assertThat(cli.err()).contains("images.idx: the model was trained on numbers, so pixels are read as 0 to 255");
        Path packed = folder.resolve("i.hgz");
        Cli.ok("compress", model, "--data", images, "-o", packed);
        Path fromFloats = folder.resolve("f.hgz");
        Cli.ok("compress", model, "--data", floats, "-o", fromFloats);
        Path rows = folder.resolve("rows.csv");
        Cli.ok("decompress", model, packed, "-o", rows);
        Path same = folder.resolve("same.csv");
        Cli.ok("decompress", model, fromFloats, "-o", same);
        assertThat(Files.readAllLines(rows)).isEqualTo(Files.readAllLines(same));

        Path codes = folder.resolve("codes.npy");
        Cli.ok("encode", model, "--data", bytes, "-o", codes);
        Path decoded = folder.resolve("decoded.npy");
        Cli.ok("decode", model, codes, "-o", decoded);
        assertThat((double) Npy.read(decoded).values()[0]).isCloseTo(ages[0][0], within(25.0));
    }

    @Test
    void aModelOfPixelsTakesAndGivesPixels() throws IOException {
        float[][] ages = ages();
        Path images = array("images.npy", "|u1", ages, 80, 1, 3);
        train(images, "--epochs", 5);
        double expected = mse(images);
        Path idx = folder.resolve("images.idx");
        Idx.writeImages(idx, bytes(ages), new ImageShape(1, 3, 1));
        assertThat(mse(idx)).isEqualTo(expected);
        Path table = array("table.npy", "|u1", ages, 80, 3);
        Cli cli = Cli.ok("evaluate", model, "--data", table, "--json");
        assertThat(mse(cli)).isEqualTo(expected);
        assertThat(cli.err()).contains("table.npy: the model was trained on pixels, so 0 to 255 is read as 0 to 1");
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", idx, "-o", codes);
        Path rows = folder.resolve("rows.csv");
        assertThat(Cli.ok("decode", model, codes, "-o", rows).out())
                .contains("Decoded: " + rows + " (pixel values from 0 for black to 1 for white)");
        assertThat(Cli.ok("decode", model, codes, "-o", folder.resolve("rows.idx"))
                        .out())
                .doesNotContain("pixels, from");
    }

    /** Only rows of the label go into the file, though an IDX file could be read as it comes. */
    @Test
    void labelsAndHeldOutRowsChooseFromIdxFilesToo() throws IOException {
        Path images = folder.resolve("x-images-idx3-ubyte");
        Idx.writeImages(images, bytes(ages()), new ImageShape(1, 3, 1));
        int[] labels = new int[80];
        Arrays.fill(labels, 40, 80, 1);
        Idx.writeLabels(folder.resolve("x-labels-idx1-ubyte"), labels);
        train(images, "--epochs", 1, "--validation", 0.25);
        Path packed = folder.resolve("a.hgz");
        assertThat(Cli.ok("compress", model, "--data", images, "--only-labels", 1, "-o", packed)
                        .out())
                .contains("for 40 rows");
        assertThat(Cli.ok("compress", model, "--data", images, "--split", "validation", "-o", packed, "--force")
                        .out())
                .contains("for 20 rows");
        assertThat(Cli.ok("compress", model, "--data", images, "-o", packed, "--force")
                        .out())
                .contains("for 80 rows");
    }

    @Test
    void timesComeBackWithTheirDigits() throws IOException {
        StringBuilder text = new StringBuilder("time,meter\n");
        for (int row = 0; row < 100; row++) {
            text.append(1_700_000_000 + row)
                    .append(',')
                    .append(123_456_100 + 2 * row)
                    .append('\n');
        }
        Files.writeString(csv, text);
        train(csv, "--epochs", 3000, "--learning-rate", 0.01);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", csv, "-o", codes);
        assertThat(Files.readAllLines(codes).stream().distinct()).as("codes").hasSizeGreaterThan(98);
        Path rows = folder.resolve("rows.csv");
        Cli.ok("decode", model, codes, "-o", rows);
        Path array = folder.resolve("rows.npy");
        Cli.ok("decode", model, codes, "-o", array);
        assertThat(Npy.read(array).type()).isEqualTo(NpyType.FLOAT64);
        Path packed = folder.resolve("rows.hgz");
        Cli.ok("compress", model, "--data", csv, "--bits", 16, "-o", packed);
        Path unpacked = folder.resolve("unpacked.csv");
        Cli.ok("decompress", model, packed, "-o", unpacked);
        Path doubles = folder.resolve("unpacked.npy");
        Cli.ok("decompress", model, packed, "-o", doubles);
        assertThat(Npy.read(doubles).type()).isEqualTo(NpyType.FLOAT64);
        assertThat(mse(array)).isCloseTo(0, within(1e-2));
        for (Path file : List.of(rows, unpacked)) {
            List<String> lines = Files.readAllLines(file);
            for (int row : new int[] {20, 50, 80}) {
                String[] fields = lines.get(row + 1).split(",");
                assertThat(Double.parseDouble(fields[0])).isCloseTo(1_700_000_000 + row, within(3.0));
                assertThat(Double.parseDouble(fields[1])).isCloseTo(123_456_100 + 2 * row, within(6.0));
            }
        }
    }

    @Test
    void encodingsAndArraysAreNamed() throws IOException {
        Files.write(csv, "größe,b,tier\n1,4,Bär\n2,6,Bör\n3,9,Bär\n".getBytes(Charset.forName("windows-1252")));
        Cli.run("train", "--data", csv, "--label-column", "tier", "--hidden", "none", "--latent", 1, "-o", model)
                .failed(1, csv + ": line 1, column 1 is 'gr", "not valid UTF-8", "--encoding");
        train(csv, "--epochs", 1, "--label-column", "tier", "--encoding", "windows-1252", "--only-labels", "Bär");
        assertThat(Autoencoder.load(model).columns()).containsExactly("größe", "b");
        Path archive = folder.resolve("a.npz");
        Path table = array("X.npy", "|u1", ages(), 80, 3);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String name : List.of("X.npy", "y.npy")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(Files.readAllBytes(table));
            }
        }
        train(archive, "--epochs", 1, "--array", "X");
        assertThat(mse(archive, "--array", "y")).isEqualTo(mse(table));
    }

    @Test
    void excludedRowsTeachTheModelNothing() throws IOException {
        Random random = new Random(8);
        String rows = IntStream.range(0, 60)
                .mapToObj(row -> row % 10 == 9
                        ? "5000," + random.nextInt(9) + ",bad\n"
                        : (row % 4 == 0 ? "" : "1") + "," + random.nextInt(9) + ",ok\n")
                .collect(Collectors.joining());
        Files.writeString(csv, "x,y,state\n" + rows);
        train(csv, "--epochs", 1, "--label-column", "state", "--only-labels", "ok", "--impute", "mean");
        Autoencoder learned = Autoencoder.load(model);
        assertThat(learned.metadata().get("impute.mean")).startsWith("1.0,");
        assertThat(learned.scaler().offset()[0]).isEqualTo(1);
        train(
                csv,
                "--epochs",
                1,
                "--label-column",
                "state",
                "--only-labels",
                "ok",
                "--impute",
                "mean",
                "--validation",
                0.2);
        assertThat(Cli.ok(
                                "evaluate",
                                model,
                                "--data",
                                csv,
                                "--label-column",
                                "state",
                                "--only-labels",
                                "ok",
                                "--split",
                                "validation")
                        .out())
                .contains("rows  11");
    }
}
