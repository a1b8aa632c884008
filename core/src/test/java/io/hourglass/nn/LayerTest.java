package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTest {
    private static Layer.Conv conv(Shape in, Shape out, int kernel, int stride, int padding, boolean isTransposed) {
        return new Layer.Conv("encoder.0", in, out, kernel, stride, padding, isTransposed, Activation.TANH);
    }

    @Test
    void aDenseLayer() {
        Layer layer = new Layer.Dense("encoder.5", new Shape(7, 7, 32), Shape.row(128), Activation.TANH);
        assertThat(layer.kind()).isEqualTo("Linear");
        assertThat(layer.weightShape()).containsExactly(128, 1568);
        assertThat(layer.biases()).isEqualTo(128);
        assertThat(layer.parameters()).isEqualTo(128 * 1569);
        assertThat(layer.multiplyAdds()).isEqualTo(128 * 1568);
        assertThat(layer.fanIn()).isEqualTo(1568);
        assertThat(layer.weight()).isEqualTo("encoder.5.weight");
        assertThat(layer.bias()).isEqualTo("encoder.5.bias");
    }

    @Test
    void aConvolution() {
        Layer.Conv layer = conv(new Shape(28, 27, 5), new Shape(14, 14, 7), 3, 2, 1, false);
        assertThat(layer.kind()).isEqualTo("Conv2d");
        assertThat(layer.weightShape()).containsExactly(7, 5, 3, 3);
        assertThat(layer.biases()).isEqualTo(7);
        assertThat(layer.weights()).isEqualTo(7 * 5 * 9);
        assertThat(layer.parameters()).isEqualTo(7 * 5 * 9 + 7);
        assertThat(layer.multiplyAdds()).isEqualTo(14 * 14 * 7 * 5 * 9);
        assertThat(layer.fanIn()).isEqualTo(5 * 9);
        assertThat(layer.inputs()).isEqualTo(28 * 27 * 5);
        assertThat(layer.outputs()).isEqualTo(14 * 14 * 7);
    }

    /** PyTorch takes the second dimension for the inputs of ConvTranspose2d too, though these are its outputs. */
    @Test
    void aTransposedConvolution() {
        Layer.Conv layer = conv(new Shape(14, 14, 5), new Shape(28, 27, 7), 3, 2, 1, true);
        assertThat(layer.kind()).isEqualTo("ConvTranspose2d");
        assertThat(layer.weightShape()).containsExactly(5, 7, 3, 3);
        assertThat(layer.biases()).isEqualTo(7);
        assertThat(layer.fanIn()).isEqualTo(7 * 9);
        assertThat(layer.outputPadding()).containsExactly(1, 0);
        assertThat(layer.multiplyAdds()).isEqualTo(14 * 14 * 7 * 5 * 9);
    }

    /** PyTorch: H_out = (H_in - 1) stride - 2 padding + kernel + output padding, which is less than the stride. */
    @Test
    void theOutputPaddingIsWhatPyTorchsFormulaLeaves() {
        for (int kernel = 1; kernel <= 7; kernel++) {
            for (int stride = 1; stride <= 4; stride++) {
                for (int padding = 0; padding < kernel; padding++) {
                    for (int side = Math.max(1, kernel - 2 * padding); side < 20; side++) {
                        int small = (side + 2 * padding - kernel) / stride + 1;
                        int rest = conv(new Shape(small, 1, 1), new Shape(side, 1 + kernel, 1), kernel, stride, padding)
                                .outputPadding()
                                .get(0);
                        assertThat(rest).isBetween(0, stride - 1);
                        assertThat((small - 1) * stride - 2 * padding + kernel + rest)
                                .isEqualTo(side);
                    }
                }
            }
        }
    }

    /** With a width of the small image that belongs to the large one's. */
    private static Layer.Conv conv(Shape small, Shape large, int kernel, int stride, int padding) {
        int width = (large.width() + 2 * padding - kernel) / stride + 1;
        return conv(new Shape(small.height(), width, small.channels()), large, kernel, stride, padding, true);
    }

    /** The last ones: a kernel larger than the image with its padding. */
    @ParameterizedTest
    @CsvSource({
        "8, 8, 3, 2, 1, 5",
        "8, 8, 3, 2, 1, 3",
        "8, 8, 0, 2, 0, 4",
        "8, 8, 3, 0, 1, 4",
        "8, 8, 3, 2, 3, 4",
        "8, 8, 3, 2, -1, 4",
        "8, 8, 9, 2, 0, 1",
        "2, 2, 5, 2, 1, 1",
        "2, 2, 5, 3, 0, 1"
    })
    void shapesThatDoNotBelongTogetherAreNamed(int height, int width, int kernel, int stride, int padding, int side) {
        Shape large = new Shape(height, width, 1);
        Shape small = new Shape(side, side, 1);
        for (boolean transposed : new boolean[] {false, true}) {
            Shape in = transposed ? small : large;
            Shape out = transposed ? large : small;
            assertThatThrownBy(() -> conv(in, out, kernel, stride, padding, transposed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("encoder.0: " + in + " to " + out + " with kernel " + kernel + ", stride " + stride
                            + " and padding " + padding + " is not possible");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"16c3s2", "1c1s1", "16384c31s31", "7c5s1"})
    void convolutionsPrintTheirForm(String form) {
        List<Convolution> read = Architecture.parse("9x9x1-" + form + "-3").convolutions();
        assertThat(read).hasSize(1);
        assertThat(read.get(0)).hasToString(form);
        assertThat(read.get(0).padding()).isEqualTo(read.get(0).kernel() / 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0;3;2;channels = 0, expected 1 to 16384",
                "16385;3;2;channels = 16385, expected 1 to 16384",
                "16;4;2;kernel = 4, expected an odd number from 1 to 31",
                "16;33;2;kernel = 33, expected an odd number from 1 to 31",
                "16;-1;1;kernel = -1, expected an odd number from 1 to 31",
                "16;3;0;stride = 0, expected 1 to 3",
                "16;3;4;stride = 4, expected 1 to 3"
            })
    void convolutionsOutOfRangeAreNamed(int channels, int kernel, int stride, String message) {
        assertThatThrownBy(() -> new Convolution(channels, kernel, stride))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
