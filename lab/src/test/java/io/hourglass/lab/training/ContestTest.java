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

    @Test
    void equalErrorsAreNotBetterAndOneRowWillDo() {
        assertThat(Contest.isBetter(new double[] {1, 2}, new double[] {1, 2})).isFalse();
        assertThat(Contest.isBetter(new double[] {1}, new double[] {2})).isTrue();
    }
}
