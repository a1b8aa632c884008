package io.hourglass.nn;

import io.hourglass.compute.Kernels;

/**
 * Which inputs of a data set's rows are not zero, a bit each. Most pixels of a digit are black: the products of the first layer, its
 * outputs and the gradient of its weights, leave out what is multiplied by zero in a whole group of rows, or of inputs
 * ({@link Kernels#multiplyListed}). The result is the same to the last bit.
 */
public final class NonZeros {
    /** Where more than this share of the inputs is not zero, looking for zeros costs more than it saves. */
    private static final double MOST = 0.6;

    private final int inputs;
    private final int words;

    /** [row][words]: bit 0 of a row stands for the 1 that meets the biases, bit 1 + i for input i. */
    private final long[] bits;

    private long count;

    /**
     * Of rows whose inputs are all zero so far.
     *
     * @param rows at least 1
     * @param inputs of a row
     */
    public NonZeros(int rows, int inputs) {
        this.inputs = inputs;
        words = (1 + inputs + Long.SIZE - 1) / Long.SIZE;
        bits = new long[Math.multiplyExact(rows, words)];
        for (int row = 0; row < rows; row++) {
            bits[row * words] = 1;
        }
    }

    /** Says that an input of a row is not zero; once each. */
    public void add(int row, int input) {
        bits[row * words + (1 + input) / Long.SIZE] |= 1L << (1 + input); // modulo 64
        count++;
    }

    /** Whether there are so many zeros that leaving them out pays. */
    public boolean pays() {
        return count <= MOST * inputs * (bits.length / words);
    }

    /** Distance from the list of one group to that of the next in {@link #ofRows}. */
    int rowTermsDistance() {
        return 2 + inputs;
    }

    /**
     * For each group of rows of a mini-batch, the inputs that are not zero in all of them, as {@link Kernels#multiplyListed} takes them:
     * 0 for the leading 1, 1 + i for input i.
     *
     * @param order row r of the mini-batch is row {@code order[start + r]} of the data set
     * @param terms overwritten
     */
    void ofRows(int[] order, int start, int rows, int[] terms) {
        for (int first = 0; first < rows; first += Kernels.GROUP) {
            int head = first / Kernels.GROUP * rowTermsDistance();
            int end = head + 1;
            for (int word = 0; word < words; word++) {
                long any = 0;
                for (int r = first; r < Math.min(rows, first + Kernels.GROUP); r++) {
                    any |= bits[order[start + r] * words + word];
                }
                for (; any != 0; any &= any - 1) {
                    terms[end++] = word * Long.SIZE + Long.numberOfTrailingZeros(any);
                }
            }
            terms[head] = end - head - 1;
        }
    }

    /**
     * For each group of inputs, the leading 1 before them, the rows of a mini-batch in which not all of the group is zero.
     *
     * @param order row r of the mini-batch is row {@code order[start + r]} of the data set
     * @param terms overwritten
     * @param distance from the list of one group to that of the next: above the number of rows
     */
    void ofInputs(int[] order, int start, int rows, int[] terms, int distance) {
        int groups = inputs / Kernels.GROUP + 1;
        for (int g = 0; g < groups; g++) {
            terms[g * distance] = 0;
        }
        for (int r = 0; r < rows; r++) {
            int row = order[start + r] * words;
            for (int word = 0; word < words; word++) {
                for (long left = bits[row + word]; left != 0; ) {
                    int inWord = Long.numberOfTrailingZeros(left) / Kernels.GROUP;
                    int head = (word * (Long.SIZE / Kernels.GROUP) + inWord) * distance;
                    terms[head + ++terms[head]] = r;
                    left &= ~(((1L << Kernels.GROUP) - 1) << (inWord * Kernels.GROUP));
                }
            }
        }
    }
}
