package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@EachKernels
class NeighboursTest {
    @Test
    void areThoseOfAFullSort() {
        Random random = new Random(1);
        for (int[] size : new int[][] {{1, 1, 1}, {50, 3, 7}, {301, 17, 10}, {700, 60, 5}}) {
            float[][] references = grid(random, size[0], size[1]);
            float[][] queries = grid(random, 2 * Distances.BLOCK + 5, size[1]); // blocks share buffers
            int[][] nearest = new Neighbours(references).of(queries, size[2]);
            for (int row = 0; row < queries.length; row++) {
                float[] query = queries[row];
                int[] sorted = IntStream.range(0, size[0])
                        .boxed()
                        .sorted(Comparator.<Integer>comparingDouble(i -> exact(query, references[i]))
                                .thenComparing(i -> i))
                        .mapToInt(i -> i)
                        .limit(size[2])
                        .toArray();
                assertThat(nearest[row]).isEqualTo(sorted);
            }
        }
    }

    /** Whole numbers far from zero: many ties, and sums of squares that floats cannot hold. */
    private static float[][] grid(Random random, int rows, int width) {
        float[][] grid = new float[rows][width];
        for (float[] row : grid) {
            for (int j = 0; j < width; j++) {
                row[j] = 100_000 + random.nextInt(3);
            }
        }
        return grid;
    }

    private static double exact(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += Math.pow((double) a[j] - b[j], 2);
        }
        return sum;
    }

    @Test
    void tiesGoToTheLowerIndex() {
        float[][] references = {{2}, {0}, {2}, {0}};
        assertThat(new Neighbours(references).of(new float[][] {{1}}, 4)[0]).containsExactly(0, 1, 2, 3);
        assertThat(new Neighbours(references).of(new float[][] {{0.9f}}, 3)[0]).containsExactly(1, 3, 0);
    }

    @Test
    void distancesAreThoseToTheKth() {
        float[][] references = {{0, 0}, {3, 4}, {6, 8}};
        assertThat(new Neighbours(references).distances(new float[][] {{0, 0}, {6, 8}}, 2))
                .containsExactly(5, 5);
        assertThat(new Neighbours(references).distances(new float[][] {{0, 0}}, 3))
                .containsExactly(10);
    }

    /** Approximate distances are far from exact ones here: their rounding errors exceed the differences. */
    @Test
    void rowsFarFromAllOthersAreSortedExactly() {
        float[][] references = new float[40][2];
        Arrays.setAll(references, i -> new float[] {i % 7, i % 5});
        references[11] = new float[] {1e15f, -1e15f};
        int[][] nearest = new Neighbours(references).of(new float[][] {{1e15f, -1e15f}, {0, 0}}, 40);
        assertThat(nearest[0][0]).isEqualTo(11);
        assertThat(nearest[1]).startsWith(0, 35).endsWith(11).doesNotHaveDuplicates();
        double last = 0;
        for (int i : nearest[1]) {
            double distance = Rows.squaredDistance(references[i], new float[2]);
            assertThat(distance).isGreaterThanOrEqualTo(last);
            last = distance;
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        float[][] rows = {{1}, {2}};
        assertThatThrownBy(() -> new Neighbours(rows).of(rows, 3)).hasMessage("k = 3, expected 1 to 2");
        assertThatThrownBy(() -> new Neighbours(rows).of(rows, 0)).hasMessage("k = 0, expected 1 to 2");
        assertThatThrownBy(() -> new Neighbours(rows).of(new float[][] {{1, 2}}, 1))
                .hasMessage("rows of 2 values, expected 1");
        assertThatThrownBy(() -> new Neighbours(rows).of(new float[][] {{Float.NaN}}, 1))
                .hasMessageContaining("row 0, column 0 is NaN");
        assertThatThrownBy(() -> new Neighbours(new float[0][])).hasMessage("no rows, expected at least one");
        assertThatThrownBy(() -> new Neighbours(new float[][] {{1}, {1, 2}}))
                .hasMessage("row 1 has 2 values, expected 1 as in row 0");
    }
}
