package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatentHealthTest {
    /** The corners of a square: two independent dimensions of deviation 1. */
    private static final float[][] SQUARE = {{-1, -1}, {-1, 1}, {1, -1}, {1, 1}};

    @Test
    void aSquareUsesBothDimensionsFully() {
        LatentHealth health = LatentHealth.of(SQUARE);
        assertThat(health.deviations()).containsExactly(1, 1);
        assertThat(health.dead()).isEmpty();
        assertThat(health.duplicates()).isEmpty();
        assertThat(health.effectiveRank()).isCloseTo(2, within(1e-12));
    }

    @Test
    void unequalVariancesCountByTheirEntropy() {
        // Variances 9 and 1, shares 0.9 and 0.1: exp(-0.9 ln 0.9 - 0.1 ln 0.1) = 1.38415
        float[][] codes = {{-3, -1}, {-3, 1}, {3, -1}, {3, 1}};
        assertThat(LatentHealth.of(codes).effectiveRank())
                .isCloseTo(Math.pow(0.9, -0.9) * Math.pow(0.1, -0.1), within(1e-12))
                .isCloseTo(1.38415, within(1e-5));
    }

    @Test
    void deadAndDuplicateDimensions() {
        // 0 lives; 1 is constant; 2 is 0 times -2; 3 has a hundredth of the largest deviation, less a little.
        float[][] codes = {{-1, 5, 2, -0.0199f}, {-1, 5, 2, 0.0199f}, {1, 5, -2, -0.0199f}, {1, 5, -2, 0.0199f}};
        LatentHealth health = LatentHealth.of(codes);
        assertThat(health.dead()).containsExactly(1, 3);
        assertThat(health.duplicates()).hasSize(1);
        assertThat(health.duplicates().get(0).first()).isZero();
        assertThat(health.duplicates().get(0).second()).isEqualTo(2);
        assertThat(health.duplicates().get(0).correlation()).isCloseTo(-1, within(1e-12));
        assertThat(health.effectiveRank()).isBetween(1.0, 1.01);
    }

    @Test
    void correlationJustBelowTheLimitIsNoDuplicate() {
        // b = a + noise of variance v: correlation 1 / sqrt(1 + v), 0.9901 for v = 0.02 and 0.9713 for v = 0.06.
        assertThat(LatentHealth.of(noisy(Math.sqrt(0.02))).duplicates()).hasSize(1);
        assertThat(LatentHealth.of(noisy(Math.sqrt(0.06))).duplicates()).isEmpty();
    }

    private static float[][] noisy(double noise) {
        float n = (float) noise;
        return new float[][] {{-1, -1 - n}, {-1, -1 + n}, {1, 1 - n}, {1, 1 + n}};
    }

    @Test
    void whatDoesNotVaryHasRankZeroAndIsDead() {
        LatentHealth one = LatentHealth.of(new float[][] {{1, 2, 3}});
        assertThat(one.deviations()).containsOnly(0);
        assertThat(one.dead()).containsExactly(0, 1, 2);
        assertThat(one.duplicates()).isEmpty();
        assertThat(one.effectiveRank()).isZero();
        assertThat(LatentHealth.of(new float[][] {{7, 7}, {7, 7}, {7, 7}}).dead())
                .containsExactly(0, 1);
    }

    @Test
    void saturationIsAShareOfTheRows() {
        float[][] values = {{1, 0, -0.995f}, {0.99f, 0, 0.995f}, {-1, 0, 0}, {0.5f, 0, 0}};
        assertThat(LatentHealth.saturated(values)).containsExactly(0.5, 0, 0.5);
    }

    @Test
    void refusesWhatIsNoTableOfNumbers() {
        assertThatThrownBy(() -> LatentHealth.of(new float[0][]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no rows, expected at least one");
        assertThatThrownBy(() -> LatentHealth.of(new float[][] {{}}))
                .hasMessage("rows of no values, expected at least one");
        assertThatThrownBy(() -> LatentHealth.of(new float[][] {{1, 2}, {1}}))
                .hasMessage("row 1 has 1 values, expected 2 as in row 0");
        assertThatThrownBy(() -> LatentHealth.of(new float[][] {{1, 2}, {1, Float.NaN}}))
                .hasMessage("row 1, column 1 is NaN, expected a finite number");
        assertThatThrownBy(() -> LatentHealth.saturated(new float[][] {{Float.POSITIVE_INFINITY}}))
                .hasMessage("row 0, column 0 is Infinity, expected a finite number");
    }
}
