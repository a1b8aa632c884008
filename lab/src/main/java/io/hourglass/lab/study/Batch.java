package io.hourglass.lab.study;

import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Networks to be trained: all {@link SideBySide side by side}, so that no thread waits where one experiment ends. */
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

    private record Entry(SideBySide.Turn turn, double work, Training training) {}

    /** Adds a network of an experiment that is to be trained on so many rows. */
    void add(Architecture network, int rows, int epochs, Training training) {
        add(SideBySide.Turn.LAST, network, rows, epochs, training);
    }

    /** The same for one whose turn comes earlier. */
    void add(SideBySide.Turn turn, Architecture network, int rows, int epochs, Training training) {
        entries.add(new Entry(turn, TrainingProgress.work(network, rows, epochs), training));
    }

    /** Trains all. */
    void run(Workplace place) throws IOException {
        try (SideBySide jobs = new SideBySide(place.threads())) {
            addTo(jobs, place);
            jobs.await();
        } finally {
            place.progress().close();
        }
    }

    /** Hands all to those who train them; nothing is to be added any more. */
    void addTo(SideBySide jobs, Workplace place) {
        TrainingProgress overall = new TrainingProgress(
                place.progress(),
                entries.size(),
                entries.stream().mapToDouble(Entry::work).sum());
        int each = place.threads() / Math.max(1, Math.min(place.threads(), entries.size()));
        for (Entry entry : entries) {
            jobs.add(entry.turn, entry.work, each, threads -> {
                entry.training.run(threads, overall);
                return entry;
            });
        }
    }
}
