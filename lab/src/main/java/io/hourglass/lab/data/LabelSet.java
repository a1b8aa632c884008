package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Some labels, as typed: {@code 9} or {@code 0-8} or {@code 1,3,5-7} or, where they have names, {@code shoe,bag}; in
 * double quotes, as in a CSV file, any text: {@code "a,b",shoe}.
 *
 * @param parts labels or ranges of labels, at least one
 */
public record LabelSet(List<Part> parts) {
    private static final String ONLY_LABELS = "data.only_labels";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /** Quoted text, in which a double quote stands twice, or text without quotes and commas. */
    private static final Pattern PART = Pattern.compile("\\s*+(?:\"([^\"]*+(?:\"\"[^\"]*+)*+)\"|([^\",]++))\\s*+(,|$)");

    /**
     * A label or a range of labels.
     *
     * @param quoted whether it was in quotes: then it is a label, whatever it looks like
     */
    public record Part(String text, boolean quoted) {}

    public LabelSet {
        parts = List.copyOf(parts);
    }

    /**
     * Reads what {@link #toString} prints.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static LabelSet parse(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher part = PART.matcher(text);
        boolean more = true;
        while (more) {
            boolean matches = part.lookingAt();
            String plain = matches ? part.group(2) : null;
            if (!matches || (plain != null && plain.isBlank())) {
                throw new IllegalArgumentException(
                        "'" + text + "', expected labels such as 9 or 0-8 or 1,3,5-7 or shoe,\"a,b\"");
            }
            parts.add(
                    plain == null
                            ? new Part(part.group(1).replace("\"\"", "\""), true)
                            : new Part(plain.strip(), false));
            more = part.group(3).equals(",");
            part.region(part.end(), text.length());
        }
        return new LabelSet(parts);
    }

    /** The text that tells, in a model file, that the model was trained on the rows of these labels alone. */
    public Map<String, String> metadata() {
        return Map.of(ONLY_LABELS, toString());
    }

    /** What a model file's text tells; empty where it was trained on rows of all labels, or tells no such labels. */
    public static Optional<LabelSet> of(Map<String, String> metadata) {
        try {
            return Optional.ofNullable(metadata.get(ONLY_LABELS)).map(LabelSet::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a label of these data is one of them. */
    public boolean contains(Dataset data, int label) {
        return parts.stream().anyMatch(part -> isIn(part, data, label));
    }

    private static boolean isIn(Part part, Dataset data, int label) {
        return part.text().equals(data.labelName(label))
                || (!part.quoted() && data.labelNames().isEmpty() && isIn(part.text(), label));
    }

    private static boolean isIn(String text, int label) {
        Matcher range = RANGE.matcher(text);
        return range.matches()
                && Integer.parseInt(range.group(1)) <= label
                && label <= Integer.parseInt(range.group(2));
    }

    /**
     * Refuses a label that no row has: it would be left out silently.
     *
     * @throws FormatException naming the first such label, or range of labels
     */
    public void requireEach(Dataset train, @Nullable Dataset test) throws FormatException {
        for (Part part : parts) {
            LabelSet alone = new LabelSet(List.of(part));
            if (!alone.isInAny(train) && (test == null || !alone.isInAny(test))) {
                throw new FormatException(train.name() + ": no row has a label of " + alone);
            }
        }
    }

    private boolean isInAny(Dataset data) {
        return data.hasLabels() && IntStream.range(0, data.rows()).anyMatch(row -> contains(data, data.label(row)));
    }

    /**
     * Which rows have one of these labels.
     *
     * @return [rows]
     * @throws FormatException if the data have no labels, or none of these
     */
    public boolean[] mark(Dataset data) throws FormatException {
        if (!data.hasLabels()) {
            throw new FormatException(data.name() + ": has no labels, expected some to find " + this + " among");
        }
        boolean[] marks = new boolean[data.rows()];
        boolean any = false;
        for (int row = 0; row < marks.length; row++) {
            marks[row] = contains(data, data.label(row));
            any |= marks[row];
        }
        if (!any) {
            throw new FormatException(data.name() + ": no row has a label of " + this);
        }
        return marks;
    }

    /**
     * The numbers of the rows that have one of these labels, in their order.
     *
     * @throws FormatException if the data have no labels, or none of these
     */
    int[] rows(Dataset data) throws FormatException {
        boolean[] marks = mark(data);
        return IntStream.range(0, marks.length).filter(row -> marks[row]).toArray();
    }

    @Override
    public String toString() {
        return parts.stream()
                .map(part -> part.quoted() ? '"' + part.text().replace("\"", "\"\"") + '"' : part.text())
                .collect(Collectors.joining(","));
    }
}
