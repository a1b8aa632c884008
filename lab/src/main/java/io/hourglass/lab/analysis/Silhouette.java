package io.hourglass.lab.analysis;

import io.hourglass.compute.Distances;
import io.hourglass.compute.Rows;
import java.util.Arrays;

/** How well clusters are separated, measured without labels (Rousseeuw, 1987). */
public final class Silhouette {
    private Silhouette() {}

    /**
     * Mean over all rows of (b - a) / max(a, b), where a is the mean distance to the other rows of the same cluster and
     * b that to the rows of the next nearest cluster; 0 for a row alone in its cluster. It uses all pairs of rows, so
     * the time grows with the square of their number.
     *
     * @param rows [n][width]
     * @param clusters the cluster of each row, 0 or more
     * @return -1 to 1; NaN if there are fewer than two clusters
     * @throws IllegalArgumentException if rows differ in width or are not finite, there is not a cluster for each row,
     *     or one is negative
     */
    public static double of(float[][] rows, int[] clusters) {
        Rows.requireWidth(rows);
        int least = Arrays.stream(clusters).min().orElse(0);
        if (clusters.length != rows.length || least < 0) {
            throw new IllegalArgumentException(
                    clusters.length + " clusters from " + least + ", expected " + rows.length + " of 0 or more");
        }
        int[] sizes = new int[Arrays.stream(clusters).max().orElse(0) + 1];
        for (int cluster : clusters) {
            sizes[cluster]++;
        }
        if (Arrays.stream(sizes).filter(size -> size > 0).count() < 2) {
            return Double.NaN;
        }
        double[] total = new double[1];
        double[][] block = new double[Distances.BLOCK][sizes.length];
        new Distances(rows).forEach(rows, (row, first, count, values, offset, norm, bound) -> {
            double[] sums = block[row % Distances.BLOCK];
            for (int i = 0; i < count; i++) {
                int other = first + i;
                sums[clusters[other]] += other == row ? 0 : Math.sqrt(Math.max(0, norm + values[offset + i]));
            }
            if (first + count == rows.length) {
                total[0] += ofRow(sums, sizes, clusters[row]);
                Arrays.fill(sums, 0);
            }
        });
        return total[0] / rows.length;
    }

    private static double ofRow(double[] sums, int[] sizes, int own) {
        if (sizes[own] == 1) {
            return 0;
        }
        double inside = sums[own] / (sizes[own] - 1);
        double next = Double.POSITIVE_INFINITY;
        for (int c = 0; c < sizes.length; c++) {
            if (c != own && sizes[c] > 0) {
                next = Math.min(next, sums[c] / sizes[c]);
            }
        }
        double larger = Math.max(inside, next);
        return larger == 0 ? 0 : (next - inside) / larger;
    }
}
