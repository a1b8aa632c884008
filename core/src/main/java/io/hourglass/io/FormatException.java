package io.hourglass.io;

import java.io.IOException;

/** A file is not what it should be. The message is one line that names the file, the value found and what was expected. */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;

    /** An exception with that message. */
    public FormatException(String message) {
        super(message);
    }
}
