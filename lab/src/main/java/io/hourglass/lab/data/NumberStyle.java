package io.hourglass.lab.data;

import java.util.regex.Pattern;

/**
 * The ways in which people and spreadsheets write numbers: with a decimal point or a decimal comma, thousands set apart
 * by the other mark, a space or an apostrophe, a percent or currency sign behind, or a currency sign before. One field
 * may not show which of the two marks it uses: 1,234 may be a little more than one or a little more than a thousand.
 */
final class NumberStyle {
    /** A field is a number if its decimal mark is the point. */
    static final int POINT = 1;

    /** A field is a number if its decimal mark is the comma. */
    static final int COMMA = 2;

    /** The two readings of a field differ. */
    static final int AMBIGUOUS = 4;

    /** A field is a whole number of digits only, perhaps with a sign. */
    static final int WHOLE = 8;

    /** No number has more characters. */
    private static final int LONGEST = 512;

    /** Spaces of several widths, which spreadsheets use between thousands, and apostrophes. */
    private static final String GAPS = " \u00a0\u2009\u202f'\u2019";

    /** Percent and currency signs that may follow a number. */
    private static final String SIGNS = "%\u20ac$\u00a3";

    private static final String MINUS = "-+\u2212";

    private static final Pattern WITH_POINT = pattern(",", "\\.");
    private static final Pattern WITH_COMMA = pattern(".", ",");

    private NumberStyle() {}

    private static Pattern pattern(String thousands, String decimal) {
        String whole = "(?:[1-9]\\d{0,2}([" + thousands + GAPS + "])\\d{3}(?:\\1\\d{3})*|\\d+)";
        return Pattern.compile(
                "[-+\u2212]?(?:" + whole + "(?:" + decimal + "\\d*)?|" + decimal + "\\d+)(?:[eE][-+]?\\d{1,9})?");
    }

    /** How a field, without surrounding spaces, can be read as a number: 0 if it is none. */
    static int of(String field) {
        int length = field.length();
        if (length == 0 || length > LONGEST) {
            return 0;
        }
        int sign = field.charAt(0) == '-' || field.charAt(0) == '+' ? 1 : 0;
        int at = sign;
        while (at < length && isDigit(field.charAt(at))) {
            at++;
        }
        if (at == length) {
            return at > sign ? POINT | COMMA | WHOLE : 0;
        }
        int whole = at - sign;
        if (field.charAt(at) == '.') {
            int from = ++at;
            while (at < length && isDigit(field.charAt(at))) {
                at++;
            }
            int decimals = at - from;
            if (at == length && whole + decimals > 0) {
                boolean grouped = decimals == 3 && whole >= 1 && whole <= 3 && field.charAt(sign) != '0';
                return grouped ? POINT | COMMA | AMBIGUOUS : POINT;
            }
        }
        return ofAny(field);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int ofAny(String field) {
        char first = field.charAt(0);
        if (!isDigit(first) && ".,".indexOf(first) < 0 && MINUS.indexOf(first) < 0 && SIGNS.indexOf(first) < 0) {
            return 0;
        }
        String number = withoutSign(field);
        int point = WITH_POINT.matcher(number).matches() ? POINT : 0;
        int comma = WITH_COMMA.matcher(number).matches() ? COMMA : 0;
        int readings = point | comma;
        boolean differ = readings == (POINT | COMMA) && (number.indexOf('.') >= 0 || number.indexOf(',') >= 0);
        return readings | (differ ? AMBIGUOUS : 0);
    }

    /** The number without a sign behind it or a currency sign before it, and without spaces between them. */
    private static String withoutSign(String field) {
        int minus = MINUS.indexOf(field.charAt(0)) >= 0 ? 1 : 0;
        int start = minus;
        int end = field.length();
        if (SIGNS.indexOf(field.charAt(end - 1)) >= 0) {
            end--;
            while (end > 0 && GAPS.indexOf(field.charAt(end - 1)) >= 0) {
                end--;
            }
        } else if (minus < end && SIGNS.indexOf(field.charAt(minus)) > 0) { // a percent sign stands behind
            start++;
            while (start < end && GAPS.indexOf(field.charAt(start)) >= 0) {
                start++;
            }
        }
        return start == minus ? field.substring(0, end) : field.substring(0, minus) + field.substring(start, end);
    }

    /**
     * The double nearest to a number; NaN for text that is none.
     *
     * @param field without surrounding spaces
     * @param comma whether its decimal mark is the comma
     */
    static double parse(String field, boolean comma) {
        double plain = comma ? Double.NaN : Numbers.parse(field);
        if (!Double.isNaN(plain)) {
            return plain;
        }
        if ((of(field) & (comma ? COMMA : POINT)) == 0) {
            return Double.NaN;
        }
        StringBuilder digits = new StringBuilder(field.length());
        String number = withoutSign(field);
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c == '\u2212') {
                digits.append('-');
            } else if (c == (comma ? ',' : '.')) {
                digits.append('.');
            } else if (c != (comma ? '.' : ',') && GAPS.indexOf(c) < 0) {
                digits.append(c);
            }
        }
        return Numbers.parse(digits.toString());
    }
}
