package io.hourglass.lab.study;

import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Networks to train, all {@link SideBySide side by side}, so that no thread waits for the end of an experiment. */
final class Batch {
    private final List<Entry> entries = new ArrayList<>();

    /** Trains one network. */
    @FunctionalInterface
    interface Training {
        /**
         * Trains it.
         *
         * @param threads it may use, 1 or more
         * @param overall receives its progress
         */
        void run(int threads, TrainingProgress overall) throws IOException;
    }

    /** The result of an experiment, available once its networks are trained. */
    @FunctionalInterface
    interface Outcome<T> {
        /** Writes the result and returns it. */
        T end() throws IOException;
    }

    private record Entry(SideBySide.Turn turn, double work, Training training) {}

    /** Adds a network of an experiment, to be trained in the last turn. */
    void add(Architecture network, int rows, int epochs, Training training) {
        add(SideBySide.Turn.LAST, network, rows, epochs, training);
    }

    /** Adds a network to be trained in a given turn. */
    void add(SideBySide.Turn turn, Architecture network, int rows, int epochs, Training training) {
        entries.add(new Entry(turn, TrainingProgress.work(network, rows, epochs), training));
    }

    /** Trains all networks. */
    void run(Workplace place) throws IOException {
        try (SideBySide jobs = new SideBySide(place.threads())) {
            addTo(jobs, place);
            jobs.await();
        } finally {
            place.progress().close();
        }
    }

    /** Adds all networks to the queue of jobs; nothing may be added to the batch afterwards. */
    void addTo(SideBySide jobs, Workplace place) {
        TrainingProgress overall = new TrainingProgress(
                place.progress(),
                entries.size(),
                entries.stream().mapToDouble(Entry::work).sum());
        int each = place.threads() / Math.max(1, Math.min(place.threads(), entries.size()));
        place.progress().timeLeft().lanes(place.threads() / each);
        for (Entry entry : entries) {
            jobs.add(entry.turn, entry.work, each, threads -> {
                entry.training.run(threads, overall);
                return entry;
            });
        }
    }
}
