package io.hourglass;

/** Training cannot go on; the message is one line that says where and why. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** An exception with that message. */
    public TrainingException(String message) {
        super(message);
    }
}
