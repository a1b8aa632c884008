package io.hourglass.lab.data;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts of categories that the training rows did not have: all of them share one value, so rows do not hold them. */
public final class UnseenTexts {
    private final Map<Integer, Map<Integer, String>> byRow = new HashMap<>();

    /**
     * Adds a text.
     *
     * @param value index of the first value of its column
     */
    void put(int row, int value, String text) {
        byRow.computeIfAbsent(row, any -> new HashMap<>(2)).put(value, text);
    }

    /** The text of a row in the column whose values begin there; null if the training rows had it. */
    @Nullable
    String get(int row, int value) {
        Map<Integer, String> texts = byRow.get(row);
        return texts == null ? null : texts.get(value);
    }

    /** Those of some rows, which are numbered anew. */
    public UnseenTexts select(int[] rows) {
        UnseenTexts selected = new UnseenTexts();
        for (int i = 0; i < rows.length; i++) {
            Map<Integer, String> texts = byRow.get(rows[i]);
            if (texts != null) {
                selected.byRow.put(i, texts);
            }
        }
        return selected;
    }

    /** These and, after so many rows, others. */
    public UnseenTexts followedBy(int rows, UnseenTexts others) {
        UnseenTexts all = new UnseenTexts();
        all.byRow.putAll(byRow);
        others.byRow.forEach((row, texts) -> all.byRow.put(rows + row, texts));
        return all;
    }
}
