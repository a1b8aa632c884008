package io.hourglass.lab.explorer;

import io.hourglass.Dataset;
import io.hourglass.lab.analysis.Pca;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A way to lay codes out in the plane.
 *
 * @param name in the page's address: {@code code}, {@code pca} or {@code umap}
 * @param x meaning of the first axis
 * @param note what readers must know about it, or empty
 * @param points [rows][2]
 * @param plane the formula from places to codes, if there is one
 */
public record PlaneMap(
        String name,
        String title,
        String x,
        String y,
        String note,
        float[][] points,
        @Nullable Plane plane) {
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
     * @param note added to it, for instance why there is no other map
     */
    public static PlaneMap direct(Items items, String note) {
        int latent = items.codes()[0].length;
        if (latent == 1) {
            float[][] points = IntStream.range(0, items.rows().length)
                    .mapToObj(i -> new float[] {items.codes()[i][0], (float) items.errors()[i]})
                    .toArray(float[][]::new);
            Plane plane = new Plane(new float[1], new float[][] {{1}, {0}}, false);
            return new PlaneMap("code", "Code", "the code's only value", "error", note, points, plane);
        }
        if (latent == 2) {
            Plane plane = new Plane(new float[2], new float[][] {{1, 0}, {0, 1}}, true);
            return new PlaneMap("code", "Code", "code value z0", "code value z1", note, items.codes(), plane);
        }
        return pca(items, note);
    }

    private static PlaneMap pca(Items items, String note) {
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
        return new PlaneMap(
                "pca",
                "PCA",
                axis(1, pca.variance(0), total),
                axis(2, pca.variance(1), total),
                note,
                pca.project(codes, 2),
                plane);
    }

    /**
     * A map of points placed by UMAP.
     *
     * @param points [rows][2]
     */
    public static PlaneMap umap(float[][] points) {
        return new PlaneMap(
                "umap",
                "UMAP",
                "UMAP 1",
                "UMAP 2",
                "UMAP keeps neighbours together; distances between groups mean nothing.",
                points,
                null);
    }

    private static String axis(int number, double variance, double total) {
        return "principal component " + number
                + (total > 0 ? String.format(Locale.ROOT, " (%.0f %%)", 100 * variance / total) : "");
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
