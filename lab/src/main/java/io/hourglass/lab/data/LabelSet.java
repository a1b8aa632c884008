package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Some labels, as typed: {@code 9} or {@code 0-8} or {@code 1,3,5-7}.
 *
 * @param ranges at least one, as typed
 */
public record LabelSet(List<Range> ranges) {
    private static final Pattern FORM = Pattern.compile("\\d{1,9}(-\\d{1,9})?(,\\d{1,9}(-\\d{1,9})?)*");

    /**
     * Labels in a row.
     *
     * @param last not below the first
     */
    public record Range(int first, int last) {
        @Override
        public String toString() {
            return first == last ? "" + first : first + "-" + last;
        }
    }

    public LabelSet {
        ranges = List.copyOf(ranges);
    }

    /**
     * Reads what {@link #toString} prints.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static LabelSet parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "', expected labels such as 9 or 0-8 or 1,3,5-7");
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            Range range = new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
            if (range.last() < range.first()) {
                throw new IllegalArgumentException("labels " + part + ", expected the lower one first");
            }
            ranges.add(range);
        }
        return new LabelSet(ranges);
    }

    /** Whether a label is one of them. */
    public boolean contains(int label) {
        return ranges.stream().anyMatch(range -> range.first() <= label && label <= range.last());
    }

    /**
     * Which rows have one of these labels.
     *
     * @return [rows]
     * @throws FormatException if the data have no labels, or none of these
     */
    public boolean[] mark(Dataset data) throws FormatException {
        if (!data.hasLabels()) {
            throw new FormatException(data.name() + ": has no labels, expected some to find " + this + " among");
        }
        boolean[] marks = new boolean[data.rows()];
        boolean any = false;
        for (int row = 0; row < marks.length; row++) {
            marks[row] = contains(data.label(row));
            any |= marks[row];
        }
        if (!any) {
            throw new FormatException(data.name() + ": no row has a label of " + this);
        }
        return marks;
    }

    /**
     * The rows that have one of these labels, in their order.
     *
     * @throws FormatException if the data have no labels, or none of these
     */
    public Dataset select(Dataset data) throws FormatException {
        boolean[] marks = mark(data);
        return data.select(
                IntStream.range(0, marks.length).filter(row -> marks[row]).toArray());
    }

    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
    }
}
