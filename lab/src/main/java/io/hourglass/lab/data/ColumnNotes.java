package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a user may not expect of a table's columns; one line for each kind. */
final class ColumnNotes {
    private static final Pattern ANSWER = Pattern.compile("(?i)class|label|target|anomaly|outlier");
    private static final int FEWEST_ROWS = 5; // that are worth a note on a column that counts them
    private static final int MOST_NAMED = 5;

    private final String label;
    private final TableColumns columns;
    private final List<Integer> empty = new ArrayList<>();
    private final List<Integer> texts = new ArrayList<>();
    private final List<Integer> names = new ArrayList<>();
    private final List<Integer> constant = new ArrayList<>();
    private final List<Integer> counting = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private final List<Integer> dates = new ArrayList<>();
    private final List<Integer> answers = new ArrayList<>();
    private final List<Integer> gaps = new ArrayList<>();
    private final List<Integer> halfEmpty = new ArrayList<>();

    /**
     * For a table.
     *
     * @param label what messages call the file
     */
    ColumnNotes(String label, TableColumns columns) {
        this.label = label;
        this.columns = columns;
    }

    /**
     * Adds a column.
     *
     * @param ofText whether it is ignored because of its texts
     * @param id whether its values look like numbers of rows
     */
    void add(int column, ColumnProfile profile, boolean ofText, boolean id) {
        Column typed = columns.all().get(column);
        switch (typed.type()) {
            case IGNORED -> {
                if (profile.example() == null) {
                    empty.add(column);
                } else if (ofText) {
                    boolean named = columns.find(Column.Type.ID).isPresent() || !names.isEmpty();
                    (profile.textsDiffer() && !named ? names : texts).add(column);
                }
            }
            case CONSTANT -> constant.add(column);
            case NUMBER -> {
                if (profile.countsRows() && profile.rows() >= FEWEST_ROWS) {
                    counting.add(column);
                } else if (id) {
                    ids.add(column);
                }
            }
            case DATE -> dates.add(column);
            case CATEGORY, YES_NO, LABEL, ID -> {}
        }
        if (typed.gaps()) {
            gaps.add(column);
        }
        if (typed.isCategory() && typed.texts().contains(Column.EMPTY)) {
            halfEmpty.add(column);
        }
        if (typed.isUsed() && ANSWER.matcher(typed.name()).matches()) {
            answers.add(column);
        }
    }

    /** The notes. */
    List<String> all() {
        List<String> notes = new ArrayList<>();
        add(notes, constant, " the same in all rows: left out, and put back into decoded rows");
        add(notes, empty, " empty: left out");
        add(notes, halfEmpty, " the same in all rows, or empty: a category of the two");
        add(notes, gaps, " missing in many rows: one more value says in which");
        add(notes, texts, " text with too many different values for a category: left out");
        for (int column : names) {
            notes.add(label + ": " + place(column) + " is another text in each row: left out (--id " + asked(column)
                    + " takes it as the names of the rows)");
        }
        for (int column : counting) {
            notes.add(label + ": " + place(column) + " only counts the rows, but is used like any other column "
                    + "(--ignore or --id " + asked(column) + " leaves it out)");
        }
        for (int column : ids) {
            notes.add(label + ": " + place(column) + " has another whole number in each row, as an identifier has, "
                    + "but is used like any other column (--ignore or --id " + asked(column) + " leaves it out)");
        }
        for (int column : dates) {
            int values = columns.all().get(column).fieldValues();
            notes.add(label + ": " + place(column) + " is a date and becomes " + values + " value"
                    + (values == 1 ? "" : "s") + " (--ignore " + asked(column) + " leaves it out)");
        }
        for (int column : answers) {
            notes.add(label + ": " + place(column) + " is trained on like any other column, in spite of its name "
                    + "(--label-column " + asked(column) + " takes it as labels)");
        }
        return notes;
    }

    private void add(List<String> notes, List<Integer> found, String what) {
        if (!found.isEmpty()) {
            String named = found.stream().limit(MOST_NAMED).map(this::place).collect(Collectors.joining(", "));
            notes.add(label + ": " + named
                    + (found.size() > MOST_NAMED
                            ? " and " + (found.size() - MOST_NAMED)
                                    + (found.size() == MOST_NAMED + 1 ? " more column" : " more columns")
                            : "")
                    + (found.size() == 1 ? " is" : " are") + what);
        }
    }

    private String place(int column) {
        return "column " + (column + 1)
                + (columns.named()
                        ? " (" + FormatException.quote(columns.all().get(column).name()) + ")"
                        : "");
    }

    private String asked(int column) {
        String name = columns.all().get(column).name();
        return name.isEmpty() || name.indexOf(',') >= 0 || name.indexOf(' ') >= 0 ? "" + (column + 1) : name;
    }
}
