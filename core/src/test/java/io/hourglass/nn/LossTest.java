package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LossTest {
    private final Random random = new Random(1);

    /** In (0, 1) where the loss needs that, else in (-3, 3). */
    private float value(Loss loss) {
        return loss.needsUnitInterval() ? 0.01f + 0.98f * random.nextFloat() : 6 * random.nextFloat() - 3;
    }

    @ParameterizedTest
    @EnumSource
    void addsTheLossOfTheDefinition(Loss loss) {
        for (int i = 0; i < 20_000; i++) {
            float y = value(loss);
            float x = value(loss);
            float sum = i % 2 == 0 ? 0 : 4 * random.nextFloat();
            double expected = sum + Exact.loss(loss, y, x);
            assertThat((double) loss.addTo(sum, y, x)).isCloseTo(expected, within(4e-7 * Math.max(1, expected)));
        }
    }

    /** The derivative of the definition, by y or by the sum under a sigmoid: a central difference. */
    @ParameterizedTest
    @EnumSource
    void gradientIsTheSlope(Loss loss) {
        double h = 1e-5;
        for (int i = 0; i < 20_000; i++) {
            float y = value(loss);
            float x = value(loss);
            double above;
            double below;
            if (loss.isGradientOfSum()) {
                double z = Math.log(y / (1 - (double) y));
                above = Exact.loss(loss, 1 / (1 + Math.exp(-z - h)), x);
                below = Exact.loss(loss, 1 / (1 + Math.exp(-z + h)), x);
            } else {
                double d = (double) y - x;
                above = Exact.loss(loss, y + h, x, Math.signum(d), Math.abs(d) <= 1);
                below = Exact.loss(loss, y - h, x, Math.signum(d), Math.abs(d) <= 1);
            }
            float scale = 0.5f + random.nextFloat();
            double expected = scale * (above - below) / (2 * h);
            assertThat((double) loss.gradient(y, x, scale))
                    .as("%s at y %s, x %s", loss, y, x)
                    .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
        }
    }

    /** A perfect reconstruction, and the limits of the pieces. */
    @ParameterizedTest
    @CsvSource({
        "MSE, 0.75, 0.75, 0, 0",
        "MSE, 3, 1, 4, 4",
        "MAE, 0.75, 0.75, 0, 0",
        "MAE, -2, 1, 3, -1",
        "MAE, 1.25, 1, 0.25, 1",
        "HUBER, 0.75, 0.75, 0, 0",
        "HUBER, 2, 1, 0.5, 1",
        "HUBER, 0, 1, 0.5, -1",
        "HUBER, 1.5, 1, 0.125, 0.5",
        "HUBER, 4, 1, 2.5, 1",
        "HUBER, -4, 1, 4.5, -1",
        "BCE, 0, 0, 0, 0",
        "BCE, 1, 1, 0, 0",
        "BCE, 0, 1, 100, -1",
        "BCE, 1, 0, 100, 1"
    })
    void atPointsThatMatter(Loss loss, float y, float x, float value, float gradient) {
        assertThat(loss.addTo(0, y, x)).isEqualByComparingTo(value);
        assertThat(loss.addTo(8, y, x)).isEqualTo(8 + value);
        assertThat(loss.gradient(y, x, 1)).isEqualByComparingTo(gradient);
        assertThat(loss.gradient(y, x, 0.125f)).isEqualByComparingTo(0.125f * gradient);
    }

    @ParameterizedTest
    @EnumSource
    void notANumberStaysOne(Loss loss) {
        assertThat(loss.addTo(0, Float.NaN, 0.5f)).isNaN();
        assertThat(loss.gradient(Float.NaN, 0.5f, 1)).isNaN();
    }

    @Test
    void names() {
        assertThat(Arrays.stream(Loss.values()).map(Loss::label)).containsExactly("mse", "bce", "mae", "huber");
        assertThat(Arrays.stream(Loss.values()).map(Loss::pytorch))
                .containsExactly("MSELoss", "BCELoss", "L1Loss", "HuberLoss");
        for (Loss loss : Loss.values()) {
            assertThat(Loss.parse(loss.label())).isEqualTo(loss);
            assertThat(loss.needsUnitInterval()).isEqualTo(loss == Loss.BCE);
            assertThat(loss.isGradientOfSum()).isEqualTo(loss == Loss.BCE);
        }
    }
}
