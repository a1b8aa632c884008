package io.hourglass.lab.data;

/** Numbers in text files. */
final class Numbers {
    /** No double needs more digits; that of a longer field is not worth the time. */
    private static final int LONGEST = 512;

    private Numbers() {}

    /**
     * The double nearest to a decimal number such as {@code -1.5e3}; NaN for any other text. {@link Double#parseDouble}
     * alone would take {@code 0x1p3}, {@code 1f}, {@code NaN} and {@code Infinity} too.
     */
    static double parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Double.NaN;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The float nearest to such a number, which is not always the float nearest to its double. */
    static float parseFloat(String text) {
        return Double.isNaN(parse(text)) ? Float.NaN : Float.parseFloat(text);
    }

    /** Whether a value is a number that stays finite as a float, as networks take it. */
    static boolean isUsable(double value) {
        return Float.isFinite((float) value);
    }
}
