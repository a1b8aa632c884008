package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Simulated threads of different speeds. */
class BalanceTest {
    /** Nanoseconds of a measurement that is long enough. */
    private static final double LONG = Balance.LONGEST_NANOS;

    /**
     * Measures once, on two phases: one that every thread does for itself, and one that is divided into units.
     *
     * @param each the first phase's part of the time of one thread
     */
    private static boolean measure(Balance balance, double nanos, double each, int units, double... speeds) {
        Shares shares = balance.shares();
        double[][] parts = new double[speeds.length][];
        double[][] busy = new double[speeds.length][];
        for (int t = 0; t < speeds.length; t++) {
            double part = (double) (shares.from(units, t + 1) - shares.from(units, t)) / units;
            double all = nanos * speeds.length;
            parts[t] = new double[] {0, part};
            busy[t] = new double[] {each * all / speeds[t], part * (1 - each) * all / speeds[t]};
        }
        return balance.measured(parts, busy);
    }

    @Test
    void equalThreadsKeepEqualShares() {
        Balance balance = new Balance(3);
        for (int i = 0; i < 20; i++) {
            assertThat(measure(balance, LONG, 0.1, 97, 1, 1.04, 0.98)).isTrue();
        }
        assertThat(balance.shares()).isEqualTo(Shares.even(3));
    }

    @Test
    void aSlowerThreadGetsLess() {
        Balance balance = new Balance(4);
        for (int i = 0; i < 20; i++) {
            measure(balance, LONG, 0, 1000, 1, 1, 1, 0.5);
        }
        assertThat(balance.shares().part(0)).isCloseTo(1 / 3.5, within(0.02));
        assertThat(balance.shares().part(3)).isCloseTo(0.5 / 3.5, within(0.02));
    }

    /** What every thread does for itself takes a slow thread longer as well. */
    @Test
    void workThatIsNotDividedCounts() {
        Balance balance = new Balance(2);
        for (int i = 0; i < 20; i++) {
            measure(balance, LONG, 0.1, 1000, 1, 0.6);
        }
        double fast = 0.1 + 0.9 * balance.shares().part(0);
        double slow = (0.1 + 0.9 * balance.shares().part(1)) / 0.6;
        assertThat(slow / fast).isCloseTo(1, within(0.12));
    }

    @Test
    void aThreadBecomesAsFastAsTheOthersAgain() {
        Balance balance = new Balance(2);
        for (int i = 0; i < 10; i++) {
            measure(balance, LONG, 0, 1000, 1, 0.001);
        }
        assertThat(balance.shares().part(1)).isBetween(0.1, 0.15); // never nothing
        for (int i = 0; i < 10; i++) {
            measure(balance, LONG, 0, 1000, 1, 1);
        }
        assertThat(balance.shares().part(1)).isCloseTo(0.5, within(0.03));
    }

    /** Four sections cannot be divided in three: the third thread is not faster because it does less. */
    @Test
    void coarseWorkDoesNotChangeTheShares() {
        Balance balance = new Balance(3);
        for (int i = 0; i < 20; i++) {
            measure(balance, LONG, 0, 4, 1, 1, 1);
        }
        assertThat(balance.shares()).isEqualTo(Shares.even(3));
    }

    @Test
    void aShortMeasurementGoesOn() {
        Balance balance = new Balance(2);
        assertThat(measure(balance, Balance.FIRST_NANOS / 5, 0, 100, 1, 1)).isFalse();
        assertThat(balance.shares()).isEqualTo(Shares.even(2));
        assertThat(measure(balance, Balance.FIRST_NANOS, 0, 100, 1, 0.1)).isTrue();
        assertThat(balance.shares()).isNotEqualTo(Shares.even(2));
        // The next one has to be longer.
        assertThat(measure(balance, Balance.FIRST_NANOS / 8, 0, 100, 1, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void boundariesCoverAllUnitsInOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            int[] weights = new int[1 + random.nextInt(9)];
            for (int t = 0; t < weights.length; t++) {
                weights[t] = random.nextInt(4) == 0 ? 0 : random.nextInt(5000);
            }
            weights[random.nextInt(weights.length)]++;
            Shares shares = Shares.of(weights);
            long units = random.nextInt(1 << random.nextInt(30));
            assertThat(shares.from(units, 0)).isZero();
            assertThat(shares.from(units, weights.length)).isEqualTo(units);
            double sum = 0;
            for (int t = 0; t < weights.length; t++) {
                long share = shares.from(units, t + 1) - shares.from(units, t);
                assertThat(share).isNotNegative();
                assertThat((double) share).isCloseTo(shares.part(t) * units, within(1.0));
                sum += shares.part(t);
            }
            assertThat(sum).isCloseTo(1, within(1e-12));
        }
    }
}
