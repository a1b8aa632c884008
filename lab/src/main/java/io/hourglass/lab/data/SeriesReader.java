package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads the columns that make series of the rows of a table: their times, and which series they belong to. */
public final class SeriesReader {
    private SeriesReader() {}

    /** The options to read the values with: the columns of time and group are none of them. */
    public static ReadOptions values(ReadOptions options, WindowSettings settings) {
        return options.withTable(options.table()
                        .withSeries(new TableOptions.SeriesColumns(settings.timeColumn(), settings.groupColumn())))
                .withoutIndicators();
    }

    /**
     * Where the columns of time and group are.
     *
     * @param time index of the column; -1 for none
     * @param group the same
     */
    private record Keys(TableFile file, RawTable raw, int time, int group) {
        static Keys of(ReadOptions options, String spec) throws IOException {
            TableFile file = DataSource.tableFile(spec);
            RawTable raw = DataSource.open(file, options, Progress.silent());
            NamedColumns named =
                    NamedColumns.find(new ColumnList(file.label(), raw.names(), raw.width()), options.table());
            return new Keys(file, raw, named.time(), named.group());
        }
    }

    /**
     * Makes series of rows.
     *
     * @param rows as read with {@link #values}; missing values are NaN
     * @param spec where they come from, as for {@link DataSource#load}
     * @param options as {@link #values} gives them
     * @throws FormatException if a column is not there, a field of it is missing or no time, or a time is not later
     *     than the one before it in the same series
     * @throws IOException if the file cannot be read
     */
    public static TimeSeries read(DataSplit rows, String spec, ReadOptions options, WindowSettings settings)
            throws IOException {
        int count = rows.train().rows();
        String time = settings.timeColumn();
        String group = settings.groupColumn();
        if (time == null && group == null) {
            return TimeSeries.of(
                    new TimeSeries.Rows(
                            rows.train(), "row", LongStream.range(0, count).toArray(), null, null),
                    settings.gap());
        }
        Keys keys = Keys.of(options, spec);
        TableFile file = keys.file;
        RawTable raw = keys.raw;
        List<String> times = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        long[] lines = new long[count];
        int[] row = new int[1];
        raw.forEach((line, fields) -> {
            if (row[0] >= count) {
                throw new IOException(file.label() + ": changed while it was read");
            }
            lines[row[0]++] = line;
            if (time != null) {
                times.add(field(fields[keys.time], file, raw, line, time));
            }
            if (group != null) {
                groups.add(field(fields[keys.group], file, raw, line, group).intern());
            }
        });
        TimeSeries.Times read = time == null ? null : times(file, raw, time, times, lines);
        return TimeSeries.of(
                new TimeSeries.Rows(
                        rows.train(),
                        raw.place(),
                        lines,
                        read,
                        group == null ? null : new TimeSeries.Texts(group, groups)),
                settings.gap());
    }

    /**
     * Marks the rows whose time lies within ranges of time, bounds included. The rows may be in any order.
     *
     * @param options as {@link #values} gives them
     * @param column that holds the times
     * @param ranges first and last time of each, in the form of the column
     * @return [ranges][rows]
     * @throws FormatException if the column is not there, a time is missing or in another form than the others, or a
     *     range holds no row
     * @throws IOException if the file cannot be read
     */
    static boolean[][] within(String spec, ReadOptions options, String column, List<List<String>> ranges)
            throws IOException {
        Keys keys = Keys.of(options, spec);
        List<String> texts = new ArrayList<>();
        List<Long> lines = new ArrayList<>();
        keys.raw.forEach((line, fields) -> {
            texts.add(field(fields[keys.time], keys.file, keys.raw, line, column));
            lines.add(line);
        });
        int rows = texts.size();
        ranges.forEach(texts::addAll);
        Instants read = Instants.parse(texts);
        int odd = read.odd();
        if (odd >= rows) {
            throw new FormatException(keys.file.label() + ": an anomalous range begins or ends at "
                    + FormatException.quote(texts.get(odd)) + ", expected a time like those of the column "
                    + FormatException.quote(column) + ", such as " + FormatException.quote(texts.get(0)));
        }
        if (odd >= 0) {
            throw odd(keys.file, keys.raw, column, texts.get(odd), lines.get(odd));
        }
        boolean[][] within = new boolean[ranges.size()][rows];
        for (int i = 0; i < within.length; i++) {
            double first = read.numbers[rows + 2 * i];
            double last = read.numbers[rows + 2 * i + 1];
            boolean any = false;
            for (int row = 0; row < rows; row++) {
                within[i][row] = read.numbers[row] >= first && read.numbers[row] <= last;
                any |= within[i][row];
            }
            if (!any) {
                throw new FormatException(keys.file.label() + ": no row lies in the anomalous range from "
                        + FormatException.quote(texts.get(rows + 2 * i)) + " to "
                        + FormatException.quote(texts.get(rows + 2 * i + 1)) + ", expected at least one");
            }
        }
        return within;
    }

    private static String field(@Nullable String field, TableFile file, RawTable raw, long line, String column)
            throws FormatException {
        String text = field == null ? "" : field.strip();
        if (text.isEmpty()) {
            throw new FormatException(file.label() + ": " + raw.place() + " " + line + ", "
                    + FormatException.quote(column) + " is missing, expected a value in each row");
        }
        return text;
    }

    private static TimeSeries.Times times(TableFile file, RawTable raw, String column, List<String> texts, long[] lines)
            throws FormatException {
        Instants read = Instants.parse(texts);
        if (read.odd() >= 0) {
            throw odd(file, raw, column, texts.get(read.odd()), lines[read.odd()]);
        }
        return new TimeSeries.Times(column, texts, read.numbers(), read.dates());
    }

    private static FormatException odd(TableFile file, RawTable raw, String column, String text, long line) {
        return new FormatException(file.label() + ": " + raw.place() + " " + line + ", " + FormatException.quote(column)
                + " is " + FormatException.quote(text) + ", expected a date or a number, in the same form in all rows");
    }

    /**
     * Times as numbers.
     *
     * @param numbers seconds since 1970 if they are dates
     * @param odd the index of a text that is no time in the form of the others; -1 if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Instants(double[] numbers, boolean dates, int odd) {
        /** Numbers if all texts are numbers, otherwise dates in the first order that all of them fit. */
        static Instants parse(List<String> texts) {
            double[] numbers = texts.stream().mapToDouble(Numbers::parse).toArray();
            int odd = firstNaN(numbers);
            if (odd < 0) {
                return new Instants(numbers, false, -1);
            }
            for (DateStyle.Order order : DateStyle.Order.values()) {
                double[] seconds = texts.stream()
                        .mapToDouble(text -> DateStyle.parse(text, order))
                        .toArray();
                int other = firstNaN(seconds);
                if (other < 0) {
                    return new Instants(seconds, true, -1);
                }
                odd = Math.max(odd, other);
            }
            return new Instants(numbers, true, odd);
        }
    }

    /** The index of the first NaN; -1 if there is none. */
    private static int firstNaN(double[] numbers) {
        int at = 0;
        while (at < numbers.length && !Double.isNaN(numbers[at])) {
            at++;
        }
        return at < numbers.length ? at : -1;
    }
}
