package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonZerosTest {
    /** Bits of rows and of inputs against the values themselves. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 62", "64, 63", "65, 64", "70, 255", "130, 256", "64, 784"})
    void bitsTellWhereValuesAre(int rows, int inputs) {
        Random random = new Random(1);
        int all = rows + 7;
        float[][] values = new float[all][1 + inputs];
        NonZeros data = new NonZeros(all, inputs);
        for (int row = 0; row < all; row++) {
            values[row][0] = 1;
            for (int i = 0; i < inputs; i++) {
                if (random.nextInt(6) == 0) {
                    values[row][1 + i] = random.nextFloat() - 2;
                    data.add(row, i);
                }
            }
        }
        int[] order = random.ints(3 + rows, 0, all).toArray();
        NonZeros batch = new NonZeros(rows + 1, inputs).transposable();
        batch.copyRows(rows, data, order, 3);
        batch.transpose(rows);
        float[] flat = new float[5 + rows * (1 + inputs)];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values[order[3 + r]], 0, flat, 5 + r * (1 + inputs), 1 + inputs);
        }
        NonZeros seen = new NonZeros(rows, inputs);
        assertThat(seen.scan(Kernels.best(), new Matrix(flat, 5, rows, 1 + inputs)))
                .isTrue();
        long[] words = batch.ofRows().words();
        int extra = 0;
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k <= inputs; k++) {
                boolean isThere = values[order[3 + r]][k] != 0;
                assertThat(bit(batch.ofRows(), r, k)).isEqualTo(isThere);
                assertThat(bit(seen.ofRows(), r, k)).isEqualTo(isThere);
                boolean ofInput = bit(batch.ofInputs(rows), k, r);
                assertThat(ofInput || !isThere).isTrue();
                extra += ofInput && !isThere ? 1 : 0;
            }
            assertThat(words[r * batch.ofRows().stride() + inputs / 64] >>> inputs % 64 >>> 1)
                    .isZero();
        }
        assertThat(extra).as("neighbours only").isLessThanOrEqualTo(rows * (1 + inputs) * 3 / 4);
    }

    private static boolean bit(Bits bits, int row, int bit) {
        return (bits.words()[bits.offset() + row * bits.stride() + bit / 64] >>> bit & 1) == 1;
    }

    /** If most values are nonzero, skipping the others is not worth it. */
    @ParameterizedTest
    @CsvSource({"10, true", "50, true", "51, false", "100, false"})
    void isSparseEnoughUpToHalf(int nonZeros, boolean sparseEnough) {
        float[] values = new float[101];
        values[0] = 1;
        NonZeros data = new NonZeros(1, 100);
        for (int i = 0; i < nonZeros; i++) {
            values[100 - i] = -1;
            data.add(0, i);
        }
        assertThat(data.isSparseEnough()).isEqualTo(sparseEnough);
        assertThat(new NonZeros(4, 100).scan(Kernels.best(), new Matrix(values, 0, 1, 101)))
                .isEqualTo(sparseEnough);
    }
}
