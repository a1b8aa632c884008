package io.hourglass.lab.data;

/** Numbers in text files. */
final class Numbers {
    /** No double needs more digits; parsing longer fields is not worth the time. */
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

    /** The float nearest to such a number, which is not always the float nearest to the double. */
    static float parseFloat(String text) {
        return Double.isNaN(parse(text)) ? Float.NaN : Float.parseFloat(text);
    }

    /** Whether a value stays finite as a float, the type that networks compute with. */
    static boolean isUsable(double value) {
        return Float.isFinite((float) value);
    }
}
