package io.hourglass.lab.data;

/** Numbers in text files. */
final class Numbers {
    /** No float needs more digits; that of a longer field is not worth the time. */
    private static final int LONGEST = 512;

    private Numbers() {}

    /**
     * The float nearest to a decimal number such as {@code -1.5e3}; NaN for any other text. {@link Float#parseFloat} alone would take
     * {@code 0x1p3}, {@code 1f}, {@code NaN} and {@code Infinity} too.
     */
    static float parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Float.NaN;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return Float.NaN;
            }
        }
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }
}
