package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.Schedule;
import io.hourglass.lab.study.StudyResults.DataSummary;
import java.util.Locale;
import java.util.Optional;

/**
 * With what an experiment's networks were trained: all that decides, with their shapes, whether a result can be used
 * again.
 *
 * @param format {@link #FORMAT} of the version that trained
 * @param recipe {@code paper}, {@code tuned} or {@code custom}
 * @param seed of the experiment
 * @param rows trained on: all of the data's training rows, or the first
 */
public record Training(
        int format,
        String recipe,
        long seed,
        int epochs,
        int batchSize,
        double learningRate,
        Schedule schedule,
        double weightDecay,
        double firstDecay,
        double beta2,
        boolean shuffle,
        int rows,
        DataSummary data) {
    /** To be raised when a result's meaning changes, or when the same settings give other weights than before. */
    static final int FORMAT = 4;

    private static final int ENOUGH_EPOCHS = 15;
    private static final int ENOUGH_STEPS = 10_000;

    /**
     * Training by a recipe.
     *
     * @param rows trained on, all or the first of those of {@code data}
     */
    public static Training of(Recipe recipe, int rows, DataSummary data) {
        return new Training(
                FORMAT,
                recipe.name(),
                recipe.seed(),
                recipe.epochs(),
                recipe.batchSize(),
                recipe.learningRate(),
                recipe.schedule(),
                recipe.weightDecay(),
                recipe.firstDecay(),
                recipe.beta2(),
                recipe.shuffle(),
                rows,
                data);
    }

    /** Mini-batches in all. */
    public long steps() {
        return (long) epochs * ((rows + batchSize - 1) / batchSize);
    }

    /**
     * Why networks trained so briefly say nothing yet about what networks of their shape can do, as a sentence; empty
     * where they do. On MNIST, 784-256-128-64 trails PCA after 16 epochs of 12,000 rows (3,008 steps), and errs by a
     * third of it after 15 epochs of all (14,070 steps).
     */
    public Optional<String> tooLittle() {
        return epochs >= ENOUGH_EPOCHS && steps() >= ENOUGH_STEPS && rows == data.train()
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "These networks were trained for %,d %s (%,d %s) on %,d of %,d rows, which is too little to"
                                + " draw a"
                                + " conclusion: that takes at least %,d epochs and %,d steps on all rows.",
                        epochs,
                        epochs == 1 ? "epoch" : "epochs",
                        steps(),
                        steps() == 1 ? "step" : "steps",
                        rows,
                        data.train(),
                        ENOUGH_EPOCHS,
                        ENOUGH_STEPS));
    }

    /** What of this differs from that, in words; empty if nothing does. */
    String differsFrom(Training other) {
        if (format != other.format) {
            return "it was recorded by another version of Hourglass";
        }
        if (!data.equals(other.data)) {
            return "it was made from other data";
        }
        if (rows != other.rows) {
            return "it was trained on " + rows + " rows";
        }
        if (epochs != other.epochs) {
            return "it was trained for " + epochs + " epochs";
        }
        if (seed != other.seed) {
            return "it was trained with seed " + seed;
        }
        return equals(other) ? "" : "it was trained with other settings";
    }
}
