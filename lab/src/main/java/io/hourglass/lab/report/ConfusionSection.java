package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
        String noun = paper.words().form("label");
        boolean digits = paper.words().digits();
        StringBuilder html = new StringBuilder(Section.paragraph("Does a decoded image still show its " + noun
                + "? A classifier decides: it gives each decoded test image the " + noun
                + " of the nearest of " + Text.count(analyses.known())
                + " training images, compared by at most 50 principal components. It reads "
                + Text.format("%.1f %%", 100 * accuracy(analyses.originals()))
                + " of the original test images correctly; a perfect network would reach about the same."));
        html.append(Section.sentences(sentences(configurations, analyses, noun, digits)));
        html.append("<figure class=\"matrices\">\n");
        for (Configuration configuration : configurations) {
            analyses.run(configuration.best().name())
                    .filter(analysis -> !analysis.confusion().isEmpty())
                    .ifPresent(analysis -> html.append(matrix(configuration, analysis.confusion(), noun)));
        }
        html.append("<figcaption><b>True ")
                .append(escape(noun))
                .append("</b> (rows) against the ")
                .append(escape(noun))
                .append(" that the decoded image looks like (columns), in percent of the row; empty below 0.5.")
                .append(" Each matrix is of the recipe with the lower test error. Blue: read correctly. Orange:")
                .append(" confused; the darker, the more images.</figcaption></figure>\n");
        return new Section(
                "confusion", noun.equals("digit") ? "Digit confusion" : "Confusion of labels", html.toString());
    }

    private static String matrix(Configuration configuration, List<List<Integer>> counts, String noun) {
        StringBuilder html = new StringBuilder("<div class=\"matrix\"><h3>" + escape(configuration.architecture())
                + " <span>" + escape(Recipes.name(configuration.best().recipe(), Words.ENGLISH)) + ", "
                + Text.format("%.1f %%", 100 * accuracy(counts))
                + " correct</span></h3><table><thead><tr><th><span class=\"hidden\">true "
                + escape(noun) + "</span></th>");
        for (int label = 0; label < counts.size(); label++) {
            html.append("<th>").append(label).append("</th>");
        }
        html.append("</tr></thead><tbody>\n");
        for (int label = 0; label < counts.size(); label++) {
            html.append("<tr><th scope=\"row\">").append(label).append("</th>");
            for (int reading = 0; reading < counts.size(); reading++) {
                cell(html, counts, label, reading);
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static void cell(StringBuilder html, List<List<Integer>> counts, int label, int reading) {
        double rate = rate(counts, label, reading);
        int step = 0;
        while (step < STEPS.length && rate >= STEPS[step]) {
            step++;
        }
        html.append("<td class=\"")
                .append(label == reading ? "right" : "c" + step)
                .append("\" title=\"")
                .append(label)
                .append(" read as ")
                .append(reading)
                .append(": ")
                .append(counts.get(label).get(reading))
                .append("\">")
                .append(rate >= STEPS[0] ? Text.format("%.0f", 100 * rate) : "")
                .append("</td>");
    }

    /** NaN for a label that no image has. */
    private static double rate(List<List<Integer>> counts, int label, int reading) {
        double all = counts.get(label).stream().mapToInt(count -> count).sum();
        return counts.get(label).get(reading) / all;
    }

    private static double accuracy(List<List<Integer>> counts) {
        double right = 0;
        double all = 0;
        for (int label = 0; label < counts.size(); label++) {
            right += counts.get(label).get(label);
            all += counts.get(label).stream().mapToInt(count -> count).sum();
        }
        return right / all;
    }

    /** How readable the images are at each p, the worst confusion there, and whether the lab report's claims hold. */
    static List<String> sentences(List<Configuration> configurations, Analyses analyses, String noun, boolean digits) {
        List<String> sentences = new ArrayList<>();
        configurations.stream().map(Configuration::latent).distinct().sorted().forEach(latent -> {
            RunResult best = Findings.bestAt(configurations, latent);
            confusion(analyses, best).ifPresent(counts -> {
                int[] worst = worst(counts);
                sentences.add("At p = " + latent + ", the classifier reads "
                        + Text.format("%.1f %%", 100 * accuracy(counts)) + " of the images decoded by "
                        + Findings.name(best, Words.ENGLISH) + " correctly."
                        + (counts.get(worst[0]).get(worst[1]) == 0
                                ? ""
                                : " The most frequent confusion: "
                                        + Text.format("%.1f %%", 100 * rate(counts, worst[0], worst[1]))
                                        + (digits
                                                ? " of the " + worst[0] + "s look like " + worst[1] + "s."
                                                : " of the images with label " + worst[0] + " look like label "
                                                        + worst[1] + ".")));
            });
        });
        if (digits) {
            OptionalInt narrow =
                    configurations.stream().mapToInt(Configuration::latent).min();
            OptionalInt wide =
                    configurations.stream().mapToInt(Configuration::latent).max();
            for (int[] claim : CLAIMS) {
                claim(configurations, analyses, narrow.orElseThrow(), wide.orElseThrow(), claim)
                        .ifPresent(sentences::add);
            }
        }
        return sentences;
    }

    /** The rates of one confusion over all networks with the smallest and with the largest code. */
    private static Optional<String> claim(
            List<Configuration> configurations, Analyses analyses, int narrow, int wide, int[] claim) {
        List<Double> few = rates(configurations, analyses, narrow, claim);
        List<Double> many = rates(configurations, analyses, wide, claim);
        if (few.isEmpty() || many.isEmpty() || narrow == wide) {
            return Optional.empty();
        }
        double largest = Collections.max(many);
        String verdict = largest == 0
                ? "indeed none"
                : largest < Collections.min(few)
                        ? "fewer, but not none"
                        : Collections.min(many) >= Collections.max(few) ? "no fewer" : "not always fewer";
        return Optional.of("The lab report saw " + claim[0] + "s turn into " + claim[1]
                + "s at p = 2 and not at p = 16. Here, " + range(few) + " of the " + claim[0] + "s do so at p = "
                + narrow + " and " + range(many) + " at p = " + wide + ": " + verdict + ". Of the original "
                + claim[0] + "s, the classifier takes "
                + Text.format("%.1f %%", 100 * rate(analyses.originals(), claim[0], claim[1])) + " for " + claim[1]
                + "s.");
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

    private static String range(List<Double> rates) {
        double least = rates.stream().min(Comparator.naturalOrder()).orElseThrow();
        double largest = rates.stream().max(Comparator.naturalOrder()).orElseThrow();
        String last = Text.format("%.1f %%", 100 * largest);
        String first = Text.format("%.1f %%", 100 * least);
        return first.equals(last) ? last : first + " to " + last;
    }

    private static Optional<List<List<Integer>>> confusion(Analyses analyses, RunResult run) {
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
