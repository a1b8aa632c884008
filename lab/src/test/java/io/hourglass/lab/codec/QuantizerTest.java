package io.hourglass.lab.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizerTest {
    @Test
    void roundsToTheNearestLevel() {
        Quantizer quantizer = new Quantizer(2); // levels 0, 1, 2, 3
        float[] values = {0, 0.49f, 0.5f, 1.49f, 1.5f, 2.5f, 3};
        int[] levels = {0, 0, 1, 1, 2, 3, 3};
        for (int i = 0; i < values.length; i++) {
            assertThat(quantizer.level(values[i], 0, 3)).isEqualTo(levels[i]);
            assertThat(quantizer.value(levels[i], 0, 3)).isEqualTo((float) levels[i]);
        }
    }

    @Test
    void endsAreKeptExactlyAndNothingOverflows() {
        float[][] ranges = {
            {-Float.MAX_VALUE, Float.MAX_VALUE}, {0, Float.MIN_VALUE}, {-0.1f, 0.3f}, {1e30f, Math.nextUp(1e30f)}
        };
        for (int bits = Quantizer.MIN_BITS; bits <= Quantizer.MAX_BITS; bits++) {
            Quantizer quantizer = new Quantizer(bits);
            for (float[] range : ranges) {
                assertThat(quantizer.level(range[0], range[0], range[1])).isZero();
                assertThat(quantizer.level(range[1], range[0], range[1])).isEqualTo(quantizer.last());
                assertThat(quantizer.value(0, range[0], range[1])).isEqualTo(range[0]);
                assertThat(quantizer.value(quantizer.last(), range[0], range[1]))
                        .isEqualTo(range[1]);
            }
            assertThat(quantizer.value(quantizer.level(0.7f, 0.7f, 0.7f), 0.7f, 0.7f))
                    .isEqualTo(0.7f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 17, 32})
    void refusesOtherBits(int bits) {
        assertThatThrownBy(() -> new Quantizer(bits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bits = " + bits + ", expected 2 to 16");
    }
}
