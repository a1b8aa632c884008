package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.DataSummary;

/**
 * With what an experiment's networks were trained: all that decides, with their shapes, whether a result can be used again.
 *
 * @param format {@link #FORMAT} of the version that trained
 * @param recipe its seed is the experiment's
 * @param rows trained on: all of the data's training rows, or the first
 */
public record Training(int format, Recipe recipe, int rows, DataSummary data) {
    /** To be raised when a result's meaning changes, or when the same settings give other weights than before. */
    static final int FORMAT = 1;

    static Training of(Recipe recipe, Workplace place) {
        return new Training(FORMAT, recipe, place.train().rows(), place.data());
    }

    /** What of this differs from that, in words; empty if nothing does. */
    String differsFrom(Training other) {
        if (format != other.format) {
            return "it was recorded by another version of Hourglass";
        }
        if (!data.trainSha256().equals(other.data.trainSha256())
                || !data.testSha256().equals(other.data.testSha256())) {
            return "it was made from other data";
        }
        if (rows != other.rows) {
            return "it was trained on " + rows + " rows";
        }
        if (recipe.epochs() != other.recipe.epochs()) {
            return "it was trained for " + recipe.epochs() + " epochs";
        }
        if (recipe.seed() != other.recipe.seed()) {
            return "it was trained with seed " + recipe.seed();
        }
        return recipe.equals(other.recipe) ? "" : "it was trained with other settings";
    }
}
