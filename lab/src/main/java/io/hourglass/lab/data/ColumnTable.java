package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a table's columns hold, for a user to look at.
 *
 * @param label what messages call the file
 * @param rows number of rows
 * @param lines one for each column
 * @param notes what may be unexpected
 */
record ColumnTable(String label, long rows, List<Line> lines, List<String> notes) {
    /** The most columns that are shown one by one when a table is about to be trained on. */
    private static final int MOST_SHOWN = 30;

    private static final int LONGEST_NAME = 30;
    private static final int LONGEST_TEXT = 40;
    private static final MathContext DIGITS = new MathContext(6);

    /**
     * A column.
     *
     * @param distinct the number of different fields
     * @param range least and largest value, or the texts
     */
    record Line(int number, String name, String type, long missing, String distinct, String range, String example) {}

    /** The table, with a line for each column. */
    List<String> all() {
        List<List<String>> cells = new ArrayList<>();
        int digits = String.valueOf(lines.size()).length();
        boolean named = lines.stream().anyMatch(line -> !line.name().isEmpty());
        cells.add(List.of(named ? "column" : "", "type", "missing", "distinct", "range or texts", "example"));
        for (Line line : lines) {
            cells.add(List.of(
                    cut(
                            " ".repeat(digits - String.valueOf(line.number()).length())
                                    + line.number()
                                    + (named ? " " + line.name() : ""),
                            LONGEST_NAME),
                    line.type(),
                    line.missing() == 0 ? "-" : String.format(Locale.ROOT, "%,d", line.missing()),
                    line.distinct(),
                    cut(line.range(), LONGEST_TEXT),
                    cut(line.example(), LONGEST_TEXT)));
        }
        int[] widths = IntStream.range(0, 6)
                .map(c -> cells.stream()
                        .mapToInt(row -> row.get(c).length())
                        .max()
                        .orElseThrow())
                .toArray();
        List<String> text = new ArrayList<>(List.of(label + ": " + size()));
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.size(); c++) {
                String padding = " ".repeat(widths[c] - row.get(c).length());
                boolean right = c == 2 || c == 3;
                line.append("  ").append(right ? padding + row.get(c) : row.get(c) + padding);
            }
            text.add(line.toString().stripTrailing());
        }
        return text;
    }

    /** The same or, if there are many columns, one line. */
    List<String> brief() {
        if (lines.size() <= MOST_SHOWN) {
            return all();
        }
        Map<String, Long> types =
                lines.stream().collect(Collectors.groupingBy(Line::type, TreeMap::new, Collectors.counting()));
        String counts = types.entrySet().stream()
                .map(type -> type.getValue() + " " + type.getKey())
                .collect(Collectors.joining(", "));
        return List.of(label + ": " + size() + " (" + counts + "; hourglass columns lists them)");
    }

    private String size() {
        return String.format(
                Locale.ROOT,
                "%,d row%s, %,d column%s",
                rows,
                rows == 1 ? "" : "s",
                lines.size(),
                lines.size() == 1 ? "" : "s");
    }

    /** A number with a few digits. */
    static String number(double value) {
        BigDecimal exact = BigDecimal.valueOf(value);
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e12;
        String plain =
                (whole ? exact : exact.round(DIGITS)).stripTrailingZeros().toPlainString();
        return whole || plain.length() <= 12 ? plain : String.format(Locale.ROOT, "%.5g", value);
    }

    private static String cut(String text, int longest) {
        String line = FormatException.escape(text);
        return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
    }
}
