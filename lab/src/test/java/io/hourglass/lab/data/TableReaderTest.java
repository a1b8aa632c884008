package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.lab.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderTest {
    @TempDir
    Path folder;

    private Path file;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false, 80);

    @BeforeEach
    void nameFile() {
        file = folder.resolve("a.csv");
    }

    private static ReadOptions options(@Nullable Boolean header, @Nullable String labels, boolean impute) {
        return ReadOptions.DEFAULT
                .withTable(TableOptions.DEFAULT.withHeader(header).withLabel(labels))
                .withImputation(impute ? Imputation.Kind.MEAN : null)
                .withoutIndicators();
    }

    private DataSplit read(String text, ReadOptions options) throws IOException {
        return DataSource.load(Files.writeString(file, text).toString(), options, progress);
    }

    private DataSplit read(String text) throws IOException {
        return read(text, ReadOptions.DEFAULT);
    }

    private String refusal(String text, ReadOptions options) throws IOException {
        String message = Hostile.read(
                path -> DataSource.load(path.toString(), options, progress),
                file,
                text.getBytes(StandardCharsets.UTF_8));
        assertThat(message).as("refused").isNotNull();
        return message;
    }

    @Test
    void readsNumbersAsTheNearestDoubles() throws IOException {
        Random random = new Random(3);
        double[] expected = new double[700 * 11];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < expected.length; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            expected[i] = Float.isFinite((float) any) ? any : -0.0;
            text.append(expected[i]).append(i % 11 == 10 ? "\r\n" : " , ");
        }
        DataSplit data = read(text.toString());
        assertThat(data.name()).isEqualTo("a.csv");
        assertThat(data.test()).isNull();
        assertThat(data.train().columns()).isEmpty();
        assertThat(data.train().sha256())
                .isEqualTo(Dataset.ofDoubles("", expected, 11).sha256());
        assertThat(read("1,\"2\",+.5e1\n").train().row(0)).containsExactly(1, 2, 5);
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("note: ", "reads ");
    }

    @Test
    void findsOutAboutTheHeader() throws IOException {
        assertThat(read("a,b\n1,2\n3,4\n").train().columns()).containsExactly("a", "b");
        assertThat(said.toString(StandardCharsets.UTF_8)).contains(file + ": reads the first line as column names");
        assertThat(read("\ufeffa,b\n1,2\n").train().columns()).containsExactly("a", "b");
        assertThat(read("1,2\n3,4\n").train().rows()).isEqualTo(2);
        ReadOptions labelled = options(null, "2", false);
        assertThat(read("1,cat\n3,dog\n", labelled).train().rows())
                .as("a text above a text is a label")
                .isEqualTo(2);
        assertThat(read("2001,2002\n1,2\n", options(true, null, false)).train().columns())
                .containsExactly("2001", "2002");
        assertThat(refusal("a,b\n1,2\n", options(false, null, false)))
                .isEqualTo(file
                        + ": line 1, column 1 is 'a', expected a finite number; --header yes if it is a column name");
        assertThat(refusal("a,b\nmm,kg\n1,2\n3,4\n", ReadOptions.DEFAULT))
                .isEqualTo(file
                        + ": line 1, column 1 is 'a', expected a finite number; --header yes if it is a column name");
        DataSplit gaps = read("a,kind\n,cat\n2,dog\n", options(null, "kind", true));
        assertThat(gaps.train().columns())
                .as("the first line has the name asked for")
                .containsExactly("a");
        assertThat(gaps.train().rows()).isEqualTo(2);
    }

    @Test
    void labelsAreNumbersOrNames() throws IOException {
        Dataset numbers =
                read("x,kind\n1,3\n2,0\n", options(null, "kind", false)).train();
        assertThat(numbers.inputs()).isEqualTo(1);
        assertThat(numbers.label(0)).isEqualTo(3);
        assertThat(numbers.labelNames()).isEmpty();
        assertThat(numbers.labelName(3)).isEqualTo("3");
        DataSplit split = read("kind,x\nwolf,3\nant,0\nwolf,1\n", options(null, "1", false));
        Dataset names = split.train();
        assertThat(split.train().columns()).containsExactly("x");
        assertThat(names.labelNames()).containsExactly("ant", "wolf");
        assertThat(List.of(names.label(0), names.label(1), names.label(2))).containsExactly(1, 0, 1);
        assertThat(names.select(new int[] {1}).labelName(0)).isEqualTo("ant");
        assertThat(names.row(0)).containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,2;3,4,5|line 2 has 3 columns, expected 2",
                "1,2;3|line 2 has 1 columns, expected 2",
                "a,b;1,2;3,x|line 3, column 2 ('b') is 'x', expected a finite number; if it stands for a missing "
                        + "value, --missing 'x'; --categories or --ignore b otherwise",
                "1,2;3,NaN|line 2, column 2 is missing, expected a value, or training with --impute mean",
                "1,2;NA,3|line 2, column 1 is missing, expected a value, or training with --impute mean",
                "1,2;3,-inf|line 2, column 2 is '-inf', expected a finite number; if it stands for a missing value, "
                        + "--missing '-inf'; --categories or --ignore 2 otherwise",
                "1,2;3,0x1p3|line 2, column 2 is '0x1p3', expected a finite number; if it stands for a missing value, "
                        + "--missing '0x1p3'; --categories or --ignore 2 otherwise",
                "1,2;3,1e39|line 2, column 2 is '1e39', expected at most 3.4028235E38",
                "1,2;3,1 2|line 2, column 2 is '1 2', expected a finite number; if it stands for a missing value, "
                        + "--missing '1 2'; --categories or --ignore 2 otherwise",
                "a,b;1,2;,4|line 3, column 1 ('a') is missing, expected a value, or training with --impute mean",
                "a,b|no rows, expected at least one below the line of names",
                "''|empty, expected rows of fields",
            })
    void whatIsWrongIsNamedByLineAndColumn(String lines, String expected) throws IOException {
        assertThat(refusal(lines.replace(';', '\n'), ReadOptions.DEFAULT)).isEqualTo(file + ": " + expected);
    }

    @Test
    void columnsOfLabelsThatAreNotThereAreNamed() throws IOException {
        assertThat(refusal("a,b,a\n1,2,3\n", options(null, "a", false)))
                .isEqualTo(file + ": columns 1 and 3 are both named 'a', expected the number of the column for labels");
        assertThat(read("a,b,a\n1,2,3\n", options(null, "3", false)).train().columns())
                .containsExactly("a", "b");
        assertThat(refusal("a,b\n1,2\n", options(null, "c", false)))
                .isEqualTo(file + ": no column 'c' for labels, expected one of 'a,b' or a number from 1 to 2");
        assertThat(refusal("1,2\n", options(null, "3", false)))
                .isEqualTo(file + ": no column '3' for labels, expected a number from 1 to 2");
        assertThat(refusal("1,2\n", options(null, "0", false))).contains("no column '0'");
        assertThat(refusal("1\n2\n", options(null, "1", false))).contains("no column besides the labels");
        assertThat(refusal("1,2\n3,\n", options(null, "2", false)))
                .isEqualTo(file + ": line 2, column 2 is empty, expected a label");
    }

    @Test
    void whatIsMissingIsNotANumberAndIsSaid() throws Exception {
        String text = "a,b,c\n1,,3\n,4,5\n3,8,100\n";
        DataSplit all = read(text, options(null, null, true));
        assertThat(all.train().row(0)).containsExactly(1, Float.NaN, 3);
        assertThat(all.train().row(1)).containsExactly(Float.NaN, 4, 5);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("a.csv: filled 2 missing values with the mean of the column");
        ReadOptions use = ReadOptions.DEFAULT
                .withTable(TableOptions.DEFAULT.withKnown(all.columns()))
                .withImputation(Imputation.Kind.MOST_FREQUENT);
        assertThat(read("7,,9\n", use).train().row(0)).containsExactly(7, Float.NaN, 9);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("a.csv: filled 1 missing value with the most frequent value of the column");
        assertThat(refusal("7,\n", use))
                .isEqualTo("the model takes rows of 3 values, but those of " + folder.resolve("a.csv") + " have 2");
        assertThat(refusal("7,,9\n", use.withImputation(null)))
                .isEqualTo(file + ": line 1, column 2 is missing, expected a value, or training with --impute mean");
    }

    @Test
    void keepsTheDigitsOfTimesAndMeters() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < 100; row++) {
            text.append(1_700_000_000 + row).append(",123456").append(100 + row).append(".5\n");
        }
        Dataset data = read(text.toString()).train();
        assertThat(data.doubles(7)).containsExactly(1_700_000_007, 123_456_107.5);
        Dataset scaled = data.scaled(Scaler.fit(Scaler.Kind.MIN_MAX, data));
        assertThat(IntStream.range(0, 100).mapToObj(row -> scaled.row(row)[0]).distinct())
                .hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows-1252", "UTF-16LE", "ISO-8859-15"})
    void readsOtherEncodings(String encoding) throws IOException {
        Files.write(file, "größe,tier\n1,Bär\n2,Bör\n".getBytes(Charset.forName(encoding)));
        Dataset data = DataSource.load(
                        file.toString(),
                        ReadOptions.DEFAULT.withTable(
                                TableOptions.DEFAULT.withLabel("tier").withEncoding(Charset.forName(encoding))),
                        progress)
                .train();
        assertThat(data.columns()).containsExactly("größe");
        assertThat(data.labelNames()).containsExactly("Bär", "Bör");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void aByteOrderMarkTellsTheEncoding(String encoding) throws IOException {
        Files.write(file, "\ufeffgröße,tier\n1,Bär\n".getBytes(Charset.forName(encoding)));
        Dataset data = DataSource.load(file.toString(), options(null, "tier", false), progress)
                .train();
        assertThat(data.columns()).containsExactly("größe");
        assertThat(data.labelNames()).containsExactly("Bär");
    }

    @Test
    void whatIsNotTextInTheEncodingIsRefused() throws IOException {
        byte[] bytes = "x,tier\n1,Bar\n2,Bär\n".getBytes(Charset.forName("windows-1252"));
        assertThat(Hostile.read(
                        path -> DataSource.load(path.toString(), options(null, "tier", false), progress), file, bytes))
                .isEqualTo(file + ": line 3, column 2 ('tier') is 'B\ufffdr', which is not valid UTF-8, expected "
                        + "valid text, or --encoding windows-1252, which many spreadsheets write");
        assertThat(Hostile.read(
                        path -> DataSource.load(path.toString(), progress),
                        file,
                        "größe\n1\n".getBytes(StandardCharsets.ISO_8859_1)))
                .startsWith(file + ": line 1, column 1 is 'gr\ufffd\ufffde', which is not valid UTF-8");
    }

    @Test
    void holdsOutRowsAtEqualDistancesOrOfMixedClassesTheLast() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < 40; row++) {
            text.append(row).append(',').append(row / 10).append('\n');
        }
        DataSplit even = read(text.toString()).withValidation(0.1);
        assertThat(even.split("test").row(0)[0]).isEqualTo(9);
        assertThat(even.split("test").row(3)[0]).isEqualTo(39);
        assertThat(even.train().rows()).isEqualTo(36);
        StringBuilder mixed = new StringBuilder();
        for (int row = 0; row < 40; row++) {
            mixed.append(row).append(',').append(7 * row % 4).append('\n');
        }
        DataSplit last = read(mixed.toString(), options(null, "2", false)).withValidation(0.1);
        assertThat(last.split("test").row(0)[0]).isEqualTo(36);
        Dataset spread = read(text.toString(), options(null, "2", false))
                .withValidation(0.1)
                .split("test");
        assertThat(List.of(spread.label(0), spread.label(1), spread.label(2), spread.label(3)))
                .containsExactly(0, 1, 2, 3);
        DataSplit single = read(text.toString().replaceAll(",.", ",7"), options(null, "2", false));
        assertThat(single.withValidation(0.1).split("test").row(0)[0])
                .as("one label")
                .isEqualTo(9);
    }

    @Test
    void survivesRandomChanges() throws IOException {
        String text = "a,\"b\",kind\n1.5,-2e3,x\n,4,\"y\"\n5,6,x\n";
        ReadOptions options = options(null, "kind", true);
        Hostile.mutate(
                path -> DataSource.load(path.toString(), options, progress),
                file,
                text.getBytes(StandardCharsets.UTF_8),
                1_000);
        Hostile.mutate(
                path -> DataSource.load(path.toString(), progress), file, text.getBytes(StandardCharsets.UTF_8), 1_000);
    }
}
