package io.hourglass;

/** Told of a training run's progress, on the thread that called {@link Trainer#fit}. */
public interface TrainingListener {
    /**
     * Called several times a second inside an epoch.
     *
     * @param epoch 1 for the first
     * @param rowsDone rows of this epoch trained so far
     * @param rows rows of an epoch
     */
    default void onProgress(int epoch, long rowsDone, long rows) {}

    /**
     * Called before the first epoch of a run that goes on from a checkpoint.
     *
     * @param done the epochs trained before
     */
    default void onResume(History done) {}

    /**
     * Called with a line worth telling the user: which checkpoint the run goes on from, or why not from a newer one.
     */
    default void onNote(String note) {}

    /** Called at the end of each epoch. */
    default void onEpoch(History.Epoch epoch) {}
}
