package io.hourglass.compute;

import java.util.Arrays;
import java.util.Objects;

/**
 * Exact nearest neighbours by Euclidean distance. Of rows at the same distance, the one with the lower index is nearer.
 */
public final class Neighbours {
    private final float[][] references;
    private final Distances distances;

    /**
     * Prepares searches.
     *
     * @param references [m][width]; not copied
     * @throws IllegalArgumentException if there is no row, rows differ in width or a value is not finite
     */
    public Neighbours(float[][] references) {
        Rows.requireWidth(references);
        this.references = references;
        distances = new Distances(references);
    }

    /**
     * The nearest reference rows of each query; any number of threads may ask at the same time.
     *
     * @param queries [n][width]
     * @param k how many
     * @return [n][k] indices of reference rows, the nearest first
     * @throws IllegalArgumentException if rows differ in width or are not finite, or k is not 1 to m
     */
    public int[][] of(float[][] queries, int k) {
        requireFit(references, queries);
        if (k < 1 || k > references.length) {
            throw new IllegalArgumentException("k = " + k + ", expected 1 to " + references.length);
        }
        int[][] nearest = new int[queries.length][];
        Search[] searches = new Search[Math.min(queries.length, Distances.BLOCK)];
        Arrays.setAll(searches, place -> new Search(references, k));
        distances.forEach(queries, (row, first, count, values, offset, norm, bound) -> {
            Search search = searches[row % Distances.BLOCK];
            search.look(first, count, values, offset, bound);
            if (first + count == references.length) {
                nearest[row] = search.end(queries[row]);
            }
        });
        return nearest;
    }

    /**
     * The Euclidean distance of each query to its k-th nearest reference row.
     *
     * @return [n]
     * @throws IllegalArgumentException as {@link #of}
     */
    public double[] distances(float[][] queries, int k) {
        int[][] nearest = of(queries, k);
        double[] found = new double[queries.length];
        for (int row = 0; row < found.length; row++) {
            found[row] = Math.sqrt(Rows.squaredDistance(queries[row], references[nearest[row][k - 1]]));
        }
        return found;
    }

    private static void requireFit(float[][] references, float[][] queries) {
        int width = references[0].length;
        int other = Rows.requireWidth(queries);
        if (other != width) {
            throw new IllegalArgumentException("rows of " + other + " values, expected " + width);
        }
    }

    /**
     * The search of one row, with buffers that the next search reuses. References whose approximate distance exceeds
     * the k-th smallest by more than twice the error bound cannot be among the nearest; the others are measured
     * exactly. When a reference is examined, only those before it are known, so a few too many stay until the end.
     */
    private static final class Search {
        private static final Kernels KERNELS = Kernels.best();

        private final float[][] references;
        private final float[] smallest; // the k smallest approximate distances so far, ascending
        private float limit = Float.POSITIVE_INFINITY; // the largest distance that is still useful
        private long[] useful = {}; // one bit for each reference examined
        private int[] close = new int[256];
        private float[] values = new float[256]; // of the close ones
        private int count;

        /** An index with its exact squared distance. */
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
            Arrays.fill(smallest, Float.POSITIVE_INFINITY);
        }

        /** Examines the approximate distances of more references. */
        void look(int first, int many, float[] from, int offset, double bound) {
            int words = (many + Long.SIZE - 1) / Long.SIZE;
            if (useful.length < words) {
                useful = new long[words];
            }
            KERNELS.atMost(from, offset, many, limit, useful, 0); // most are not
            for (int word = 0; word < words; word++) {
                for (long left = useful[word]; left != 0; left &= left - 1) {
                    int i = word * Long.SIZE + Long.numberOfTrailingZeros(left);
                    float value = from[offset + i];
                    if (value <= limit) { // still
                        keep(first + i, value, bound);
                    }
                }
            }
        }

        private void keep(int index, float value, double bound) {
            if (count == close.length) {
                close = Arrays.copyOf(close, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            close[count] = index;
            values[count++] = value;
            int last = smallest.length - 1;
            if (value < smallest[last]) {
                int at = last;
                for (; at > 0 && smallest[at - 1] > value; at--) {
                    smallest[at] = smallest[at - 1];
                }
                smallest[at] = value;
            }
            limit = Math.nextUp((float) (smallest[last] + 2 * bound));
        }

        /** Returns the nearest, after all references were examined; the next row's search starts. */
        int[] end(float[] query) {
            Candidate[] candidates = new Candidate[count];
            int left = 0;
            for (int c = 0; c < count; c++) {
                if (values[c] <= limit) {
                    candidates[left++] = new Candidate(close[c], Rows.squaredDistance(query, references[close[c]]));
                }
            }
            Arrays.sort(candidates, 0, left);
            int[] nearest = new int[smallest.length];
            for (int i = 0; i < nearest.length; i++) {
                nearest[i] = Objects.requireNonNull(candidates[i]).index();
            }
            Arrays.fill(smallest, Float.POSITIVE_INFINITY);
            limit = Float.POSITIVE_INFINITY;
            count = 0;
            return nearest;
        }
    }
}
