package io.hourglass.lab.progress;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher found out about the terminal: Java's own console can tell neither its width nor standard error from
 * standard output.
 */
public final class Terminal {
    private static final int USUAL = 80;
    private static final int NARROWEST = 40;
    private static final int WIDEST = 120;
    private static final Pattern COLUMNS = Pattern.compile("[1-9][0-9]{0,4}");

    private Terminal() {}

    /** Whether standard error is a terminal that a line can be redrawn on (property {@code hourglass.tty}). */
    public static boolean isLive() {
        return Boolean.getBoolean("hourglass.tty");
    }

    /**
     * The terminal's width in columns: the property {@code hourglass.columns}, which the launcher sets if there is a
     * terminal, otherwise the environment variable {@code COLUMNS}, otherwise 80.
     */
    public static int columns() {
        return columns(System.getProperty("hourglass.columns"), System.getenv("COLUMNS"));
    }

    /** The width of text to read, 40 to 120 columns: beyond, lines are too short or too long. */
    public static int textWidth() {
        return Math.max(NARROWEST, Math.min(WIDEST, columns()));
    }

    /** The first of these that is a number of columns, otherwise 80. */
    static int columns(@Nullable String property, @Nullable String variable) {
        for (String columns : new @Nullable String[] {property, variable}) {
            if (columns != null && COLUMNS.matcher(columns).matches()) {
                return Integer.parseInt(columns);
            }
        }
        return USUAL; // also of a terminal that does not know its width and reports 0
    }
}
