package io.hourglass.lab.analysis;

import io.hourglass.compute.Distances;
import io.hourglass.compute.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * k-means clusters: Lloyd's algorithm from centres drawn by k-means++ (Arthur and Vassilvitskii, 2007), the best of
 * several restarts. The same seed gives the same clusters, bit for bit.
 *
 * @param centres [k][width]; if there are fewer than k different rows, a cluster without rows has a copy of one of them
 * @param clusters [rows], 0 to k - 1: the nearest centre, the first if several are equally near
 * @param inertia sum of the squared distances of all rows to their centres
 */
record KMeans(double[][] centres, int[] clusters, double inertia) {
    /** Number of starts, of which the best counts: scikit-learn's former default of n_init. */
    static final int RESTARTS = 10;

    private static final double ALIKE = 1e-3;

    /** Lloyd's algorithm ends by itself after far fewer steps; this stops it if rounding makes rows go in circles. */
    private static final int MOST_STEPS = 300;

    /**
     * Clusters the rows.
     *
     * @param rows [n][width]
     * @param k number of clusters
     * @throws IllegalArgumentException if rows differ in width or are not finite, or k is not 1 to n
     */
    static KMeans fit(float[][] rows, int k, long seed) {
        return fit(rows, k, RESTARTS, seed);
    }

    /**
     * Clusters the rows.
     *
     * @param rows [n][width]
     * @param k number of clusters
     * @param restarts number of starts, 1 or more; if clusters are far apart, few starts find the best
     * @throws IllegalArgumentException if rows differ in width or are not finite, k is not 1 to n, or restarts is below
     *     1
     */
    static KMeans fit(float[][] rows, int k, int restarts, long seed) {
        return optima(rows, k, restarts, seed).get(0);
    }

    /**
     * The different results of the starts, the least inertia first. Of results whose inertias are within {@link #ALIKE}
     * of each other, which are the same except for a few rows, only the best is kept.
     *
     * @throws IllegalArgumentException as {@link #fit(float[][], int, int, long)}
     */
    static List<KMeans> optima(float[][] rows, int k, int restarts, long seed) {
        if (restarts < 1) {
            throw new IllegalArgumentException("restarts = " + restarts + ", expected 1 or more");
        }
        Rows.requireWidth(rows);
        if (k < 1 || k > rows.length) {
            throw new IllegalArgumentException(
                    k + " clusters of " + rows.length + " rows, expected 1 to " + rows.length + " clusters");
        }
        SplittableRandom random = new SplittableRandom(seed);
        Distances toRows = new Distances(rows);
        List<KMeans> optima = new ArrayList<>();
        for (int restart = 0; restart < restarts; restart++) {
            KMeans found = lloyd(rows, toRows, plusPlus(rows, k, random));
            int alike = 0;
            while (alike < optima.size() && !alike(optima.get(alike).inertia, found.inertia)) {
                alike++;
            }
            if (alike == optima.size()) {
                optima.add(found);
            } else if (found.inertia < optima.get(alike).inertia) {
                optima.set(alike, found);
            }
        }
        optima.sort(Comparator.comparingDouble(KMeans::inertia));
        return optima;
    }

    private static boolean alike(double a, double b) {
        return Math.abs(a - b) <= ALIKE * Math.max(a, b);
    }

    /**
     * Centres drawn from the rows, each with a probability that grows with the squared distance to those drawn before.
     */
    private static double[][] plusPlus(float[][] rows, int k, SplittableRandom random) {
        double[][] centres = new double[k][];
        double[] nearest = new double[rows.length];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        int chosen = random.nextInt(rows.length);
        for (int c = 0; c < k; c++) {
            if (c > 0) {
                chosen = draw(nearest, random.nextDouble());
            }
            centres[c] = toDouble(rows[chosen]);
            for (int row = 0; row < rows.length; row++) {
                nearest[row] = Math.min(nearest[row], Rows.squaredDistance(rows[row], rows[chosen]));
            }
        }
        return centres;
    }

    /** An index drawn with a probability proportional to its weight; the first if all weights are 0. */
    private static int draw(double[] weights, double uniform) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double target = uniform * total;
        int last = 0;
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                sum += weights[i];
                last = i;
                if (sum > target) {
                    break;
                }
            }
        }
        return last;
    }

    private static double[] toDouble(float[] row) {
        double[] values = new double[row.length];
        for (int j = 0; j < values.length; j++) {
            values[j] = row[j];
        }
        return values;
    }

    private static KMeans lloyd(float[][] rows, Distances toRows, double[][] centres) {
        int[] clusters = new int[rows.length];
        float[] squared = new float[rows.length];
        assign(rows, toRows, centres, clusters, squared);
        Sums sums = new Sums(centres);
        for (int step = 0; step < MOST_STEPS && sums.move(rows, clusters); step++) {
            centres = sums.means(rows, squared, centres);
            assign(rows, toRows, centres, clusters, squared);
        }
        double inertia = 0;
        for (int row = 0; row < rows.length; row++) {
            inertia += Rows.squaredDistance(rows[row], centres[clusters[row]]);
        }
        return new KMeans(centres, clusters, inertia);
    }

    /**
     * Assigns each row to its nearest centre. Approximate distances decide where they are certain to be right, exact
     * ones elsewhere.
     *
     * @param squared overwritten with approximate squared distances to the nearest centre
     */
    private static void assign(float[][] rows, Distances toRows, double[][] centres, int[] clusters, float[] squared) {
        float[] second = new float[rows.length];
        Arrays.fill(squared, Float.POSITIVE_INFINITY);
        Arrays.fill(second, Float.POSITIVE_INFINITY);
        double[] bound = new double[1];
        toRows.forEach(toFloat(centres), (c, first, count, values, offset, norm, ofCentre) -> {
            bound[0] = Math.max(bound[0], ofCentre);
            for (int i = 0; i < count; i++) {
                int row = first + i;
                float distance = norm + values[offset + i];
                if (distance < squared[row]) {
                    second[row] = squared[row];
                    squared[row] = distance;
                    clusters[row] = c;
                } else if (distance < second[row]) {
                    second[row] = distance;
                }
            }
        });
        for (int row = 0; row < rows.length; row++) {
            // Each may be off by the bound, and by as much again because the centres were rounded.
            if (second[row] - squared[row] <= 4 * bound[0]) {
                clusters[row] = nearest(rows[row], centres);
            }
        }
    }

    private static int nearest(float[] row, double[][] centres) {
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < centres.length; c++) {
            double distance = Rows.squaredDistance(row, centres[c]);
            if (distance < least) {
                least = distance;
                nearest = c;
            }
        }
        return nearest;
    }

    private static float[][] toFloat(double[][] centres) {
        float[][] rounded = new float[centres.length][centres[0].length];
        for (int c = 0; c < centres.length; c++) {
            for (int j = 0; j < rounded[c].length; j++) {
                rounded[c][j] = (float) centres[c][j];
            }
        }
        return rounded;
    }

    /** The sums of the clusters' rows, kept up to date: after the first few steps few rows move. */
    private static final class Sums {
        private final double[][] sums;
        private final int[] sizes;
        private int[] before = new int[0];

        Sums(double[][] centres) {
            sums = new double[centres.length][centres[0].length];
            sizes = new int[centres.length];
        }

        /** Moves the rows from their clusters to their new ones; returns whether any row has moved. */
        boolean move(float[][] rows, int[] clusters) {
            boolean first = before.length == 0;
            boolean moved = first;
            for (int row = 0; row < rows.length; row++) {
                int to = clusters[row];
                if (first || before[row] != to) {
                    moved = true;
                    add(rows[row], to, 1);
                    if (!first) {
                        add(rows[row], before[row], -1);
                    }
                }
            }
            before = clusters.clone();
            return moved;
        }

        private void add(float[] row, int cluster, int sign) {
            double[] sum = sums[cluster];
            sizes[cluster] += sign;
            for (int j = 0; j < sum.length; j++) {
                sum[j] += sign * row[j];
            }
            if (sizes[cluster] == 0) {
                Arrays.fill(sum, 0); // without rounding errors
            }
        }

        /** The mean of each cluster; a cluster without rows gets the row that is farthest from its centre. */
        double[][] means(float[][] rows, float[] squared, double[][] centres) {
            double[][] means = new double[sums.length][];
            for (int c = 0; c < means.length; c++) {
                if (sizes[c] == 0) {
                    int farthest = farthest(squared);
                    means[c] = squared[farthest] > 0 ? toDouble(rows[farthest]) : centres[c].clone();
                    squared[farthest] = 0;
                } else {
                    means[c] = sums[c].clone();
                    for (int j = 0; j < means[c].length; j++) {
                        means[c][j] /= sizes[c];
                    }
                }
            }
            return means;
        }
    }

    private static int farthest(float[] squared) {
        int farthest = 0;
        for (int row = 1; row < squared.length; row++) {
            farthest = squared[row] > squared[farthest] ? row : farthest;
        }
        return farthest;
    }
}
