package io.hourglass.engine;

/**
 * How the threads share the rows of a mini-batch.
 *
 * @param rows of the mini-batch
 * @param padded rows that the forward and the backward pass compute, at least {@code rows}; the results of the others
 *     are not used
 * @param shares of the threads
 */
record RowShares(int rows, int padded, Shares shares) {
    /** Larger mini-batches are not padded: for 50,000 of MNIST's 60,000 rows, padding took a quarter of an epoch. */
    private static final int MAX_PADDED = 256;

    /**
     * The shares of a mini-batch. The last one of an epoch may have fewer rows than the others; it is padded with
     * whatever the buffers held before. Without padding it would need tiles of another shape once per epoch, and Java
     * would keep interpreting them.
     *
     * @param batchSize rows of the other mini-batches
     */
    static RowShares of(int rows, int batchSize, Shares shares) {
        return new RowShares(rows, batchSize <= MAX_PADDED ? batchSize : rows, shares);
    }

    /** The same without padded rows. */
    RowShares unpadded() {
        return new RowShares(rows, rows, shares);
    }

    /**
     * The first row of a thread's share, and the end of the share of the thread before: a multiple of 8, the usual
     * height of a tile, or all rows.
     */
    int from(int thread) {
        int row = (int) shares.from(padded, thread);
        return row == padded ? padded : Math.min(padded, (row + 4) & -8);
    }

    int to(int thread) {
        return from(thread + 1);
    }

    /** The part of all rows that is a thread's: 0 to 1. */
    double part(int thread) {
        return (double) (to(thread) - from(thread)) / padded;
    }
}
