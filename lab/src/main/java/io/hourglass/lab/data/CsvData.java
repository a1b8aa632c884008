package io.hourglass.lab.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tables of numbers as comma-separated text: one line per row, with or without a first line of names, with or without a
 * column of labels. An empty field is a missing value.
 */
final class CsvData {
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;
    private static final int FIRST_VALUES = 1 << 12;
    private static final int HEAD = 100; // lines that the guess looks at
    private static final int COUNTED = 5; // minimum number of rows for the note on columns that count rows
    private static final String NUMBER = "\\d{1,7}"; // number of a column

    private final Path file;
    private final ReadOptions options;
    private final Progress progress;
    private List<String> names = List.of();
    private int labelColumn = -1;
    private int columns;

    /**
     * For each column, the place of its value in a row; -1 for the column of labels and for columns that are not read.
     */
    private int[] places = new int[0];

    private int inputs;
    private double[] values = new double[FIRST_VALUES];
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
     * @throws FormatException if a line has another number of fields than the first, or a field is not a finite number,
     *     is empty without a rule for missing values, or is not text in the file's encoding; the message names file,
     *     line and column
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
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // add counts the fields and says where they differ
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .build(handler, file, options.encoding())) {
            Iterator<CsvRecord> lines = csv.iterator();
            if (!lines.hasNext()) {
                throw new FormatException(file + ": empty, expected rows of comma-separated numbers");
            }
            CsvRecord first = lines.next();
            List<CsvRecord> head = new ArrayList<>();
            while (head.size() < HEAD && lines.hasNext()) {
                head.add(lines.next());
            }
            begin(first, head);
            while (lines.hasNext()) {
                add(lines.next());
                if (progress.isDue()) {
                    progress.live(String.format(Locale.ROOT, "%s: %,d rows", file, count / inputs));
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

    /** The first lines determine the structure of the table. */
    private void begin(CsvRecord first, List<CsvRecord> head) throws FormatException {
        columns = first.getFieldCount();
        requireText(first);
        boolean header = options.header() == null ? guessHeader(first, head) : options.header();
        if (header) {
            names = first.getFields().stream().map(CsvData::name).toList();
        }
        if (options.labelColumn() != null) {
            labelColumn = labelColumn(options.labelColumn());
        }
        places = places();
        if (inputs < 1) {
            throw new FormatException(file + ": no column besides the labels, expected at least one");
        }
        if (!header) {
            add(first);
        }
        for (CsvRecord line : head) {
            add(line);
        }
    }

    /**
     * A first line that contains all names that are asked for holds names; otherwise this guesses, and reports the
     * guess.
     */
    private boolean guessHeader(CsvRecord first, List<CsvRecord> head) {
        List<String> fields = first.getFields().stream().map(CsvData::name).toList();
        String asked = options.labelColumn();
        boolean known = (asked != null && !asked.matches(NUMBER) && fields.contains(asked))
                || (!options.columns().isEmpty() && fields.containsAll(options.columns()));
        CsvHeader guess = new CsvHeader(first, head);
        boolean header = known || guess.isOfNames();
        if (header) {
            progress.say(file + ": reads the first line as column names (--header no if it is a row)");
        } else if (guess.isDoubtful()) {
            progress.note(file + ": reads the first line as a row (--header yes if it holds column names)");
        }
        return header;
    }

    /** A name without line breaks: model files store one name per line. */
    private static String name(String field) {
        return field.strip().replaceAll("[\\r\\n]+", " ");
    }

    private int[] places() throws FormatException {
        int[] all = new int[columns];
        if (names.isEmpty() || options.columns().isEmpty()) {
            for (int column = 0; column < columns; column++) {
                all[column] = column == labelColumn ? -1 : inputs++;
            }
            return all;
        }
        Arrays.fill(all, -1);
        int[] known = IntStream.range(0, columns)
                .filter(column -> column != labelColumn && options.columns().contains(names.get(column)))
                .toArray();
        // Names may be repeated if they are in the model's order.
        boolean inOrder = Arrays.stream(known).mapToObj(names::get).toList().equals(options.columns());
        for (String name : options.columns()) {
            int column = inOrder ? known[inputs] : names.indexOf(name);
            if (!inOrder && (column < 0 || column != names.lastIndexOf(name))) {
                throw new FormatException(file + ": " + (column < 0 ? "no column " : "more than one column ")
                        + FormatException.quote(name) + ", expected the columns that the model was trained on");
            }
            all[column] = inputs++;
        }
        List<String> extra = IntStream.range(0, columns)
                .filter(column -> all[column] < 0 && column != labelColumn)
                .mapToObj(names::get)
                .toList();
        if (!extra.isEmpty()) {
            progress.note(file + ": ignores " + extra.size() + (extra.size() == 1 ? " column" : " columns")
                    + " that the model does not know: " + FormatException.quote(String.join(", ", extra)));
        }
        return all;
    }

    private int labelColumn(String asked) throws FormatException {
        int named = names.indexOf(asked);
        if (named != names.lastIndexOf(asked)) {
            throw new FormatException(
                    file + ": columns " + (named + 1) + " and " + (names.lastIndexOf(asked) + 1) + " are both named "
                            + FormatException.quote(asked) + ", expected the number of the column with labels");
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
        requireText(line);
        if ((long) count + inputs > values.length) {
            if ((long) count + inputs > MAX_VALUES) {
                throw new FormatException(file + ": more than " + MAX_VALUES + " values, expected fewer");
            }
            values = Arrays.copyOf(values, (int) Math.min(MAX_VALUES, Math.max(count + (long) inputs, 2L * count)));
        }
        for (int column = 0; column < columns; column++) {
            String field = line.getField(column).strip();
            if (column == labelColumn) {
                if (field.isEmpty()) {
                    throw new FormatException(cell(line, column) + " is empty, expected a label");
                }
                labels.add(field);
            }
            if (places[column] >= 0) {
                values[count + places[column]] = value(field, line, column);
            }
        }
        count += inputs;
    }

    /** Bytes that are not valid in the encoding are read as the replacement character. */
    private void requireText(CsvRecord line) throws FormatException {
        for (int column = 0; column < line.getFieldCount(); column++) {
            if (line.getField(column).indexOf('\ufffd') >= 0) {
                throw new FormatException(cell(line, column) + " is "
                        + FormatException.quote(line.getField(column).strip()) + ", which is not valid "
                        + options.encoding().name() + ", expected valid text, or --encoding, such as windows-1252");
            }
        }
    }

    private double value(String field, CsvRecord line, int column) throws FormatException {
        if (field.isEmpty()) {
            if (missing == null) {
                missing = cell(line, column);
            }
            return Double.NaN;
        }
        double value = Numbers.parse(field);
        if (!Numbers.isUsable(value)) {
            throw new FormatException(cell(line, column) + " is " + FormatException.quote(field)
                    + ", expected "
                    + (Double.isFinite(value) ? "at most " + Float.MAX_VALUE : "a finite number" + hint(field, line)));
        }
        return value;
    }

    /** What to do about such a field. */
    private String hint(String field, CsvRecord line) {
        if (CsvHeader.isMissing(field)) {
            return "; a missing value is an empty field";
        }
        if (field.indexOf(';') >= 0 || field.indexOf('\t') >= 0) {
            return "; fields are separated by commas, not semicolons or tabs, and decimals have a point";
        }
        if (labelColumn < 0
                && !names.isEmpty()
                && count == 0) { // in the first row: a column of text rather than a single mistake
            return "; --label-column says which column holds labels";
        }
        boolean guessed = options.header() == null && names.isEmpty();
        return guessed && line.getStartingLineNumber() == 1 ? "; --header yes if it is a column name" : "";
    }

    private String cell(CsvRecord line, int column) {
        String name = names.isEmpty() ? "" : " (" + FormatException.quote(names.get(column)) + ")";
        return file + ": line " + line.getStartingLineNumber() + ", column " + (column + 1) + name;
    }

    private DataSplit split(String name) throws FormatException {
        String[] byPlace = new String[names.isEmpty() ? 0 : inputs];
        for (int column = 0; column < names.size(); column++) {
            if (places[column] >= 0) {
                byPlace[places[column]] = names.get(column);
            }
        }
        List<String> valueNames = new ArrayList<>(List.of(byPlace));
        if (options.columns().isEmpty()) {
            judgeCounts(valueNames);
        }
        double[] all = Arrays.copyOf(values, count);
        values = new double[0];
        BitSet gaps = new BitSet();
        for (int i = 0; i < all.length; i++) {
            if (Double.isNaN(all[i])) {
                gaps.set(i);
                all[i] = 0;
            }
        }
        Dataset data = Dataset.ofDoubles(name, all, inputs).withColumns(valueNames);
        data = labels.isEmpty() ? data : LabelNames.label(data, labels);
        DataSplit rows = new DataSplit(name, data, null, new Gaps(gaps, inputs), null, null);
        return Missing.settle(rows, missing, options, progress);
    }

    private int column(int place) {
        return IntStream.range(0, columns)
                .filter(column -> places[column] == place)
                .findFirst()
                .orElseThrow();
    }

    /** Leaves out an unnamed index, as pandas writes it, and notes other columns that only count the rows. */
    private void judgeCounts(List<String> valueNames) {
        if (inputs > 1
                && labelColumn != 0
                && !valueNames.isEmpty()
                && CsvHeader.isUnnamed(valueNames.get(0))
                && isIndex()) {
            for (int row = 0; row < count / inputs; row++) {
                System.arraycopy(values, row * inputs + 1, values, row * (inputs - 1), inputs - 1);
            }
            count -= count / inputs;
            inputs--;
            valueNames.remove(0);
            Arrays.setAll(places, column -> places[column] - 1);
            progress.note(file + ": ignores column 1, which numbers the rows and has no name");
        }
        for (int place = 0; place < inputs && count >= COUNTED * inputs; place++) {
            if (countsRows(place)) {
                progress.note(file + ": column " + (column(place) + 1)
                        + (valueNames.isEmpty() ? "" : " (" + FormatException.quote(valueNames.get(place)) + ")")
                        + " only counts the rows, but is used like any other column");
            }
        }
    }

    /** Whether the first values of all rows are different whole numbers. */
    private boolean isIndex() {
        double[] index = IntStream.range(0, count / inputs)
                .mapToDouble(row -> values[row * inputs])
                .sorted()
                .toArray();
        return IntStream.range(0, index.length)
                .allMatch(i -> index[i] == Math.rint(index[i]) && (i == 0 || index[i] > index[i - 1]));
    }

    private boolean countsRows(int place) {
        double first = values[place];
        return (first == 0 || first == 1)
                && IntStream.range(0, count / inputs).allMatch(row -> values[row * inputs + place] == first + row);
    }
}
