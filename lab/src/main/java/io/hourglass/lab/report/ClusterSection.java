package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.escape;

import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How well the labels can be found again in the codes: every network and every baseline in a table, and what it says. */
final class ClusterSection {
    private static final String NOT_USED = "&ndash;";

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
                .append("s</b>, in percent. k-means on the codes: accuracy by the best assignment of clusters to ")
                .append(escape(noun))
                .append("s, normalised mutual information (NMI), adjusted Rand index (ARI), purity, silhouette. ")
                .append("10-NN: share of the test codes whose ")
                .append(escape(noun))
                .append(" most of the ten nearest of ")
                .append(Text.count(analyses.known()))
                .append(" training codes have. Strongest pipeline: ")
                .append(escape(pipelines(analyses)))
                .append(
                        ". It is fixed beforehand, not the best of several for each line. UMAP takes long: of each network,"
                                + " only the recipe with the lower test error has it, and only if p is more than 2; so do PCA with the"
                                + " largest p, and the rows themselves.</p>\n");
        html.append("<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers clusters\">\n<thead><tr>"
                + "<th rowspan=\"2\">Codes of</th><th rowspan=\"2\">Recipe</th><th colspan=\"5\">k-means</th>"
                + "<th rowspan=\"2\">10-NN</th><th colspan=\"3\">strongest pipeline</th></tr>\n"
                + "<tr><th>accuracy</th><th>NMI</th><th>ARI</th><th>purity</th><th>silhouette</th>"
                + "<th>accuracy</th><th>NMI</th><th>ARI</th></tr></thead>\n");
        for (Configuration configuration : configurations) {
            html.append("<tbody>");
            for (RunResult run : configuration.runs()) {
                analyses.run(run.name())
                        .ifPresent(analysis -> row(html, run.architecture(), run.recipe(), analysis.clusters()));
            }
            html.append("</tbody>\n");
        }
        html.append("<tbody>");
        for (Analysis baseline : analyses.baselines()) {
            row(html, display(baseline.name(), noun), "", baseline.clusters());
        }
        html.append("</tbody></table></div>\n");
        if (mnist) {
            html.append(
                    "<p>Published for MNIST: k-means on the pixels 53 % accuracy and 0.50 NMI, k-means on the codes of an"
                            + " autoencoder 81.8 % accuracy (Guo and others, IDEC, 2017), autoencoder with UMAP and a Gaussian"
                            + " mixture 97.9 % (McConville and others, N2D, 2020). Those are of other networks, and of all 70,000"
                            + " images where these are of the test images alone; the settings of UMAP and of the clusters after it"
                            + " were chosen on these very images.</p>\n");
        }
        return new Section("clusters", "Clusters in the codes", html.toString());
    }

    private static void row(StringBuilder html, String name, String recipe, Clusters clusters) {
        html.append("<tr><th scope=\"row\">")
                .append(escape(name))
                .append("</th><td class=\"word\">")
                .append(escape(recipe))
                .append("</td>");
        Clusters.KMeansScores kMeans = clusters.kmeans();
        cell(html, kMeans.accuracy());
        cell(html, kMeans.nmi());
        cell(html, kMeans.ari());
        cell(html, kMeans.purity());
        cell(html, kMeans.silhouette());
        cell(html, clusters.knnAccuracy());
        Clusters.PipelineScores best = clusters.best();
        html.append("<td><b>").append(percent(best.accuracy())).append("</b></td>");
        cell(html, best.nmi());
        cell(html, best.ari());
        html.append("</tr>\n");
    }

    private static void cell(StringBuilder html, double share) {
        html.append("<td>").append(percent(share)).append("</td>");
    }

    private static String percent(double share) {
        return Double.isFinite(share) ? Text.format("%.1f", 100 * share) : NOT_USED;
    }

    /** For instance {@code umap+gmm for p > 2, gmm for the others}. */
    private static String pipelines(Analyses analyses) {
        List<String> names = new ArrayList<>();
        for (Analysis analysis : all(analyses)) {
            String name = spelt(analysis.clusters().best().pipeline());
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        names.sort(Comparator.comparingInt(String::length).reversed());
        return String.join("; where UMAP is not used, ", names);
    }

    private static String spelt(String pipeline) {
        return switch (pipeline) {
            case "umap+gmm" -> "UMAP of the codes, then a Gaussian mixture";
            case "umap+kmeans" -> "UMAP of the codes, then k-means";
            case "gmm" -> "a Gaussian mixture on the codes";
            default -> "k-means on the codes";
        };
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

    /** What the table says: the best, p = 2 against the largest p, and the networks against the rows themselves. */
    static List<String> sentences(List<Configuration> configurations, Analyses analyses, String noun) {
        List<String> sentences = new ArrayList<>();
        RunResult strongest = best(configurations, analyses, configuration -> true);
        Clusters clusters = clusters(analyses, strongest);
        sentences.add("The clusters closest to the " + noun + "s come from " + Findings.name(strongest) + ": "
                + Text.format("%.1f %%", 100 * clusters.best().accuracy())
                + " of the test rows are in the cluster of their "
                + noun + " (NMI " + Text.format("%.2f", clusters.best().nmi()) + "), by "
                + spelt(clusters.best().pipeline()) + "; k-means alone reaches "
                + Text.format("%.1f %%", 100 * clusters.kmeans().accuracy()) + " on the same codes.");
        int narrow =
                configurations.stream().mapToInt(Configuration::latent).min().orElseThrow();
        int wide = configurations.stream().mapToInt(Configuration::latent).max().orElseThrow();
        if (narrow < wide) {
            double few = clusters(analyses, best(configurations, analyses, c -> c.latent() == narrow))
                    .best()
                    .accuracy();
            double many = clusters(analyses, best(configurations, analyses, c -> c.latent() == wide))
                    .best()
                    .accuracy();
            sentences.add("From p = " + narrow + " to p = " + wide + ", the accuracy of the best network goes from "
                    + Text.format("%.1f %%", 100 * few) + " to " + Text.format("%.1f %%", 100 * many)
                    + " for clusters and from "
                    + Text.format("%.1f %%", 100 * nearest(configurations, analyses, narrow)) + " to "
                    + Text.format("%.1f %%", 100 * nearest(configurations, analyses, wide))
                    + " for the 10 nearest neighbours.");
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

    /** The highest 10-NN accuracy of the networks with that p. */
    private static double nearest(List<Configuration> configurations, Analyses analyses, int latent) {
        return Findings.runs(configurations).stream()
                .filter(run -> run.latent() == latent)
                .mapToDouble(run -> clusters(analyses, run).knnAccuracy())
                .max()
                .orElseThrow();
    }

    private static Clusters clusters(Analyses analyses, RunResult run) {
        return analyses.run(run.name()).orElseThrow().clusters();
    }

    private static RunResult best(
            List<Configuration> configurations, Analyses analyses, java.util.function.Predicate<Configuration> among) {
        return Findings.runs(configurations.stream().filter(among).toList()).stream()
                .max(Comparator.comparingDouble(
                        run -> clusters(analyses, run).best().accuracy()))
                .orElseThrow();
    }
}
