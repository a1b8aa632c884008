package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows in time order, of one series or of several, such as the machines of a plant. Rows of different series may
 * alternate in the file; here, those of a series lie together, in their order, at <em>positions</em> 0, 1, ... A series
 * has a gap where an interval is much longer than usual, and windows never contain one.
 */
public final class TimeSeries {
    /** An interval of more than this many usual ones is a gap, unless the user says otherwise. */
    public static final double USUAL_GAP = 1.5;

    private static final int SHOWN_GAPS = 3;

    private final Rows rows;
    private final int columns;
    private final int[] order;
    private final double[] values;
    private final List<Group> groups = new ArrayList<>();
    private final boolean[] begins;
    private final List<String> gaps = new ArrayList<>();
    private int gapCount;

    /**
     * Rows as a file gives them.
     *
     * @param data the values, [rows][columns]
     * @param place what a place in the file is called, such as line
     * @param lines where each row is in the file, for messages
     * @param times null if the file has none: then its rows are in time order, at equal distances
     * @param groups the series that each row belongs to; null for a single one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Rows(
            Dataset data,
            String place,
            long[] lines,
            @Nullable Times times,
            @Nullable Texts groups) {}

    /**
     * When the rows were measured.
     *
     * @param column its name
     * @param texts as in the file, one per row
     * @param numbers the same to compare: seconds, or numbers of any unit
     * @param dates whether the numbers are seconds since 1970
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Times(String column, List<String> texts, double[] numbers, boolean dates) {}

    /**
     * The series that each row belongs to.
     *
     * @param column its name
     * @param texts one per row
     */
    public record Texts(String column, List<String> texts) {}

    /**
     * One series: the positions {@code from} to {@code to - 1}.
     *
     * @param name as in the file; empty if there is only one
     */
    public record Group(String name, int from, int to) {
        /** The number of its rows. */
        public int rows() {
            return to - from;
        }
    }

    private TimeSeries(Rows rows) {
        this.rows = rows;
        columns = rows.data().inputs();
        int count = rows.data().rows();
        Map<String, List<Integer>> byName = new LinkedHashMap<>();
        Texts names = rows.groups();
        if (names == null) {
            order = IntStream.range(0, count).toArray();
            groups.add(new Group("", 0, count));
        } else {
            for (int row = 0; row < count; row++) {
                byName.computeIfAbsent(names.texts().get(row), any -> new ArrayList<>())
                        .add(row);
            }
            order = new int[count];
            int at = 0;
            for (Map.Entry<String, List<Integer>> group : byName.entrySet()) {
                int from = at;
                for (int row : group.getValue()) {
                    order[at++] = row;
                }
                groups.add(new Group(group.getKey(), from, at));
            }
        }
        values = new double[count * columns];
        for (int position = 0; position < count; position++) {
            System.arraycopy(rows.data().doubles(order[position]), 0, values, position * columns, columns);
        }
        begins = new boolean[count];
    }

    /**
     * Puts rows into series, and looks for gaps.
     *
     * @param gap an interval of more than this many usual ones, the median of its series, is a gap; at least 1
     * @throws FormatException if a time is not later than the one before it in the same series; the message names both
     */
    public static TimeSeries of(Rows rows, double gap) throws FormatException {
        TimeSeries series = new TimeSeries(rows);
        for (Group group : series.groups) {
            series.begins[group.from()] = true;
            Times times = rows.times();
            if (times != null && group.rows() > 1) {
                series.requireOrder(times, group);
                series.findGaps(times, group, gap);
            }
        }
        return series;
    }

    private void requireOrder(Times times, Group group) throws FormatException {
        for (int position = group.from() + 1; position < group.to(); position++) {
            int before = order[position - 1];
            int row = order[position];
            if (!(times.numbers()[row] > times.numbers()[before])) {
                throw new FormatException(rows.data().name() + ": " + rows.place() + " " + rows.lines()[row] + ", "
                        + FormatException.quote(times.column()) + " is "
                        + FormatException.quote(times.texts().get(row)) + ", after "
                        + FormatException.quote(times.texts().get(before)) + " in " + rows.place() + " "
                        + rows.lines()[before]
                        + of(group) + ", expected a later time (sort the rows, or name the column that tells several "
                        + "series apart with --group-column)");
            }
        }
    }

    private static String of(Group group) {
        return group.name().isEmpty() ? "" : " of " + FormatException.quote(group.name());
    }

    private void findGaps(Times times, Group group, double gap) {
        double[] intervals = new double[group.rows() - 1];
        for (int i = 0; i < intervals.length; i++) {
            int position = group.from() + i;
            intervals[i] = times.numbers()[order[position + 1]] - times.numbers()[order[position]];
        }
        double[] sorted = intervals.clone();
        Arrays.sort(sorted);
        double usual = sorted[(sorted.length - 1) / 2]; // a value that occurs, not a mean of two
        for (int i = 0; i < intervals.length; i++) {
            if (intervals[i] > gap * usual) {
                int position = group.from() + i;
                begins[position + 1] = true;
                gapCount++;
                if (gaps.size() < SHOWN_GAPS) {
                    gaps.add("after " + FormatException.quote(times.texts().get(order[position])) + of(group) + " ("
                            + duration(intervals[i], times.dates()) + ", usually " + duration(usual, times.dates())
                            + ")");
                }
            }
        }
    }

    /** For instance {@code 5 min} or {@code 1.5 h}. */
    static String duration(double interval, boolean seconds) {
        double[] units = {86_400, 3_600, 60, 1};
        String[] names = {" d", " h", " min", " s"};
        int unit = 0;
        while (seconds && unit < 3 && interval < units[unit]) {
            unit++;
        }
        String text = String.format(Locale.ROOT, "%.2f", seconds ? interval / units[unit] : interval);
        return text.replaceFirst("\\.?0+$", "") + (seconds ? names[unit] : "");
    }

    /** Says how many gaps there are, and where the first are; empty if there are none. */
    public Optional<String> gaps() {
        return gapCount == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s: %,d gap%s, which no window crosses: %s%s",
                        rows.data().name(),
                        gapCount,
                        gapCount == 1 ? "" : "s",
                        String.join("; ", gaps),
                        gapCount > SHOWN_GAPS ? "; ..." : ""));
    }

    /** The rows in the order of the file. */
    public Dataset data() {
        return rows.data();
    }

    /** The file's name. */
    public String name() {
        return rows.data().name();
    }

    /** The number of rows. */
    public int rows() {
        return order.length;
    }

    /** The number of values of a row. */
    public int columns() {
        return columns;
    }

    /** The series, in the order in which they begin in the file. */
    public List<Group> groups() {
        return List.copyOf(groups);
    }

    /** The times; null if there are none. */
    public @Nullable Times times() {
        return rows.times();
    }

    /** The name of the column that tells the series apart; null if there is a single one. */
    public @Nullable String groupColumn() {
        Texts names = rows.groups();
        return names == null ? null : names.column();
    }

    /** The row of the file at a position. */
    public int row(int position) {
        return order[position];
    }

    /** The time at a position as text: as in the file or, if it has none, the number of the row. */
    public String time(int position) {
        Times times = rows.times();
        return times == null ? Integer.toString(order[position]) : times.texts().get(order[position]);
    }

    /** The time at a position as a number: seconds, or whatever the file's unit is, or the number of the row. */
    public double number(int position) {
        Times times = rows.times();
        return times == null ? order[position] : times.numbers()[order[position]];
    }

    /** A value at a position. */
    public double value(int position, int column) {
        return values[position * columns + column];
    }

    /** Whether the row before is not the one that was measured just before: another series, or a gap. */
    public boolean begins(int position) {
        return begins[position];
    }

    /**
     * The marked rows, for scalers and checksums, in the order of their positions.
     *
     * @param of marks positions, at least one
     */
    public Dataset select(boolean[] of) {
        int[] chosen = IntStream.range(0, of.length)
                .filter(position -> of[position])
                .map(position -> order[position])
                .toArray();
        return rows.data().select(chosen);
    }

    /**
     * Marks the last rows of each series, the most recent ones.
     *
     * @param fraction of the rows of each series, above 0 and below 1; at least one row, if the series has two
     */
    public boolean[] last(double fraction) {
        boolean[] last = new boolean[order.length];
        for (Group group : groups) {
            int kept = Math.max(1, DataSplit.kept(group.rows(), fraction));
            Arrays.fill(last, group.from() + kept, group.to(), true);
        }
        return last;
    }

    /**
     * The windows that lie entirely in marked rows. Windows of two disjoint sets of rows therefore never overlap. They
     * begin at equal distances, from the first row after a gap, an unmarked row or the beginning; the last one before
     * the next such place ends just there, so that long stretches are covered to the end.
     *
     * @param width rows of a window, at least 1
     * @param stride rows from the beginning of a window to that of the next, 1 to the width
     * @param of marks positions
     * @return empty if there is no stretch as long as a window
     */
    public Optional<Windows> windows(int width, int stride, boolean[] of) {
        IntStream.Builder starts = IntStream.builder();
        int from = 0;
        for (int position = 0; position <= order.length; position++) {
            boolean ends = position == order.length || begins[position] || !of[position];
            if (ends) {
                int last = position - width;
                for (int start = from; start <= last; start += stride) {
                    starts.add(start);
                    if (start < last && start + stride > last) {
                        starts.add(last);
                    }
                }
                from = position < order.length && !of[position] ? position + 1 : position;
            }
        }
        int[] all = starts.build().toArray();
        return all.length == 0
                ? Optional.empty()
                : Optional.of(new Windows(
                        name(), values, columns, width, all, rows.data().hasMissing()));
    }

    /** All windows. */
    public Optional<Windows> windows(int width, int stride) {
        boolean[] all = new boolean[order.length];
        Arrays.fill(all, true);
        return windows(width, stride, all);
    }

    /** Why there are no windows. */
    public FormatException tooShort(int width) {
        int longest = 0;
        for (int position = 0, from = 0; position < order.length; position++) {
            from = begins[position] ? position : from;
            longest = Math.max(longest, position + 1 - from);
        }
        return new FormatException(name() + ": too short for a window of " + width + " rows: the longest stretch "
                + "without a gap has " + longest + (longest == 1 ? " row" : " rows")
                + ", expected a smaller --window or a longer series");
    }

    /** For instance {@code pumps.csv: 2 series of 3 columns, 500 rows}. */
    @Override
    public String toString() {
        return name() + ": " + groups.size() + " series of " + columns + (columns == 1 ? " column, " : " columns, ")
                + order.length + " rows";
    }
}
