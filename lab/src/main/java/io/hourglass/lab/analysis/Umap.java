package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import io.hourglass.compute.Rows;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import tagbio.umap.ProgressListener;
import tagbio.umap.UmapProgress;

/**
 * Uniform manifold approximation and projection (McInnes, Healy and Melville, 2018) into few dimensions, by the Java
 * port of its authors' program, with {@value #NEIGHBOURS} neighbours and a minimum distance of {@value
 * #LEAST_DISTANCE}.
 *
 * <p>Each embedding uses one thread, because the library repeats its results only then; several may run side by side.
 */
public final class Umap {
    /** Number of neighbours of each row that should stay neighbours. */
    public static final int NEIGHBOURS = 15;

    /**
     * How close together points may lie. Below 0.05, the library's table of the curve starts with zeros, and points fly
     * apart.
     */
    public static final float LEAST_DISTANCE = 0.1f;

    /** Epochs of a map, where fewer make a visible difference: the library's own choice for more than 10,000 rows. */
    private static final int MAP_EPOCHS = 200;

    /** Epochs for more than two dimensions, where points are only clustered: more change the clusters little. */
    private static final int EPOCHS = 100;

    /** Ratio of the second to the first variance below which points lie on a line. */
    private static final double LINE = 1e-4;

    /** Ratio of different points to different rows below which points coincide too often. */
    private static final double DISTINCT = 0.5;

    /** Coordinates are usually below 100; thousands mean that points have flown apart. */
    private static final double FAR = 1000;

    private static final int TO_GO = 1 << 28;

    /**
     * The library counts the steps of all its runs together, and prints a line for each step beyond the number
     * announced when a run last started or ended. Announcing a large number of further steps keeps it quiet.
     */
    private static final ProgressListener QUIET = state -> {
        if (state.getTotal() - state.getCount() < TO_GO) {
            UmapProgress.incTotal(TO_GO);
        }
    };

    private Umap() {}

    /**
     * Places rows in few dimensions so that neighbours stay neighbours. This takes about a second for 2,000 rows on one
     * core. The same seed gives the same points.
     *
     * @param rows [n][width], with more than {@value #NEIGHBOURS} different ones
     * @param dimensions 2 for a map; more for clustering, so that clusters can get past each other
     * @return [n][dimensions]
     * @throws IllegalArgumentException if rows differ in width or are not finite, or dimensions is below 2
     * @throws DegenerateEmbeddingException if too few rows differ, or the embedding is degenerate
     */
    public static float[][] embed(float[][] rows, int dimensions, long seed) {
        Rows.requireWidth(rows);
        if (dimensions < 2) {
            throw new IllegalArgumentException("dimensions = " + dimensions + ", expected 2 or more");
        }
        int different = different(rows);
        if (different <= NEIGHBOURS) {
            throw new DegenerateEmbeddingException(different + " different rows, expected more than " + NEIGHBOURS
                    + " for " + NEIGHBOURS + " neighbours");
        }
        UmapProgress.addProgressListener(QUIET);
        float[][] points = new tagbio.umap.Umap()
                .setNumberNearestNeighbours(NEIGHBOURS)
                .setMinDist(LEAST_DISTANCE)
                .setNumberComponents(dimensions)
                .setNumberEpochs(dimensions == 2 ? MAP_EPOCHS : EPOCHS)
                .setRandom(new PlainRandom(seed))
                .setThreads(1)
                .fitTransform(rows);
        requireSound(points, different);
        return points;
    }

    /**
     * Refuses points that show nothing: not finite, far apart, on a line or at few places.
     *
     * @param points [n][dimensions]
     * @param different number of different rows embedded
     * @throws DegenerateEmbeddingException if so; the message says what is wrong
     */
    static void requireSound(float[][] points, int different) {
        for (int i = 0; i < points.length; i++) {
            for (float value : points[i]) {
                if (!(Math.abs(value) < FAR)) {
                    throw new DegenerateEmbeddingException(
                            "point " + i + " has the coordinate " + value + ", expected less than " + FAR);
                }
            }
        }
        int places = different(points);
        if (places < DISTINCT * different) {
            throw new DegenerateEmbeddingException(places + " different points of " + different + " different rows");
        }
        float[] values = new float[points.length * points[0].length];
        for (int i = 0; i < points.length; i++) {
            System.arraycopy(points[i], 0, values, i * points[0].length, points[0].length);
        }
        Pca pca = Pca.fit(Dataset.ofFloats("points", values, points[0].length));
        if (pca.variance(1) < LINE * pca.variance(0)) {
            throw new DegenerateEmbeddingException("all points lie on a line: variances along and across it are "
                    + (float) pca.variance(0) + " and " + (float) pca.variance(1));
        }
    }

    private static int different(float[][] rows) {
        Set<Row> different = new HashSet<>();
        for (float[] row : rows) {
            different.add(new Row(row));
        }
        return different.size();
    }

    /**
     * Draws the same numbers as its superclass, but for one thread only, which takes half the time: UMAP draws hundreds
     * of millions.
     */
    @SuppressWarnings("serial") // never serialised
    private static final class PlainRandom extends Random {
        private static final long MULTIPLIER = 0x5DEECE66DL; // as in the documentation of Random.next

        private static final long MASK = (1L << 48) - 1;

        private long state;

        PlainRandom(long seed) {
            super(seed);
        }

        @Override
        public void setSeed(long seed) {
            state = (seed ^ MULTIPLIER) & MASK;
        }

        @Override
        protected int next(int bits) {
            state = (state * MULTIPLIER + 0xB) & MASK;
            return (int) (state >>> (48 - bits));
        }
    }

    /** A row, compared by its values. */
    private record Row(float[] values) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Row row && java.util.Arrays.equals(values, row.values);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(values);
        }
    }
}
