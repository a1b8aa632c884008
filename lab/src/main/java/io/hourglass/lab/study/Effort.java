package io.hourglass.lab.study;

import io.hourglass.Recipe;

/**
 * How much a study does besides training its runs: everything if it has as many epochs as the tuned recipe, less if it
 * is shorter, so that a first look takes seconds, not minutes.
 *
 * @param trainRows number of training rows, the first ones, to search for nearest neighbours and to train the {@link
 *     Extras} on
 * @param testRows number of test rows, the first ones, whose codes are clustered
 * @param whole whether to include what takes long: UMAP, bias and variance, the sweep
 */
record Effort(int trainRows, int testRows, boolean whole) {
    /** Epochs from which all training rows are used; with fewer, the same fraction of rows as of epochs. */
    private static final int WHOLE_STUDY = Recipe.tuned().epochs();

    private static final int LEAST_TRAIN_ROWS = 10_000;

    private static final int FIRST_LOOK_TEST_ROWS = 2_000;

    /**
     * The effort of a study.
     *
     * @param trainRows number of all training rows
     * @param testRows number of all test rows
     * @param epochs of the study's runs
     * @param quick whether to leave out what takes long
     */
    static Effort of(int trainRows, int testRows, int epochs, boolean quick) {
        long part = (long) trainRows * Math.min(epochs, WHOLE_STUDY) / WHOLE_STUDY;
        boolean firstLook = epochs < StudyResults.FIRST_LOOK;
        return new Effort(
                (int) Math.min(trainRows, Math.max(LEAST_TRAIN_ROWS, part)),
                firstLook ? Math.min(testRows, FIRST_LOOK_TEST_ROWS) : testRows,
                !quick && !firstLook);
    }
}
