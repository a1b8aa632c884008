package io.hourglass.lab.study;

import io.hourglass.lab.TrainingProgress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Networks that experiments want trained: all {@link SideBySide side by side}, so that no thread waits where one experiment ends. */
final class Batch {
    private final List<Entry> entries = new ArrayList<>();

    /** Trains one network. */
    @FunctionalInterface
    interface Training {
        /**
         * Does it.
         *
         * @param threads it may use, 1 or more
         * @param overall to which it reports
         */
        void run(int threads, TrainingProgress overall) throws IOException;
    }

    /** What an experiment has found out once its networks are trained. */
    @FunctionalInterface
    interface Outcome<T> {
        /** Writes it down and gives it. */
        T end() throws IOException;
    }

    private record Entry(double work, Training training) {}

    /** Adds a network that is to be trained on so many rows. */
    void add(Architecture network, int rows, int epochs, Training training) {
        entries.add(new Entry(TrainingProgress.work(network, rows, epochs), training));
    }

    /** Trains all. */
    void run(Workplace place) throws IOException {
        TrainingProgress overall = new TrainingProgress(
                place.progress(),
                entries.size(),
                entries.stream().mapToDouble(Entry::work).sum());
        List<SideBySide.Job<Entry>> jobs = new ArrayList<>();
        for (Entry entry : entries) {
            jobs.add(new SideBySide.Job<>(entry.work, threads -> {
                entry.training.run(threads, overall);
                return entry;
            }));
        }
        try {
            SideBySide.run(jobs, place.threads());
        } finally {
            place.progress().close();
        }
    }
}
