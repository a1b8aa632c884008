package io.hourglass.engine;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Chooses the number of threads of a training run by measuring. A run is a series of spans. For each span, this class
 * decides how many threads take part and how long it lasts. Its caller reports the number of rows and the time they
 * took. It has no clock and no threads of its own. No result depends on it.
 *
 * <p>The levels are 1, 2, 4, ... threads and all processors. A <b>trial</b> compares the level in use with the next
 * higher one in short spans that take turns. If the higher one is faster, it is taken and the trial goes on from there;
 * if the first comparison fails, the next lower one is tried. Between trials the level in use trains undisturbed. These
 * pauses become longer with the run, because code gets faster in its first seconds: what another number of threads
 * needs may not even be compiled. If rows suddenly take longer or less long than before, the next trial comes early.
 */
public final class ThreadChoice {
    /** The length of a trial's spans, in nanoseconds. */
    static final long TRIAL_SPAN = TimeUnit.MILLISECONDS.toNanos(10);

    /** The spans of each of the two levels in a comparison. */
    private static final int SPANS = 5;

    /** The length of the spans between trials, in nanoseconds. After each, shares may change. */
    static final long SPAN = TimeUnit.MILLISECONDS.toNanos(50);

    /** The longest pause, in lengths of the trial before: trials take 3 % of the time. */
    private static final int LONGEST_PAUSE = 32;

    /** The longest pause, in the time of the whole run so far: code becomes faster in the first seconds. */
    private static final double LARGEST_PAUSE = 0.25;

    /** The longest pause after the level in use has become slower or faster. */
    private static final int DRIFT_PAUSE = 8;

    /** More threads have to be this much faster, or the choice would change back and forth. */
    private static final double LEAST_GAIN = 0.05;

    /** The power of {@link #optimism} that remains after a trial. */
    private static final double FORGETTING = 0.7;

    /** A factor between the times of a row that calls for a trial. */
    private static final double DRIFT = 1.3;

    /** In ascending order. */
    private final int[] levels;

    /** The index of the level in use. */
    private int level;

    // The trial, if there is one: the level that is tried, and how long spans of the two levels took, in nanoseconds
    // per row, in turn: candidate, level in use, candidate, ...
    private boolean trial;
    private int candidate;
    private boolean moved;
    private final double[] tried = new double[SPANS];
    private final double[] used = new double[SPANS];
    private int spans;

    // The current span so far.
    private long rows;
    private long nanos;

    private long trialNanos;
    private long pauseNanos;

    /**
     * Nanoseconds per row of the latest spans between trials: of one that was disturbed, the median takes no notice.
     */
    private final double[] latest = new double[SPANS];

    private int pauseSpans;
    private long allNanos;

    /** Nanoseconds per row of the first span after the last trial; 0 if there is none. */
    private double expected;

    /**
     * [level] how much longer rows take between trials than in the short spans of a trial, 1 or more. On a busy machine
     * threads that have slept get a processor at once, and lose it later.
     */
    private final double[] optimism;

    private ThreadChoice(int... levels) {
        this.levels = levels;
        optimism = new double[levels.length];
        Arrays.fill(optimism, 1);
        if (levels.length > 1) {
            begin();
        }
    }

    /** Always this number of threads. */
    public static ThreadChoice fixed(int threads) {
        return new ThreadChoice(threads);
    }

    /** Chooses between 1 and some number of threads. */
    public static ThreadChoice upTo(int most) {
        int[] levels = new int[Integer.SIZE];
        int count = 0;
        for (long n = 1; n < most; n *= 2) {
            levels[count++] = (int) n;
        }
        levels[count++] = most;
        return new ThreadChoice(Arrays.copyOf(levels, count));
    }

    /** The most threads that it ever chooses. */
    public int most() {
        return levels[levels.length - 1];
    }

    /** The number of threads of the current span. */
    public int threads() {
        return levels[trial && spans % 2 == 0 ? candidate : level];
    }

    /** How much longer the current span lasts, in nanoseconds; it may end sooner, and then goes on. */
    public long remaining() {
        return (trial ? TRIAL_SPAN : SPAN) - nanos;
    }

    /** Forgets what was measured, because the code has become faster. */
    public void restart() {
        if (levels.length > 1) {
            Arrays.fill(optimism, 1);
            rows = 0;
            nanos = 0;
            allNanos = 0;
            pauseSpans = 0;
            begin();
        }
    }

    /**
     * Reports a part of the current span.
     *
     * @param rows that its threads have processed
     * @param nanos the time they took
     */
    public void add(long rows, long nanos) {
        this.rows += rows;
        this.nanos += nanos;
        if (this.rows == 0 || remaining() > 0) {
            return;
        }
        allNanos += this.nanos;
        double time = (double) this.nanos / this.rows;
        if (trial) {
            (spans % 2 == 0 ? tried : used)[spans / 2] = time;
            trialNanos += this.nanos;
            spans++;
            if (spans == 2 * SPANS) {
                compare();
            }
        } else {
            pauseNanos += this.nanos;
            latest[pauseSpans++ % SPANS] = time;
            expected = expected == 0 ? time : expected;
            boolean drift = time > expected * DRIFT || time < expected / DRIFT;
            if (levels.length > 1 && pauseNanos >= pause(drift ? DRIFT_PAUSE : LONGEST_PAUSE)) {
                begin();
            }
        }
        this.rows = 0;
        this.nanos = 0;
    }

    /** How long training goes on undisturbed after a trial. */
    private long pause(int longest) {
        return Math.min(longest * trialNanos, Math.max(trialNanos, (long) (allNanos * LARGEST_PAUSE)));
    }

    /** Begins a trial. */
    private void begin() {
        trial = true;
        moved = false;
        trialNanos = 0;
        spans = 0;
        candidate = level + 1 < levels.length ? level + 1 : level - 1;
    }

    /** Ends a comparison: begins the next one, or ends the trial. */
    private void compare() {
        int step = candidate - level;
        boolean faster = isFaster(step > 0 ? 1 - LEAST_GAIN : 1);
        if (faster) {
            level = candidate;
            moved = true;
        } else if (step > 0 && !moved) {
            step = -1; // more threads did not help; perhaps fewer do
        } else {
            step = 0;
        }
        spans = 0;
        candidate = level + step;
        if (step == 0 || candidate < 0 || candidate == levels.length) {
            end();
        }
    }

    /**
     * Compares the two levels. Switching disturbs more than one thread: for a moment, two may share a processor. So a
     * level in use is judged by its spans between trials, if there are any, and one span may be lost to the others.
     */
    private boolean isFaster(double factor) {
        Arrays.sort(tried);
        Arrays.sort(used);
        double middle = used[SPANS / 2];
        double recent = recent();
        if (recent > middle * DRIFT && levels[level] > 1) {
            optimism[level] = recent / middle;
        }
        double inUse = recent > 0 && levels[level] > 1 ? recent : middle;
        double attempt = tried[levels[candidate] > 1 ? 1 : SPANS / 2] * optimism[candidate];
        pauseSpans = 0; // they say nothing about another level
        optimism[candidate] = Math.pow(optimism[candidate], FORGETTING); // the neighbours may have gone
        return attempt < factor * inUse;
    }

    /** The median of the latest spans between trials; 0 if there is none. */
    private double recent() {
        double[] times = Arrays.copyOf(latest, Math.min(pauseSpans, SPANS));
        Arrays.sort(times);
        return times.length == 0 ? 0 : times[times.length / 2];
    }

    private void end() {
        trial = false;
        pauseNanos = 0;
        pauseSpans = 0;
        expected = 0;
    }
}
