package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables with all types of columns through the commands, and through pipes. */
class TypedTablesTest {
    @TempDir
    Path folder;

    private Path table;
    private Path model;

    @BeforeEach
    void writeTable() throws IOException {
        table = folder.resolve("shop.txt");
        model = folder.resolve("m.safetensors");
        Random random = new Random(3);
        StringBuilder text = new StringBuilder("order;when;country;paid;sum;unit;state\n");
        for (int row = 0; row < 120; row++) {
            int country = random.nextInt(3);
            text.append("o-")
                    .append(row)
                    .append(";2024-0")
                    .append(1 + row / 28)
                    .append('-')
                    .append(10 + row % 18);
            text.append(';').append(List.of("DE", "FR", "IT").get(country));
            text.append(';').append(country == 0 ? "yes" : "no");
            text.append(';').append(100 * country + random.nextInt(50)).append(",5;EUR;");
            text.append(row % 4 == 0 ? "late" : "ok").append('\n');
        }
        Files.writeString(table, text);
    }

    private Cli train(Object... more) {
        Object[] args = {
            "train",
            "--data",
            table,
            "--id",
            "order",
            "--label-column",
            "state",
            "--hidden",
            "16",
            "--latent",
            3,
            "--epochs",
            60,
            "-o",
            model
        };
        Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.ok(all);
    }

    @Test
    void columnsAreShown() {
        Cli shown = Cli.ok("columns", table, "--id", "order", "--label-column", "state");
        assertThat(shown.out())
                .contains("shop.txt: 120 rows, 7 columns\n")
                .containsPattern("1 order +id +- +120 ")
                .containsPattern("2 when +date +- +\\d+ +2024-01-10 to 2024-05-\\d\\d ")
                .containsPattern("3 country +category +- +3 +DE, FR, IT ")
                .containsPattern("4 paid +yes/no +- +2 +no, yes ")
                .containsPattern("5 sum +number +- +\\d+ +\\d")
                .containsPattern("6 unit +constant +- +1 +EUR ")
                .containsPattern("7 state +label +- +2 +late, ok ");
        assertThat(shown.err()).contains("note: " + table + ": column 6 ('unit') is the same in all rows");
        Cli.run("columns", folder.resolve("none.csv")).failed(1, "no table '", "expected a file");
        Cli.run("columns", Path.of("x.png")).failed(1, "no table 'x.png'");
        assertThat(train().err()).containsPattern("3 country +category ");
    }

    @Test
    void columnsTakesOneTableByEitherName() {
        String shown = Cli.ok("columns", table).out();
        assertThat(Cli.ok("columns", "--data", table).out()).isEqualTo(shown);
        Cli.run("columns").failed(2, "no table, expected one FILE");
        Cli.run("columns", table, "--data", table).failed(2, "two tables, expected one FILE");
    }

    @Test
    void columnsShowsTheColumnsOfSeries() {
        assertThat(Cli.ok("columns", table, "--time-column", "when", "--group-column", 3)
                        .out())
                .containsPattern("2 when +time +- +\\d+ ")
                .containsPattern("3 country +group +- +3 +DE, FR, IT ");
        Cli.run("columns", table, "--time-column", "hour").failed(1, "no column 'hour' with the time");
    }

    @Test
    void namesBeginInOneColumnWhateverTheirNumbers() throws IOException {
        Path ten = Files.writeString(folder.resolve("ten.csv"), "a,b,c,d,e,f,g,h,i,j\n" + "1,2,3,4,5,6,7,8,9,0\n");
        assertThat(Cli.ok("columns", ten).out()).contains("\n   1 a    number ").contains("\n  10 j    number ");
    }

    @Test
    void aColumnWithAnotherTextInEachRowMayNameThem() throws IOException {
        assertThat(Cli.ok("columns", table).err())
                .contains("column 1 ('order') is another text in each row: left out (--id order takes it as the names");
        assertThat(Cli.ok("columns", table, "--id", "order").err()).doesNotContain("--id");
        StringBuilder text = new StringBuilder("name,place,x\n");
        for (int row = 0; row < 3000; row++) {
            text.append("n" + row + ",p" + row % 2000 + "," + row * row % 17 + "\n");
        }
        Path many = Files.writeString(folder.resolve("many.csv"), text);
        assertThat(Cli.ok("columns", many).err()).contains("column 1 ('name') is another text in each row");
    }

    @Test
    void aConstantNumberIsWrittenAsOtherNumbers() throws IOException {
        StringBuilder text = new StringBuilder("a;rate;code;b\n");
        for (int row = 0; row < 20; row++) {
            text.append(row % 7 + ",5;1 234,50;07;" + row * row % 11 + ",25\n");
        }
        Path constant = Files.writeString(folder.resolve("constant.csv"), text);
        Path codes = folder.resolve("codes.csv");
        Cli.ok("train", "--data", constant, "--latent", 1, "--epochs", 3, "-o", model);
        Cli.ok("encode", model, "--data", constant, "-o", codes);
        assertThat(Cli.ok("decode", model, codes, "-o", "-").out().lines().skip(1))
                .hasSize(20)
                .allMatch(line -> line.matches("-?[\\d.E-]+,1234\\.5,07,-?[\\d.E-]+"));
        Path point =
                Files.writeString(folder.resolve("point.csv"), "a,rate,code,b\n1.5,1234.5,07,2.25\n2.5,9,07,1.25\n");
        assertThat(Cli.ok("encode", model, "--data", point, "-o", codes, "--force")
                        .err())
                .contains("'rate' is not '1 234,50' in 1 row, such as '9'");
    }

    @Test
    void aColumnHasOnePurpose() {
        Cli.run("columns", table, "--id", "order", "--label-column", 1)
                .failed(2, "--label-column and --id both name column 1 ('order'), expected different columns");
        Cli.run("columns", table, "--ignore", "when-paid", "--categories", "country")
                .failed(2, "--categories and --ignore both name column 3 ('country')");
        Cli.run("train", "--data", table, "--ignore", 7, "--label-column", "state", "-o", model)
                .failed(2, "--label-column and --ignore both name column 7 ('state')", "see hourglass train --help");
        train();
        Cli.run("score", model, "--data", table, "--id", "order", "--ignore", "order", "-o", "-")
                .failed(2, "--id and --ignore both name column 1 ('order')");
        Cli.ok("columns", table, "--columns", "country-sum", "--id", "order", "--label-column", "state");
    }

    @Test
    void aWideTableIsShownInOneLine() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int row = 0; row < 12; row++) {
            for (int column = 0; column < 31; column++) {
                text.append(column == 0 ? "" : ",").append(column == 30 ? "k" + row % 2 : "" + random.nextInt(99));
            }
            text.append('\n');
        }
        Path wide = Files.writeString(folder.resolve("wide.csv"), text);
        Cli cli = Cli.ok("train", "--data", wide, "--epochs", 1, "--latent", 2, "-o", model);
        assertThat(cli.err()).contains("wide.csv: 12 rows, 31 columns (1 category, 30 number; hourglass columns lists");
        assertThat(Cli.ok("columns", wide).out()).hasLineCount(33);
    }

    @Test
    void typesComeBackFromCodesAndCompressedRows() throws IOException {
        train();
        Path codes = folder.resolve("codes.csv");
        Cli.ok("encode", model, "--data", table, "--labels", "-o", codes);
        assertThat(Files.readAllLines(codes).get(0)).isEqualTo("order,z0,z1,z2,label");
        assertThat(Files.readAllLines(codes).get(2)).startsWith("o-1,").endsWith(",ok");
        Path rows = folder.resolve("rows.csv");
        Cli.ok("decode", model, codes, "-o", rows);
        Path packed = folder.resolve("rows.hgz");
        Path unpacked = folder.resolve("unpacked.csv");
        Cli.ok("compress", model, "--data", table, "--bits", 16, "-o", packed);
        Cli.ok("decompress", model, packed, "-o", unpacked);
        List<String> named = Files.readAllLines(rows);
        assertThat(named).hasSize(121);
        assertThat(IntStream.range(0, 121).mapToObj(row -> named.get(row).split(",")[0]))
                .as("the ids of the codes")
                .isEqualTo(IntStream.range(0, 121)
                        .mapToObj(row -> row == 0 ? "order" : "o-" + (row - 1))
                        .toList());
        Files.write(
                rows,
                named.stream().map(line -> line.replaceFirst("[^,]*,", "")).toList());
        for (Path file : List.of(rows, unpacked)) {
            List<String> lines = Files.readAllLines(file);
            assertThat(lines).hasSize(121);
            assertThat(lines.get(0)).isEqualTo("when,country,paid,sum,unit");
            assertThat(lines.subList(1, 121))
                    .allMatch(line -> line.matches("2024-\\d\\d-\\d\\d,(DE|FR|IT),(yes|no),-?[\\d.]+,EUR"));
            long right = 0;
            List<String> given = Files.readAllLines(table);
            for (int row = 1; row <= 120; row++) {
                right += given.get(row).split(";")[2].equals(lines.get(row).split(",")[1]) ? 1 : 0;
            }
            assertThat(right).as("countries").isGreaterThan(110);
        }
    }

    @Test
    void idsNameTheScoresAndUnknownTextIsSaid() throws IOException {
        train("--validation", 0.2);
        Path scores = folder.resolve("scores.csv");
        Cli scored = Cli.ok("score", model, "--data", table, "--split", "validation", "--top", 0, "-o", scores);
        assertThat(scored.err()).doesNotContain("note: ");
        List<String> lines = Files.readAllLines(scores);
        assertThat(lines.get(0)).isEqualTo("order,score,flag,nearest");
        assertThat(lines).hasSize(25).filteredOn(line -> line.startsWith("o-")).hasSize(24);
        Path other = folder.resolve("other.csv");
        Files.writeString(other, "sum,country,paid,when\n5.5,US,no,2024-03-03\n");
        Cli.ok("score", model, "--data", other, "--top", 0, "-o", scores, "--force");
        assertThat(Files.readAllLines(scores).get(0)).isEqualTo("row,score,flag,nearest");
        Files.writeString(other, "sum,country,paid,when,state\n5.5,US,no,2024-03-03,\n");
        assertThat(Cli.ok("evaluate", model, "--data", other).out())
                .as("nobody asks for labels")
                .contains("rows  1")
                .doesNotContain("MSE of label");
        Cli.run("evaluate", model, "--data", other, "--categories", "sum").failed(1, "--categories cannot change");
        Cli.run("evaluate", model, "--data", other, "--label-column", "state").failed(1, "is empty, expected a label");
        assertThat(Cli.ok("evaluate", model, "--data", other).err())
                .contains("'country' has text that the training rows did not have in 1 row, such as 'US'");
        assertThat(Autoencoder.load(model).columns()).contains("country=DE", "country=(other)");
    }

    @Test
    void rowsComeFromPipesAndGoIntoThem() throws IOException {
        train();
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(table)));
            Cli scored = Cli.ok("score", model, "--data", "-", "--top", 0, "-o", "-");
            assertThat(scored.out())
                    .startsWith("order,score,flag,nearest\no-0,")
                    .hasLineCount(121);
            assertThat(scored.err()).contains("mean score", "Scores: standard output");
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(table)));
            Cli codes = Cli.ok("encode", model, "--data", "-", "-o", "-");
            assertThat(codes.out()).startsWith("order,z0,z1,z2\n").hasLineCount(121);
            System.setIn(new ByteArrayInputStream(codes.out().getBytes(StandardCharsets.UTF_8)));
            Cli rows = Cli.ok("decode", model, "-", "-o", "-");
            assertThat(rows.out())
                    .startsWith("order,when,country,paid,sum,unit\n")
                    .hasLineCount(121);
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(table)));
            Path packed = folder.resolve("p.hgz");
            Cli.ok("compress", model, "--data", "-", "-o", packed);
            String unpacked = Cli.ok("decompress", model, packed, "-o", "-").out();
            assertThat(unpacked).hasLineCount(121);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(table)));
            String[] compress = {"compress", model.toString(), "--data", "-", "-o", "-"};
            assertThat(Main.run(compress, new PrintStream(out, true), new PrintStream(err, true)))
                    .isZero();
            assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(packed));
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("Compressed: standard output (");
            System.setIn(new ByteArrayInputStream(out.toByteArray()));
            assertThat(Cli.ok("decompress", model, "-", "-o", "-").out()).isEqualTo(unpacked);
            System.setIn(new ByteArrayInputStream(Arrays.copyOf(out.toByteArray(), 50)));
            Cli.run("decompress", model, "-", "-o", "-").failed(1, "standard input: ", "expected a .hgz file");
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(table)));
            assertThat(Cli.ok("columns", "-").out()).startsWith("standard input: 120 rows, 7 columns");
        } finally {
            System.setIn(before);
        }
        Cli.run("train", "--data", table, "-o", "-").failed(2, "-o -: expected a file name that ends in .safetensors");
    }

    @Test
    void imagesAreNamedByTheirFiles() throws IOException {
        for (int i = 0; i < 12; i++) {
            Path file = folder.resolve("photos/" + (i < 6 ? "day" : "night") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
            image.setRGB(i % 4, i / 4, 0xffffff);
            ImageIO.write(image, "png", file.toFile());
        }
        Path photos = folder.resolve("photos");
        Cli.ok("train", "--data", photos, "--hidden", "none", "--latent", 2, "--epochs", 1, "-o", model);
        Path scores = folder.resolve("scores.csv");
        Cli.ok("score", model, "--data", photos, "--top", 0, "-o", scores);
        assertThat(Files.readAllLines(scores)).hasSize(13).startsWith("file,score,flag,nearest");
        assertThat(Files.readAllLines(scores).get(1)).matches("day/0\\.png,[\\d.]+,,(day|night)/\\d+\\.png");
        assertThat(Cli.ok("encode", model, "--data", photos, "-o", "-").out()).startsWith("file,z0,z1\nday/0.png,");
    }

    @Test
    void experimentsTakeTablesToo() throws IOException {
        Path out = folder.resolve("sweep");
        Cli swept = Cli.ok(
                "sweep",
                "--data",
                table,
                "--ignore",
                "order,state",
                "--latent",
                "1,2",
                "--hidden",
                "8",
                "--epochs",
                2,
                "--out",
                out);
        assertThat(swept.err()).containsPattern("3 country +category ");
        assertThat(Files.readAllLines(out.resolve("sweep.csv"))).hasSize(3);
    }
}
