package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which type each column of a table gets, and how fields become values and values fields again. */
class ColumnTypesTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false, 80);

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private static String rows(String header, int rows, IntFunction<String> row) {
        return header + "\n" + IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining("\n")) + "\n";
    }

    private DataSplit read(String text, TableOptions options) throws IOException {
        said.reset();
        return DataSource.load(
                Files.writeString(folder.resolve("a.csv"), text).toString(),
                ReadOptions.DEFAULT.withTable(options).withImputation(Imputation.Kind.MEAN),
                progress);
    }

    private DataSplit read(String text) throws IOException {
        return read(text, TableOptions.DEFAULT);
    }

    private static TableOptions choose(List<String> categories, List<String> ignored, List<String> only) {
        return new TableOptions(
                null,
                StandardCharsets.UTF_8,
                null,
                null,
                List.of(),
                null,
                null,
                categories,
                ignored,
                only,
                false,
                TableOptions.SeriesColumns.NONE,
                null);
    }

    private static List<Column.Type> types(DataSplit split) {
        return split.columns().all().stream().map(Column::type).toList();
    }

    @Test
    void infersAllTypes() throws IOException {
        String text = rows(
                "n,k,b,d,c,t,e,u",
                40,
                i -> i * i % 7 + ".5," + "xyz".charAt(i % 3) + "," + (i % 2 == 0 ? "Yes" : "No") + ",2024-01-"
                        + (10 + i % 20) + ",7,text " + i + ",," + (i * 7 % 11));
        DataSplit split = read(text, TableOptions.DEFAULT.withLabel("u"));
        assertThat(types(split))
                .containsExactly(
                        Column.Type.NUMBER,
                        Column.Type.CATEGORY,
                        Column.Type.YES_NO,
                        Column.Type.DATE,
                        Column.Type.CONSTANT,
                        Column.Type.IGNORED,
                        Column.Type.IGNORED,
                        Column.Type.LABEL);
        assertThat(split.train().columns())
                .containsExactly(
                        "n",
                        "k=x",
                        "k=y",
                        "k=z",
                        "k=(other)",
                        "b=No",
                        "b=Yes",
                        "b=(other)",
                        "d",
                        "d week sin",
                        "d week cos");
        assertThat(split.train().doubles(1))
                .startsWith(1.5, 0, 1, 0, 0, 1, 0, 0, LocalDate.of(2024, 1, 11).toEpochDay() * 86_400.0);
        assertThat(said())
                .contains(
                        "column 5 ('c') is the same in all rows: left out",
                        "column 7 ('e') is empty: left out",
                        "column 6 ('t') is another text in each row: left out (--id t takes it as the names",
                        "column 4 ('d') is a date and becomes 3 values")
                .containsPattern("2 k +category +- +3 +x, y, z +x\n")
                .containsPattern("8 u +label +- ");
    }

    @Test
    void warnsOfIdsAndAnswers() throws IOException {
        String text =
                rows("n,customer_id,time,class", 30, i -> i + "," + (i * 7919 % 1009) + "," + 5 * i + "," + i % 2);
        read(text);
        assertThat(said())
                .contains("column 1 ('n') only counts the rows, but is used like any other column (--ignore or --id n")
                .contains("column 2 ('customer_id') has another whole number in each row, as an identifier has")
                .contains("column 3 ('time') has another whole number in each row")
                .contains("column 4 ('class') is trained on like any other column, in spite of its name "
                        + "(--label-column class takes it as labels)");
        DataSplit named = read(text, TableOptions.DEFAULT.withLabel("class").withId("2"));
        assertThat(named.names().title()).isEqualTo("customer_id");
        assertThat(named.names().names()).startsWith("0", "856").hasSize(30);
        assertThat(named.withValidation(0.1).testNames().names()).hasSize(3);
        assertThat(said()).doesNotContain("'customer_id') has another", "in spite of its name");
    }

    @Test
    void theUserChoosesColumns() throws IOException {
        String text = rows("a,b,c,d-e,f", 12, i -> i + "," + i % 3 + ",x" + i % 2 + "," + 2 * i * i + "," + 3 * i);
        assertThat(types(read(text, choose(List.of("b"), List.of("4-f"), List.of()))))
                .containsExactly(
                        Column.Type.NUMBER,
                        Column.Type.CATEGORY,
                        Column.Type.CATEGORY,
                        Column.Type.IGNORED,
                        Column.Type.IGNORED);
        assertThat(read(text, choose(List.of(), List.of(), List.of("d-e", "a-b")))
                        .train()
                        .columns())
                .containsExactly("a", "b", "d-e");
        assertThatThrownBy(() -> read(text, choose(List.of(), List.of("g"), List.of())))
                .hasMessageEndingWith(
                        "a.csv: no column 'g' to ignore, expected one of 'a,b,c,d-e,f' or a number from 1 to 5");
        assertThatThrownBy(() -> read(text, choose(List.of(), List.of("1-5"), List.of())))
                .hasMessageEndingWith("a.csv: no column to train on, expected at least one");
        String ids = rows("a,b", 1200, i -> i + "," + i % 7);
        assertThatThrownBy(() -> read(ids, choose(List.of("a"), List.of(), List.of())))
                .hasMessageEndingWith(
                        "column 1 ('a') has more than 1000 different texts, expected fewer for a category");
    }

    @Test
    void fewRowsMakeNoConstantAndManyTextsNoCategory() throws IOException {
        assertThat(types(read("a,b\n1,2\n1,3\n"))).containsExactly(Column.Type.NUMBER, Column.Type.NUMBER);
        String towns = rows("a,town", 1000, i -> i % 17 + ",town " + i % 301);
        assertThat(types(read(towns))).containsExactly(Column.Type.NUMBER, Column.Type.IGNORED);
        assertThat(types(read(towns.replace("town 300", "town 299"))))
                .containsExactly(Column.Type.NUMBER, Column.Type.CATEGORY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-11-30          | 2026-11-30
            2026/1/5 07:08      | 2026-01-05 07:08:00
            30.11.2026          | 2026-11-30
            30/11/2026 23:59:59 | 2026-11-30 23:59:59
            11/30/2026          | 2026-11-30
            5.1.26              | 2026-01-05
            30-Nov-2026         | 2026-11-30
            November 3, 2026    | 2026-11-03
            2026-11-30T14:05:10.5Z    | 2026-11-30 14:05:11
            2026-11-30 14:05:10+02:00 | 2026-11-30 12:05:10
            """)
    void readsDates(String date, String iso) {
        ColumnProfile profile = new ColumnProfile(new MissingWords(List.of()), List.of(), false);
        profile.add(date, 1);
        assertThat(profile.isOfDates()).isTrue();
        double seconds = DateStyle.parse(date, ColumnTypes.order(profile));
        assertThat(DateStyle.format(seconds, profile.hasTimes())).isEqualTo(iso);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-13-01",
        "31.02.2026",
        "1.2.3",
        "2026-11-30 25:00",
        "99/99/9999",
        "12:30",
        "2026-11",
        "soon",
        "1-2-345"
    })
    void otherTextIsNoDate(String text) {
        assertThat(DateStyle.isDate(text)).isFalse();
    }

    @Test
    void theOrderOfDayAndMonthFollowsFromAllRowsOrIsSaid() throws IOException {
        DataSplit us = read(rows("d,x", 20, i -> "01/" + (i < 9 ? "0" : "") + (i + 1) + "/2024," + i % 5));
        assertThat(us.train().doubles(1)[0]).isEqualTo(LocalDate.of(2024, 1, 2).toEpochDay() * 86_400.0);
        assertThat(said()).doesNotContain("day or the month");
        DataSplit open = read("d,x\n03/04/2024,1\n05/06/2024,2\n");
        assertThat(open.train().doubles(0)[0])
                .isEqualTo(LocalDate.of(2024, 4, 3).toEpochDay() * 86_400.0);
        assertThat(said())
                .contains("column 1 ('d') may have the day or the month first, as in '03/04/2024': reads the day");
    }

    @Test
    void datesHaveTheCyclesThatTheRowsSpanTwice() throws IOException {
        DataSplit hours = read(rows(
                "t,x",
                100,
                i -> "2024-01-0" + (1 + i / 24) + "T" + (i % 24 < 10 ? "0" : "") + i % 24 + ":00," + i % 7));
        assertThat(hours.train().columns()).containsExactly("t", "t day sin", "t day cos", "x");
        assertThat(hours.train().doubles(6)[1]).as("six in the morning").isCloseTo(1, within(1e-9));
        DataSplit years = read(rows("t,x", 900, i -> LocalDate.of(2020, 1, 6).plusDays(i) + "," + i % 7));
        assertThat(years.train().columns())
                .containsExactly("t", "t week sin", "t week cos", "t year sin", "t year cos", "x");
        assertThat(years.train().doubles(7)[2]).as("a Monday").isCloseTo(1, within(1e-9));
    }

    @Test
    void theNextFileIsReadLikeTheFirst() throws IOException {
        String text = rows(
                "a;k;d;c;id",
                40,
                i -> i * 7 % 11 + ",5;" + "xyz".charAt(i % 3) + ";" + (10 + i % 20) + "/01/2024;kg;r" + i);
        TableColumns columns = read(text, TableOptions.DEFAULT.withId("id")).columns();
        TableColumns stored =
                TableColumns.parse(columns.metadata(), columns.values()).orElseThrow();
        assertThat(stored).isEqualTo(columns);

        DataSplit next = known(stored, "id,k,a,d,more\nr1,z,\"1.234\",02/03/2024,5\nr2,new,2,03/03/2024,6\n");
        Dataset rows = next.train();
        assertThat(rows.columns()).isEqualTo(stored.valueNames());
        assertThat(rows.doubles(0)).as("decimal comma as in training").startsWith(1234, 0, 0, 1, 0);
        assertThat(rows.doubles(1)).startsWith(2, 0, 0, 0, 1);
        assertThat(rows.doubles(0)[5]).isEqualTo(LocalDate.of(2024, 3, 2).toEpochDay() * 86_400.0);
        assertThat(next.names()).isEqualTo(new RowNames("id", List.of("r1", "r2")));
        assertThat(said())
                .contains("ignores 1 column that the model does not know: 'more'")
                .contains("'k' has text that the training rows did not have in 1 row, such as 'new'");
        known(stored, "a;k;d;c\n1;x;02/03/2024;lb\n");
        assertThat(said()).contains("'c' is not 'kg' in 1 row, such as 'lb'; it was in all training rows");
        assertThatThrownBy(() -> known(stored, "a;k\n1;x\n"))
                .isInstanceOf(FormatException.class)
                .hasMessageEndingWith("a.csv: no column 'd', expected the columns that the model was trained on");
        assertThatThrownBy(() -> known(stored, "a;k;d\n1;x;soon\n"))
                .hasMessageEndingWith("a.csv: line 2, column 3 ('d') is 'soon', expected a date");
        assertThat(known(stored, "7,5;y;02/03/2024;kg\n8,5;z;03/03/2024;kg\n")
                        .train()
                        .doubles(0))
                .as("without names, by position")
                .startsWith(7.5, 0, 1, 0, 0);
    }

    private DataSplit known(TableColumns columns, String text) throws IOException {
        return read(text, TableOptions.DEFAULT.withKnown(columns));
    }

    @Test
    void valuesBecomeFieldsAgain() throws IOException {
        DataSplit split = read(rows(
                "n,k,b,d,c",
                40,
                i -> i * i % 7 + ".25,k" + i % 3 + "," + (i % 2 == 0) + ",2024-02-" + (10 + i % 20)
                        + " 10:00:00,7 kg"));
        TableColumns columns = split.columns();
        assertThat(columns.fieldNames(name -> name)).containsExactly("n", "k", "b", "d", "c");
        assertThat(columns.fields(split.train().doubles(3), Precision.DOUBLES, text -> "<" + text + ">"))
                .containsExactly("2.25", "<k0>", "<false>", "<2024-02-13 10:00:00>", "<7 kg>");
        double[] blurred = split.train().doubles(3);
        blurred[1] = 0.3;
        blurred[2] = 0.4;
        assertThat(columns.fields(blurred, Precision.DOUBLES, text -> text)[1]).isEqualTo("k1");
    }

    @Test
    void missingFieldsAreCountedOnceAndFilledWithShares() throws IOException {
        DataSplit split = read("x,k\n1,a\n2,b\n3,\n4,a\n5,a\n6,b\n");
        assertThat(split.train().doubles(2)).containsExactly(3, Double.NaN, Double.NaN, Double.NaN);
        assertThat(split.columns().layout()).hasToString("1,c3");
        assertThat(Imputation.fit(
                                Imputation.Kind.MEAN,
                                split.train(),
                                split.columns().layout())
                        .values())
                .containsExactly(3.5, 0.6, 0.4, 0);
        assertThat(said()).contains("filled 1 missing value with").doesNotContain("missing in many rows");
    }

    /** A fifth of the column, no less. */
    @Test
    void manyMissingFieldsGiveOneMoreValue() throws IOException {
        DataSplit split = read("x,k\n1,a\n2,b\n3,\n4,a\n5,a\n");
        assertThat(split.train().doubles(1)).containsExactly(2, 0, 1, 0, 0);
        assertThat(split.train().doubles(2)).containsExactly(3, Double.NaN, Double.NaN, Double.NaN, 1);
        assertThat(split.columns().layout()).hasToString("1,c3,i1");
        assertThat(said()).contains("column 2 ('k') is missing in many rows: one more value says in which");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            colour   |            | day-first |
            category |            | day-first |
            category | null       | day-first |
            constant | "a","b"    | day-first |
            date     |            | up        |
            date     |            | day-first | "moon"
            number   |            | day-first |
            """)
    void damagedColumnsOfAModelAreRefused(String type, @Nullable String texts, String order, @Nullable String cycles) {
        String column = "{\"name\":\"a\",\"type\":\"" + type + "\",\"texts\":[" + (texts == null ? "" : texts)
                + "],\"comma\":false,\"order\":\"" + order + "\",\"times\":false,\"cycles\":["
                + (cycles == null ? "" : cycles) + "]}";
        for (String text : List.of(
                "{\"named\":true,\"columns\":[" + column + "," + column + "," + column + "]}",
                "{\"named\":true,\"columns\":[null]}",
                "{\"named\":true}",
                "null")) {
            assertThatThrownBy(() -> TableColumns.parse(Map.of("table.columns", text), 2))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining(", expected ");
        }
    }

    /** Of a date, a score names the part that is strange, in words. */
    @Test
    void aDateIsExplainedByItsStrangestPart() {
        List<Column.Cycle> cycles = List.of(Column.Cycle.DAY, Column.Cycle.WEEK, Column.Cycle.YEAR);
        Column date =
                new Column("d", Column.Type.DATE, List.of(), false, DateStyle.Order.YEAR_FIRST, true, cycles, false);
        double[] row = new double[date.values()];
        date.putTime(DateStyle.parse("2026-11-30 09:05", DateStyle.Order.YEAR_FIRST), row, 0);
        double[] expected = new double[date.values()];
        date.putTime(DateStyle.parse("2026-03-04 14:05", DateStyle.Order.YEAR_FIRST), expected, 0);
        String whole = "2026-11-30 09:05:00";
        assertThat(IntStream.range(0, row.length).mapToObj(part -> date.compared(row, expected, 0, part)))
                .containsExactly(
                        List.of(whole, "2026-03-04 14:05:00"),
                        List.of(whole, "14:05"),
                        List.of(whole, "14:05"),
                        List.of(whole + " (Mon)", "Wed"),
                        List.of(whole + " (Mon)", "Wed"),
                        List.of(whole, "4 Mar"),
                        List.of(whole, "4 Mar"));
        date.putTime(DateStyle.parse("2025-11-24 09:05", DateStyle.Order.YEAR_FIRST), expected, 0);
        assertThat(date.compared(row, expected, 0, 3))
                .as("the same weekday")
                .containsExactly(whole, "2025-11-24 09:05:00");
        date.putTime(DateStyle.parse("2026-11-30 23:59:45", DateStyle.Order.YEAR_FIRST), row, 0);
        date.putTime(DateStyle.parse("2026-03-04 14:05", DateStyle.Order.YEAR_FIRST), expected, 0);
        assertThat(date.compared(row, expected, 0, 3)).containsExactly("2026-11-30 23:59:45 (Mon)", "Wed");
        Column day = new Column(
                "d",
                Column.Type.DATE,
                List.of(),
                false,
                DateStyle.Order.YEAR_FIRST,
                false,
                cycles.subList(1, 3),
                false);
        day.putTime(DateStyle.parse("2026-12-31", DateStyle.Order.YEAR_FIRST), row, 0);
        day.putTime(DateStyle.parse("2026-01-04", DateStyle.Order.YEAR_FIRST), expected, 0);
        assertThat(day.compared(row, expected, 0, 2)).containsExactly("2026-12-31 (Thu)", "Sun");
        assertThat(day.compared(expected, row, 0, 4)).containsExactly("2026-01-04", "31 Dec");
    }
}
