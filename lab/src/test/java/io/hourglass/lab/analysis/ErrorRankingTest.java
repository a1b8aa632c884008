package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Rankings of rows and of maps. */
class ErrorRankingTest {
    @Test
    void theFirstOfEqualOnesComesFirst() {
        ErrorRanking ranking = ErrorRanking.of(new double[] {2, 1, 3, 1, 3}, 2);
        assertThat(ranking.best()).containsExactly(1, 3);
        assertThat(ranking.worst()).containsExactly(2, 4);
    }

    @Test
    void noMoreThanThereAre() {
        ErrorRanking ranking = ErrorRanking.of(new double[] {5}, 8);
        assertThat(ranking.best()).containsExactly(0);
        assertThat(ranking.worst()).containsExactly(0);
    }

    @Test
    void refusesWhatCannotBeRanked() {
        assertThatThrownBy(() -> ErrorRanking.of(new double[0], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 errors, 1 to name, expected at least one of each");
        assertThatThrownBy(() -> ErrorRanking.of(new double[] {1, Double.NaN}, 1))
                .hasMessage("the error of row 1 is NaN, expected a number");
    }

    @Test
    void neighboursAgreeWhereLabelsLieTogether() {
        float[][] points = {{0, 0}, {0, 1}, {10, 0}, {10, 1}};
        assertThat(NeighbourAgreement.of(points, new int[] {1, 1, 2, 2})).isEqualTo(1);
        assertThat(NeighbourAgreement.of(points, new int[] {1, 2, 1, 2})).isZero();
        assertThat(NeighbourAgreement.of(points, new int[] {1, 1, 1, 2})).isEqualTo(0.5);
    }

    @Test
    void theShortcutFindsWhatComparingAllFinds() {
        java.util.Random random = new java.util.Random(4);
        float[][] points = new float[300][2];
        int[] labels = new int[300];
        for (int r = 0; r < 300; r++) {
            points[r][0] = random.nextInt(20); // many ties
            points[r][1] = random.nextInt(20);
            labels[r] = random.nextInt(3);
        }
        int agreeing = 0;
        for (int a = 0; a < 300; a++) {
            int nearest = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int b = 0; b < 300; b++) {
                double distance = Math.pow(points[a][0] - points[b][0], 2) + Math.pow(points[a][1] - points[b][1], 2);
                if (a != b && distance < least) {
                    least = distance;
                    nearest = b;
                }
            }
            agreeing += labels[a] == labels[nearest] ? 1 : 0;
        }
        assertThat(NeighbourAgreement.of(points, labels)).isEqualTo(agreeing / 300.0);
    }

    @Test
    void theLowestRowOfEquallyNearOnesCounts() {
        float[][] same = {{3}, {3}, {3}};
        assertThat(NeighbourAgreement.of(same, new int[] {1, 1, 2})).isEqualTo(2 / 3.0);
        assertThatThrownBy(() -> NeighbourAgreement.of(new float[][] {{1}}, new int[1]))
                .hasMessage("1 points with 1 labels, expected two or more with a label each");
        assertThatThrownBy(() -> NeighbourAgreement.of(same, new int[2]))
                .hasMessageContaining("3 points with 2 labels");
        assertThatThrownBy(() -> NeighbourAgreement.of(new float[][] {{1}, {Float.NaN}}, new int[2]))
                .hasMessage("row 1, column 0 is NaN, expected a finite number");
    }
}
