package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.training.Defaults;
import java.util.Locale;
import java.util.Optional;

/**
 * How an experiment's networks were trained: together with their shapes, everything that decides whether a result can
 * be reused.
 *
 * @param format {@link #FORMAT} of the version that trained
 * @param recipe whose seed is the experiment's
 * @param rows number of rows trained on: all training rows, or the first ones
 */
public record Training(int format, Recipe recipe, int rows, DataSummary data) {
    /** Raise it when a result's meaning changes, or when the same settings give other weights than before. */
    static final int FORMAT = 6;

    private static final int ENOUGH_EPOCHS = 15;
    private static final int ENOUGH_STEPS = 10_000;

    /**
     * Training by a recipe.
     *
     * @param rows number of rows trained on: all of {@code data}, or the first ones
     */
    public static Training of(Recipe recipe, int rows, DataSummary data) {
        return new Training(FORMAT, recipe, rows, data);
    }

    /** Mini-batches in all. */
    public long steps() {
        return (long) recipe.epochs() * ((rows + recipe.batchSize() - 1) / recipe.batchSize());
    }

    /**
     * Whether the networks were trained long enough for conclusions. On MNIST, 784-256-128-64 has a larger error than
     * PCA after 16 epochs of 12,000 rows (3,008 steps), and a third of PCA's error after 15 epochs of all rows (14,070
     * steps). The recipe for tables takes fewer steps.
     */
    public boolean isEnough() {
        return recipe.epochs() >= enoughEpochs() && steps() >= enoughSteps() && rows == data.train();
    }

    /** The fewest epochs for conclusions. */
    public int enoughEpochs() {
        return isOfTable() ? Defaults.FEWEST_EPOCHS : ENOUGH_EPOCHS;
    }

    /** The fewest steps for conclusions. */
    public int enoughSteps() {
        return isOfTable() ? Defaults.FEWEST_STEPS : ENOUGH_STEPS;
    }

    private boolean isOfTable() {
        return recipe.name().equals(Defaults.RECIPE);
    }

    /** A sentence that says that the networks were trained too briefly for conclusions; empty if they were not. */
    public Optional<String> tooLittle() {
        int epochs = recipe.epochs();
        return isEnough()
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
                        enoughEpochs(),
                        enoughSteps()));
    }

    /** How this differs from another training, in words; empty if it does not. */
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
        if (recipe.epochs() != other.recipe.epochs()) {
            return "it was trained for " + recipe.epochs() + (recipe.epochs() == 1 ? " epoch" : " epochs");
        }
        if (recipe.seed() != other.recipe.seed()) {
            return "it was trained with seed " + recipe.seed();
        }
        return equals(other) ? "" : "it was trained with other settings";
    }
}
