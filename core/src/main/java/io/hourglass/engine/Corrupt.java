package io.hourglass.engine;

import io.hourglass.nn.Columns;
import io.hourglass.nn.Corruption;
import java.util.Arrays;

/**
 * Corrupts the inputs; {@link Load} keeps the clean rows as targets. Random numbers take longer than anything else done
 * to a row, so the threads share that work; {@link Fetch} then gives each thread the rows of the others.
 */
final class Corrupt implements BoundLayer {
    private final Scratch own;
    private final Corruption corruption;
    private final RowShares shares;
    private final Columns columns;

    Corrupt(Scratch own, Corruption corruption, RowShares shares) {
        this.own = own;
        this.corruption = corruption;
        this.shares = shares.unpadded();
        columns = own.workspace.columns;
    }

    @Override
    public void forward() {
        float[] values = own.activations.values(0);
        int inputs = own.workspace.network.architecture().inputs();
        for (int r = shares.from(own.thread); r < shares.to(own.thread); r++) {
            int at = own.activations.offset(0, r);
            Random random = own.random(Random.Purpose.CORRUPTION, r);
            if (columns.isNone()) {
                corruptInPlace(corruption, random, values, at, inputs);
            } else {
                corruptInPlace(corruption, columns, random, values, at);
            }
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

    /**
     * Corrupts one row with columns: noise is for numbers, and a mask covers all values of a column.
     *
     * @param random gives first the noise of all numbers, then the mask
     */
    private static void corruptInPlace(
            Corruption corruption, Columns columns, Random random, float[] values, int offset) {
        for (int c = 0; c < columns.count() && corruption.noise() > 0; c++) {
            if (!columns.isCategory(c)) {
                int at = offset + columns.start(c);
                values[at] = (float) (values[at] + corruption.noise() * random.gaussian());
            }
        }
        for (int c = 0; c < columns.count() && corruption.mask() > 0; c++) {
            if (random.chance(corruption.mask())) {
                int at = offset + columns.start(c);
                Arrays.fill(values, at, at + columns.width(c), 0);
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
