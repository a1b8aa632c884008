package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the columns of a model are in a table: found by name or, if one of both has no names, by position.
 *
 * @param label index of the column of labels; -1 if there is none
 * @param id index of the column with the names of the rows; -1 if there is none
 * @param chosen for each column of the model, its index in the table; -1 if it is not there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ColumnMatch(int label, int id, int[] chosen) {

    /**
     * Finds the columns.
     *
     * @param list the table's columns
     * @param named those that the options name
     * @param index whether the table's first column numbers the rows and has no name
     * @throws FormatException if a column with values is not there
     */
    static ColumnMatch of(ColumnList list, NamedColumns named, TableColumns known, boolean index, Progress progress)
            throws FormatException {
        int label = named.label() >= 0 ? named.label() : find(list, known, Column.Type.LABEL);
        int id = named.id() >= 0 ? named.id() : find(list, known, Column.Type.ID);
        BitSet free = new BitSet();
        for (int column = 0; column < list.width(); column++) {
            free.set(column, column != label && column != id && !named.isLeftOut(column));
        }
        int[] chosen = list.names().isEmpty() || !known.named()
                ? byPosition(list, known, free, index, progress)
                : byName(list, known, free, progress);
        return new ColumnMatch(label, id, chosen);
    }

    /** The model's column of labels or ids: by name or, in a file without names, where it was in training. */
    private static int find(ColumnList list, TableColumns known, Column.Type type) {
        Column column = known.find(type).orElse(null);
        if (column == null) {
            return -1;
        }
        return !list.names().isEmpty()
                ? list.names().indexOf(column.name())
                : list.width() == known.all().size() ? known.all().indexOf(column) : -1;
    }

    private static int[] byName(ColumnList list, TableColumns known, BitSet free, Progress progress)
            throws FormatException {
        List<String> names = list.names();
        int[] chosen = new int[known.all().size()];
        // Names may be repeated if they are in the model's order.
        int[] inFile = free.stream()
                .filter(column -> known.valueColumns().contains(names.get(column)))
                .toArray();
        boolean inOrder = IntStream.of(inFile).mapToObj(names::get).toList().equals(known.valueColumns());
        int next = 0;
        for (int i = 0; i < chosen.length; i++) {
            Column column = known.all().get(i);
            int first = free.stream()
                    .filter(c -> names.get(c).equals(column.name()))
                    .findFirst()
                    .orElse(-1);
            if (inOrder && column.isUsed()) {
                first = inFile[next++];
            } else if (column.isUsed() && (first < 0 || first != names.lastIndexOf(column.name()))) {
                throw new FormatException(list.label() + ": " + (first < 0 ? "no column " : "more than one column ")
                        + FormatException.quote(column.name())
                        + (names.contains(column.name()) && first < 0 ? " besides those that options name" : "")
                        + ", expected the columns that the model was trained on");
            }
            chosen[i] = first;
        }
        List<String> extra = free.stream()
                .mapToObj(names::get)
                .filter(name ->
                        known.all().stream().noneMatch(column -> column.name().equals(name)))
                .toList();
        if (!extra.isEmpty()) {
            progress.note(list.label() + ": ignores " + extra.size() + (extra.size() == 1 ? " column" : " columns")
                    + " that the model does not know: " + FormatException.quote(String.join(", ", extra)));
        }
        return chosen;
    }

    /** All columns of the training table or, if the file has fewer, those with values. */
    private static int[] byPosition(ColumnList list, TableColumns known, BitSet free, boolean index, Progress progress)
            throws FormatException {
        if (index && free.get(0) && free.cardinality() > 1) {
            free.clear(0);
            progress.note(list.label() + ": ignores column 1, which numbers the rows and has no name");
        }
        int[] columns = free.stream().toArray();
        int[] chosen = new int[known.all().size()];
        int rest = (int) known.all().stream()
                .filter(column -> column.type() != Column.Type.LABEL && column.type() != Column.Type.ID)
                .count();
        int used = known.valueColumns().isEmpty()
                ? (int) known.all().stream().filter(Column::isUsed).count()
                : known.valueColumns().size();
        boolean complete = columns.length == rest;
        if (!complete && columns.length != used) {
            throw new FormatException("the model takes rows of " + used + " values, but those of " + list.label()
                    + " have " + columns.length);
        }
        int next = 0;
        for (int i = 0; i < chosen.length; i++) {
            Column column = known.all().get(i);
            boolean there =
                    complete ? column.type() != Column.Type.LABEL && column.type() != Column.Type.ID : column.isUsed();
            chosen[i] = there ? columns[next++] : -1;
        }
        if (known.named()) {
            progress.note(list.label() + ": has no column names; columns are taken in the model's order");
        } else if (!list.names().isEmpty()) {
            progress.note(list.label() + ": the model has no column names; columns are taken in the order of the data");
        }
        return chosen;
    }
}
