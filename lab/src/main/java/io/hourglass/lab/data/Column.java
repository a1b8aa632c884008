package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A column of a table: what its fields mean and which values a network gets for them. A number is one value. A category
 * has one value for each of its texts, 1 for the text of the row and 0 for the others, and one more for texts that the
 * training rows did not have. A date is the time in seconds since 1970 and, for each cycle that the training rows span
 * twice, the sine and cosine of where it is in the cycle. A column with gaps has one value more, its last: 1 if the
 * field is missing, otherwise 0 (a missing indicator).
 *
 * @param name empty if it has none
 * @param type what its fields mean
 * @param texts of a category, in the order of its values; of a constant column, its only text; otherwise empty
 * @param comma whether the decimal mark of its numbers is the comma, where a file does not show it
 * @param order of year, month and day of its dates, where a file does not show it
 * @param times whether its dates have a time of day
 * @param cycles of its dates
 * @param gaps whether so many fields of the training rows were missing that the network sees which are
 */
public record Column(
        String name,
        Type type,
        List<String> texts,
        boolean comma,
        DateStyle.Order order,
        boolean times,
        List<Cycle> cycles,
        boolean gaps) {
    /** The text of a missing field in a column that otherwise has a single text: whether it is there says something. */
    static final String EMPTY = "";

    /** The most texts of a category. */
    static final int MOST_TEXTS = 10_000;

    /** What the fields of a column mean. */
    public enum Type {
        /** Numbers. */
        NUMBER,
        /** One of a few texts. */
        CATEGORY,
        /** One of two texts that mean yes and no; otherwise a category. */
        YES_NO,
        /** Dates, with or without a time of day. */
        DATE,
        /** Labels, which are not trained on. */
        LABEL,
        /** Names of the rows, which are not trained on. */
        ID,
        /** The same text in all training rows, which is not trained on and written to every decoded row. */
        CONSTANT,
        /** Anything else, which is not trained on. */
        IGNORED;

        /** The name, as users read it. */
        public String label() {
            return this == YES_NO ? "yes/no" : Labels.of(this);
        }
    }

    /** Cycles of time. */
    public enum Cycle {
        DAY(86_400, 0, "HH:mm"),
        WEEK(7 * 86_400, 3 * 86_400, "EEE"), // 1 January 1970 was a Thursday; weeks begin on Monday
        YEAR(365.2425 * 86_400, 0, "d MMM");

        private final double seconds;
        private final double shift;
        private final DateTimeFormatter form;

        Cycle(double seconds, double shift, String form) {
            this.seconds = seconds;
            this.shift = shift;
            this.form = DateTimeFormatter.ofPattern(form, Locale.ENGLISH);
        }

        /** Its length in seconds. */
        double seconds() {
            return seconds;
        }

        /** Where a time is in its cycle, 0 to 1. */
        private double turns(double time) {
            double turns = (time + shift) / seconds;
            return turns - Math.floor(turns);
        }

        /**
         * The part of a time that belongs to the cycle: for instance 14:05, Tue or 30 Nov.
         *
         * @param time in seconds since 1970
         * @param times whether it may lie within a day
         */
        private String text(double time, boolean times) {
            int unit = !times ? 86_400 : this == DAY ? 60 : 1; // half a minute before midnight, it is not tomorrow
            return form.format(LocalDateTime.ofEpochSecond(unit * Math.round(time / unit), 0, ZoneOffset.UTC));
        }
    }

    /** What the value for a category's other texts is called. */
    private static final String OTHER = "(other)";

    public Column {
        texts = List.copyOf(texts);
        cycles = List.copyOf(cycles);
    }

    /** The same column with another name. */
    Column withName(String other) {
        return new Column(other, type, texts, comma, order, times, cycles, gaps);
    }

    /** The same column with a value that says whether a field is missing. */
    Column withGaps() {
        return new Column(name, type, texts, comma, order, times, cycles, true);
    }

    /** The same column with decimal commas. */
    Column withComma() {
        return new Column(name, type, texts, true, order, times, cycles, gaps);
    }

    /** A column without texts or dates. */
    static Column of(String name, Type type) {
        return new Column(name, type, List.of(), false, DateStyle.Order.YEAR_FIRST, false, List.of(), false);
    }

    /** Whether a network gets values of the column. */
    public boolean isUsed() {
        return values() > 0;
    }

    /** Whether it is a category, or yes and no. */
    public boolean isCategory() {
        return type == Type.CATEGORY || type == Type.YES_NO;
    }

    /** The number of values that a network gets for it. */
    public int values() {
        return gaps ? fieldValues() + 1 : fieldValues();
    }

    /** The same without the one that says whether the field is missing. */
    int fieldValues() {
        return switch (type) {
            case NUMBER -> 1;
            case CATEGORY, YES_NO -> texts.size() + 1;
            case DATE -> 1 + 2 * cycles.size();
            case LABEL, ID, CONSTANT, IGNORED -> 0;
        };
    }

    /**
     * The names of its values.
     *
     * @param shown the column's name, or its number
     */
    List<String> valueNames(String shown) {
        List<String> names = new ArrayList<>(fieldValueNames(shown));
        if (gaps) {
            names.add(missingName(shown));
        }
        return names;
    }

    /** The name of the value that says whether a field is missing. */
    static String missingName(String shown) {
        return shown + " missing";
    }

    /** Its texts as users read them: an empty one is {@code (empty)}. */
    public List<String> shownTexts() {
        return texts.stream().map(Column::shown).toList();
    }

    private static String shown(String text) {
        return text.equals(EMPTY) ? "(empty)" : text;
    }

    private List<String> fieldValueNames(String shown) {
        return switch (type) {
            case NUMBER -> List.of(shown);
            case CATEGORY, YES_NO ->
                Stream.concat(shownTexts().stream(), Stream.of(OTHER))
                        .map(text -> shown + "=" + text.replaceAll("[\\r\\n]+", " "))
                        .toList();
            case DATE -> {
                List<String> names = new ArrayList<>(List.of(shown));
                for (Cycle cycle : cycles) {
                    names.add(shown + " " + Labels.of(cycle) + " sin");
                    names.add(shown + " " + Labels.of(cycle) + " cos");
                }
                yield names;
            }
            case LABEL, ID, CONSTANT, IGNORED -> List.of();
        };
    }

    /** Writes the values of a missing field. */
    void putMissing(double[] values, int at) {
        Arrays.fill(values, at, at + fieldValues(), Double.NaN);
        if (gaps) {
            values[at + fieldValues()] = 1;
        }
    }

    /** Writes the values of a date. */
    void putTime(double seconds, double[] values, int at) {
        values[at] = seconds;
        for (int i = 0; i < cycles.size(); i++) {
            double angle = 2 * Math.PI * cycles.get(i).turns(seconds);
            values[at + 2 * i + 1] = StrictMath.sin(angle);
            values[at + 2 * i + 2] = StrictMath.cos(angle);
        }
    }

    /**
     * The field that a row of values stands for: of a category, the text with the largest value.
     *
     * @param at where the column's values begin
     */
    String field(double[] values, int at) {
        return switch (type) {
            case NUMBER -> Double.toString(values[at]);
            case CATEGORY, YES_NO -> {
                int most = 0;
                for (int text = 1; text < texts.size(); text++) {
                    most = values[at + text] > values[at + most] ? text : most;
                }
                yield texts.get(most);
            }
            case DATE -> DateStyle.format(values[at], times);
            case CONSTANT -> {
                String text = texts.get(0);
                double number = Double.isNaN(Numbers.parse(text)) ? NumberStyle.parse(text, comma) : Double.NaN;
                yield Double.isNaN(number) ? text : Double.toString(number); // as other numbers are written
            }
            case LABEL, ID, IGNORED -> "";
        };
    }

    /** The same for a row that was read, whose text the training rows may not have had. */
    String read(double[] values, int at) {
        return isCategory() && values[at + texts.size()] == 1 ? OTHER : field(values, at);
    }

    /**
     * What a row holds, and what a network expected. Of a date, that is the part that differs most: the whole date, a
     * time of day, a weekday, or a day of the year.
     *
     * @param row as it was read
     * @param expected as the network gave it
     * @param at where the column's values begin in both
     * @param part which of its values differs most, 0 for the first
     */
    List<String> compared(double[] row, double[] expected, int at, int part) {
        if (type == Type.DATE && part > 0) {
            Cycle cycle = cycles.get((part - 1) / 2);
            int sine = at + 2 * cycles.indexOf(cycle) + 1;
            double turns = StrictMath.atan2(expected[sine], expected[sine + 1]) / (2 * Math.PI) - cycle.turns(row[at]);
            String is = cycle.text(row[at], times);
            String should = cycle.text(row[at] + (turns - Math.rint(turns)) * cycle.seconds, times);
            if (!is.equals(should)) {
                return List.of(field(row, at) + (cycle == Cycle.WEEK ? " (" + is + ")" : ""), should);
            }
        }
        return List.of(shown(read(row, at)), shown(field(expected, at)));
    }

    /** The column as a model file states it. */
    record Stored(
            String name,
            String type,
            List<String> texts,
            boolean comma,
            String order,
            boolean times,
            List<String> cycles,
            boolean gaps) {
        Column read() throws FormatException {
            Type read = Labels.find(Type.class, type).orElseThrow(() -> damaged("type", type));
            boolean category = read == Type.CATEGORY || read == Type.YES_NO;
            if (texts.size() > MOST_TEXTS
                    || (category && texts.isEmpty())
                    || (read == Type.CONSTANT && texts.size() != 1)) {
                throw damaged("number of texts", String.valueOf(texts.size()));
            }
            List<Cycle> turns = new ArrayList<>();
            for (String cycle : cycles) {
                turns.add(Labels.find(Cycle.class, cycle).orElseThrow(() -> damaged("cycle", cycle)));
            }
            return new Column(
                    name,
                    read,
                    texts,
                    comma,
                    Labels.find(DateStyle.Order.class, order).orElseThrow(() -> damaged("order", order)),
                    times,
                    turns,
                    gaps);
        }

        private FormatException damaged(String what, String value) {
            return new FormatException(TableColumns.KEY + ": " + what + " of column " + FormatException.quote(name)
                    + " is " + FormatException.quote(value) + ", expected one that Hourglass writes");
        }
    }

    Stored stored() {
        return new Stored(
                name,
                Labels.of(type),
                texts,
                comma,
                Labels.of(order),
                times,
                cycles.stream().map(Labels::of).toList(),
                gaps);
    }
}
