package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** The results at a glance: every network's test error on one axis, and all numbers in one table. */
final class Overview {
    /** Place of the column of PSNR, which only images have. */
    private static final int PSNR = 4;

    private Overview() {}

    static Section section(Paper paper, StudyResults results, List<Configuration> configurations) throws IOException {
        Words words = paper.words();
        int inputs = results.data().inputs();
        List<String> findings = new ArrayList<>();
        findings.add(Findings.best(configurations, inputs, words));
        Findings.latent(configurations, words).ifPresent(findings::add);
        Findings.recipes(configurations, words).ifPresent(findings::add);
        findings.addAll(Findings.depth(configurations, words));
        findings.add(Findings.pca(configurations, words));
        return Section.of(
                "results",
                words,
                paper.question("results.question")
                        + paper.answer(findings)
                        + ties(results, paper)
                        + (results.data().perColumn() ? paper.paragraph("results.columns") : "")
                        + chart(configurations, paper)
                        + table(configurations, inputs, paper));
    }

    /** Which differences count. */
    private static String ties(StudyResults results, Paper paper) {
        Words words = paper.words();
        String tiny = words.percent(Findings.LEVEL);
        return results.seeds().isEmpty()
                ? paper.paragraph("results.level", tiny)
                : paper.paragraph(
                        "results.level.seeds",
                        tiny,
                        results.seeds().get(0).each().size());
    }

    /** A line for each configuration. Positions are percentages, so text keeps its size on any screen. */
    private static String chart(List<Configuration> configurations, Paper paper) {
        Words words = paper.words();
        Axis axis = Axis.upTo(configurations.stream()
                .flatMapToDouble(configuration -> DoubleStream.concat(
                        DoubleStream.of(configuration.pcaTestMse()),
                        configuration.runs().stream().mapToDouble(RunResult::testMse)))
                .filter(Double::isFinite)
                .max()
                .orElse(1));
        StringBuilder html = new StringBuilder("<figure class=\"glance\" id=\"figure-results\">\n");
        for (Configuration configuration : configurations) {
            html.append("<div class=\"glance-row\"><div class=\"glance-name\"><b>")
                    .append(Words.escape(configuration.architecture()))
                    .append("</b> <span>")
                    .append(escape(configuration.depth(words)))
                    .append("</span></div>")
                    .append(track(configuration, axis, words))
                    .append("</div>\n");
        }
        html.append(
                "<div class=\"glance-row glance-axis\"><div class=\"glance-name\"></div><svg aria-hidden=\"true\">");
        for (double tick : axis.ticks()) {
            html.append(Svg.format("<text x=\"%s\" y=\"1.2em\">%s</text>", percent(axis.part(tick)), words.tick(tick)));
        }
        return html.append("</svg></div>\n<p class=\"axis-title\">")
                .append(words.html("results.axis"))
                .append("</p>\n")
                .append(paper.caption(
                        "results",
                        words.html("results.figure"),
                        key(configurations, words),
                        words.html("results.reading")))
                .append("</figure>\n")
                .toString();
    }

    private static String track(Configuration configuration, Axis axis, Words words) {
        StringBuilder svg = new StringBuilder("<svg role=\"img\" aria-label=\"")
                .append(escape(spoken(configuration, words)))
                .append("\">");
        for (double tick : axis.ticks()) {
            String x = percent(axis.part(tick));
            svg.append(Svg.format("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"0\" y2=\"100%%\"/>", x, x));
        }
        String pca = percent(axis.part(configuration.pcaTestMse()));
        String best = percent(axis.part(configuration.best().testMse()));
        svg.append(Svg.format("<line class=\"span\" x1=\"%s\" x2=\"%s\" y1=\"50%%\" y2=\"50%%\"/>", best, pca));
        svg.append(Svg.format(
                "<line class=\"pca\" x1=\"%s\" x2=\"%s\" y1=\"30%%\" y2=\"70%%\"><title>%s</title></line>",
                pca,
                pca,
                escape(words.say("results.spoken", words.say("pca"), words.preciseMse(configuration.pcaTestMse())))));
        for (RunResult run : configuration.runs()) {
            svg.append(mark(run, configuration.colour(), percent(axis.part(run.testMse())), "50%", 6.5, words));
        }
        return svg.append("</svg>").toString();
    }

    /** A run's point: a ring for the report's recipe, a disc for any other. */
    static String mark(RunResult run, String colour, String x, String y, double radius, Words words) {
        boolean ring = Recipes.isReports(run.recipe());
        return Svg.format(
                "<circle cx=\"%s\" cy=\"%s\" r=\"%.1f\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"><title>%s"
                        + " %s</title></circle>",
                x,
                y,
                ring ? radius - 1 : radius,
                ring ? "#fff" : colour,
                ring ? colour : "#fff",
                ring ? "2.2" : "1",
                escape(Findings.name(run, words)),
                words.preciseMse(run.testMse()));
    }

    /** What rings, discs and ticks stand for; only those that occur. */
    static String key(List<Configuration> configurations, Words words) {
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
                        .append(escape(Recipes.name(recipe, words)))
                        .append("</span> "));
        return html.append("<span><svg width=\"16\" height=\"14\" aria-hidden=\"true\">")
                .append("<line class=\"pca\" x1=\"8\" x2=\"8\" y1=\"0\" y2=\"14\"/></svg>")
                .append(words.html("results.pca"))
                .append("</span></span>")
                .toString();
    }

    private static String spoken(Configuration configuration, Words words) {
        List<String> parts = new ArrayList<>();
        configuration
                .runs()
                .forEach(run -> parts.add(words.say(
                        "results.spoken", Recipes.name(run.recipe(), words), words.preciseMse(run.testMse()))));
        parts.add(words.say("results.spoken", words.say("pca"), words.preciseMse(configuration.pcaTestMse())));
        return configuration.architecture() + ": " + String.join(", ", parts);
    }

    /** All numbers; the decisive ones first, because a narrow screen shows only these without scrolling. */
    private static String table(List<Configuration> configurations, int inputs, Paper paper) throws IOException {
        Words words = paper.words();
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("network", words.say("column.network")),
                Column.text("recipe", words.say("column.recipe")),
                Column.number("test_mse", words.say("column.test")),
                Column.number("gain_over_pca", words.say("column.gain")),
                Column.number("train_mse", words.say("column.train")),
                Column.number("pca_test_mse", words.say("column.pca")),
                Column.number("inputs_per_code_value", words.say("column.compression")),
                Column.number("parameters", words.say("column.parameters")),
                Column.number("train_seconds", words.say("column.time"))));
        if (words.images()) {
            columns.add(PSNR, Column.number("psnr_db", words.say("column.psnr")));
        }
        DataTable table = new DataTable("results", "", columns);
        for (Configuration configuration : configurations) {
            table.group();
            double best = configuration.best().testMse();
            for (RunResult run : configuration.runs()) {
                double gain = run.pcaTestMse() / run.testMse();
                List<Cell> row = new ArrayList<>(List.of(
                        Cell.text(run.architecture().toString()),
                        Cell.of(
                                Recipes.adjective(run.recipe(), words),
                                run.recipe().name()),
                        Cell.of(words.preciseMse(run.testMse()), run.testMse()).best(run.testMse() == best),
                        Cell.of(words.factor(gain) + "\u00d7", gain),
                        Cell.of(words.preciseMse(run.trainMse()), run.trainMse()),
                        Cell.of(words.preciseMse(run.pcaTestMse()), run.pcaTestMse()),
                        Cell.of(words.ratio(configuration.compression(inputs)), configuration.compression(inputs)),
                        Cell.of(
                                words.count(run.architecture().parameters()),
                                run.architecture().parameters()),
                        Cell.of(words.duration(run.trainSeconds()), run.trainSeconds())));
                if (words.images()) {
                    row.add(PSNR, Cell.of(words.psnr(run.psnr(), 2), run.psnr()));
                }
                table.row(row);
            }
        }
        return paper.table(
                table, words.say("results.table"), words.html(words.images() ? "results.note" : "results.note.plain"));
    }

    static String percent(double part) {
        return Svg.format("%.3f%%", Double.isFinite(part) ? 100 * Math.max(0, Math.min(1, part)) : 0);
    }
}
