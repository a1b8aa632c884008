package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GaussianMixtureTest {
    @Test
    void oneComponentIsTheSampleItself() {
        float[][] rows = {{-1, -1}, {1, 3}, {-2, 3}, {2, -1}};
        GaussianMixture one = GaussianMixture.fit(rows, 1, 0);
        double ridge = GaussianMixture.RIDGE * (2.5 + 4) / 2;
        assertThat(one.weights()).containsExactly(1);
        assertThat(one.means()[0]).containsExactly(0, 1);
        assertThat(one.covariances()[0][0]).containsExactly(new double[] {2.5 + ridge, -1}, within(1e-12));
        assertThat(one.covariances()[0][1]).containsExactly(new double[] {-1, 4 + ridge}, within(1e-12));
        // Of a Gaussian at its own mean and covariance: -(d log(2 pi) + log det + d) / 2, det = 2.5 * 4 - 1.
        assertThat(one.logLikelihood()).isCloseTo(-(2 * Math.log(2 * Math.PI) + Math.log(9) + 2) / 2, within(1e-5));
    }

    /** Two long clusters side by side: k-means cuts them across, a mixture with full covariances does not. */
    @Test
    void findsLongClusters() {
        Random random = new Random(2);
        float[][] rows = new float[600][];
        int[] labels = new int[600];
        for (int row = 0; row < 600; row++) {
            labels[row] = row % 2;
            double along = 10 * random.nextGaussian();
            rows[row] = new float[] {(float) along, (float) (along + 3 * labels[row] + 0.3 * random.nextGaussian())};
        }
        assertThat(ClusterScores.of(KMeans.fit(rows, 2, 1).clusters(), labels).accuracy())
                .isLessThan(0.7);
        GaussianMixture mixture = GaussianMixture.fit(rows, 2, 1);
        assertThat(ClusterScores.of(mixture.clusters(), labels).accuracy()).isGreaterThan(0.99);
        assertThat(mixture.weights()[0] + mixture.weights()[1]).isCloseTo(1, within(1e-12));
        assertThat(mixture.logLikelihood())
                .isGreaterThan(GaussianMixture.fit(rows, 1, 1).logLikelihood());
    }

    /** Three small classes and a long one: k-means does best to cut the long one and join two of the others. */
    @Test
    void theLikeliestOfSeveralStartsIsNotThatOfTheBestKMeans() {
        Random random = new Random(3);
        float[][] rows = new float[800][];
        int[] labels = new int[800];
        double[][] at = {{0, 0}, {0, 40}, {4, 40}, {30, 20}};
        for (int row = 0; row < 800; row++) {
            labels[row] = row % 4;
            double[] centre = at[labels[row]];
            double along = labels[row] == 0 ? 30 * (random.nextDouble() - 0.5) : 0.5 * random.nextGaussian();
            rows[row] = new float[] {(float) (centre[0] + along), (float) (centre[1] + 0.5 * random.nextGaussian())};
        }
        List<KMeans> optima = KMeans.optima(rows, 4, 40, 0);
        assertThat(optima).hasSizeGreaterThan(1).isSortedAccordingTo(Comparator.comparingDouble(KMeans::inertia));
        assertThat(optima.get(0).inertia()).isEqualTo(KMeans.fit(rows, 4, 40, 0).inertia());
        assertThat(ClusterScores.of(optima.get(0).clusters(), labels).accuracy())
                .isLessThan(0.8);
        GaussianMixture first = GaussianMixture.fit(rows, optima.get(0));
        GaussianMixture likeliest = GaussianMixture.likeliest(rows, optima);
        assertThat(likeliest.logLikelihood()).isGreaterThan(first.logLikelihood());
        assertThat(ClusterScores.of(likeliest.clusters(), labels).accuracy()).isGreaterThan(0.99);
        assertThat(GaussianMixture.likeliest(rows, optima).clusters()).isEqualTo(likeliest.clusters());
    }

    /** Each step anew from what it found, by the formulas and one row at a time: nothing moves any more. */
    @Test
    void whatItFindsIsAFixedPointOfTheFormulas() {
        float[][] rows = KMeansTest.blobs(700, 3, 2, 4, 5); // overlapping
        GaussianMixture mixture = GaussianMixture.fit(rows, 3, 0);
        double total = 0;
        double[] sums = new double[3];
        double[][] means = new double[3][2];
        for (float[] row : rows) {
            double[] parts = new double[3];
            double density = 0;
            for (int c = 0; c < 3; c++) {
                double[][] s = mixture.covariances()[c];
                double det = s[0][0] * s[1][1] - s[0][1] * s[1][0];
                double x = row[0] - mixture.means()[c][0];
                double y = row[1] - mixture.means()[c][1];
                double squared = (s[1][1] * x * x - 2 * s[0][1] * x * y + s[0][0] * y * y) / det;
                parts[c] = mixture.weights()[c] * Math.exp(-squared / 2) / (2 * Math.PI * Math.sqrt(det));
                density += parts[c];
            }
            total += Math.log(density) / rows.length;
            for (int c = 0; c < 3; c++) {
                sums[c] += parts[c] / density;
                means[c][0] += parts[c] / density * row[0];
                means[c][1] += parts[c] / density * row[1];
            }
        }
        assertThat(mixture.logLikelihood()).isCloseTo(total, within(1e-9));
        for (int c = 0; c < 3; c++) {
            assertThat(sums[c] / rows.length).isCloseTo(mixture.weights()[c], within(5e-3));
            assertThat(means[c][0] / sums[c]).isCloseTo(mixture.means()[c][0], within(0.1));
            assertThat(means[c][1] / sums[c]).isCloseTo(mixture.means()[c][1], within(0.1));
        }
    }

    @Test
    void theSeedDecides() {
        float[][] rows = KMeansTest.blobs(300, 3, 4, 5, 6);
        GaussianMixture first = GaussianMixture.fit(rows, 4, 8);
        GaussianMixture second = GaussianMixture.fit(rows, 4, 8);
        assertThat(second.clusters()).isEqualTo(first.clusters());
        assertThat(second.logLikelihood()).isEqualTo(first.logLikelihood());
    }

    @Test
    void duplicatesAndConstantColumnsKeepFiniteNumbers() {
        float[][] rows = {{1, 5}, {1, 5}, {1, 5}, {9, 5}, {9, 5}};
        GaussianMixture mixture = GaussianMixture.fit(rows, 3, 0);
        assertThat(mixture.logLikelihood()).isFinite();
        assertThat(mixture.clusters()[0]).isEqualTo(mixture.clusters()[2]).isNotEqualTo(mixture.clusters()[3]);

        GaussianMixture equal = GaussianMixture.fit(new float[][] {{4, 4}, {4, 4}, {4, 4}}, 2, 0);
        assertThat(equal.logLikelihood()).isFinite();
        assertThat(equal.clusters()).containsOnly(equal.clusters()[0]);
    }

    /** Far away from every mean all densities are zero as numbers, but not as logarithms. */
    @Test
    void outliersDoNotUnderflow() {
        float[][] rows = KMeansTest.blobs(200, 2, 20, 0.01, 3);
        rows[7][0] = 1e5f;
        GaussianMixture mixture = GaussianMixture.fit(rows, 2, 0);
        assertThat(mixture.logLikelihood()).isFinite();
        assertThat(mixture.weights()).doesNotContain(Double.NaN);
    }

    @Test
    void refusesWhatCannotBeFitted() {
        assertThatThrownBy(() -> GaussianMixture.fit(new float[][] {{1}}, 2, 0))
                .hasMessage("2 clusters of 1 rows, expected 1 to 1 clusters");
        assertThatThrownBy(() -> GaussianMixture.fit(new float[][] {{Float.POSITIVE_INFINITY}}, 1, 0))
                .hasMessageContaining("row 0, column 0 is Infinity");
    }
}
