package io.hourglass.lab.data;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import io.hourglass.lab.text.Json;
import io.hourglass.nn.Columns;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * The typed columns of a table, in the order of the training file. A model file states them, so that the next table is
 * read in the same way. This class alone says how typed columns become the values of a network and back.
 *
 * @param all at least one with values
 * @param named whether they have names
 * @param missing words for missing values, besides the usual ones
 */
public record TableColumns(List<Column> all, boolean named, List<String> missing) {
    private static final int DIGITS = 4; // after the point, of a decoded value in the network's units
    /** The key of metadata under which a model that was trained on a table states its columns. */
    public static final String KEY = "table.columns";

    private static final String MISSING = "table.missing"; // one word per line

    public TableColumns {
        all = List.copyOf(all);
        missing = List.copyOf(missing);
    }

    /**
     * Columns of numbers, for a model that states no more than their names.
     *
     * @param names of the columns; empty if there are none
     * @param inputs of the model
     */
    public static TableColumns ofNumbers(List<String> names, int inputs) {
        return new TableColumns(
                IntStream.range(0, inputs)
                        .mapToObj(j -> Column.of(names.isEmpty() ? "" : names.get(j), Column.Type.NUMBER))
                        .toList(),
                !names.isEmpty(),
                List.of());
    }

    /**
     * The columns of a model: as its file states them, otherwise numbers.
     *
     * @throws FormatException if the file's text is damaged
     */
    public static TableColumns of(Autoencoder model) throws FormatException {
        int inputs = WindowSettings.valuesOfRow(model);
        return parse(model.metadata(), inputs).orElseGet(() -> ofNumbers(model.columns(), inputs));
    }

    /** The same columns with names: column i has name {@code chosen[i]}, and none if that is -1. */
    TableColumns withNames(List<String> names, int[] chosen) {
        List<Column> renamed = IntStream.range(0, all.size())
                .mapToObj(i -> all.get(i).withName(chosen[i] < 0 ? "" : names.get(chosen[i])))
                .toList();
        return new TableColumns(renamed, true, missing);
    }

    /**
     * The same columns, some of which have a value that says whether their field is missing.
     *
     * @param which takes the number of a column with values and the column
     */
    TableColumns withGaps(BiPredicate<Integer, Column> which) {
        List<Column> marked = IntStream.range(0, all.size())
                .mapToObj(i -> {
                    Column column = all.get(i);
                    return column.isUsed() && which.test(i, column) ? column.withGaps() : column;
                })
                .toList();
        return new TableColumns(marked, named, missing);
    }

    /** The number of values of a row. */
    public int values() {
        return all.stream().mapToInt(Column::values).sum();
    }

    /** The columns as a network takes them; {@link Columns#NONE} if all are plain numbers. */
    public Columns layout() {
        if (all.stream().noneMatch(column -> column.isCategory() || column.gaps())) {
            return Columns.NONE;
        }
        return Columns.parse(all.stream()
                .filter(Column::isUsed)
                .map(column -> (column.isCategory() ? "c" : "") + column.fieldValues() + (column.gaps() ? ",i1" : ""))
                .collect(Collectors.joining(",")));
    }

    /** One name for each value; empty for columns of numbers without names. */
    List<String> valueNames() {
        if (!named && all.stream().allMatch(column -> column.values() <= 1)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            names.addAll(all.get(i).valueNames(named ? all.get(i).name() : String.valueOf(i + 1)));
        }
        return names;
    }

    /** What the values are called: their names or, without names, their numbers from 0. */
    public List<String> calledValues() {
        List<String> names = valueNames();
        return names.isEmpty()
                ? IntStream.range(0, values()).mapToObj(Integer::toString).toList()
                : names;
    }

    /**
     * What the columns with values are called: their names or, without names, their numbers, counted from 0 if all
     * columns are numbers, otherwise from 1.
     */
    public List<String> usedNames() {
        boolean plain = all.stream().allMatch(column -> column.values() <= 1);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isUsed()) {
                names.add(named ? all.get(i).name() : String.valueOf(plain ? names.size() : i + 1));
            }
        }
        return names;
    }

    /**
     * Which of the columns with values the errors of a row come from.
     *
     * @param layout of the model: if columns {@link Columns#differ}, each has an error, otherwise each value
     */
    public Contributions contributions(Columns layout) {
        int[] owners = new int[values()];
        List<Place> used = used();
        for (int c = 0; c < used.size(); c++) {
            int at = used.get(c).at();
            Arrays.fill(owners, at, at + used.get(c).column().values(), c);
        }
        return new Contributions(
                layout.differ()
                        ? IntStream.range(0, layout.count())
                                .map(column -> owners[layout.start(column)])
                                .toArray()
                        : owners);
    }

    /**
     * A column with values.
     *
     * @param at where they begin in a row
     */
    public record Place(Column column, int at) {
        /**
         * What a row holds in the column, empty if that is missing, and what a network expected. An expected number is
         * rounded to a ten-thousandth of what is 1 to the network.
         *
         * @param row as a table was read
         * @param expected as the network gave it
         * @param part which of the column's values differs most, 0 for the first
         * @param factors of the scales of all values; empty for values that are not scaled
         */
        List<String> compared(double[] row, double[] expected, int part, Precision precision, double[] factors) {
            if (column.type() != Column.Type.NUMBER) {
                return Double.isNaN(row[at])
                        ? List.of("", column.field(expected, at))
                        : column.compared(row, expected, at, part);
            }
            int digits = (int) Math.ceil(Math.log10(factors.length == 0 ? 1 : factors[at])) + DIGITS;
            double rounded = Double.isFinite(expected[at])
                    ? BigDecimal.valueOf(expected[at])
                            .setScale(Math.max(0, digits), RoundingMode.HALF_EVEN)
                            .doubleValue()
                    : expected[at];
            return List.of(Double.isNaN(row[at]) ? "" : precision.text(row[at]), precision.text(rounded));
        }
    }

    /** The columns with values, in their order. */
    public List<Place> used() {
        List<Place> used = new ArrayList<>();
        int at = 0;
        for (Column column : all) {
            if (column.isUsed()) {
                used.add(new Place(column, at));
                at += column.values();
            }
        }
        return used;
    }

    /** The names of the columns with values; empty if they have none. */
    List<String> valueColumns() {
        return named ? all.stream().filter(Column::isUsed).map(Column::name).toList() : List.of();
    }

    /** Whether decoded rows need more than the numbers that a network gives. */
    public boolean areTyped() {
        return all.stream()
                .anyMatch(column -> column.type() == Column.Type.CONSTANT
                        || (column.isUsed() && (column.type() != Column.Type.NUMBER || column.gaps())));
    }

    /**
     * The names of the fields that {@link #fields} gives; empty if the columns have none.
     *
     * @param cell changes names as they are written
     */
    public List<String> fieldNames(UnaryOperator<String> cell) {
        return named ? written().map(i -> cell.apply(all.get(i).name())).toList() : List.of();
    }

    /**
     * The fields of a row that a network gave: numbers, texts, dates, and the texts of constant columns.
     *
     * @param cell changes texts as they are written
     */
    public String[] fields(double[] row, Precision precision, UnaryOperator<String> cell) {
        int[] places = places();
        return written()
                .map(i -> all.get(i).type() == Column.Type.NUMBER
                        ? precision.text(row[places[i]])
                        : cell.apply(all.get(i).field(row, places[i])))
                .toArray(String[]::new);
    }

    private Stream<Integer> written() {
        return IntStream.range(0, all.size())
                .filter(i -> all.get(i).isUsed() || all.get(i).type() == Column.Type.CONSTANT)
                .boxed();
    }

    /** Where the values of each column begin in a row. */
    int[] places() {
        int[] places = new int[all.size()];
        for (int i = 1; i < places.length; i++) {
            places[i] = places[i - 1] + all.get(i - 1).values();
        }
        return places;
    }

    /** The column of that type, if there is one. */
    public Optional<Column> find(Column.Type type) {
        return all.stream().filter(column -> column.type() == type).findFirst();
    }

    /** As text, for model files. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new HashMap<>();
        metadata.put(
                KEY,
                Json.line(new Stored(named, all.stream().map(Column::stored).toList())));
        if (!missing.isEmpty()) {
            metadata.put(MISSING, String.join("\n", missing));
        }
        return metadata;
    }

    private record Stored(boolean named, List<Column.Stored> columns) {}

    /**
     * Reads the columns from a model's metadata; empty if the model has none.
     *
     * @throws FormatException if the text is damaged, or the columns have another number of values
     */
    static Optional<TableColumns> parse(Map<String, String> metadata, int inputs) throws FormatException {
        String text = metadata.get(KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Stored stored = Json.read(text, Stored.class);
            List<Column> all = new ArrayList<>();
            for (Column.Stored column : stored.columns()) {
                all.add(column.read());
            }
            String words = metadata.get(MISSING);
            TableColumns columns =
                    new TableColumns(all, stored.named(), words == null ? List.of() : List.of(words.split("\n", -1)));
            if (columns.values() != inputs) {
                throw new FormatException(KEY + " has " + columns.values() + " values, expected " + inputs
                        + ", the number of the model's inputs");
            }
            return Optional.of(columns);
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            throw new FormatException(
                    KEY + " is " + FormatException.quote(text) + ", expected columns as Hourglass " + "writes them");
        }
    }
}
