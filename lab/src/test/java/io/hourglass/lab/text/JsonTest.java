package io.hourglass.lab.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    record Numbers(double plain, Double boxed, List<Double> list) {}

    @Test
    void noNumberIsNullAndBack() {
        Numbers numbers = new Numbers(Double.NaN, Double.POSITIVE_INFINITY, List.of(1.5, Double.NaN, 1e-300));
        String text = Json.write(numbers);
        assertThat(text).doesNotContain("NaN").doesNotContain("Infinity").contains("null");
        assertThat(Json.read(text, Numbers.class))
                .isEqualTo(new Numbers(Double.NaN, Double.NaN, List.of(1.5, Double.NaN, 1e-300)));
    }
}
