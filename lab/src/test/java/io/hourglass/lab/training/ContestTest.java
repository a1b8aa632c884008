package io.hourglass.lab.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContestTest {
    /** Differences 0 and 2: their mean is 1, their standard error 1. */
    @Test
    void betterIsMoreThanOneStandardError() {
        assertThat(Contest.isBetter(new double[] {1, 1}, new double[] {1, 3})).isFalse();
        assertThat(Contest.isBetter(new double[] {1, 1}, new double[] {1.01, 3}))
                .isTrue();
        assertThat(Contest.isBetter(new double[] {1, 3}, new double[] {1, 1})).isFalse();
    }

    /** The others are as in the first test: better by 1.99 and by 2, for instance. */
    @Test
    void rowsOfErrorsTooLargeForANumberHaveNoSay() {
        double infinite = Double.POSITIVE_INFINITY;
        assertThat(Contest.isBetter(new double[] {1, infinite, 1}, new double[] {2.99, infinite, 3}))
                .isTrue();
        assertThat(Contest.isBetter(new double[] {1, 1, 1}, new double[] {1, infinite, 3}))
                .isFalse();
        assertThat(Contest.isBetter(new double[] {infinite}, new double[] {infinite}))
                .isFalse();
    }

    @Test
    void equalErrorsAreNotBetterAndOneRowWillDo() {
        assertThat(Contest.isBetter(new double[] {1, 2}, new double[] {1, 2})).isFalse();
        assertThat(Contest.isBetter(new double[] {1}, new double[] {2})).isTrue();
    }
}
