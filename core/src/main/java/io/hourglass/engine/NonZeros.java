package io.hourglass.engine;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;

/**
 * Which values of some rows are nonzero, one bit per value. Most pixels of a digit are black: the products of the first
 * layer, for its outputs and for the gradient of its weights, skip terms that are multiplied by zero ({@link
 * Kernels#multiplySparse}). The result is the same to the last bit.
 *
 * <p>Bit 0 of a row stands for the leading 1, which is multiplied by the biases; bit 1 + i stands for input i.
 */
public final class NonZeros {
    /** If a larger share of the inputs is nonzero, finding zeros costs more than it saves. */
    private static final double LARGEST_SHARE = 0.5;

    /**
     * Inputs that share a bit in the transposed bits: the usual height of a tile of {@link Kernels#multiplySparse}.
     * Neighbouring inputs are usually all zero or all nonzero, and there are only a quarter as many bits to transpose.
     */
    private static final int GROUP = 4;

    private final int inputs;
    private final int words;
    private final int groupWords;

    /** [row][words, then groupWords]; bit g of the latter stands for the bits from {@value #GROUP} g on. */
    private final long[] ofRows;

    /** [1 + input][words of the rows]: bit r stands for row r; empty unless {@link #transposable}. */
    private long[] ofInputs = {};

    /** Scratch for {@link #transposeSquare}: 64 by 64 bits. */
    private final long[] square = new long[Long.SIZE];

    private long count;

    /**
     * Bits for rows whose inputs are all zero so far.
     *
     * @param rows at least 1
     * @param inputs of a row
     */
    public NonZeros(int rows, int inputs) {
        this.inputs = inputs;
        words = words(1 + inputs);
        groupWords = words(words * Long.SIZE / GROUP);
        ofRows = new long[Math.multiplyExact(rows, rowWords())];
        for (int row = 0; row < rows; row++) {
            set(row * rowWords(), 0);
        }
    }

    void addTo(ArraySizes sizes) {
        sizes.add(ofRows, ofInputs, square);
    }

    /** The number of words that hold some bits. */
    private static int words(int bits) {
        return (bits + Long.SIZE - 1) / Long.SIZE;
    }

    /** These bits, with memory for {@link #transpose}. */
    NonZeros transposable() {
        int rows = ofRows.length / rowWords();
        ofInputs = new long[Math.multiplyExact(groupWords * Long.SIZE * GROUP, words(rows))];
        return this;
    }

    /** Marks an input of a row as nonzero; at most once for each input. */
    public void add(int row, int input) {
        set(row * rowWords(), 1 + input);
        count++;
    }

    private void set(int from, int bit) {
        ofRows[from + bit / Long.SIZE] |= 1L << bit; // modulo 64
        ofRows[from + words + bit / GROUP / Long.SIZE] |= 1L << bit / GROUP;
    }

    /** Whether there are enough zeros for skipping them to be faster. */
    public boolean isSparseEnough() {
        return isSparseEnough(ofRows.length / rowWords());
    }

    private boolean isSparseEnough(int rows) {
        return count <= LARGEST_SHARE * inputs * rows;
    }

    /**
     * Sets the bits of the first rows from their values.
     *
     * @param x [rows][1 + inputs], with leading ones
     * @return whether these rows are sparse enough
     */
    boolean scan(Kernels kernels, Matrix x) {
        int rows = x.rows();
        count = -rows; // the leading ones
        for (int r = 0; r < rows; r++) {
            kernels.nonZeros(x.data(), x.offset() + r * x.stride(), 1 + inputs, ofRows, r * rowWords());
            for (int word = 0; word < words; word++) {
                count += Long.bitCount(ofRows[r * rowWords() + word]);
            }
        }
        return isSparseEnough(rows);
    }

    /**
     * Copies the bits of the first rows from other rows.
     *
     * @param order row r is row {@code order[start + r]} of the others
     */
    void copyRows(int rows, NonZeros others, int[] order, int start) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(others.ofRows, order[start + r] * rowWords(), ofRows, r * rowWords(), rowWords());
        }
    }

    /** A view of all rows: bit 0 stands for the leading 1, bit 1 + i for input i. */
    Bits ofRows() {
        return new Bits(ofRows, 0, rowWords());
    }

    private int rowWords() {
        return words + groupWords;
    }

    /** Transposes the bits of the first rows, after {@link #copyRows}. */
    void transpose(int rows) {
        int columns = words(rows);
        for (int column = 0; column < columns; column++) {
            int first = column * Long.SIZE;
            for (int word = 0; word < groupWords; word++) {
                for (int r = 0; r < Long.SIZE; r++) {
                    square[r] = first + r < rows ? ofRows[(first + r) * rowWords() + words + word] : 0;
                }
                transposeSquare();
                int at = word * Long.SIZE * GROUP * columns + column;
                for (int i = 0; i < Long.SIZE * GROUP; i++) {
                    ofInputs[at + i * columns] = square[i / GROUP];
                }
            }
        }
    }

    /**
     * Bit j of word i becomes bit i of word j: squares of 32, 16, ..., 1 bits are swapped across the diagonal.
     */
    private void transposeSquare() {
        long mask = 0xffff_ffffL;
        for (int size = Long.SIZE / 2; size > 0; size /= 2) {
            for (int i = 0; i < Long.SIZE; i = (i + size + 1) & ~size) { // all i in which the bit size is 0
                long swap = (square[i] >>> size ^ square[i + size]) & mask;
                square[i] ^= swap << size;
                square[i + size] ^= swap;
            }
            mask ^= mask << (size / 2);
        }
    }

    /**
     * A view of the inputs: after {@link #transpose}, bit r of row i stands for mini-batch row r and input i - 1, or
     * one of its neighbours.
     *
     * @param rows as given to {@link #transpose}
     */
    Bits ofInputs(int rows) {
        return new Bits(ofInputs, 0, words(rows));
    }
}
