package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Recipe;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
    static Section section(StudyResults results, List<String> labels) {
        StudyResults.DataSummary data = results.data();
        StudyResults.Machine machine = results.machine();
        StringBuilder html =
                new StringBuilder("<p>The same command with the same data gives the same models, bit for bit, on any"
                        + " machine and with any number of threads; only the times differ.</p>\n<dl>\n");
        entry(html, "Command", "<code>" + escape(results.command()) + "</code>");
        entry(html, "Made", escape(results.created()) + " by Hourglass " + escape(results.version()));
        entry(
                html,
                "Data",
                escape(data.name()) + ": " + Text.count(data.train()) + " training and " + Text.count(data.test())
                        + " test rows of " + Text.count(data.inputs()) + " values");
        if (data.validation() > 0) {
            entry(
                    html,
                    "Test rows",
                    Text.format(
                            "a fraction of %s of the training rows, held out: no network learned from them",
                            data.validation()));
        }
        if (!data.scale().equals("none")) {
            entry(
                    html,
                    "Scale",
                    escape(data.scale()) + ", learned from the training rows: all errors are in scaled units");
        }
        if (!labels.isEmpty()) {
            entry(
                    html,
                    "Labels",
                    IntStream.range(0, labels.size())
                            .mapToObj(label -> label + " is " + escape(labels.get(label)))
                            .collect(Collectors.joining(", ")));
        }
        entry(html, "SHA-256, training", "<code>" + escape(data.trainSha256()) + "</code>");
        entry(html, "SHA-256, test", "<code>" + escape(data.testSha256()) + "</code>");
        entry(
                html,
                "Machine",
                escape(machine.cpu()) + ", " + Text.counted(machine.cores(), "core") + "; " + escape(machine.os())
                        + "; JDK "
                        + escape(machine.jdk()) + "; " + escape(machine.kernels()) + " kernels, "
                        + Text.counted(machine.threads(), "thread"));
        Set<String> recipes = new LinkedHashSet<>();
        results.all().forEach(run -> recipes.add(settings(run.recipe())));
        entry(html, "Recipes", recipes.stream().map(Html::escape).collect(Collectors.joining("<br>")));
        entry(
                html,
                "Files",
                "<a href=\"results.json\">results.json</a>, <a href=\"results.csv\">results.csv</a>,"
                        + " <a href=\"figures/\">figures</a>, models in the table below");
        html.append("</dl>\n<p class=\"caption\"><b>The trained models</b>, as safetensors files that PyTorch can"
                + " read.</p>\n"
                + "<div class=\"scroll\" tabindex=\"0\"><table"
                + " class=\"hashes\">\n<thead><tr><th>Model</th><th>SHA-256 of the"
                + " weights</th></tr></thead>\n<tbody>");
        for (RunResult run : results.all()) {
            html.append("<tr><td><a href=\"")
                    .append(escape(link(run.model())))
                    .append("\">")
                    .append(escape(run.name()))
                    .append("</a></td><td><code>")
                    .append(escape(run.weightsSha256()))
                    .append("</code></td></tr>\n");
        }
        html.append("</tbody></table></div>\n");
        return new Section("how", "Exactly how it was made", html.toString());
    }

    private static String settings(Recipe recipe) {
        return Recipes.name(recipe) + ": " + Text.counted(recipe.epochs(), "epoch") + ", mini-batches of "
                + recipe.batchSize() + ", " + optimizer(recipe) + " and learning rate " + recipe.learningRate() + ", "
                + recipe.schedule().label() + " schedule, " + decay(recipe) + "seed " + recipe.seed();
    }

    private static String optimizer(Recipe recipe) {
        String name = recipe.optimizer().pytorch();
        return recipe.optimizer().hasMomentum()
                ? name + " with " + (recipe.nesterov() ? "Nesterov momentum " : "momentum ") + recipe.momentum()
                : name + " with beta2 " + recipe.beta2();
    }

    private static String decay(Recipe recipe) {
        if (recipe.weightDecay() == 0) {
            return "";
        }
        String first = Text.ratio(recipe.firstDecay()) + " times that in the first layer";
        return "weight decay " + recipe.weightDecay() + (recipe.firstDecay() == 1 ? "" : " (" + first + ")") + ", ";
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
