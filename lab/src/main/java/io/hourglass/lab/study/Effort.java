package io.hourglass.lab.study;

import io.hourglass.Recipe;

/**
 * How much a study does beside training its runs: everything in one of as many epochs as the tuned recipe has, less in
 * a shorter one, so that a first look of a few epochs takes seconds and not minutes.
 *
 * @param trainRows training rows, the first, that nearest neighbours are looked for among and the {@link Extras} train
 *     on
 * @param testRows test rows, the first, whose codes are clustered
 * @param whole whether to do what takes long as well: UMAP, bias and variance, the sweep
 */
record Effort(int trainRows, int testRows, boolean whole) {
    /** Epochs from which on all training rows are used; below, as large a part of them as the epochs are of these. */
    private static final int WHOLE_STUDY = Recipe.tuned().epochs();

    private static final int LEAST_TRAIN_ROWS = 10_000;

    private static final int FIRST_LOOK_TEST_ROWS = 2_000;

    /**
     * That of a study.
     *
     * @param trainRows all there are
     * @param testRows all there are
     * @param epochs of the study's runs
     * @param quick whether what takes long is not wanted
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
