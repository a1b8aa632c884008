package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Recipe;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Exactly how the study was made: whoever repeats it gets the same weights, to the last bit. */
final class Provenance {
    private Provenance() {}

    /** @param labels names of the labels, from label 0; empty where they have none */
    static Section section(Paper paper, StudyResults results, List<String> labels) throws IOException {
        Words words = paper.words();
        StudyResults.DataSummary data = results.data();
        StudyResults.Machine machine = results.machine();
        StringBuilder html = new StringBuilder(paper.paragraph("how.introduction")).append("<dl>\n");
        entry(html, words.html("how.command"), "<code>" + escape(results.command()) + "</code>");
        entry(html, words.html("how.made"), words.html("how.made.by", results.created(), results.version()));
        entry(
                html,
                words.html("how.data"),
                words.html("how.data.are", data.name(), data.train(), data.test(), data.inputs()));
        if (data.validation() > 0) {
            entry(html, words.html("how.test"), words.html("how.test.are", words.percent(data.validation())));
        }
        if (!data.scale().equals("none")) {
            entry(html, words.html("how.scale"), words.html("how.scale.is", data.scale()));
        }
        if (!labels.isEmpty()) {
            entry(
                    html,
                    words.html("how.labels"),
                    IntStream.range(0, labels.size())
                            .mapToObj(label -> words.html("how.label", Findings.text(label), labels.get(label)))
                            .collect(Collectors.joining(", ")));
        }
        entry(html, words.html("how.hash.train"), "<code>" + escape(data.trainSha256()) + "</code>");
        entry(html, words.html("how.hash.test"), "<code>" + escape(data.testSha256()) + "</code>");
        entry(
                html,
                words.html("how.machine"),
                words.html(
                        "how.machine.is",
                        machine.cpu(),
                        words.counted("core", machine.cores()),
                        machine.os(),
                        machine.jdk(),
                        machine.kernels(),
                        words.counted("thread", machine.threads())));
        Set<String> recipes = new LinkedHashSet<>();
        results.all().forEach(run -> recipes.add(settings(run.recipe(), words)));
        entry(
                html,
                words.html("how.recipes"),
                recipes.stream().map(Html::escape).collect(Collectors.joining("<br>")));
        entry(
                html,
                words.html("how.files"),
                "<a href=\"results.json\">results.json</a>, <a href=\"results.csv\">results.csv</a>,"
                        + " <a href=\"figures/\">figures</a>, <a href=\"tables/\">tables</a>, "
                        + words.html("how.models"));
        html.append("</dl>\n");
        DataTable models = new DataTable(
                "models",
                "hashes",
                List.of(
                        Column.text("model", words.say("how.model")),
                        Column.text("weights_sha256", words.say("how.hash"))));
        for (RunResult run : results.all()) {
            models.row(List.of(
                    Cell.text(run.name()).link(link(run.model())),
                    Cell.text(run.weightsSha256()).css("code")));
        }
        html.append(paper.table(models, words.say("how.table"), words.html("how.table.note")));
        return Section.of("how", words, html.toString());
    }

    private static String settings(Recipe recipe, Words words) {
        List<String> parts = new ArrayList<>();
        parts.add(words.counted("epoch", recipe.epochs()));
        parts.add(words.say("how.batches", recipe.batchSize()));
        parts.add(optimizer(recipe, words));
        parts.add(words.say("how.rate", words.plain(recipe.learningRate())));
        parts.add(words.say("how.schedule", recipe.schedule().label()));
        if (recipe.weightDecay() != 0) {
            parts.add(
                    recipe.firstDecay() == 1
                            ? words.say("how.decay", words.plain(recipe.weightDecay()))
                            : words.say(
                                    "how.decay.first",
                                    words.plain(recipe.weightDecay()),
                                    words.ratio(recipe.firstDecay())));
        }
        parts.add(words.say("how.seed", Long.toString(recipe.seed())));
        return words.say("how.settings", Recipes.name(recipe, words), String.join(", ", parts));
    }

    private static String optimizer(Recipe recipe, Words words) {
        String name = recipe.optimizer().pytorch();
        return recipe.optimizer().hasMomentum()
                ? words.say(recipe.nesterov() ? "how.nesterov" : "how.momentum", name, words.plain(recipe.momentum()))
                : words.say("how.beta2", name, words.plain(recipe.beta2()));
    }

    private static void entry(StringBuilder html, String term, String definition) {
        html.append("<dt>").append(term).append("</dt><dd>").append(definition).append("</dd>\n");
    }

    /** A relative path as a link: no name in it can start a URL scheme or end the attribute. */
    static String link(String path) {
        return "./"
                + Stream.of(path.split("/"))
                        .map(part ->
                                URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                        .collect(Collectors.joining("/"));
    }
}
