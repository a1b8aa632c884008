package io.hourglass.lab.report;

import io.hourglass.lab.page.Html;
import io.hourglass.lab.study.Subject;
import io.hourglass.lab.text.Language;
import io.hourglass.lab.text.Messages;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The words of a page: its sentences, and numbers as its language writes them.
 *
 * <p>Sentences come from {@code messages_en.properties} and {@code messages_fr.properties}. Some name what the data
 * are: {@code [labels]} becomes the form {@code labels} of a digit or of a label, and {@code [the.rows]} the form
 * {@code the.rows} of an image or of a row. Forms are messages too, for instance {@code label.digit.labels}.
 */
final class Words {
    private static final Pattern FORM = Pattern.compile("\\[([a-z.]+)]");

    /** Names of networks such as {@code 784-128-2} or {@code 784-128-p}, which a line must not break. */
    private static final Pattern NETWORK = Pattern.compile("\\b\\d+(?:-\\d+)+(?:-p)?\\b");

    /** The space before a mark, which French has and no line may break at. */
    private static final Pattern BEFORE_MARK = Pattern.compile(" (?=[;:?!%\u00bb])");

    private final Messages messages;
    private final boolean digits;
    private final boolean images;
    private final List<String> labelNames;

    /**
     * The words for some data.
     *
     * @param digits whether labels are digits
     * @param images whether rows are images
     */
    Words(Language language, boolean digits, boolean images) {
        this(language, digits, images, List.of());
    }

    private Words(Language language, boolean digits, boolean images, List<String> labelNames) {
        this.labelNames = labelNames;
        this.digits = digits;
        this.images = images;
        Messages raw = Messages.of(Words.class, language);
        this.messages = raw.changed(pattern -> forms(pattern, raw));
    }

    /** The words for a study of such data. */
    Words(Language language, Subject subject) {
        this(
                language,
                subject.labels() == Subject.Labels.DIGIT,
                subject.rows() == Subject.Rows.IMAGE,
                subject.labelNames());
    }

    /** The words of pages that are in English only. */
    static final Words ENGLISH = new Words(Language.ENGLISH, false, false);

    Language language() {
        return messages.language();
    }

    /** Whether labels are digits. */
    boolean digits() {
        return digits;
    }

    /** The name of a label, or its number if it has none. */
    String label(int label) {
        return label < labelNames.size() ? labelNames.get(label) : Integer.toString(label);
    }

    /** What the numbers of charts and matrices stand for, as plain text; empty if labels have no names. */
    String labelNames() {
        return IntStream.range(0, labelNames.size())
                .mapToObj(label -> say("how.label", Integer.toString(label), labelNames.get(label)))
                .collect(Collectors.joining(", "));
    }

    /** Whether rows are images. */
    boolean images() {
        return images;
    }

    /** A sentence as plain text; see {@link Messages#say}. */
    String say(String key, Object... values) {
        return messages.say(key, values);
    }

    /** A sentence that is HTML: its values are text, except {@link Markup}. */
    String html(String key, Object... values) {
        Object[] escaped = Arrays.stream(values)
                .map(value -> value instanceof Markup markup
                        ? markup.html()
                        : value instanceof String text ? escape(text) : value)
                .toArray();
        return messages.say(key, escaped);
    }

    /** A value of a sentence that is HTML already. */
    record Markup(String html) {}

    /** A pattern with the forms that it names; values, which are put in later, may hold brackets of their own. */
    private String forms(String pattern, Messages raw) {
        String formed =
                FORM.matcher(pattern).replaceAll(form -> Matcher.quoteReplacement(raw.say(formKey(form.group(1)))));
        return raw.language() == Language.FRENCH
                ? BEFORE_MARK.matcher(formed).replaceAll("\u00a0").replace("\u00ab ", "\u00ab\u00a0")
                : formed;
    }

    /** A form of the word for a label or for a row, for instance {@code labels} or {@code the.rows}. */
    String form(String form) {
        return messages.say(formKey(form));
    }

    private String formKey(String form) {
        String kind = form.matches(".*\\blabels?")
                ? "label." + (digits ? "digit" : "label")
                : images ? "row.image" : "row.row";
        return kind + "." + form;
    }

    /** Text as HTML, in which no network's name breaks at its hyphens. */
    static String escape(String text) {
        return NETWORK.matcher(Html.escape(text)).replaceAll("<span class=\"net\">$0</span>");
    }

    /** A mean squared error in sentences and labels, for instance {@code 0.0113}. */
    String mse(double value) {
        return error(value, 4);
    }

    /**
     * Two errors of one sentence, with enough digits to tell them apart: two numbers that look the same would
     * contradict a sentence that says which is lower.
     */
    String[] pair(double a, double b) {
        int digits = 4;
        while (digits < 8 && a != b && error(a, digits).equals(error(b, digits))) {
            digits++;
        }
        return new String[] {error(a, digits), error(b, digits)};
    }

    /** A mean squared error in tables, with one digit more. */
    String preciseMse(double value) {
        return error(value, 5);
    }

    private String error(double value, int digits) {
        if (!Double.isFinite(value)) {
            return say("number.none");
        }
        boolean small = value != 0 && Math.abs(value) < 10 * Math.pow(10, -digits);
        return number(small ? "%.2e" : "%." + digits + "f", value);
    }

    /** A peak signal-to-noise ratio in decibels; undefined if the error is zero or not finite. */
    String psnr(double value, int digits) {
        return Double.isFinite(value) ? number("%." + digits + "f dB", value) : undefined();
    }

    /** For instance {@code 38 %}; below one percent with a digit more. */
    String percent(double ratio) {
        double percent = Math.abs(ratio) * 100;
        if (!Double.isFinite(percent)) {
            return undefined();
        }
        return percent < 0.05
                ? say("number.tiny")
                : say("number.percent", number(percent < 9.95 ? "%.1f" : "%.0f", percent));
    }

    /** A difference with its sign, for instance {@code +2.7 %} or {@code −0.4 %}. */
    String signedPercent(double ratio) {
        return Double.isFinite(ratio)
                ? say("number.percent", number("%+.1f", 100 * ratio).replace('-', '\u2212'))
                : undefined();
    }

    /** A share with one decimal, for instance {@code 81.8 %}. */
    String share(double ratio) {
        return say("number.percent", number("%.1f", 100 * ratio).replace('-', '\u2212'));
    }

    /** A factor, for instance {@code 3.8}. */
    String factor(double value) {
        return Double.isFinite(value) ? number(value < 10 ? "%.2f" : "%.0f", value) : undefined();
    }

    /** A ratio of sizes, for instance {@code 49} or {@code 12.3}. */
    String ratio(double value) {
        return value == Math.rint(value) ? count((long) value) : number("%,.1f", value);
    }

    /** In place of a number that has no value, such as a ratio to an error of zero. */
    String undefined() {
        return say("number.undefined");
    }

    /** Seconds or minutes, whichever reads better. */
    String duration(double seconds) {
        return seconds < 99.95
                ? number("%.1f s", seconds)
                : number("%d min %02d s", Math.round(seconds) / 60, Math.round(seconds) % 60);
    }

    /** A whole number with thousands separated, for instance {@code 60,000}. */
    String count(long value) {
        return number("%,d", value);
    }

    /** A number with its noun, for instance {@code 1 run}, {@code 2 runs}: the message {@code count.run}. */
    String counted(String noun, long number) {
        return say("count." + noun, number);
    }

    /** For instance {@code a, b and c}. */
    String list(List<String> items) {
        int last = items.size() - 1;
        return last < 1
                ? String.join("", items)
                : say("number.list", String.join(", ", items.subList(0, last)), items.get(last));
    }

    /** {@link String#format} in the page's language. */
    String number(String pattern, Object... values) {
        return String.format(language().locale(), pattern, values);
    }

    /** A setting with all its digits, for instance {@code 0.005}. */
    String plain(double value) {
        String text = Double.toString(value);
        return language() == Language.FRENCH ? text.replace('.', ',') : text;
    }

    /** Without the zeros at its end, for the ticks of axes. */
    String tick(double tick) {
        String label = Axis.label(tick);
        return language() == Language.FRENCH ? label.replace('.', ',') : label;
    }
}
