package io.hourglass.compute;

import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.NARROW;
import static io.hourglass.compute.VectorKernels.PANEL;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorWidth.THIRTY_TWO_REGISTERS;

import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/** Products of matrices, their sums and transposes. */
final class VectorProducts {
    /** The initial values of chains that do not continue from C. */
    private static final float[] ZEROS = new float[4 * LANES];

    /**
     * Approximate number of rows of B that are multiplied with all of A before the next ones: with 48 columns, they
     * take 24 KB of the level-1 cache.
     */
    private static final int DEPTH_BLOCK = 128;

    /** The results of {@link #gather} so far; a network needs a few. */
    private static volatile int[][] gathers = new int[0][];

    private VectorProducts() {}

    static void multiply(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        VectorStrips.Strip strip = a.stride() == PANEL
                ? VectorStrips::panelStrip
                : a.stride() == NARROW ? VectorStrips::narrowStrip : VectorStrips::plainStrip;
        strips(strip, 1, a, b, c, accumulate);
    }

    static void multiplyTransposed(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        strips(VectorStrips::transposedStrip, a.stride(), a, b, c, accumulate);
    }

    static void multiplySparse(Bits bits, Matrix a, boolean transposed, Matrix b, Matrix c) {
        int aRow = transposed ? 1 : a.stride();
        int aStep = transposed ? a.stride() : 1;
        for (int j = 0; j < c.columns(); ) {
            int vectors = Math.min(4, (c.columns() - j) / LANES);
            int cj = c.offset() + j;
            for (int k = 0; k < b.rows(); k += Long.SIZE) {
                VectorStrips.sparseStrip(
                        vectors,
                        c.rows(),
                        bits.words(),
                        bits.offset() + k / Long.SIZE,
                        bits.stride(),
                        k > 0 ? c.data() : ZEROS,
                        k > 0 ? cj : 0,
                        k > 0 ? c.stride() : 0,
                        a.data(),
                        a.offset() + k * aStep,
                        aRow,
                        aStep,
                        b.data(),
                        b.offset() + j + k * b.stride(),
                        b.stride(),
                        c.data(),
                        cj,
                        c.stride());
            }
            j += vectors * LANES;
        }
    }

    /** Divides C into strips of a few vectors, and computes each strip block by block of B's rows. */
    private static void strips(VectorStrips.Strip strip, int aStep, Matrix a, Matrix b, Matrix c, boolean accumulate) {
        int depth = b.rows();
        // Blocks of about equal depth: for a last block of a single row, all of C would be read and written.
        int blocks = Math.max(1, (depth + DEPTH_BLOCK * 3 / 4) / DEPTH_BLOCK);
        int block = (depth + blocks - 1) / blocks;
        for (int j = 0; j < c.columns(); ) {
            int vectors = vectors((c.columns() - j) / LANES);
            int cj = c.offset() + j;
            for (int k = 0; k < depth; k += block) {
                boolean more = accumulate || k > 0;
                strip.compute(
                        vectors,
                        c.rows(),
                        Math.min(block, depth - k),
                        more ? c.data() : ZEROS,
                        more ? cj : 0,
                        more ? c.stride() : 0,
                        a.data(),
                        a.offset() + k * aStep,
                        a.stride(),
                        b.data(),
                        b.offset() + j + k * b.stride(),
                        b.stride(),
                        c.data(),
                        cj,
                        c.stride());
            }
            j += vectors * LANES;
        }
    }

    /**
     * The width of the next strip in vectors: three, but four if four are left, rather than three and one.
     */
    private static int vectors(int vectorsLeft) {
        return vectorsLeft == 4 && THIRTY_TWO_REGISTERS ? 4 : vectorsLeft == 4 ? 2 : Math.min(3, vectorsLeft);
    }

    /** Including its assertions, long enough not to be inlined, see {@link VectorActivations}. */
    static void transpose(Matrix source, Matrix target) {
        int rows = source.rows();
        int columns = source.columns();
        float[] from = source.data();
        int fromOffset = source.offset();
        int fromRow = source.stride();
        float[] to = target.data();
        int toOffset = target.offset();
        int toRow = target.stride();
        assert fromOffset >= 0 && fromOffset + (rows - 1) * fromRow + columns <= from.length
                : rows + " rows of " + columns + " from " + fromOffset + ", " + fromRow + " apart, of " + from.length;
        assert toOffset >= 0 && toOffset + (columns - 1) * toRow + rows <= to.length
                : columns + " rows of " + rows + " from " + toOffset + ", " + toRow + " apart, of " + to.length;
        assert rows >= 0 && columns >= 0 : "a matrix of " + rows + " x " + columns;
        assert from != to : "rows of " + columns + " onto themselves";
        assert fromRow >= columns && toRow >= rows
                : "rows of " + columns + " every " + fromRow + ", to be rows of " + rows + " every " + toRow
                        + " floats";
        int[] column = gather(fromRow);
        int i = 0;
        for (; i + LANES <= rows; i += LANES) {
            int f = fromOffset + i * fromRow;
            int t = toOffset + i;
            for (int j = 0; j < columns; j++) {
                FloatVector.fromArray(SPECIES, from, f + j, column, 0).intoArray(to, t + j * toRow);
            }
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j];
            }
        }
    }

    /** Offsets of one column in {@link #LANES} rows that are {@code row} apart. */
    private static int[] gather(int row) {
        int[][] known = gathers;
        for (int[] offsets : known) {
            if (offsets[1] == row) {
                return offsets;
            }
        }
        int[] offsets = IntStream.range(0, LANES).map(lane -> lane * row).toArray();
        int[][] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = offsets;
        gathers = more; // if another thread adds one at the same time, one of the two is lost and made again later
        return offsets;
    }

    static void sum(float[][] terms, int offset, int stride, Matrix c) {
        float[] data = c.data();
        for (int r = 0; r < c.rows(); r++) {
            int from = offset + r * stride;
            int to = c.offset() + r * c.stride();
            for (int j = 0; j < c.columns(); j += LANES) {
                FloatVector sum = FloatVector.fromArray(SPECIES, terms[0], from + j);
                for (int t = 1; t < terms.length; t++) {
                    sum = sum.add(FloatVector.fromArray(SPECIES, terms[t], from + j));
                }
                sum.intoArray(data, to + j);
            }
        }
    }
}
