package io.hourglass.lab.analysis;

import java.util.List;

/**
 * The ways to cluster rows, by name: {@code kmeans} and {@code gmm} on the rows themselves, {@code umap+kmeans} and
 * {@code umap+gmm} after UMAP. The last is the method of N2D (McConville and others, 2020): autoencoder, UMAP, Gaussian
 * mixture.
 */
public final class Pipelines {
    /**
     * UMAP embeds into as many dimensions as there are clusters, as N2D does, but at most this many. (With MNIST's ten
     * digits, two and five dimensions gave worse clusters for some networks and seeds.)
     */
    public static final int MOST_DIMENSIONS = 10;

    /**
     * UMAP puts clusters far apart, so k-means seldom gets from a bad start to the best clusters; but it costs little.
     */
    public static final int UMAP_RESTARTS = 60;

    /**
     * The best k-means clusters may split a long class and merge two small ones, because k-means assumes round
     * clusters. A mixture seldom escapes such a start, but a mixture from a better start has a higher likelihood. So
     * mixtures start from this many of the best results, and the likelihood decides.
     */
    public static final int MIXTURE_STARTS = 10;

    /** Mixtures of wider rows would take minutes, and have more covariances than rows can determine. */
    public static final int WIDEST_MIXTURE = 64;

    private Pipelines() {}

    /**
     * Clusters that a pipeline found.
     *
     * @param pipeline its name
     * @param clusters the cluster of each row, 0 to k - 1
     */
    public record Partition(String pipeline, int[] clusters) {}

    /**
     * {@code kmeans} and, for rows of at most {@value #WIDEST_MIXTURE} values, {@code gmm}.
     *
     * @throws IllegalArgumentException as {@link KMeans#fit}
     */
    public static List<Partition> direct(float[][] rows, int k, long seed) {
        KMeans found = KMeans.fit(rows, k, seed);
        Partition kMeans = new Partition("kmeans", found.clusters());
        return rows[0].length > WIDEST_MIXTURE
                ? List.of(kMeans)
                : List.of(
                        kMeans,
                        new Partition("gmm", GaussianMixture.fit(rows, found).clusters()));
    }

    /**
     * {@code umap+kmeans} and {@code umap+gmm}.
     *
     * @throws IllegalArgumentException as {@link KMeans#fit}
     * @throws DegenerateEmbeddingException as {@link Umap#embed}
     */
    public static List<Partition> umap(float[][] rows, int k, long seed) {
        // More than two: in a plane, a cluster that starts on the wrong side of another often cannot get past it.
        float[][] points = Umap.embed(rows, Math.max(2, Math.min(k, MOST_DIMENSIONS)), seed);
        List<KMeans> optima = KMeans.optima(points, k, UMAP_RESTARTS, seed);
        List<KMeans> starts = optima.subList(0, Math.min(optima.size(), MIXTURE_STARTS));
        return List.of(
                new Partition("umap+kmeans", optima.get(0).clusters()),
                new Partition(
                        "umap+gmm", GaussianMixture.likeliest(points, starts).clusters()));
    }
}
