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
 * A set of labels, as typed: {@code 9} or {@code 0-8} or {@code 1,3,5-7} or, if labels have names, {@code shoe,bag};
 * any text in double quotes, as in a CSV file: {@code "a,b",shoe}.
 *
 * @param parts labels or ranges of labels, at least one
 */
public record LabelSet(List<Part> parts) {
    private static final String ONLY_LABELS = "data.only_labels";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /** Quoted text, in which double quotes are doubled, or text without quotes and commas. */
    private static final Pattern PART = Pattern.compile("\\s*+(?:\"([^\"]*+(?:\"\"[^\"]*+)*+)\"|([^\",]++))\\s*+(,|$)");

    /**
     * A label or a range of labels.
     *
     * @param quoted whether it was in quotes: then it is a label even if it looks like a range
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

    /** Metadata that states that the model was trained only on rows with these labels. */
    public Map<String, String> metadata() {
        return Map.of(ONLY_LABELS, toString());
    }

    /** The labels in a model's metadata; empty if it was trained on all labels, or the metadata is not valid. */
    public static Optional<LabelSet> of(Map<String, String> metadata) {
        try {
            return Optional.ofNullable(metadata.get(ONLY_LABELS)).map(LabelSet::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a label of some data is in the set. */
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
     * Rejects a label that no row has, which would otherwise be ignored silently.
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
     * Marks the rows that have one of these labels.
     *
     * @return [rows]
     * @throws FormatException if the data has no labels, or none of these
     */
    public boolean[] mark(Dataset data) throws FormatException {
        if (!data.hasLabels()) {
            throw new FormatException(data.name() + ": has no labels, expected labels that include " + this);
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
     * The indices of the rows that have one of these labels, in order.
     *
     * @throws FormatException if the data has no labels, or none of these
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
