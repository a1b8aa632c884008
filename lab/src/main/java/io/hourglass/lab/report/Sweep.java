package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.SweepResult;
import java.io.IOException;
import java.util.List;

/** How small the code can be: test error by p for networks of one and two hidden layers and for PCA. */
final class Sweep {
    private static final int PLOT_HEIGHT = 340;

    private Sweep() {}

    /**
     * The section.
     *
     * @param results at least one
     */
    static Section section(Paper paper, List<SweepResult> results) throws IOException {
        List<RateCurve> curves = RateCurve.of(results);
        SweepResult any = results.get(0);
        return new Section(
                "sweep",
                "How small can the code be?",
                Section.paragraph("Rate against distortion: the error by the width of the code. Each network was"
                                + " trained with"
                                + " the " + Recipes.name(any.training().recipe(), Words.ENGLISH) + " for "
                                + Text.counted(any.training().recipe().epochs(), "epoch") + " on "
                                + Variance.rows(any.training()) + ", and PCA was fitted to the same rows.")
                        + chart(curves)
                        + Section.sentences(SweepFindings.of(results))
                        + table(curves));
    }

    /** Positions from left to right are percentages, so text keeps its size on any screen. */
    private static String chart(List<RateCurve> curves) {
        LogAxis rates = RateCurve.rates(curves);
        LogAxis distortions = RateCurve.distortions(curves);
        StringBuilder svg = new StringBuilder("<figure class=\"rate\">\n<svg height=\"" + (PLOT_HEIGHT + 46)
                + "\" role=\"img\" aria-label=\"Test MSE by the width of the code, of "
                + escape(Text.list(curves.stream().map(RateCurve::name).toList()))
                + "; the table below has the numbers\">");
        for (double tick : distortions.ticks(22.0 / PLOT_HEIGHT)) {
            double y = y(distortions, tick);
            svg.append(Text.format("<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>", y, y));
            svg.append(Text.format("<text class=\"end\" x=\"-8\" y=\"%.1f\">%s</text>", y + 4, Axis.label(tick)));
        }
        for (int p : curves.get(0).errors().keySet()) {
            svg.append(Text.format("<text x=\"%s\" y=\"%d\">%d</text>", x(rates, p), PLOT_HEIGHT + 20, p));
        }
        svg.append(Text.format("<text x=\"50%%\" y=\"%d\">p, values of the code</text>", PLOT_HEIGHT + 42));
        for (int i = 0; i < curves.size(); i++) {
            curve(svg, curves.get(i), i, rates, distortions);
        }
        svg.append("</svg>\n<figcaption><b>Rate against distortion.</b> Test MSE by the width p of the code; both axes"
                + " are logarithmic, and lower is better. <span class=\"key\">");
        for (int i = 0; i < curves.size(); i++) {
            RateCurve curve = curves.get(i);
            svg.append("<span><svg width=\"34\" height=\"14\" aria-hidden=\"true\">")
                    .append(line(curve, "0", 7, "34", 7))
                    .append(point(i, curve.colour(), "17", 7, ""))
                    .append("</svg>")
                    .append(escape(curve.name()))
                    .append("</span> ");
        }
        return svg.append("</span></figcaption></figure>\n").toString();
    }

    private static void curve(StringBuilder svg, RateCurve curve, int number, LogAxis rates, LogAxis distortions) {
        int before = 0;
        for (int p : curve.drawn().keySet()) {
            if (before > 0) {
                svg.append(line(
                        curve,
                        x(rates, before),
                        y(distortions, mse(curve, before)),
                        x(rates, p),
                        y(distortions, mse(curve, p))));
            }
            before = p;
        }
        curve.drawn()
                .forEach((p, mse) -> svg.append(point(
                        number,
                        curve.colour(),
                        x(rates, p),
                        y(distortions, mse),
                        curve.name() + ", p = " + p + ": " + Text.preciseMse(mse))));
    }

    private static String line(RateCurve curve, String x1, double y1, String x2, double y2) {
        return Text.format(
                "<line x1=\"%s\" y1=\"%.1f\" x2=\"%s\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                x1, y1, x2, y2, curve.colour(), curve.isPca() ? " stroke-dasharray=\"6 4\"" : "");
    }

    /** Squares and circles in turn: shapes tell the curves apart where colours do not. */
    private static String point(int number, String colour, String x, double y, String title) {
        String inside = title.isEmpty() ? "" : "<title>" + escape(title) + "</title>";
        return number % 2 == 0
                ? Text.format(
                        "<rect x=\"%s\" y=\"%.1f\" width=\"8\" height=\"8\" transform=\"translate(-4 -4)\""
                                + " fill=\"%s\">%s</rect>",
                        x, y, colour, inside)
                : Text.format("<circle cx=\"%s\" cy=\"%.1f\" r=\"5\" fill=\"%s\">%s</circle>", x, y, colour, inside);
    }

    private static String table(List<RateCurve> curves) {
        StringBuilder html = new StringBuilder(
                "<p class=\"caption\"><b>Test MSE by p.</b></p>\n<div class=\"scroll\" tabindex=\"0\"><table"
                        + " class=\"numbers\">\n<thead><tr><th>p</th>");
        curves.forEach(curve -> html.append("<th class=\"number\">")
                .append(escape(curve.name()))
                .append("</th>"));
        html.append("</tr></thead>\n<tbody>");
        for (int p : curves.get(0).errors().keySet()) {
            html.append("<tr><th scope=\"row\">").append(p).append("</th>");
            for (RateCurve curve : curves) {
                html.append("<td>").append(Text.preciseMse(mse(curve, p))).append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    /** NaN if that network was not trained with a code of that width. */
    private static double mse(RateCurve curve, int p) {
        return curve.errors().getOrDefault(p, Double.NaN);
    }

    private static String x(LogAxis rates, double p) {
        return Overview.percent(rates.part(p));
    }

    private static double y(LogAxis distortions, double mse) {
        return 10 + (PLOT_HEIGHT - 10) * (1 - distortions.part(mse));
    }
}
