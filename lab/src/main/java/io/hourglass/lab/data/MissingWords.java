package io.hourglass.lab.data;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The words of a table that stand for missing values. */
final class MissingWords {
    /** Words that are missing values in every column. {@code Na} is not among them: it is sodium. */
    static final List<String> USUAL =
            List.of("", "NA", "na", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "Null", "\\N", "?", "-");

    /** Words that are missing values among numbers and dates; in a column of text they may be a category. */
    private static final Set<String> AMONG_NUMBERS = Set.of("None", "none");

    private static final int LONGEST =
            USUAL.stream().mapToInt(String::length).max().orElse(0);

    private final Set<String> words;
    private final int longest;

    /** The usual words and others. */
    MissingWords(Collection<String> others) {
        words = new HashSet<>(USUAL);
        words.addAll(others);
        longest =
                Math.max(LONGEST, others.stream().mapToInt(String::length).max().orElse(0));
    }

    /** Whether a field, without surrounding spaces, is missing whatever its column holds. */
    boolean contains(String field) {
        return field.length() <= longest && words.contains(field);
    }

    /** Whether a field, without surrounding spaces, is missing in a column of numbers or dates. */
    static boolean isMissingNumber(String field) {
        return AMONG_NUMBERS.contains(field);
    }
}
