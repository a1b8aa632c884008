package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.Training;
import io.hourglass.lab.study.VarianceResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Bias and variance, Definition 1 of the lab report: the parts of each network's test error. */
final class Variance {
    /** With fewer steps than this, MNIST's networks have learned little more than the mean image. */
    private static final int ENOUGH_STEPS = 1000;

    /** Shares whose relative difference is smaller are called level: eight models cannot show more. */
    private static final double LEVEL = 0.05;

    /** Y with a hat: what a network puts out. */
    private static final String PREDICTION = "<mover accent=\"true\"><mi>Y</mi><mo stretchy=\"false\">^</mo></mover>";

    private static final String MEAN_PREDICTION =
            "<mrow><mi mathvariant=\"normal\">\uD835\uDD3C</mi><mo>[</mo>" + PREDICTION + "<mo>]</mo></mrow>";

    /** The terms of Definition 1 in MathML, by the parts that they are. */
    private static final Map<String, String> TERMS = Map.of(
            "bias",
            "<msup><mrow><mo>(</mo>" + MEAN_PREDICTION + "<mo>\u2212</mo><mi>Y</mi><mo>)</mo></mrow><mn>2</mn></msup>",
            "variance",
            "<mrow><mi mathvariant=\"normal\">\uD835\uDD3C</mi><mo>[</mo><msup><mrow><mo>(</mo>" + PREDICTION
                    + "<mo>\u2212</mo>" + MEAN_PREDICTION + "<mo>)</mo></mrow><mn>2</mn></msup><mo>]</mo></mrow>",
            "noise",
            "<msup><mi>\u03c3</mi><mn>2</mn></msup>");

    private Variance() {}

    static Section section(Paper paper, List<VarianceResult> results) throws IOException {
        Words words = paper.words();
        VarianceResult any = results.get(0);
        return Section.of(
                "variance",
                words,
                paper.question("variance.question")
                        + paper.answer(findings(results, words))
                        + paper.paragraph("variance.definition")
                        + formula(words)
                        + paper.paragraph(
                                "variance.how",
                                any.models(),
                                Recipes.name(any.training().recipe(), words),
                                words.counted("epoch", any.training().recipe().epochs()),
                                rows(any.training(), words))
                        + chart(paper, results)
                        + table(paper, results));
    }

    /** For instance {@code the 60,000 training images}. */
    static String rows(Training training, Words words) {
        int all = training.data().train();
        return training.rows() == all
                ? words.say("variance.rows.all", all)
                : words.say("variance.rows.first", training.rows(), all);
    }

    /** Definition 1, and what each of its terms means; each term has the colour of its part of the bars. */
    private static String formula(Words words) {
        StringBuilder math = new StringBuilder("<div class=\"formula\">\n<math display=\"block\" aria-label=\"")
                .append(words.html("variance.spoken"))
                .append("\"><mi>MSE</mi><mo>=</mo>");
        StringBuilder terms = new StringBuilder("<dl class=\"parts\">\n");
        for (Parts part : Parts.ALL) {
            math.append(part == Parts.ALL.get(0) ? "" : "<mo>+</mo>")
                    .append("<mrow class=\"part part-")
                    .append(part.id())
                    .append("\">")
                    .append(Objects.requireNonNull(TERMS.get(part.id())))
                    .append("</mrow>");
            terms.append("<dt class=\"part part-")
                    .append(part.id())
                    .append("\">")
                    .append(escape(part.name(words)))
                    .append("</dt><dd>")
                    .append(words.html("variance.part." + part.id() + ".is"))
                    .append("</dd>\n");
        }
        return math.append("</math>\n").append(terms).append("</dl>\n</div>\n").toString();
    }

    /** What replaces the conclusions if the networks have hardly been trained. */
    private static Optional<String> early(Training training, Words words) {
        return training.steps() >= ENOUGH_STEPS
                ? Optional.empty()
                : Optional.of(words.say("variance.early", words.counted("training-step", training.steps())));
    }

    /** A bar for each network. Positions are percentages, so text keeps its size on any screen. */
    private static String chart(Paper paper, List<VarianceResult> results) throws IOException {
        Words words = paper.words();
        Axis axis = Parts.axis(results);
        List<Parts> parts = Parts.of(results);
        StringBuilder html = new StringBuilder("<figure class=\"glance split\" id=\"figure-variance\">\n");
        for (VarianceResult result : results) {
            html.append("<div class=\"glance-row\"><div class=\"glance-name\"><b>")
                    .append(Words.escape(result.network()))
                    .append("</b> <span>")
                    .append(words.html("variance.mse", words.preciseMse(result.mse())))
                    .append("</span></div>")
                    .append(bar(result, parts, axis, words))
                    .append("</div>\n");
        }
        html.append(
                "<div class=\"glance-row glance-axis\"><div class=\"glance-name\"></div><svg aria-hidden=\"true\">");
        for (double tick : axis.ticks()) {
            html.append(Svg.format(
                    "<text x=\"%s\" y=\"1.2em\">%s</text>", Overview.percent(axis.part(tick)), words.tick(tick)));
        }
        html.append("</svg></div>\n<p class=\"axis-title\">")
                .append(words.html("variance.axis"))
                .append("</p>\n");
        StringBuilder key = new StringBuilder("<span class=\"key\">");
        for (Parts part : parts) {
            key.append("<span><svg width=\"22\" height=\"12\" aria-hidden=\"true\"><rect width=\"22\" height=\"12\""
                            + " class=\"part part-")
                    .append(part.id())
                    .append("\"/></svg>")
                    .append(escape(part.name(words)))
                    .append("</span> ");
        }
        return html.append(paper.caption(
                        "variance",
                        words.html("variance.figure"),
                        words.html("variance.shows") + " " + key + "</span>",
                        words.html("variance.reading") + " "
                                + paper.draw("variance", VariancePng.draw(results, words))))
                .append("</figure>\n")
                .toString();
    }

    private static String bar(VarianceResult result, List<Parts> parts, Axis axis, Words words) {
        List<String> spoken = new ArrayList<>();
        StringBuilder svg = new StringBuilder();
        for (double tick : axis.ticks()) {
            String x = Overview.percent(axis.part(tick));
            svg.append(Svg.format("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"100%%\"/>", x, x));
        }
        double from = 0;
        for (Parts part : parts) {
            double value = part.value().applyAsDouble(result);
            String told = words.say("variance.told", part.name(words), words.preciseMse(value));
            spoken.add(told);
            svg.append(Svg.format(
                    "<rect x=\"%s\" width=\"%s\" y=\"24%%\" height=\"52%%\" class=\"part part-%s\">"
                            + "<title>%s</title></rect>",
                    Overview.percent(axis.part(from)), Overview.percent(axis.part(value)), part.id(), escape(told)));
            from += value;
        }
        spoken.add(words.say("variance.mse", words.preciseMse(result.mse())));
        return "<svg role=\"img\" aria-label=\"" + escape(result.network() + ": " + String.join(", ", spoken)) + "\">"
                + svg + "</svg>";
    }

    private static String table(Paper paper, List<VarianceResult> results) throws IOException {
        Words words = paper.words();
        DataTable table = new DataTable(
                "variance",
                "",
                List.of(
                        Column.text("network", words.say("column.network")),
                        Column.number("variance_share", words.say("variance.column.share")),
                        Column.number("squared_bias", words.say("variance.part.bias")),
                        Column.number("variance", words.say("variance.part.variance")),
                        Column.number("test_mse", words.say("column.test")),
                        Column.number("models", words.say("variance.column.models"))));
        for (VarianceResult result : results) {
            table.row(List.of(
                    Cell.text(result.network()),
                    Cell.of(words.percent(share(result)), share(result)),
                    Cell.of(words.preciseMse(result.bias2()), result.bias2()),
                    Cell.of(words.preciseMse(result.variance()), result.variance()),
                    Cell.of(words.preciseMse(result.mse()), result.mse()),
                    Cell.of(words.count(result.models()), result.models())));
        }
        return paper.table(table, words.say("variance.table"), words.html("variance.note"));
    }

    static List<String> findings(List<VarianceResult> results, Words words) {
        return early(results.get(0).training(), words).map(List::of).orElseGet(() -> conclusions(results, words));
    }

    private static List<String> conclusions(List<VarianceResult> results, Words words) {
        List<String> findings = new ArrayList<>();
        findings.add(words.say(
                "variance.shares",
                words.list(results.stream()
                        .map(result -> words.say(
                                "variance.share", words.percent(share(result)), Findings.text(result.latent())))
                        .toList())));
        VarianceResult first = results.get(0);
        VarianceResult last = results.get(results.size() - 1);
        if (results.size() > 1) {
            findings.add(words.say(
                    "variance.moves",
                    Findings.text(first.latent()),
                    Findings.text(last.latent()),
                    moves("bias", first.bias2(), last.bias2(), words),
                    moves("variance", first.variance(), last.variance(), words),
                    shareMoves(share(first), share(last), words)));
        }
        String[] errors = words.pair(last.mse(), last.bias2());
        findings.add(words.say("variance.averaging", last.models(), last.network(), errors[0], errors[1]));
        findings.add(words.say("variance.irreducible"));
        return findings;
    }

    private static double share(VarianceResult result) {
        return result.variance() / result.mse();
    }

    private static String shareMoves(double from, double to, Words words) {
        String move = Math.abs(to - from) <= LEVEL * Math.min(from, to) ? "level" : to > from ? "grows" : "falls";
        return words.say("variance.share." + move, words.percent(from), words.percent(to));
    }

    /** Level if the factor, as printed, is 1. */
    private static String moves(String part, double from, double to, Words words) {
        String factor = words.factor(to <= from ? from / to : to / from);
        String move = factor.equals(words.factor(1)) ? "level" : to < from ? "falls" : "grows";
        return words.say("variance." + part + "." + move, factor);
    }
}
