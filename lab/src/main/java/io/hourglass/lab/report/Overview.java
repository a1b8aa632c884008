package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/** The results at a glance: every network's test error on one axis, and all numbers in one table. */
final class Overview {
    private Overview() {}

    static Section section(StudyResults results, List<Configuration> configurations) {
        int inputs = results.data().inputs();
        List<String> findings = new ArrayList<>();
        findings.add(Findings.best(configurations, inputs));
        Findings.latent(configurations).ifPresent(findings::add);
        Findings.recipes(configurations).ifPresent(findings::add);
        findings.addAll(Findings.depth(configurations));
        findings.add(Findings.pca(configurations));
        findings.add(Findings.generalisation(configurations));
        return new Section(
                "results",
                "Results",
                chart(configurations) + Section.sentences(findings) + table(configurations, inputs));
    }

    /** A line for each configuration. Positions are percentages, so text keeps its size on any screen. */
    private static String chart(List<Configuration> configurations) {
        Axis axis = Axis.upTo(configurations.stream()
                .flatMapToDouble(configuration -> DoubleStream.concat(
                        DoubleStream.of(configuration.pcaTestMse()),
                        configuration.runs().stream().mapToDouble(RunResult::testMse)))
                .filter(Double::isFinite)
                .max()
                .orElse(1));
        StringBuilder html = new StringBuilder("<figure class=\"glance\">\n");
        for (Configuration configuration : configurations) {
            html.append("<div class=\"glance-row\"><div class=\"glance-name\"><b>")
                    .append(escape(configuration.architecture()))
                    .append("</b> <span>")
                    .append(escape(configuration.depth()))
                    .append("</span></div>")
                    .append(track(configuration, axis))
                    .append("</div>\n");
        }
        html.append(
                "<div class=\"glance-row glance-axis\"><div class=\"glance-name\"></div><svg aria-hidden=\"true\">");
        for (double tick : axis.ticks()) {
            html.append(
                    Text.format("<text x=\"%s\" y=\"1.2em\">%s</text>", percent(axis.part(tick)), Axis.label(tick)));
        }
        html.append("</svg></div>\n<figcaption><b>Test error of every network</b> (mean squared error per"
                        + " value; further left is better). ")
                .append(key(configurations))
                .append("</figcaption></figure>\n");
        return html.toString();
    }

    private static String track(Configuration configuration, Axis axis) {
        StringBuilder svg = new StringBuilder("<svg role=\"img\" aria-label=\"")
                .append(escape(spoken(configuration)))
                .append("\">");
        for (double tick : axis.ticks()) {
            String x = percent(axis.part(tick));
            svg.append(Text.format("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"100%%\"/>", x, x));
        }
        String pca = percent(axis.part(configuration.pcaTestMse()));
        String best = percent(axis.part(configuration.best().testMse()));
        svg.append(Text.format("<line class=\"span\" x1=\"%s\" x2=\"%s\" y1=\"50%%\" y2=\"50%%\"/>", best, pca));
        svg.append(Text.format(
                "<line class=\"pca\" x1=\"%s\" x2=\"%s\" y1=\"30%%\" y2=\"70%%\"><title>PCA %s</title></line>",
                pca, pca, Text.preciseMse(configuration.pcaTestMse())));
        for (RunResult run : configuration.runs()) {
            svg.append(mark(run, configuration.colour(), percent(axis.part(run.testMse())), "50%", 6.5));
        }
        return svg.append("</svg>").toString();
    }

    /** A run's point: a ring for the report's recipe, a disc for any other. */
    static String mark(RunResult run, String colour, String x, String y, double radius) {
        boolean ring = Recipes.isReports(run.recipe());
        return Text.format(
                "<circle cx=\"%s\" cy=\"%s\" r=\"%.1f\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"><title>%s"
                        + " %s</title></circle>",
                x,
                y,
                ring ? radius - 1 : radius,
                ring ? "#fff" : colour,
                ring ? colour : "#fff",
                ring ? "2.2" : "1",
                escape(Findings.name(run)),
                Text.preciseMse(run.testMse()));
    }

    /** What rings, discs and ticks stand for; only those that occur. */
    static String key(List<Configuration> configurations) {
        StringBuilder html = new StringBuilder("<span class=\"key\">");
        Findings.runs(configurations).stream()
                .map(RunResult::recipe)
                .distinct()
                .forEach(recipe -> html.append("<span><svg width=\"16\" height=\"14\" aria-hidden=\"true\">")
                        .append(
                                Recipes.isReports(recipe)
                                        ? "<circle cx=\"8\" cy=\"7\" r=\"4.5\" fill=\"#fff\" stroke=\"#3d4656\""
                                                + " stroke-width=\"2\"/>"
                                        : "<circle cx=\"8\" cy=\"7\" r=\"5.5\" fill=\"#3d4656\"/>")
                        .append("</svg>")
                        .append(escape(Recipes.name(recipe)))
                        .append("</span> "));
        return html.append("<span><svg width=\"16\" height=\"14\" aria-hidden=\"true\">")
                .append("<line class=\"pca\" x1=\"8\" x2=\"8\" y1=\"0\" y2=\"14\"/></svg>PCA, same p</span></span>")
                .toString();
    }

    private static String spoken(Configuration configuration) {
        StringBuilder text = new StringBuilder(configuration.architecture()).append(": ");
        configuration
                .runs()
                .forEach(run -> text.append(Recipes.name(run.recipe()))
                        .append(' ')
                        .append(Text.preciseMse(run.testMse()))
                        .append(", "));
        return text.append("PCA ")
                .append(Text.preciseMse(configuration.pcaTestMse()))
                .toString();
    }

    private static String table(List<Configuration> configurations, int inputs) {
        StringBuilder html = new StringBuilder(
                        "<p class=\"caption\"><b>All numbers.</b> The best test MSE of each network is bold."
                                + " PSNR = 10 log<sub>10</sub>(1 / test MSE). The training error is the mean over"
                                + " the last epoch, measured before each step.</p>\n<div class=\"scroll\""
                                + " tabindex=\"0\"><table class=\"numbers\">\n")
                .append("<thead><tr><th>Network</th><th>Recipe</th><th>Parameters</th><th>")
                .append(inputs)
                .append("/<i>p</i></th><th>Train MSE</th><th>Test MSE</th><th>PSNR</th><th>PCA MSE</th>")
                .append("<th>Gain over PCA</th><th>Training time</th></tr></thead>\n");
        for (Configuration configuration : configurations) {
            html.append("<tbody>");
            double best = configuration.runs().stream()
                    .map(RunResult::testMse)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            for (RunResult run : configuration.runs()) {
                html.append(row(configuration, run, inputs, run.testMse() == best));
            }
            html.append("</tbody>\n");
        }
        return html.append("</table></div>\n").toString();
    }

    private static String row(Configuration configuration, RunResult run, int inputs, boolean best) {
        String first = run == configuration.runs().get(0)
                ? "<th scope=\"rowgroup\" rowspan=\"" + configuration.runs().size() + "\">"
                        + escape(run.architecture().toString()) + "</th>"
                : "";
        String test = Text.preciseMse(run.testMse());
        return "<tr" + (best ? " class=\"best\"" : "") + ">" + first + "<td class=\"word\">"
                + escape(Recipes.adjective(run.recipe()))
                + "</td>" + cell(Text.count(run.architecture().parameters()))
                + cell(Text.ratio(configuration.compression(inputs)))
                + cell(Text.preciseMse(run.trainMse())) + cell(best ? "<b>" + test + "</b>" : test)
                + cell(Text.psnr(run.psnr(), 2).replace(" ", "&nbsp;")) + cell(Text.preciseMse(run.pcaTestMse()))
                + cell(Text.factor(run.pcaTestMse() / run.testMse()) + "&times;")
                + cell(escape(Text.duration(run.trainSeconds()))) + "</tr>";
    }

    private static String cell(String html) {
        return "<td>" + html + "</td>";
    }

    static String percent(double part) {
        return Text.format("%.3f%%", Double.isFinite(part) ? 100 * Math.max(0, Math.min(1, part)) : 0);
    }
}
