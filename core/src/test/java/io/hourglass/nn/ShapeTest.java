package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    @Test
    void countsItsValues() {
        Shape shape = new Shape(4, 3, 2);
        assertThat(shape.pixels()).isEqualTo(12);
        assertThat(shape.values()).isEqualTo(24);
        assertThat(shape.isRow()).isFalse();
        assertThat(shape).hasToString("4x3x2");
        assertThat(Shape.row(7)).isEqualTo(new Shape(1, 1, 7));
        assertThat(Shape.row(7).isRow()).isTrue();
        assertThat(new Shape(1, 2, 1).isRow()).isFalse();
    }

    /** Like a transposition of [pixels][channels]; a row and a grey image have one order only. */
    @ParameterizedTest
    @CsvSource({"4, 3, 2", "1, 5, 3", "28, 28, 1", "1, 1, 9", "7, 1, 4"})
    void channelFirstIsPyTorchsOrder(int height, int width, int channels) {
        Shape shape = new Shape(height, width, channels);
        int last = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    assertThat(shape.channelFirst(last)).isEqualTo((c * height + y) * width + x);
                    if (shape.isRow() || channels == 1) {
                        assertThat(shape.channelFirst(last)).isEqualTo(last);
                    }
                    last++;
                }
            }
        }
    }

    /** The product may exceed a long. */
    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        "1, -1, 1",
        "-1, -1, 1",
        "1, 1, 0",
        "4096, 4096, 2",
        "1, 1, 16777217",
        "2147483647, 2147483647, 2147483647"
    })
    void namesShapesOutOfRange(int height, int width, int channels) {
        assertThatThrownBy(() -> new Shape(height, width, channels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape " + height + "x" + width + "x" + channels
                        + ", expected at least 1 in each direction and at most 16777216 values");
        assertThat(new Shape(4096, 4096, 1).values()).isEqualTo(Shape.MAX_VALUES);
    }
}
