package io.hourglass;

/**
 * Receives the progress of a training run, and may end it. {@link Trainer#fit} calls it on the thread that called
 * {@code fit}. All methods do nothing unless overridden. An exception that one of them throws ends the run and is
 * thrown to the caller.
 *
 * <pre>{@code
 * TrainingListener printer = new TrainingListener() {
 *     public void onEpoch(History.Epoch epoch) {
 *         System.out.println(epoch.epoch() + ": " + epoch.trainMse());
 *     }
 * };
 * Trainer trainer = new Trainer(Architecture.parse("784-128-16"), Recipe.tuned()).listener(printer);
 * }</pre>
 */
public interface TrainingListener {
    /**
     * Called about five times a second during an epoch.
     *
     * @param epoch 1 for the first
     * @param rowsDone rows trained so far in this epoch
     * @param rows rows of an epoch
     */
    default void onProgress(int epoch, long rowsDone, long rows) {}

    /**
     * Called before the first epoch of a run that resumes from a checkpoint, or from a state with a history.
     *
     * @param done the epochs trained before
     */
    default void onResume(History done) {}

    /**
     * Called with a line for the user: which checkpoint the run resumes from, why a newer one was not used, or that
     * the run ends early.
     *
     * @param note one line of text
     */
    default void onNote(String note) {}

    /**
     * Called at the end of each epoch.
     *
     * @param epoch what was measured
     */
    default void onEpoch(History.Epoch epoch) {}

    /**
     * Asked about five times a second during an epoch, and after each epoch, whether the run is to end. It then ends
     * after the next mini-batch at the latest, and {@code fit} returns what there is: see {@link Trainer.End#STOPPED}.
     *
     * @return true to end the run
     */
    default boolean shouldStop() {
        return false;
    }
}
