package io.hourglass.anomaly;

import static io.hourglass.anomaly.Threshold.Method.CONFORMAL;
import static io.hourglass.anomaly.Threshold.Method.QUANTILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThresholdTest {
    /** 1, 2, ..., n in some order. */
    private static double[] upTo(int n) {
        double[] scores = IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray();
        Random random = new Random(n);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double swapped = scores[i];
            scores[i] = scores[j];
            scores[j] = swapped;
        }
        return scores;
    }

    private static double threshold(int n, Threshold.Method method, double rate) {
        return Threshold.calibrate(upTo(n), method, rate).score();
    }

    /** By hand: with scores 1 to n the k-th smallest is k. */
    @Test
    void isTheOrderStatisticOfTheDefinition() {
        assertThat(threshold(100, QUANTILE, 0.01)).isEqualTo(99);
        assertThat(threshold(100, QUANTILE, 0.015)).isEqualTo(99);
        assertThat(threshold(100, QUANTILE, 0.02)).isEqualTo(98);
        assertThat(threshold(10, QUANTILE, 0.01)).isEqualTo(10);
        assertThat(threshold(1, QUANTILE, 0.5)).isEqualTo(1);
        assertThat(threshold(99, CONFORMAL, 0.01)).isEqualTo(99);
        assertThat(threshold(198, CONFORMAL, 0.01)).isEqualTo(198);
        assertThat(threshold(199, CONFORMAL, 0.01)).isEqualTo(198);
        assertThat(threshold(999, CONFORMAL, 0.05)).isEqualTo(950);
        assertThat(threshold(1, CONFORMAL, 0.5)).isEqualTo(1);
    }

    /** In doubles 0.29 * 100 is less than 29, and (1 - 0.9) * 10 less than 1. */
    @Test
    void countsByTheRateAsItIsWritten() {
        assertThat(threshold(100, QUANTILE, 0.29)).isEqualTo(71);
        assertThat(threshold(99, CONFORMAL, 0.29)).isEqualTo(71);
        assertThat(threshold(100, QUANTILE, 0.07)).isEqualTo(93);
        assertThat(threshold(10, QUANTILE, 0.9)).isEqualTo(1);
        for (int percent = 1; percent < 100; percent++) {
            assertThat(threshold(99, CONFORMAL, percent / 100.0)).isEqualTo(100 - percent);
        }
    }

    /**
     * The guarantee, exactly: among n + 1 exchangeable rows each is equally likely to be the new one, so that the
     * probability of a false alarm is the share of them that is flagged when the others calibrate.
     */
    @Test
    void conformalFalseAlarmsStayBelowTheRateForAnyScores() {
        Random random = new Random(5);
        for (int n : new int[] {9, 20, 57, 100}) {
            for (int distinct : new int[] {1, 3, 10, 1_000_000}) { // few values: many ties
                for (double rate : new double[] {0.1, 0.13, 0.5, 0.9}) {
                    double[] all =
                            random.ints(n + 1, 0, distinct).mapToDouble(i -> i).toArray();
                    int flagged = 0;
                    for (int out = 0; out <= n; out++) {
                        double[] others = new double[n];
                        System.arraycopy(all, 0, others, 0, out);
                        System.arraycopy(all, out + 1, others, out, n - out);
                        Threshold threshold = Threshold.calibrate(others, CONFORMAL, rate);
                        assertThat(threshold.isExceededBy(all[out]))
                                .isEqualTo(pValue(others, all[out]) <= rate + 1e-12);
                        flagged += threshold.isExceededBy(all[out]) ? 1 : 0;
                    }
                    assertThat(flagged).isLessThanOrEqualTo((int) (rate * (n + 1) + 1e-9));
                    if (IntStream.range(0, all.length)
                                    .mapToDouble(i -> all[i])
                                    .distinct()
                                    .count()
                            == n + 1) {
                        assertThat(flagged).isEqualTo((int) (rate * (n + 1) + 1e-9));
                    }
                }
            }
        }
    }

    private static double pValue(double[] calibration, double score) {
        int atLeast = 0;
        for (double other : calibration) {
            atLeast += other >= score ? 1 : 0;
        }
        return (1.0 + atLeast) / (calibration.length + 1);
    }

    @Test
    void quantileFlagsAtMostTheRateOfItsOwnRows() {
        double[] ties = {2, 2, 2, 2, 2, 2, 2, 2, 5, 5};
        assertThat(Threshold.calibrate(ties, QUANTILE, 0.1).score()).isEqualTo(5);
        assertThat(Threshold.calibrate(ties, QUANTILE, 0.2).score()).isEqualTo(2);
        assertThat(Threshold.calibrate(new double[] {0, -0.0, 0}, QUANTILE, 0.3))
                .isEqualTo(new Threshold(0.0, QUANTILE, 0.3, 3));
    }

    @Test
    void aScoreEqualToTheThresholdIsNormalAndNoNumberIsNot() {
        Threshold threshold = new Threshold(0.5, QUANTILE, 0.01, 10);
        assertThat(threshold.isExceededBy(0.5)).isFalse();
        assertThat(threshold.isExceededBy(Math.nextUp(0.5))).isTrue();
        assertThat(threshold.isExceededBy(Double.POSITIVE_INFINITY)).isTrue();
        assertThat(threshold.isExceededBy(Double.NaN)).isTrue();
    }

    @Test
    void saysHowManyRowsTheConformalMethodNeeds() {
        assertThatThrownBy(() -> threshold(98, CONFORMAL, 0.01))
                .hasMessage("98 calibration rows are too few for false alarms = 0.01, expected 99 or more for the "
                        + "conformal method");
        assertThatThrownBy(() -> threshold(2, CONFORMAL, 0.3)).hasMessageContaining("expected 3 or more");
        assertThat(threshold(3, CONFORMAL, 0.3)).isEqualTo(3);
    }

    @Test
    void refusesWhatIsNoCalibration() {
        assertThatThrownBy(() -> Threshold.calibrate(new double[0], QUANTILE, 0.1))
                .hasMessage("no calibration rows, expected 1 or more");
        assertThatThrownBy(() -> Threshold.calibrate(new double[0], CONFORMAL, 0.1))
                .hasMessage("no calibration rows, expected 1 or more");
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1}) {
            assertThatThrownBy(() -> Threshold.calibrate(new double[] {1, bad}, QUANTILE, 0.1))
                    .hasMessage("the score of calibration row 1 is " + bad + ", expected a finite number of 0 or more");
        }
        for (double rate : new double[] {0, 1, -0.1, Double.NaN, 1e-10}) {
            assertThatThrownBy(() -> threshold(5, QUANTILE, rate)).hasMessageContaining("false alarms = " + rate);
        }
        assertThatThrownBy(() -> Threshold.Method.parse("median"))
                .hasMessage("method 'median', expected quantile or conformal");
    }

    @Test
    void textReadsBack() {
        Threshold threshold = new Threshold(0.1 + 0.2, CONFORMAL, 1e-3, 1234);
        assertThat(Threshold.of(threshold.metadata())).contains(threshold);
        assertThat(Threshold.of(Map.of("anomaly.method", "quantile"))).isEmpty();
    }

    @Test
    void damagedTextIsRefused() {
        Map<String, String> good = new Threshold(1, QUANTILE, 0.01, 5).metadata();
        Map<String, String> messages = Map.of(
                "anomaly.threshold", "anomaly threshold = NaN",
                "anomaly.method", "method 'NaN', expected quantile or conformal",
                "anomaly.false_alarms", "false alarms = NaN",
                "anomaly.calibration_rows", "0 calibration rows");
        messages.forEach((key, message) -> {
            Map<String, String> damaged = new LinkedHashMap<>(good);
            damaged.put(key, "NaN");
            assertThatThrownBy(() -> Threshold.of(damaged))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
            damaged.put(key, "many");
            assertThatThrownBy(() -> Threshold.of(damaged)).hasMessageContaining("'many', expected");
            damaged.remove(key);
            if (!key.equals("anomaly.threshold")) {
                assertThatThrownBy(() -> Threshold.of(damaged)).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }
}
