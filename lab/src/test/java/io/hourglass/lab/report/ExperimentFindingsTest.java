package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.Training;
import io.hourglass.lab.study.VarianceResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What the report says of bias and variance and of the sweep. */
class ExperimentFindingsTest {
    private static final Words WORDS = Words.ENGLISH;

    private static final Training TRAINING = SyntheticStudy.sweep().get(0).training();

    private static List<SweepResult> sweep(double[] network, double[] pca) {
        return sweep(TRAINING, network, pca);
    }

    private static List<SweepResult> sweep(Training training, double[] network, double[] pca) {
        List<SweepResult> results = new ArrayList<>();
        for (int i = 0; i < network.length; i++) {
            results.add(new SweepResult("784-128-" + (1 << i), network[i], pca[i], training));
        }
        return results;
    }

    private static String said(double[] network, double[] pca) {
        return String.join(" ", SweepFindings.of(sweep(network, pca), WORDS));
    }

    @Test
    void varianceInShares() {
        String said = String.join(
                " ",
                Variance.findings(
                        List.of(
                                SyntheticStudy.variance(2, 0.036, 0.004, 0),
                                SyntheticStudy.variance(16, 0.009, 0.003, 0)),
                        WORDS));
        assertThat(said)
                .contains("10 % of the error at p = 2 and 25 % of the error at p = 16")
                .contains("the squared bias falls by a factor of 4.00 and the variance falls by a factor of 1.33")
                .contains("the share of variance in the error grows from 10 % to 25 %")
                .contains("would lower the error of 784-128-16 from 0.0120 to 0.0090")
                .contains("part of the squared bias");
        assertThat(Variance.findings(
                        List.of(SyntheticStudy.variance(2, 0.02, 0.002, 0), SyntheticStudy.variance(8, 0.02, 0.001, 0)),
                        WORDS))
                .anyMatch(line ->
                        line.contains("the squared bias stays level and the variance falls by a factor of 2.00; the"
                                + " share of variance in the error falls from 9.1 % to 4.8 %"));
        assertThat(Variance.findings(
                        List.of(SyntheticStudy.variance(2, 0.02, 0.002, 0), SyntheticStudy.variance(8, 0.01, 0.004, 0)),
                        WORDS))
                .anyMatch(line -> line.contains("the variance grows by a factor of 2.00"));
    }

    @Test
    void sharesOfVarianceThatHardlyDifferAreLevel() {
        assertThat(Variance.findings(
                        List.of(
                                SyntheticStudy.variance(2, 0.0303, 0.0303 * 0.0697 / 0.9303, 0),
                                SyntheticStudy.variance(8, 0.0303, 0.0303 * 0.0704 / 0.9296, 0)),
                        WORDS))
                .anyMatch(line -> line.endsWith("stays about level (7.0 % and 7.0 %)."));
    }

    @Test
    void fewerRowsAreTold() {
        assertThat(Variance.rows(TRAINING, WORDS)).isEqualTo("the 60,000 training rows");
        assertThat(Variance.rows(Training.of(Recipe.tuned(), 10_000, TRAINING.data()), WORDS))
                .isEqualTo("the first 10,000 of the 60,000 training rows");
    }

    @Test
    void hardlyTrainedNetworksLeadToNoConclusion() {
        Training few = Training.of(Recipe.tuned().with(r -> r.epochs(2)), 10_000, TRAINING.data());
        assertThat(Variance.findings(List.of(variance(few, 2), variance(few, 16)), WORDS))
                .containsExactly(
                        "After 314 training steps, these networks are far from what they can reach: it is too early"
                                + " for conclusions.");
        assertThat(SweepFindings.of(sweep(few, new double[] {0.07, 0.08}, new double[] {0.06, 0.05}), WORDS))
                .containsExactly(
                        "These networks were trained for 2 epochs (314 steps) on 10,000 of 60,000 rows, which is"
                                + " too little to draw a conclusion: that takes at least 15 epochs and 10,000 steps"
                                + " on all rows.");
    }

    private static VarianceResult variance(Training training, int latent) {
        return new VarianceResult("784-128-" + latent, 0.02, 0.01, 0, 0.03, 0, 0, 8, training);
    }

    @Test
    void fifteenEpochsOnAllRowsAreEnoughForConclusions() {
        assertThat(Training.of(Recipe.tuned().with(r -> r.epochs(15)), 60_000, TRAINING.data())
                        .tooLittle())
                .isEmpty();
        assertThat(Training.of(Recipe.tuned().with(r -> r.epochs(14)), 60_000, TRAINING.data())
                        .tooLittle())
                .hasValueSatisfying(said -> assertThat(said).contains("14 epochs (13,132 steps) on 60,000 of 60,000"));
        assertThat(Training.of(Recipe.tuned().with(r -> r.epochs(15)), 59_999, TRAINING.data())
                        .tooLittle())
                .isPresent();
        StudyResults.DataSummary small =
                new StudyResults.DataSummary("t", 640, 64, 30, "12", "ab", 0, "none", "none", "value");
        assertThat(Training.of(Recipe.tuned(), 640, small).tooLittle())
                .hasValueSatisfying(said -> assertThat(said).contains("45 epochs (450 steps) on 640 of 640 rows"));
    }

    @Test
    void sweepAheadOfPca() {
        assertThat(said(new double[] {0.04, 0.02, 0.019}, new double[] {0.06, 0.05, 0.03}))
                .contains("The smallest measured p at which 784-128-p beats PCA with p = 4 (0.0300) is 2, with an"
                        + " error of 0.0200.")
                .contains("improves most on PCA at p = 2, where its error is lower by a factor of 2.50; it is better"
                        + " than PCA at every measured p.")
                .contains(
                        "Beyond p = 2, 784-128-p gains little: the best wider code, p = 4, lowers its error by 5.0 %.");
    }

    @Test
    void sweepBehindPca() {
        assertThat(said(new double[] {0.07, 0.04, 0.03}, new double[] {0.06, 0.05, 0.02}))
                .contains("784-128-p does not beat PCA with p = 4 (0.0200) at any measured p.")
                .contains("at p = 2, where its error is lower by a factor of 1.25; it is not better than PCA at p ="
                        + " 1 and 4.")
                .contains("784-128-p gains from wider codes up to p = 4, the widest: from every smaller p, a wider"
                        + " code lowers the"
                        + " error by at least 15 %.");
        assertThat(said(new double[] {0.07, 0.08}, new double[] {0.06, 0.05}))
                .contains("784-128-p is not better than PCA at any measured p.")
                .contains("Beyond p = 1, 784-128-p gains little: no wider code lowers its error.");
        assertThat(said(new double[] {0.05}, new double[] {0.06})).doesNotContain("The smallest measured p", "Beyond");
    }

    @Test
    void aStepThatGainsLittleIsNotTheEndIfALaterOneGainsMuch() {
        // The report said "gains little beyond p = 1" above a table in which p = 8 erred by a third of that.
        assertThat(said(new double[] {0.06, 0.055, 0.03, 0.02}, new double[] {0.06, 0.05, 0.04, 0.03}))
                .doesNotContain("Beyond")
                .contains("up to p = 8, the widest");
    }

    @Test
    void logarithmicAxes() {
        LogAxis axis = LogAxis.of(DoubleStream.of(0, Double.NaN, 0.01, 1), 1);
        assertThat(axis.part(0.01)).isZero();
        assertThat(axis.part(0.1)).isCloseTo(0.5, within(1e-12));
        assertThat(axis.part(1)).isEqualTo(1);
        assertThat(axis.ticks(0.01)).hasSize(19);
        assertThat(axis.ticks(0.2)).hasSize(3);
        // With as many components as values, PCA's error is rounding alone and would stretch the axis.
        List<RateCurve> curves = RateCurve.of(sweep(new double[] {0.04, 0.02}, new double[] {0.05, 1e-16}), WORDS);
        assertThat(RateCurve.distortions(curves).low()).isGreaterThan(0.01);
        assertThat(curves.get(0).drawn()).containsOnlyKeys(1);
    }
}
