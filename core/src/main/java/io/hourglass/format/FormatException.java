package io.hourglass.format;

import java.io.IOException;

/**
 * A file is not what it should be. The message is one line that names the file, the value found and what was expected.
 */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int QUOTE_LIMIT = 60;

    /** An exception with that message. */
    public FormatException(String message) {
        super(message);
    }

    /**
     * Text from a file as it may stand in a message: in single quotes, short, on one line, without control characters.
     */
    public static String quote(String text) {
        boolean fits = text.length() <= QUOTE_LIMIT;
        return "'" + escape(fits ? text : text.substring(0, QUOTE_LIMIT)) + (fits ? "'" : "...'");
    }

    /**
     * Text from a file as it may stand in a line on a terminal: what could end the line, move the cursor, or turn the
     * direction of writing is written as its number, such as {@code \\u001b}.
     */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean plain = switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
                case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
                default -> true;
            };
            if (plain) {
                escaped.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    escaped.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return escaped.toString();
    }
}
