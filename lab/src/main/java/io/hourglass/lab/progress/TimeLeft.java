package io.hourglass.lab.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How long the work of a command still takes, from the pace of each kind of work so far. Work that runs side by side is
 * counted in seconds of one lane, so a pace does not depend on what else runs. Thread-safe.
 */
public final class TimeLeft {
    /** Kinds of work. What is done of one kind tells nothing about the pace of another one. */
    public enum Kind {
        /** Training networks; the unit is the multiply-add. */
        TRAINING(true),
        /** Analysing codes; the unit is the analysis. */
        CLUSTERS(false),
        /** Analysing codes and placing them in maps; the unit is the analysis. */
        MAPS(false),
        /** Drawing pages; the unit is the page, which takes about a second. */
        DRAWING(false);

        private final boolean inSteps;

        /** @param inSteps whether the work is counted in small steps, not by whole jobs that take seconds */
        Kind(boolean inSteps) {
            this.inSteps = inSteps;
        }
    }

    /** Until a page has been drawn: pages come last, and an estimate without them would be too short. */
    private static final double SECONDS_OF_PAGE = 1;

    private final Map<Kind, Pace> paces = new EnumMap<>(Kind.class);
    private int lanes = 1;

    TimeLeft() {
        for (Kind kind : Kind.values()) {
            paces.put(kind, new Pace(kind.inSteps));
        }
        of(Kind.DRAWING).guess = SECONDS_OF_PAGE;
    }

    private Pace of(Kind kind) {
        return Objects.requireNonNull(paces.get(kind));
    }

    /** Sets how many lanes work at the same time, 1 or more. */
    public synchronized void lanes(int count) {
        lanes = count;
    }

    /** Adds work that is to come. */
    public synchronized void expect(Kind kind, double work) {
        of(kind).toCome += work;
    }

    /** Takes away work that need not be done. */
    public synchronized void skip(Kind kind, double work) {
        of(kind).toCome -= work;
    }

    /**
     * Counts work that has been done.
     *
     * @param seconds that it took in its lane
     */
    public synchronized void done(Kind kind, double work, double seconds) {
        of(kind).add(work, seconds);
    }

    /**
     * The seconds from now to the end; empty if there is no work, or it is too early to tell.
     *
     * @param longest the most work of training that one lane still has to do alone
     */
    public synchronized OptionalDouble seconds(double longest) {
        double sum = 0;
        for (Pace pace : paces.values()) {
            if (pace.toCome > 0) {
                if (!pace.isSettled()) {
                    return OptionalDouble.empty();
                }
                sum += pace.toCome * pace.secondsOfUnit();
            }
        }
        if (sum == 0) {
            return OptionalDouble.empty();
        }
        Pace training = of(Kind.TRAINING);
        double alone = training.toCome > 0 ? longest * training.secondsOfUnit() : 0;
        return OptionalDouble.of(Math.max(sum / lanes, alone));
    }

    /**
     * The pace of one kind, over the last minute or the second half of the time if that is shorter: in the first
     * seconds, Java still compiles.
     */
    private static final class Pace {
        private static final double LONGEST = 60;
        private static final double SHORTEST = 2;

        /** How much the paces in the two halves of the window may differ. */
        private static final double STEADY = 1.25;

        private record Mark(double seconds, double work) {}

        private final boolean inSteps;
        private final Deque<Mark> marks = new ArrayDeque<>();
        private double guess = Double.NaN; // of the seconds of a unit, before any is done
        private double toCome;
        private double seconds;
        private double work;
        private boolean settled;

        Pace(boolean inSteps) {
            this.inSteps = inSteps;
        }

        void add(double more, double took) {
            toCome -= more;
            work += more;
            seconds += took;
            Mark last = marks.peekLast();
            if (last == null || seconds - last.seconds() >= Math.min(1, seconds / 20)) {
                marks.add(new Mark(seconds, work));
            }
            while (marks.size() > 2 && marks.peekFirst().seconds() < begin()) {
                marks.removeFirst();
            }
        }

        private double begin() {
            return seconds - Math.min(LONGEST, seconds / 2);
        }

        /** Whether the pace has been steady once: it may change a little afterwards, but an estimate stays useful. */
        boolean isSettled() {
            settled |= !Double.isNaN(guess) || isSteady();
            return settled;
        }

        private boolean isSteady() {
            Mark first = marks.peekFirst();
            if (first == null || work == 0) {
                return false;
            }
            if (!inSteps) {
                return true;
            }
            double middle = (first.seconds() + seconds) / 2;
            Mark half = marks.stream()
                    .filter(mark -> mark.seconds() >= middle)
                    .findFirst()
                    .orElse(first);
            if (half == first) {
                return false; // too few marks
            }
            double before = (half.work() - first.work()) / (half.seconds() - first.seconds());
            double after = (work - half.work()) / (seconds - half.seconds());
            return seconds - first.seconds() >= SHORTEST && Math.max(before, after) <= STEADY * Math.min(before, after);
        }

        double secondsOfUnit() {
            if (work == 0) {
                return guess;
            }
            Mark first = marks.peekFirst();
            return first == null || work == first.work() || !inSteps
                    ? seconds / work
                    : (seconds - first.seconds()) / (work - first.work());
        }
    }
}
