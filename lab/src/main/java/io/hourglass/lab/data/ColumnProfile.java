package io.hourglass.lab.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the fields of one column look like, found by reading them all once. It keeps few of them. */
final class ColumnProfile {
    /** The most different texts that are counted. */
    static final int MOST_COUNTED = 1000;

    private final MissingWords missingWords;
    private final Set<String> texts;
    private final Set<String> distinct = new HashSet<>(2);
    private boolean more;
    private boolean differ = true;
    private @Nullable String example;
    private long rows;
    private long missing;
    private long missingNumbers;
    private long numbers;
    private long dates;
    private boolean times;

    /** For each order of year, month and day, the earliest and latest time; NaN if a date does not fit it. */
    private double @Nullable [] spans;

    private long points;
    private long commas;
    private long ambiguous;
    private boolean whole = true;
    private @Nullable String ambiguousField;
    private @Nullable String text;
    private long textLine;
    private @Nullable String conflict;
    private long conflictLine;
    private boolean counts = true;
    private double first;

    /** All numbers, if the column may be an index; otherwise empty. */
    private double[] index;

    /**
     * For a column.
     *
     * @param texts words that are texts in this column, even if they stand for missing values elsewhere
     * @param mayBeIndex whether to find out if its numbers all differ, which takes memory
     */
    ColumnProfile(MissingWords missingWords, Collection<String> texts, boolean mayBeIndex) {
        this.missingWords = missingWords;
        this.texts = Set.copyOf(texts);
        index = new double[mayBeIndex ? 64 : 0];
    }

    /** Adds the field of a row, without surrounding spaces; null if the row has none. */
    void add(@Nullable String field, long line) {
        rows++;
        if (field == null || (missingWords.contains(field) && !texts.contains(field))) {
            missing++;
            counts = false;
            return;
        }
        if (example == null) {
            example = field;
        }
        if (!more) {
            differ &= distinct.add(field);
            more = distinct.size() > MOST_COUNTED;
        }
        int style = NumberStyle.of(field);
        if (style != 0) {
            number(field, style, line);
        } else if (MissingWords.isMissingNumber(field)) {
            missingNumbers++;
        } else {
            if (text == null && date(field)) {
                dates++;
                times |= DateStyle.hasTime(field);
            } else if (text == null) {
                text = field;
                textLine = line;
            }
        }
    }

    private boolean date(String field) {
        double[] all = spans;
        if (all == null) {
            all = new double[2 * DateStyle.Order.values().length];
            for (int i = 0; i < all.length; i += 2) {
                all[i] = Double.POSITIVE_INFINITY;
                all[i + 1] = Double.NEGATIVE_INFINITY;
            }
        }
        boolean fits = false;
        for (DateStyle.Order order : DateStyle.Order.values()) {
            int at = 2 * order.ordinal();
            double time = Double.isNaN(all[at]) ? Double.NaN : DateStyle.parse(field, order);
            all[at] = Math.min(all[at], time);
            all[at + 1] = Math.max(all[at + 1], time);
            fits |= !Double.isNaN(time);
        }
        spans = fits ? all : spans;
        return fits;
    }

    private void number(String field, int style, long line) {
        numbers++;
        if ((style & NumberStyle.WHOLE) == 0) {
            counts = false;
        } else if (counts || index.length > 0) {
            double value = Numbers.parse(field);
            first = rows == 1 ? value : first;
            counts &= (first == 0 || first == 1) && value == first + rows - 1;
            if (index.length > 0) {
                index = rows <= index.length ? index : Arrays.copyOf(index, 2 * index.length);
                index[(int) rows - 1] = value;
            }
        }
        whole &= (style & NumberStyle.WHOLE) != 0;
        boolean point = (style & NumberStyle.POINT) != 0;
        boolean comma = (style & NumberStyle.COMMA) != 0;
        if ((style & NumberStyle.AMBIGUOUS) != 0) {
            ambiguous++;
            ambiguousField = ambiguousField == null ? field : ambiguousField;
        } else if (point != comma) {
            if (conflict == null && (point ? commas : points) > 0) {
                conflict = field;
                conflictLine = line;
            }
            points += point ? 1 : 0;
            commas += comma ? 1 : 0;
        }
    }

    long rows() {
        return rows;
    }

    /** The number of missing values, if the column is of numbers or dates, or of text. */
    long missing(boolean ofNumbers) {
        return missing + (ofNumbers ? missingNumbers : 0);
    }

    /** The number of fields that are not missing. */
    long present() {
        return rows - missing;
    }

    /** The different fields that are not missing; incomplete if there are more than {@value #MOST_COUNTED}. */
    Set<String> distinct() {
        return distinct;
    }

    /** Whether there are more than {@value #MOST_COUNTED} different fields. */
    boolean hasMore() {
        return more;
    }

    /** Whether no field is missing, and all of them, or the first {@value #MOST_COUNTED}, differ. */
    boolean textsDiffer() {
        return differ && missing == 0;
    }

    /** The first field that is not missing; null if all are. */
    @Nullable
    String example() {
        return example;
    }

    /** Whether all fields that are not missing are numbers, with the same decimal mark. */
    boolean isOfNumbers() {
        return numbers > 0 && numbers + missingNumbers == present() && conflict == null;
    }

    /** Whether most fields that are not missing are numbers, but not all, or not with the same decimal mark. */
    boolean isMixed() {
        return !isOfNumbers() && 2 * (numbers + missingNumbers) >= present() && numbers > 0;
    }

    /** The first field that keeps a mixed column from being one of numbers. */
    String odd() {
        return text != null ? text : conflict != null ? conflict : String.valueOf(example);
    }

    /** The line of {@link #odd}. */
    long oddLine() {
        return text != null ? textLine : conflictLine;
    }

    /** Whether all fields that are not missing are dates, in one order of year, month and day. */
    boolean isOfDates() {
        return dates > 0 && dates + missingNumbers == present();
    }

    /** Whether the column's dates fit an order. */
    boolean fits(DateStyle.Order order) {
        return spans != null && !Double.isNaN(spans[2 * order.ordinal()]);
    }

    /** The earliest and latest time in that order, in seconds since 1970. */
    double[] span(DateStyle.Order order) {
        return spans == null
                ? new double[] {Double.NaN, Double.NaN}
                : Arrays.copyOfRange(spans, 2 * order.ordinal(), 2 * order.ordinal() + 2);
    }

    /** Whether a date has a time of day. */
    boolean hasTimes() {
        return times;
    }

    /** Whether all numbers are whole, written with digits only. */
    boolean isWhole() {
        return whole && numbers > 0;
    }

    /** Whether the numbers are 0, 1, 2, ... or 1, 2, 3, ... */
    boolean countsRows() {
        return counts && numbers == rows;
    }

    /** Whether the numbers of an index are whole and all differ. */
    boolean differ() {
        if (index.length == 0 || numbers != rows || !whole) {
            return false;
        }
        double[] sorted = Arrays.copyOf(index, (int) rows);
        Arrays.sort(sorted);
        return IntStream.range(1, sorted.length).allMatch(i -> sorted[i] > sorted[i - 1]);
    }

    /** Whether numbers show that the decimal mark is the point. */
    boolean showsPoint() {
        return points > 0;
    }

    /** Whether numbers show that the decimal mark is the comma. */
    boolean showsComma() {
        return commas > 0;
    }

    /** A number that may be read in two ways, if nothing in the column shows which one is meant; otherwise null. */
    @Nullable
    String undecided() {
        return points == 0 && commas == 0 ? ambiguousField : null;
    }
}
