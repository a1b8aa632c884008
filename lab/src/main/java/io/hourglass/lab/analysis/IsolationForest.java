package io.hourglass.lab.analysis;

import io.hourglass.compute.Rows;
import io.hourglass.engine.Random;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An isolation forest (Liu, Ting and Zhou, Isolation Forest, ICDM 2008): {@value #TREES} trees that split rows at
 * random until each is alone. A row unlike the others is alone after few splits.
 *
 * <p>Each tree learns from {@value #SAMPLE} rows, or all if there are fewer. A node's column is any of those whose
 * values differ there; the paper's may also be a column that splits nothing. The same rows and seed give the same bits.
 */
public final class IsolationForest {
    static final int TREES = 100;
    static final int SAMPLE = 256;

    private static final int FEWEST = 2;

    /** Its own stream of the seed's random numbers. */
    private static final long STREAM = -3;

    private final int width;
    private final int sample;
    private final Node[] trees;

    private sealed interface Node {}

    /** Rows with a smaller value in the column go one way, the others the other way. */
    private record Split(int column, double value, Node smaller, Node others) implements Node {}

    /** @param length splits on the way here, and those expected if the node's rows were split further */
    private record Leaf(double length) implements Node {}

    private IsolationForest(int width, int sample, Node[] trees) {
        this.width = width;
        this.sample = sample;
        this.trees = trees;
    }

    /**
     * Grows the trees.
     *
     * @param rows [n][width], 2 or more
     * @throws IllegalArgumentException if there are fewer, or rows differ in width or are not finite
     */
    public static IsolationForest fit(float[][] rows, long seed) {
        int width = Rows.requireWidth(rows);
        if (rows.length < FEWEST) {
            throw new IllegalArgumentException(rows.length + " row, expected at least " + FEWEST);
        }
        int sample = Math.min(rows.length, SAMPLE);
        int most = Integer.SIZE - Integer.numberOfLeadingZeros(sample - 1); // the logarithm to base 2, rounded up
        Random random = new Random(seed, STREAM);
        Node[] trees = new Node[TREES];
        int[] order = new int[rows.length];
        for (int tree = 0; tree < TREES; tree++) {
            random.shuffle(order);
            float[][] chosen =
                    Arrays.stream(order, 0, sample).mapToObj(row -> rows[row]).toArray(float[][]::new);
            trees[tree] = grow(chosen, 0, most, random);
        }
        return new IsolationForest(width, sample, trees);
    }

    private static Node grow(float[][] rows, int depth, int most, Random random) {
        int[] differing = depth == most
                ? new int[0]
                : IntStream.range(0, rows[0].length)
                        .filter(column -> differs(rows, column))
                        .toArray();
        if (differing.length == 0) {
            return new Leaf(depth + expectedLength(rows.length));
        }
        int column = differing[random.below(differing.length)];
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float[] row : rows) {
            low = Math.min(low, row[column]);
            high = Math.max(high, row[column]);
        }
        // Above the smallest value, even after rounding: neither side is empty.
        double value = Math.max(Math.nextUp(low), high - random.fraction() * (high - low));
        float[][] smaller =
                Arrays.stream(rows).filter(row -> row[column] < value).toArray(float[][]::new);
        float[][] others =
                Arrays.stream(rows).filter(row -> row[column] >= value).toArray(float[][]::new);
        return new Split(column, value, grow(smaller, depth + 1, most, random), grow(others, depth + 1, most, random));
    }

    private static boolean differs(float[][] rows, int column) {
        for (float[] row : rows) {
            if (row[column] != rows[0][column]) {
                return true;
            }
        }
        return false;
    }

    /**
     * The mean number of splits until a row is alone, c(n) in the paper: that of an unsuccessful search in a binary
     * search tree of n keys.
     *
     * @param n 1 or more
     */
    static double expectedLength(int n) {
        double harmonic = 0; // the number n - 1
        for (int i = 1; i < n; i++) {
            harmonic += 1.0 / i;
        }
        return 2 * harmonic - 2.0 * (n - 1) / n;
    }

    /**
     * The scores of rows: near 1 if they are alone after few splits; below 0.5 if it takes more than expected.
     *
     * @param rows [n][width]
     * @return [n], above 0 and below 1
     * @throws IllegalArgumentException if rows differ in width from those learned from or are not finite
     */
    public double[] scores(float[][] rows) {
        int other = Rows.requireWidth(rows);
        if (other != width) {
            throw new IllegalArgumentException("rows of " + other + " values, expected " + width);
        }
        double expected = expectedLength(sample);
        return Arrays.stream(rows)
                .mapToDouble(row -> StrictMath.pow(2, -meanLength(row) / expected))
                .toArray();
    }

    private double meanLength(float[] row) {
        double sum = 0;
        for (Node tree : trees) {
            Node node = tree;
            while (node instanceof Split split) {
                node = row[split.column] < split.value ? split.smaller : split.others;
            }
            sum += ((Leaf) node).length;
        }
        return sum / TREES;
    }
}
