package io.hourglass.lab.analysis;

import io.hourglass.compute.Kernels;

/**
 * Approximate squared distances to many rows at once, by |a - b|<sup>2</sup> = |a|<sup>2</sup> - 2 a b + |b|<sup>2</sup>: the
 * products are one matrix product, tens of times faster than differences. How far they can be off is known ({@link #bound}), so
 * that who needs exact answers computes a few distances again.
 */
final class Distances {
    /** Half the distance from 1 to the next float. */
    private static final double UNIT = 0x1p-24;

    /** Rows measured at a time. */
    private static final int BLOCK = 48;

    /** Panels of a chunk: what the product reads of a chunk then stays in the cache while a block goes over it. */
    private static final int PANELS = 5;

    private final Kernels kernels = Kernels.best();
    private final double[] centre;
    private final int rows;
    private final int chunk; // rows of a chunk
    private final int padded; // rows, up to whole chunks
    private final float[] transposed; // [chunks][width][chunk]
    private final float[] norms; // [rows], squared
    private double largest; // norm, not squared

    /** @param to rows to measure distances to; their mean is taken away from all, as small numbers lose less */
    Distances(float[][] to) {
        centre = Rows.mean(to);
        rows = to.length;
        chunk = Math.min(PANELS * kernels.panel(), kernels.padded(rows));
        padded = (rows + chunk - 1) / chunk * chunk;
        transposed = new float[centre.length * padded];
        norms = new float[rows];
        float[] row = new float[centre.length];
        for (int i = 0; i < rows; i++) {
            double norm = centred(to[i], row, 0);
            norms[i] = (float) norm;
            largest = Math.max(largest, Math.sqrt(norm));
            int at = i / chunk * chunk * row.length + i % chunk;
            for (int j = 0; j < row.length; j++) {
                transposed[at + j * chunk] = row[j];
            }
        }
    }

    /** What a block of rows is measured against. */
    @FunctionalInterface
    interface Use {
        /**
         * Takes the distances of one row.
         *
         * @param row its index
         * @param squared approximate squared distance to row i at {@code offset + i}, never below 0
         * @param bound how far each of them can be from the exact one
         */
        void accept(int row, float[] squared, int offset, double bound);
    }

    /** Measures all of those rows, in their order. */
    void forEach(float[][] from, Use use) {
        int width = centre.length;
        int most = Math.min(BLOCK, from.length);
        float[] block = new float[most * width];
        float[] products = new float[most * padded];
        double[] own = new double[most];
        for (int first = 0; first < from.length; first += BLOCK) {
            int count = Math.min(BLOCK, from.length - first);
            for (int b = 0; b < count; b++) {
                own[b] = centred(from[first + b], block, b * width);
            }
            for (int at = 0; at < padded; at += chunk) {
                kernels.multiply(
                        count,
                        chunk,
                        width,
                        false,
                        block,
                        0,
                        width,
                        transposed,
                        at * width,
                        chunk,
                        products,
                        at,
                        padded);
            }
            for (int b = 0; b < count; b++) {
                float norm = (float) own[b];
                int offset = b * padded;
                for (int i = 0; i < rows; i++) {
                    products[offset + i] = Math.max(0, norm + norms[i] - 2 * products[offset + i]);
                }
                use.accept(first + b, products, offset, bound(Math.sqrt(own[b])));
            }
        }
    }

    /** The textbook bound of a chain of products (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), rounded up. */
    private double bound(double norm) {
        double sum = norm + largest;
        return (centre.length + 16) * UNIT * sum * sum;
    }

    /** Writes a row less the centre; returns its squared length. */
    private double centred(float[] row, float[] target, int offset) {
        double norm = 0;
        for (int j = 0; j < centre.length; j++) {
            float value = (float) (row[j] - centre[j]);
            target[offset + j] = value;
            norm += (double) value * value;
        }
        return norm;
    }
}
