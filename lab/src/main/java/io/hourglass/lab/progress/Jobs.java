package io.hourglass.lab.progress;

import io.hourglass.lab.progress.TimeLeft.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What a command does at the moment, possibly several things side by side, for the live line. Thread-safe. */
public final class Jobs {
    private final Progress progress;
    private final TimeLeft left;
    private final LongSupplier clock;
    private final List<Job> running = new ArrayList<>();
    private String count = "";
    private String rate = "";

    Jobs(Progress progress, TimeLeft left, LongSupplier clock) {
        this.progress = progress;
        this.left = left;
        this.clock = clock;
    }

    /** A job, from its beginning until it is closed. */
    public final class Job implements AutoCloseable {
        private final Kind kind;
        private final double work;
        private final String name;
        private final long begun = clock.getAsLong();
        private String where = ""; // how far it is
        private String brief = ""; // the same in few letters
        private double toDo; // of work that is counted step by step
        private boolean needless;

        private Job(Kind kind, double work, String name) {
            this.kind = kind;
            this.work = work;
            this.name = name;
        }

        /** Says that it need not be done: an earlier start has done it. */
        public void reused() {
            needless = true;
        }

        /** Ends the job. */
        @Override
        public void close() {
            end(this);
            if (needless) {
                left.skip(kind, work);
            } else {
                left.done(kind, work, (clock.getAsLong() - begun) / 1e9);
            }
        }

        /** Says how far it is, in words and in fewer letters, and how much is left. */
        void at(String where, String brief, double toDo) {
            synchronized (Jobs.this) {
                this.where = where;
                this.brief = brief;
                this.toDo = toDo;
            }
            show();
        }

        private String text() {
            String how = where.isEmpty() ? Progress.duration((clock.getAsLong() - begun) / 1e9) : where;
            return (name + " " + how).strip();
        }
    }

    /**
     * Begins a job whose work has been announced to {@link TimeLeft#expect}.
     *
     * @param name what is done, for instance {@code clustering pca-16}
     */
    public Job begin(Kind kind, double work, String name) {
        Job job = open(kind, work, name);
        show();
        return job;
    }

    /** Begins a job that counts its work itself; {@link #end} ends it. */
    synchronized Job open(Kind kind, double work, String name) {
        Job job = new Job(kind, work, name);
        running.add(job);
        return job;
    }

    /** Ends a job that counted its work itself. */
    synchronized void end(Job job) {
        running.remove(job);
    }

    /** Says how many jobs of how many are done, and how fast; empty to say nothing. */
    synchronized void summary(String count, String rate) {
        this.count = count;
        this.rate = rate;
    }

    /** Shows the live line if it is due. */
    private void show() {
        if (progress.isDue()) {
            progress.live(lines());
        }
    }

    /** The time left as words to add; empty if there is nothing to say. */
    String timeLeft() {
        double longest;
        synchronized (this) {
            longest = running.stream().mapToDouble(job -> job.toDo).max().orElse(0);
        }
        OptionalDouble seconds = left.seconds(longest);
        return seconds.isEmpty() ? "" : Progress.duration(seconds.getAsDouble()) + " left";
    }

    /** The live line, from the longest form to the shortest, the important part first; empty if nothing runs. */
    String[] lines() {
        String time = timeLeft();
        synchronized (this) {
            if (running.isEmpty()) {
                return new String[0];
            }
            List<Job> jobs = running.stream()
                    .sorted(Comparator.comparing((Job job) -> job.kind)) // training first, because it can be followed
                    .toList();
            Job first = jobs.get(0);
            String all = jobs.stream().map(Job::text).collect(Collectors.joining("; "));
            String brief = first.brief.isEmpty() ? first.text() : (first.name + " " + first.brief).strip();
            return new String[] {
                joined(all, count, time, rate),
                joined(all, count, time),
                joined(all, time),
                joined(first.text(), count, time),
                joined(first.text(), time),
                joined(brief, time),
                first.text(),
                brief
            };
        }
    }

    private static String joined(String... parts) {
        return List.of(parts).stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }
}
