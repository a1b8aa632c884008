package io.hourglass.lab.report;

import static io.hourglass.lab.report.SyntheticStudy.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final List<Integer> ONE = List.of(128);
    private static final List<Integer> TWO = List.of(256, 128);

    @Test
    void theStudyAsMeasured() {
        List<Configuration> all = Configuration.of(SyntheticStudy.results(100, "paper", "tuned"));

        assertThat(Findings.best(all, 784, SyntheticStudy.ENGLISH))
                .isEqualTo("The best reconstruction comes from 784-256-128-16 (tuned recipe): test MSE 0.0070, PSNR"
                        + " 21.5 dB, from"
                        + " a code 49 times smaller than the input.");
        assertThat(Findings.latent(all, SyntheticStudy.ENGLISH))
                .hasValue("From p = 2 to p = 16, the best test MSE falls by a factor of 4.96 (0.0347 to 0.0070).");
        assertThat(Findings.recipes(all, SyntheticStudy.ENGLISH))
                .hasValue("Compared with the report’s recipe, the tuned recipe lowers the test MSE in all 5"
                        + " configurations"
                        + " (784-128-2 by 1.8 %, 784-128-16 by 17 %, 784-256-128-2 by 8.2 %, 784-256-128-8 by 36 %,"
                        + " 784-256-128-16 by 54 %).");
        assertThat(Findings.depth(all, SyntheticStudy.ENGLISH))
                .containsExactly(
                        "At p = 2, compared with 784-128-2, the deeper 784-256-128-2 has a lower test MSE with the"
                                + " report’s recipe (0.0378 against 0.0399) and the tuned recipe (0.0347 against"
                                + " 0.0392).",
                        "At p = 16, compared with 784-128-16, the deeper 784-256-128-16 has a higher test MSE with the"
                                + " report’s recipe (0.0152 against 0.0113) and a lower test MSE with the tuned recipe"
                                + " (0.0070 against 0.0094).");
        assertThat(Findings.pca(all, SyntheticStudy.ENGLISH))
                .isEqualTo("Compared with PCA with the same number of components, all 10 networks have a lower error"
                        + " (by a factor of"
                        + " 1.40 for 784-128-2 (report’s recipe) to 3.84 for 784-256-128-16 (tuned recipe)).");
    }

    @Test
    void oneRecipeHasNothingToBeComparedWith() {
        assertThat(Findings.recipes(Configuration.of(SyntheticStudy.results(3, "tuned")), SyntheticStudy.ENGLISH))
                .isEmpty();
        assertThat(Findings.recipes(
                        Configuration.of(SyntheticStudy.results(3, "own", "paper")), SyntheticStudy.ENGLISH))
                .isEmpty();
    }

    @Test
    void recipesOfEveryOutcome() {
        List<Configuration> mixed = configurations(
                run(ONE, 2, "paper", 3, 0.04),
                run(ONE, 2, "tuned", 3, 0.03),
                run(ONE, 16, "paper", 3, 0.01),
                run(ONE, 16, "tuned", 3, 0.015),
                run(TWO, 2, "paper", 3, 0.04),
                run(TWO, 2, "tuned", 3, 0.0401));
        assertThat(Findings.recipes(mixed, SyntheticStudy.ENGLISH))
                .hasValue("Compared with the report’s recipe, the tuned recipe lowers the test MSE in 1 of 3"
                        + " configurations"
                        + " (784-128-2 by 25 %), raises it in 1 of 3 configurations (784-128-16 by 50 %) and leaves it"
                        + " level in 1 of 3 configurations (784-256-128-2).");
        assertThat(Findings.recipes(
                        configurations(run(ONE, 2, "paper", 3, 0.04), run(ONE, 2, "tuned", 3, 0.06)),
                        SyntheticStudy.ENGLISH))
                .hasValue("Compared with the report’s recipe, the tuned recipe raises the test MSE in the one"
                        + " configuration"
                        + " (784-128-2 by 50 %).");
    }

    @Test
    void depthAtATieAndWithoutACounterpart() {
        assertThat(Findings.depth(
                        configurations(run(ONE, 2, "paper", 3, 0.04), run(TWO, 2, "paper", 3, 0.0401)),
                        SyntheticStudy.ENGLISH))
                .containsExactly(
                        "At p = 2, compared with 784-128-2, the deeper 784-256-128-2 has about the same test MSE with"
                                + " the report’s recipe (0.0401 against 0.0400).");
        assertThat(Findings.depth(
                        configurations(run(ONE, 2, "paper", 3, 0.04), run(TWO, 8, "paper", 3, 0.02)),
                        SyntheticStudy.ENGLISH))
                .isEmpty();
        assertThat(Findings.depth(
                        configurations(run(ONE, 2, "paper", 3, 0.04), run(TWO, 2, "tuned", 3, 0.02)),
                        SyntheticStudy.ENGLISH))
                .isEmpty();
    }

    @Test
    void latentThatDoesNotHelp() {
        assertThat(Findings.latent(
                        configurations(run(ONE, 2, "paper", 3, 0.04), run(TWO, 16, "paper", 3, 0.06)),
                        SyntheticStudy.ENGLISH))
                .hasValue("From p = 2 to p = 16, the best test MSE rises by a factor of 1.50 (0.0400 to 0.0600).");
        assertThat(Findings.latent(
                        configurations(run(ONE, 2, "paper", 3, 0.04), run(TWO, 16, "paper", 3, 0.04)),
                        SyntheticStudy.ENGLISH))
                .hasValue("From p = 2 to p = 16, the best test MSE stays level (0.0400 to 0.0400).");
        assertThat(Findings.latent(configurations(run(ONE, 2, "paper", 3, 0.04)), SyntheticStudy.ENGLISH))
                .isEmpty();
    }

    @Test
    void pcaThatWinsOrIsLevel() {
        assertThat(Findings.pca(configurations(run(ONE, 2, "paper", 3, 0.07)), SyntheticStudy.ENGLISH))
                .isEqualTo("Compared with PCA with the same number of components, the network has a higher error"
                        + " (784-128-2 (report’s recipe)"
                        + " with 0.0700 against 0.0557).");
        assertThat(Findings.pca(configurations(run(ONE, 2, "paper", 3, 0.04)), SyntheticStudy.ENGLISH))
                .isEqualTo("Compared with PCA with the same number of components, the network has a lower error (by"
                        + " a factor of"
                        + " 1.39"
                        + " for 784-128-2 (report’s recipe)).");
        assertThat(Findings.pca(
                        configurations(
                                run(ONE, 2, "paper", 3, 0.04),
                                run(ONE, 16, "paper", 3, 0.0269),
                                run(TWO, 2, "paper", 3, 0.0558),
                                run(TWO, 16, "paper", 3, 0.03)),
                        SyntheticStudy.ENGLISH))
                .isEqualTo("Compared with PCA with the same number of components, 1 of 4 networks has a lower error"
                        + " (by a"
                        + " factor of"
                        + " 1.39 for 784-128-2 (report’s recipe)), 2 of 4 networks are level (784-128-16 (report’s"
                        + " recipe) with"
                        + " 0.0269 against"
                        + " 0.0269, 784-256-128-2 (report’s recipe) with 0.0558 against 0.0557) and 1 of 4 networks"
                        + " has a higher error (784-256-128-16 (report’s recipe) with 0.0300 against 0.0269).");
    }

    @Test
    void numbersThatASentenceSetsAgainstEachOtherDiffer() {
        assertThat(Findings.depth(
                        configurations(run(ONE, 2, "paper", 3, 0.01234), run(TWO, 2, "paper", 3, 0.01226)),
                        SyntheticStudy.ENGLISH))
                .containsExactly(
                        "At p = 2, compared with 784-128-2, the deeper 784-256-128-2 has a lower test MSE with the"
                                + " report’s recipe (0.01226 against 0.01234).");
    }

    @Test
    void convergence() {
        assertThat(CurveFindings.of(configurations(run(ONE, 2, "tuned", 1, 0.04)), SyntheticStudy.ENGLISH))
                .containsExactly("After 1 epoch it is too early to judge convergence.");
        List<RunResult> steady = List.of(run(ONE, 2, "tuned", 100, 0.04));
        assertThat(CurveFindings.settling(steady, SyntheticStudy.ENGLISH))
                .isEqualTo("Every run ends within 2 % of its best epoch.");
        assertThat(CurveFindings.steadiness(steady, SyntheticStudy.ENGLISH))
                .isEqualTo("At the end of training, the test MSE still changes from one epoch to the next, on"
                        + " average over the networks: by less than 0.1 % with the tuned recipe (last 10 epochs).");
    }

    @Test
    void aRunThatEndsAboveItsBestEpoch() {
        RunResult good = run(ONE, 2, "paper", 4, 0.04);
        List<io.hourglass.History.Epoch> history = List.of(
                new io.hourglass.History.Epoch(1, 0.05, 0.05, 1, 0.05, 0),
                new io.hourglass.History.Epoch(2, 0.04, 0.036, 1, 0.04, 0),
                new io.hourglass.History.Epoch(3, 0.04, 0.045, 1, 0.04, 0));
        RunResult restless = SyntheticStudy.withHistory(good, history);
        assertThat(CurveFindings.settling(List.of(restless), SyntheticStudy.ENGLISH))
                .isEqualTo("1 of 1 run ends more than 2 % above its best epoch: 784-128-2 (report’s recipe) with"
                        + " 0.0450 after 0.0360 in epoch 2.");
        assertThat(CurveFindings.steadiness(List.of(restless), SyntheticStudy.ENGLISH))
                .contains("by 25 % with the report’s recipe (last epoch)");
    }

    @Test
    void labels() {
        List<Configuration> all = Configuration.of(SyntheticStudy.results(3, "paper", "tuned"));
        assertThat(LabelFindings.of(all, SyntheticStudy.ENGLISH))
                .hasSize(3)
                .first()
                .isEqualTo("At p = 2, digit 2 has the largest error and 1 the smallest: MSE 0.0451 and 0.0139, which"
                        + " is 1.30 and 0.40 times the average of"
                        + " 784-256-128-2 (tuned recipe). The other 3 runs with this p agree.");
    }

    @Test
    void labelsThatDisagreeTieOrDoNotOccur() {
        RunResult best =
                SyntheticStudy.withLabels(run(ONE, 2, "tuned", 3, 0.02), List.of(0.03, Double.NaN, 0.01, 0.03));
        RunResult other =
                SyntheticStudy.withLabels(run(ONE, 2, "paper", 3, 0.04), List.of(0.01, Double.NaN, 0.03, 0.02));
        assertThat(LabelFindings.of(configurations(best, other), Words.ENGLISH))
                .containsExactly(
                        "At p = 2, label 0 has the largest error and 2 the smallest: MSE 0.0300 and 0.0100, which"
                                + " is 1.50 and 0.50 times the"
                                + " average of 784-128-2 (tuned recipe). This differs for 784-128-2 (report’s"
                                + " recipe) (2 and 0).");
        RunResult without = SyntheticStudy.withLabels(best, List.of());
        assertThat(LabelFindings.of(configurations(without), Words.ENGLISH)).isEmpty();
    }

    private static List<Configuration> configurations(RunResult... runs) {
        return Configuration.of(SyntheticStudy.results(List.of(runs)));
    }
}
