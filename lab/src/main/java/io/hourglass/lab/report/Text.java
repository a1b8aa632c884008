package io.hourglass.lab.report;

import java.util.List;
import java.util.Locale;

/** Numbers as text, in the same form everywhere in the report. */
final class Text {
    /** In place of a number that has no value, such as a ratio to an error of zero. */
    static final String UNDEFINED = "undefined";

    private Text() {}

    /** A mean squared error in sentences and labels, for instance {@code 0.0113}. */
    static String mse(double value) {
        return error(value, 4);
    }

    /**
     * The part of a sentence that compares two errors, with enough digits to tell them apart: two numbers that look the
     * same would contradict a sentence that says which is lower.
     *
     * @param pattern with two {@code %s}
     */
    static String mse(String pattern, double a, double b) {
        int digits = 4;
        while (digits < 8 && a != b && error(a, digits).equals(error(b, digits))) {
            digits++;
        }
        return format(pattern, error(a, digits), error(b, digits));
    }

    /** A peak signal-to-noise ratio in decibels; undefined if the error is zero or not finite. */
    static String psnr(double value, int digits) {
        return Double.isFinite(value) ? format("%." + digits + "f dB", value) : UNDEFINED;
    }

    /** A mean squared error in tables, with one digit more. */
    static String preciseMse(double value) {
        return error(value, 5);
    }

    private static String error(double value, int digits) {
        if (!Double.isFinite(value)) {
            return "n/a";
        }
        boolean small = value != 0 && Math.abs(value) < 10 * Math.pow(10, -digits);
        return format(small ? "%.2e" : "%." + digits + "f", value);
    }

    /** For instance {@code 38 %}; below one percent with a digit more. */
    static String percent(double ratio) {
        double percent = Math.abs(ratio) * 100;
        if (!Double.isFinite(percent)) {
            return UNDEFINED;
        }
        return percent < 0.05 ? "less than 0.1 %" : format(percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
    }

    /** A factor, for instance {@code 3.8}. */
    static String factor(double value) {
        return Double.isFinite(value) ? format(value < 10 ? "%.2f" : "%.0f", value) : UNDEFINED;
    }

    /** A ratio of sizes, for instance {@code 49} or {@code 12.3}. */
    static String ratio(double value) {
        return value == Math.rint(value) ? count((long) value) : format("%,.1f", value);
    }

    /** Seconds or minutes, whichever reads better. */
    static String duration(double seconds) {
        return seconds < 99.95
                ? format("%.1f s", seconds)
                : format("%d min %02d s", Math.round(seconds) / 60, Math.round(seconds) % 60);
    }

    /** A whole number with thousands separated, for instance {@code 60,000}. */
    static String count(long value) {
        return format("%,d", value);
    }

    /** The English plural of a regular noun with its number, for instance {@code 1 run}, {@code 2 runs}. */
    static String counted(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** For instance {@code a, b and c}. */
    static String list(List<String> items) {
        int last = items.size() - 1;
        return last < 1
                ? String.join("", items)
                : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }

    /** {@link String#format}, independent of the machine's locale. */
    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
