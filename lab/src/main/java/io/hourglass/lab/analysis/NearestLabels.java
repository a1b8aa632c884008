package io.hourglass.lab.analysis;

import io.hourglass.compute.Neighbours;

/** Reads the labels of rows off those of their nearest {@link Neighbours}. */
public final class NearestLabels {
    private NearestLabels() {}

    /**
     * The most frequent label among the k nearest references of each query; of equally frequent labels, the one whose
     * nearest row is nearest.
     *
     * @param labels of the references
     * @throws IllegalArgumentException as {@link Neighbours}, or if there is not a label for each reference
     */
    public static int[] classify(float[][] references, int[] labels, float[][] queries, int k) {
        if (labels.length != references.length) {
            throw new IllegalArgumentException(labels.length + " labels, expected " + references.length);
        }
        int[][] nearest = new Neighbours(references).of(queries, k);
        int[] classes = new int[queries.length];
        for (int row = 0; row < classes.length; row++) {
            classes[row] = vote(nearest[row], labels);
        }
        return classes;
    }

    /**
     * Share of the queries for which {@link #classify} gives their own label.
     *
     * @throws IllegalArgumentException as {@link #classify}, or if there is not a label for each query
     */
    public static double accuracy(float[][] references, int[] labels, float[][] queries, int[] queryLabels, int k) {
        if (queryLabels.length != queries.length) {
            throw new IllegalArgumentException(queryLabels.length + " labels, expected " + queries.length);
        }
        int[] classes = classify(references, labels, queries, k);
        int right = 0;
        for (int row = 0; row < classes.length; row++) {
            right += classes[row] == queryLabels[row] ? 1 : 0;
        }
        return (double) right / classes.length;
    }

    private static int vote(int[] nearest, int[] labels) {
        int best = labels[nearest[0]];
        int most = 0;
        for (int candidate : nearest) {
            int count = 0;
            for (int other : nearest) {
                count += labels[other] == labels[candidate] ? 1 : 0;
            }
            if (count > most) { // of equals, the first is nearest
                most = count;
                best = labels[candidate];
            }
        }
        return best;
    }
}
