package io.hourglass.lab.cli;

import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Widths of hidden layers as typed: {@code 256,128}, or nothing or {@code none} for a network without hidden layers.
 *
 * @param values from the input inwards
 */
record Widths(List<Integer> values) {
    private static final Pattern FORM = Pattern.compile("\\d{1,7}(,\\d{1,7})*");

    Widths {
        values = List.copyOf(values);
    }

    /** @throws IllegalArgumentException if the text has another form or a width is out of range */
    static Widths parse(String text) {
        if (text.isEmpty() || text.equals("none")) {
            return new Widths(List.of());
        }
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "', expected widths such as 256,128, or none");
        }
        List<Integer> values = new ArrayList<>();
        for (String width : text.split(",", -1)) {
            values.add(Integer.parseInt(width));
        }
        Architecture.of(1, values, 1); // rejects widths out of range
        return new Widths(values);
    }

    /** As typed. */
    @Override
    public String toString() {
        return values.isEmpty() ? "none" : values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
