package io.hourglass.lab.report;

import java.util.Locale;

/** Parts of the charts inside pages. */
final class Svg {
    private Svg() {}

    /** {@link String#format} with decimal points, as SVG and CSS want numbers, whatever the machine's locale. */
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
