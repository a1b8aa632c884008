package io.hourglass.lab.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContestTest {
    /** The roots differ by 0 and 2: their mean is 1, its standard error 1. */
    @Test
    void betterIsMoreThanOneStandardError() {
        assertThat(Contest.isBetter(new double[] {1, 1}, new double[] {1, 9})).isFalse();
        assertThat(Contest.isBetter(new double[] {1, 1}, new double[] {1.01, 9}))
                .isTrue();
        assertThat(Contest.isBetter(new double[] {1, 9}, new double[] {1, 1})).isFalse();
    }

    /** The last row's error of 1,200 against 1,000 outweighs the others in the differences, but not in those of the roots. */
    @Test
    void oneRowDoesNotDecide() {
        double[] errors = new double[100];
        double[] others = new double[100];
        Arrays.fill(errors, 1);
        Arrays.fill(others, 4);
        errors[99] = 1200;
        others[99] = 1000;
        assertThat(Contest.isBetter(errors, others)).isTrue();
        errors[99] = 1300; // a mean above the others'
        assertThat(Contest.isBetter(errors, others)).isFalse();
    }

    @Test
    void equalErrorsAreNotBetterAndOneRowWillDo() {
        assertThat(Contest.isBetter(new double[] {1, 2}, new double[] {1, 2})).isFalse();
        assertThat(Contest.isBetter(new double[] {1}, new double[] {2})).isTrue();
    }
}
