package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the lab report asked, where this report answers it, and the study in five numbers. */
final class Introduction {
    private Introduction() {}

    /**
     * The section.
     *
     * @param recipes names of the study's recipes
     * @param answers links as HTML, by the questions
     * @param leftOut what a quick study or a first look leaves out, as plain text
     * @param firstLook whether the study is a first look
     */
    static Section section(Set<String> recipes, Map<String, String> answers, List<String> leftOut, boolean firstLook) {
        StringBuilder html = new StringBuilder(
                "<p>An autoencoder is a network shaped like an hourglass. An encoder reduces an input of <i>n</i>"
                        + " values to a code of <i>p</i> values; a decoder restores the input from the code alone."
                        + " Both are trained together, so that the output is close to the input. This study"
                        + " completes a lab report (in French: <i lang=\"fr\">TP3&nbsp;:"
                        + " AutoEncoder</i>), which builds such networks with one and two"
                        + " hidden layers, shows how they reconstruct handwritten"
                        + " digits, and asks how the width of the code and"
                        + " the depth of the network affect the"
                        + " quality. Its author ran out of"
                        + " time for most of the"
                        + " measurements;"
                        + " here they are.</p>\n");
        html.append(recipes(recipes));
        html.append("<table class=\"answers\"><thead><tr><th>The lab report asks</th><th>Answered"
                + " in</th></tr></thead>\n<tbody>");
        answers.forEach((question, link) -> html.append("<tr><td>")
                .append(escape(question))
                .append("</td><td>")
                .append(link)
                .append("</td></tr>\n"));
        html.append("</tbody></table>\n");
        if (!leftOut.isEmpty()) {
            html.append(Section.paragraph(
                    firstLook
                            ? "A study of fewer than " + StudyResults.FIRST_LOOK
                                    + " epochs is a first look: it leaves out " + Text.list(leftOut)
                                    + ". A longer study, without --quick, includes them."
                            : "This was a quick study (--quick), which leaves out " + Text.list(leftOut)
                                    + ". Without --quick, and with --force, the same command adds them and reuses"
                                    + " the networks trained here."));
        }
        return new Section("questions", "What was asked", html.toString());
    }

    /** What the names of the recipes mean, where they first appear. */
    private static String recipes(Set<String> recipes) {
        StringBuilder html = new StringBuilder();
        if (recipes.contains(Recipes.REPORTS)) {
            html.append("The <b>report&rsquo;s recipe</b> (<code>--recipe paper</code>) trains as Listing 3 of the lab"
                    + " report does: Adam at a constant learning rate. ");
        }
        if (recipes.contains(Recipes.TUNED)) {
            html.append("The <b>tuned recipe</b> (<code>--recipe tuned</code>) is Hourglass&rsquo;s own: the"
                    + " learning rate first rises, then falls, and the weights decay. ");
        }
        return html.isEmpty()
                ? ""
                : "<p>" + html + "All settings are under <a href=\"#how\">Exactly how it was made</a>.</p>\n";
    }

    /** The study's size in one line, for instance {@code 5 networks, 2 recipes}. */
    static String subtitle(StudyResults results, List<Configuration> configurations) {
        long recipes = Findings.runs(configurations).stream()
                .map(RunResult::recipe)
                .distinct()
                .count();
        StudyResults.DataSummary data = results.data();
        return Text.counted(configurations.size(), "network") + ", " + Text.counted(recipes, "training recipe")
                + " and PCA on " + display(data.name()) + ": " + Text.count(data.train()) + " training rows, "
                + Text.count(data.test()) + " test rows, " + Text.count(data.inputs()) + " values each";
    }

    /** A data set's name as titles write it. */
    static String display(String name) {
        return switch (name) {
            case "mnist" -> "MNIST";
            case "fashion-mnist" -> "Fashion-MNIST";
            default -> name;
        };
    }

    /** The best network's key figures. */
    static String tiles(StudyResults results, List<Configuration> configurations) {
        Configuration winner = configurations.stream()
                .min(java.util.Comparator.comparingDouble(
                        configuration -> configuration.best().testMse()))
                .orElseThrow();
        RunResult best = winner.best();
        double seconds = Findings.runs(configurations).stream()
                .mapToDouble(RunResult::trainSeconds)
                .sum();
        Map<String, String> tiles = new TreeMap<>();
        tiles.put("1", tile(Text.mse(best.testMse()), "best test MSE, " + Findings.name(best)));
        tiles.put("2", tile(Text.psnr(best.psnr(), 1), "its peak signal-to-noise ratio"));
        tiles.put("3", tile(Text.ratio(winner.compression(results.data().inputs())) + "×", "fewer values in its code"));
        double gain = best.pcaTestMse() / best.testMse();
        tiles.put(
                "4",
                gain >= 1
                        ? tile(Text.factor(gain) + "×", "lower error than PCA with the same p")
                        : tile(Text.factor(1 / gain) + "×", "the error of PCA with the same p"));
        tiles.put(
                "5",
                tile(
                        Text.duration(seconds),
                        "training time, summed over "
                                + Text.counted(results.runs().size(), "run")
                                + (results.machine().threads() > 1 ? "; runs may have overlapped" : "")));
        return String.join("", tiles.values());
    }

    private static String tile(String number, String meaning) {
        return "<div><b>" + escape(number) + "</b><span>" + escape(meaning) + "</span></div>\n";
    }
}
