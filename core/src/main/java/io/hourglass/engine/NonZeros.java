package io.hourglass.engine;

import io.hourglass.compute.Kernels;

/**
 * Which values of some rows are not zero, a bit each. Most pixels of a digit are black: the products of the first
 * layer, its outputs and the gradient of its weights, leave out what is multiplied by zero ({@link
 * Kernels#multiplySparse}). The result is the same to the last bit.
 *
 * <p>Bit 0 of a row stands for the 1 that meets the biases, bit 1 + i for input i.
 */
public final class NonZeros {
    /** Where more than this share of the inputs is not zero, looking for zeros costs more than it saves. */
    private static final double MOST = 0.5;

    /**
     * Inputs that share a bit where the bits are turned round, the usual height of a tile of {@link
     * Kernels#multiplySparse}: of neighbours mostly all or none are zero, and there is a quarter to turn.
     */
    private static final int GROUP = 4;

    private final int inputs;
    private final int words;
    private final int groupWords;

    /** [row][words, then groupWords]: of the latter, bit g stands for the bits from {@value #GROUP} g on. */
    private final long[] ofRows;

    /** [1 + input][{@link #inputWords}]: bit r stands for row r. As large as {@link #transpose} has needed it. */
    private long[] ofInputs = {};

    /** 64 by 64 bits on their way from rows to inputs. */
    private final long[] square = new long[Long.SIZE];

    private long count;

    /**
     * Of rows whose inputs are all zero so far.
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

    /** How many words hold that many bits. */
    private static int words(int bits) {
        return (bits + Long.SIZE - 1) / Long.SIZE;
    }

    /** Says that an input of a row is not zero; once each. */
    public void add(int row, int input) {
        set(row * rowWords(), 1 + input);
        count++;
    }

    private void set(int from, int bit) {
        ofRows[from + bit / Long.SIZE] |= 1L << bit; // modulo 64
        ofRows[from + words + bit / GROUP / Long.SIZE] |= 1L << bit / GROUP;
    }

    /** Whether there are so many zeros that leaving them out pays. */
    public boolean pays() {
        return pays(ofRows.length / rowWords());
    }

    private boolean pays(int rows) {
        return count <= MOST * inputs * rows;
    }

    /**
     * Looks at the first rows anew.
     *
     * @param values (1, input 0, input 1, ...) of row r from {@code values[offset + r * distance]} on
     * @return whether leaving out their zeros pays
     */
    boolean look(Kernels kernels, int rows, float[] values, int offset, int distance) {
        count = -rows; // the leading ones
        for (int r = 0; r < rows; r++) {
            kernels.nonZeros(values, offset + r * distance, 1 + inputs, ofRows, r * rowWords());
            for (int word = 0; word < words; word++) {
                count += Long.bitCount(ofRows[r * rowWords() + word]);
            }
        }
        return pays(rows);
    }

    /**
     * Takes the first rows from others.
     *
     * @param order row r is row {@code order[start + r]} of the others
     */
    void take(int rows, NonZeros others, int[] order, int start) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(others.ofRows, order[start + r] * rowWords(), ofRows, r * rowWords(), rowWords());
        }
    }

    /**
     * [row][{@link #rowWords}] bits of the inputs, the leading 1 before them; words of no use to others behind them.
     */
    long[] ofRows() {
        return ofRows;
    }

    int rowWords() {
        return words + groupWords;
    }

    /** Turns the bits of the first rows round, after {@link #take}: {@link #ofInputs} has them. */
    void transpose(int rows) {
        int columns = inputWords(rows);
        int room = groupWords * Long.SIZE * GROUP * columns;
        if (ofInputs.length < room) {
            ofInputs = new long[room];
        }
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
     * Bit j of word i becomes bit i of word j: squares of 32, 16, ... 1 bits change places with those across the
     * diagonal.
     */
    private void transposeSquare() {
        long mask = 0xffff_ffffL;
        for (int size = Long.SIZE / 2; size > 0; size /= 2) {
            for (int i = 0; i < Long.SIZE; i = (i + size + 1) & ~size) { // those without the bit that is size
                long swap = (square[i] >>> size ^ square[i + size]) & mask;
                square[i] ^= swap << size;
                square[i + size] ^= swap;
            }
            mask ^= mask << (size / 2);
        }
    }

    /**
     * [1 + input][{@link #inputWords}] bits of the rows in which it is not zero, or one of its neighbours, after {@link
     * #transpose}.
     */
    long[] ofInputs() {
        return ofInputs;
    }

    int inputWords(int rows) {
        return words(rows);
    }
}
