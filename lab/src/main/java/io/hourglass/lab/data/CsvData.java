package io.hourglass.lab.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tables of numbers as comma-separated text: a line a row, in UTF-8, with or without a line of names before them, with or without a column
 * of labels. An empty field is a missing value.
 */
final class CsvData {
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;
    private static final int FIRST_VALUES = 1 << 12;
    private static final String NUMBER = "\\d{1,7}"; // of a column

    private final Path file;
    private final ReadOptions options;
    private final Progress progress;
    private List<String> names = List.of();
    private int labelColumn = -1;
    private int columns;
    private float[] values = new float[FIRST_VALUES];
    private int count;
    private final List<String> labels = new ArrayList<>();
    private @Nullable String missing;

    private CsvData(Path file, ReadOptions options, Progress progress) {
        this.file = file;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Reads a table.
     *
     * @throws FormatException if a line has another number of fields than the first, a field is not a finite number, or is empty and
     *     nothing is to fill it; the message names file, line and column
     * @throws IOException if it cannot be read
     */
    static DataSplit read(String name, Path file, ReadOptions options, Progress progress) throws IOException {
        CsvData table = new CsvData(file, options, progress);
        table.readLines();
        return table.split(name);
    }

    private void readLines() throws IOException {
        CsvRecordHandler handler = CsvRecordHandler.of(builder -> builder.maxFields(Architecture.MAX_WIDTH + 1));
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .detectBomHeader(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // add counts them and says where
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .build(handler, file, StandardCharsets.UTF_8)) {
            Iterator<CsvRecord> lines = csv.iterator();
            if (!lines.hasNext()) {
                throw new FormatException(file + ": empty, expected rows of comma-separated numbers");
            }
            CsvRecord first = lines.next();
            CsvRecord second = lines.hasNext() ? lines.next() : null;
            begin(first, second);
            while (lines.hasNext()) {
                add(lines.next());
                if (progress.isDue()) {
                    progress.live(String.format(Locale.ROOT, "%s: %,d rows", file, rows()));
                }
            }
            if (count == 0) {
                throw new FormatException(file + ": no rows, expected at least one below the line of names");
            }
        } catch (UncheckedIOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        } catch (CsvParseException e) {
            throw new FormatException(file + ": " + FormatException.quote(String.valueOf(e.getMessage()))
                    + ", expected comma-separated numbers");
        }
    }

    private int rows() {
        return count / inputs();
    }

    private int inputs() {
        return labelColumn < 0 ? columns : columns - 1;
    }

    /** The first two lines tell what the table looks like. */
    private void begin(CsvRecord first, @Nullable CsvRecord second) throws FormatException {
        columns = first.getFieldCount();
        String asked = options.labelColumn();
        boolean header = options.header() == null
                ? looksLikeNames(first, second)
                        || (asked != null
                                && !asked.matches(NUMBER)
                                && first.getFields().contains(asked))
                : options.header();
        if (header) {
            names = first.getFields().stream().map(String::strip).toList();
        }
        if (options.labelColumn() != null) {
            labelColumn = labelColumn(options.labelColumn());
        }
        if (inputs() < 1) {
            throw new FormatException(file + ": no column beside that of the labels, expected at least one");
        }
        if (!header) {
            add(first);
        } else if (options.header() == null) {
            progress.say(file + ": takes the first line for names (--header no if it is a row)");
        }
        if (second != null) {
            add(second);
        }
    }

    /** A text above a number is a name; a text above another text may be a label. */
    private static boolean looksLikeNames(CsvRecord first, @Nullable CsvRecord second) {
        for (int column = 0; column < first.getFieldCount(); column++) {
            String above = first.getField(column).strip();
            boolean text = !above.isEmpty() && Float.isNaN(Numbers.parse(above));
            if (text
                    && (second == null
                            || (column < second.getFieldCount()
                                    && !Float.isNaN(Numbers.parse(
                                            second.getField(column).strip()))))) {
                return true;
            }
        }
        return false;
    }

    private int labelColumn(String asked) throws FormatException {
        int named = names.indexOf(asked);
        if (named != names.lastIndexOf(asked)) {
            throw new FormatException(
                    file + ": columns " + (named + 1) + " and " + (names.lastIndexOf(asked) + 1) + " are both named "
                            + FormatException.quote(asked) + ", expected the number of the one with labels");
        }
        if (named >= 0) {
            return named;
        }
        if (asked.matches(NUMBER) && Integer.parseInt(asked) >= 1 && Integer.parseInt(asked) <= columns) {
            return Integer.parseInt(asked) - 1;
        }
        throw new FormatException(file + ": no column " + FormatException.quote(asked) + " for labels, expected "
                + (names.isEmpty() ? "" : "one of " + FormatException.quote(String.join(",", names)) + " or ")
                + "a number from 1 to " + columns);
    }

    private void add(CsvRecord line) throws FormatException {
        if (line.getFieldCount() != columns) {
            throw new FormatException(file + ": line " + line.getStartingLineNumber() + " has " + line.getFieldCount()
                    + " columns, expected " + columns);
        }
        if ((long) count + columns > values.length) {
            if ((long) count + columns > MAX_VALUES) {
                throw new FormatException(file + ": more than " + MAX_VALUES + " values, expected fewer");
            }
            values = Arrays.copyOf(values, (int) Math.min(MAX_VALUES, Math.max(count + (long) columns, 2L * count)));
        }
        for (int column = 0; column < columns; column++) {
            String field = line.getField(column).strip();
            if (column == labelColumn) {
                if (field.isEmpty()) {
                    throw new FormatException(cell(line, column) + " is empty, expected a label");
                }
                labels.add(field);
            } else {
                values[count++] = value(field, line, column);
            }
        }
    }

    private float value(String field, CsvRecord line, int column) throws FormatException {
        if (field.isEmpty()) {
            if (missing == null) {
                missing = cell(line, column);
            }
            return Float.NaN;
        }
        float value = Numbers.parse(field);
        if (!Float.isFinite(value)) {
            throw new FormatException(cell(line, column) + " is " + FormatException.quote(field)
                    + ", expected a finite number" + hint(field, line));
        }
        return value;
    }

    /** What the writer of such a field may not know. */
    private String hint(String field, CsvRecord line) {
        if (field.matches("(?i)nan|na|n/a|null|none|-|\\?")) {
            return "; a missing value is an empty field";
        }
        if (field.indexOf(';') >= 0 || field.indexOf('\t') >= 0) {
            return "; fields end at commas, not at semicolons or tabs, and decimals have a point";
        }
        if (labelColumn < 0
                && !names.isEmpty()
                && count <= columns) { // in the first row: not a slip but a column of text
            return "; --label-column says which column holds labels";
        }
        boolean guessed = options.header() == null && names.isEmpty();
        return guessed && line.getStartingLineNumber() == 1 ? "; --header yes if it is a name" : "";
    }

    private String cell(CsvRecord line, int column) {
        String name = names.isEmpty() ? "" : " (" + FormatException.quote(names.get(column)) + ")";
        return file + ": line " + line.getStartingLineNumber() + ", column " + (column + 1) + name;
    }

    private DataSplit split(String name) throws FormatException {
        float[] all = Arrays.copyOf(values, count);
        values = new float[0];
        int rows = all.length / inputs();
        // Numbers are needed to know the rows that are held out.
        Dataset labelled =
                labels.isEmpty() ? null : LabelNames.label(Dataset.ofPixels(name, new byte[rows], 1), labels);
        int[] numbers = labelled == null
                ? null
                : IntStream.range(0, rows).map(labelled::label).toArray();
        Imputation imputation = Missing.fillInPlace(file, all, inputs(), numbers, missing, options, progress);
        Dataset data = Dataset.ofFloats(name, all, inputs());
        if (labelled != null && numbers != null) {
            data = data.withLabels(numbers);
            data = labelled.labelNames().isEmpty() ? data : data.withLabelNames(labelled.labelNames());
        }
        List<String> features = new ArrayList<>(names);
        if (!names.isEmpty() && labelColumn >= 0) {
            features.remove(labelColumn);
        }
        return new DataSplit(name, data.withColumns(features), null, imputation);
    }
}
