package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Some labels, as typed: {@code 9} or {@code 0-8} or {@code 1,3,5-7} or, where they have names, {@code shoe,bag}.
 *
 * @param parts labels or ranges of labels, at least one, none empty
 */
public record LabelSet(List<String> parts) {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    public LabelSet {
        parts = List.copyOf(parts);
    }

    /**
     * Reads what {@link #toString} prints.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static LabelSet parse(String text) {
        List<String> parts = List.of(text.split(",", -1));
        if (parts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("'" + text + "', expected labels such as 9 or 0-8 or 1,3,5-7");
        }
        return new LabelSet(parts);
    }

    /** Whether a label of these data is one of them. */
    public boolean contains(Dataset data, int label) {
        String name = data.labelName(label);
        return parts.stream()
                .anyMatch(part -> part.equals(name) || (data.labelNames().isEmpty() && isIn(part, label)));
    }

    private static boolean isIn(String part, int label) {
        Matcher range = RANGE.matcher(part);
        return range.matches()
                && Integer.parseInt(range.group(1)) <= label
                && label <= Integer.parseInt(range.group(2));
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
            marks[row] = contains(data, data.label(row));
            any |= marks[row];
        }
        if (!any) {
            throw new FormatException(data.name() + ": no row has a label of " + this);
        }
        return marks;
    }

    /**
     * The numbers of the rows that have one of these labels, in their order.
     *
     * @throws FormatException if the data have no labels, or none of these
     */
    int[] rows(Dataset data) throws FormatException {
        boolean[] marks = mark(data);
        return IntStream.range(0, marks.length).filter(row -> marks[row]).toArray();
    }

    @Override
    public String toString() {
        return String.join(",", parts);
    }
}
