package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@EachKernels
class KernelsTest extends BitForBit {
    @Test
    void areTheOnesAskedFor() {
        String asked = System.getProperty("hourglass.kernels");
        int widest = Math.min(512, EachKernels.Condition.machineBits());
        assertThat(BEST.name())
                .isEqualTo(asked == null ? "vector-" + widest : asked.equals("scalar") ? asked : "vector-" + asked);
        assertThat(BEST.lanes())
                .isEqualTo(
                        BEST == Kernels.SCALAR
                                ? 4
                                : Integer.parseInt(BEST.name().substring(7)) / 32);
        assertThat(BEST.panel() % BEST.lanes()).isZero();
        assertThat(BEST.padded(1)).isEqualTo(BEST.lanes());
        assertThat(BEST.padded(2 * BEST.lanes())).isEqualTo(2 * BEST.lanes());
        assertThat(BEST.padded(2 * BEST.lanes() + 1)).isEqualTo(3 * BEST.lanes());
    }
}
