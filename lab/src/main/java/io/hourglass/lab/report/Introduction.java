package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.List;

/** What the lab report asked, where this report answers it, and the study in five numbers. */
final class Introduction {
    private Introduction() {}

    /**
     * The section.
     *
     * @param answers to the questions of the lab report
     * @param leftOut what a quick study or a first look leaves out, as plain text
     */
    static Section section(Paper paper, StudyResults results, List<LabReport.Answer> answers, List<String> leftOut) {
        Words words = paper.words();
        StringBuilder html = new StringBuilder(paper.paragraph("questions.autoencoder"));
        html.append(paper.paragraph("questions.report"));
        html.append(recipes(paper, results));
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(words.html("questions.asks"))
                .append("\"><table class=\"answers\"><thead><tr><th>")
                .append(words.html("questions.asks"))
                .append("</th><th>")
                .append(words.html("questions.place"))
                .append("</th><th>")
                .append(words.html("questions.answered"))
                .append("</th></tr></thead>\n<tbody>");
        for (LabReport.Answer answer : answers) {
            html.append("<tr><td>")
                    .append(words.html("ask." + answer.question().key()))
                    .append("</td><td>")
                    .append(answer.question().places(words))
                    .append("</td><td>")
                    .append(answer.link())
                    .append("</td></tr>\n");
        }
        html.append("</tbody></table></div>\n");
        if (!leftOut.isEmpty()) {
            html.append(paper.paragraph(
                    results.firstLook() ? "questions.first" : "questions.quick",
                    words.list(leftOut),
                    StudyResults.FIRST_LOOK));
        }
        return Section.of("questions", words, html.toString());
    }

    /** What the recipes are and where they come from, where they first appear. */
    private static String recipes(Paper paper, StudyResults results) {
        StringBuilder html = new StringBuilder();
        for (String recipe : List.of(Recipes.REPORTS, Recipes.TUNED, Recipes.TABLE)) {
            if (results.all().stream().anyMatch(run -> run.recipe().name().equals(recipe))) {
                html.append("<dt>")
                        .append(paper.words().html("recipe." + recipe + ".title"))
                        .append("</dt><dd>")
                        .append(paper.words().html("recipe." + recipe + ".explained"))
                        .append("</dd>\n");
            }
        }
        return html.isEmpty() ? "" : "<dl class=\"recipes\">\n" + html + "</dl>\n";
    }

    /** The study's size in one line, for instance {@code 5 networks, 2 recipes}. */
    static String subtitle(StudyResults results, List<Configuration> configurations, Words words) {
        long recipes = Findings.runs(configurations).stream()
                .map(RunResult::recipe)
                .distinct()
                .count();
        StudyResults.DataSummary data = results.data();
        return words.say(
                "page.subtitle",
                words.counted("network", configurations.size()),
                words.counted("recipe", recipes),
                results.subject().title(),
                data.train(),
                data.test(),
                data.inputs());
    }

    /** The best network's key figures. */
    static String tiles(StudyResults results, List<Configuration> configurations, Words words) {
        Configuration winner = Configuration.best(configurations);
        RunResult best = winner.best();
        double seconds = Findings.runs(configurations).stream()
                .mapToDouble(RunResult::trainSeconds)
                .sum();
        double gain = best.pcaTestMse() / best.testMse();
        return tile(words.mse(best.testMse()), words.say("tile.mse", Findings.name(best, words)))
                + (words.images() ? tile(words.psnr(best.psnr(), 1), words.say("tile.psnr")) : "")
                + tile(
                        words.ratio(winner.compression(results.data().inputs())) + "\u00d7",
                        words.say("tile.compression"))
                + (gain >= 1
                        ? tile(words.factor(gain) + "\u00d7", words.say("tile.gain"))
                        : tile(words.factor(1 / gain) + "\u00d7", words.say("tile.loss")))
                + tile(
                        words.duration(seconds),
                        words.say(
                                results.machine().threads() > 1 ? "tile.time.shared" : "tile.time",
                                words.counted("run", results.runs().size())));
    }

    private static String tile(String number, String meaning) {
        return "<div><b>" + escape(number) + "</b><span>" + Words.escape(meaning) + "</span></div>\n";
    }
}
