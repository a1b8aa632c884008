package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a vector kernel takes over, with a clock that only trials move. */
class WarmUpTest {
    private static final int KEY = 7;

    private long now;
    private final List<Integer> made = new ArrayList<>();

    /** Calls of a kernel until the JVM has compiled it; -1 for never. */
    private int callsUntilFast = 1_000;

    private int calls;
    private final WarmUp warmUp = new WarmUp(
            key -> {
                made.add(key);
                return this::trial;
            },
            () -> now);

    private void trial() {
        calls++;
        boolean fast = callsUntilFast >= 0 && calls > callsUntilFast;
        now += fast ? WarmUp.FAST_NANOS / 10 : WarmUp.FAST_NANOS * 5;
    }

    @Test
    void aSmallJobUsesPlainKernels() {
        for (long work = 0; work < WarmUp.MUCH; work += WarmUp.SOME) {
            assertThat(warmUp.isReady(KEY, WarmUp.SOME)).isFalse();
        }
        assertThat(made).isEmpty();
        assertThat(warmUp.count()).isZero();
    }

    @Test
    void muchWorkWithPlainKernelsBeginsAWarmUp() {
        assertThat(warmUp.isReady(KEY, WarmUp.MUCH + 1)).isTrue();
        assertThat(calls).isEqualTo(callsUntilFast + 1);
        assertThat(warmUp.count()).isEqualTo(1);
    }

    @Test
    void aBigJobWarmsUpTheKernelsThatItHasUsed() {
        warmUp.expect(WarmUp.MUCH);
        assertThat(warmUp.isReady(KEY, WarmUp.SOME / 2)).isFalse();
        assertThat(warmUp.isReady(KEY + 1, WarmUp.SOME)).isTrue();
        assertThat(made).as("both, before either is used much").containsExactly(KEY, KEY + 1);
        assertThat(warmUp.isReady(KEY, 1)).isTrue();
        assertThat(warmUp.isReady(KEY + 2, 1)).as("never used before").isFalse();
    }

    @Test
    void aSmallJobThatIsExpectedChangesNothing() {
        warmUp.expect(WarmUp.MUCH - 1);
        assertThat(warmUp.isReady(KEY, WarmUp.SOME + 1)).isFalse();
    }

    @Test
    void aKernelThatNeverBecomesFastStaysPlainAndIsTriedRarely() {
        callsUntilFast = -1;
        warmUp.expect(WarmUp.MUCH);
        assertThat(warmUp.isReady(KEY, WarmUp.SOME + 1)).isFalse();
        assertThat(now).isBetween(WarmUp.PATIENCE_NANOS, 2 * WarmUp.PATIENCE_NANOS);
        int before = calls;
        for (long work = 0; work < WarmUp.MUCH; work += WarmUp.SOME) {
            assertThat(warmUp.isReady(KEY, WarmUp.SOME)).isFalse();
        }
        assertThat(calls).isEqualTo(before);
        callsUntilFast = 0;
        assertThat(warmUp.isReady(KEY, 8 * WarmUp.MUCH)).isTrue();
    }
}
