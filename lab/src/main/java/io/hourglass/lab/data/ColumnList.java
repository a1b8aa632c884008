package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.util.BitSet;
import java.util.List;

/**
 * Finds the columns that a user names: by name, by number counted from 1, and in lists also by range, such as {@code
 * a-f} or {@code 2-5}.
 *
 * @param label what messages call the file
 * @param names empty if the columns have none
 * @param width number of columns
 */
record ColumnList(String label, List<String> names, int width) {
    private static final String NUMBER = "\\d{1,7}";

    /**
     * The index of a column.
     *
     * @param purpose what the column is asked for, such as {@code for labels}
     * @throws FormatException if there is none, or more than one of that name
     */
    int find(String asked, String purpose) throws FormatException {
        int named = names.indexOf(asked);
        if (named != names.lastIndexOf(asked)) {
            throw new FormatException(
                    label + ": columns " + (named + 1) + " and " + (names.lastIndexOf(asked) + 1) + " are both named "
                            + FormatException.quote(asked) + ", expected the number of the column " + purpose);
        }
        int column = index(asked);
        if (column < 0) {
            throw new FormatException(label + ": no column " + FormatException.quote(asked) + " " + purpose
                    + ", expected "
                    + (names.isEmpty() ? "" : "one of " + FormatException.quote(String.join(",", names)) + " or ")
                    + "a number from 1 to " + width);
        }
        return column;
    }

    /** The columns of a list. All columns of a repeated name count. */
    BitSet findAll(List<String> asked, String purpose) throws FormatException {
        BitSet found = new BitSet();
        for (String one : asked) {
            if (index(one) >= 0) {
                for (int column = 0; column < width; column++) {
                    found.set(column, found.get(column) || column == index(one) || isNamed(column, one));
                }
            } else if (!addRange(one, found)) {
                find(one, purpose);
            }
        }
        return found;
    }

    /** What messages call a column. */
    String place(int column) {
        return "column " + (column + 1)
                + (names.isEmpty() ? "" : " (" + FormatException.quote(names.get(column)) + ")");
    }

    private boolean addRange(String range, BitSet found) {
        for (int dash = range.indexOf('-', 1); dash > 0; dash = range.indexOf('-', dash + 1)) {
            int first = index(range.substring(0, dash).strip());
            int last = index(range.substring(dash + 1).strip());
            if (first >= 0 && last >= first) {
                found.set(first, last + 1);
                return true;
            }
        }
        return false;
    }

    private int index(String asked) {
        int named = names.indexOf(asked);
        if (named >= 0) {
            return named;
        }
        boolean number = asked.matches(NUMBER) && Integer.parseInt(asked) >= 1 && Integer.parseInt(asked) <= width;
        return number ? Integer.parseInt(asked) - 1 : -1;
    }

    private boolean isNamed(int column, String name) {
        return !names.isEmpty() && names.get(column).equals(name);
    }
}
