package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the first line and the columns of a table are interpreted. */
class HeaderGuessTest {
    private static final String NAMES = "reads the first line as column names";
    private static final String ROW = "reads the first line as a row";

    @TempDir
    Path folder;

    private Path file;
    private ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void nameFile() {
        file = folder.resolve("a.csv");
    }

    private Dataset read(String lines, @Nullable String labels, String... columns) throws IOException {
        said = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false, 80);
        TableColumns known = columns.length == 0 ? null : TableColumns.ofNumbers(List.of(columns), columns.length);
        ReadOptions options = ReadOptions.DEFAULT.withTable(
                TableOptions.DEFAULT.withLabel(labels).withKnown(known));
        Files.writeString(file, lines.replace(';', '\n'));
        return DataSource.load(file.toString(), options, progress).train();
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a,b;1,2;3,4                          | a b
            a;1;2                                | a
            a,b,;1,2,;3,4,                       | a b
            RI,Na,Mg,Fe;1.5,13,4,0;1.6,14,3,1    | RI Na Mg Fe
            0,1,2;0.5,0.1,0.2;0.3,0.4,0.5        | 0 1 2
            0,1;0.5,0.1;0.3,0.4                  | 0 1
            0,1,2;7,8,1;9,2,3                    | 0 1 2
            1,2,3;0.5,0.1,0.2                    | 1 2 3
            1,2,3,4,5;70,80,90,1,2;7,8,9,1,2     | 1 2 3 4 5
            2001,2002,2003;0.5,0.25,1.5          | 2001 2002 2003
            """)
    void findsNames(String lines, String names) throws IOException {
        assertThat(read(lines, null).columns()).containsExactly(names.split(" "));
        assertThat(said()).contains(NAMES);
    }

    /** Where the first line matters, a message says how it was read. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1,2;3,4                       | true
            0,1;1,0;1,1                   | true
            0,1,2;2,0,1;1,2,0             | true
            0,1,2;3,4,5;6,7,8             | true
            1,2,3;4,5,6;7,8,9             | true
            2001,2002,2003;2004,2005,2009 | true
            5.1,3.5,1.4;4.9,3.0,1.4       | false
            1,3,5;4,5,6                   | false
            """)
    void findsRows(String lines, boolean told) throws IOException {
        Dataset data = read(lines, null);
        assertThat(data.columns()).isEmpty();
        assertThat(data.rows()).isEqualTo(lines.split(";").length);
        assertThat(said().contains(ROW)).isEqualTo(told);
        assertThat(said()).doesNotContain(NAMES);
    }

    /** Rows that were once read as names, and so were lost. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5.1,?,1.4;4.9,3.0,1.4        | line 1, column 2 is missing
            NA,3.5,1.4;4.9,3.0,1.4       | line 1, column 1 is missing
            -,3.5,1.4;4.9,3.0,1.4        | line 1, column 1 is missing
            low,3.5,1.4;4.9,3.0,1.4      | line 1, column 1 is 'low', expected a finite number; --header yes
            ,3.5;4.9,3.0                 | line 1, column 1 is missing
            ?,NA;1,2                     | line 1, column 1 is missing
            low,NA;1,2                   | line 1, column 1 is 'low', expected a finite number; --header yes
            """)
    void aFirstRowThatIsNoNumberIsNotTakenForNames(String lines, String expected) {
        assertThatThrownBy(() -> read(lines, null))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(file + ": " + expected);
        assertThat(said()).contains(ROW);
    }

    /** Categories repeat, names do not. */
    @Test
    void namesAboveTextAreFound() throws IOException {
        String rows = ";red,round;blue,round;red,square;red,round;blue,square";
        assertThat(read("colour,shape" + rows, null).columns()).contains("colour=red", "shape=round");
        assertThat(said()).contains(NAMES);
        assertThat(read("blue,square" + rows, null).rows()).isEqualTo(6);
        assertThat(said()).contains(ROW);
    }

    @Test
    void columnsOfGapsMayHaveNames() throws IOException {
        assertThatThrownBy(() -> read("x,y;,2;1,", null)).hasMessageContaining("line 2, column 1 ('x') is missing");
        assertThat(said()).contains(NAMES);
    }

    @Test
    void namesOfLabelsAreFound() throws IOException {
        assertThat(read("0,1,kind;0.5,2.5,cat;1.5,2.5,dog", "3").columns()).containsExactly("0", "1");
        assertThat(said()).contains(NAMES);
        assertThat(read("cat,1;dog,2", "1").rows()).isEqualTo(2);
        assertThat(said()).contains(ROW + " (--header yes if it holds column names)");
    }

    /** What pandas writes unless it is told not to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ",0,1;0,0.5,0.1;1,0.3,0.4;2,0.2,0.7",
                ",0,1;17,0.5,0.1;3,0.3,0.4;250,0.2,0.7",
                "Unnamed: 0,0,1;0,0.5,0.1;1,0.3,0.4;2,0.2,0.7"
            })
    void anIndexWithoutNameIsNoFeature(String lines) throws IOException {
        Dataset data = read(lines, null);
        assertThat(data.columns()).containsExactly("0", "1");
        assertThat(data.doubles(1)).containsExactly(0.3, 0.4);
        assertThat(said())
                .contains(NAMES)
                .contains(file + ": ignores column 1, which numbers the rows and has no name");
        Dataset named = read(lines.replaceFirst("0,1;", "a,b;"), null);
        assertThat(named.columns()).containsExactly("a", "b");
    }

    @Test
    void whatIsNoIndexStays() throws IOException {
        assertThat(read("Unnamed: 0,a;0.5,1;1,2", null).inputs()).isEqualTo(2);
        assertThat(read("Unnamed: 0,a;3,1;3,2;4,5", null).inputs()).isEqualTo(2);
        assertThat(read("Unnamed: 0;1;2", null).inputs()).isEqualTo(1);
    }

    @Test
    void aColumnThatOnlyCountsIsWarnedOf() throws IOException {
        String lines = "id,a;1,0.5;2,0.1;3,0.7;4,0.4;5,0.9";
        assertThat(read(lines, null).columns()).containsExactly("id", "a");
        assertThat(said()).contains(file + ": column 1 ('id') only counts the rows, but is used like any other column");
        read(lines.replace("3,0.7", "4,0.7"), null);
        assertThat(said()).doesNotContain("counts the rows");
        read("0.5,0;0.1,1;0.7,2;0.4,3;0.9,4", null);
        assertThat(said()).contains(file + ": column 2 only counts the rows");
        read(lines, null, "a", "id");
        assertThat(said()).as("the model has it").doesNotContain("counts the rows");
    }

    @Test
    void aModelsColumnsAreReadInItsOrder() throws IOException {
        Dataset data = read("note,b,a,when;hello,2,1,noon;x,4,3,night", null, "a", "b");
        assertThat(data.columns()).containsExactly("a", "b");
        assertThat(data.doubles(0)).containsExactly(1, 2);
        assertThat(data.doubles(1)).containsExactly(3, 4);
        assertThat(said()).contains(file + ": ignores 2 columns that the model does not know: 'note, when'");
        Dataset labelled = read("kind,b,a;x,2,1;y,4,3", "kind", "a", "b");
        assertThat(labelled.doubles(1)).containsExactly(3, 4);
        assertThat(labelled.labelNames()).containsExactly("x", "y");
        assertThat(said()).doesNotContain("ignores");
        assertThat(read("5,3,7;1,2,4", null, "3", "5").doubles(0))
                .as("names of numbers")
                .containsExactly(2, 1);
        assertThat(read("\"two\nlines\",b;1,2", null).columns()).containsExactly("two lines", "b");
    }

    /** With a column that the model does not know, an index say, before them or among them. */
    @Test
    void repeatedNamesInTheModelsOrderAreReadByPosition() throws IOException {
        Dataset data = read(",a,kind,b,a;9,1,x,2,3;9,4,y,5,6", "kind", "a", "b", "a");
        assertThat(data.columns()).containsExactly("a", "b", "a");
        assertThat(data.doubles(1)).containsExactly(4, 5, 6);
        assertThat(said()).contains(file + ": ignores 1 column that the model does not know: ''");
        assertThatThrownBy(() -> read("b,a,a;1,2,3", null, "a", "b", "a"))
                .as("another order")
                .hasMessageStartingWith(file + ": more than one column 'a'");
    }

    @Test
    void aMissingOrRepeatedColumnIsNamed() {
        assertThatThrownBy(() -> read("a,c;1,2", null, "a", "b"))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": no column 'b', expected the columns that the model was trained on");
        assertThatThrownBy(() -> read("a,b,a;1,2,3", null, "a", "b"))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": more than one column 'a', expected the columns that the model was trained on");
    }
}
