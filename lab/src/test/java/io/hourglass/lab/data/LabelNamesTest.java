package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelNamesTest {
    private static Dataset label(String... labels) {
        return LabelNames.label(Dataset.ofPixels("data", new byte[labels.length], 1), List.of(labels));
    }

    private static List<Integer> numbers(Dataset data) {
        return IntStream.range(0, data.rows()).mapToObj(data::label).toList();
    }

    @Test
    void wholeNumbersAreLabelsThemselves() {
        Dataset data = label("7", "0", "120", "7");
        assertThat(numbers(data)).containsExactly(7, 0, 120, 7);
        assertThat(data.labelNames()).isEmpty();
    }

    @Test
    void leadingZerosAndSignsMakeOtherLabels() {
        assertThat(label("007", "7").labelNames()).containsExactly("007", "7");
        assertThat(label("1234", "01234", "2").labelNames()).containsExactly("2", "01234", "1234");
        assertThat(label("00").labelNames()).containsExactly("00");
        assertThat(label("+1", "1").labelNames()).containsExactly("+1", "1");
        assertThat(label("9999999999", "1").labelNames()).containsExactly("1", "9999999999");
    }

    @Test
    void namesAreInTheOrderOfNumbersOrOfTheAlphabet() {
        Dataset numbers = label("10", "-1", "2", "1.5");
        assertThat(numbers.labelNames()).containsExactly("-1", "1.5", "2", "10");
        assertThat(numbers(numbers)).containsExactly(3, 0, 2, 1);
        assertThat(label("10", "2", "x").labelNames()).containsExactly("10", "2", "x");
    }
}
