package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Autoencoder;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Convolution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a convolution adds: the networks beyond the lab report, each beside the best dense one of the same p. */
final class BeyondSection {
    /**
     * Two networks of the same p.
     *
     * @param dense the report's, with the lowest test MSE
     */
    record Pair(RunResult dense, RunResult convolutional) {
        int latent() {
            return convolutional.latent();
        }

        List<RunResult> runs() {
            return List.of(dense, convolutional);
        }

        boolean isLevel() {
            return Findings.level(dense.testMse(), convolutional.testMse());
        }

        boolean isBetter() {
            return convolutional.testMse() < dense.testMse();
        }
    }

    private BeyondSection() {}

    /** By p, from the smallest on. */
    static List<Pair> pairs(List<Configuration> configurations, List<RunResult> beyond) {
        return beyond.stream()
                .map(run -> new Pair(Findings.bestAt(configurations, run.latent()), run))
                .toList();
    }

    /**
     * The section.
     *
     * @param figures as HTML: reconstructions and maps
     */
    static Section section(Paper paper, List<Pair> pairs, StudyResults results, String figures) throws IOException {
        String noun = paper.words().form("label");
        RunResult any = pairs.get(0).convolutional();
        Convolution first = any.architecture().convolutions().get(0);
        String network = any.architecture().toString();
        String family = network.substring(0, network.lastIndexOf('-')) + "-p";
        return new Section(
                "beyond",
                "What a convolution adds",
                Section.paragraph("The lab report's networks are dense: they see an image as a row of values and know"
                                + " nothing of neighbouring pixels. " + family + " does. Its first layers are"
                                + " convolutions, small filters that move over the image (" + first + " stands for "
                                + first.channels() + " filters of " + first.kernel() + " x " + first.kernel()
                                + " pixels, moved by " + Text.counted(first.stride(), "pixel")
                                + "), and its last ones mirror them. Its"
                                + " hidden layers use "
                                + any.architecture().hiddenActivation().label() + ". It was trained with the "
                                + Recipes.name(any.recipe(), Words.ENGLISH)
                                + " for " + Text.counted(any.recipe().epochs(), "epoch")
                                + " and is compared, as a whole, with the best dense network of the same p, whose"
                                + " hidden layers use "
                                + pairs.get(0)
                                        .dense()
                                        .architecture()
                                        .hiddenActivation()
                                        .label()
                                + ".")
                        + Section.sentences(sentences(pairs, results.analyses(), noun))
                        + table(pairs, results.analyses(), noun)
                        + figures);
    }

    static List<String> sentences(List<Pair> pairs, Analyses analyses, String noun) {
        List<String> sentences = new ArrayList<>();
        sentences.add(quality(pairs));
        if (!analyses.beyond().isEmpty()) {
            sentences.add(clusters(pairs, analyses, noun));
        }
        Pair widest = pairs.get(pairs.size() - 1);
        sentences.add("At p = " + widest.latent() + ", the convolutional network has "
                + Text.counted(widest.convolutional().architecture().parameters(), "parameter") + " and trained for "
                + Text.duration(widest.convolutional().trainSeconds()) + "; "
                + Findings.name(widest.dense(), Words.ENGLISH) + " has "
                + Text.count(widest.dense().architecture().parameters()) + " and trained for "
                + Text.duration(widest.dense().trainSeconds()) + ".");
        return sentences;
    }

    private static String quality(List<Pair> pairs) {
        List<String> lower = new ArrayList<>();
        List<String> higher = new ArrayList<>();
        List<String> level = new ArrayList<>();
        for (Pair pair : pairs) {
            double from = pair.dense().testMse();
            double to = pair.convolutional().testMse();
            List<String> group = pair.isLevel() ? level : pair.isBetter() ? lower : higher;
            group.add("p = " + pair.latent() + (pair.isLevel() ? "" : " by " + Text.percent(to / from - 1))
                    + Text.mse(" (%s against %s)", to, from));
        }
        List<String> parts = new ArrayList<>();
        add(parts, "lowers the test MSE at ", lower);
        add(parts, "raises the test MSE at ", higher);
        add(parts, "leaves the test MSE level at ", level);
        String against = "ompared with the best dense network of the same p, ";
        return (lower.isEmpty()
                        ? "The convolutional network reconstructs no better: c" + against + "it "
                        : "C" + against + "the convolutional network ")
                + Text.list(parts) + ".";
    }

    /** Whether clusters of the codes match the labels better. */
    private static String clusters(List<Pair> pairs, Analyses analyses, String noun) {
        List<String> better = new ArrayList<>();
        List<String> worse = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (Pair pair : pairs) {
            double before = accuracy(analyses, pair.dense().name());
            double after = accuracy(analyses, pair.convolutional().name());
            // What reads the same is called equal.
            boolean same = percent(before).equals(percent(after));
            List<String> group = same ? equal : after > before ? better : worse;
            group.add("p = " + pair.latent() + " (" + percent(after) + " against " + percent(before) + ")");
        }
        List<String> parts = new ArrayList<>();
        add(parts, "better at ", better);
        add(parts, "less well at ", worse);
        add(parts, "equally well at ", equal);
        return "Compared with the same dense networks, the k-means clusters of its codes match the " + noun + "s "
                + Text.list(parts) + ".";
    }

    private static void add(List<String> parts, String verb, List<String> group) {
        if (!group.isEmpty()) {
            parts.add(verb + Text.list(group));
        }
    }

    /** Of the k-means clusters of a run's or a baseline's codes. */
    private static double accuracy(Analyses analyses, String name) {
        return Stream.of(analyses.runs(), analyses.beyond(), analyses.baselines())
                .flatMap(List::stream)
                .filter(analysis -> analysis.name().equals(name))
                .findFirst()
                .orElseThrow()
                .clusters()
                .kmeans()
                .accuracy();
    }

    private static String percent(double share) {
        return Text.format("%.1f %%", 100 * share);
    }

    private static String table(List<Pair> pairs, Analyses analyses, String noun) {
        boolean clustered = !analyses.beyond().isEmpty();
        StringBuilder html = new StringBuilder("<p class=\"caption\"><b>Dense, convolutional, PCA.</b> The lowest test"
                        + " MSE of each p is bold."
                        + (clustered
                                ? " k-means: the share of the test rows in the cluster of their " + noun + "."
                                : "")
                        + "</p>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers beyond\">\n<thead><tr>")
                .append("<th>p</th><th>Network</th><th>Parameters</th><th>Test MSE</th>")
                .append(clustered ? "<th>k-means</th>" : "")
                .append("<th>Training time</th></tr></thead>\n");
        for (Pair pair : pairs) {
            double pca = pair.convolutional().pcaTestMse();
            double least = Math.min(
                    pca,
                    pair.isBetter()
                            ? pair.convolutional().testMse()
                            : pair.dense().testMse());
            html.append("<tbody>");
            for (RunResult run : pair.runs()) {
                html.append(
                                run == pair.dense()
                                        ? "<tr><th scope=\"rowgroup\" rowspan=\"3\">" + pair.latent() + "</th>"
                                        : "<tr>")
                        .append(word(Findings.name(run, Words.ENGLISH)))
                        .append(cell(Text.count(run.architecture().parameters())))
                        .append(mse(run.testMse(), least))
                        .append(clustered ? cell(percent(accuracy(analyses, run.name()))) : "")
                        .append(cell(Text.duration(run.trainSeconds())))
                        .append("</tr>");
            }
            html.append("<tr>" + word("PCA") + cell("") + mse(pca, least))
                    .append(clustered ? cell(percent(accuracy(analyses, "pca-" + pair.latent()))) : "")
                    .append(cell("") + "</tr></tbody>\n");
        }
        return html.append("</table></div>\n").toString();
    }

    private static String word(String text) {
        return "<td class=\"word\">" + escape(text) + "</td>";
    }

    private static String mse(double value, double least) {
        String text = Text.preciseMse(value);
        return cell(value == least ? "<b>" + text + "</b>" : text);
    }

    private static String cell(String html) {
        return "<td>" + html + "</td>";
    }

    /** The same images by both kinds of network, at the smallest and the largest p. */
    static ReconstructionFigure figure(
            Paper paper, List<Pair> pairs, Samples samples, Map<String, Autoencoder> models) {
        List<ReconstructionFigure.Row> rows = new ArrayList<>();
        rows.add(ReconstructionFigure.Row.originals(samples));
        Stream.of(pairs.get(0), pairs.get(pairs.size() - 1)).distinct().forEach(pair -> {
            for (RunResult run : pair.runs()) {
                rows.add(ReconstructionFigure.Row.of(
                        run == pair.dense() ? "Dense" : "Convolutional",
                        "p = " + pair.latent() + ", test MSE " + Text.mse(run.testMse()),
                        run,
                        samples,
                        models));
            }
        });
        return new ReconstructionFigure("Dense and convolutional.", "The same images, reconstructed by both.", rows);
    }
}
