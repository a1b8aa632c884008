package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The columns of a file that the user names, by their indices.
 *
 * @param label -1 if the user names none, likewise the next three
 * @param ignored columns to leave out
 * @param only the columns to use; all if the user names none
 */
record NamedColumns(int label, int id, int time, int group, BitSet categories, BitSet ignored, BitSet only) {

    /**
     * Finds them.
     *
     * @throws FormatException if one is not there
     * @throws OptionsException if a column is named for two purposes
     */
    static NamedColumns find(ColumnList list, TableOptions options) throws FormatException {
        TableOptions.SeriesColumns series = options.series();
        BitSet only = list.findAll(options.only(), "to use");
        if (options.only().isEmpty()) {
            only.set(0, list.width());
        }
        NamedColumns found = new NamedColumns(
                options.label() == null ? -1 : list.find(options.label(), "for labels"),
                options.id() == null ? -1 : list.find(options.id(), "with the names of the rows"),
                series.time() == null ? -1 : list.find(series.time(), "with the time"),
                series.group() == null ? -1 : list.find(series.group(), "that tells series apart"),
                list.findAll(options.categories(), "for categories"),
                list.findAll(options.ignored(), "to ignore"),
                only);
        found.requireOnePurpose(list);
        return found;
    }

    private record Purpose(String option, BitSet columns) {}

    private void requireOnePurpose(ColumnList list) {
        List<Purpose> purposes = new ArrayList<>();
        purposes.add(new Purpose("--label-column", set(label)));
        purposes.add(new Purpose("--id", set(id)));
        purposes.add(new Purpose("--time-column", set(time)));
        purposes.add(new Purpose("--group-column", set(group)));
        purposes.add(new Purpose("--categories", categories));
        purposes.add(new Purpose("--ignore", ignored));
        for (Purpose first : purposes) {
            for (Purpose second : purposes.subList(purposes.indexOf(first) + 1, purposes.size())) {
                boolean seriesAreLabelled =
                        first.option.equals("--label-column") && second.option.equals("--group-column");
                if (first.columns.intersects(second.columns) && !seriesAreLabelled) {
                    BitSet both = (BitSet) first.columns.clone();
                    both.and(second.columns);
                    throw new OptionsException(first.option + " and " + second.option + " both name "
                            + list.place(both.nextSetBit(0)) + ", expected different columns");
                }
            }
        }
    }

    private static BitSet set(int column) {
        BitSet one = new BitSet();
        if (column >= 0) {
            one.set(column);
        }
        return one;
    }

    /** Whether a column tells when rows were measured, or which series they belong to. */
    boolean isOfSeries(int column) {
        return column == time || column == group;
    }

    /** Whether the user leaves a column out, or takes it for another purpose than training. */
    boolean isLeftOut(int column) {
        return ignored.get(column) || !only.get(column) || isOfSeries(column);
    }
}
