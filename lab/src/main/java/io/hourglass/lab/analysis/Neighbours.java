package io.hourglass.lab.analysis;

import java.util.Arrays;
import java.util.Objects;

/** Exact nearest neighbours by Euclidean distance. Of rows at the same distance the one of lower index is nearer. */
public final class Neighbours {
    private Neighbours() {}

    /**
     * The nearest reference rows of each query.
     *
     * @param references [m][width]
     * @param queries [n][width]
     * @param k how many
     * @return [n][k] indices of reference rows, the nearest first
     * @throws IllegalArgumentException if rows differ in width or are not finite, or k is not 1 to m
     */
    public static int[][] of(float[][] references, float[][] queries, int k) {
        requireFit(references, queries);
        if (k < 1 || k > references.length) {
            throw new IllegalArgumentException("k = " + k + ", expected 1 to " + references.length);
        }
        int[][] nearest = new int[queries.length][];
        Search search = new Search(references, k);
        new Distances(references).forEach(queries, (row, squared, offset, bound) -> {
            nearest[row] = search.nearest(queries[row], squared, offset, bound);
        });
        return nearest;
    }

    /**
     * The label most of the k nearest references have, for each query; of labels that are equally frequent the one whose nearest row
     * is nearest.
     *
     * @param labels of the references
     * @throws IllegalArgumentException as {@link #of}, or if there is not a label for each reference
     */
    public static int[] classify(float[][] references, int[] labels, float[][] queries, int k) {
        if (labels.length != references.length) {
            throw new IllegalArgumentException(labels.length + " labels, expected " + references.length);
        }
        int[][] nearest = of(references, queries, k);
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

    private static void requireFit(float[][] references, float[][] queries) {
        int width = Rows.requireFinite(references);
        int other = Rows.requireFinite(queries);
        if (other != width) {
            throw new IllegalArgumentException("rows of " + other + " values, expected " + width);
        }
    }

    private static int vote(int[] nearest, int[] labels) {
        int best = labels[nearest[0]];
        int most = 0;
        for (int candidate : nearest) {
            int count = 0;
            for (int other : nearest) {
                count += labels[other] == labels[candidate] ? 1 : 0;
            }
            if (count > most) { // the first of several stands nearest
                most = count;
                best = labels[candidate];
            }
        }
        return best;
    }

    /** Room for the search of one row. */
    private static final class Search {
        private final float[][] references;
        private final float[] smallest; // the k smallest approximate distances, ascending

        /** An index with its exact distance. */
        private record Candidate(int index, double squared) implements Comparable<Candidate> {
            @Override
            public int compareTo(Candidate other) {
                int order = Double.compare(squared, other.squared);
                return order != 0 ? order : Integer.compare(index, other.index);
            }
        }

        Search(float[][] references, int k) {
            this.references = references;
            this.smallest = new float[k];
        }

        /**
         * Rows whose approximate distance exceeds the k-th smallest one by more than twice the error's bound cannot be among the
         * nearest; the others are measured exactly.
         */
        int[] nearest(float[] query, float[] squared, int offset, double bound) {
            int k = smallest.length;
            Arrays.fill(smallest, Float.POSITIVE_INFINITY);
            for (int i = 0; i < references.length; i++) {
                float distance = squared[offset + i];
                if (distance < smallest[k - 1]) {
                    int at = k - 1;
                    for (; at > 0 && smallest[at - 1] > distance; at--) {
                        smallest[at] = smallest[at - 1];
                    }
                    smallest[at] = distance;
                }
            }
            float limit = Math.nextUp((float) (smallest[k - 1] + 2 * bound));
            Candidate[] candidates = new Candidate[2 * k];
            int count = 0;
            for (int i = 0; i < references.length; i++) {
                if (squared[offset + i] <= limit) {
                    if (count == candidates.length) {
                        candidates = Arrays.copyOf(candidates, 2 * count);
                    }
                    candidates[count++] = new Candidate(i, Rows.squaredDistance(query, references[i]));
                }
            }
            Arrays.sort(candidates, 0, count);
            int[] nearest = new int[k];
            for (int i = 0; i < k; i++) {
                nearest[i] = Objects.requireNonNull(candidates[i]).index();
            }
            return nearest;
        }
    }
}
