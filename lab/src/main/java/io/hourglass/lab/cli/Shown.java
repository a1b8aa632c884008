package io.hourglass.lab.cli;

import java.util.Locale;

/** How numbers are shown to people. */
final class Shown {
    private Shown() {}

    /** A number in that format; {@code undefined} where it is none, or too large for one. */
    static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "undefined";
    }

    /** A mean squared error; a small one keeps its digits. */
    static String error(double value) {
        return number(value != 0 && Math.abs(value) < 1e-4 ? "%.3e" : "%.6f", value);
    }
}
