package io.hourglass.lab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class SpreadTest {
    @Test
    void ofSomeNumbers() {
        Spread spread = Spread.of(List.of(2.0, 4.0, 9.0)); // deviations -3, -1, 4: squares 26
        assertThat(spread.count()).isEqualTo(3);
        assertThat(spread.mean()).isEqualTo(5);
        assertThat(spread.standardDeviation()).isCloseTo(Math.sqrt(13), within(1e-15));
        assertThat(spread.least()).isEqualTo(2);
        assertThat(spread.most()).isEqualTo(9);
        assertThat(spread.range()).isEqualTo(7);
        assertThat(Spread.of(List.of(1.5, 1.5)).standardDeviation()).isZero();
    }

    @Test
    void oneNumberDoesNotVary() {
        assertThatThrownBy(() -> Spread.of(List.of(1.0))).hasMessage("1 numbers, expected at least 2");
    }
}
