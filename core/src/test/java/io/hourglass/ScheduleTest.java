package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    @ParameterizedTest
    @EnumSource
    void readsWhatItPrints(Schedule schedule) {
        assertThat(Schedule.parse(schedule.label())).isEqualTo(schedule);
    }

    @Test
    void labelsAreThoseOfTheCommandLine() {
        assertThat(Schedule.values()).extracting(Schedule::label).containsExactly("constant", "cosine", "one-cycle");
        assertThatThrownBy(() -> Schedule.parse("ONE_CYCLE"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ONE_CYCLE'");
    }

    @Test
    void constant() {
        for (int step = 0; step < 10; step++) {
            assertThat(Schedule.CONSTANT.rate(0.005, step, 10, 3)).isEqualTo(0.005);
        }
    }

    @Test
    void cosineRisesInALineAndFallsToZero() {
        double[] expected = {0.25, 0.5, 0.75, 1, 1, 0.853553, 0.5, 0.146447};
        for (int step = 0; step < 8; step++) {
            assertThat(Schedule.COSINE.rate(2, step, 8, 4)).isCloseTo(2 * expected[step], within(1e-5));
        }
        assertThat(Schedule.COSINE.rate(1, 0, 4, 0)).isEqualTo(1);
        assertThat(Schedule.COSINE.rate(1, 2, 4, 0)).isCloseTo(0.5, within(1e-15));
        assertThat(Schedule.COSINE.rate(1, 999_999, 1_000_000, 0)).isBetween(0.0, 1e-11);
    }

    @Test
    void aWarmUpAsLongAsTheRunOnlyRises() {
        assertThat(Schedule.COSINE.rate(1, 9, 10, 10)).isEqualTo(1);
        assertThat(Schedule.COSINE.rate(1, 9, 10, 100)).isEqualTo(0.1);
    }

    /** torch.optim.lr_scheduler.OneCycleLR with its defaults, as its source reads (pct_start 0.3, div 25, final div 1e4). */
    private static double oneCycle(double peak, int step, int steps) {
        double initial = peak / 25;
        double least = initial / 1e4;
        double[] ends = {0.3 * steps - 1, steps - 1};
        double[][] rates = {{initial, peak}, {peak, least}};
        double start = 0;
        for (int phase = 0; ; phase++) {
            double end = ends[phase];
            if (step <= end || phase == 1) {
                double share = (step - start) / (end - start);
                double half = (rates[phase][0] - rates[phase][1]) / 2;
                return rates[phase][1] + half * (1 + Math.cos(Math.PI * share));
            }
            start = end;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 10, 33, 1000})
    void oneCycleIsPyTorchs(int steps) {
        double highest = 0;
        for (int step = 0; step < steps; step++) {
            double rate = Schedule.ONE_CYCLE.rate(0.01, step, steps, 0);
            assertThat(rate).as("step %d of %d", step, steps).isCloseTo(oneCycle(0.01, step, steps), within(1e-15));
            highest = Math.max(highest, rate);
        }
        assertThat(highest).isLessThanOrEqualTo(0.01);
        assertThat(Schedule.ONE_CYCLE.rate(0.01, steps - 1, steps, 0)).isCloseTo(0.01 / 250_000, within(1e-15));
    }

    @Test
    void oneCyclesLandmarks() {
        // 10 steps: from 1/25 up to the peak at step 2, then down to 1/250,000 at step 9.
        assertThat(Schedule.ONE_CYCLE.rate(1, 0, 10, 0)).isCloseTo(0.04, within(1e-15));
        assertThat(Schedule.ONE_CYCLE.rate(1, 1, 10, 0)).isCloseTo(0.52, within(1e-15));
        assertThat(Schedule.ONE_CYCLE.rate(1, 2, 10, 0)).isCloseTo(1, within(1e-15));
        assertThat(Schedule.ONE_CYCLE.rate(1, 9, 10, 0)).isCloseTo(4e-6, within(1e-15));
    }

    @ParameterizedTest
    @EnumSource
    void aRunOfOneStepHasARate(Schedule schedule) {
        assertThat(schedule.rate(0.01, 0, 1, 0)).isGreaterThan(0).isLessThanOrEqualTo(0.01);
    }
}
