package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
    /** Anomalies are 1; scores stand beside. */
    private static double precision(int[] anomaly, double... scores) {
        boolean[] marks = new boolean[anomaly.length];
        for (int row = 0; row < marks.length; row++) {
            marks[row] = anomaly[row] == 1;
        }
        return AveragePrecision.of(scores, marks);
    }

    /** By hand: for each anomaly, from the highest score down, the share of anomalies among the rows so far. */
    @Test
    void isTheMeanOfThePrecisionsAtEachAnomaly() {
        assertThat(precision(new int[] {1, 1, 0, 0}, 4, 3, 2, 1)).isEqualTo(1);
        assertThat(precision(new int[] {0, 0, 1, 1}, 4, 3, 2, 1)).isEqualTo((1 / 3.0 + 2 / 4.0) / 2);
        assertThat(precision(new int[] {0, 1, 0, 1}, 4, 3, 2, 1)).isEqualTo((1 / 2.0 + 2 / 4.0) / 2);
        // The example of scikit-learn's average_precision_score: 0.83...
        assertThat(precision(new int[] {0, 0, 1, 1}, 0.1, 0.4, 0.35, 0.8)).isEqualTo((1 + 2 / 3.0) / 2);
        assertThat(precision(new int[] {1}, 7)).isEqualTo(1);
    }

    @Test
    void equalScoresAreOneStep() {
        assertThat(precision(new int[] {1, 0, 0, 0}, 5, 5, 5, 5)).isEqualTo(1 / 4.0);
        assertThat(precision(new int[] {0, 0, 0, 1}, 5, 5, 5, 5)).isEqualTo(1 / 4.0);
        assertThat(precision(new int[] {1, 0, 1, 0, 1}, 3, 2, 2, 1, 1)).isEqualTo((1 + 2 / 3.0 + 3 / 5.0) / 3);
        assertThat(precision(new int[] {1, 0, 1}, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1))
                .isEqualTo((1 / 2.0 + 2 / 3.0) / 2);
        assertThat(precision(new int[] {1, 0}, -0.0, 0.0)).isEqualTo(1 / 2.0);
    }

    @Test
    void isTheShareOfAnomaliesForScoresWithoutInformation() {
        Random random = new Random(5);
        double[] scores = random.doubles(100_000).toArray();
        boolean[] anomaly = new boolean[scores.length];
        for (int row = 0; row < anomaly.length; row++) {
            anomaly[row] = row % 10 == 0;
        }
        assertThat(AveragePrecision.of(scores, anomaly)).isCloseTo(0.1, within(0.005));
    }

    @Test
    void refusesWhatHasNoAnomalies() {
        assertThatThrownBy(() -> precision(new int[] {0}, 1)).hasMessageContaining("no anomalies");
        assertThatThrownBy(() -> precision(new int[] {1}, Double.NaN)).hasMessageContaining("row 0 is NaN");
        assertThatThrownBy(() -> precision(new int[] {1}, 1, 2)).hasMessageContaining("2 scores, 1 marks");
    }
}
