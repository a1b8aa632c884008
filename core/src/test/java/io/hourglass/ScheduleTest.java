package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static double rate(Schedule schedule, double peak, int step, int steps) {
        return schedule.rate(peak, step, 1, steps);
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "cosine", "one-cycle", "step"})
    void readsWhatItPrints(String label) {
        Schedule schedule = Schedule.parse(label);
        assertThat(schedule.label()).isEqualTo(label);
    }

    @Test
    void labelsAreThoseOfTheCommandLine() {
        assertThat(Schedule.Shape.values()).hasSize(4);
        assertThatThrownBy(() -> Schedule.parse("ONE_CYCLE"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ONE_CYCLE'");
    }

    @Test
    void constant() {
        for (int step = 0; step < 10; step++) {
            assertThat(rate(Schedule.CONSTANT.withWarmup(3), 0.005, step, 10)).isEqualTo(0.005);
        }
    }

    @Test
    void cosineRisesInALineAndFallsToZero() {
        double[] expected = {0.25, 0.5, 0.75, 1, 1, 0.853553, 0.5, 0.146447};
        for (int step = 0; step < 8; step++) {
            assertThat(rate(Schedule.COSINE.withWarmup(4), 2, step, 8)).isCloseTo(2 * expected[step], within(1e-5));
        }
        assertThat(rate(Schedule.COSINE.withWarmup(0), 1, 0, 4)).isEqualTo(1);
        assertThat(rate(Schedule.COSINE.withWarmup(0), 1, 2, 4)).isCloseTo(0.5, within(1e-15));
        assertThat(rate(Schedule.COSINE.withWarmup(0), 1, 999_999, 1_000_000)).isBetween(0.0, 1e-11);
    }

    @Test
    void aWarmUpAsLongAsTheRunOnlyRises() {
        assertThat(rate(Schedule.COSINE.withWarmup(10), 1, 9, 10)).isEqualTo(1);
        assertThat(rate(Schedule.COSINE.withWarmup(100), 1, 9, 10)).isEqualTo(0.1);
    }

    /**
     * torch.optim.lr_scheduler.OneCycleLR with its defaults, as its source reads (pct_start 0.3, div 25, final div
     * 1e4).
     */
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
            double rate = rate(Schedule.ONE_CYCLE, 0.01, step, steps);
            assertThat(rate).as("step %d of %d", step, steps).isCloseTo(oneCycle(0.01, step, steps), within(1e-15));
            highest = Math.max(highest, rate);
        }
        assertThat(highest).isLessThanOrEqualTo(0.01);
        assertThat(rate(Schedule.ONE_CYCLE, 0.01, steps - 1, steps)).isCloseTo(0.01 / 250_000, within(1e-15));
    }

    @Test
    void oneCyclesLandmarks() {
        // 10 steps: from 1/25 up to the peak at step 2, then down to 1/250,000 at step 9.
        assertThat(rate(Schedule.ONE_CYCLE, 1, 0, 10)).isCloseTo(0.04, within(1e-15));
        assertThat(rate(Schedule.ONE_CYCLE, 1, 1, 10)).isCloseTo(0.52, within(1e-15));
        assertThat(rate(Schedule.ONE_CYCLE, 1, 2, 10)).isCloseTo(1, within(1e-15));
        assertThat(rate(Schedule.ONE_CYCLE, 1, 9, 10)).isCloseTo(4e-6, within(1e-15));
    }

    /** torch.optim.lr_scheduler.StepLR: the rate times gamma after every step_size epochs. */
    @Test
    void stepDropsEverySoManyEpochs() {
        Schedule schedule = Schedule.STEP.withDrops(2, 0.5);
        for (int step = 0; step < 60; step++) {
            double expected = step < 20 ? 1 : step < 40 ? 0.5 : 0.25;
            assertThat(schedule.rate(1, step, 10, 6)).as("step %d", step).isEqualTo(expected);
            assertThat(schedule.withByEpoch(true).rate(1, step, 10, 6)).isEqualTo(expected);
        }
        assertThat(Schedule.STEP.rate(1, 29_999, 1000, 100)).isEqualTo(1);
        assertThat(Schedule.STEP.rate(1, 30_000, 1000, 100)).isEqualTo(0.1);
        // Parts of an epoch can be meant by the step only.
        assertThat(Schedule.STEP.withDrops(0.5, 0.1).rate(1, 5, 10, 1)).isEqualTo(0.1);
    }

    /**
     * As PyTorch's schedulers do where their step() is called once an epoch: the curve over epochs, constant in each.
     */
    @ParameterizedTest
    @ValueSource(strings = {"constant", "cosine", "one-cycle", "step"})
    void byEpochEachEpochHasItsRate(String label) {
        Schedule schedule = Schedule.parse(label).withByEpoch(true);
        for (int step = 0; step < 200; step++) {
            assertThat(schedule.rate(0.01, step, 20, 10))
                    .isEqualTo(schedule.withByEpoch(false).rate(0.01, step / 20, 1, 10));
        }
        // CosineAnnealingLR(T_max=10) after 5 epochs.
        assertThat(Schedule.COSINE.withByEpoch(true).rate(1, 100, 20, 10)).isCloseTo(0.5, within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "cosine", "one-cycle", "step"})
    void aRunOfOneStepHasARate(String label) {
        assertThat(rate(Schedule.parse(label), 0.01, 0, 1)).isGreaterThan(0).isLessThanOrEqualTo(0.01);
    }
}
