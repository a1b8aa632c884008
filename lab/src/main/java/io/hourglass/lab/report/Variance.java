package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;
import static io.hourglass.lab.report.Text.factor;
import static io.hourglass.lab.report.Text.percent;

import io.hourglass.lab.study.Training;
import io.hourglass.lab.study.VarianceResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bias and variance, Definition 1 of the lab report: the parts of each network's test error. */
final class Variance {
    /** With fewer steps than this, MNIST's networks have learned little more than the mean image. */
    private static final int ENOUGH_STEPS = 1000;

    /** Shares whose relative difference is smaller are called level: eight models cannot show more. */
    private static final double LEVEL = 0.05;

    private Variance() {}

    static Section section(Paper paper, List<VarianceResult> results) throws IOException {
        return new Section(
                "variance",
                "Bias and variance",
                Section.paragraph("Definition 1 of the lab report splits the mean squared error into squared bias,"
                                + " variance and irreducible error (Geman, Bienenstock and Doursat, 1992)."
                                + " Bias is the error of the mean prediction of many models."
                                + " Variance is how far the models are from their mean,"
                                + " because each was trained on other rows. " + how(results.get(0)))
                        + chart(results)
                        + Section.sentences(findings(results)));
    }

    private static String how(VarianceResult result) {
        return "Here, each network was trained " + result.models() + " times with the "
                + Recipes.name(result.training().recipe(), Words.ENGLISH) + " for "
                + Text.counted(result.training().recipe().epochs(), "epoch")
                + ", each time with another seed and another bootstrap sample: as many rows, drawn with replacement"
                + " from " + rows(result.training())
                + ". Compare these networks only with each other: those of the results were trained for longer.";
    }

    /** For instance {@code the 60,000 training rows}. */
    static String rows(Training training) {
        int all = training.data().train();
        return training.rows() == all
                ? "the " + Text.count(all) + " training rows"
                : "the first " + Text.count(training.rows()) + " of the " + Text.count(all) + " training rows";
    }

    /** What replaces the conclusions if the networks have hardly been trained. */
    private static Optional<String> early(Training training) {
        return training.steps() >= ENOUGH_STEPS
                ? Optional.empty()
                : Optional.of("After " + Text.counted(training.steps(), "training step")
                        + ", these networks are far from what they can reach: it is too early for conclusions.");
    }

    /** A bar for each network. Positions are percentages, so text keeps its size on any screen. */
    private static String chart(List<VarianceResult> results) {
        Axis axis = Parts.axis(results);
        List<Parts> parts = Parts.of(results);
        StringBuilder html = new StringBuilder("<figure class=\"glance split\">\n");
        for (VarianceResult result : results) {
            html.append("<div class=\"glance-row\"><div class=\"glance-name\"><b>")
                    .append(escape(result.network()))
                    .append("</b> <span>MSE ")
                    .append(Text.preciseMse(result.mse()))
                    .append("</span></div>")
                    .append(bar(result, parts, axis))
                    .append("</div>\n");
        }
        html.append(
                "<div class=\"glance-row glance-axis\"><div class=\"glance-name\"></div><svg aria-hidden=\"true\">");
        for (double tick : axis.ticks()) {
            html.append(Text.format(
                    "<text x=\"%s\" y=\"1.2em\">%s</text>", Overview.percent(axis.part(tick)), Axis.label(tick)));
        }
        html.append("</svg></div>\n<figcaption><b>What the test error is made of</b> (mean squared error per value). ")
                .append("<span class=\"key\">");
        for (Parts part : parts) {
            html.append("<span><svg width=\"22\" height=\"12\" aria-hidden=\"true\"><rect width=\"22\""
                            + " height=\"12\" fill=\"")
                    .append(part.colour())
                    .append("\"/></svg>")
                    .append(escape(part.name()))
                    .append("</span> ");
        }
        return html.append("</span></figcaption></figure>\n").toString();
    }

    private static String bar(VarianceResult result, List<Parts> parts, Axis axis) {
        StringBuilder spoken = new StringBuilder(result.network()).append(": ");
        StringBuilder svg = new StringBuilder();
        for (double tick : axis.ticks()) {
            String x = Overview.percent(axis.part(tick));
            svg.append(Text.format("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"100%%\"/>", x, x));
        }
        double from = 0;
        for (Parts part : parts) {
            double value = part.value().applyAsDouble(result);
            String told = part.name() + " " + Text.preciseMse(value);
            spoken.append(told).append(", ");
            svg.append(Text.format(
                    "<rect x=\"%s\" width=\"%s\" y=\"24%%\" height=\"52%%\" fill=\"%s\"><title>%s</title></rect>",
                    Overview.percent(axis.part(from)),
                    Overview.percent(axis.part(value)),
                    part.colour(),
                    escape(told)));
            from += value;
        }
        spoken.append("MSE ").append(Text.preciseMse(result.mse()));
        return "<svg role=\"img\" aria-label=\"" + escape(spoken.toString()) + "\">" + svg + "</svg>";
    }

    static List<String> findings(List<VarianceResult> results) {
        return early(results.get(0).training()).map(List::of).orElseGet(() -> conclusions(results));
    }

    private static List<String> conclusions(List<VarianceResult> results) {
        List<String> findings = new ArrayList<>();
        findings.add("Variance makes up "
                + Text.list(results.stream()
                        .map(result -> percent(share(result)) + " of the error at p = " + result.latent())
                        .toList())
                + "; the rest is squared bias.");
        VarianceResult first = results.get(0);
        VarianceResult last = results.get(results.size() - 1);
        if (results.size() > 1) {
            findings.add("From p = " + first.latent() + " to p = " + last.latent() + ", the squared bias "
                    + moves(first.bias2(), last.bias2()) + " and the variance "
                    + moves(first.variance(), last.variance()) + "; the share of variance in the error "
                    + shareMoves(share(first), share(last)) + ".");
        }
        findings.add("The mean of " + first.models()
                + " models' reconstructions has only the squared bias as its error: averaging would lower the error of "
                + last.network() + " from " + Text.mse(last.mse()) + " to " + Text.mse(last.bias2()) + ".");
        findings.add("The irreducible error is part of the squared bias: every test row is its own target, so its noise"
                + " is unknown. If noise of known size is added to the targets (hourglass variance"
                + " --noise), it appears as the third term.");
        return findings;
    }

    private static double share(VarianceResult result) {
        return result.variance() / result.mse();
    }

    private static String shareMoves(double from, double to) {
        return Math.abs(to - from) <= LEVEL * Math.min(from, to)
                ? "stays about level (" + percent(from) + " and " + percent(to) + ")"
                : (to > from ? "grows" : "falls") + " from " + percent(from) + " to " + percent(to);
    }

    /** Level if the factor, as printed, is 1. */
    private static String moves(double from, double to) {
        double ratio = to <= from ? from / to : to / from;
        return factor(ratio).equals(factor(1))
                ? "stays level"
                : (to < from ? "falls" : "grows") + " by a factor of " + factor(ratio);
    }
}
