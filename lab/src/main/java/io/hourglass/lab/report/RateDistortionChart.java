package io.hourglass.lab.report;

import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.codec.RateDistortion.Side;
import io.hourglass.lab.page.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * The chart in HTML: error by bytes per row. Positions from left to right are percentages, so text keeps its size on
 * any screen.
 */
final class RateDistortionChart {
    /** Bits of the points that are labelled with them. */
    static final Set<Integer> LABELLED = Set.of(2, 4, 8, 16);

    private static final int HEIGHT = 380;

    /** Text that stays legible on lines. */
    private static final String OUTLINE = "paint-order:stroke;stroke:#fff;stroke-width:4";

    private RateDistortionChart() {}

    /**
     * One codec of the chart.
     *
     * @param labelled whether its points are labelled with their bits; the other codec's lie above or below them
     */
    record Line(String name, String colour, boolean labelled, Function<Point, Side> side) {}

    /** Rows packed without loss. */
    record Lossless(String name, double bytes) {}

    static List<Line> lines() {
        return List.of(new Line("PCA", "#6b7383", false, Point::pca), new Line("model", "#0072b2", true, Point::model));
    }

    static List<Lossless> lossless(RateDistortion result) {
        List<Lossless> all = new ArrayList<>();
        all.add(new Lossless("gzip", (double) result.original().gzipBytes() / result.rows()));
        if (result.pngBytes() != null) {
            all.add(new Lossless("PNG", (double) result.pngBytes() / result.rows()));
        }
        return all;
    }

    static LogAxis rates(RateDistortion result) {
        DoubleStream sides = sides(result).stream().mapToDouble(side -> (double) side.bytes() / result.rows());
        DoubleStream lossless = lossless(result).stream().mapToDouble(Lossless::bytes);
        return LogAxis.of(DoubleStream.concat(sides, lossless), 1.2);
    }

    static LogAxis distortions(RateDistortion result) {
        return LogAxis.of(sides(result).stream().mapToDouble(Side::mse), 1.12);
    }

    private static List<Side> sides(RateDistortion result) {
        List<Side> sides = new ArrayList<>();
        for (Point point : result.points()) {
            sides.add(point.model());
            sides.add(point.pca());
        }
        return sides;
    }

    static String of(RateDistortion result) {
        LogAxis rates = rates(result);
        LogAxis distortions = distortions(result);
        StringBuilder svg = new StringBuilder("<figure class=\"rate\">\n<svg height=\"" + (HEIGHT + 46)
                + "\" role=\"img\" aria-label=\"" + capital(result)
                + " by bytes per row, of the model and of PCA; the table"
                + " below has the numbers\">");
        for (double tick : distortions.ticks(22.0 / HEIGHT)) {
            double y = y(distortions, tick);
            svg.append(Svg.format("<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>", y, y));
            svg.append(Svg.format("<text class=\"end\" x=\"-8\" y=\"%.1f\">%s</text>", y + 4, Axis.label(tick)));
        }
        for (double tick : rates.ticks(0.07)) {
            svg.append(Svg.format("<text x=\"%s\" y=\"%d\">%s</text>", x(rates, tick), HEIGHT + 20, Axis.label(tick)));
        }
        svg.append(Svg.format("<text x=\"50%%\" y=\"%d\">bytes per row</text>", HEIGHT + 42));
        int line = 0;
        for (Lossless each : lossless(result)) {
            String x = x(rates, each.bytes());
            svg.append(Svg.format(
                    "<line class=\"span\" stroke-dasharray=\"3 4\" x1=\"%s\" x2=\"%s\" y1=\"10\" y2=\"%d\"/>",
                    x, x, HEIGHT));
            svg.append(Svg.format(
                    "<text class=\"end\" style=\"%s\" x=\"%s\" dx=\"-5\" y=\"%d\">%s, lossless: %.0f</text>",
                    OUTLINE, x, 22 + 20 * line++, each.name(), each.bytes()));
        }
        List<Line> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), i, result, rates, distortions);
        }
        svg.append("</svg>\n<figcaption><b>Error by size.</b> " + title(result) + " by bytes per row, for 2 to 16 bits"
                + " per value. Both axes are logarithmic; lower and further left is better. <span"
                + " class=\"key\">");
        for (int i = 0; i < lines.size(); i++) {
            svg.append("<span><svg width=\"34\" height=\"14\" aria-hidden=\"true\">")
                    .append(stroke(lines.get(i), "0", 7, "34", 7))
                    .append(dot(i, lines.get(i), "17", 7, ""))
                    .append("</svg>")
                    .append(lines.get(i).name())
                    .append("</span> ");
        }
        return svg.append("</span></figcaption></figure>\n").toString();
    }

    /** The error at the beginning of a sentence. */
    static String title(RateDistortion result) {
        return result.perColumn() ? "Error per column" : "Mean squared error";
    }

    private static String capital(RateDistortion result) {
        return result.perColumn() ? "Error per column" : "MSE";
    }

    private static void draw(
            StringBuilder svg, Line line, int number, RateDistortion result, LogAxis rates, LogAxis distortions) {
        StringBuilder dots = new StringBuilder();
        String beforeX = "";
        double beforeY = 0;
        for (Point point : result.points()) {
            Side side = line.side().apply(point);
            if (!(side.mse() > 0 && Double.isFinite(side.mse()))) {
                continue; // a logarithmic axis cannot show it
            }
            String x = x(rates, (double) side.bytes() / result.rows());
            double y = y(distortions, side.mse());
            if (!beforeX.isEmpty()) {
                svg.append(stroke(line, beforeX, beforeY, x, y));
            }
            dots.append(dot(
                    number,
                    line,
                    x,
                    y,
                    line.name() + ", " + point.bits() + " bits: " + RateDistortionReport.perRow(side.bytes(), result)
                            + " bytes, " + result.errorName() + " " + Words.ENGLISH.preciseMse(side.mse())));
            if (line.labelled()
                    && LABELLED.contains(point.bits())) { // at the upper right, where a falling curve leaves space
                dots.append(Svg.format(
                        "<text style=\"text-anchor:start;%s\" x=\"%s\" dx=\"5\" y=\"%.1f\">%d bits</text>",
                        OUTLINE, x, y - 7, point.bits()));
            }
            beforeX = x;
            beforeY = y;
        }
        svg.append(dots);
    }

    private static String stroke(Line line, String x1, double y1, String x2, double y2) {
        return Svg.format(
                "<line x1=\"%s\" y1=\"%.1f\" x2=\"%s\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                x1, y1, x2, y2, line.colour(), !line.labelled() ? " stroke-dasharray=\"6 4\"" : "");
    }

    /** Squares and circles: shapes tell the curves apart where colours do not. */
    private static String dot(int number, Line line, String x, double y, String title) {
        String inside = title.isEmpty() ? "" : "<title>" + Html.escape(title) + "</title>";
        return number % 2 == 0
                ? Svg.format(
                        "<rect x=\"%s\" y=\"%.1f\" width=\"8\" height=\"8\" transform=\"translate(-4 -4)\""
                                + " fill=\"%s\">%s</rect>",
                        x, y, line.colour(), inside)
                : Svg.format(
                        "<circle cx=\"%s\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\">%s</circle>", x, y, line.colour(), inside);
    }

    private static String x(LogAxis rates, double bytes) {
        return Overview.percent(rates.part(bytes));
    }

    private static double y(LogAxis distortions, double mse) {
        return 10 + (HEIGHT - 10) * (1 - distortions.part(mse));
    }
}
