package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
    @ParameterizedTest
    @EnumSource
    void labelsReadBack(Activation activation) {
        assertThat(Activation.parse(activation.label())).isEqualTo(activation);
    }

    @Test
    void unknownLabelsAreNamed() {
        assertThatThrownBy(() -> Activation.parse("mish"))
                .hasMessage("unknown activation 'mish': expected identity, relu, leaky-relu, elu, gelu, silu, tanh or"
                        + " sigmoid");
    }

    /** No output lies outside of the stated range, and some come close to both of its ends. */
    @ParameterizedTest
    @EnumSource
    void outputsFillTheStatedRange(Activation activation) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (float x = -20_000; x <= 20_000; x += 0.125f) {
            float y = activation.value(x);
            least = Math.min(least, y);
            most = Math.max(most, y);
        }
        assertThat(least).isGreaterThanOrEqualTo(activation.least());
        assertThat(most).isLessThanOrEqualTo(activation.most());
        if (activation.least() == Float.NEGATIVE_INFINITY) {
            assertThat(least).isLessThan(-199);
        } else {
            assertThat(least).isCloseTo(activation.least(), within(1e-3f));
        }
        if (activation.most() == Float.POSITIVE_INFINITY) {
            assertThat(most).isGreaterThan(19_999);
        } else {
            assertThat(most).isCloseTo(activation.most(), within(1e-3f));
        }
    }
}
