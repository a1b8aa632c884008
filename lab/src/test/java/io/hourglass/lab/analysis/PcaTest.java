package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PcaTest {
    /** Points on the line y = 2x + 1 and one step to either side of it: every number can be checked by hand. */
    private static final Dataset PLANE = Dataset.ofFloats("plane", new float[] {-1, -1, 1, 3, -2, 3, 2, -1}, 2);

    @Test
    void findsTheAxesOfAHandComputedCase() {
        // Centred rows: (-1,-2), (1,2), (-2,2), (2,-2). Covariance [[10, -4], [-4, 16]] / 4, eigenvalues 4.5 and 2.
        Pca pca = Pca.fit(PLANE);

        assertThat(pca.mean()).containsExactly(0, 1);
        assertThat(pca.variance(0)).isCloseTo(4.5, within(1e-12));
        assertThat(pca.variance(1)).isCloseTo(2, within(1e-12));
        double root5 = Math.sqrt(5);
        assertThat(pca.component(0)).containsExactly(new double[] {-1 / root5, 2 / root5}, within(1e-12));
        assertThat(pca.component(1)).containsExactly(new double[] {2 / root5, 1 / root5}, within(1e-12));
        assertThat(pca.project(PLANE, 1)[2][0]).isCloseTo((float) (6 / root5), within(1e-6f));
        assertThat(pca.reconstruct(PLANE.row(2), 1)).containsExactly(new float[] {-1.2f, 3.4f}, within(1e-6f));
        assertThat(pca.mse(PLANE, 1)).isCloseTo(2.0 / 2, within(1e-12)); // the variance left out, per value
    }

    @Test
    void theErrorOnTheFittedRowsIsTheVarianceLeftOut() {
        Dataset data = random(200, 12, 7);
        Pca pca = Pca.fit(data);

        for (int p = 1; p <= 12; p++) {
            double left = 0;
            for (int k = p; k < 12; k++) {
                left += pca.variance(k);
            }
            assertThat(pca.mse(data, p)).isCloseTo(left / 12, within(1e-12));
        }
    }

    @Test
    void componentsAreOrthonormalWithTheirLargestEntryPositive() {
        Pca pca = Pca.fit(random(100, 9, 3));

        for (int a = 0; a < 9; a++) {
            double largest = 0;
            for (double value : pca.component(a)) {
                largest = Math.abs(value) > Math.abs(largest) ? value : largest;
            }
            assertThat(largest).isPositive();
            for (int b = 0; b < 9; b++) {
                double dot = 0;
                for (int j = 0; j < 9; j++) {
                    dot += pca.component(a)[j] * pca.component(b)[j];
                }
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-12));
            }
        }
    }

    @Test
    void fewerRowsThanComponentsLeaveTheRestAtZero() {
        Dataset three = random(3, 8, 1);
        Pca pca = Pca.fit(three);

        assertThat(pca.mse(three, 5)).isCloseTo(0, within(1e-12));
        assertThat(pca.variance(2)).isZero();
        assertThat(pca.component(2)).containsOnly(0);
        assertThat(pca.project(three, 5)[0]).endsWith(0, 0, 0);
        Dataset others = random(4, 8, 2);
        assertThat(pca.mse(others, 5)).isEqualTo(pca.mse(others, 2));
    }

    /**
     * Zeros as further rows change no eigenvector of centred rows, only the number that the variances are divided by.
     */
    @Test
    void wideDataHaveTheComponentsOfTheCovariance() {
        int rows = 6;
        float[] values = new float[20 * 9];
        Random random = new Random(3);
        for (int i = 0; i < rows / 2 * 9; i++) {
            values[i] = (float) random.nextGaussian();
            values[rows / 2 * 9 + i] = -values[i]; // so that the mean is 0
        }
        Dataset tall = Dataset.ofFloats("tall", values, 9);
        Pca narrow = Pca.fit(tall);
        Pca wide = Pca.fit(tall.slice(0, rows));
        for (int k = 0; k < 3; k++) {
            assertThat(wide.component(k)).containsExactly(narrow.component(k), within(1e-9));
            assertThat(wide.variance(k)).isCloseTo(narrow.variance(k) * 20 / rows, within(1e-9));
        }
        assertThat(wide.component(3)).containsOnly(0);
    }

    @Test
    void constantColumnsAndOneRow() {
        Dataset data = Dataset.ofFloats("flat", new float[] {1, 5, 0, 1, 7, 0, 1, 9, 0}, 3);
        Pca pca = Pca.fit(data);
        assertThat(pca.component(0)).containsExactly(0, 1, 0);
        assertThat(pca.component(1)).containsOnly(0);
        assertThat(pca.reconstruct(data.row(1), 2)).containsExactly(1, 7, 0);

        Pca one = Pca.fit(data.slice(0, 1));
        assertThat(one.reconstruct(data.row(2), 1)).containsExactly(1, 5, 0);
        assertThat(one.mse(data, 3)).isCloseTo((4.0 + 16) / 9, within(1e-12));
    }

    @Test
    void aLargeOffsetDoesNotCancel() {
        Random random = new Random(5);
        float[] values = new float[400 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1_000_000 + random.nextInt(3);
        }
        Dataset data = Dataset.ofFloats("offset", values, 3);
        assertThat(Pca.fit(data).mse(data, 3)).isCloseTo(0, within(1e-12));
        assertThat(Pca.fit(data).variance(2)).isBetween(0.4, 0.8);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Pca pca = Pca.fit(PLANE);
        assertThatThrownBy(() -> pca.mse(PLANE, 0)).hasMessage("p = 0, expected 1 to 2");
        assertThatThrownBy(() -> pca.project(PLANE, 3)).hasMessage("p = 3, expected 1 to 2");
        assertThatThrownBy(() -> pca.reconstruct(new float[3], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows of 3 values, PCA was fitted to rows of 2");
    }

    private static Dataset random(int rows, int inputs, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * (1 + i % inputs);
        }
        return Dataset.ofFloats("random", values, inputs);
    }
}
