package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as spreadsheets, databases, other programs and careless people write them. */
class TextTablesTest {
    private static final String SPACE = "\u202f";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false, 80);

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private DataSplit split(String name, String text, TableOptions options) throws IOException {
        said.reset();
        Path file = Files.writeString(folder.resolve(name), text);
        return DataSource.load(
                file.toString(),
                ReadOptions.DEFAULT
                        .withTable(options)
                        .withImputation(Imputation.Kind.MEAN)
                        .withoutIndicators(),
                progress);
    }

    private Dataset read(String name, String text) throws IOException {
        return split(name, text, TableOptions.DEFAULT).train();
    }

    private String refusal(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        String message = Hostile.read(
                path -> DataSource.load(path.toString(), progress), file, text.getBytes(StandardCharsets.UTF_8));
        assertThat(message).as("refused").startsWith(file + ": ");
        return message.substring(file.toString().length() + 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '~', textBlock = """
            a.csv ! a,b/1.5,2/3,4/5,7       ! none
            a.csv ! a;b/1.5;2/3;4/5;7       ! semicolons
            a.CSV ! a;b/1,5;2/3,0;4/5,0;7   ! semicolons
            a.csv ! "a";"b"/"1,5";"2"/"3";"4"/5;7 ! semicolons
            a.tsv ! a_b/1.5_2/3_4/5_7       ! tabs
            a.tab ! a|b/1.5|2/3|4/5|7       ! vertical bars
            a.data! a b/  1.5   2/3 4/ 5 7  ! spaces
            a.txt ! "a" b/1.5 _2/3 4/5 7    ! spaces
            a.csv ! sep=;/a;b/1,5;2/3;4/5;7 ! semicolons
            a.csv ! SEP=,/a,b/1.5,2/3,4/5,7 ! none
            """)
    void findsTheSeparator(String name, String lines, String separator) throws IOException {
        Dataset data = read(name, lines.replace('/', '\n').replace('_', '\t'));
        assertThat(data.columns()).containsExactly("a", "b");
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.doubles(0)).containsExactly(1.5, 2);
        assertThat(data.doubles(2)).containsExactly(5, 7);
        if (separator.equals("none")) {
            assertThat(said()).doesNotContain("separated");
        } else {
            assertThat(said()).contains("fields are separated by " + separator);
        }
    }

    @Test
    void theSeparatorAndTheDecimalMarkCanBeGiven() throws IOException {
        TableOptions bars = options(TableOptions.Separator.parse("|"), null);
        assertThat(split("a.csv", "1,5|2\n3,25|4\n", bars).train().doubles(0)).containsExactly(1.5, 2);
        TableOptions comma = options(null, TableOptions.Decimal.COMMA);
        TableOptions point = options(null, TableOptions.Decimal.POINT);
        assertThat(split("a.csv", "x;y\n1.234;1\n2.345;2\n", comma).train().doubles(0))
                .containsExactly(1234, 1);
        assertThat(said()).doesNotContain("note:");
        assertThat(split("a.csv", "x;y\n1,234;1\n2,345;2\n", point).train().doubles(0))
                .containsExactly(1234, 1);
        assertThatThrownBy(() -> split("a.csv", "x;y\n1,5;1\n2,5;2\n", point))
                .hasMessageEndingWith("a.csv: line 2, column 1 ('x') is '1,5', expected a finite number");
        assertThat(TableOptions.Separator.parse("\\t")).isEqualTo(TableOptions.Separator.TAB);
        assertThat(TableOptions.Separator.parse("space")).isEqualTo(TableOptions.Separator.SPACE);
        assertThatThrownBy(() -> TableOptions.Separator.parse("x")).hasMessageContaining("expected one of , ; | tab");
    }

    private static TableOptions options(TableOptions.Separator separator, TableOptions.Decimal decimal) {
        return new TableOptions(
                null,
                StandardCharsets.UTF_8,
                separator,
                decimal,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                TableOptions.SeriesColumns.NONE,
                null);
    }

    @Test
    void readsTheNumbersOfAFrenchSpreadsheet() throws IOException {
        String text = "région;ventes;part;écart\n" + "Nord;1 234,50 €;12" + SPACE + "%;-0,5\nSud;12" + SPACE + "345"
                + SPACE + "678,00;8,5%;\u22121\nNord;7,25;100 %;2\n";
        Files.write(
                folder.resolve("v.csv"),
                text.replace(SPACE, "\u00a0").replace('\u2212', '-').getBytes("windows-1252"));
        Dataset data = DataSource.load(
                        folder.resolve("v.csv").toString(),
                        ReadOptions.DEFAULT.withTable(
                                TableOptions.DEFAULT.withEncoding(Charset.forName("windows-1252"))),
                        progress)
                .train();
        assertThat(data.columns())
                .containsExactly("région=Nord", "région=Sud", "région=(other)", "ventes", "part", "écart");
        assertThat(data.doubles(1)).containsExactly(0, 1, 0, 12_345_678, 8.5, -1);
        assertThat(read("n.csv", text).doubles(1)).containsExactly(0, 1, 0, 12_345_678, 8.5, -1);
    }

    @Test
    void currencySignsMayStandBeforeNumbers() throws IOException {
        Dataset data = read("m.csv", "a;b;c;d\n$1,234.50;€ 12,50;-£3;\\N\n$2.5;-€1.312,5;£ 4;1\n-$7;€2;$-5;2\n");
        assertThat(data.columns()).containsExactly("a", "b", "c", "d");
        assertThat(data.doubles(0)).containsExactly(1234.5, 12.5, -3, Double.NaN);
        assertThat(data.doubles(1)).containsExactly(2.5, -1312.5, 4, 1);
        assertThat(data.doubles(2)).containsExactly(-7, 2, -5, 2);
        for (String text : List.of("$", "$$1", "% 5", "-", "$-", "€ -", "$1$")) {
            assertThat(NumberStyle.of(text)).as(text).isZero();
        }
    }

    /** All rows of a column decide about its decimal mark, then the other columns, then the separator. */
    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            x;y/1,234;1/2,5;2        ! 1.234 ! false
            x;y/1.234;1/2.345;2      ! 1.234 ! true
            x;y/1,234;1/2,345;2      ! 1.234 ! true
            x;y/1,234;1,5/2,345;2    ! 1.234 ! true
            x;y/1,234;1.5/2,345;2    ! 1234  ! true
            x;y/1.234;1,5/2.345;2    ! 1234  ! true
            x_y/1.234_1/2.345_2      ! 1.234 ! false
            x_y/1,234_1/2,345_2      ! 1234  ! true
            x_y/1.234_1/1.234.567_2  ! 1234  ! false
            x_y/1,234.5_1/2,345_2    ! 1234.5 ! false
            x_y/1'234.5_1/2_2        ! 1234.5 ! false
            x_y/0,125_1/0,250_2      ! 0.125 ! false
            """)
    void noNumberIsReadInOneOfTwoWaysUnsaid(String lines, double expected, boolean told) throws IOException {
        Dataset data = read("a.txt", lines.replace('/', '\n').replace('_', '\t'));
        assertThat(data.doubles(0)[0]).isEqualTo(expected);
        assertThat(said().contains("which may have decimals or not: reads it as "))
                .isEqualTo(told);
    }

    @Test
    void aColumnOfBothDecimalMarksIsRefused() throws IOException {
        assertThat(refusal("a.csv", "x;y\n1,5;1\n2.25;2\n"))
                .startsWith("line 3, column 1 ('x') is '2.25', expected a finite number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void readsUnicodeWithAndWithoutAByteOrderMark(String encoding) throws IOException {
        for (String mark : List.of("", "\ufeff")) {
            Path file = folder.resolve("u.csv");
            Files.write(file, (mark + "a,b\n1,2\n3,4\n").getBytes(Charset.forName(encoding)));
            assertThat(DataSource.load(file.toString(), progress).train().columns())
                    .containsExactly("a", "b");
        }
    }

    @Test
    void unpacksGzip() throws IOException {
        for (String name : List.of("a.csv.gz", "b.TSV.GZ", "packed.csv", "c.json.gz", "d.arff.gz")) {
            Path file = folder.resolve(name);
            String text = name.contains("json")
                    ? "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}"
                    : name.contains("arff")
                            ? "@relation r\n@attribute a real\n@attribute b real\n@data\n1,2\n3,4"
                            : "a,b\n1,2\n3,4\n";
            try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(DataSource.load(file.toString(), progress).train().doubles(1))
                    .containsExactly(3, 4);
            assertThat(DataSource.idxFile(file.toString())).isEmpty();
        }
    }

    @Test
    void skipsCommentsAndFindsNamesInThem() throws IOException {
        Dataset data = read("a.csv", "# made by hand\na,b\n1,2\n# later\n3,4\n");
        assertThat(data.columns()).containsExactly("a", "b");
        assertThat(data.rows()).isEqualTo(2);
        assertThat(said()).contains("skipped 2 comment lines, which begin with #");
        assertThat(read("a.csv", "# x,y\n1,2\n3,4\n").columns()).containsExactly("x", "y");
        assertThat(said()).contains("reads the comment above the first row as column names");
        assertThat(read("a.csv", "#,hp,mp\n1,5,4\n2,6,9\n").columns())
                .as("a name")
                .containsExactly("hp", "mp");
    }

    @Test
    void readsScikitLearnsOwnTables() throws IOException {
        String iris = "4,3,setosa,versicolor\n5.1,3.5,1.4,0\n4.9,3.0,1.4,1\n6.1,2.8,4,1\n5,3,1.5,0\n";
        Dataset data = read("iris.csv", iris);
        assertThat(data.inputs()).isEqualTo(3);
        assertThat(data.rows()).isEqualTo(4);
        assertThat(data.labelName(data.label(1))).isEqualTo("versicolor");
        assertThat(said()).contains("the first line counts 4 rows and 3 columns and names the labels");
        assertThat(refusal("iris.csv", iris.replaceFirst("4,3", "5,3")))
                .startsWith("line 1 counts 5 rows, but 4 follow");
    }

    /** The indices of the values that are missing. */
    private static int[] missing(DataSplit split) {
        Dataset rows = split.train();
        return IntStream.range(0, rows.rows() * rows.inputs())
                .filter(i -> Double.isNaN(rows.doubles(i / rows.inputs())[i % rows.inputs()]))
                .toArray();
    }

    @Test
    void knowsWordsForMissingValues() throws IOException {
        String rows = "a,b\n1,2\n,3\nNA,3\nN/A,4\nNaN,5\nnull,6\n?,7\n-,8\nNone,9\n2.5,1\n";
        DataSplit split = split("a.csv", rows, TableOptions.DEFAULT);
        assertThat(missing(split).length).isEqualTo(8);
        assertThat(said()).containsPattern("1 a +number +8 ");
        TableOptions more = new TableOptions(
                null,
                StandardCharsets.UTF_8,
                null,
                null,
                List.of("-999", "unknown"),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                TableOptions.SeriesColumns.NONE,
                null);
        DataSplit own = split("a.csv", "a,b\n1,2\n-999,3\nunknown,4\n3,4\n", more);
        assertThat(missing(own).length).isEqualTo(2);
        assertThat(own.columns().missing()).containsExactly("-999", "unknown");
        assertThat(read("a.csv", "g,b\nnone,1\nmild,2\nnone,3\n").columns()).contains("g=none", "g=mild");
    }

    @Test
    void readsArffWithItsTypes() throws IOException {
        String text = "% a comment\n@RELATION 'cars, old'\n\n@attribute 'top speed' NUMERIC\n"
                + "@attribute fuel {petrol, 'diesel, red', \"gas\"}\n@attribute bought date \"yyyy-MM-dd\"\n"
                + "@attribute doors integer\n@Data\n120,petrol,2020-01-02,4\n?, 'diesel, red', 2020-02-03, 2\n"
                + "{0 90, 2 \"2020-03-04\"}\n";
        DataSplit split = split("cars.arff", text, TableOptions.DEFAULT);
        Dataset data = split.train();
        assertThat(data.columns())
                .containsExactly(
                        "top speed",
                        "fuel=petrol",
                        "fuel=diesel, red",
                        "fuel=gas",
                        "fuel=(other)",
                        "bought",
                        "bought week sin",
                        "bought week cos",
                        "doors");
        assertThat(data.doubles(0))
                .startsWith(120, 1, 0, 0, 0, 18_263 * 86_400.0)
                .endsWith(4);
        assertThat(missing(split)).containsExactly(9);
        assertThat(data.doubles(1)).startsWith(Double.NaN, 0, 1);
        assertThat(data.doubles(2))
                .as("sparse")
                .startsWith(90, 1, 0, 0, 0, 18_325 * 86_400.0)
                .endsWith(0);
    }

    @Test
    void tabsSeparateInArffToo() throws IOException {
        String text = "@relation\tr\n@attribute a\treal\n@ATTRIBUTE\tb REAL\n@data\n1\t2\n3 , 4\n";
        assertThat(read("tabs.arff", text).doubles(0)).containsExactly(1, 2);
        assertThat(read("tabs.arff", text).doubles(1)).containsExactly(3, 4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '~', textBlock = """
            @relation r/@attribute a real/@data/1,2       ! line 4 has 2 fields, expected 1
            @relation r/@attribute a relational/@data/1   ! line 2 is '@attribute a relational', expected numeric, real
            @relation r/@attribute a {x,y/@data/1         ! line 2 is '@attribute a {x,y', expected values in braces
            @relation r/@attribute a real/@data           ! no rows, expected at least one below @data
            @relation r/@data/1                           ! line 2 is '@data', expected @attribute lines above it
            @relation r/@attribute a real                 ! has no @data, expected an ARFF file
            a,b/1,2                                       ! line 1 is 'a,b', expected @relation, @attribute or @data
            @relation r/@attribute a real/@data/{0 1      ! line 4 is '{0 1', expected pairs between commas
            @relation r/@attribute a real/@data/{7 1}     ! line 4 is '{7 1}', expected pairs of a column's number
            @relation r/@attribute a real/@data/'1        ! line 4 is ''1', expected a closing quote
            @relation r/@attribute a real/@data/1/x       ! line 5, column 1 ('a') is 'x', expected a finite number
            """)
    void whatIsWrongWithArffIsNamed(String lines, String expected) throws IOException {
        assertThat(refusal("a.arff", lines.replace('/', '\n'))).startsWith(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json", "a.jsonl", "a.ndjson"})
    void readsRecordsInJson(String name) throws IOException {
        String first = "{\"t\": 1.5, \"at\": {\"city\": \"Oslo\", \"n\": -2e3}, \"ok\": true}";
        String second = "{\"ok\": false, \"at\": {\"n\": null, \"city\": \"Rome\"}, \"t\": NaN, \"new\": 4}";
        String text = name.equals("a.json") ? "[" + first + ",\n" + second + "]" : first + "\n" + second + "\n";
        DataSplit split = split(name, text, TableOptions.DEFAULT);
        assertThat(split.train().columns())
                .containsExactly(
                        "t",
                        "at.city=Oslo",
                        "at.city=Rome",
                        "at.city=(other)",
                        "at.n",
                        "ok=false",
                        "ok=true",
                        "ok=(other)",
                        "new");
        assertThat(split.train().doubles(0)).containsExactly(1.5, 1, 0, 0, -2000, 0, 1, 0, Double.NaN);
        assertThat(missing(split)).containsExactly(8, 9, 13);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '~', textBlock = """
            [1,2]                ! line 1 has 1, expected objects with names and values
            [[1]]                ! line 1 has a list within a list, expected objects
            {"a":[{"b":1}],"c":[{"b":1}]} ! holds the lists of records 'a, c', expected one: write it
            {"a":[{"b":1},2]}    ! line 1 has 2, expected objects
            {"a":[{"b":1}],"c":  ! 'Unexpected
            [{"a":1},            ! 'Unexpected
            {"a":1,"a":2}        ! 'Duplicate
            {"a":                ! 'Unexpected
            []                   ! no rows, expected objects with names and values
            {"a":1} x            ! 'Unrecognized token
            """)
    void whatIsWrongWithJsonIsNamed(String text, String expected) throws IOException {
        assertThat(refusal("a.json", text)).startsWith(expected);
    }

    /** Few lists are alike, so that they are left out with a note; an empty one is a missing value. */
    @Test
    void listsInRecordsAreTexts() throws IOException {
        String text = "[{\"x\":1,\"tags\":[\"a\",{\"b\":[2]}]},{\"x\":3,\"tags\":[]},{\"x\":4,\"tags\":[5]}]";
        DataSplit split = split("a.json", text, TableOptions.DEFAULT);
        assertThat(split.columns().all().get(1).texts()).containsExactly("[\"a\",{\"b\":[2]}]", "[5]");
        assertThat(missing(split)).hasSize(3);
    }

    /** Weka writes a missing value as ? without quotes; in quotes it is a text like any other. */
    @Test
    void aQuotedQuestionMarkIsAText() throws IOException {
        String head = "@relation r\n@attribute a real\n@attribute b {'?',T}\n@data\n";
        DataSplit split = split("a.arff", head + "1,'?'\n2,T\n3,?\n".repeat(5), TableOptions.DEFAULT);
        assertThat(split.columns().all().get(1).texts()).containsExactly("?", "T");
        assertThat(split.train().doubles(0)).containsExactly(1, 1, 0, 0);
        assertThat(split.train().doubles(1)).containsExactly(2, 0, 1, 0);
        assertThat(split.train().doubles(2)[1]).isNaN();
    }

    /** A column that holds one text or nothing is not constant: whether the text is there says something. */
    @Test
    void oneTextOrNoneIsACategory() throws IOException {
        String text = "a,b,c\n" + "1,x,7\n2,,7\n3,NULL,7\n".repeat(5);
        DataSplit split = split("a.csv", text, TableOptions.DEFAULT);
        assertThat(split.columns().all().get(1).texts()).containsExactly("", "x");
        assertThat(split.columns().all().get(2).type()).isEqualTo(Column.Type.CONSTANT);
        assertThat(split.train().hasMissing()).isFalse();
        assertThat(split.train().doubles(0)).containsExactly(1, 0, 1, 0);
        assertThat(split.train().doubles(1)).containsExactly(2, 1, 0, 0);
        assertThat(split.train().doubles(2)).containsExactly(3, 1, 0, 0);
        assertThat(said()).contains("column 2 ('b') is the same in all rows, or empty: a category of the two");
        assertThat(split.columns()
                        .used()
                        .get(1)
                        .compared(
                                new double[] {2, 1, 0, 0},
                                new double[] {2, 0.2, 0.8, 0},
                                0,
                                Precision.DOUBLES,
                                new double[0]))
                .containsExactly("(empty)", "x");
        assertThat(split.train().columns()).containsExactly("a", "b=(empty)", "b=x", "b=(other)");
        assertThat(split.columns().fields(new double[] {1, 0.9, 0.1, 0}, Precision.DOUBLES, cell -> cell))
                .containsExactly("1.0", "", "7");
    }

    /** A number that can be read in two ways is read as in training, unless the file's other numbers show more. */
    @Test
    void theModelsTableAndItsOwnNumbersDecideAlike() throws IOException {
        TableColumns points = split("a.csv", "a;b\n1.5;2.25\n2.5;3.25\n", TableOptions.DEFAULT)
                .columns();
        TableOptions known = TableOptions.DEFAULT.withKnown(points);
        assertThat(split("b.csv", "a;b\n22,5;1.234\n", known).train().doubles(0))
                .containsExactly(22.5, 1234);
        assertThat(split("b.csv", "a;b\n22;1.234\n", known).train().doubles(0)).containsExactly(22, 1.234);
    }

    /** Rows of a label lie together, in whatever order: a part of each is held out. */
    @Test
    void groupedRowsAreHeldOutEvenly() throws IOException {
        String groups = "x,y\n" + "1,b\n".repeat(20) + "2,a\n".repeat(20) + "3,c\n".repeat(10);
        TableOptions labelled = TableOptions.DEFAULT.withLabel("y");
        Dataset held = split("g.csv", groups, labelled).withValidation(0.2).split("test");
        assertThat(held.rows()).isEqualTo(10);
        assertThat(new double[] {held.doubles(0)[0], held.doubles(4)[0], held.doubles(9)[0]})
                .containsExactly(1, 2, 3);
        assertThat(DataSplit.describeHeldOut(split("g.csv", groups, labelled).train(), 0.2))
                .isEqualTo("holding out 10 of 50 rows: evenly spread");
    }

    @Test
    void readsTheOnlyListOfRecordsInAnObject() throws IOException {
        String text = """
                {"status": "ok", "page": {"of": [1, [2, {"no": 1}]], "size": 2},
                 "result": {"rows": [{"a": 1, "b": {"c": 2}}, {"a": 3}]}, "next": null}
                """;
        Dataset data = read("api.json", text);
        assertThat(data.columns()).containsExactly("a", "b.c");
        assertThat(data.rows()).isEqualTo(2);
        assertThat(data.doubles(1)).containsExactly(3, Double.NaN);
        assertThat(said()).contains("api.json: reads the records in 'result.rows'");
        // Records with lists are no such file: the lists are texts.
        DataSplit lists = split("a.json", "{\"a\":[{\"b\":1}]}\n{\"a\":[{\"b\":2}]}", TableOptions.DEFAULT);
        assertThat(lists.columns().all().get(0).texts()).containsExactly("[{\"b\":1}]", "[{\"b\":2}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '~', textBlock = """
            PK~~[Content_Types].xml   ! a file of Office, such as .xlsx, expected a table as text: save the sheet as CSV
            PK~~mimetypeapplication/vnd.oasis.opendocument.spreadsheet ! an OpenDocument file, expected a table as
            PK~~data.bin              ! a zip archive, expected a table as text: unpack it first
            PK~~x.npy                 ! an archive of NumPy, expected a table as text: give it a name that ends in .npz
            PAR1{15}                  ! a Parquet file, expected a table as text: write it as CSV
            SQLite format 3{0}      ! an SQLite database, expected a table as text: write a query's result as CSV
            %PDF-1.7                  ! a PDF document, expected a table as text: copy its table
            <HTML><head>              ! a web page, expected a table as text: download the file that it links to
            ({b5}/{fd}          ! packed with Zstandard, expected a table as text: unpack it first
            """)
    void namesFilesThatAreNoTables(String start, String expected) throws IOException {
        String text = start.replace("~~", "\3\4")
                .replace("{15}", "\25")
                .replace("{0}", "\0")
                .replace("{b5}", "\265")
                .replace("{fd}", "\375");
        for (String name : List.of("a.csv", "a.json", "a.arff", "a.xyz", "a.csv.gz")) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            Path file = Files.write(folder.resolve(name), name.endsWith(".gz") ? gzip(bytes) : bytes);
            assertThatThrownBy(() -> DataSource.load(file.toString(), progress))
                    .hasMessageStartingWith(file + ": is " + expected);
            assertThatThrownBy(() -> DataSource.describe(file.toString(), ReadOptions.DEFAULT, progress))
                    .hasMessageStartingWith(file + ": is " + expected);
        }
        assertThat(read("b.csv", "PAR1,PAR2\n1,2\n2,4\n").columns()).containsExactly("PAR1", "PAR2");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void aTruncatedGzipFileIsNamed() throws IOException {
        byte[] packed = gzip(("z0,z1\n" + "1,2\n".repeat(100)).getBytes(StandardCharsets.UTF_8));
        for (String name : List.of("a.csv.gz", "a.arff.gz", "a.json.gz", "codes.csv")) {
            for (int length : new int[] {5, packed.length - 9}) {
                Path file = Files.write(folder.resolve(name), Arrays.copyOf(packed, length));
                assertThatThrownBy(() -> {
                            if (name.startsWith("codes")) {
                                Codes.read(file);
                            } else {
                                DataSource.load(file.toString(), progress);
                            }
                        })
                        .isInstanceOf(FormatException.class)
                        .hasMessageStartingWith(file + ": ")
                        .hasMessageContaining("gzip")
                        .hasMessageEndingWith("expected a complete file");
            }
        }
    }

    @Test
    void anUnclosedQuoteIsNamedByTheLineWhereItOpens() throws IOException {
        assertThat(refusal("a.csv", "a,b\n1,2\n\"3,4\n5,6\n7,8\n"))
                .isEqualTo("the quote that opens in line 3 is not closed, expected a closing quote");
        assertThat(refusal("a.csv", "a;b\n1;2\n" + "3;4\n".repeat(300) + "5;\"6\n7;8\n"))
                .isEqualTo("the quote that opens in line 303 is not closed, expected a closing quote");
        assertThat(refusal("a.csv", "a,b\n1,2\n\"3,4\n5,6\n7\",8,9\n"))
                .isEqualTo(
                        "line 3 has 3 columns, expected 2; a text in quotes reaches to line 5: is a quote missing or "
                                + "too many?");
        assertThat(read("a.csv", "a,b\n1,2\n\"3\",\"4\"\n").rows()).isEqualTo(2);
    }

    @Test
    void nulCharactersAreNamed() throws IOException {
        assertThat(refusal("a.csv", "a,b\n1,2\n3,\0004\n"))
                .isEqualTo("line 3, column 2 ('b') is '\\u00004', which holds a NUL character, as damaged and binary "
                        + "files do, expected text");
        assertThat(refusal("a.arff", "@relation a\n@attribute b numeric\n@data\n1\0\n"))
                .startsWith("line 4 is '1\\u0000', which holds a NUL");
    }

    @Test
    void textInAnotherEncodingSuggestsOne() throws IOException {
        for (String[] table : new String[][] {
            {"a.csv", "a,b\nx,Z\u00fcrich\n"},
            {"a.arff", "@relation a\n@attribute b string\n@data\nZ\u00fcrich\n"},
            {"a.json", "{\"a\":\"Z\u00fcrich\"}\n"}
        }) {
            Path file = Files.write(folder.resolve(table[0]), table[1].getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> DataSource.load(file.toString(), progress))
                    .hasMessageStartingWith(file + ": line ")
                    .hasMessageContaining("Z\ufffdrich', which is not valid UTF-8")
                    .hasMessageEndingWith("or --encoding windows-1252, which many spreadsheets write");
        }
    }

    @Test
    void aValueThatArffDoesNotDeclareIsRefused() throws IOException {
        String head = "@relation a\n@attribute n numeric\n@attribute b {yes,no}\n@data\n1,yes\n2,no\n";
        String expected =
                "line 7, column 2 ('b') is 'maybe', expected one of the values that the file declares: 'yes, no'";
        assertThat(refusal("a.arff", head + "3,maybe\n")).isEqualTo(expected);
        assertThat(refusal("a.arff", head + "{1 maybe}\n")).isEqualTo(expected);
        assertThat(refusal("a.arff", head.replace("yes\n2,no", "maybe\n2,maybe") + "3,maybe\n".repeat(10)))
                .startsWith("line 5, column 2 ('b') is 'maybe'"); // the same in all rows
        Path file = Files.writeString(folder.resolve("label.arff"), head + "3,maybe\n");
        assertThatThrownBy(() -> DataSource.load(
                        file.toString(), ReadOptions.DEFAULT.withTable(TableOptions.DEFAULT.withLabel("b")), progress))
                .hasMessage(file + ": " + expected);
        assertThat(read("a.arff", head + "3,?\n").rows()).isEqualTo(3);
    }

    @Test
    void aTableOfTextsOnlySaysWhatIsInTheWay() throws IOException {
        StringBuilder text = new StringBuilder("first,second\n");
        IntStream.range(0, 30).forEach(i -> text.append("a" + i + ",b" + i % 20 + "\n"));
        assertThat(refusal("a.csv", text.toString()))
                .isEqualTo(
                        "no column to train on, expected at least one; 2 columns hold too many different texts for a "
                                + "category (--categories takes them anyway)");
    }

    @Test
    void readsStandardInputAsOftenAsNeeded() throws IOException {
        InputStream before = System.in;
        try {
            for (String text : List.of(
                    "a,b\n1,2\n3,4\n",
                    "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}",
                    "@relation x\n@attribute a real\n@attribute b real\n@data\n1,2\n3,4\n")) {
                System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
                for (int times = 0; times < 2; times++) {
                    Dataset data = DataSource.load("-", progress).train();
                    assertThat(data.name()).isEqualTo("standard input");
                    assertThat(data.doubles(1)).containsExactly(3, 4);
                }
            }
            System.setIn(new ByteArrayInputStream("a,b\n1,2\n3\n".getBytes(StandardCharsets.UTF_8)));
            assertThatThrownBy(() -> DataSource.load("-", progress))
                    .isInstanceOf(FormatException.class)
                    .hasMessage("standard input: line 3 has 1 columns, expected 2");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void survivesRandomChanges() throws IOException {
        byte[] arff = "@relation r\n@attribute a real\n@attribute 'b c' {x,\"y\"}\n@data\n1,x\n?,'y'\n{0 2}\n"
                .getBytes(StandardCharsets.UTF_8);
        Hostile.mutate(path -> DataSource.load(path.toString(), progress), folder.resolve("m.arff"), arff, 1000);
        byte[] json =
                "[{\"a\":1,\"b\":{\"c\":\"x\"}},\n{\"a\":null,\"b\":{\"c\":\"y\"}}]".getBytes(StandardCharsets.UTF_8);
        Hostile.mutate(path -> DataSource.load(path.toString(), progress), folder.resolve("m.json"), json, 1000);
        byte[] text = "d;n;c\n01/02/2020 10:00;1.234,5;x\n03/04/2021;7 %;\"y\"\n".getBytes(StandardCharsets.UTF_8);
        Hostile.mutate(path -> DataSource.load(path.toString(), progress), folder.resolve("m.txt"), text, 1000);
    }
}
