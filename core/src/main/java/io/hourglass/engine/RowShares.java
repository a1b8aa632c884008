package io.hourglass.engine;

/**
 * How the threads share the rows of a mini-batch.
 *
 * @param rows of the mini-batch
 * @param padded rows that the forward and the backward pass compute, at least {@code rows}; the results of the others
 *     are not used
 * @param threads of the team
 */
record RowShares(int rows, int padded, int threads) {
    /** Larger mini-batches are not padded: for 50,000 of MNIST's 60,000 rows, padding took a quarter of an epoch. */
    private static final int MAX_PADDED = 256;

    /**
     * The shares of a mini-batch. The last one of an epoch may have fewer rows than the others; it is padded with
     * whatever the buffers held before. Without padding it would need tiles of another shape once per epoch, and Java
     * would keep interpreting them.
     *
     * @param batchSize rows of the other mini-batches
     */
    static RowShares of(int rows, int batchSize, int threads) {
        return new RowShares(rows, batchSize <= MAX_PADDED ? batchSize : rows, threads);
    }

    /** The same without padded rows. */
    RowShares unpadded() {
        return new RowShares(rows, rows, threads);
    }

    /** The largest share: a multiple of 8, the usual height of a tile, or all rows. */
    int largest() {
        int share = (padded + threads - 1) / threads;
        return Math.min(padded, (share + 7) & -8);
    }

    /** The first row of a thread's share, and the end of the share of the thread before. */
    int from(int thread) {
        return Math.min(padded, thread * largest());
    }

    int to(int thread) {
        return from(thread + 1);
    }
}
