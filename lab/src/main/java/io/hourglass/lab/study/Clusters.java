package io.hourglass.lab.study;

import io.hourglass.lab.analysis.ClusterScores;
import java.util.List;
import java.util.Optional;

/**
 * How well clusters of their codes match the classes of the test rows.
 *
 * @param kmeans clusters of the codes themselves
 * @param knnAccuracy share of the test rows whose label is the most frequent one among their 10 nearest training codes
 * @param best the most accurate pipeline, the first if several are equal; it is chosen by the labels, so it shows what
 *     is possible, not what to expect without labels
 * @param pipelines all that were used: {@code kmeans}; {@code gmm} for codes that are not too wide; with UMAP, {@code
 *     umap+kmeans} and {@code umap+gmm}
 */
public record Clusters(KMeansScores kmeans, double knnAccuracy, PipelineScores best, List<PipelineScores> pipelines) {

    /** Scores as in {@link ClusterScores}, and the mean silhouette of the clusters, which needs no labels. */
    public record KMeansScores(double accuracy, double nmi, double ari, double purity, double silhouette) {}

    /** Scores as in {@link ClusterScores}. */
    public record PipelineScores(String pipeline, double accuracy, double nmi, double ari) {}

    static Clusters of(KMeansScores kmeans, double knnAccuracy, List<PipelineScores> pipelines) {
        PipelineScores best = pipelines.get(0);
        for (PipelineScores pipeline : pipelines) {
            best = pipeline.accuracy() > best.accuracy() ? pipeline : best;
        }
        return new Clusters(kmeans, knnAccuracy, best, pipelines);
    }

    /** The scores of a pipeline, by its name, if it was used. */
    public Optional<PipelineScores> pipeline(String name) {
        return pipelines.stream().filter(of -> of.pipeline().equals(name)).findFirst();
    }
}
