package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Infers the types of a table's columns from what they hold, what the file declares, and what the user says. */
final class ColumnTypes {
    /** The most different texts of a column that is taken as a category by itself. */
    static final int MOST_TEXTS = 300;

    /** So many different texts are a category however few rows there are. */
    private static final int FEW_TEXTS = 10;

    /** The fewest rows that show that a column is constant. */
    private static final int FEWEST_ROWS = 10;

    private static final Pattern PLAIN_NUMBER = Pattern.compile("[-+]?\\d{1,20}(\\.\\d{1,20})?");

    private static final List<Set<String>> YES_AND_NO = List.of(
            Set.of("yes", "no"),
            Set.of("y", "n"),
            Set.of("true", "false"),
            Set.of("t", "f"),
            Set.of("oui", "non"),
            Set.of("ja", "nein"),
            Set.of("si", "no"),
            Set.of("on", "off"));

    private final String label;
    private final RawTable raw;
    private final ColumnProfile[] profiles;
    private final TableOptions options;
    private final Progress progress;
    private final boolean lenient;
    private final NamedColumns named;
    private final int labelColumn;
    private final BitSet texts = new BitSet();

    /**
     * For a table.
     *
     * @param label what messages call the file
     * @param profiles of all columns
     * @param named the columns that the options name
     * @param lenient whether a column of numbers that holds text is left out with a note, rather than refused
     */
    ColumnTypes(
            String label,
            RawTable raw,
            ColumnProfile[] profiles,
            NamedColumns named,
            TableOptions options,
            Progress progress,
            boolean lenient) {
        this.lenient = lenient;
        this.label = label;
        this.raw = raw;
        this.profiles = profiles;
        this.options = options;
        this.progress = progress;
        this.named = named;
        labelColumn = named.label() >= 0 ? named.label() : raw.labelColumn();
    }

    /** The column of labels; -1 if there is none. */
    int labelColumn() {
        return labelColumn;
    }

    /** Whether a column is ignored because it has too many different texts. */
    boolean isOfText(int column) {
        return texts.get(column);
    }

    /**
     * The types of all columns.
     *
     * @throws FormatException if no column is left to train on, or a column of numbers holds text
     */
    TableColumns infer() throws FormatException {
        List<Column> all = new ArrayList<>();
        for (int column = 0; column < raw.width(); column++) {
            boolean index = column == 0 && raw.width() > 1 && isIndex(raw.names(), profiles[0]);
            if (column == labelColumn) {
                all.add(Column.of(name(column), Column.Type.LABEL));
            } else if (column == named.id()) {
                all.add(Column.of(name(column), Column.Type.ID));
            } else if (named.isLeftOut(column) || (index && !named.categories().get(0))) {
                if (!named.isLeftOut(column)) {
                    progress.note(label + ": ignores column 1, which numbers the rows and has no name");
                }
                all.add(Column.of(name(column), Column.Type.IGNORED));
            } else {
                all.add(infer(column));
            }
        }
        if (all.stream().noneMatch(Column::isUsed)) {
            keepConstants(all);
        }
        if (all.stream().noneMatch(Column::isUsed)) {
            boolean none = all.stream().allMatch(column -> column.type() == Column.Type.LABEL);
            int many = texts.cardinality();
            throw new FormatException(label + (none ? ": no column besides the labels" : ": no column to train on")
                    + ", expected at least one"
                    + (many == 0
                            ? ""
                            : "; " + many + (many == 1 ? " column holds" : " columns hold")
                                    + " too many different texts for a category (--categories takes them anyway)"));
        }
        return new TableColumns(all, !raw.names().isEmpty(), options.missing());
    }

    /** If nothing varies, nothing is left out: whoever trains on the rows says so. */
    private void keepConstants(List<Column> all) {
        for (int column = 0; column < all.size(); column++) {
            if (all.get(column).type() == Column.Type.CONSTANT && profiles[column].isOfNumbers()) {
                all.set(column, number(column));
            }
        }
    }

    /** A name, or none. */
    private String name(int column) {
        return raw.names().isEmpty() ? "" : raw.names().get(column);
    }

    private String place(int column) {
        return "column " + (column + 1)
                + (raw.names().isEmpty() ? "" : " (" + FormatException.quote(name(column)) + ")");
    }

    private String asked(int column) {
        return raw.names().isEmpty() || name(column).isEmpty() || name(column).indexOf(',') >= 0
                ? String.valueOf(column + 1)
                : name(column);
    }

    private Column infer(int column) throws FormatException {
        ColumnProfile profile = profiles[column];
        if (profile.example() == null) {
            return Column.of(name(column), Column.Type.IGNORED);
        }
        RawTable.Declared declared = raw.declared().isEmpty()
                ? RawTable.Declared.TEXT
                : raw.declared().get(column);
        boolean category = named.categories().get(column) || declared == RawTable.Declared.CATEGORY;
        if (profile.distinct().size() == 1 && profile.rows() >= FEWEST_ROWS && !options.constants()) {
            if (profile.missing(false) > 0) {
                String text = profile.distinct().iterator().next();
                return texts(column, Column.Type.CATEGORY, List.of(Column.EMPTY, text));
            }
            Column constant = texts(column, Column.Type.CONSTANT, List.copyOf(profile.distinct()));
            boolean comma =
                    profile.isOfNumbers() && (profile.showsComma() || (!profile.showsPoint() && commaElsewhere(false)));
            return comma ? constant.withComma() : constant;
        }
        if (category) {
            return category(column);
        }
        if (profile.isOfNumbers()) {
            return number(column);
        }
        if (profile.isMixed() || declared == RawTable.Declared.NUMBER) {
            if (!lenient) {
                throw new FormatException(mixed(column));
            }
            progress.note(mixed(column));
            return Column.of(name(column), Column.Type.IGNORED);
        }
        if (profile.isOfDates()) {
            return date(column);
        }
        int different = profile.distinct().size();
        boolean many = profile.hasMore()
                || different > MOST_TEXTS
                || (different > FEW_TEXTS && 2L * different > profile.present());
        if (many) {
            texts.set(column);
            return Column.of(name(column), Column.Type.IGNORED);
        }
        return category(column);
    }

    private Column texts(int column, Column.Type type, List<String> texts) {
        return new Column(name(column), type, texts, false, DateStyle.Order.YEAR_FIRST, false, List.of(), false);
    }

    private Column category(int column) throws FormatException {
        ColumnProfile profile = profiles[column];
        if (profile.hasMore()) {
            throw new FormatException(label + ": " + place(column) + " has more than " + ColumnProfile.MOST_COUNTED
                    + " different texts, expected fewer for a category");
        }
        List<String> texts = new ArrayList<>(profile.distinct());
        boolean numbers =
                texts.stream().allMatch(text -> PLAIN_NUMBER.matcher(text).matches());
        Comparator<String> alphabet = Comparator.naturalOrder();
        texts.sort(
                numbers
                        ? Comparator.<String, BigDecimal>comparing(BigDecimal::new)
                                .thenComparing(alphabet)
                        : alphabet);
        List<String> declared = raw.values(column);
        Set<String> lower = Set.copyOf(
                texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList());
        boolean yesNo = texts.size() == 2 && YES_AND_NO.contains(lower);
        return texts(
                column,
                yesNo ? Column.Type.YES_NO : Column.Type.CATEGORY,
                declared.containsAll(texts) ? declared : texts);
    }

    private Column number(int column) {
        return new Column(
                name(column),
                Column.Type.NUMBER,
                List.of(),
                comma(column),
                DateStyle.Order.YEAR_FIRST,
                false,
                List.of(),
                false);
    }

    private String mixed(int column) {
        ColumnProfile profile = profiles[column];
        String odd = FormatException.quote(profile.odd());
        String header = profile.oddLine() == 1 && raw.names().isEmpty() ? "; --header yes if it is a column name" : "";
        return label + ": " + raw.place() + " " + profile.oddLine() + ", " + place(column) + " is "
                + odd + ", expected a finite number"
                + (header.isEmpty()
                        ? "; if it stands for a missing value, --missing " + odd + "; --categories or --ignore "
                                + asked(column) + " otherwise"
                        : header);
    }

    private boolean comma(int column) {
        ColumnProfile profile = profiles[column];
        if (options.decimal() != null) {
            return options.decimal() == TableOptions.Decimal.COMMA;
        }
        if (profile.showsComma() || profile.showsPoint()) {
            return profile.showsComma();
        }
        String open = profile.undecided();
        boolean semicolons = raw instanceof DelimitedTable text && text.separator() == TableOptions.Separator.SEMICOLON;
        boolean comma = commaElsewhere(open != null && open.indexOf(',') >= 0 && semicolons);
        if (open != null && (open.indexOf(',') >= 0 || comma || semicolons)) {
            progress.note(label + ": " + place(column) + " holds " + FormatException.quote(open)
                    + ", which may have decimals or not: reads it as " + shown(NumberStyle.parse(open, comma))
                    + " (--decimal " + (comma ? "point" : "comma") + " for " + shown(NumberStyle.parse(open, !comma))
                    + ")");
        }
        return comma;
    }

    private static String shown(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** Whether the other columns have decimal commas; if none shows it, what is assumed. */
    boolean commaElsewhere(boolean assumed) {
        long commas = IntStream.range(0, profiles.length)
                .filter(column -> profiles[column].isOfNumbers() && profiles[column].showsComma())
                .count();
        long points = IntStream.range(0, profiles.length)
                .filter(column -> profiles[column].isOfNumbers() && profiles[column].showsPoint())
                .count();
        return commas == points ? assumed : commas > points;
    }

    private Column date(int column) {
        ColumnProfile profile = profiles[column];
        DateStyle.Order order = order(profile);
        if (order == DateStyle.Order.DAY_FIRST && profile.fits(DateStyle.Order.MONTH_FIRST)) {
            progress.note(label + ": " + place(column) + " may have the day or the month first, as in "
                    + FormatException.quote(String.valueOf(profile.example())) + ": reads the day first (--ignore "
                    + asked(column) + " leaves it out)");
        }
        double[] span = profile.span(order);
        List<Column.Cycle> cycles = new ArrayList<>();
        for (Column.Cycle cycle : Column.Cycle.values()) {
            boolean varies = cycle != Column.Cycle.DAY || profile.hasTimes();
            if (varies && span[1] - span[0] >= 2 * cycle.seconds()) {
                cycles.add(cycle);
            }
        }
        return new Column(name(column), Column.Type.DATE, List.of(), false, order, profile.hasTimes(), cycles, false);
    }

    /** The first order that all dates fit. */
    static DateStyle.Order order(ColumnProfile profile) {
        for (DateStyle.Order order : DateStyle.Order.values()) {
            if (profile.fits(order)) {
                return order;
            }
        }
        return DateStyle.Order.YEAR_FIRST;
    }

    /** Whether the first column is an index without a name, as pandas writes it: different whole numbers. */
    static boolean isIndex(List<String> names, ColumnProfile first) {
        return !names.isEmpty() && HeaderGuess.isUnnamed(names.get(0)) && first.differ();
    }
}
