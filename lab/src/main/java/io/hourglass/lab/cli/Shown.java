package io.hourglass.lab.cli;

import io.hourglass.format.FormatException;
import io.hourglass.lab.text.Json;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats numbers and text for a terminal. */
final class Shown {
    private Shown() {}

    /** A number in the given format; {@code undefined} if it is NaN or infinite. */
    static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "undefined";
    }

    /** A number of rows: {@code 1 row}, {@code 10,000 rows}. */
    static String rows(long count) {
        return count(count, "row");
    }

    /** A number of things: {@code 1 code}, {@code 10,000 codes}. */
    static String count(long count, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", count, thing, count == 1 ? "" : "s");
    }

    /** Text from a file, with line ends and terminal control characters escaped. */
    static String text(String text) {
        return FormatException.escape(text);
    }

    /** JSON with control characters escaped; it parses to the same text. */
    static String json(Object value) {
        return Json.write(value).lines().map(Shown::text).collect(Collectors.joining("\n"));
    }

    /** An error; small ones keep their digits. */
    static String error(double value) {
        return number(value != 0 && Math.abs(value) < 1e-4 ? "%.3e" : "%.6f", value);
    }
}
