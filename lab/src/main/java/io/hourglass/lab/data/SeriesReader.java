package io.hourglass.lab.data;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads the columns that make series of the rows of a table: their times, and which series they belong to. */
public final class SeriesReader {
    private SeriesReader() {}

    /**
     * The options to read the values with: the columns of time and group are none of them.
     *
     * @param spec where the rows come from, as for {@link DataSource#load}
     * @throws FormatException if one of the two columns is not there
     * @throws IOException if the file cannot be read
     */
    public static ReadOptions values(ReadOptions options, String spec, WindowSettings settings) throws IOException {
        List<String> ignored = new ArrayList<>(options.table().ignored());
        if (settings.timeColumn() != null || settings.groupColumn() != null) {
            Keys keys = Keys.of(options, spec, settings);
            IntStream.of(keys.time, keys.group)
                    .filter(column -> column >= 0)
                    .forEach(column -> ignored.add(Integer.toString(column + 1)));
        }
        return options.withTable(options.table().withIgnored(ignored)).withoutIndicators();
    }

    /**
     * Where the columns of time and group are.
     *
     * @param time index of the column; -1 for none
     * @param group the same
     */
    private record Keys(TableFile file, RawTable raw, int time, int group) {
        static Keys of(ReadOptions options, String spec, WindowSettings settings) throws IOException {
            TableFile file = DataSource.tableFile(spec);
            RawTable raw = DataSource.open(file, options, Progress.silent());
            ColumnList list = new ColumnList(file.label(), raw.names(), raw.width());
            String time = settings.timeColumn();
            String group = settings.groupColumn();
            return new Keys(
                    file,
                    raw,
                    time == null ? -1 : list.find(time, "with the time"),
                    group == null ? -1 : list.find(group, "that tells series apart"));
        }
    }

    /**
     * Makes series of rows.
     *
     * @param rows as read with {@link #values}; missing values are NaN
     * @param spec where they come from, as for {@link DataSource#load}
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
        Keys keys = Keys.of(options, spec, settings);
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

    private static String field(@Nullable String field, TableFile file, RawTable raw, long line, String column)
            throws FormatException {
        String text = field == null ? "" : field.strip();
        if (text.isEmpty()) {
            throw new FormatException(file.label() + ": " + raw.place() + " " + line + ", "
                    + FormatException.quote(column) + " is missing, expected a value in each row");
        }
        return text;
    }

    /** Numbers if all fields are numbers, otherwise dates in the first order that all of them fit. */
    private static TimeSeries.Times times(TableFile file, RawTable raw, String column, List<String> texts, long[] lines)
            throws FormatException {
        double[] numbers = texts.stream().mapToDouble(Numbers::parse).toArray();
        int odd = odd(numbers);
        if (odd < 0) {
            return new TimeSeries.Times(column, texts, numbers, false);
        }
        for (DateStyle.Order order : DateStyle.Order.values()) {
            double[] seconds = texts.stream()
                    .mapToDouble(text -> DateStyle.parse(text, order))
                    .toArray();
            int other = odd(seconds);
            if (other < 0) {
                return new TimeSeries.Times(column, texts, seconds, true);
            }
            odd = Math.max(odd, other);
        }
        throw new FormatException(file.label() + ": " + raw.place() + " " + lines[odd] + ", "
                + FormatException.quote(column) + " is " + FormatException.quote(texts.get(odd))
                + ", expected a date or a number, in the same form in all rows");
    }

    /** The index of the first NaN; -1 if there is none. */
    private static int odd(double[] numbers) {
        int at = 0;
        while (at < numbers.length && !Double.isNaN(numbers[at])) {
            at++;
        }
        return at < numbers.length ? at : -1;
    }

    /**
     * The names of the columns of a model of windows or, if it has none, their numbers from 0.
     *
     * @throws FormatException if the model's text is damaged
     */
    public static List<String> columns(Autoencoder model) throws FormatException {
        List<String> names = TableColumns.of(model).valueNames();
        return names.isEmpty()
                ? IntStream.range(0, WindowSettings.valuesOfRow(model))
                        .mapToObj(Integer::toString)
                        .toList()
                : names;
    }
}
