package io.hourglass.lab.report;

import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which labels decoded images look like: a confusion matrix for each configuration, and the lab report's claims. */
final class ConfusionSection {
    /** A matrix of more labels does not fit on a phone. */
    static final int MOST_LABELS = 12;

    /** Shares of a matrix row's images at which the colour of a cell changes. */
    private static final double[] STEPS = {0.005, 0.02, 0.05, 0.1, 0.2};

    /** Confusions that the lab report saw at p = 2: the true digit, and the digit it was mistaken for. */
    private static final int[][] CLAIMS = {{5, 8}, {4, 9}};

    private ConfusionSection() {}

    static Section section(Paper paper, List<Configuration> configurations, Analyses analyses) throws IOException {
        Words words = paper.words();
        StringBuilder html = new StringBuilder(paper.question("confusion.question"));
        html.append(paper.answer(sentences(configurations, analyses, words)));
        html.append(paper.paragraph("confusion.method", analyses.known(), words.share(accuracy(analyses.originals()))));
        html.append("<figure class=\"matrices\" id=\"figure-confusion\">\n");
        for (Configuration configuration : configurations) {
            analyses.run(configuration.best().name())
                    .filter(analysis -> !analysis.confusion().isEmpty())
                    .ifPresent(analysis -> html.append(matrix(configuration, analysis.confusion(), words)));
        }
        html.append(paper.caption(
                        "confusion",
                        words.html("confusion.figure"),
                        words.html("confusion.shows"),
                        words.html("confusion.reading")))
                .append("</figure>\n");
        return Section.of("confusion", words, html.toString());
    }

    private static String matrix(Configuration configuration, List<List<Integer>> counts, Words words) {
        StringBuilder html = new StringBuilder("<div class=\"matrix\"><h3>" + Words.escape(configuration.architecture())
                + " <span>"
                + words.html(
                        "confusion.matrix",
                        Recipes.name(configuration.best().recipe(), words),
                        words.share(accuracy(counts)))
                + "</span></h3><p class=\"axis-name\">" + words.html("confusion.axes")
                + "</p><table><thead><tr><th scope=\"col\"><span class=\"hidden\">" + words.html("confusion.true")
                + "</span></th>");
        for (int label = 0; label < counts.size(); label++) {
            html.append("<th scope=\"col\">").append(label).append("</th>");
        }
        html.append("</tr></thead><tbody>\n");
        for (int label = 0; label < counts.size(); label++) {
            html.append("<tr><th scope=\"row\">").append(label).append("</th>");
            for (int reading = 0; reading < counts.size(); reading++) {
                cell(html, counts, label, reading, words);
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static void cell(StringBuilder html, List<List<Integer>> counts, int label, int reading, Words words) {
        double rate = rate(counts, label, reading);
        int step = 0;
        while (step < STEPS.length && rate >= STEPS[step]) {
            step++;
        }
        html.append("<td class=\"")
                .append(label == reading ? "right" : "c" + step)
                .append("\" title=\"")
                .append(words.html(
                        "confusion.cell",
                        words.label(label),
                        words.label(reading),
                        counts.get(label).get(reading)))
                .append("\">")
                .append(rate >= STEPS[0] ? words.number("%.0f", 100 * rate) : "")
                .append("</td>");
    }

    /** NaN for a label that no image has. */
    private static double rate(List<List<Integer>> counts, int label, int reading) {
        double all = counts.get(label).stream().mapToInt(count -> count).sum();
        return counts.get(label).get(reading) / all;
    }

    static double accuracy(List<List<Integer>> counts) {
        double right = 0;
        double all = 0;
        for (int label = 0; label < counts.size(); label++) {
            right += counts.get(label).get(label);
            all += counts.get(label).stream().mapToInt(count -> count).sum();
        }
        return right / all;
    }

    /** How readable the images are at each p, the worst confusion there, and whether the lab report's claims hold. */
    static List<String> sentences(List<Configuration> configurations, Analyses analyses, Words words) {
        List<String> sentences = new ArrayList<>();
        configurations.stream().map(Configuration::latent).distinct().sorted().forEach(latent -> {
            RunResult best = Findings.bestAt(configurations, latent);
            confusion(analyses, best).ifPresent(counts -> {
                int[] worst = worst(counts);
                sentences.add(words.say(
                                "confusion.read",
                                Findings.text(latent),
                                words.share(accuracy(counts)),
                                Findings.name(best, words))
                        + (counts.get(worst[0]).get(worst[1]) == 0
                                ? ""
                                : " "
                                        + words.say(
                                                words.digits() ? "confusion.worst.digit" : "confusion.worst.label",
                                                words.share(rate(counts, worst[0], worst[1])),
                                                words.label(worst[0]),
                                                words.label(worst[1]))));
            });
        });
        if (words.digits()) {
            int narrow = configurations.stream()
                    .mapToInt(Configuration::latent)
                    .min()
                    .orElseThrow();
            int wide = configurations.stream()
                    .mapToInt(Configuration::latent)
                    .max()
                    .orElseThrow();
            for (int[] claim : CLAIMS) {
                claim(configurations, analyses, narrow, wide, claim, words).ifPresent(sentences::add);
            }
        }
        return sentences;
    }

    /** The rates of one confusion over all networks with the smallest and with the largest code. */
    private static Optional<String> claim(
            List<Configuration> configurations, Analyses analyses, int narrow, int wide, int[] claim, Words words) {
        List<Double> few = rates(configurations, analyses, narrow, claim);
        List<Double> many = rates(configurations, analyses, wide, claim);
        if (few.isEmpty() || many.isEmpty() || narrow == wide) {
            return Optional.empty();
        }
        double largest = Collections.max(many);
        String verdict = largest == 0
                ? "none"
                : largest < Collections.min(few)
                        ? "fewer"
                        : Collections.min(many) >= Collections.max(few) ? "no.fewer" : "some";
        return Optional.of(words.say(
                "confusion.claim",
                Findings.text(claim[0]),
                Findings.text(claim[1]),
                range(few, words),
                Findings.text(narrow),
                range(many, words),
                Findings.text(wide),
                words.say("confusion.claim." + verdict),
                words.share(rate(analyses.originals(), claim[0], claim[1]))));
    }

    private static List<Double> rates(List<Configuration> configurations, Analyses analyses, int latent, int[] claim) {
        List<Double> rates = new ArrayList<>();
        for (RunResult run : Findings.runs(configurations)) {
            if (run.latent() == latent) {
                confusion(analyses, run)
                        .filter(counts -> counts.size() > Math.max(claim[0], claim[1]))
                        .map(counts -> rate(counts, claim[0], claim[1]))
                        .filter(Double::isFinite)
                        .ifPresent(rates::add);
            }
        }
        return rates;
    }

    private static String range(List<Double> rates, Words words) {
        double least = rates.stream().min(Comparator.naturalOrder()).orElseThrow();
        double largest = rates.stream().max(Comparator.naturalOrder()).orElseThrow();
        String last = words.share(largest);
        String first = words.share(least);
        return first.equals(last) ? last : words.say("number.range", first, last);
    }

    static Optional<List<List<Integer>>> confusion(Analyses analyses, RunResult run) {
        return analyses.run(run.name()).map(Analyses.Analysis::confusion).filter(counts -> !counts.isEmpty());
    }

    /** True label and reading with the highest rate off the diagonal; the first if several are equal. */
    static int[] worst(List<List<Integer>> counts) {
        int[] worst = {0, 1};
        double highest = -1;
        for (int label = 0; label < counts.size(); label++) {
            for (int reading = 0; reading < counts.size(); reading++) {
                double rate = rate(counts, label, reading);
                if (label != reading && rate > highest) {
                    highest = rate;
                    worst = new int[] {label, reading};
                }
            }
        }
        return worst;
    }
}
