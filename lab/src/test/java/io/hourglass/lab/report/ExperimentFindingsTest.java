package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Recipe;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What the report says of bias and variance and of the sweep. */
class ExperimentFindingsTest {
    private static final Training TRAINING = SyntheticStudy.sweep().get(0).training();

    private static List<SweepResult> sweep(double[] network, double[] pca) {
        List<SweepResult> results = new ArrayList<>();
        for (int i = 0; i < network.length; i++) {
            results.add(new SweepResult(List.of(128), 1 << i, network[i], pca[i], TRAINING));
        }
        return results;
    }

    private static String said(double[] network, double[] pca) {
        return String.join(" ", SweepFindings.of(RateCurve.of(sweep(network, pca))));
    }

    @Test
    void varianceInShares() {
        String said = String.join(
                " ",
                Variance.findings(List.of(
                        SyntheticStudy.variance(2, 0.036, 0.004, 0), SyntheticStudy.variance(16, 0.009, 0.003, 0))));
        assertThat(said)
                .contains("10 % of the error at p = 2 and 25 % of the error at p = 16")
                .contains("the squared bias falls by a factor of 4.00 and the variance falls by a factor of 1.33")
                .contains("the variance weighs more")
                .contains("would lower the error of 784-128-16 from 0.0120 to 0.0090")
                .contains("inside the squared bias");
        assertThat(Variance.findings(List.of(
                        SyntheticStudy.variance(2, 0.02, 0.002, 0), SyntheticStudy.variance(8, 0.02, 0.001, 0))))
                .anyMatch(line -> line.contains("no more variance in proportion"));
        assertThat(Variance.findings(List.of(
                        SyntheticStudy.variance(2, 0.02, 0.002, 0), SyntheticStudy.variance(8, 0.01, 0.004, 0))))
                .anyMatch(line -> line.contains("the variance grows by a factor of 2.00"));
    }

    @Test
    void fewerRowsAreTold() {
        assertThat(Variance.rows(TRAINING)).isEqualTo("the 60,000 training rows");
        assertThat(Variance.rows(Training.of(Recipe.tuned(), 10_000, TRAINING.data())))
                .isEqualTo("the first 10,000 of the 60,000 training rows");
    }

    @Test
    void hardlyTrainedNetworksAreCalledSo() {
        assertThat(Variance.early(TRAINING)).isEmpty();
        assertThat(Variance.early(Training.of(Recipe.tuned().withEpochs(2), 10_000, TRAINING.data())))
                .hasValueSatisfying(said -> assertThat(said).startsWith("After 314 training steps"));
    }

    @Test
    void sweepAheadOfPca() {
        assertThat(said(new double[] {0.04, 0.02, 0.019}, new double[] {0.06, 0.05, 0.03}))
                .contains("784-128-p needs p = 2 to go below PCA's error with p = 4 (0.0300): 0.0200.")
                .contains(
                        "gains most over PCA at p = 2, with an error smaller by a factor of 2.50, and is ahead of it at every p.")
                .contains("Beyond p = 2 784-128-p gains little: p = 4 lowers its error by 5.0 %.");
    }

    @Test
    void sweepBehindPca() {
        assertThat(said(new double[] {0.07, 0.04, 0.03}, new double[] {0.06, 0.05, 0.02}))
                .contains("784-128-p does not reach PCA's error with p = 4 (0.0200) with any p measured.")
                .contains("at p = 2, with an error smaller by a factor of 1.25; it is not ahead at p = 1 and 4.")
                .contains("Each wider code up to p = 4 lowers the error of 784-128-p by at least 15 %.");
        assertThat(said(new double[] {0.07, 0.08}, new double[] {0.06, 0.05}))
                .contains("784-128-p errs more than PCA at every p.")
                .contains("p = 2 raises its error by 14 %.");
        assertThat(said(new double[] {0.05}, new double[] {0.06})).doesNotContain("needs", "Beyond");
    }

    @Test
    void shortTrainingIsComparedWithTheStudys() {
        assertThat(SweepFindings.training(
                        SyntheticStudy.sweep(),
                        SyntheticStudy.results(100, "paper", "tuned").runs()))
                .hasValueSatisfying(said -> assertThat(said)
                        .contains("784-256-128-16 from 0.0135 to 0.0070 (100 epochs)")
                        .contains("784-128-2 from"));
        assertThat(SweepFindings.training(
                        SyntheticStudy.sweep(),
                        SyntheticStudy.results(4, "tuned").runs()))
                .isEmpty();
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
        List<RateCurve> curves = RateCurve.of(sweep(new double[] {0.04, 0.02}, new double[] {0.05, 1e-16}));
        assertThat(RateCurve.distortions(curves).low()).isGreaterThan(0.01);
        assertThat(curves.get(0).drawn()).containsOnlyKeys(1);
    }
}
