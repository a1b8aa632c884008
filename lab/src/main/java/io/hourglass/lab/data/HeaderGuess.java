package io.hourglass.lab.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Guesses whether a table's first line holds names. */
final class HeaderGuess {
    private static final MissingWords MISSING = new MissingWords(List.of());

    /** The fewest lines of text below a first line of text that show what it is. */
    private static final int ENOUGH = 5;

    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9]\\d{0,8}");

    /** Kinds of fields; a date counts as a number. */
    private enum Kind {
        NUMBER,
        MISSING,
        TEXT
    }

    private final String[] first;
    private final List<String[]> below;

    /** The column where the names begin: after an unnamed index, as pandas writes it. */
    private final int start;

    /**
     * The top of a table.
     *
     * @param below some of the lines below the first
     */
    HeaderGuess(String[] first, List<String[]> below) {
        this.first = first;
        this.below = below;
        start = first.length > 1 && isUnnamed(text(first, 0)) && isIndex() ? 1 : 0;
    }

    /**
     * Whether a name stands for an unnamed column: pandas calls its own index {@code Unnamed: 0} when it reads it.
     */
    static boolean isUnnamed(String name) {
        return name.isEmpty() || name.equals("Unnamed: 0");
    }

    /**
     * The guess. A line with a number is a row, unless its numbers count the columns. A line of text holds names if one
     * of them stands above a column of numbers, or if it differs from all text below. A missing value suggests a row.
     */
    boolean isOfNames() {
        boolean aboveNumbers = false;
        for (int column = start; column < first.length; column++) {
            switch (kind(text(first, column))) {
                case NUMBER -> {
                    return countsColumns();
                }
                case MISSING -> {
                    if (!isEmpty(column)) {
                        return false;
                    }
                }
                case TEXT -> aboveNumbers |= isOfNumbers(column);
            }
        }
        return aboveNumbers || differsFromTextBelow();
    }

    /**
     * Whether no field of a first line of text occurs again in its column, while most columns repeat theirs: then the
     * columns are categories and the line names them.
     */
    private boolean differsFromTextBelow() {
        int repeating = 0;
        for (int column = start; column < first.length; column++) {
            Set<String> values = new HashSet<>();
            for (String[] row : below) {
                values.add(text(row, column));
            }
            if (values.contains(text(first, column))) {
                return false;
            }
            repeating += 2 * values.size() <= below.size() ? 1 : 0;
        }
        return below.size() >= ENOUGH && 2 * repeating >= first.length - start;
    }

    /** Whether there is nothing below, as after a separator at the end of each line. */
    private boolean isEmpty(int column) {
        return !below.isEmpty()
                && below.stream().allMatch(row -> text(row, column).isEmpty());
    }

    /** Whether the first line, which does not hold names by this guess, may hold names after all. */
    boolean isDoubtful() {
        boolean plain = true;
        for (int column = 0; column < first.length; column++) {
            plain &= kind(text(first, column)) == Kind.NUMBER;
        }
        return !plain || (numbers().length > 1 && areConsecutive(numbers()));
    }

    /**
     * Whether the numbers of the first line are 0, 1, 2 and so on, as pandas names columns, or count from 1 or from a
     * year, above rows that do not: rows with fractions or, with more columns, numbers outside the range of the count.
     */
    private boolean countsColumns() {
        int[] columns = numbers();
        if (columns.length < 2 || !areConsecutive(columns) || below.isEmpty() || hasMissing()) {
            return false;
        }
        long least = Long.parseLong(text(first, columns[0]));
        long most = least + columns.length - 1;
        boolean fractions = false;
        boolean beyond = false;
        boolean continued = true;
        for (String[] row : below) {
            for (int column : columns) {
                String field = text(row, column);
                boolean whole = WHOLE.matcher(field).matches();
                long value = whole ? Long.parseLong(field) : 0;
                fractions |= !whole && kind(field) == Kind.NUMBER;
                beyond |= whole && (value < least || value > most);
                if (row == below.get(0)) {
                    continued &= whole && value == Long.parseLong(text(first, column)) + columns.length;
                }
            }
        }
        if (fractions) {
            return columns.length >= (least == 0 ? 2 : 3);
        }
        return beyond && !continued && (least == 0 || least == 1) && columns.length >= (least == 0 ? 3 : 5);
    }

    private boolean hasMissing() {
        for (int column = start; column < first.length; column++) {
            if (kind(text(first, column)) == Kind.MISSING) {
                return true;
            }
        }
        return false;
    }

    /** The columns that have a number in the first line. */
    private int[] numbers() {
        return IntStream.range(start, first.length)
                .filter(column -> kind(text(first, column)) == Kind.NUMBER)
                .toArray();
    }

    private boolean areConsecutive(int[] columns) {
        for (int i = 0; i < columns.length; i++) {
            String field = text(first, columns[i]);
            if (!WHOLE.matcher(field).matches()
                    || Long.parseLong(field) != Long.parseLong(text(first, columns[0])) + i) {
                return false;
            }
        }
        return true;
    }

    /** Whether everything below is a number or missing; true if there is nothing below. */
    private boolean isOfNumbers(int column) {
        boolean number = below.isEmpty();
        for (String[] row : below) {
            Kind kind = kind(text(row, column));
            if (kind == Kind.TEXT) {
                return false;
            }
            number |= kind == Kind.NUMBER;
        }
        return number;
    }

    /** Whether the first column holds different whole numbers, in the lines looked at. */
    private boolean isIndex() {
        Set<String> seen = new HashSet<>();
        return !below.isEmpty()
                && below.stream()
                        .map(row -> text(row, 0))
                        .allMatch(field -> WHOLE.matcher(field).matches() && seen.add(field));
    }

    private static Kind kind(String field) {
        if (MISSING.contains(field) || MissingWords.isMissingNumber(field)) {
            return Kind.MISSING;
        }
        return NumberStyle.of(field) == 0 && !DateStyle.isDate(field) ? Kind.TEXT : Kind.NUMBER;
    }

    private static String text(String[] line, int column) {
        return column < line.length ? line[column].strip() : "";
    }
}
