package io.hourglass.lab.analysis;

/** An embedding that shows nothing of the rows and must not be drawn or clustered. The message says what is wrong. */
public final class DegenerateEmbeddingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DegenerateEmbeddingException(String message) {
        super(message);
    }
}
