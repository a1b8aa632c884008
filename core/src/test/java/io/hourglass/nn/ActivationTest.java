package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
    /** Sums of both signs and all sizes that matter, dense around 0. */
    private static float[] sums() {
        float[] sums = new float[40_001];
        for (int i = 0; i < sums.length; i++) {
            float t = (i - 20_000) / 20_000f;
            sums[i] = 100 * t * t * t;
        }
        return sums;
    }

    /**
     * Within some float roundings of the definition in double; GELU's far below 0 are those of the exponent x x / 2.
     */
    @ParameterizedTest
    @EnumSource
    void valueIsThatOfTheDefinition(Activation f) {
        for (float x : sums()) {
            double expected = Exact.activation(f, x, x > 0);
            double tolerance = f == Activation.GELU ? 4e-7 * (1 + x * x / 4) : 4e-7;
            // Relative; where the exact result is subnormal, one of these.
            if (!(Math.abs(f.value(x) - expected) <= tolerance * Math.abs(expected) + Float.MIN_NORMAL)) {
                throw new AssertionError("%s(%s) is %s, expected %s".formatted(f, x, f.value(x), expected));
            }
        }
    }

    /** The derivative of the definition, as a central difference that is exact to about 1e-9. */
    @ParameterizedTest
    @EnumSource
    void gradientIsTheSlope(Activation f) {
        double h = 1e-5;
        for (float x : sums()) {
            boolean positive = x > 0;
            double slope = (Exact.activation(f, x + h, positive) - Exact.activation(f, x - h, positive)) / (2 * h);
            float v = f.isGradientBySum() ? x : f.value(x);
            for (float delta : new float[] {1, -0.375f}) {
                if (!(Math.abs(f.gradient(v, delta) - delta * slope) <= 1e-6)) {
                    throw new AssertionError(
                            "%s at %s: gradient %s, expected %s".formatted(f, x, f.gradient(v, delta), delta * slope));
                }
            }
        }
    }

    /** PyTorch's conventions where a derivative does not exist, and the derivatives of the others. */
    @ParameterizedTest
    @CsvSource({
        "IDENTITY, 0, 1",
        "RELU, 0, 0",
        "LEAKY_RELU, 0, 0.01",
        "ELU, 0, 1",
        "GELU, 0, 0.5",
        "SILU, 0, 0.5",
        "TANH, 0, 1",
        "SIGMOID, 0.5, 0.25"
    })
    void atZero(Activation f, float value, float slope) {
        for (float zero : new float[] {0f, -0f}) {
            assertThat(f.value(zero) == value).as("value %s", f.value(zero)).isTrue(); // 0 is -0
            assertThat(f.gradient(f.isGradientBySum() ? zero : f.value(zero), 1))
                    .isEqualTo(slope);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "IDENTITY, -Infinity, Infinity",
        "RELU, 0, Infinity",
        "LEAKY_RELU, -Infinity, Infinity",
        "ELU, -1, Infinity",
        "TANH, -1, 1",
        "SIGMOID, 0, 1"
    })
    void atInfinity(Activation f, float low, float high) {
        assertThat(f.value(Float.NEGATIVE_INFINITY)).isEqualTo(low);
        assertThat(f.value(Float.POSITIVE_INFINITY)).isEqualTo(high);
    }

    @ParameterizedTest
    @EnumSource
    void notANumberStaysOne(Activation f) {
        assertThat(f.value(Float.NaN)).isNaN();
    }

    /** An output tells the slope where the function is monotone. */
    @Test
    void gradientsBySumAreThoseThatAreNotMonotone() {
        for (Activation f : Activation.values()) {
            boolean falls = false;
            float before = f.value(-8);
            for (float x = -8; x < 8; x += 0.01f) {
                falls |= f.value(x) < before - 1e-5f;
                before = f.value(x);
            }
            assertThat(f.isGradientBySum()).as(f.label()).isEqualTo(falls);
        }
    }

    @Test
    void names() {
        assertThat(Arrays.stream(Activation.values()).map(Activation::label))
                .containsExactly("identity", "relu", "leaky-relu", "elu", "gelu", "silu", "tanh", "sigmoid");
        assertThat(Arrays.stream(Activation.values()).map(Activation::pytorch))
                .containsExactly("Identity", "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh", "Sigmoid");
        for (Activation f : Activation.values()) {
            assertThat(Activation.parse(f.label())).isEqualTo(f);
        }
        assertThatThrownBy(() -> Activation.parse("leaky_relu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown activation 'leaky_relu': expected identity, relu, leaky-relu, elu, gelu, silu, "
                        + "tanh or sigmoid");
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
