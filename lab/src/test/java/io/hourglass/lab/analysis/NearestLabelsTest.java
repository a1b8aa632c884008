package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestLabelsTest {
    @Test
    void theMajorityDecidesAndOfEqualOnesTheNearest() {
        float[][] references = {{0}, {1}, {2}, {10}};
        int[] labels = {5, 7, 7, 5};
        float[][] queries = {{0.2f}, {9}, {-1}};
        assertThat(NearestLabels.classify(references, labels, queries, 1)).containsExactly(5, 5, 5);
        assertThat(NearestLabels.classify(references, labels, queries, 3)).containsExactly(7, 7, 7);
        assertThat(NearestLabels.classify(references, labels, queries, 2)).containsExactly(5, 5, 5);
        assertThat(NearestLabels.accuracy(references, labels, queries, new int[] {7, 5, 7}, 3))
                .isEqualTo(2.0 / 3);
    }

    @Test
    void labelsMustFitTheRows() {
        float[][] rows = {{1}, {2}};
        assertThatThrownBy(() -> NearestLabels.classify(rows, new int[1], rows, 1))
                .hasMessage("1 labels, expected 2");
    }

    @Test
    void silhouetteOfAHandComputedCase() {
        // Row 0: a = 1, b = 9.5; row 1: a = 1, b = 8.5; row 2: a = 1, b = 8.5; row 3: a = 1, b = 9.5.
        float[][] rows = {{0}, {1}, {9}, {10}};
        assertThat(Silhouette.of(rows, new int[] {0, 0, 4, 4})).isCloseTo((8.5 / 9.5 + 7.5 / 8.5) / 2, within(1e-6));
        assertThat(Silhouette.of(rows, new int[] {0, 0, 0, 0})).isNaN();
        // Alone in its cluster: 0.
        assertThat(Silhouette.of(new float[][] {{0}, {5}}, new int[] {0, 1})).isZero();
        // Equal rows in different clusters: neither better nor worse.
        assertThat(Silhouette.of(new float[][] {{1}, {1}, {1}, {1}}, new int[] {0, 1, 0, 1}))
                .isZero();
        assertThatThrownBy(() -> Silhouette.of(rows, new int[3])).hasMessageContaining("3 clusters");
    }

    @Test
    void silhouetteOfManyRowsIsThatOfAllPairs() {
        float[][] rows = KMeansTest.blobs(613, 4, 3, 6, 2); // several blocks and chunks, neither of them whole
        int[] clusters = KMeans.fit(rows, 5, 0).clusters();
        double expected = 0;
        for (int row = 0; row < rows.length; row++) {
            double[] sums = new double[5];
            int[] counts = new int[5];
            for (int other = 0; other < rows.length; other++) {
                if (other != row) {
                    sums[clusters[other]] += Math.sqrt(exact(rows[row], rows[other]));
                    counts[clusters[other]]++;
                }
            }
            int own = clusters[row];
            double inside = sums[own] / counts[own];
            double next = IntStream.range(0, 5)
                    .filter(c -> c != own)
                    .mapToDouble(c -> sums[c] / counts[c])
                    .min()
                    .orElseThrow();
            expected += (next - inside) / Math.max(inside, next) / rows.length;
        }
        assertThat(Silhouette.of(rows, clusters)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void aReaderSaysWhatImagesLookLike() {
        float[] values = {0, 0, 0, 1, 9, 9, 9, 8};
        Dataset known = Dataset.ofFloats("known", values, 2).withLabels(new int[] {4, 4, 2, 2});
        ImageReader reader = new ImageReader(known, ColumnPca.of(Pca.fit(known)));
        int[] readings = reader.read(Dataset.ofFloats("others", new float[] {1, 1, 7, 7, 0, 2}, 2));
        assertThat(readings).containsExactly(4, 2, 4);
        int[][] counts = Confusion.of(new int[] {4, 4, 0}, readings).counts();
        assertThat(counts).hasDimensions(5, 5);
        assertThat(counts[4]).containsExactly(0, 0, 1, 0, 1);
        assertThat(counts[0]).containsExactly(0, 0, 0, 0, 1);
        Dataset unlabelled = Dataset.ofFloats("unlabelled", values, 2);
        assertThatThrownBy(() -> new ImageReader(unlabelled, ColumnPca.of(Pca.fit(known))))
                .hasMessage("unlabelled has no labels, which a reader needs");
        assertThatThrownBy(() -> Confusion.of(new int[2], new int[1]))
                .hasMessage("1 readings of 2 labels, expected one for each");
        assertThatThrownBy(() -> Confusion.of(new int[] {-2}, new int[1])).hasMessage("label -2, expected 0 or more");
    }

    private static double exact(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += Math.pow((double) a[j] - b[j], 2);
        }
        return sum;
    }
}
