package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class IsolationForestTest {
    private static final Offset<Double> CLOSE = within(1e-12);

    private static float[][] column(double... values) {
        return Arrays.stream(values)
                .mapToObj(value -> new float[] {(float) value})
                .toArray(float[][]::new);
    }

    private static float[][] normal(int rows, int columns) {
        Random random = new Random(7);
        float[][] values = new float[rows][columns];
        for (float[] row : values) {
            for (int j = 0; j < columns; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    /** The mean number of splits behind a score of a forest that learned from so many rows. */
    private static double length(double score, int learned) {
        return -Math.log(score) / Math.log(2) * IsolationForest.expectedLength(Math.min(learned, 256));
    }

    /** With the paper's approximation of harmonic numbers, and one term more of its series. */
    @Test
    void expectedLengthsAreThoseOfThePaper() {
        assertThat(IsolationForest.expectedLength(1)).isZero();
        assertThat(IsolationForest.expectedLength(2)).isEqualTo(1);
        assertThat(IsolationForest.expectedLength(3)).isEqualTo(5 / 3.0, CLOSE);
        for (int n = 10; n <= 256; n++) {
            double harmonic = Math.log(n - 1) + 0.5772156649 + 0.5 / (n - 1);
            assertThat(IsolationForest.expectedLength(n))
                    .isEqualTo(2 * harmonic - 2.0 * (n - 1) / n, within(0.2 / ((n - 1) * (n - 1))));
        }
    }

    /** Of 0, 1 and 2, the first split sets 0 or 2 apart, each half of the time; a second one the other two. */
    @Test
    void threeRowsByHand() {
        float[][] rows = column(0, 1, 2);
        for (int seed = 0; seed < 20; seed++) {
            double[] scores = IsolationForest.fit(rows, seed).scores(rows);
            assertThat(length(scores[1], 3)).isEqualTo(2, CLOSE);
            assertThat(length(scores[0], 3) + length(scores[2], 3)).isEqualTo(3, CLOSE);
            assertThat(length(scores[0], 3)).isEqualTo(1.5, within(0.2)); // four standard deviations
        }
    }

    /** A single split: then 1 is alone, and the zeros would need another one. */
    @Test
    void equalRowsAreNotSplit() {
        double[] scores = IsolationForest.fit(column(0, 0, 1), 3).scores(column(0, 1, -5, 5));
        double ones = Math.pow(2, -1 / (5 / 3.0));
        double zeros = Math.pow(2, -2 / (5 / 3.0));
        assertThat(scores).containsExactly(new double[] {zeros, ones, zeros, ones}, CLOSE);
        assertThat(IsolationForest.fit(column(4, 4, 4, 4, 4), 3).scores(column(4, 5)))
                .containsExactly(new double[] {0.5, 0.5}, CLOSE);
    }

    /** Between powers of two, a split removes two rows on average, so seven splits leave a hundred or so. */
    @Test
    void treesEndAtTheLogarithmOfTheirRows() {
        float[][] rows = column(
                IntStream.range(0, 127).mapToDouble(i -> Math.scalb(1.0, i)).toArray());
        assertThat(length(IsolationForest.fit(rows, 5).scores(rows)[0], rows.length))
                .isBetween(7 + IsolationForest.expectedLength(90), 7 + IsolationForest.expectedLength(120));
    }

    /** A single row that differs is in some of the samples of 256, once; then it is alone after one split. */
    @Test
    void eachTreeSees256RowsWithoutReplacement() {
        double[] values = new double[1000];
        values[500] = 1;
        double[] scores = IsolationForest.fit(column(values), 2).scores(column(0, 1));
        double expected = IsolationForest.expectedLength(256);
        double share = (expected - length(scores[1], 1000)) / (expected - 1);
        assertThat(share * 100).isEqualTo(Math.rint(share * 100), within(1e-9)); // of the trees
        assertThat(share).isEqualTo(0.256, within(4 * Math.sqrt(0.256 * 0.744 / 100)));
        assertThat(length(scores[0], 1000))
                .isEqualTo(share * (1 + IsolationForest.expectedLength(255)) + (1 - share) * expected, within(1e-9));
    }

    @Test
    void anOutlierHasTheHighestScore() {
        float[][] rows = normal(400, 3);
        rows[123] = new float[] {6, -6, 6};
        double[] scores = IsolationForest.fit(rows, 1).scores(rows);
        int[] order = IntStream.range(0, rows.length)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(row -> row)
                .toArray();
        assertThat(order[0]).isEqualTo(123);
        assertThat(scores[123]).isBetween(0.7, 1.0);
        assertThat(scores[order[1]]).isLessThan(scores[123] - 0.05);
        assertThat(Arrays.stream(scores).average().orElseThrow()).isBetween(0.4, 0.5);
    }

    @Test
    void constantColumnsChangeNothing() {
        float[][] rows = normal(100, 2);
        float[][] wider = Arrays.stream(rows)
                .map(row -> new float[] {3, row[0], 0, row[1], -1})
                .toArray(float[][]::new);
        assertThat(IsolationForest.fit(wider, 4).scores(wider))
                .containsExactly(IsolationForest.fit(rows, 4).scores(rows));
    }

    @Test
    void theSeedDecides() {
        float[][] rows = normal(300, 4);
        double[] scores = IsolationForest.fit(rows, 8).scores(rows);
        assertThat(IsolationForest.fit(rows, 8).scores(rows)).containsExactly(scores);
        assertThat(IsolationForest.fit(rows, 9).scores(rows)).isNotEqualTo(scores);
    }

    /** Two neighbouring floats can be split, and so can the smallest and the largest. */
    @Test
    void everySplitSeparates() {
        for (float[][] rows : new float[][][] {
            column(1, Math.nextUp(1f)), column(-Float.MAX_VALUE, Float.MAX_VALUE), column(0, Float.MIN_VALUE)
        }) {
            assertThat(IsolationForest.fit(rows, 0).scores(rows)).containsExactly(new double[] {0.5, 0.5}, CLOSE);
        }
    }

    @Test
    void refusesWhatItCannotLearnFrom() {
        assertThatThrownBy(() -> IsolationForest.fit(column(1), 0)).hasMessage("1 row, expected at least 2");
        assertThatThrownBy(() -> IsolationForest.fit(column(1, Double.NaN), 0)).hasMessageContaining("row 1, column 0");
        IsolationForest forest = IsolationForest.fit(column(1, 2), 0);
        assertThatThrownBy(() -> forest.scores(new float[][] {{1, 2}})).hasMessage("rows of 2 values, expected 1");
        assertThatThrownBy(() -> forest.scores(column(Double.NaN))).hasMessageContaining("row 0, column 0");
    }
}
