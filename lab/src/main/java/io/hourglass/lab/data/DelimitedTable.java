package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Records.Line;
import io.hourglass.lab.data.TableOptions.Separator;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table as text: a line for each row, fields between separators, with or without a first line of names. Lines that
 * begin with # are comments. The first line may also be that of scikit-learn's own tables, which counts rows and
 * columns and names labels.
 */
final class DelimitedTable implements RawTable {
    private static final int HEAD = 100; // lines that the guesses look at
    private static final String COUNT = "[1-9]\\d{0,8}";

    private final TableFile file;
    private final TableOptions options;
    private final Progress progress;
    private final Separator separator;
    private List<Line> head = List.of();
    private List<String> names = List.of();
    private int width;

    /** Lines that come before the first row and are no comments. */
    private int skipped;

    private long claimed = -1;
    private List<String> labels = List.of();
    private boolean commentsTold;

    private DelimitedTable(TableFile file, TableOptions options, Progress progress) throws IOException {
        this.file = file;
        this.options = options;
        this.progress = progress;
        separator = options.separator() == null ? detect() : options.separator();
    }

    /**
     * Looks at the first lines of a table.
     *
     * @throws FormatException if there is none
     */
    static DelimitedTable open(TableFile file, TableOptions options, Progress progress) throws IOException {
        DelimitedTable table = new DelimitedTable(file, options, progress);
        table.begin();
        return table;
    }

    private void begin() throws IOException {
        Head read = head(separator);
        head = read.lines();
        if (head.isEmpty()) {
            throw new FormatException(file.label() + ": empty, expected rows of fields");
        }
        String[] first = head.get(0).fields();
        width = first.length;
        if (options.separator() == null && separator != Separator.COMMA) {
            progress.say(file.label() + ": fields are separated by " + separator.plural());
        }
        requireText(head.get(0));
        List<String[]> below = head.stream().skip(1).map(Line::fields).toList();
        if (!Boolean.TRUE.equals(options.header()) && countsRows(first, below)) {
            width = below.get(0).length;
            claimed = Long.parseLong(first[0].strip());
            labels = Arrays.stream(first).skip(2).map(String::strip).toList();
            skipped = 1;
            progress.say(file.label() + ": the first line counts " + claimed + " rows and " + (width - 1)
                    + " columns and names the labels in the last column: " + String.join(", ", labels));
            return;
        }
        if (options.header() == null ? guess(first, below, read.comments()) : options.header()) {
            names = Arrays.stream(first).map(DelimitedTable::name).toList();
            skipped = 1;
        }
    }

    /**
     * The first lines as a separator divides them.
     *
     * @param lines none if the text cannot be divided so
     */
    private record Head(List<Line> lines, List<Line> comments) {
        /** The number of fields of the first line; 0 if there is none. */
        int first() {
            return lines.isEmpty() ? 0 : lines.get(0).fields().length;
        }

        /** The number of fields of all lines; 0 if they differ. */
        int fields() {
            return lines.stream().allMatch(line -> line.fields().length == first()) ? first() : 0;
        }
    }

    private Head head(Separator by) throws IOException {
        List<Line> lines = new ArrayList<>();
        List<Line> comments = new ArrayList<>();
        try (Records records = Records.open(file, options, by)) {
            Line next = records.next();
            while (next != null && lines.size() <= HEAD) {
                (next.comment() ? comments : lines).add(next);
                next = records.next();
            }
        }
        return new Head(lines, comments);
    }

    /** The separator that gives all of the first lines the same number of fields, more than one. */
    private Separator detect() throws IOException {
        Head[] heads = new Head[Separator.values().length];
        for (Separator by : Separator.values()) {
            try {
                heads[by.ordinal()] = head(by);
            } catch (FormatException e) {
                heads[by.ordinal()] = new Head(List.of(), List.of());
            }
        }
        for (Separator by : List.of(Separator.TAB, Separator.SEMICOLON)) { // which are rare within fields
            if (heads[by.ordinal()].fields() > 1) {
                return by;
            }
        }
        int commas = heads[Separator.COMMA.ordinal()].fields();
        if (heads[Separator.BAR.ordinal()].fields() > Math.max(1, commas)) {
            return Separator.BAR;
        }
        if (commas > 1) {
            return Separator.COMMA;
        }
        if (isOfNumbers(heads[Separator.SPACE.ordinal()].lines())) {
            return Separator.SPACE;
        }
        // Lines differ. The message about that should count fields as a reader would.
        Separator most = Separator.COMMA;
        for (Separator by : List.of(Separator.SEMICOLON, Separator.TAB, Separator.BAR)) {
            most = heads[by.ordinal()].first() > heads[most.ordinal()].first() ? by : most;
        }
        return most;
    }

    /** Spaces are in so many texts that they only count as separators between numbers. */
    private static boolean isOfNumbers(List<Line> lines) {
        if (lines.isEmpty()) {
            return false;
        }
        int fields = lines.get(lines.size() - 1).fields().length;
        List<Line> below = lines.size() > 1 ? lines.subList(1, lines.size()) : lines;
        long numbers = below.stream()
                .flatMap(line -> Arrays.stream(line.fields()))
                .filter(field -> NumberStyle.of(field) != 0)
                .count();
        return fields > 1
                && below.stream().allMatch(line -> line.fields().length == fields)
                && 2 * numbers > (long) fields * below.size();
    }

    /** Whether the first line is scikit-learn's: the number of rows, that of columns but for the label, labels. */
    private static boolean countsRows(String[] first, List<String[]> below) {
        if (first.length < 3 || below.isEmpty() || !first[0].strip().matches(COUNT)) {
            return false;
        }
        int columns = below.get(0).length;
        return first[1].strip().equals(String.valueOf(columns - 1))
                && Arrays.stream(first)
                        .skip(2)
                        .allMatch(field -> !field.isBlank() && NumberStyle.of(field.strip()) == 0)
                && below.stream()
                        .allMatch(row -> row.length == columns && NumberStyle.of(row[columns - 1].strip()) != 0);
    }

    /**
     * A first line that contains all names that are asked for holds names; otherwise this guesses, and reports the
     * guess.
     */
    private boolean guess(String[] first, List<String[]> below, List<Line> comments) {
        List<String> fields = Arrays.stream(first).map(DelimitedTable::name).toList();
        List<String> asked = new ArrayList<>();
        if (options.known() != null) {
            asked.addAll(options.known().valueColumns());
        } else if (options.label() != null && !options.label().matches("\\d{1,7}")) {
            asked.add(options.label());
        }
        HeaderGuess guess = new HeaderGuess(first, below);
        if ((!asked.isEmpty() && fields.containsAll(asked)) || guess.isOfNames()) {
            progress.say(file.label() + ": reads the first line as column names (--header no if it is a row)");
            return true;
        }
        if (namesInComment(comments)) {
            progress.say(file.label() + ": reads the comment above the first row as column names");
        } else if (guess.isDoubtful()) {
            progress.note(file.label() + ": reads the first line as a row (--header yes if it holds column names)");
        }
        return false;
    }

    /** Takes names from a comment in the line above the first row, as numpy.savetxt writes them. */
    private boolean namesInComment(List<Line> comments) {
        for (Line comment : comments) {
            if (comment.line() + 1 == head.get(0).line()) {
                String[] fields = comment.fields()[0].strip().split(separator.pattern(), -1);
                if (fields.length == width
                        && width > 1
                        && new HeaderGuess(
                                        fields, head.stream().map(Line::fields).toList())
                                .isOfNames()) {
                    names = Arrays.stream(fields).map(DelimitedTable::name).toList();
                    return true;
                }
            }
        }
        return false;
    }

    /** A name without line breaks: model files store one name per line. */
    private static String name(String field) {
        return field.strip().replaceAll("[\\r\\n]+", " ");
    }

    /** Looks for the marks of a wrong encoding before it says where they are. */
    private void requireText(Line line) throws FormatException {
        for (int column = 0; column < line.fields().length; column++) {
            String field = line.fields()[column];
            if (field.indexOf('\ufffd') >= 0 || field.indexOf('\0') >= 0) {
                String named = names.isEmpty() ? "" : " (" + FormatException.quote(names.get(column)) + ")";
                file.requireText(
                        field.strip(), "line " + line.line() + ", column " + (column + 1) + named, options.encoding());
            }
        }
    }

    /** The separator of the fields. */
    Separator separator() {
        return separator;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int labelColumn() {
        return labels.isEmpty() ? -1 : width - 1;
    }

    @Override
    public String labelName(String label) {
        return label.matches("\\d{1,6}") && Integer.parseInt(label) < labels.size()
                ? labels.get(Integer.parseInt(label))
                : label;
    }

    @Override
    public long claimedRows() {
        return claimed;
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        long rows = 0;
        long comments = 0;
        try (Records lines = Records.open(file, options, separator)) {
            int toSkip = skipped;
            for (@Nullable Line next = lines.next(); next != null; next = lines.next()) {
                if (next.comment()) {
                    comments++;
                    continue;
                }
                if (toSkip-- > 0) {
                    continue;
                }
                if (next.fields().length != width) {
                    int taken = next.lines();
                    throw new FormatException(file.label() + ": line " + next.line() + " has " + next.fields().length
                            + " columns, expected " + width
                            + (taken == 1
                                    ? ""
                                    : "; a text in quotes reaches to line " + (next.line() + taken - 1)
                                            + ": is a quote missing or too many?"));
                }
                requireText(next);
                visitor.row(next.line(), next.fields());
                rows++;
                if (progress.isDue()) {
                    progress.live(String.format(Locale.ROOT, "%s: %,d rows", file.label(), rows));
                }
            }
        }
        if (rows == 0) {
            throw new FormatException(file.label() + ": no rows, expected at least one below the line of names");
        }
        if (comments > 0 && !commentsTold) {
            commentsTold = true;
            progress.say(file.label() + ": skipped " + comments + " comment line" + (comments == 1 ? "" : "s")
                    + ", which begin with #");
        }
    }
}
