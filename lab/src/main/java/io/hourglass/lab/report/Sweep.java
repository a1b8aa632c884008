package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.Training;
import java.io.IOException;
import java.util.ArrayList;
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
        Words words = paper.words();
        List<RateCurve> curves = RateCurve.of(results, words);
        Training training = results.get(0).training();
        return Section.of(
                "sweep",
                words,
                paper.question("sweep.question")
                        + paper.answer(SweepFindings.of(results, words))
                        + paper.paragraph(
                                "sweep.how",
                                Recipes.name(training.recipe(), words),
                                words.counted("epoch", training.recipe().epochs()),
                                Variance.rows(training, words))
                        + chart(paper, curves, training.data().perColumn())
                        + table(paper, curves));
    }

    /** Positions from left to right are percentages, so text keeps its size on any screen. */
    private static String chart(Paper paper, List<RateCurve> curves, boolean perColumn) throws IOException {
        Words words = paper.words();
        LogAxis rates = RateCurve.rates(curves);
        LogAxis distortions = RateCurve.distortions(curves);
        String names = words.list(curves.stream().map(RateCurve::name).toList());
        StringBuilder svg = new StringBuilder("<figure class=\"rate\" id=\"figure-sweep\">\n<p class=\"axis-name\">"
                + words.html("sweep.axis.error") + "</p>\n<svg height=\"" + (PLOT_HEIGHT + 46)
                + "\" role=\"img\" aria-label=\"" + escape(words.say("sweep.alt", names)) + "\">");
        for (double tick : distortions.ticks(22.0 / PLOT_HEIGHT)) {
            double y = y(distortions, tick);
            svg.append(Svg.format("<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>", y, y));
            svg.append(Svg.format("<text class=\"end\" x=\"-8\" y=\"%.1f\">%s</text>", y + 4, words.tick(tick)));
        }
        for (int p : curves.get(0).errors().keySet()) {
            svg.append(Svg.format("<text x=\"%s\" y=\"%d\">%d</text>", x(rates, p), PLOT_HEIGHT + 20, p));
        }
        svg.append(Svg.format("<text x=\"50%%\" y=\"%d\">%s</text>", PLOT_HEIGHT + 42, words.html("sweep.axis.p")));
        for (int i = 0; i < curves.size(); i++) {
            curve(svg, curves.get(i), i, rates, distortions, words);
        }
        return svg.append("</svg>\n")
                .append(paper.caption(
                        "sweep",
                        words.html("sweep.figure"),
                        words.html("sweep.shows") + " " + key(curves),
                        words.html("sweep.reading") + " "
                                + paper.draw("sweep", SweepPng.draw(curves, perColumn, words))))
                .append("</figure>\n")
                .toString();
    }

    private static String key(List<RateCurve> curves) {
        StringBuilder html = new StringBuilder("<span class=\"key\">");
        for (int i = 0; i < curves.size(); i++) {
            RateCurve curve = curves.get(i);
            html.append("<span><svg width=\"34\" height=\"14\" aria-hidden=\"true\">")
                    .append(line(curve, "0", 7, "34", 7))
                    .append(point(i, curve.colour(), "17", 7, ""))
                    .append("</svg><span>")
                    .append(Words.escape(curve.name()))
                    .append("</span></span> ");
        }
        return html.append("</span>").toString();
    }

    private static void curve(
            StringBuilder svg, RateCurve curve, int number, LogAxis rates, LogAxis distortions, Words words) {
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
                        words.say("sweep.point", curve.name(), Findings.text(p), words.preciseMse(mse)))));
    }

    private static String line(RateCurve curve, String x1, double y1, String x2, double y2) {
        return Svg.format(
                "<line x1=\"%s\" y1=\"%.1f\" x2=\"%s\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                x1, y1, x2, y2, curve.colour(), curve.isPca() ? " stroke-dasharray=\"6 4\"" : "");
    }

    /** Squares and circles in turn: shapes tell the curves apart where colours do not. */
    private static String point(int number, String colour, String x, double y, String title) {
        String inside = title.isEmpty() ? "" : "<title>" + escape(title) + "</title>";
        return number % 2 == 0
                ? Svg.format(
                        "<rect x=\"%s\" y=\"%.1f\" width=\"8\" height=\"8\" transform=\"translate(-4 -4)\""
                                + " fill=\"%s\">%s</rect>",
                        x, y, colour, inside)
                : Svg.format("<circle cx=\"%s\" cy=\"%.1f\" r=\"5\" fill=\"%s\">%s</circle>", x, y, colour, inside);
    }

    private static String table(Paper paper, List<RateCurve> curves) throws IOException {
        Words words = paper.words();
        List<Column> columns = new ArrayList<>();
        columns.add(Column.number("p", "p"));
        for (RateCurve curve : curves) {
            columns.add(Column.number(curve.isPca() ? "pca_test_mse" : curve.name() + "_test_mse", curve.name()));
        }
        DataTable table = new DataTable("sweep", "", columns);
        for (int p : curves.get(0).errors().keySet()) {
            double least = curves.stream()
                    .mapToDouble(curve -> mse(curve, p))
                    .filter(Double::isFinite)
                    .min()
                    .orElse(Double.NaN);
            List<Cell> row = new ArrayList<>();
            row.add(Cell.of(Findings.text(p), p));
            for (RateCurve curve : curves) {
                double mse = mse(curve, p);
                row.add(Cell.of(words.preciseMse(mse), mse).best(mse == least));
            }
            table.row(row);
        }
        return paper.table(table, words.say("sweep.table"), words.html("sweep.note"));
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
