package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.analysis.Pipelines;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How well the labels can be found again in the codes: every network and every baseline in a table, and what it says.
 */
final class ClusterSection {
    private static final String NOT_USED = "&ndash;";

    private static final String NEAREST = "10-NN";

    /**
     * Pipelines beside k-means, as the table and the sentences name them: what UMAP does and what the codes do are kept
     * apart.
     */
    private static final Map<String, String> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put("gmm", "a Gaussian mixture");
        OTHERS.put("umap+kmeans", "UMAP, then k-means");
        OTHERS.put("umap+gmm", "UMAP, then a Gaussian mixture");
    }

    private ClusterSection() {}

    /**
     * The section.
     *
     * @param analyses of all runs
     * @param noun what a label is, {@code digit} for MNIST
     * @param mnist whether figures published for MNIST may stand beside these
     */
    static Section section(List<Configuration> configurations, Analyses analyses, String noun, boolean mnist) {
        StringBuilder html = new StringBuilder(Section.paragraph(
                "The codes of " + Text.count(analyses.clustered()) + " test rows are grouped into as many"
                        + " clusters as there are " + noun + "s, without showing the " + noun
                        + "s to anybody; then the clusters"
                        + " are compared with them."));
        html.append(Section.sentences(sentences(configurations, analyses, noun)));
        html.append("<p class=\"caption\"><b>Clusters against true ")
                .append(escape(noun))
                .append("s</b>, in percent: accuracy by the best assignment of clusters to ")
                .append(escape(noun))
                .append("s, normalised mutual information (NMI), adjusted Rand index (ARI), purity, silhouette. ")
                .append("10-NN: share of the test codes whose ")
                .append(escape(noun))
                .append(" most of the ten nearest of ")
                .append(Text.count(analyses.known()))
                .append(" training codes have. Bold: the highest accuracy of a column. Compare within a column: what"
                        + " UMAP adds is not"
                        + " the network&rsquo;s merit. &ndash;: not computed. UMAP takes long, so that of"
                        + " each network only the"
                        + " recipe with the lower test error has it, and only if p is more than 2; so do PCA"
                        + " with the largest p,"
                        + " and ")
                .append(escape(display("raw", noun)))
                .append(". A Gaussian mixture has codes of at most ")
                .append(Pipelines.WIDEST_MIXTURE)
                .append(" values.</p>\n");
        html.append("<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers clusters\">\n<thead><tr>"
                + "<th rowspan=\"2\">Codes of</th><th rowspan=\"2\">Recipe</th><th rowspan=\"2\">10-NN</th>"
                + "<th colspan=\"5\">k-means</th>");
        OTHERS.values()
                .forEach(name -> html.append("<th colspan=\"2\">")
                        .append(name.replace("a Gaussian mixture", "mixture"))
                        .append("</th>"));
        html.append("</tr>\n<tr><th>accuracy</th><th>NMI</th><th>ARI</th><th>purity</th><th>silhouette</th>")
                .append("<th>accuracy</th><th>NMI</th>".repeat(OTHERS.size()))
                .append("</tr></thead>\n");
        Map<String, Double> highest = highest(analyses);
        for (Configuration configuration : configurations) {
            html.append("<tbody>");
            for (RunResult run : configuration.runs()) {
                analyses.run(run.name())
                        .ifPresent(
                                analysis -> row(html, run.architecture(), run.recipe(), analysis.clusters(), highest));
            }
            html.append("</tbody>\n");
        }
        html.append("<tbody>");
        for (Analysis baseline : analyses.baselines()) {
            row(html, display(baseline.name(), noun), "", baseline.clusters(), highest);
        }
        html.append("</tbody></table></div>\n");
        if (mnist) {
            html.append(
                    "<p>Published for MNIST: k-means on the pixels 53 % accuracy and 0.50 NMI, k-means on the codes of "
                            + "an"
                            + " autoencoder 81.8 % accuracy (Guo and others, IDEC, 2017), autoencoder with UMAP and a "
                            + "Gaussian"
                            + " mixture 97.9 % (McConville and others, N2D, 2020). Those are of other networks, and of "
                            + "all 70,000"
                            + " images where these are of the test images alone; the settings of UMAP and of the "
                            + "clusters after it"
                            + " were chosen on these very images.</p>\n");
        }
        return new Section("clusters", "Clusters in the codes", html.toString());
    }

    private static void row(
            StringBuilder html, String name, String recipe, Clusters clusters, Map<String, Double> highest) {
        html.append("<tr><th scope=\"row\">")
                .append(escape(name))
                .append("</th><td class=\"word\">")
                .append(escape(recipe))
                .append("</td>");
        Clusters.KMeansScores kMeans = clusters.kmeans();
        cell(html, percent(clusters.knnAccuracy()), isHighest(clusters.knnAccuracy(), NEAREST, highest));
        cell(html, percent(kMeans.accuracy()), isHighest(kMeans.accuracy(), "kmeans", highest));
        cell(html, percent(kMeans.nmi()), false);
        cell(html, percent(kMeans.ari()), false);
        cell(html, percent(kMeans.purity()), false);
        cell(html, percent(kMeans.silhouette()), false);
        for (String pipeline : OTHERS.keySet()) {
            PipelineScores scores = clusters.pipeline(pipeline).orElse(null);
            cell(
                    html,
                    scores == null ? NOT_USED : percent(scores.accuracy()),
                    scores != null && isHighest(scores.accuracy(), pipeline, highest));
            cell(html, scores == null ? NOT_USED : percent(scores.nmi()), false);
        }
        html.append("</tr>\n");
    }

    /** The highest accuracy of each column. */
    private static Map<String, Double> highest(Analyses analyses) {
        Map<String, Double> highest = new HashMap<>();
        for (Analysis analysis : all(analyses)) {
            highest.merge(NEAREST, analysis.clusters().knnAccuracy(), Math::max);
            for (PipelineScores pipeline : analysis.clusters().pipelines()) {
                highest.merge(pipeline.pipeline(), pipeline.accuracy(), Math::max);
            }
        }
        return highest;
    }

    private static boolean isHighest(double accuracy, String column, Map<String, Double> highest) {
        return accuracy == highest.getOrDefault(column, Double.NaN);
    }

    private static void cell(StringBuilder html, String text, boolean bold) {
        html.append("<td>").append(bold ? "<b>" + text + "</b>" : text).append("</td>");
    }

    /** Not finite is the silhouette of a single cluster. */
    private static String percent(double share) {
        return Double.isFinite(share) ? Text.format("%.1f", 100 * share) : Text.UNDEFINED;
    }

    private static List<Analysis> all(Analyses analyses) {
        List<Analysis> all = new ArrayList<>(analyses.runs());
        all.addAll(analyses.baselines());
        return all;
    }

    private static String display(String baseline, String noun) {
        return baseline.startsWith("pca-")
                ? "PCA, p = " + baseline.substring(4)
                : noun.equals("digit") ? "raw pixels" : "the rows themselves";
    }

    /**
     * What the table says: by each pipeline the best network beside the best without one, and p = 2 against the largest
     * p.
     */
    static List<String> sentences(List<Configuration> configurations, Analyses analyses, String noun) {
        List<String> sentences = new ArrayList<>();
        Map<String, String> pipelines = new LinkedHashMap<>();
        pipelines.put("kmeans", "k-means");
        pipelines.putAll(OTHERS);
        pipelines.forEach((pipeline, name) ->
                byPipeline(configurations, analyses, noun, pipeline, name).ifPresent(sentences::add));
        int narrow =
                configurations.stream().mapToInt(Configuration::latent).min().orElseThrow();
        int wide = configurations.stream().mapToInt(Configuration::latent).max().orElseThrow();
        if (narrow < wide) {
            List<String> changes = new ArrayList<>();
            pipelines.forEach((pipeline, name) -> change(
                            configurations, narrow, wide, run -> accuracy(clusters(analyses, run), pipeline))
                    .ifPresent(change -> changes.add(change + " by " + name)));
            change(
                            configurations,
                            narrow,
                            wide,
                            run -> OptionalDouble.of(clusters(analyses, run).knnAccuracy()))
                    .ifPresent(change -> changes.add(change + " by the 10 nearest neighbours"));
            sentences.add("From p = " + narrow + " to p = " + wide + ", the highest accuracy of a network goes "
                    + Text.list(changes) + ".");
        }
        analyses.baselines().stream()
                .filter(baseline -> baseline.name().equals("raw"))
                .map(Analysis::clusters)
                .forEach(raw -> {
                    long better = analyses.runs().stream()
                            .filter(run -> run.clusters().kmeans().accuracy()
                                    > raw.kmeans().accuracy())
                            .count();
                    sentences.add("By k-means, the codes of " + better + " of "
                            + analyses.runs().size()
                            + " networks lead to better clusters than " + display("raw", noun) + " ("
                            + Text.format("%.1f %%", 100 * raw.kmeans().accuracy()) + ").");
                });
        return sentences;
    }

    /** The most accurate network by a pipeline, beside the most accurate baseline by the same. */
    private static Optional<String> byPipeline(
            List<Configuration> configurations, Analyses analyses, String noun, String pipeline, String name) {
        Optional<RunResult> best = Findings.runs(configurations).stream()
                .filter(run -> clusters(analyses, run).pipeline(pipeline).isPresent())
                .max(Comparator.comparingDouble(
                        run -> accuracy(clusters(analyses, run), pipeline).orElseThrow()));
        Optional<Analysis> without = analyses.baselines().stream()
                .filter(baseline -> baseline.clusters().pipeline(pipeline).isPresent())
                .max(Comparator.comparingDouble(
                        baseline -> accuracy(baseline.clusters(), pipeline).orElseThrow()));
        return best.map(run -> {
            PipelineScores scores = clusters(analyses, run).pipeline(pipeline).orElseThrow();
            return "By " + name + ", the network whose clusters come closest to the " + noun + "s is "
                    + Findings.name(run) + ": " + Text.format("%.1f %%", 100 * scores.accuracy())
                    + " of the test rows are in the cluster of their " + noun + " (NMI "
                    + Text.format("%.2f", scores.nmi()) + ")"
                    + without.map(of -> Text.format(
                                    "; the best without a network, %s, reaches %.1f %%",
                                    display(of.name(), noun),
                                    100 * accuracy(of.clusters(), pipeline).orElseThrow()))
                            .orElse("")
                    + ".";
        });
    }

    /** From where to where the best of the networks with these p goes, if it is known of both. */
    private static Optional<String> change(
            List<Configuration> configurations, int narrow, int wide, Function<RunResult, OptionalDouble> accuracy) {
        OptionalDouble few = highest(configurations, narrow, accuracy);
        OptionalDouble many = highest(configurations, wide, accuracy);
        return few.isEmpty() || many.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Text.format("from %.1f %% to %.1f %%", 100 * few.getAsDouble(), 100 * many.getAsDouble()));
    }

    private static OptionalDouble highest(
            List<Configuration> configurations, int latent, Function<RunResult, OptionalDouble> accuracy) {
        return Findings.runs(configurations).stream()
                .filter(run -> run.latent() == latent)
                .flatMapToDouble(run -> accuracy.apply(run).stream())
                .max();
    }

    private static OptionalDouble accuracy(Clusters clusters, String pipeline) {
        return clusters.pipeline(pipeline).stream()
                .mapToDouble(PipelineScores::accuracy)
                .findFirst();
    }

    private static Clusters clusters(Analyses analyses, RunResult run) {
        return analyses.run(run.name()).orElseThrow().clusters();
    }
}
