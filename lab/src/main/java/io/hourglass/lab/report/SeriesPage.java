package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Version;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.data.Contributions;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.TimestampScores;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.text.Json;
import io.hourglass.lab.text.TextFile;
import io.hourglass.nn.Columns;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Series with their scores, the threshold and the flagged stretches, as one HTML file that loads nothing. */
public final class SeriesPage {
    /** The most series that are drawn: those with the highest scores. */
    private static final int MOST_SERIES = 40;

    /** The most columns that are drawn: those that contribute most to the scores. */
    private static final int MOST_COLUMNS = 6;

    /** The most points of a curve. Of longer series, each point stands for several rows. */
    private static final int MOST_POINTS = 20_000;

    /** The most lines of a table of flagged stretches. */
    private static final int MOST_RANGES = 20;

    private static final MathContext DIGITS = new MathContext(6);

    private final TimeSeries series;
    private final TimestampScores scores;
    private final @Nullable Threshold threshold;
    private final TableColumns table;

    /** The names of the values of a row, which are drawn. */
    private final List<String> columns;

    /** Successive flagged rows: positions from {@code from} to {@code to}, both included. */
    private record Range(int from, int to, double highest) {}

    private SeriesPage(TimeSeries series, TimestampScores scores, @Nullable Threshold threshold, TableColumns table) {
        this.series = series;
        this.scores = scores;
        this.threshold = threshold;
        this.table = table;
        columns = table.calledValues();
    }

    /**
     * Writes the page.
     *
     * @param threshold null if the model has none: then nothing is flagged
     * @param table the columns of a row
     * @param model its name, for the title
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Path file,
            TimeSeries series,
            TimestampScores scores,
            @Nullable Threshold threshold,
            TableColumns table,
            String model)
            throws IOException {
        TextFile.write(file, new SeriesPage(series, scores, threshold, table).html(model));
    }

    private String html(String model) throws IOException {
        List<TimeSeries.Group> drawn = series.groups().stream()
                .sorted(Comparator.comparingDouble((TimeSeries.Group group) -> -highest(group)))
                .limit(MOST_SERIES)
                .sorted(Comparator.comparingInt(TimeSeries.Group::from))
                .toList();
        List<Section> sections = new ArrayList<>();
        for (TimeSeries.Group group : drawn) {
            sections.add(section(sections.size(), group));
        }
        int left = series.groups().size() - drawn.size();
        String script = Template.read(SeriesPage.class, StudyReport.UPLOT + "uPlot.iife.min.js") + "\n"
                + Template.read(SeriesPage.class, "series.js");
        return Template.fill(
                Template.read(SeriesPage.class, "series.html"),
                Map.of(
                        "version", escape(Version.current()),
                        "title", escape(series.name() + ": anomaly scores"),
                        "subtitle", escape(subtitle(model, left)),
                        "scriptHash", Html.policySource(script),
                        "style",
                                Template.read(SeriesPage.class, StudyReport.UPLOT + "uPlot.min.css") + "\n"
                                        + Template.read(SeriesPage.class, "series.css"),
                        "contents", sections.size() == 1 ? "" : Section.contents(sections),
                        "sections", sections.stream().map(Section::toHtml).collect(Collectors.joining()),
                        "script", script));
    }

    private String subtitle(String model, int left) {
        return "Scores of " + Words.ENGLISH.counted("row", series.rows())
                + (series.groups().size() == 1
                        ? ""
                        : " of " + Words.ENGLISH.count(series.groups().size()) + " series")
                + " by " + model + ", "
                + (threshold == null
                        ? "which has no threshold, so nothing is flagged."
                        : "with threshold " + Words.ENGLISH.number("%.4g", threshold.score()) + " ("
                                + threshold.method().label() + ", false alarms " + threshold.falseAlarms() + ").")
                + (left == 0 ? "" : " Drawn are the " + MOST_SERIES + " series with the highest scores.");
    }

    private double highest(TimeSeries.Group group) {
        return IntStream.range(group.from(), group.to())
                .filter(scores::isCovered)
                .mapToDouble(scores::score)
                .max()
                .orElse(0);
    }

    private boolean isFlagged(int position) {
        return threshold != null && scores.isCovered(position) && threshold.isExceededBy(scores.score(position));
    }

    private List<Range> ranges(TimeSeries.Group group) {
        List<Range> ranges = new ArrayList<>();
        for (int position = group.from(); position < group.to(); position++) {
            int from = position;
            double highest = 0;
            while (position < group.to() && isFlagged(position) && (position == from || !series.begins(position))) {
                highest = Math.max(highest, scores.score(position++));
            }
            if (position > from) {
                ranges.add(new Range(from, --position, highest));
            }
        }
        return ranges;
    }

    private Section section(int number, TimeSeries.Group group) {
        List<Range> ranges = ranges(group);
        List<Integer> shown = shownColumns(group);
        String title = group.name().isEmpty() ? series.name() : group.name();
        String data = "<script type=\"application/json\">" + Html.escapeJson(json(group, ranges, shown)) + "</script>";
        return new Section(
                "series-" + number,
                title,
                Html.paragraph(summary(group, ranges, shown))
                        + "<figure class=\"series\">" + data
                        + "<p class=\"readout\" aria-live=\"off\"></p><div class=\"plots\"></div>"
                        + "<noscript>The curves need JavaScript; the table does not.</noscript></figure>\n"
                        + table(ranges));
    }

    private String summary(TimeSeries.Group group, List<Range> ranges, List<Integer> shown) {
        int flagged =
                ranges.stream().mapToInt(range -> range.to() - range.from() + 1).sum();
        long unscored = IntStream.range(group.from(), group.to())
                .filter(position -> !scores.isCovered(position))
                .count();
        int step = step(group);
        return Words.ENGLISH.counted("row", group.rows()) + " from " + series.time(group.from()) + " to "
                + series.time(group.to() - 1) + "."
                + (threshold == null
                        ? ""
                        : " Flagged: " + Words.ENGLISH.counted("row", flagged)
                                + (flagged == 0
                                        ? "."
                                        : " in " + Words.ENGLISH.count(ranges.size())
                                                + (ranges.size() == 1 ? " stretch." : " stretches.")))
                + (unscored == 0
                        ? ""
                        : " Without a score: " + Words.ENGLISH.counted("row", unscored) + " that no window contains.")
                + (shown.size() == columns.size()
                        ? ""
                        : " Drawn are the " + shown.size() + " of " + columns.size()
                                + " columns that contribute most to the scores.")
                + (step == 1 ? "" : " Each point of a curve stands for " + step + " rows.");
    }

    /** The columns to draw, in their order. */
    private List<Integer> shownColumns(TimeSeries.Group group) {
        double[] shares = new double[columns.size()];
        Contributions byValue = Contributions.ofErrors(columns.size());
        for (int position = group.from(); position < group.to(); position++) {
            if (scores.isCovered(position)) {
                double score = Math.min(scores.score(position), 1e100);
                for (Contributions.Share of : scores.contributions(position, byValue, columns.size())) {
                    shares[of.column()] += of.share() * score;
                }
            }
        }
        return IntStream.range(0, shares.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer column) -> -shares[column]))
                .limit(MOST_COLUMNS)
                .sorted()
                .toList();
    }

    private static int step(TimeSeries.Group group) {
        return (group.rows() + MOST_POINTS - 1) / MOST_POINTS;
    }

    /** The curves. Where a point stands for several rows, curves alternate between their least and largest values. */
    private String json(TimeSeries.Group group, List<Range> ranges, List<Integer> shown) {
        int step = step(group) == 1 ? 1 : 2 * step(group);
        StringBuilder x = new StringBuilder();
        StringBuilder score = new StringBuilder();
        List<StringBuilder> values =
                shown.stream().map(column -> new StringBuilder()).toList();
        for (int from = group.from(), to; from < group.to(); from = to) {
            to = from + 1;
            while (to < group.to() && to < from + step && !series.begins(to)) {
                to++;
            }
            if (from > group.from() && series.begins(from)) { // curves do not cross gaps
                addTime(x, (series.number(from - 1) + series.number(from)) / 2);
                add(score, Double.NaN);
                values.forEach(column -> add(column, Double.NaN));
            }
            double high = IntStream.range(from, to)
                    .filter(scores::isCovered)
                    .mapToDouble(scores::score)
                    .max()
                    .orElse(Double.NaN);
            for (int end = 0; end < Math.min(2, to - from); end++) {
                addTime(x, series.number(end == 0 ? from : to - 1));
                add(score, high);
                for (int j = 0; j < shown.size(); j++) {
                    int column = shown.get(j);
                    var all = IntStream.range(from, to)
                            .mapToDouble(position -> series.value(position, column))
                            .summaryStatistics();
                    add(values.get(j), end == 0 ? all.getMin() : all.getMax());
                }
            }
        }
        TimeSeries.Times times = series.times();
        return "{\"dates\":" + (times != null && times.dates())
                + ",\"threshold\":" + (threshold == null ? "null" : number(threshold.score()))
                + ",\"x\":[" + x + "],\"score\":[" + score + "],\"columns\":["
                + IntStream.range(0, shown.size())
                        .mapToObj(j -> "{\"name\":" + Json.write(columns.get(shown.get(j))) + ",\"values\":["
                                + values.get(j) + "]}")
                        .collect(Collectors.joining(","))
                + "],\"ranges\":["
                + ranges.stream()
                        .map(range ->
                                "[" + exact(series.number(range.from())) + "," + exact(series.number(range.to())) + "]")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static void add(StringBuilder list, double value) {
        list.append(list.isEmpty() ? "" : ",").append(number(value));
    }

    private static void addTime(StringBuilder list, double value) {
        list.append(list.isEmpty() ? "" : ",").append(exact(value));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).toString() : "null";
    }

    private static String exact(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private String table(List<Range> ranges) {
        if (ranges.isEmpty()) {
            return "";
        }
        List<Range> shown = ranges.stream()
                .sorted(Comparator.comparingDouble((Range range) -> -range.highest()))
                .limit(MOST_RANGES)
                .sorted(Comparator.comparingInt(Range::from))
                .toList();
        StringBuilder html = new StringBuilder("<p class=\"caption\"><b>Flagged stretches"
                + (shown.size() == ranges.size() ? "" : ", those with the highest scores")
                + ".</b></p>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\">\n<thead><tr>"
                + "<th>from</th><th>to</th><th class=\"number\">rows</th><th class=\"number\">highest score</th>"
                + (columns.size() == 1 ? "" : "<th>mostly</th>") + "</tr></thead>\n<tbody>");
        for (Range range : shown) {
            html.append("<tr><td>")
                    .append(escape(series.time(range.from())))
                    .append("</td><td>")
                    .append(escape(series.time(range.to())))
                    .append("</td><td class=\"number\">")
                    .append(Words.ENGLISH.count(range.to() - range.from() + 1))
                    .append("</td><td class=\"number\">")
                    .append(
                            Double.isFinite(range.highest())
                                    ? Words.ENGLISH.number("%.4g", range.highest())
                                    : "infinite")
                    .append(columns.size() == 1 ? "" : "</td><td>" + escape(mostly(range)))
                    .append("</td></tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    /** The column with the largest share at the highest score. */
    private String mostly(Range range) {
        int peak = IntStream.rangeClosed(range.from(), range.to())
                .filter(position -> scores.score(position) == range.highest())
                .findFirst()
                .orElse(range.from());
        Contributions.Share first =
                scores.contributions(peak, table.contributions(Columns.NONE), 1).get(0);
        return table.usedNames().get(first.column()) + " (" + Words.ENGLISH.percent(first.share()) + ")";
    }
}
