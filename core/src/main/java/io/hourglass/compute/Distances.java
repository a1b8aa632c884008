package io.hourglass.compute;

/**
 * Approximate squared distances to many rows at once, by |a - b|<sup>2</sup> = |a|<sup>2</sup> + (|b|<sup>2</sup> - 2 a
 * b): the brackets are one matrix product, of (a, 1) and (-2 b, |b|<sup>2</sup>), and tens of times faster than
 * differences. The error has a known {@link #bound}, so a caller who needs exact answers computes only a few distances
 * again.
 */
public final class Distances {
    /** Half the distance from 1 to the next float. */
    private static final double UNIT = 0x1p-24;

    /**
     * Rows measured at a time. For each block, all other rows are read from memory once, so a block is large enough
     * that memory keeps up for wide rows too.
     */
    public static final int BLOCK = 192;

    /** Panels of a chunk: few enough that the chunk stays in the cache while it is multiplied by a block. */
    private static final int PANELS = 5;

    private final Kernels kernels = Kernels.best();
    private final double[] centre;
    private final int rows;
    private final int chunk; // rows of a chunk
    private final int padded; // rows, rounded up to complete chunks
    private final float[] transposed; // [chunks][width + 1][chunk]
    private double largest; // norm, not squared

    /**
     * @param to rows to measure distances to; their mean is subtracted from all rows, so that rounding errors are small
     */
    public Distances(float[][] to) {
        centre = Rows.mean(to);
        rows = to.length;
        chunk = Math.min(PANELS * kernels.panel(), kernels.padded(rows));
        padded = (rows + chunk - 1) / chunk * chunk;
        int depth = centre.length + 1;
        transposed = new float[depth * padded];
        float[] row = new float[depth];
        for (int i = 0; i < rows; i++) {
            double norm = centred(to[i], row);
            largest = Math.max(largest, Math.sqrt(norm));
            int at = i / chunk * chunk * depth + i % chunk;
            for (int j = 0; j < centre.length; j++) {
                transposed[at + j * chunk] = -2 * row[j];
            }
            transposed[at + centre.length * chunk] = (float) norm;
        }
    }

    /** Receives the distances while they are still in the cache. */
    @FunctionalInterface
    public interface Use {
        /**
         * Receives the distances of one row to some others. For each row, the others come in ascending order.
         *
         * @param row its index
         * @param first the first of the others
         * @param count how many
         * @param values {@code norm + values[offset + i]} is the approximate squared distance to row {@code first + i},
         *     and may be a little below 0
         * @param norm the same for all i, so it does not affect which row is nearest
         * @param bound largest error of each of them
         */
        void accept(int row, int first, int count, float[] values, int offset, float norm, double bound);
    }

    /**
     * Measures all rows, {@link #BLOCK} at a time. The rows of a block take turns; {@code r % BLOCK} numbers row r
     * within its block.
     */
    public void forEach(float[][] from, Use use) {
        int depth = centre.length + 1;
        int most = Math.min(BLOCK, from.length);
        float[] row = new float[depth];
        float[] block = new float[depth * most]; // [depth][rows]: the product reads values fastest in this order
        float[] products = new float[most * chunk];
        double[] norms = new double[most];
        for (int first = 0; first < from.length; first += BLOCK) {
            int count = Math.min(BLOCK, from.length - first);
            for (int b = 0; b < count; b++) {
                norms[b] = centred(from[first + b], row);
                row[centre.length] = 1;
                for (int j = 0; j < depth; j++) {
                    block[j * most + b] = row[j];
                }
            }
            for (int at = 0; at < padded; at += chunk) {
                kernels.multiplyTransposed(
                        new Matrix(block, 0, depth, count, most),
                        new Matrix(transposed, at * depth, depth, chunk),
                        new Matrix(products, 0, count, chunk),
                        false);
                int here = Math.min(chunk, rows - at);
                for (int b = 0; b < count; b++) {
                    use.accept(first + b, at, here, products, b * chunk, (float) norms[b], bound(Math.sqrt(norms[b])));
                }
            }
        }
    }

    /**
     * The textbook error bound of a chain of products (Higham, Accuracy and Stability of Numerical Algorithms, 3.1),
     * rounded up.
     */
    private double bound(double norm) {
        double sum = norm + largest;
        return (centre.length + 16) * UNIT * sum * sum;
    }

    /** Writes a row minus the centre; returns its squared length. */
    private double centred(float[] row, float[] target) {
        double norm = 0;
        for (int j = 0; j < centre.length; j++) {
            float value = (float) (row[j] - centre[j]);
            target[j] = value;
            norm += (double) value * value;
        }
        return norm;
    }
}
