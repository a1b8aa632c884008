package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table in two passes: the first finds out what the columns hold, the second turns their fields into values.
 * No text of a column of numbers is kept in between, so a table takes no more memory than its values.
 */
final class TableReader {
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;
    private static final int FEWEST_IDS = 20; // rows

    /** From this share of missing fields on, the network sees which they are ({@code docs/notebook/defaults.md}). */
    private static final double MANY_MISSING = 0.2;

    private static final Pattern ID_NAME =
            Pattern.compile("(?i)(^|[^a-z])(id|nr|no|key|code|number|uuid|index)s?$|[a-z]I[Dd]$");

    private final TableFile file;
    private final RawTable raw;
    private final TableOptions options;
    private final Progress progress;
    private final MissingWords missingWords;
    private final ColumnProfile[] profiles;

    /** The texts that the file declares for each column; empty if it declares none. */
    private final List<Set<String>> declared;

    /** For each column of the file, how its fields become values; null if they do not. */
    private final @Nullable Filler[] fillers;

    private final ColumnList list;
    private final NamedColumns named;
    private int labelColumn = -1;
    private int idColumn = -1;
    private int missing; // fields
    private @Nullable String firstMissing;
    private final BitSet ofText = new BitSet();
    private final UnseenTexts unseen = new UnseenTexts();
    private boolean lenient;

    private TableReader(TableFile file, RawTable raw, TableOptions options, Progress progress) throws FormatException {
        this.file = file;
        this.raw = raw;
        this.options = options;
        this.progress = progress;
        List<String> words = new ArrayList<>(options.missing());
        if (options.known() != null) {
            words.addAll(options.known().missing());
        }
        missingWords = new MissingWords(words);
        profiles = new ColumnProfile[raw.width()];
        declared = IntStream.range(0, raw.width())
                .<Set<String>>mapToObj(column -> new HashSet<>(raw.values(column)))
                .toList();
        fillers = new Filler[raw.width()];
        list = new ColumnList(file.label(), raw.names(), raw.width());
        named = NamedColumns.find(list, options);
    }

    /**
     * Reads a table.
     *
     * @param name of the rows
     * @throws OptionsException if the options name a column for two purposes
     * @throws FormatException if the options name a column that is not there, a row has another number of fields than
     *     the first, a field is not what its column holds, or a value is missing without a rule for missing values; the
     *     message names file, line and column
     * @throws IOException if it cannot be read
     */
    static DataSplit read(String name, TableFile file, RawTable raw, ReadOptions options, Progress progress)
            throws IOException {
        TableReader reader = new TableReader(file, raw, options.table(), progress);
        reader.profile();
        TableColumns known = options.table().known();
        if (known != null) {
            DataSplit rows = reader.fill(name, reader.match(known));
            options.settleMissing(name, reader.missing, reader.firstMissing, progress);
            return rows;
        }
        TableColumns columns = reader.infer(options.imputation() != null && options.indicators());
        DataSplit rows = reader.fill(name, columns);
        ColumnTable table = reader.describe(columns, rows.train());
        table.brief().forEach(progress::say);
        table.notes().forEach(progress::note);
        options.settleMissing(name, reader.missing, reader.firstMissing, progress);
        return rows;
    }

    /**
     * Says what a table's columns hold.
     *
     * @throws IOException as {@link #read}, but a column of numbers may hold text, and values may be missing
     */
    static ColumnTable describe(TableFile file, RawTable raw, TableOptions options, Progress progress)
            throws IOException {
        TableReader reader = new TableReader(file, raw, options, progress);
        reader.lenient = true;
        reader.profile();
        TableColumns columns = reader.infer(false);
        return reader.describe(columns, reader.fill("", columns).train());
    }

    /** The first pass. */
    private void profile() throws IOException {
        for (int column = 0; column < profiles.length; column++) {
            boolean unnamed = column == 0
                    && !raw.names().isEmpty()
                    && HeaderGuess.isUnnamed(raw.names().get(0));
            profiles[column] = new ColumnProfile(missingWords, raw.values(column), unnamed);
        }
        long[] rows = new long[1];
        raw.forEach((line, fields) -> {
            for (int column = 0; column < profiles.length; column++) {
                @Nullable String field = fields[column];
                @Nullable String stripped = field == null ? null : field.strip();
                profiles[column].add(stripped, line);
                if (stripped != null && !declared.get(column).isEmpty()) {
                    requireDeclared(stripped, line, column);
                }
            }
            rows[0]++;
        });
        if (raw.claimedRows() >= 0 && raw.claimedRows() != rows[0]) {
            throw new FormatException(file.label() + ": line 1 counts " + raw.claimedRows() + " rows, but " + rows[0]
                    + " follow, expected as many, or --header yes if it holds column names");
        }
    }

    /**
     * Decides what each column is, from what it holds and what the user says.
     *
     * @param imputed whether the network takes missing values
     */
    private TableColumns infer(boolean imputed) throws FormatException {
        ColumnTypes types = types();
        TableColumns columns = types.infer();
        if (imputed) {
            columns = columns.withGaps(this::hasMany);
        }
        for (int column = 0; column < raw.width(); column++) {
            ofText.set(column, types.isOfText(column));
        }
        labelColumn = types.labelColumn();
        idColumn = named.id();
        int[] places = columns.places();
        for (int column = 0; column < fillers.length; column++) {
            Column typed = columns.all().get(column);
            if (typed.isUsed()) {
                fillers[column] = new Filler(column, typed, places[column], typed.comma(), typed.order());
            }
        }
        return columns;
    }

    private boolean hasMany(int column, Column typed) {
        ColumnProfile profile = profiles[column];
        return !typed.texts().contains(Column.EMPTY)
                && profile.missing(!typed.isCategory()) >= MANY_MISSING * profile.rows();
    }

    private ColumnTypes types() {
        return new ColumnTypes(file.label(), raw, profiles, named, options, progress, lenient);
    }

    /** Takes the columns of a model. */
    private TableColumns match(TableColumns known) throws FormatException {
        ColumnMatch match = ColumnMatch.of(list, named, known, ColumnTypes.isIndex(raw.names(), profiles[0]), progress);
        labelColumn = match.label();
        idColumn = match.id();
        boolean fileComma = types().commaElsewhere(false);
        int[] places = known.places();
        for (int i = 0; i < match.chosen().length; i++) {
            Column column = known.all().get(i);
            int chosen = match.chosen()[i];
            if (chosen >= 0 && (column.isUsed() || column.type() == Column.Type.CONSTANT)) {
                ColumnProfile profile = profiles[chosen];
                boolean comma = options.decimal() != null
                        ? options.decimal() == TableOptions.Decimal.COMMA
                        : profile.showsComma()
                                || (!profile.showsPoint()
                                        && (profile.undecided() == null
                                                ? fileComma
                                                : types().commaElsewhere(column.comma())));
                DateStyle.Order other = ColumnTypes.order(profile);
                boolean asTrained = profile.fits(column.order()) || !profile.fits(other);
                DateStyle.Order order = asTrained ? column.order() : other;
                fillers[chosen] = new Filler(chosen, column, places[i], comma, order);
            }
        }
        return known.named() || raw.names().isEmpty() ? known : known.withNames(raw.names(), match.chosen());
    }

    /** The second pass. */
    private DataSplit fill(String name, TableColumns columns) throws IOException {
        int inputs = columns.values();
        long rows = profiles[0].rows();
        if (inputs > Architecture.MAX_WIDTH || rows * inputs > MAX_VALUES) {
            throw new FormatException(file.label() + ": " + rows + " rows of " + inputs + " values, expected at most "
                    + Architecture.MAX_WIDTH + " values in a row and " + MAX_VALUES + " altogether");
        }
        double[] values = new double[(int) rows * inputs];
        List<String> labels = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        int[] row = new int[1];
        raw.forEach((line, fields) -> {
            int at = row[0]++ * inputs;
            if (at >= values.length) {
                throw new IOException(file.label() + ": changed while it was read");
            }
            for (int column = 0; column < fillers.length; column++) {
                Filler filler = fillers[column];
                @Nullable String field = fields[column];
                if (filler != null) {
                    filler.put(field == null ? "" : field.strip(), line, values, at, inputs);
                }
                if (column == labelColumn) {
                    labels.add(label(field, line, column));
                }
                if (column == idColumn) {
                    ids.add(field == null ? "" : field.strip());
                }
            }
        });
        for (Filler filler : fillers) {
            if (filler != null) {
                filler.tell();
            }
        }
        Dataset data = missing == 0 ? Dataset.ofDoubles(name, values, inputs) : Dataset.ofTable(name, values, inputs);
        data = data.withColumns(columns.valueNames());
        data = labels.isEmpty() || labels.contains("") ? data : LabelNames.label(data, labels);
        String title =
                idColumn < 0 || raw.names().isEmpty() ? "id" : raw.names().get(idColumn);
        return new DataSplit(name, data, null, columns, null, null, unseen)
                .withNames(idColumn < 0 ? null : new RowNames(title, ids));
    }

    private ColumnTable describe(TableColumns columns, Dataset rows) {
        List<ColumnTable.Line> lines = new ArrayList<>();
        ColumnNotes notes = new ColumnNotes(file.label(), columns);
        for (int column = 0; column < profiles.length; column++) {
            ColumnProfile profile = profiles[column];
            Column typed = columns.all().get(column);
            Filler filler = fillers[column];
            boolean number = typed.type() == Column.Type.NUMBER || typed.type() == Column.Type.DATE;
            lines.add(new ColumnTable.Line(
                    column + 1,
                    typed.name(),
                    column == named.time()
                            ? "time"
                            : column == named.group() ? "group" : typed.type().label(),
                    typed.texts().contains(Column.EMPTY) ? 0 : profile.missing(number),
                    (profile.hasMore() ? ">" : "") + Math.min(profile.distinct().size(), ColumnProfile.MOST_COUNTED),
                    number && filler != null ? filler.range() : String.join(", ", texts(typed, profile)),
                    profile.example() == null ? "" : profile.example()));
            notes.add(column, profile, ofText.get(column), filler != null && filler.mayBeId(rows));
        }
        return new ColumnTable(file.label(), rows.rows(), lines, notes.all());
    }

    private List<String> texts(Column column, ColumnProfile profile) {
        if (column.isCategory()) {
            return column.shownTexts();
        }
        boolean labels = column.type() == Column.Type.LABEL && !profile.hasMore();
        boolean texts = !profile.isOfNumbers() && !profile.hasMore();
        return labels || texts
                ? profile.distinct().stream().sorted().map(raw::labelName).toList()
                : List.of();
    }

    private String label(@Nullable String field, long line, int column) throws FormatException {
        if (field == null || field.isBlank()) {
            if (options.label() == null && options.known() != null) {
                return ""; // a model's column of labels, which nobody asks for
            }
            throw new FormatException(cell(line, column) + " is empty, expected a label");
        }
        return raw.labelName(field.strip());
    }

    /** Rejects a text that the file does not declare, unless nobody wants the column. */
    private void requireDeclared(String field, long line, int column) throws FormatException {
        boolean wanted = !named.isLeftOut(column) && column != named.id();
        if (wanted && !declared.get(column).contains(field) && !missingWords.contains(field)) {
            throw new FormatException(cell(line, column) + " is " + FormatException.quote(field)
                    + ", expected one of the values that the file declares: "
                    + FormatException.quote(String.join(", ", raw.values(column))));
        }
    }

    private String cell(long line, int column) {
        return file.label() + ": " + raw.place() + " " + line + ", " + list.place(column);
    }

    /** Turns the fields of one column of the file into values. */
    private final class Filler {
        private final int column;
        private final Column typed;
        private final int place;
        private final boolean comma;
        private final DateStyle.Order order;
        private final Map<String, Integer> texts = new HashMap<>();
        private double least = Double.POSITIVE_INFINITY;
        private double most = Double.NEGATIVE_INFINITY;
        private long strange;
        private @Nullable String firstStrange;

        /**
         * For a column.
         *
         * @param place of its first value in a row
         */
        Filler(int column, Column typed, int place, boolean comma, DateStyle.Order order) {
            this.column = column;
            this.typed = typed;
            this.place = place;
            this.comma = comma;
            this.order = order;
            for (String text : typed.texts()) {
                texts.put(text, texts.size());
            }
        }

        /**
         * Puts the values of a field.
         *
         * @param row where the row begins
         * @param width of a row
         */
        /** Whether a field has no value; one that is a text of the column has, whatever it means elsewhere. */
        private boolean isMissing(String field) {
            return typed.isCategory()
                    ? missingWords.contains(field) && !texts.containsKey(field) && !texts.containsKey(Column.EMPTY)
                    : missingWords.contains(field) || MissingWords.isMissingNumber(field);
        }

        void put(String field, long line, double[] values, int row, int width) throws FormatException {
            boolean text = typed.isCategory();
            if (typed.type() == Column.Type.CONSTANT) {
                String usual = typed.texts().get(0);
                boolean same = field.equals(usual)
                        || missingWords.contains(field)
                        || NumberStyle.parse(field, comma) == NumberStyle.parse(usual, typed.comma());
                strange(same, field);
            } else if (isMissing(field)) {
                typed.putMissing(values, row + place);
                missing++;
                firstMissing = firstMissing == null ? cell(line, column) : firstMissing;
            } else if (text) {
                boolean empty = !texts.containsKey(field) && missingWords.contains(field);
                int at = texts.getOrDefault(empty ? Column.EMPTY : field, texts.size());
                values[row + place + at] = 1;
                strange(at < texts.size(), field);
                if (at == texts.size()) {
                    unseen.put(row / width, place, field);
                }
            } else if (typed.type() == Column.Type.DATE) {
                double time = DateStyle.parse(field, order);
                if (Double.isNaN(time)) {
                    throw new FormatException(
                            cell(line, column) + " is " + FormatException.quote(field) + ", expected a date");
                }
                typed.putTime(time, values, row + place);
                widen(time);
            } else {
                values[row + place] = number(field, line);
                widen(values[row + place]);
            }
        }

        private void widen(double value) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }

        /** From the least to the largest value. */
        String range() {
            return typed.type() == Column.Type.DATE
                    ? DateStyle.format(least, typed.times()) + " to " + DateStyle.format(most, typed.times())
                    : ColumnTable.number(least) + " to " + ColumnTable.number(most);
        }

        /** Whether the values are different whole numbers, and the column's name or their order is that of numbers of
         * rows. */
        boolean mayBeId(Dataset rows) {
            if (!profiles[column].isWhole() || rows.rows() < FEWEST_IDS || profiles[column].missing(true) > 0) {
                return false;
            }
            double[] all = IntStream.range(0, rows.rows())
                    .mapToDouble(row -> rows.doubles(row)[place])
                    .toArray();
            double[] sorted = all.clone();
            Arrays.sort(sorted);
            boolean differ = IntStream.range(1, sorted.length).allMatch(i -> sorted[i] > sorted[i - 1]);
            return differ
                    && (Arrays.equals(all, sorted)
                            || ID_NAME.matcher(typed.name()).find());
        }

        private void strange(boolean known, String field) {
            if (!known) {
                strange++;
                firstStrange = firstStrange == null ? field : firstStrange;
            }
        }

        private double number(String field, long line) throws FormatException {
            double value = NumberStyle.parse(field, comma);
            if (!Numbers.isUsable(value)) {
                throw new FormatException(cell(line, column) + " is " + FormatException.quote(field) + ", expected "
                        + (Double.isFinite(value) ? "at most " + Float.MAX_VALUE : "a finite number"));
            }
            return value;
        }

        /** Says what the model does not expect of the column. */
        void tell() {
            if (firstStrange == null) {
                return;
            }
            String name = typed.name().isEmpty() ? "column " + (column + 1) : FormatException.quote(typed.name());
            String rows = " in " + strange + (strange == 1 ? " row" : " rows") + ", such as "
                    + FormatException.quote(firstStrange);
            progress.note(file.label() + ": " + name
                    + (typed.type() == Column.Type.CONSTANT
                            ? " is not " + FormatException.quote(typed.texts().get(0)) + rows
                                    + "; it was in all training rows, so the model does not look at it"
                            : " has text that the training rows did not have" + rows));
        }
    }
}
