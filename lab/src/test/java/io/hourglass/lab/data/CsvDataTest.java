package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDataTest {
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
        return new ReadOptions(header, labels, null, false, null, impute, 0);
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
    void readsNumbersAsTheNearestFloats() throws IOException {
        Random random = new Random(3);
        float[] expected = new float[700 * 11];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < expected.length; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            expected[i] = Float.isFinite(any) ? any : -0f;
            text.append(expected[i]).append(i % 11 == 10 ? "\r\n" : " , ");
        }
        DataSplit data = read(text.toString());
        assertThat(data.name()).isEqualTo("a.csv");
        assertThat(data.test()).isNull();
        assertThat(data.train().columns()).isEmpty();
        assertThat(data.train().sha256())
                .isEqualTo(Dataset.ofFloats("", expected, 11).sha256());
        assertThat(read("1,\"2\",+.5e1\n").train().row(0)).containsExactly(1, 2, 5);
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void findsOutAboutTheHeader() throws IOException {
        assertThat(read("a,b\n1,2\n3,4\n").train().columns()).containsExactly("a", "b");
        assertThat(said.toString(StandardCharsets.UTF_8)).contains(file + ": takes the first line for names");
        assertThat(read("\ufeffa,b\n1,2\n").train().columns()).containsExactly("a", "b");
        assertThat(read("a,1\n1,2\n").train().rows()).isEqualTo(1);
        assertThat(read("1,2\n3,4\n").train().rows()).isEqualTo(2);
        ReadOptions labelled = options(null, "2", false);
        assertThat(read("1,cat\n3,dog\n", labelled).train().rows())
                .as("a text above a text is a label")
                .isEqualTo(2);
        assertThat(read("2001,2002\n1,2\n", options(true, null, false)).train().columns())
                .containsExactly("2001", "2002");
        assertThat(refusal("a,b\n1,2\n", options(false, null, false)))
                .isEqualTo(file + ": line 1, column 1 is 'a', expected a finite number");
        assertThat(refusal("a,b\nmm,kg\n1,2\n", ReadOptions.DEFAULT))
                .isEqualTo(file + ": line 1, column 1 is 'a', expected a finite number; --header yes if it is a name");
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
                "a,b;1,2;3,x|line 3, column 2 ('b') is 'x', expected a finite number",
                "1,2;3,NaN|line 2, column 2 is 'NaN', expected a finite number; a missing value is an empty field",
                "a,b;1,x;3,y|line 2, column 2 ('b') is 'x', expected a finite number; --label-column says which column holds labels",
                "1,2;NA,3|line 2, column 1 is 'NA', expected a finite number; a missing value is an empty field",
                "1,2;3,-inf|line 2, column 2 is '-inf', expected a finite number",
                "1,2;3,0x1p3|line 2, column 2 is '0x1p3', expected",
                "1,2;3,1f|line 2, column 2 is '1f', expected",
                "1,2;3,1e39|line 2, column 2 is '1e39', expected a finite number",
                "1,2;3,1 2|line 2, column 2 is '1 2', expected",
                "a,b;1,2;,4|line 3, column 1 ('a') is missing, expected a number, or training with --impute mean",
                "a,b|no rows, expected at least one below the line of names",
                "''|empty, expected rows of comma-separated numbers",
            })
    void whatIsWrongIsNamedByLineAndColumn(String lines, String expected) throws IOException {
        assertThat(refusal(lines.replace(';', '\n'), ReadOptions.DEFAULT))
                .isEqualTo(file + ": " + expected + (expected.endsWith("expected") ? " a finite number" : ""));
    }

    @Test
    void otherSeparatorsAreGuessedInTheMessage() throws IOException {
        String hint =
                ", expected a finite number; fields end at commas, not at semicolons or tabs, and decimals have a point";
        assertThat(refusal("a;b\n1;2\n", ReadOptions.DEFAULT)).isEqualTo(file + ": line 1, column 1 is 'a;b'" + hint);
        assertThat(refusal("1,5;2\n1,5;3\n", ReadOptions.DEFAULT))
                .isEqualTo(file + ": line 1, column 2 is '5;2'" + hint);
        assertThat(refusal("1\t2\n3\t4\n", ReadOptions.DEFAULT)).endsWith(hint);
    }

    @Test
    void columnsOfLabelsThatAreNotThereAreNamed() throws IOException {
        assertThat(refusal("a,b,a\n1,2,3\n", options(null, "a", false)))
                .isEqualTo(file + ": columns 1 and 3 are both named 'a', expected the number of the one with labels");
        assertThat(read("a,b,a\n1,2,3\n", options(null, "3", false)).train().columns())
                .containsExactly("a", "b");
        assertThat(refusal("a,b\n1,2\n", options(null, "c", false)))
                .isEqualTo(file + ": no column 'c' for labels, expected one of 'a,b' or a number from 1 to 2");
        assertThat(refusal("1,2\n", options(null, "3", false)))
                .isEqualTo(file + ": no column '3' for labels, expected a number from 1 to 2");
        assertThat(refusal("1,2\n", options(null, "0", false))).contains("no column '0'");
        assertThat(refusal("1\n2\n", options(null, "1", false))).contains("no column beside that of the labels");
        assertThat(refusal("1,2\n3,\n", options(null, "2", false)))
                .isEqualTo(file + ": line 2, column 2 is empty, expected a label");
    }

    @Test
    void fillsWhatIsMissingWithTheMeanOfTheTrainingRows() throws Exception {
        String text = "a,b,c\n1,,3\n,4,5\n3,8,100\n";
        DataSplit all = read(text, options(null, null, true));
        assertThat(all.train().row(0)).containsExactly(1, 6, 3);
        assertThat(all.train().row(1)).containsExactly(2, 4, 5);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains(file + ": 2 missing values filled with the mean of their column");
        DataSplit held = read(text, new ReadOptions(null, null, null, false, null, true, 0.3));
        assertThat(held.train().row(0)).as("without row 2, which is held out").containsExactly(1, 4, 3);

        Imputation learned = Imputation.parse(held.imputation().metadata(), 3).orElseThrow();
        ReadOptions use = new ReadOptions(null, null, null, false, learned, false, 0);
        assertThat(read("7,,9\n", use).train().row(0)).containsExactly(7, 4, 9);
        assertThat(refusal("7,\n", use)).isEqualTo(file + ": rows of 2 values, but the model's means are of 3");
        assertThat(refusal("1,\n2,\n", options(null, null, true)))
                .isEqualTo(file + ": no training row has a value of feature 2, expected one to take the mean of");
        assertThat(Imputation.parse(Map.of(), 3)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2", "1,2,3,4", "1,2,x", "1,2,NaN", "1,2,", "1,2,1e99"})
    void damagedMeansAreRefused(String means) {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Imputation.parse(Map.of("impute.kind", "mean", "impute.mean", means), 3))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("impute.mean ");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Imputation.parse(Map.of("impute.kind", "mode"), 3))
                .isInstanceOf(FormatException.class)
                .hasMessage("impute.kind is 'mode', expected mean");
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
        String mixed = text.toString().replace("39,3", "39,0");
        DataSplit last = read(mixed, options(null, "2", false)).withValidation(0.1);
        assertThat(last.split("test").row(0)[0]).isEqualTo(36);
        Dataset spread = read(text.toString(), options(null, "2", false))
                .withValidation(0.1)
                .split("test");
        assertThat(List.of(spread.label(0), spread.label(1), spread.label(2), spread.label(3)))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void survivesRandomChanges() throws IOException {
        String text = "a,\"b\",kind\n1.5,-2e3,x\n,4,\"y\"\n5,6,x\n";
        ReadOptions options = options(null, "kind", true);
        Hostile.mutate(
                path -> DataSource.load(path.toString(), options, progress),
                file,
                text.getBytes(StandardCharsets.UTF_8),
                5_000);
        Hostile.mutate(
                path -> DataSource.load(path.toString(), progress), file, text.getBytes(StandardCharsets.UTF_8), 5_000);
    }
}
