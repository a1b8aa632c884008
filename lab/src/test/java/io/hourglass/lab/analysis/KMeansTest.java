package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KMeansTest {
    /** Rows around as many centres, far apart, in turn. */
    static float[][] blobs(int rows, int centres, int width, double spread, long seed) {
        Random random = new Random(seed);
        double[][] at = new double[centres][width];
        for (double[] centre : at) {
            Arrays.setAll(centre, j -> 10 * random.nextGaussian());
        }
        float[][] blobs = new float[rows][width];
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < width; j++) {
                blobs[row][j] = (float) (at[row % centres][j] + spread * random.nextGaussian());
            }
        }
        return blobs;
    }

    static int[] turns(int rows, int of) {
        int[] turns = new int[rows];
        Arrays.setAll(turns, row -> row % of);
        return turns;
    }

    @Test
    void findsTheHandComputedBest() {
        float[][] rows = {{0}, {1}, {10}, {12}, {30}};
        KMeans two = KMeans.fit(rows, 2, 1);
        // {0, 1, 10, 12} about 5.75 and {30}: 33.0625 + 22.5625 + 18.0625 + 39.0625; any other cut costs more.
        assertThat(two.inertia()).isCloseTo(112.75, within(1e-12));
        assertThat(two.clusters()[0]).isEqualTo(two.clusters()[3]).isNotEqualTo(two.clusters()[4]);
        assertThat(two.centres()[two.clusters()[0]]).containsExactly(5.75);

        KMeans three = KMeans.fit(rows, 3, 1);
        assertThat(three.inertia()).isCloseTo(0.5 + 2, within(1e-12));
        assertThat(KMeans.fit(rows, 5, 1).inertia()).isZero();
        assertThat(KMeans.fit(rows, 1, 1).centres()[0]).containsExactly(new double[] {10.6}, within(1e-6));
    }

    @Test
    void everyRowIsWithItsNearestCentreAndEveryCentreIsAMean() {
        float[][] rows = blobs(999, 3, 7, 9, 4); // overlapping
        KMeans kMeans = KMeans.fit(rows, 5, 3);
        double inertia = 0;
        double[][] sums = new double[5][7];
        int[] sizes = new int[5];
        for (int row = 0; row < rows.length; row++) {
            double[] distances = new double[5];
            for (int c = 0; c < 5; c++) {
                for (int j = 0; j < 7; j++) {
                    distances[c] += Math.pow(rows[row][j] - kMeans.centres()[c][j], 2);
                }
            }
            int own = kMeans.clusters()[row];
            assertThat(distances[own]).isCloseTo(Arrays.stream(distances).min().orElseThrow(), within(1e-9));
            inertia += distances[own];
            sizes[own]++;
            for (int j = 0; j < 7; j++) {
                sums[own][j] += rows[row][j];
            }
        }
        assertThat(kMeans.inertia()).isCloseTo(inertia, within(1e-6));
        for (int c = 0; c < 5; c++) {
            for (int j = 0; j < 7; j++) {
                assertThat(kMeans.centres()[c][j]).isCloseTo(sums[c][j] / sizes[c], within(1e-9));
            }
        }
    }

    @Test
    void theSeedDecides() {
        float[][] rows = blobs(500, 4, 3, 8, 9);
        KMeans first = KMeans.fit(rows, 6, 5);
        assertThat(KMeans.fit(rows, 6, 5).clusters()).isEqualTo(first.clusters());
        assertThat(KMeans.fit(rows, 6, 5).inertia()).isEqualTo(first.inertia());
    }

    @Test
    void aLargeOffsetDoesNotCancel() {
        float[][] rows = {{1e6f}, {1e6f + 1}, {1e6f + 8}, {1e6f + 9}};
        KMeans kMeans = KMeans.fit(rows, 2, 0);
        assertThat(kMeans.inertia()).isEqualTo(1);
        assertThat(kMeans.clusters()[0]).isEqualTo(kMeans.clusters()[1]).isNotEqualTo(kMeans.clusters()[2]);
    }

    @Test
    void fewerDifferentRowsThanClustersLeaveClustersEmpty() {
        float[][] rows = {{1, 2}, {1, 2}, {5, 5}, {1, 2}, {5, 5}};
        KMeans kMeans = KMeans.fit(rows, 4, 2);
        assertThat(kMeans.inertia()).isZero();
        assertThat(kMeans.clusters()[0]).isEqualTo(kMeans.clusters()[1]).isEqualTo(kMeans.clusters()[3]);
        assertThat(kMeans.clusters()[2]).isEqualTo(kMeans.clusters()[4]).isNotEqualTo(kMeans.clusters()[0]);
        assertThat(Arrays.asList(kMeans.centres())).allMatch(centre -> centre[0] == 1 || centre[0] == 5);
    }

    @Test
    void constantColumnsDoNotMatter() {
        float[][] rows = {{7, 0, 3}, {7, 1, 3}, {7, 9, 3}};
        assertThat(KMeans.fit(rows, 2, 0).inertia()).isEqualTo(0.5);
    }

    @Test
    void refusesWhatCannotBeClustered() {
        float[][] rows = {{1, 2}, {3, 4}};
        assertThatThrownBy(() -> KMeans.fit(rows, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 clusters of 2 rows, expected 1 to 2 clusters");
        assertThatThrownBy(() -> KMeans.fit(rows, 1, 0, 0)).hasMessage("restarts = 0, expected 1 or more");
        assertThatThrownBy(() -> KMeans.fit(rows, 0, 0)).hasMessageContaining("0 clusters of 2 rows");
        assertThatThrownBy(() -> KMeans.fit(new float[0][], 1, 0)).hasMessageContaining("no rows");
        assertThatThrownBy(() -> KMeans.fit(new float[][] {{1}, {1, 2}}, 1, 0))
                .hasMessage("row 1 has 2 values, expected 1 as in row 0");
        assertThatThrownBy(() -> KMeans.fit(new float[][] {{1, 0}, {1, Float.NaN}}, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1, column 1 is NaN, expected a finite number");
    }
}
