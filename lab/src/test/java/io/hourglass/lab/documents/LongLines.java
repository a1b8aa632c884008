package io.hourglass.lab.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the lines that are wider than an editor's window or a diff shows. */
final class LongLines {
    static final int COLUMNS = 120;

    /** A row of a Markdown table cannot go on in the next line. */
    static final int TABLE_COLUMNS = 160;

    /** An address that stands alone, perhaps in a list or behind the name of a reference, cannot be wrapped. */
    private static final Pattern ADDRESS = Pattern.compile("[\\s>*#/-]*(\\[[^]]*]: *)?<?https?://\\S+");

    private static final Pattern CONSOLE = Pattern.compile(" {0,3}```+ *console *");
    private static final Pattern FENCE = Pattern.compile(" {0,3}```+.*");

    private LongLines() {}

    /** A line for each one that is too wide: file, line and columns. */
    static List<String> of(String file, String text) {
        List<String> found = new ArrayList<>();
        boolean markdown = file.endsWith(".md");
        boolean console = false;
        boolean fence = false;
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (markdown && FENCE.matcher(line).matches()) {
                console = !fence && CONSOLE.matcher(line).matches();
                fence = !fence;
            }
            int allowed = markdown && !fence && line.startsWith("|") ? TABLE_COLUMNS : COLUMNS;
            int columns = line.codePointCount(0, line.length());
            // What a program printed is shown as it was printed; what the reader types is wrapped.
            boolean output = console && !line.startsWith("$ ");
            if (columns > allowed && !output && !ADDRESS.matcher(line).matches()) {
                found.add("%s:%d: %d columns, at most %d".formatted(file, number, columns, allowed));
            }
        }
        return found;
    }
}
