package io.hourglass.lab.progress;

import io.hourglass.format.FormatException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows the user what is going on. A terminal gets a live line that is redrawn several times a second; a pipe gets
 * complete lines only, so that a log stays readable. Thread-safe.
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
     * Progress written to a stream.
     *
     * @param terminal whether the stream is a terminal
     * @param columns the terminal's width; a live line is cut there, because a line that wraps cannot be redrawn
     */
    public Progress(PrintStream out, boolean terminal, int columns) {
        this(out, terminal, columns, System::nanoTime);
    }

    /** The same with another clock, in nanoseconds. */
    Progress(PrintStream out, boolean terminal, int columns, LongSupplier clock) {
        this.out = out;
        this.terminal = terminal;
        this.columns = Math.max(20, columns); // a terminal that does not know its width reports 0
        this.clock = clock;
        lastDrawn = clock.getAsLong() - REDRAW_NANOS;
    }

    /**
     * Progress on standard error. The launcher knows whether that is a terminal and sets the property {@code
     * hourglass.tty}: Java's own console cannot distinguish standard error from standard output, and differs between
     * versions.
     */
    public static Progress onStandardError(PrintStream err) {
        return new Progress(err, Boolean.getBoolean("hourglass.tty"), Integer.getInteger("hourglass.columns", 80));
    }

    /** Progress that shows nothing. */
    public static Progress silent() {
        return new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80);
    }

    /** From now on, shows only warnings and notes. */
    public synchronized void quiet() {
        quiet = true;
    }

    /** Prints a line that stays, on a terminal and in a pipe. */
    public synchronized void say(String text) {
        if (!quiet) {
            print(text);
        }
    }

    /** Prints a line about something that may be wrong, even if quiet. */
    public synchronized void warn(String text) {
        print("warning: " + text);
    }

    /**
     * Prints a line about what was assumed, converted or left out, even if quiet: without it, results may be misread.
     */
    public synchronized void note(String text) {
        print("note: " + text);
    }

    private void print(String text) {
        String line = FormatException.escape(text); // it may quote text from a file
        out.println(shown.isEmpty() ? line : ERASE_LINE + line);
        if (!shown.isEmpty()) {
            out.print(shown);
        }
        out.flush();
    }

    /** Prints a line for a log: only in a pipe, because a terminal has the live line. */
    public synchronized void log(String line) {
        if (!terminal) {
            say(line);
        }
    }

    /** Whether {@link #live} would draw now, so that its caller can avoid building the line. */
    public synchronized boolean isDue() {
        return terminal && !quiet && clock.getAsLong() - lastDrawn >= REDRAW_NANOS;
    }

    /** Redraws the live line, only on a terminal and at most a few times a second. */
    public synchronized void live(String text) {
        if (isDue()) {
            String line = FormatException.escape(text);
            lastDrawn = clock.getAsLong();
            shown = line.length() < columns ? line : line.substring(0, columns - 1);
            out.print(ERASE_LINE + shown);
            out.flush();
        }
    }

    /** Removes the live line. */
    @Override
    public synchronized void close() {
        if (!shown.isEmpty()) {
            out.print(ERASE_LINE);
            out.flush();
            shown = "";
        }
    }

    /** A duration for people to read: {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
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
