package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the lab report asked, where this report answers it, and the study in five numbers. */
final class Introduction {
    private Introduction() {}

    /**
     * The section.
     *
     * @param answers links as HTML, by the questions
     * @param leftOut what a quick study, or one of few epochs, does not have, as plain text
     * @param firstLook whether it is one of few epochs
     */
    static Section section(Map<String, String> answers, List<String> leftOut, boolean firstLook) {
        StringBuilder html = new StringBuilder(
                "<p>An autoencoder is a network shaped like an hourglass: an encoder squeezes an input"
                        + " of <i>n</i> values into a code of <i>p</i>, a decoder restores the input from the code "
                        + "alone, and both are"
                        + " trained together so that what comes out is close to what went in. The lab report that this "
                        + "study"
                        + " completes (in French: <i lang=\"fr\">TP3&nbsp;: AutoEncoder</i>) builds such networks with "
                        + "one and two"
                        + " hidden layers, shows what they make of handwritten digits, and asks how the size of the "
                        + "code and the"
                        + " depth of the network decide the quality. Its author ran out of time for most of the "
                        + "measurements; here they are.</p>\n");
        html.append("<table class=\"answers\"><thead><tr><th>The lab report asks</th><th>Answered "
                + "in</th></tr></thead>\n<tbody>");
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
                                    + ". A study of more epochs, without --quick, has them."
                            : "This was a quick study (--quick), which leaves out " + Text.list(leftOut)
                                    + ". Without --quick, and with --force, the same command adds them and uses the"
                                    + " networks"
                                    + " trained here."));
        }
        return new Section("questions", "What was asked", html.toString());
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

    /** A data set's name as a title has it. */
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
        tiles.put(
                "3", tile(Text.ratio(winner.compression(results.data().inputs())) + "×", "fewer numbers in its code"));
        double gain = best.pcaTestMse() / best.testMse();
        tiles.put(
                "4",
                gain >= 1
                        ? tile(Text.factor(gain) + "×", "less error than PCA with the same p")
                        : tile(Text.factor(1 / gain) + "×", "the error of PCA with the same p"));
        tiles.put(
                "5",
                tile(
                        Text.duration(seconds),
                        "training times of " + Text.counted(results.runs().size(), "run") + " added up"
                                + (results.machine().threads() > 1 ? "; runs may have overlapped" : "")));
        return String.join("", tiles.values());
    }

    private static String tile(String number, String meaning) {
        return "<div><b>" + escape(number) + "</b><span>" + escape(meaning) + "</span></div>\n";
    }
}
