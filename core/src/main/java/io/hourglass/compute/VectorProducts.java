package io.hourglass.compute;

import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.NARROW;
import static io.hourglass.compute.VectorKernels.PANEL;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorWidth.THIRTY_TWO_REGISTERS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Products of matrices, their sums and transposes. */
final class VectorProducts {
    /** The initial values of chains that do not continue from C. */
    private static final float[] ZEROS = new float[4 * LANES];

    /**
     * Approximate number of rows of B that are multiplied with all of A before the next ones: with 48 columns, they
     * take 24 KB of the level-1 cache.
     */
    private static final int DEPTH_BLOCK = 128;

    // Swap the lanes whose numbers differ in one bit, and the lanes that have it.
    private static final VectorShuffle<Float> SWAP1 = swap(1);
    private static final VectorShuffle<Float> SWAP2 = swap(2);
    private static final VectorShuffle<Float> SWAP4 = swap(4);
    private static final VectorShuffle<Float> SWAP8 = swap(8);
    private static final VectorMask<Float> BIT1 = lanesWith(1);
    private static final VectorMask<Float> BIT2 = lanesWith(2);
    private static final VectorMask<Float> BIT4 = lanesWith(4);
    private static final VectorMask<Float> BIT8 = lanesWith(8);

    private VectorProducts() {}

    private static VectorShuffle<Float> swap(int bit) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ bit) % LANES);
    }

    private static VectorMask<Float> lanesWith(int bit) {
        boolean[] lanes = new boolean[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] = (lane & bit) != 0;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

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

    /**
     * Squares of {@link #LANES} rows and columns, in registers. The last squares of rows or columns overlap those
     * before, so no number is transposed alone unless the matrix is smaller than a square.
     */
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
        if (rows < LANES || columns < LANES) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    to[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j];
                }
            }
            return;
        }
        int whole = columns & -LANES;
        int last = columns - LANES;
        for (int i = 0; i < rows; i += LANES) {
            int row = Math.min(i, rows - LANES);
            int f = fromOffset + row * fromRow;
            int t = toOffset + row;
            transposeFours(from, f, fromRow, to, t, toRow, whole);
            transposeSquares(to, t, toRow, whole);
            if (whole < columns) {
                transposeFours(from, f + last, fromRow, to, t + last * toRow, toRow, LANES);
                transposeSquares(to, t + last * toRow, toRow, LANES);
            }
        }
    }

    /**
     * The first half of a transposition of {@link #LANES} rows: writes square for square to where it is to be, with
     * each of its squares of four rows and columns transposed, but still in its place. Long enough not to be inlined,
     * see {@link VectorActivations}.
     */
    private static void transposeFours(
            float[] from, int fromOffset, int fromRow, float[] to, int toOffset, int toRow, int columns) {
        for (int j = 0; j < columns; j += LANES) {
            for (int i = 0; i < LANES; i += 4) {
                int f = fromOffset + i * fromRow + j;
                int t = toOffset + (j + i) * toRow;
                FloatVector r0 = FloatVector.fromArray(SPECIES, from, f);
                FloatVector r1 = FloatVector.fromArray(SPECIES, from, f + fromRow);
                FloatVector r2 = FloatVector.fromArray(SPECIES, from, f + 2 * fromRow);
                FloatVector r3 = FloatVector.fromArray(SPECIES, from, f + 3 * fromRow);
                FloatVector even01 = r0.blend(r1.rearrange(SWAP1), BIT1);
                FloatVector odd01 = r0.rearrange(SWAP1).blend(r1, BIT1);
                FloatVector even23 = r2.blend(r3.rearrange(SWAP1), BIT1);
                FloatVector odd23 = r2.rearrange(SWAP1).blend(r3, BIT1);
                even01.blend(even23.rearrange(SWAP2), BIT2).intoArray(to, t);
                odd01.blend(odd23.rearrange(SWAP2), BIT2).intoArray(to, t + toRow);
                even01.rearrange(SWAP2).blend(even23, BIT2).intoArray(to, t + 2 * toRow);
                odd01.rearrange(SWAP2).blend(odd23, BIT2).intoArray(to, t + 3 * toRow);
            }
        }
    }

    /**
     * The second half, in place: in each square of {@link #LANES} rows, moves the squares of four to their places. Long
     * enough not to be inlined, see {@link VectorActivations}.
     */
    private static void transposeSquares(float[] to, int offset, int row, int rows) {
        for (int j = 0; LANES > 4 && j < rows; j += LANES) {
            for (int i = 0; i < 4; i++) {
                int t = offset + (j + i) * row;
                FloatVector r0 = FloatVector.fromArray(SPECIES, to, t);
                FloatVector r1 = FloatVector.fromArray(SPECIES, to, t + 4 * row);
                FloatVector even01 = r0.blend(r1.rearrange(SWAP4), BIT4);
                FloatVector odd01 = r0.rearrange(SWAP4).blend(r1, BIT4);
                if (LANES == 8) {
                    even01.intoArray(to, t);
                    odd01.intoArray(to, t + 4 * row);
                    continue;
                }
                FloatVector r2 = FloatVector.fromArray(SPECIES, to, t + 8 * row);
                FloatVector r3 = FloatVector.fromArray(SPECIES, to, t + 12 * row);
                FloatVector even23 = r2.blend(r3.rearrange(SWAP4), BIT4);
                FloatVector odd23 = r2.rearrange(SWAP4).blend(r3, BIT4);
                even01.blend(even23.rearrange(SWAP8), BIT8).intoArray(to, t);
                odd01.blend(odd23.rearrange(SWAP8), BIT8).intoArray(to, t + 4 * row);
                even01.rearrange(SWAP8).blend(even23, BIT8).intoArray(to, t + 8 * row);
                odd01.rearrange(SWAP8).blend(odd23, BIT8).intoArray(to, t + 12 * row);
            }
        }
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
