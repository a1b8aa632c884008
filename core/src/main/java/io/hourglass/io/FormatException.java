package io.hourglass.io;

import java.io.IOException;

/** A file is not what it should be. The message is one line that names the file, the value found and what was expected. */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int QUOTE_LIMIT = 60;

    /** An exception with that message. */
    public FormatException(String message) {
        super(message);
    }

    /** Text from a file as it may stand in a message: in single quotes, short, on one line, without control characters. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), QUOTE_LIMIT); i++) {
            char c = text.charAt(i);
            boolean plain = !Character.isISOControl(c) && c != '\u2028' && c != '\u2029' && !Character.isSurrogate(c);
            quoted.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return quoted.append(text.length() > QUOTE_LIMIT ? "...'" : "'").toString();
    }
}
