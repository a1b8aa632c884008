package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import tagbio.umap.ProgressListener;
import tagbio.umap.UmapProgress;

/**
 * Uniform manifold approximation and projection (McInnes, Healy and Melville, 2018) into few dimensions, by the Java
 * port of its authors' program, with {@value #NEIGHBOURS} neighbours and a least distance of {@value #LEAST_DISTANCE}.
 *
 * <p>One thread each, as only so the library repeats its results; several may run side by side.
 */
public final class Umap {
    /** Neighbours that are to stay neighbours. */
    public static final int NEIGHBOURS = 15;

    /**
     * How close points may lie together. Below 0.05 the library's table of the curve begins with zeros, and points fly
     * apart.
     */
    public static final float LEAST_DISTANCE = 0.1f;

    /** Of a map, which more epochs change visibly: the library's own choice for more than 10,000 rows. */
    private static final int MAP_EPOCHS = 200;

    /** Into more than two dimensions, where nobody looks at the points: more change the clusters little. */
    private static final int EPOCHS = 100;

    /** The lesser variance, as part of the larger, below which points lie on a line. */
    private static final double LINE = 1e-4;

    /** Fewer different points than this part of the different rows are too few. */
    private static final double DISTINCT = 0.5;

    /** Coordinates lie within some tens; thousands mean that points have flown apart. */
    private static final double FAR = 1000;

    private static final int TO_GO = 1 << 28;

    /**
     * The library counts the steps of all its runs in one place and prints a line for each that is more than the last
     * run to begin or end has announced: a large number still to go keeps it quiet.
     */
    private static final ProgressListener QUIET = state -> {
        if (state.getTotal() - state.getCount() < TO_GO) {
            UmapProgress.incTotal(TO_GO);
        }
    };

    private Umap() {}

    /**
     * Places rows in few dimensions such that neighbours stay neighbours. About a second for 2,000 rows on one core;
     * the same seed gives the same points.
     *
     * @param rows [n][width], of which more than {@value #NEIGHBOURS} differ
     * @param dimensions 2 for a map; more for clusters, which then need not get past each other in a plane
     * @return [n][dimensions]
     * @throws IllegalArgumentException if rows differ in width or are not finite, or dimensions is below 2
     * @throws DegenerateEmbeddingException if too few rows differ, or the points show nothing of them
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
     * Refuses points that show nothing: not finite, far apart, on a line or on few places.
     *
     * @param points [n][dimensions]
     * @param different how many of the rows embedded differ
     * @throws DegenerateEmbeddingException naming what is wrong
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
     * Draws the same numbers as its superclass, but for one thread only, and so in half the time: UMAP draws some
     * hundred million.
     */
    @SuppressWarnings("serial") // nobody writes it down
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

    /** A row by its values. */
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
