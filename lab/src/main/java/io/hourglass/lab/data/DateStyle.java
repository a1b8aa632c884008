package io.hourglass.lab.data;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which people and programs write dates, with or without a time: {@code 2026-11-30}, {@code 30.11.2026
 * 14:05}, {@code 11/30/2026}, {@code 30-Nov-2026}, {@code 2026-11-30T14:05:10.5Z}. A date of two small numbers does not
 * show which is the day.
 */
final class DateStyle {
    /** The order of year, month and day. */
    enum Order {
        YEAR_FIRST,
        DAY_FIRST,
        MONTH_FIRST
    }

    private static final int LONGEST = 40;
    private static final String TIME =
            "(?:(?:[T ]|, ?)(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?\\s?(Z|UTC|[-+]\\d{2}:?\\d{2})?)?";
    private static final Pattern DATE = Pattern.compile(
            "(\\d{1,4}|[A-Za-z]{3,9})([-/. ])(\\d{1,2}|[A-Za-z]{3,9})(?:\\2|, )(\\d{4}|\\d{1,2})" + TIME);
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final DateTimeFormatter WITH_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private DateStyle() {}

    /** Whether a field, without surrounding spaces, is a date in one order or another. */
    static boolean isDate(String field) {
        Matcher form = match(field);
        return form != null && Arrays.stream(Order.values()).anyMatch(order -> !Double.isNaN(seconds(form, order)));
    }

    /** Whether a date has a time of day. */
    static boolean hasTime(String field) {
        return field.indexOf(':') >= 0;
    }

    private static @Nullable Matcher match(String field) {
        if (field.length() < 6 || field.length() > LONGEST) {
            return null;
        }
        Matcher form = DATE.matcher(field);
        return form.matches() ? form : null;
    }

    /** Seconds since 1970, taken as UTC where no offset is given; NaN if the field is no date in that order. */
    static double parse(String field, Order order) {
        Matcher form = match(field);
        return form == null ? Double.NaN : seconds(form, order);
    }

    private static double seconds(Matcher form, Order order) {
        String year = form.group(order == Order.YEAR_FIRST ? 1 : 4);
        String month = form.group(order == Order.MONTH_FIRST ? 1 : 3);
        String day = form.group(order == Order.YEAR_FIRST ? 4 : order == Order.MONTH_FIRST ? 3 : 1);
        if (!isNumber(year) || !isNumber(day) || day.length() > 2 || year.length() == 3 || year.length() == 1) {
            return Double.NaN;
        }
        if ((order == Order.YEAR_FIRST && year.length() != 4)
                || (order == Order.MONTH_FIRST && form.group(2).equals("."))) { // points stand after days
            return Double.NaN;
        }
        int monthNumber = isNumber(month) ? Integer.parseInt(month) : month(month);
        try {
            int yearNumber = Integer.parseInt(year) + (year.length() == 2 ? 2000 : 0);
            LocalDate date = LocalDate.of(yearNumber, monthNumber, Integer.parseInt(day));
            double seconds = 86_400.0 * date.toEpochDay();
            if (form.group(5) == null) {
                return seconds;
            }
            int hour = Integer.parseInt(form.group(5));
            int minute = Integer.parseInt(form.group(6));
            int second = form.group(7) == null ? 0 : Integer.parseInt(form.group(7));
            if (hour > 23 || minute > 59 || second > 59) {
                return Double.NaN;
            }
            String fraction = form.group(8);
            String zone = form.group(9);
            double offset = zone == null || zone.equals("Z") || zone.equals("UTC")
                    ? 0
                    : ZoneOffset.of(zone.length() == 5 ? zone.substring(0, 3) + ":" + zone.substring(3) : zone)
                            .getTotalSeconds();
            return seconds
                    + 3600.0 * hour
                    + 60.0 * minute
                    + second
                    + (fraction == null ? 0 : Double.parseDouble("0." + fraction))
                    - offset;
        } catch (DateTimeException e) {
            return Double.NaN;
        }
    }

    private static boolean isNumber(String text) {
        return Character.isDigit(text.charAt(0));
    }

    /** The month of an English name or its first three letters; 0 for other text. */
    private static int month(String name) {
        int at = MONTHS.indexOf(name.substring(0, 3).toLowerCase(Locale.ROOT));
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }

    /**
     * Whether a local time may be one that a clock shows again because it was set back: on a Sunday night, as almost
     * everywhere, by an hour at most.
     *
     * @param seconds the time, as {@link #parse} gives it
     * @param before the time before it, which is not earlier
     */
    static boolean mayRepeat(double seconds, double before) {
        LocalDateTime time = LocalDateTime.ofEpochSecond((long) Math.floor(seconds), 0, ZoneOffset.UTC);
        return before - seconds < 3600 && time.getDayOfWeek() == DayOfWeek.SUNDAY && time.getHour() < 4;
    }

    /** A time in ISO's form, to the second: {@code 2026-11-30} or {@code 2026-11-30 14:05:10}. */
    static String format(double seconds, boolean withTime) {
        // Years 0 to 9999; a network may decode to any number.
        double within = Math.max(-62_167_219_200.0, Math.min(253_402_300_799.0, seconds));
        LocalDateTime time = LocalDateTime.ofInstant(
                Instant.ofEpochSecond(withTime ? Math.round(within) : 86_400 * Math.round(within / 86_400)),
                ZoneOffset.UTC);
        return withTime ? WITH_TIME.format(time) : time.toLocalDate().toString();
    }
}
