package io.hourglass.lab.report;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of figures and tables. Sections leave marks where a caption or a reference has a number; once the page is
 * complete, the marks get the numbers in the order of the captions, so there are no gaps whatever a study leaves out.
 */
final class Numbering {
    /** Characters for private use: they occur in no text, and no escape changes them. */
    private static final Pattern MARK = Pattern.compile("\uE000(caption|link)-(figure|table)-([\\w-]+)\uE001");

    private Numbering() {}

    /** Stands for {@code Figure 3} in the caption of the figure with the id {@code figure-ID}. */
    static String figure(String id) {
        return "\uE000caption-figure-" + id + "\uE001";
    }

    /** Stands for {@code Table 2} in the caption of the table with the id {@code table-ID}. */
    static String table(String id) {
        return "\uE000caption-table-" + id + "\uE001";
    }

    /** Stands for a link to a figure, in text or HTML. */
    static String toFigure(String id) {
        return "\uE000link-figure-" + id + "\uE001";
    }

    /** Stands for a link to a table, in text or HTML. */
    static String toTable(String id) {
        return "\uE000link-table-" + id + "\uE001";
    }

    /**
     * The page with its numbers.
     *
     * @throws IllegalStateException if two captions have the same id, or a link leads nowhere
     */
    static String number(String html, Words words) {
        Map<String, String> names = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        MARK.matcher(html)
                .results()
                .filter(mark -> mark.group(1).equals("caption"))
                .forEach(mark -> {
                    int number = counts.merge(mark.group(2), 1, Integer::sum);
                    if (names.put(id(mark), words.say("page." + mark.group(2), number)) != null) {
                        throw new IllegalStateException("two captions of " + id(mark));
                    }
                });
        return MARK.matcher(html).replaceAll(mark -> {
            String name = names.get(id(mark));
            if (name == null) {
                throw new IllegalStateException("no caption of " + id(mark));
            }
            return Matcher.quoteReplacement(
                    mark.group(1).equals("caption") ? name : "<a href=\"#" + id(mark) + "\">" + name + "</a>");
        });
    }

    private static String id(MatchResult mark) {
        return mark.group(2) + "-" + mark.group(3);
    }
}
