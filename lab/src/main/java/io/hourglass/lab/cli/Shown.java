package io.hourglass.lab.cli;

import io.hourglass.format.FormatException;
import io.hourglass.lab.text.Json;
import java.util.Locale;
import java.util.stream.Collectors;

/** How numbers and texts are shown on a terminal. */
final class Shown {
    private Shown() {}

    /** A number in that format; {@code undefined} where it is none, or too large for one. */
    static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "undefined";
    }

    /** Text from a file, of which nothing ends the line or works on the terminal. */
    static String text(String text) {
        return FormatException.escape(text);
    }

    /** JSON in which no text works on the terminal either; a reader finds the same texts. */
    static String json(Object value) {
        return Json.write(value).lines().map(Shown::text).collect(Collectors.joining("\n"));
    }

    /** A mean squared error; a small one keeps its digits. */
    static String error(double value) {
        return number(value != 0 && Math.abs(value) < 1e-4 ? "%.3e" : "%.6f", value);
    }
}
