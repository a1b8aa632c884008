package io.hourglass.lab.progress;

import io.hourglass.format.FormatException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows the user what is going on. A terminal gets a live line that is redrawn several times a second; a pipe gets
 * complete lines only, so that a log stays readable. Neither is silent for long (see {@link #beat}). Thread-safe.
 */
public final class Progress implements AutoCloseable {
    private static final long REDRAW_NANOS = 150_000_000;

    /** A live line that nobody redraws shows the time from then on. */
    private static final long STILL_NANOS = 2_000_000_000L;

    /** A pipe gets a line at least this often. */
    private static final long SILENCE_NANOS = 20_000_000_000L;

    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final int columns;
    private final LongSupplier clock;
    private final TimeLeft left = new TimeLeft();
    private final Jobs jobs;
    private long lastDrawn;
    private long lastNews; // when something was said, or the live line got a new text
    private long lastLine; // when a line was printed
    private String news = ""; // the text of the live line, without the time; empty after a line that was said
    private String shown = ""; // the live line, as drawn
    private Supplier<String> kept = () -> "nothing was written";
    private boolean quiet;
    private boolean paused = true; // until a command begins
    private boolean stopped;

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
        this.columns = columns;
        this.clock = clock;
        jobs = new Jobs(this, left, clock);
        lastDrawn = clock.getAsLong() - REDRAW_NANOS;
        lastNews = clock.getAsLong();
        lastLine = lastNews;
    }

    /** Progress on standard error, as the {@link Terminal} wants it. */
    public static Progress onStandardError(PrintStream err) {
        return new Progress(err, Terminal.isLive(), Terminal.columns());
    }

    /** Progress that shows nothing. */
    public static Progress silent() {
        return new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80);
    }

    /** A command begins: from now on there is no silence. */
    public synchronized void begin() {
        paused = false;
    }

    /** From now on, shows only warnings and notes. */
    public synchronized void quiet() {
        quiet = true;
    }

    /** How long the work still takes, for all who show it and all who do it. */
    public TimeLeft timeLeft() {
        return left;
    }

    /** What is being done, for all who show it and all who do it. */
    public Jobs jobs() {
        return jobs;
    }

    /** Prints a line that stays, on a terminal and in a pipe. */
    public synchronized void say(String text) {
        if (!quiet) {
            print(text);
            news = "";
            lastNews = clock.getAsLong();
            paused = false;
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
        if (stopped) {
            return;
        }
        String line = FormatException.escape(text); // it may quote text from a file
        out.println(shown.isEmpty() ? line : ERASE_LINE + line);
        out.flush();
        shown = ""; // what goes on is drawn again soon
        lastLine = clock.getAsLong();
    }

    /** Prints a line for a log: only in a pipe, because a terminal has the live line. */
    public synchronized void log(String line) {
        if (!terminal) {
            say(line);
        }
    }

    /** Whether {@link #live} would show something now, so that its caller can avoid building the line. */
    public synchronized boolean isDue() {
        long now = clock.getAsLong();
        return !quiet && !stopped && (terminal ? now - lastDrawn >= REDRAW_NANOS : now - lastLine >= SILENCE_NANOS);
    }

    /**
     * Redraws the live line, at most a few times a second. In a pipe it becomes a line of its own, if there was none
     * for long.
     *
     * @param texts the same from the longest to the shortest: the first that fits the terminal is shown, the last one
     *     is cut if it must be
     */
    public synchronized void live(String... texts) {
        if (isDue()) {
            news = terminal ? fitting(texts) : texts[0];
            lastNews = clock.getAsLong();
            paused = false;
            if (terminal) {
                draw(news);
            } else {
                print(news);
            }
        }
    }

    private String fitting(String... texts) {
        for (String text : texts) {
            if (text.length() < columns) {
                return text;
            }
        }
        return texts[texts.length - 1];
    }

    private void draw(String text) {
        String line = FormatException.escape(text);
        lastDrawn = clock.getAsLong();
        shown = line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
        out.print(ERASE_LINE + shown);
        out.flush();
    }

    /**
     * Ends silence: shows that the program is still at work if nobody else has shown anything for long. To be called
     * about once a second.
     */
    void beat() {
        String[] running = jobs.lines();
        synchronized (this) {
            long now = clock.getAsLong();
            if (quiet || stopped || paused) {
                return;
            }
            long seconds = (now - lastNews) / 1_000_000_000;
            String time = seconds < 60 ? seconds + " s" : duration(seconds);
            boolean gone = running.length > 0 && shown.isEmpty();
            if (terminal && (gone || now - lastNews >= STILL_NANOS)) {
                String still = news.isEmpty() ? "still at work, " + time : news + ", " + time;
                draw(running.length > 0 ? fitting(running) : fitting(still, time));
            } else if (!terminal && now - lastLine >= SILENCE_NANOS) {
                print(running.length > 0 ? running[0] : "still at work, " + time + (news.isEmpty() ? "" : ": " + news));
            }
        }
    }

    /**
     * Says what the user still has if the program is stopped from now on, and how to continue.
     *
     * @param what a sentence without a capital and a full stop; asked for when the program is stopped
     */
    public synchronized void keeps(Supplier<String> what) {
        kept = what;
    }

    /**
     * Prints the last line of a program that is stopped (Ctrl-C), on a line of its own; nothing is shown after it. On a
     * terminal it takes the place of the live line, and of the ^C that the terminal shows.
     */
    public synchronized void stop() {
        if (!stopped) {
            out.println((terminal ? ERASE_LINE : "") + "hourglass: stopped; " + FormatException.escape(kept.get()));
            out.flush();
            stopped = true;
        }
    }

    /** Removes the live line until the next one, or the next line that is said: results follow. */
    @Override
    public synchronized void close() {
        clear();
        paused = true;
    }

    /** Removes the live line; the work goes on. */
    synchronized void clear() {
        if (!shown.isEmpty() && !stopped) {
            out.print(ERASE_LINE);
            out.flush();
        }
        shown = "";
        news = "";
        lastNews = clock.getAsLong();
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
