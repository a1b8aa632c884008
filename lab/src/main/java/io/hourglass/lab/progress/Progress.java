package io.hourglass.lab.progress;

import io.hourglass.format.FormatException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells the user what is going on. On a terminal there is a live line that is written over several times a second; in a
 * pipe there are whole lines only, so that a log stays readable. Safe for many threads.
 */
public final class Progress implements AutoCloseable {
    private static final long REDRAW_NANOS = 150_000_000;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final int columns;
    private final LongSupplier clock;
    private long lastDrawn;
    private String shown = "";
    private boolean quiet;

    /**
     * Progress written to that stream.
     *
     * @param terminal whether the stream is a terminal
     * @param columns the terminal's width; a live line is cut there, for one that wraps could not be written over
     */
    public Progress(PrintStream out, boolean terminal, int columns) {
        this(out, terminal, columns, System::nanoTime);
    }

    /** The same by another clock, of nanoseconds. */
    Progress(PrintStream out, boolean terminal, int columns, LongSupplier clock) {
        this.out = out;
        this.terminal = terminal;
        this.columns = Math.max(20, columns); // a terminal that does not know its width says 0
        this.clock = clock;
        lastDrawn = clock.getAsLong() - REDRAW_NANOS;
    }

    /**
     * Progress on standard error. Whether that is a terminal is known to the launcher, which says so in the property
     * {@code hourglass.tty}: Java's own console cannot tell standard error from standard output, and differs between
     * versions.
     */
    public static Progress onStandardError(PrintStream err) {
        return new Progress(err, Boolean.getBoolean("hourglass.tty"), Integer.getInteger("hourglass.columns", 80));
    }

    /** From now on shows warnings and notes only. */
    public synchronized void quiet() {
        quiet = true;
    }

    /** A line that stays, on a terminal as in a pipe. */
    public synchronized void say(String text) {
        if (!quiet) {
            print(text);
        }
    }

    /** A line about what may be wrong, shown in any case. */
    public synchronized void warn(String text) {
        print("warning: " + text);
    }

    /** A line about what was assumed, converted or left out, shown in any case: without it results may be misread. */
    public synchronized void note(String text) {
        print("note: " + text);
    }

    private void print(String text) {
        String line = FormatException.escape(text); // it may name what a file holds
        out.println(shown.isEmpty() ? line : ERASE_LINE + line);
        if (!shown.isEmpty()) {
            out.print(shown);
        }
        out.flush();
    }

    /** A line for the log: written in a pipe only, as a terminal's user has the live line. */
    public synchronized void log(String line) {
        if (!terminal) {
            say(line);
        }
    }

    /** Whether {@link #live} would draw now; saves its caller the making of the line. */
    public synchronized boolean isDue() {
        return terminal && !quiet && clock.getAsLong() - lastDrawn >= REDRAW_NANOS;
    }

    /** Writes the live line over, on a terminal only and a few times a second at most. */
    public synchronized void live(String text) {
        if (isDue()) {
            String line = FormatException.escape(text);
            lastDrawn = clock.getAsLong();
            shown = line.length() < columns ? line : line.substring(0, columns - 1);
            out.print(ERASE_LINE + shown);
            out.flush();
        }
    }

    /** Takes the live line away. */
    @Override
    public synchronized void close() {
        if (!shown.isEmpty()) {
            out.print(ERASE_LINE);
            out.flush();
            shown = "";
        }
    }

    /** A length of time as people say it: {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
    public static String duration(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }
}
