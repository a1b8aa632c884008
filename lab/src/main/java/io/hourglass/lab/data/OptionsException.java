package io.hourglass.lab.data;

/** Options that do not fit together, found only where the data shows what they name: wrong usage, not a failure. */
public final class OptionsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    OptionsException(String message) {
        super(message);
    }
}
