package io.hourglass.engine;

import io.hourglass.nn.Corruption;

/**
 * Corrupts the inputs and keeps the clean rows as targets. Random numbers take longer than anything else done to a row,
 * so the threads share that work; {@link Fetch} then gives each thread the rows of the others.
 */
final class Corrupt implements BoundLayer {
    private final Scratch own;
    private final Corruption corruption;
    private final RowShares shares;

    Corrupt(Scratch own, Corruption corruption, RowShares shares) {
        this.own = own;
        this.corruption = corruption;
        this.shares = shares.unpadded();
    }

    @Override
    public void forward() {
        float[] values = own.activations.values(0);
        int inputs = own.workspace.network.architecture().inputs();
        System.arraycopy(values, 0, own.targets, 0, shares.rows() * own.activations.row(0));
        for (int r = shares.from(own.thread); r < shares.to(own.thread); r++) {
            int at = own.activations.offset(0, r);
            corruptInPlace(corruption, own.random(Random.Purpose.CORRUPTION, r), values, at, inputs);
        }
    }

    /**
     * Corrupts one row.
     *
     * @param random gives first the noise of all values, then the mask
     * @param values the row's values are {@code values[offset ..]}
     * @param n number of values
     */
    static void corruptInPlace(Corruption corruption, Random random, float[] values, int offset, int n) {
        if (corruption.noise() > 0) {
            for (int i = offset; i < offset + n; i++) {
                values[i] = (float) (values[i] + corruption.noise() * random.gaussian());
            }
        }
        if (corruption.mask() > 0) {
            for (int i = offset; i < offset + n; i++) {
                if (random.chance(corruption.mask())) {
                    values[i] = 0;
                }
            }
        }
    }

    /** Copies the rows that other threads corrupted. */
    final class Fetch implements BoundLayer {
        @Override
        public Split split() {
            return Split.EACH;
        }

        @Override
        public void forward() {
            for (int other = 0; other < shares.shares().threads(); other++) {
                int from = own.activations.offset(0, shares.from(other));
                int to = own.activations.offset(0, shares.to(other));
                if (other != own.thread && from < to) {
                    float[] theirs = own.workspace.scratch(other).activations.values(0);
                    System.arraycopy(theirs, from, own.activations.values(0), from, to - from - 1);
                }
            }
        }
    }
}
