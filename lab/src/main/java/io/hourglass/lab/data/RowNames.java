package io.hourglass.lab.data;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What rows are called, in place of their numbers: the ids of a table, or the files of a folder of images.
 *
 * @param title what the names are, as the title of a column
 * @param names one for each row
 */
public record RowNames(String title, List<String> names) {
    public RowNames {
        names = List.copyOf(names);
    }

    /** The names of the rows with these indices, in that order; null if the rows have no names. */
    public static @Nullable RowNames select(@Nullable RowNames of, int[] rows) {
        return of == null
                ? null
                : new RowNames(
                        of.title, IntStream.of(rows).mapToObj(of.names::get).toList());
    }
}
