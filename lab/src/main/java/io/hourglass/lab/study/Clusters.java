package io.hourglass.lab.study;

import io.hourglass.lab.analysis.ClusterScores;
import java.util.List;

/**
 * How well the classes of the test rows can be found again in their codes.
 *
 * @param kmeans clusters of the codes themselves
 * @param knnAccuracy share of the test rows whose label most of the 10 nearest training codes have
 * @param best the strongest pipeline there is, by its kind and not by its scores: {@code umap+gmm} or, without UMAP, {@code gmm}
 * @param pipelines all that were tried, the best among them
 */
public record Clusters(KMeansScores kmeans, double knnAccuracy, PipelineScores best, List<PipelineScores> pipelines) {

    /** Scores as in {@link ClusterScores}, and the mean silhouette of the clusters, which needs no labels. */
    public record KMeansScores(double accuracy, double nmi, double ari, double purity, double silhouette) {}

    /** Scores as in {@link ClusterScores}. */
    public record PipelineScores(String pipeline, double accuracy, double nmi, double ari) {}
}
