package io.hourglass.lab.report;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;

/** Test error by true digit: a chart for each p, and every number in a coloured table. */
final class LabelSection {
    private static final int PLOT_HEIGHT = 200;

    private LabelSection() {}

    /**
     * The section.
     *
     * @param pca error of PCA by p, then by label
     */
    static Section section(Paper paper, List<Configuration> configurations, SortedMap<Integer, double[]> pca)
            throws IOException {
        Words words = paper.words();
        StringBuilder html = new StringBuilder(paper.question("labels.question"));
        html.append(paper.answer(LabelFindings.of(configurations, words)));
        if (!words.labelNames().isEmpty()) {
            html.append(paper.paragraph("labels.names", words.labelNames()));
        }
        html.append("<figure class=\"panels\" id=\"figure-labels\">\n");
        Axis axis = Axis.upTo(largest(configurations, pca));
        pca.forEach((latent, errors) -> html.append(panel(configurations, latent, errors, axis, words)));
        html.append(paper.caption(
                        "labels",
                        words.html("labels.figure"),
                        colours(configurations) + " "
                                + Overview.key(configurations, words).replace(PCA_UPRIGHT, PCA_FLAT),
                        words.html("labels.reading")))
                .append("</figure>\n");
        html.append(LabelTable.html(paper, configurations, pca));
        return Section.of("labels", words, html.toString());
    }

    private static final String PCA_UPRIGHT = "<line class=\"pca\" x1=\"8\" x2=\"8\" y1=\"0\" y2=\"14\"/>";
    private static final String PCA_FLAT = "<line class=\"pca\" x1=\"0\" x2=\"16\" y1=\"7\" y2=\"7\"/>";

    private static String panel(List<Configuration> configurations, int latent, double[] pca, Axis axis, Words words) {
        List<Configuration> shown = configurations.stream()
                .filter(configuration -> configuration.latent() == latent)
                .toList();
        int labels = pca.length;
        StringBuilder svg = new StringBuilder("<div class=\"panel\"><h3>p = " + latent + "</h3><p class=\"axis-name\">"
                + words.html("labels.axis.error") + "</p><svg height=\"" + (PLOT_HEIGHT + 30)
                + "\" role=\"img\" aria-label=\"" + words.html("labels.panel", Findings.text(latent)) + "\">");
        for (double tick : axis.ticks()) {
            double y = y(axis, tick);
            svg.append(Svg.format("<line class=\"grid\" x1=\"15%%\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>", y, y));
            svg.append(Svg.format("<text class=\"end\" x=\"13.5%%\" y=\"%.1f\">%s</text>", y + 4, words.tick(tick)));
        }
        for (int label = 0; label < labels; label++) {
            svg.append(Svg.format("<text x=\"%s\" y=\"%d\">%d</text>", x(label, 0, labels), PLOT_HEIGHT + 26, label));
            if (Double.isFinite(pca[label])) {
                double y = y(axis, pca[label]);
                svg.append(Svg.format(
                        "<line class=\"pca\" x1=\"%s\" x2=\"%s\" y1=\"%.1f\" y2=\"%.1f\"><title>%s</title></line>",
                        x(label, -0.4, labels),
                        x(label, 0.4, labels),
                        y,
                        y,
                        title(words.say("pca"), label, pca[label], words)));
            }
        }
        List<RunResult> runs = Findings.runs(shown);
        for (Configuration configuration : shown) {
            for (RunResult run : configuration.runs()) {
                // Side by side: points of equal height would hide each other.
                double shift = runs.size() == 1 ? 0 : 0.54 * (runs.indexOf(run) / (runs.size() - 1.0) - 0.5);
                for (int label = 0;
                        label < Math.min(labels, run.testMseByLabel().size());
                        label++) {
                    double error = run.testMseByLabel().get(label);
                    if (Double.isFinite(error)) {
                        svg.append(point(
                                run,
                                configuration.colour(),
                                x(label, shift, labels),
                                y(axis, error),
                                title(Findings.name(run, words), label, error, words)));
                    }
                }
            }
        }
        return svg.append("</svg><p class=\"axis-title\">" + words.html("labels.axis.label") + "</p></div>\n")
                .toString();
    }

    private static String title(String name, int label, double error, Words words) {
        return words.html("labels.point", name, words.label(label), words.preciseMse(error));
    }

    private static String point(RunResult run, String colour, String x, double y, String title) {
        boolean ring = Recipes.isReports(run.recipe());
        return Svg.format(
                "<circle cx=\"%s\" cy=\"%.1f\" r=\"%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"><title>%s"
                        + "</title></circle>",
                x, y, ring ? "3" : "3.8", ring ? "#fff" : colour, ring ? colour : "#fff", ring ? "1.8" : "0.7", title);
    }

    private static String colours(List<Configuration> configurations) {
        StringBuilder html = new StringBuilder("<span class=\"key\">");
        configurations.forEach(
                configuration -> html.append("<span><svg width=\"12\" height=\"12\" aria-hidden=\"true\">")
                        .append("<rect width=\"12\" height=\"12\" rx=\"2\" fill=\"")
                        .append(configuration.colour())
                        .append("\"/></svg> ")
                        .append(Words.escape(configuration.architecture()))
                        .append("</span> "));
        return html.append("</span>").toString();
    }

    private static double largest(List<Configuration> configurations, SortedMap<Integer, double[]> pca) {
        double largest = 0;
        for (double[] errors : pca.values()) {
            for (double error : errors) {
                largest = error > largest ? error : largest;
            }
        }
        for (RunResult run : Findings.runs(configurations)) {
            for (double error : run.testMseByLabel()) {
                largest = error > largest ? error : largest;
            }
        }
        return largest;
    }

    private static String x(int label, double shift, int labels) {
        return Overview.percent(0.16 + 0.84 * (label + 0.5 + shift) / labels);
    }

    private static double y(Axis axis, double value) {
        return 6 + PLOT_HEIGHT * (1 - axis.part(value));
    }
}
