package io.hourglass.lab.data;

import java.util.BitSet;

/**
 * The missing values of some rows, which hold 0 in their places until {@link Imputation} fills them.
 *
 * @param cells row * inputs + column of each
 * @param inputs width of a row
 */
public record Gaps(BitSet cells, int inputs) {
    /** Those of the rows of these numbers, in that order. */
    Gaps select(int[] rows) {
        BitSet chosen = new BitSet();
        for (int i = 0; i < rows.length; i++) {
            int from = rows[i] * inputs;
            for (int cell = cells.nextSetBit(from);
                    cell >= 0 && cell < from + inputs;
                    cell = cells.nextSetBit(cell + 1)) {
                chosen.set(i * inputs + cell - from);
            }
        }
        return new Gaps(chosen, inputs);
    }
}
