package io.hourglass.format;

import java.io.IOException;

/**
 * A file does not have the expected content. The message is one line that names the file, the value found and what was
 * expected.
 *
 * <pre>{@code
 * try {
 *     model = Autoencoder.load(file);
 * } catch (FormatException e) {
 *     System.err.println(e.getMessage()); // the user can act on it; other IOExceptions mean that reading failed
 * }
 * }</pre>
 */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int QUOTE_LIMIT = 60;

    /**
     * An exception with a message for the user.
     *
     * @param message one line that names the file, the value found and what was expected
     */
    public FormatException(String message) {
        super(message);
    }

    /**
     * Quotes text from a file for a message: in single quotes, at most 60 characters, on one line,
     * without control characters.
     *
     * @param text from a file, with any content
     * @return the quoted text, with {@code ...} if it was cut
     */
    public static String quote(String text) {
        boolean fits = text.length() <= QUOTE_LIMIT;
        return "'" + escape(fits ? text : text.substring(0, QUOTE_LIMIT)) + (fits ? "'" : "...'");
    }

    /**
     * Makes text from a file safe to print: characters that could end the line, move the cursor or change the direction
     * of writing become escapes such as {@code \\u001b}.
     *
     * @param text from a file, with any content
     * @return the same text on one line
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
