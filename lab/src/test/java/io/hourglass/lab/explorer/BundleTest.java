package io.hourglass.lab.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleTest {
    @Test
    void aModuleComesOnceAndAfterWhatItImports() throws IOException {
        String script = Bundle.of("main.js");
        assertThat(script.split("class LatentMap extends", -1)).hasSize(2);
        assertThat(script.split("class Items \\{", -1)).hasSize(2);
        assertThat(script.indexOf("class Items")).isLessThan(script.indexOf("class LatentMap"));
        assertThat(script.indexOf("class LatentMap")).isLessThan(script.indexOf("async function start"));
        assertThat(script).doesNotContainPattern("(?m)^(import|export)\\b");
    }

    @Test
    void aModuleThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Bundle.of("none.js"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.js");
    }

    /** Bits as in IEEE 754 binary16: its largest number, ties to even, denormals, the least that is not 0. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 3c00",
        "-2, c000",
        "65504, 7bff",
        "0.1, 2e66",
        "1.00048828125, 3c00",
        "1.00146484375, 3c02",
        "6.1035156e-5, 400",
        "6.0976e-5, 3ff",
        "5.9604645e-8, 1",
        "2.9802322e-8, 0",
        "-0.33325195, b555"
    })
    void halvesAreRoundedToTheNearest(float value, String bits) {
        assertThat(Integer.toHexString(PackedArray.half(value) & 0xffff)).isEqualTo(bits);
    }

    @Test
    void whatDoesNotFitIntoHalfIsRefused() {
        assertThatThrownBy(() -> PackedArray.half(65520f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65520")
                .hasMessageContaining("--small");
    }
}
