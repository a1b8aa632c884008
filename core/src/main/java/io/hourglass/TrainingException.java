package io.hourglass;

/**
 * Training cannot continue, because the loss or a weight is no longer finite. The message is one line that names the
 * epoch, the step and the learning rate.
 *
 * <pre>{@code
 * try {
 *     model = new Trainer(model.architecture(), Recipe.paper().with(r -> r.learningRate(0.5))).fit(train).model();
 * } catch (TrainingException e) {
 *     System.err.println(e.getMessage());
 * }
 * }</pre>
 */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message for the user.
     *
     * @param message one line that says where and why
     */
    public TrainingException(String message) {
        super(message);
    }
}
