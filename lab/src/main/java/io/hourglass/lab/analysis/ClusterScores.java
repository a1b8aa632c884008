package io.hourglass.lab.analysis;

import java.util.Arrays;

/**
 * How well clusters agree with labels that were not used to make them. No score depends on the numbering of the
 * clusters.
 *
 * @param accuracy share of the rows whose cluster stands for their label, with the best {@link Assignment} of one
 *     cluster to a label; 0 to 1
 * @param nmi mutual information of clusters and labels over the arithmetic mean of their entropies; 0 to 1
 * @param ari adjusted Rand index (Hubert and Arabie, 1985): 1 for the same partition, about 0 by chance
 * @param purity share of the rows that have the most frequent label of their cluster; 0 to 1
 */
public record ClusterScores(double accuracy, double nmi, double ari, double purity) {

    /**
     * Compares clusters with labels.
     *
     * @param clusters the cluster of each row, 0 or more
     * @param labels the label of each row, 0 or more
     * @throws IllegalArgumentException if there is no row, their numbers differ, or one is negative
     */
    public static ClusterScores of(int[] clusters, int[] labels) {
        if (clusters.length == 0 || clusters.length != labels.length) {
            throw new IllegalArgumentException(
                    clusters.length + " clusters and " + labels.length + " labels, expected one of each for each row");
        }
        int rows = distinct(clusters).length;
        int columns = distinct(labels).length;
        long[][] counts = contingency(clusters, labels, Math.max(rows, columns));
        return new ClusterScores(
                accuracy(counts, labels.length),
                nmi(counts, labels.length),
                ari(counts, labels.length),
                purity(counts, labels.length));
    }

    private static int[] distinct(int[] values) {
        int[] distinct = Arrays.stream(values).distinct().sorted().toArray();
        if (distinct[0] < 0) {
            throw new IllegalArgumentException("cluster or label " + distinct[0] + ", expected 0 or more");
        }
        return distinct;
    }

    /** Number of rows by cluster and label, both numbered without gaps; square, as the assignment requires. */
    private static long[][] contingency(int[] clusters, int[] labels, int size) {
        int[] clusterNumbers = distinct(clusters);
        int[] labelNumbers = distinct(labels);
        long[][] counts = new long[size][size];
        for (int row = 0; row < clusters.length; row++) {
            counts[Arrays.binarySearch(clusterNumbers, clusters[row])][
                    Arrays.binarySearch(labelNumbers, labels[row])]++;
        }
        return counts;
    }

    private static double accuracy(long[][] counts, int n) {
        double[][] cost = new double[counts.length][counts.length];
        for (int c = 0; c < cost.length; c++) {
            for (int l = 0; l < cost.length; l++) {
                cost[c][l] = -counts[c][l];
            }
        }
        int[] labelOf = Assignment.cheapest(cost);
        long right = 0;
        for (int c = 0; c < cost.length; c++) {
            right += counts[c][labelOf[c]];
        }
        return (double) right / n;
    }

    private static double nmi(long[][] counts, int n) {
        long[] ofClusters = sums(counts);
        long[] ofLabels = sums(transposed(counts));
        double mutual = 0;
        for (int c = 0; c < counts.length; c++) {
            for (int l = 0; l < counts.length; l++) {
                if (counts[c][l] > 0) {
                    double share = (double) counts[c][l] / n;
                    mutual += share * Math.log(share * n / ofClusters[c] * n / ofLabels[l]);
                }
            }
        }
        double entropies = entropy(ofClusters, n) + entropy(ofLabels, n);
        // One cluster and one label: the same partition.
        return entropies == 0 ? 1 : Math.max(0, Math.min(1, mutual / (entropies / 2)));
    }

    private static double entropy(long[] sizes, int n) {
        double entropy = 0;
        for (long size : sizes) {
            if (size > 0 && size < n) {
                double share = (double) size / n;
                entropy -= share * Math.log(share);
            }
        }
        return entropy;
    }

    private static double ari(long[][] counts, int n) {
        double together = 0;
        for (long[] line : counts) {
            together += pairs(line);
        }
        double ofClusters = pairs(sums(counts));
        double ofLabels = pairs(sums(transposed(counts)));
        double all = pairs(new long[] {n});
        double expected = all == 0 ? 0 : ofClusters * ofLabels / all;
        double most = (ofClusters + ofLabels) / 2;
        // Both in one group, or both all apart: the same partition, and chance could give no other.
        return most == expected ? 1 : (together - expected) / (most - expected);
    }

    private static double pairs(long[] sizes) {
        double pairs = 0;
        for (long size : sizes) {
            pairs += size * (size - 1) / 2.0;
        }
        return pairs;
    }

    private static double purity(long[][] counts, int n) {
        long sum = 0;
        for (long[] line : counts) {
            sum += Arrays.stream(line).max().orElse(0);
        }
        return (double) sum / n;
    }

    private static long[] sums(long[][] counts) {
        return Arrays.stream(counts)
                .mapToLong(line -> Arrays.stream(line).sum())
                .toArray();
    }

    private static long[][] transposed(long[][] counts) {
        long[][] transposed = new long[counts.length][counts.length];
        for (int c = 0; c < counts.length; c++) {
            for (int l = 0; l < counts.length; l++) {
                transposed[l][c] = counts[c][l];
            }
        }
        return transposed;
    }
}
