package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RocAucTest {
    private static double auc(double[] normal, double... anomalies) {
        double[] scores = new double[normal.length + anomalies.length];
        boolean[] anomaly = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            anomaly[i] = i < anomalies.length; // anomalies first: the order is no matter
            scores[i] = anomaly[i] ? anomalies[i] : normal[i - anomalies.length];
        }
        return RocAuc.of(scores, anomaly);
    }

    private static double[] normal(double... scores) {
        return scores;
    }

    /** By hand, pair by pair. */
    @Test
    void countsPairs() {
        assertThat(auc(normal(1, 2, 3), 4, 5)).isEqualTo(1);
        assertThat(auc(normal(4, 5), 1, 2, 3)).isEqualTo(0);
        assertThat(auc(normal(1, 3), 2, 4)).isEqualTo(3 / 4.0);
        assertThat(auc(normal(0.1, 0.4), 0.35, 0.8)).isEqualTo(0.75); // the example of scikit-learn's roc_auc_score
        assertThat(auc(normal(7), 7)).isEqualTo(0.5);
        assertThat(auc(normal(1, 2, 2), 2, 3)).isEqualTo((1 + 0.5 + 0.5 + 3) / 6);
        assertThat(auc(normal(5, 5, 5, 5), 5, 5, 5)).isEqualTo(0.5);
        assertThat(auc(normal(1, Double.POSITIVE_INFINITY), Double.POSITIVE_INFINITY))
                .isEqualTo(0.75);
        assertThat(auc(normal(0.0), -0.0)).isEqualTo(0.5);
    }

    @Test
    void equalsTheCountOfAllPairs() {
        Random random = new Random(3);
        for (int distinct : new int[] {2, 10, 100_000}) {
            double[] scores = random.ints(301, 0, distinct).asDoubleStream().toArray();
            boolean[] anomaly = new boolean[scores.length];
            for (int i = 0; i < anomaly.length; i++) {
                anomaly[i] = random.nextInt(5) == 0;
            }
            double right = 0;
            int pairs = 0;
            for (int a = 0; a < scores.length; a++) {
                for (int n = 0; n < scores.length; n++) {
                    if (anomaly[a] && !anomaly[n]) {
                        pairs++;
                        right += scores[a] > scores[n] ? 1 : scores[a] == scores[n] ? 0.5 : 0;
                    }
                }
            }
            assertThat(RocAuc.of(scores, anomaly)).isEqualTo(right / pairs);
        }
    }

    @Test
    void refusesWhatHasNoPairs() {
        assertThatThrownBy(() -> auc(normal(), 1, 2)).hasMessageContaining("0 normal rows and 2 anomalies");
        assertThatThrownBy(() -> auc(normal(1))).hasMessageContaining("1 normal rows and 0 anomalies");
        assertThatThrownBy(() -> auc(normal())).hasMessageContaining("at least one of each");
        assertThatThrownBy(() -> auc(normal(1), Double.NaN)).hasMessageContaining("row 0 is NaN");
        assertThatThrownBy(() -> RocAuc.of(new double[2], new boolean[3])).hasMessageContaining("2 scores, 3 marks");
    }
}
