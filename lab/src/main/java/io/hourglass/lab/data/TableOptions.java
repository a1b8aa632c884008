package io.hourglass.lab.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to read a table. Columns are given as typed: by name, or by number counted from 1; {@link #only} takes ranges of
 * both too.
 *
 * @param header whether the first line of a text holds column names; null to guess
 * @param encoding of a text that has no byte order mark
 * @param separator between the fields of a text; null to detect it
 * @param decimal the mark between whole part and decimals; null to find out from each column
 * @param missing words for missing values, besides {@link MissingWords#USUAL the usual ones}
 * @param label the column that holds labels; null for none
 * @param id the column that names the rows; null for none
 * @param categories columns to take as categories, although they hold numbers or very many different texts
 * @param ignored columns to leave out
 * @param only the columns to use, apart from label and id; empty for all
 * @param constants whether columns that are the same in all rows are kept, as in images
 * @param series the columns that make series of the rows, which are not trained on
 * @param known the columns of the model that the rows are for; null to infer the types
 */
public record TableOptions(
        @Nullable Boolean header,
        Charset encoding,
        @Nullable Separator separator,
        @Nullable Decimal decimal,
        List<String> missing,
        @Nullable String label,
        @Nullable String id,
        List<String> categories,
        List<String> ignored,
        List<String> only,
        boolean constants,
        SeriesColumns series,
        @Nullable TableColumns known) {

    /** The options if the user gives none. */
    public static final TableOptions DEFAULT = new TableOptions(
            null,
            StandardCharsets.UTF_8,
            null,
            null,
            List.of(),
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            false,
            SeriesColumns.NONE,
            null);

    /**
     * The columns that make series of rows.
     *
     * @param time when they were measured; null for none
     * @param group which series they belong to; null for none
     */
    public record SeriesColumns(
            @Nullable String time, @Nullable String group) {
        /** The rows are no series. */
        public static final SeriesColumns NONE = new SeriesColumns(null, null);
    }

    /** The mark between whole part and decimals of a number. */
    public enum Decimal {
        /** As in 1,234.5. */
        POINT,
        /** As in 1.234,5. */
        COMMA;

        /**
         * The mark that is meant by its name or by itself.
         *
         * @throws IllegalArgumentException for other text
         */
        public static Decimal parse(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "point", "." -> POINT;
                case "comma", "," -> COMMA;
                default -> throw new IllegalArgumentException("'" + text + "', expected point or comma");
            };
        }
    }

    /** What stands between the fields of a line. */
    public enum Separator {
        COMMA(',', "commas"),
        SEMICOLON(';', "semicolons"),
        TAB('\t', "tabs"),
        BAR('|', "vertical bars"),
        /** Any number of spaces and tabs, also at the beginning of a line. */
        SPACE(' ', "spaces");

        private final char mark;
        private final String plural;

        Separator(char mark, String plural) {
            this.mark = mark;
            this.plural = plural;
        }

        char mark() {
            return mark;
        }

        String plural() {
            return plural;
        }

        /** A regular expression for it. */
        String pattern() {
            return this == SPACE ? "[ \\t]+" : Pattern.quote(String.valueOf(mark));
        }

        /**
         * The separator that is meant by its name or by itself.
         *
         * @throws IllegalArgumentException for other text
         */
        public static Separator parse(String text) {
            for (Separator separator : values()) {
                if (text.equals(String.valueOf(separator.mark))
                        || text.equalsIgnoreCase(separator.name())
                        || (separator == TAB && text.equals("\\t"))) {
                    return separator;
                }
            }
            throw new IllegalArgumentException(
                    "'" + text + "', expected one of , ; | tab space (or comma, semicolon, bar)");
        }
    }

    /** An option that chooses columns; null if there is none. */
    @Nullable
    String columnOption() {
        if (label != null) {
            return "--label-column";
        }
        if (id != null) {
            return "--id";
        }
        return !categories.isEmpty()
                ? "--categories"
                : !ignored.isEmpty() ? "--ignore" : only.isEmpty() ? null : "--columns";
    }

    /** The same with or without names in the first line. */
    public TableOptions withHeader(@Nullable Boolean names) {
        return with(names, encoding, label, id, constants, series, known);
    }

    /** The same in another encoding. */
    public TableOptions withEncoding(Charset other) {
        return with(header, other, label, id, constants, series, known);
    }

    /** The same with a column of labels. */
    public TableOptions withLabel(@Nullable String column) {
        return with(header, encoding, column, id, constants, series, known);
    }

    /** The same with a column that names the rows. */
    public TableOptions withId(@Nullable String column) {
        return with(header, encoding, label, column, constants, series, known);
    }

    /** The same for a model's columns. */
    public TableOptions withKnown(@Nullable TableColumns columns) {
        return with(header, encoding, label, id, constants, series, columns);
    }

    /** The same for rows of series. */
    public TableOptions withSeries(SeriesColumns columns) {
        return with(header, encoding, label, id, constants, columns, known);
    }

    /** The same with columns that are the same in all rows. */
    public TableOptions withConstants() {
        return with(header, encoding, label, id, true, series, known);
    }

    private TableOptions with(
            @Nullable Boolean names,
            Charset text,
            @Nullable String labels,
            @Nullable String ids,
            boolean kept,
            SeriesColumns of,
            @Nullable TableColumns columns) {
        return new TableOptions(
                names, text, separator, decimal, missing, labels, ids, categories, ignored, only, kept, of, columns);
    }
}
