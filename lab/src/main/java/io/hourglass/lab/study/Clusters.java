package io.hourglass.lab.study;

import io.hourglass.lab.analysis.ClusterScores;
import java.util.List;
import java.util.Optional;

/**
 * How well the classes of the test rows can be found again in their codes.
 *
 * @param kmeans clusters of the codes themselves
 * @param knnAccuracy share of the test rows whose label most of the 10 nearest training codes have
 * @param best the most accurate of the pipelines, the first of several: chosen with the labels, so that it says how far
 *     one can get and not how far one does without them
 * @param pipelines all that were used: {@code kmeans}, for codes that are not too wide {@code gmm}, and where there is
 *     UMAP {@code umap+kmeans} and {@code umap+gmm}
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
