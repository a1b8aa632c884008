package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.analysis.Pipelines;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** How well clusters of the codes match the labels: a table of all networks and baselines, and sentences about it. */
final class ClusterSection {
    private static final String NOT_USED = "&ndash;";

    private static final String NEAREST = "10-NN";

    /**
     * The pipelines other than k-means, by the names that the table and the sentences use. Those with UMAP are
     * separate, so that its effect is not attributed to the network.
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
     */
    static Section section(Paper paper, List<Configuration> configurations, Analyses analyses) throws IOException {
        String noun = paper.words().form("label");
        boolean mnist = paper.words().digits();
        StringBuilder html = new StringBuilder(Section.paragraph(
                "The codes of " + Text.count(analyses.clustered()) + " test rows are grouped into as many"
                        + " clusters as there are " + noun + "s, without using the " + noun
                        + "s. Then the clusters are compared with them."));
        html.append(Section.sentences(sentences(configurations, analyses, noun)));
        html.append("<p class=\"caption\"><b>Clusters against true ")
                .append(escape(noun))
                .append("s</b>, in percent: accuracy by the best assignment of clusters to ")
                .append(escape(noun))
                .append("s, normalised mutual information (NMI), adjusted Rand index (ARI), purity, silhouette. ")
                .append("10-NN: share of the test codes whose ")
                .append(escape(noun))
                .append(" is the most frequent one among the ten nearest of ")
                .append(Text.count(analyses.known()))
                .append(" training codes. Bold: the highest accuracy in a column. Compare numbers only within a"
                        + " column: what UMAP adds is not the network&rsquo;s merit. &ndash;: not computed. Because"
                        + " UMAP takes long, only these have it: networks with p above 2, with the recipe"
                        + " of lower test error; PCA with the largest p; and ")
                .append(escape(display("raw", noun)))
                .append(". Gaussian mixtures are fitted to codes of at most ")
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
                        .ifPresent(analysis -> row(
                                html,
                                run.architecture().toString(),
                                Recipes.adjective(run.recipe(), Words.ENGLISH),
                                analysis.clusters(),
                                highest));
            }
            html.append("</tbody>\n");
        }
        html.append("<tbody>");
        for (Analysis baseline : analyses.baselines()) {
            row(html, display(baseline.name(), noun), "", baseline.clusters(), highest);
        }
        html.append("</tbody></table></div>\n");
        if (mnist) {
            html.append("<p>Published results for MNIST: k-means on the pixels reaches 53 % accuracy and 0.50 NMI,"
                    + " k-means on the codes of an autoencoder 81.8 % accuracy (Guo and others, IDEC,"
                    + " 2017), and an autoencoder with UMAP and a Gaussian mixture 97.9 %"
                    + " (McConville and others, N2D, 2020). They used other networks and"
                    + " all 70,000 images; the results here are for the test images"
                    + " alone. The settings of UMAP and of the clustering"
                    + " after it were chosen on these same test"
                    + " images.</p>\n");
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

    /** The silhouette of a single cluster is not finite. */
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
     * What the table says: for each pipeline the best network and the best baseline, and p = 2 compared with the
     * largest p.
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
                    .ifPresent(change -> changes.add(change + " with " + name)));
            change(
                            configurations,
                            narrow,
                            wide,
                            run -> OptionalDouble.of(clusters(analyses, run).knnAccuracy()))
                    .ifPresent(change -> changes.add(change + " with the 10 nearest neighbours"));
            sentences.add("From p = " + narrow + " to p = " + wide + ", the highest accuracy of any network goes "
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
                    sentences.add("With k-means, the codes of " + better + " of "
                            + analyses.runs().size()
                            + " networks give better clusters than " + display("raw", noun) + " ("
                            + Text.format("%.1f %%", 100 * raw.kmeans().accuracy()) + ").");
                });
        return sentences;
    }

    /** The most accurate network with a pipeline, compared with the most accurate baseline. */
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
            return "With " + name + ", the clusters of " + Findings.name(run, Words.ENGLISH) + " match the " + noun
                    + "s best: "
                    + Text.format("%.1f %%", 100 * scores.accuracy())
                    + " of the test rows are in the cluster of their " + noun + " (NMI "
                    + Text.format("%.2f", scores.nmi()) + ")"
                    + without.map(of -> Text.format(
                                    ". The best result without a network is %2$.1f %% (%1$s)",
                                    display(of.name(), noun),
                                    100 * accuracy(of.clusters(), pipeline).orElseThrow()))
                            .orElse("")
                    + ".";
        });
    }

    /** The best accuracy at each of two p, if both are known. */
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
