package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Version;
import io.hourglass.lab.detection.Protocol;
import io.hourglass.lab.detection.SeriesResult;
import io.hourglass.lab.detection.SeriesResult.Alarms;
import io.hourglass.lab.detection.TableResult;
import io.hourglass.lab.detection.TableResult.Figures;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well detectors find the anomalies of tables or series: a dot plot and all figures, as one HTML file without
 * scripts.
 */
public final class BenchmarkPage {
    /** The marks of the detectors around their centres, in CSS pixels: shapes that differ without colours. */
    private static final List<String> MARKS = List.of(
            "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z", // circle
            "M-4.5 -4.5h9v9h-9z", // square
            "M0 -6l6 6l-6 6l-6 -6z", // diamond
            "M-5.5 4.5h11l-5.5 -10z", // triangle
            "M-5.5 -4.5h11l-5.5 10z", // triangle that points down
            "M-6 -2h4v-4h4v4h4v4h-4v4h-4v-4h-4z"); // cross

    private static final int LANE = 5; // between the centres of two detectors' marks

    private static final int MIDDLE = 20; // of a line that benchmark.css makes 40 pixels high

    /** The margin at both ends of the axis, in percent of its length. */
    private static final double MARGIN = 2;

    private final List<TableResult> tables;
    private final List<SeriesResult> series; // the same if they are series, otherwise empty
    private final List<Figures> means;
    private final double least;

    private BenchmarkPage(List<TableResult> tables, List<SeriesResult> series) {
        this.tables = tables;
        this.series = series;
        means = TableResult.mean(tables);
        double lowest = tables.stream()
                .flatMap(table -> table.results().stream())
                .mapToDouble(Figures::rocAuc)
                .filter(Double::isFinite)
                .min()
                .orElse(0.5);
        least = Math.min(0.5, Math.floor(lowest * 10) / 10);
    }

    /**
     * Writes the page.
     *
     * @param name of the tables, for the title
     * @param tables at least one, with the same detectors
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, String name, Protocol protocol, List<TableResult> tables) throws IOException {
        TextFile.write(file, new BenchmarkPage(tables, List.of()).html(name, protocol));
    }

    /**
     * Writes the page for series.
     *
     * @param name of the series, for the title
     * @param series at least one, with the same detectors
     * @throws IOException if the file cannot be written
     */
    public static void writeSeries(Path file, String name, Protocol protocol, List<SeriesResult> series)
            throws IOException {
        List<TableResult> tables = series.stream().map(SeriesResult::table).toList();
        TextFile.write(file, new BenchmarkPage(tables, series).html(name, protocol));
    }

    private String html(String name, Protocol protocol) throws IOException {
        return Template.fill(
                Template.read(BenchmarkPage.class, "benchmark.html"),
                Map.of(
                        "version", escape(Version.current()),
                        "title", escape(name + ": anomalies found"),
                        "subtitle", escape(subtitle(protocol)),
                        "style",
                                Template.read(BenchmarkPage.class, "series.css") + "\n"
                                        + Template.read(BenchmarkPage.class, "benchmark.css"),
                        "sections",
                                new Section("roc-auc", "ROC-AUC", plot()).toHtml()
                                        + new Section("figures", "All figures", table()).toHtml()));
    }

    private String subtitle(Protocol protocol) {
        boolean areSeries = !series.isEmpty();
        String rows = switch (protocol) {
            case SEMI_SUPERVISED ->
                areSeries
                        ? "The rows before the first anomalous range train, at most half of all, and those after them "
                                + "test (semi-supervised)."
                        : "Every second normal row trains, the other normal rows and the anomalies test "
                                + "(semi-supervised).";
            case UNSUPERVISED -> "All rows train and test, anomalies among them (unsupervised).";
        };
        return "How well the scores of " + means.size() + " detectors tell anomalies from normal rows, on "
                + (areSeries ? tables.size() + " series" : Words.ENGLISH.counted("table", tables.size())) + ". " + rows;
    }

    private String plot() {
        StringBuilder html = new StringBuilder(Html.paragraph(
                "The probability that an anomaly has a higher score than a normal row: 1 is perfect, 0.5 is guessing."
                        + " Averages are over all " + (series.isEmpty() ? "tables" : "series") + "."));
        html.append("<figure class=\"dots\"><ul class=\"legend\">");
        for (int d = 0; d < means.size(); d++) {
            html.append("<li><svg viewBox=\"-7 -7 14 14\" aria-hidden=\"true\">" + mark(d, "") + "</svg>"
                    + escape(means.get(d).detector()) + "</li>");
        }
        html.append("</ul>\n").append(axis());
        tables.forEach(table -> html.append(line("line", table.file(), table.results())));
        return html.append(line("line mean", "average", means))
                .append("</figure>\n")
                .toString();
    }

    private String axis() {
        StringBuilder svg = new StringBuilder("<div class=\"line axis\" aria-hidden=\"true\"><span></span><svg>");
        for (double tick : ticks()) {
            svg.append(Svg.format("<text x=\"%s\" y=\"16\">%.1f</text>", place(tick), tick));
        }
        return svg.append("</svg></div>\n").toString();
    }

    private double[] ticks() {
        int first = (int) Math.round(least * 10);
        return IntStream.rangeClosed(first, 10)
                .mapToDouble(tenths -> tenths / 10.0)
                .toArray();
    }

    private String line(String kind, String name, List<Figures> figures) {
        String spoken = figures.stream()
                .map(of -> of.detector() + " " + number(of.rocAuc()))
                .collect(Collectors.joining(", "));
        StringBuilder svg = new StringBuilder("<div class=\"" + kind + "\"><span>" + escape(name)
                + "</span><svg role=\"img\" aria-label=\"" + escape(name + ": " + spoken) + "\">");
        for (double tick : ticks()) {
            svg.append(Svg.format(
                    "<line class=\"%s\" x1=\"%s\" x2=\"%2$s\" y1=\"0\" y2=\"100%%\"/>",
                    tick == 0.5 ? "chance" : "grid", place(tick)));
        }
        for (int d = figures.size() - 1; d >= 0; d--) { // the first lies on top
            Figures of = figures.get(d);
            if (Double.isFinite(of.rocAuc())) {
                double y = MIDDLE + LANE * (d - (figures.size() - 1) / 2.0);
                svg.append(Svg.format("<svg x=\"%s\" y=\"%.1f\" overflow=\"visible\">", place(of.rocAuc()), y)
                        + mark(d, escape(name + ", " + of.detector() + ": " + number(of.rocAuc()))) + "</svg>");
            }
        }
        return svg.append("</svg></div>\n").toString();
    }

    private String place(double rocAuc) {
        return Svg.format("%.2f%%", MARGIN + (100 - 2 * MARGIN) * (rocAuc - least) / (1 - least));
    }

    private static String mark(int detector, String title) {
        int kind = detector % MARKS.size();
        return "<path class=\"d" + kind + "\" d=\"" + MARKS.get(kind) + "\">"
                + (title.isEmpty() ? "" : "<title>" + title + "</title>") + "</path>";
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Words.ENGLISH.number("%.4f", value) : "none";
    }

    private String table() {
        boolean areSeries = !series.isEmpty();
        StringBuilder html = new StringBuilder();
        if (areSeries) {
            html.append(Html.paragraph(Words.ENGLISH.number(
                    "Anomalies are rows in an anomalous range. The %.1f %% of the measured rows with the highest "
                            + "scores are flagged: found are the ranges that hold one of them, false alarms the "
                            + "stretches of flagged rows outside all ranges. Below are averages and, of these two, "
                            + "sums.",
                    100 * SeriesResult.FLAGGED)));
        }
        html.append("<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\">\n<thead><tr><th></th>"
                + "<th colspan=\"" + (areSeries ? 4 : 3) + "\"></th>");
        List<String> measures = new ArrayList<>(List.of("ROC-AUC", "average precision", "seconds"));
        measures.addAll(areSeries ? List.of("ranges found", "false alarms") : List.of());
        measures.forEach(
                measure -> html.append("<th class=\"over\" colspan=\"" + means.size() + "\">" + measure + "</th>"));
        html.append("</tr>\n<tr><th>" + (areSeries ? "series" : "table")
                + "</th><th class=\"number\">rows</th><th class=\"number\">columns</th>"
                + "<th class=\"number\">anomalies</th>"
                + (areSeries ? "<th class=\"number\">ranges</th>" : ""));
        for (int measure = 0; measure < measures.size(); measure++) {
            means.forEach(of -> html.append("<th class=\"number\">" + escape(of.detector()) + "</th>"));
        }
        html.append("</tr></thead>\n<tbody>");
        for (int i = 0; i < tables.size(); i++) {
            TableResult table = tables.get(i);
            html.append("<tr><td>" + escape(table.file()) + "</td>")
                    .append(count(table.rows()))
                    .append(count(table.columns()))
                    .append(count(table.anomalies()));
            if (areSeries) {
                html.append(count(series.get(i).ranges()));
            }
            html.append(figures(table.results()));
            if (areSeries) {
                html.append(alarms(series.get(i).alarms()));
            }
            html.append("</tr>\n");
        }
        html.append("</tbody>\n<tfoot><tr><td>average</td><td></td><td></td><td></td>");
        if (areSeries) {
            html.append(count(series.stream().mapToInt(SeriesResult::ranges).sum()));
        }
        html.append(figures(means));
        if (areSeries) {
            html.append(alarms(SeriesResult.sum(series)));
        }
        return html.append("</tr></tfoot></table></div>\n").toString();
    }

    private static String count(int count) {
        return "<td class=\"number\">" + Words.ENGLISH.count(count) + "</td>";
    }

    private static String alarms(List<Alarms> alarms) {
        StringBuilder html = new StringBuilder();
        alarms.forEach(of -> html.append(count(of.found())));
        alarms.forEach(of -> html.append(count(of.falseAlarms())));
        return html.toString();
    }

    private static String figures(List<Figures> figures) {
        return cells(figures.stream().mapToDouble(Figures::rocAuc).toArray(), "%.4f", true)
                + cells(figures.stream().mapToDouble(Figures::averagePrecision).toArray(), "%.4f", true)
                + cells(figures.stream().mapToDouble(Figures::seconds).toArray(), "%.2f", false);
    }

    private static String cells(double[] values, String format, boolean emphasised) {
        double best = IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
        StringBuilder html = new StringBuilder();
        for (double value : values) {
            String shown = Double.isFinite(value) ? Words.ENGLISH.number(format, value) : "none";
            boolean isBest = emphasised && shown.equals(Words.ENGLISH.number(format, best)); // equal as readers see it
            html.append("<td class=\"number" + (isBest ? " best" : "") + "\">" + shown + "</td>");
        }
        return html.toString();
    }
}
