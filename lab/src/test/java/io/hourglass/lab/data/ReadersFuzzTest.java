package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The workbench's readers on any bytes, as core's test of that name does with core's: on the files in {@code
 * src/test/resources/io/hourglass/lab/data/ReadersFuzzTestInputs} or, with {@code JAZZER_FUZZ=1}, {@code
 * -Djazzer.hooks=true} and one method chosen, on what Jazzer makes of them.
 */
class ReadersFuzzTest {
    private static final Path FOLDER = folder();
    private static final Progress PROGRESS = Progress.onStandardError(new PrintStream(OutputStream.nullOutputStream()));
    private static final ReadOptions LABELLED =
            ReadOptions.DEFAULT.withTable(TableOptions.DEFAULT.withLabel("1")).withImputation(Imputation.Kind.MEAN);
    private static final ReadOptions IMPUTED = ReadOptions.DEFAULT.withImputation(Imputation.Kind.MEAN);
    private static final ReadOptions SMALL =
            ReadOptions.DEFAULT.withImages(new ReadOptions.Size(8, 8), ReadOptions.Colours.GREY);

    /** What deflate can make of a byte at most, four bytes a pixel, in two pictures. */
    private static final int IMAGE = 8 * 1032;

    /** The same, where a byte becomes a float, beside the zip file's own tables. */
    private static final int NPZ = 8 * 1032;

    /** Memory for a byte of text; deflate makes a thousand bytes of one. */
    private static final int MULTIPLE = 64;

    private static final int PACKED = 4 * MULTIPLE * 1032;

    private static final List<WindowSettings> SERIES = List.of(
            new WindowSettings(2, 1, "1", null, TimeSeries.USUAL_GAP), new WindowSettings(3, 2, "time", "group", 10));

    /** The values of the columns that are stated. */
    private static final int STATED = 8;

    /** For all runs of a method: a folder for each would take longer than to read it. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("hourglass-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(String name) {
        Path file = FOLDER.resolve(name);
        file.toFile().deleteOnExit();
        return file;
    }

    private static void load(Path file, ReadOptions options) throws IOException {
        DataSource.load(file.toString(), options, PROGRESS);
    }

    @FuzzTest
    void npy(byte[] bytes) throws IOException {
        Hostile.read(Npy::read, file("fuzzed.npy"), bytes);
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.npy"), bytes);
    }

    @FuzzTest
    void npz(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.npz"), bytes, NPZ);
    }

    @FuzzTest
    void codes(byte[] bytes) throws IOException {
        Hostile.read(Codes::read, file("fuzzed.csv"), bytes);
    }

    @FuzzTest
    void csv(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.csv"), bytes);
        Hostile.read(data -> load(data, LABELLED), file("fuzzed.csv"), bytes);
    }

    /** Delimited text of any kind: no name says what separates its fields. */
    @FuzzTest
    void text(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.txt"), bytes);
        Hostile.read(data -> DataSource.describe(data.toString(), IMPUTED, PROGRESS), file("fuzzed.txt"), bytes);
    }

    /** Packed text, perhaps of very short lines. */
    @FuzzTest
    void gzip(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, IMPUTED), file("fuzzed.csv.gz"), bytes, PACKED);
    }

    /** Text read as the first byte says: with which separator, encoding, decimal mark and columns. */
    @FuzzTest
    void options(byte[] bytes) throws IOException {
        int choice = bytes.length == 0 ? 0 : bytes[0] & 0xff;
        byte[] text = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
        TableOptions.Separator[] separators = TableOptions.Separator.values();
        TableOptions table = new TableOptions(
                (choice & 32) == 0 ? null : Boolean.TRUE,
                (choice & 64) == 0 ? StandardCharsets.UTF_8 : Charset.forName("windows-1252"),
                separators[(choice & 7) % separators.length],
                (choice & 8) == 0 ? null : TableOptions.Decimal.COMMA,
                List.of("x"),
                (choice & 16) == 0 ? null : "2",
                (choice & 128) == 0 ? null : "1",
                (choice & 16) == 0 ? List.of() : List.of("3"),
                List.of(),
                List.of(),
                false,
                TableOptions.SeriesColumns.NONE,
                null);
        ReadOptions options = IMPUTED.withTable(table);
        Hostile.read(data -> load(data, options), file("fuzzed.data"), text);
    }

    /** Rows with a time, or with a time and a group, as windows. */
    @FuzzTest
    void series(byte[] bytes) throws IOException {
        for (WindowSettings settings : SERIES) {
            Hostile.read(data -> windows(data, settings), file("fuzzed.csv"), bytes, 2 * MULTIPLE);
        }
    }

    private static void windows(Path file, WindowSettings settings) throws IOException {
        String spec = file.toString();
        ReadOptions options = SeriesReader.values(IMPUTED, settings);
        DataSplit rows = DataSource.load(spec, options, PROGRESS);
        TimeSeries series = SeriesReader.read(rows, spec, options, settings);
        boolean[] last = series.last(0.2);
        Windows windows = series.windows(settings.width(), settings.stride(), last)
                .or(() -> series.windows(settings.width(), settings.stride()))
                .orElseThrow(() -> series.tooShort(settings.width()));
        assertThat(windows.rows()).isPositive();
        assertThat(series.gaps().orElse("")).hasLineCount(series.gaps().isPresent() ? 1 : 0);
    }

    /** The columns that a model file states, and a table read with them. */
    @FuzzTest
    void columns(byte[] bytes) throws IOException {
        Hostile.read(ReadersFuzzTest::stated, file(TableColumns.KEY), bytes, 4 * MULTIPLE);
    }

    private static void stated(Path file) throws IOException {
        Map<String, String> metadata =
                Map.of(TableColumns.KEY, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        TableColumns columns = TableColumns.parse(metadata, STATED).orElseThrow();
        assertThat(TableColumns.parse(columns.metadata(), STATED)).contains(columns);
        assertThat(columns.usedNames()).hasSizeLessThanOrEqualTo(STATED);
        double[] row = {1e9, -1, 0.5, 0, 1, 3, Double.NaN, 1e300};
        assertThat(columns.fields(row, Precision.DOUBLES, field -> field))
                .hasSameSizeAs(columns.all().stream()
                        .filter(column -> column.isUsed() || column.type() == Column.Type.CONSTANT)
                        .toList());
        Path table = file("stated.csv");
        Files.writeString(table, "a,b,c\n1,2026-11-30,x\n2,?,\n");
        try {
            load(table, IMPUTED.withTable(TableOptions.DEFAULT.withKnown(columns)));
        } catch (FormatException | IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("stated.csv").hasLineCount(1);
        }
    }

    /** Fields as numbers and dates. */
    @FuzzTest
    void fields(byte[] bytes) {
        String field = new String(bytes, StandardCharsets.UTF_8).strip();
        int style = NumberStyle.of(field);
        assertThat(style & ~(NumberStyle.POINT | NumberStyle.COMMA | NumberStyle.AMBIGUOUS | NumberStyle.WHOLE))
                .isZero();
        for (boolean comma : new boolean[] {false, true}) {
            double number = NumberStyle.parse(field, comma);
            if ((style & (comma ? NumberStyle.COMMA : NumberStyle.POINT)) != 0) {
                assertThat(number).as(field).isNotNaN();
            }
        }
        boolean date = false;
        for (DateStyle.Order order : DateStyle.Order.values()) {
            double seconds = DateStyle.parse(field, order);
            date |= !Double.isNaN(seconds);
            if (!Double.isNaN(seconds)) {
                String written = DateStyle.format(seconds, true);
                assertThat(DateStyle.parse(written, DateStyle.Order.YEAR_FIRST))
                        .as(field)
                        .isCloseTo(seconds, within(0.5));
            }
        }
        assertThat(DateStyle.isDate(field)).isEqualTo(date);
    }

    @FuzzTest
    void arff(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, IMPUTED), file("fuzzed.arff"), bytes);
    }

    @FuzzTest
    void json(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, IMPUTED), file("fuzzed.json"), bytes);
    }

    /** PNG and JPEG: the names of a folder's images do not decide how they are read. */
    @FuzzTest
    void image(byte[] bytes) throws IOException {
        Path images = FOLDER.resolve("images");
        Files.createDirectories(images);
        images.toFile().deleteOnExit();
        Hostile.read(any -> load(images, SMALL), file("images/fuzzed.png"), bytes, IMAGE);
    }
}
