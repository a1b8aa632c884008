package io.hourglass.lab.report;

import io.hourglass.lab.analysis.Pipelines;
import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Clusters;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** How well clusters of the codes match the labels: a table of all networks and baselines, and sentences about it. */
final class ClusterSection {
    private static final String NEAREST = "knn";
    private static final String K_MEANS = "kmeans";

    /**
     * The pipelines other than k-means. Those with UMAP are separate, so that its effect is not attributed to the
     * network.
     */
    private static final List<String> OTHERS = List.of("gmm", "umap+kmeans", "umap+gmm");

    private ClusterSection() {}

    /**
     * The section.
     *
     * @param analyses of all runs
     */
    static Section section(Paper paper, List<Configuration> configurations, Analyses analyses) throws IOException {
        Words words = paper.words();
        return Section.of(
                "clusters",
                words,
                paper.question("clusters.question")
                        + paper.answer(sentences(configurations, analyses, words))
                        + paper.paragraph("clusters.method", analyses.clustered(), analyses.known())
                        + table(paper, configurations, analyses)
                        + (words.digits() ? paper.paragraph("clusters.published") : ""));
    }

    private static String table(Paper paper, List<Configuration> configurations, Analyses analyses) throws IOException {
        Words words = paper.words();
        String accuracy = words.say("clusters.accuracy");
        String nmi = words.say("clusters.nmi");
        String kMeans = words.say("clusters.head.kmeans");
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("codes_of", words.say("clusters.of")),
                Column.text("recipe", words.say("column.recipe")),
                Column.number("knn_accuracy", words.say("clusters.head.knn")),
                Column.number("kmeans_accuracy", accuracy).under(kMeans),
                Column.number("kmeans_nmi", nmi).under(kMeans),
                Column.number("kmeans_ari", words.say("clusters.ari")).under(kMeans),
                Column.number("kmeans_purity", words.say("clusters.purity")).under(kMeans),
                Column.number("kmeans_silhouette", words.say("clusters.silhouette"))
                        .under(kMeans)));
        for (String pipeline : OTHERS) {
            String key = pipeline.replace('+', '_');
            String head = words.say("clusters.head." + pipeline);
            columns.add(Column.number(key + "_accuracy", accuracy).under(head));
            columns.add(Column.number(key + "_nmi", nmi).under(head));
        }
        DataTable table = new DataTable("clusters", "clusters", columns);
        Map<String, Double> highest = highest(analyses);
        for (Configuration configuration : configurations) {
            table.group();
            for (RunResult run : configuration.runs()) {
                analyses.run(run.name())
                        .ifPresent(analysis -> table.row(row(
                                Cell.text(run.architecture().toString()),
                                Cell.of(
                                        Recipes.adjective(run.recipe(), words),
                                        run.recipe().name()),
                                analysis.clusters(),
                                highest,
                                words)));
            }
        }
        table.group();
        for (Analysis baseline : analyses.baselines()) {
            table.row(row(
                    Cell.of(display(baseline.name(), words), baseline.name()),
                    Cell.empty(),
                    baseline.clusters(),
                    highest,
                    words));
        }
        return paper.table(
                table,
                words.say("clusters.table"),
                words.html("clusters.note", Pipelines.WIDEST_MIXTURE) + " "
                        + paper.reading(words.html("clusters.reading")));
    }

    private static List<Cell> row(Cell name, Cell recipe, Clusters clusters, Map<String, Double> highest, Words words) {
        Clusters.KMeansScores kMeans = clusters.kmeans();
        List<Cell> cells = new ArrayList<>(List.of(
                name,
                recipe,
                percent(clusters.knnAccuracy(), words).best(isHighest(clusters.knnAccuracy(), NEAREST, highest)),
                percent(kMeans.accuracy(), words).best(isHighest(kMeans.accuracy(), K_MEANS, highest)),
                percent(kMeans.nmi(), words),
                percent(kMeans.ari(), words),
                percent(kMeans.purity(), words),
                percent(kMeans.silhouette(), words)));
        for (String pipeline : OTHERS) {
            PipelineScores scores = clusters.pipeline(pipeline).orElse(null);
            if (scores == null) {
                cells.add(Cell.of("\u2013", null));
                cells.add(Cell.of("\u2013", null));
            } else {
                cells.add(percent(scores.accuracy(), words).best(isHighest(scores.accuracy(), pipeline, highest)));
                cells.add(percent(scores.nmi(), words));
            }
        }
        return cells;
    }

    /** The highest accuracy of each column. */
    private static Map<String, Double> highest(Analyses analyses) {
        Map<String, Double> highest = new HashMap<>();
        List<Analysis> all = new ArrayList<>(analyses.runs());
        all.addAll(analyses.baselines());
        for (Analysis analysis : all) {
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

    /** The silhouette of a single cluster is not finite. */
    private static Cell percent(double share, Words words) {
        return Cell.of(Double.isFinite(share) ? words.number("%.1f", 100 * share) : words.undefined(), share);
    }

    /** What the report calls a baseline. */
    private static String display(String baseline, Words words) {
        return baseline.startsWith("pca-")
                ? words.say("pca.components", baseline.substring(4))
                : words.say("clusters.raw");
    }

    /**
     * What the table says: for each pipeline the best network and the best baseline, and the smallest p compared with
     * the largest.
     */
    static List<String> sentences(List<Configuration> configurations, Analyses analyses, Words words) {
        List<String> sentences = new ArrayList<>();
        List<String> pipelines = new ArrayList<>(List.of(K_MEANS));
        pipelines.addAll(OTHERS);
        pipelines.forEach(pipeline ->
                byPipeline(configurations, analyses, pipeline, words).ifPresent(sentences::add));
        int narrow =
                configurations.stream().mapToInt(Configuration::latent).min().orElseThrow();
        int wide = configurations.stream().mapToInt(Configuration::latent).max().orElseThrow();
        if (narrow < wide) {
            List<String> changes = new ArrayList<>();
            pipelines.forEach(pipeline -> change(
                            configurations,
                            narrow,
                            wide,
                            run -> accuracy(clusters(analyses, run), pipeline),
                            pipeline,
                            words)
                    .ifPresent(changes::add));
            change(
                            configurations,
                            narrow,
                            wide,
                            run -> OptionalDouble.of(clusters(analyses, run).knnAccuracy()),
                            NEAREST,
                            words)
                    .ifPresent(changes::add);
            sentences.add(
                    words.say("clusters.changes", Findings.text(narrow), Findings.text(wide), words.list(changes)));
        }
        analyses.baselines().stream()
                .filter(baseline -> baseline.name().equals("raw"))
                .map(Analysis::clusters)
                .forEach(raw -> {
                    long better = analyses.runs().stream()
                            .filter(run -> run.clusters().kmeans().accuracy()
                                    > raw.kmeans().accuracy())
                            .count();
                    sentences.add(words.say(
                            "clusters.better",
                            better,
                            words.counted("network", analyses.runs().size()),
                            words.share(raw.kmeans().accuracy())));
                });
        return sentences;
    }

    /** The most accurate network with a pipeline, compared with the most accurate baseline. */
    private static Optional<String> byPipeline(
            List<Configuration> configurations, Analyses analyses, String pipeline, Words words) {
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
            return words.say(
                            "clusters.best",
                            words.say("clusters.with." + pipeline),
                            Findings.name(run, words),
                            words.share(scores.accuracy()),
                            words.number("%.2f", scores.nmi()))
                    + without.map(of -> " "
                                    + words.say(
                                            "clusters.best.without",
                                            words.share(accuracy(of.clusters(), pipeline)
                                                    .orElseThrow()),
                                            display(of.name(), words)))
                            .orElse("");
        });
    }

    /** The best accuracy at each of two p, if both are known. */
    private static Optional<String> change(
            List<Configuration> configurations,
            int narrow,
            int wide,
            Function<RunResult, OptionalDouble> accuracy,
            String with,
            Words words) {
        OptionalDouble few = highest(configurations, narrow, accuracy);
        OptionalDouble many = highest(configurations, wide, accuracy);
        return few.isEmpty() || many.isEmpty()
                ? Optional.empty()
                : Optional.of(words.say(
                        "clusters.change",
                        words.share(few.getAsDouble()),
                        words.share(many.getAsDouble()),
                        words.say("clusters.with." + with)));
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
