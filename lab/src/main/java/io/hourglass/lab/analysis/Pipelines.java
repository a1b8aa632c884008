package io.hourglass.lab.analysis;

import java.util.List;

/**
 * The ways to clusters by their names: {@code kmeans} and {@code gmm} on the rows as they are, {@code umap+kmeans} and
 * {@code umap+gmm} after UMAP. The last is the way of N2D (McConville and others, 2020): autoencoder, UMAP, Gaussian
 * mixture.
 */
public final class Pipelines {
    /**
     * UMAP embeds into as many dimensions as there are clusters, as N2D does, but into no more than so many. (With
     * MNIST's ten digits, two and five dimensions gave worse clusters for some networks and seeds.)
     */
    public static final int MOST_DIMENSIONS = 10;

    /**
     * UMAP puts clusters far apart: k-means then seldom gets from a bad start to the best clusters, but costs little.
     */
    public static final int UMAP_RESTARTS = 60;

    /**
     * The best k-means clusters may cut a long class in two and join two small ones, as k-means thinks in balls; a
     * mixture seldom gets away from such a start, but one from a better start is likelier. So mixtures start from the
     * best few, and their likelihood decides.
     */
    public static final int MIXTURE_STARTS = 10;

    /** Mixtures of wider rows would take minutes, and have more covariances than there are rows to tell them from. */
    public static final int WIDEST_MIXTURE = 64;

    private Pipelines() {}

    /**
     * Clusters that a pipeline found.
     *
     * @param pipeline its name
     * @param clusters of each row, 0 to k - 1
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
        // More than two: in a plane, clusters that begin on the wrong side of another often cannot get past it.
        float[][] points = Umap.embed(rows, Math.max(2, Math.min(k, MOST_DIMENSIONS)), seed);
        List<KMeans> optima = KMeans.optima(points, k, UMAP_RESTARTS, seed);
        List<KMeans> starts = optima.subList(0, Math.min(optima.size(), MIXTURE_STARTS));
        return List.of(
                new Partition("umap+kmeans", optima.get(0).clusters()),
                new Partition(
                        "umap+gmm", GaussianMixture.likeliest(points, starts).clusters()));
    }
}
