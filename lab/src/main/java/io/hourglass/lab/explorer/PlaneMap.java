package io.hourglass.lab.explorer;

import io.hourglass.Dataset;
import io.hourglass.lab.analysis.Pca;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A way to lay codes out in the plane.
 *
 * @param kind {@code code}, {@code line} (a code of one value, and the error), {@code pca} or {@code umap}
 * @param note the key of what readers must know about it besides; null if there is nothing
 * @param points [rows][2]
 * @param shares of both axes in the variance, for PCA; otherwise null
 * @param plane the formula from places to codes, if there is one
 */
public record PlaneMap(
        String kind,
        @Nullable String note,
        float[][] points,
        double @Nullable [] shares,
        @Nullable Plane plane) {
    /** The note that codes could not be laid out by UMAP. */
    public static final String ALIKE = "alike";

    /** The note that a study has made no UMAP map of this network. */
    static final String OF_OTHERS = "others";

    /**
     * The code of the place (x, y) is mean + x axes[0] + y axes[1].
     *
     * @param mean [latent]
     * @param axes [2][latent], orthogonal, of length 1 (or 0)
     * @param invertible whether a code's place follows from the formula as well
     */
    public record Plane(float[] mean, float[][] axes, boolean invertible) {}

    /**
     * The map that needs no computation of a layout: the code itself if it has two values; its value and the error if
     * it has one; PCA otherwise.
     *
     * @param note added to it: why there is no other map; null if nothing needs to be said
     */
    public static PlaneMap direct(Items items, @Nullable String note) {
        int latent = items.codes()[0].length;
        if (latent == 1) {
            float[][] points = IntStream.range(0, items.rows().length)
                    .mapToObj(i -> new float[] {items.codes()[i][0], (float) items.errors()[i]})
                    .toArray(float[][]::new);
            Plane plane = new Plane(new float[1], new float[][] {{1}, {0}}, false);
            return new PlaneMap("line", note, points, null, plane);
        }
        if (latent == 2) {
            Plane plane = new Plane(new float[2], new float[][] {{1, 0}, {0, 1}}, true);
            return new PlaneMap("code", note, items.codes(), null, plane);
        }
        return pca(items, note);
    }

    private static PlaneMap pca(Items items, @Nullable String note) {
        int latent = items.codes()[0].length;
        float[] values = new float[items.codes().length * latent];
        for (int i = 0; i < items.codes().length; i++) {
            System.arraycopy(items.codes()[i], 0, values, i * latent, latent);
        }
        Dataset codes = Dataset.ofFloats("codes", values, latent);
        Pca pca = Pca.fit(codes);
        double total = IntStream.range(0, latent).mapToDouble(pca::variance).sum();
        Plane plane =
                new Plane(floats(pca.mean()), new float[][] {floats(pca.component(0)), floats(pca.component(1))}, true);
        double[] shares = total > 0 ? new double[] {pca.variance(0) / total, pca.variance(1) / total} : new double[2];
        return new PlaneMap("pca", note, pca.project(codes, 2), shares, plane);
    }

    /**
     * A map of points placed by UMAP.
     *
     * @param points [rows][2]
     */
    public static PlaneMap umap(float[][] points) {
        return new PlaneMap("umap", null, points, null, null);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
