package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.StudyResults.RunResult;

/**
 * A finished run as stored in its file, with everything that decides whether it can be reused.
 *
 * @param format {@link #FORMAT} of the version that wrote it
 * @param data rows trained and tested on
 */
record RunRecord(int format, DataSummary data, RunResult result) {
    /** Raise it when a result gains a field, or when the same settings give other weights than before. */
    static final int FORMAT = 6;

    /** How this record differs from a run, in words; empty if it does not. */
    String differsFrom(Run run, DataSummary rows) {
        if (!data.trainSha256().equals(rows.trainSha256()) || !data.testSha256().equals(rows.testSha256())) {
            return "it was trained on other data";
        }
        Recipe recipe = result.recipe();
        if (recipe.epochs() != run.recipe().epochs()) {
            return "it was trained for " + recipe.epochs() + (recipe.epochs() == 1 ? " epoch" : " epochs");
        }
        if (recipe.seed() != run.recipe().seed()) {
            return "it was trained with seed " + recipe.seed();
        }
        return result.architecture().equals(run.architecture()) && recipe.equals(run.recipe())
                ? ""
                : "it was trained with other settings";
    }
}
