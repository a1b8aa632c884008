package io.hourglass.lab.data;

import java.util.BitSet;

/**
 * The places of missing values in some rows. The rows hold 0 there until {@link Imputation} fills them.
 *
 * @param places row * inputs + column of each missing value
 * @param inputs width of a row
 */
public record Gaps(BitSet places, int inputs) {
    /** The gaps of the rows with these indices, in that order. */
    Gaps select(int[] rows) {
        BitSet chosen = new BitSet();
        for (int i = 0; i < rows.length; i++) {
            int from = rows[i] * inputs;
            for (int place = places.nextSetBit(from);
                    place >= 0 && place < from + inputs;
                    place = places.nextSetBit(place + 1)) {
                chosen.set(i * inputs + place - from);
            }
        }
        return new Gaps(chosen, inputs);
    }
}
