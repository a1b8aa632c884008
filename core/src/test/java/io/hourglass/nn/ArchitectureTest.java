package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {
    @ParameterizedTest
    @ValueSource(strings = {"784-128-2", "784-256-128-16", "3-1", "1-1-1-1", "1048576-1"})
    void printsWhatItReads(String text) {
        assertThat(Architecture.parse(text)).hasToString(text);
    }

    @Test
    void readsWidthsFromOutsideIn() {
        Architecture architecture = Architecture.parse("784-256-128-16");
        assertThat(architecture).isEqualTo(Architecture.of(784, List.of(256, 128), 16));
        assertThat(architecture.inputs()).isEqualTo(784);
        assertThat(architecture.hidden()).containsExactly(256, 128);
        assertThat(architecture.latent()).isEqualTo(16);
        assertThat(architecture.hiddenActivation()).isEqualTo(Activation.TANH);
        assertThat(architecture.latentActivation()).isEqualTo(Activation.IDENTITY);
        assertThat(architecture.outputActivation()).isEqualTo(Activation.SIGMOID);
    }

    /** The names of the report's Listing 4 in PyTorch. */
    @Test
    void layersMirrorTheEncoder() {
        Architecture architecture = Architecture.of(784, List.of(256, 128), 16)
                .withActivations(Activation.RELU, Activation.TANH, Activation.IDENTITY);
        assertThat(architecture.layers())
                .containsExactly(
                        dense("encoder.0", 784, 256, Activation.RELU),
                        dense("encoder.2", 256, 128, Activation.RELU),
                        dense("encoder.4", 128, 16, Activation.TANH),
                        dense("decoder.0", 16, 128, Activation.RELU),
                        dense("decoder.2", 128, 256, Activation.RELU),
                        dense("decoder.4", 256, 784, Activation.IDENTITY));
        assertThat(architecture.encoderLayers()).isEqualTo(3);
        assertThat(architecture.layers().get(0).weight()).isEqualTo("encoder.0.weight");
        assertThat(architecture.layers().get(5).bias()).isEqualTo("decoder.4.bias");
    }

    /** Models made elsewhere have decoders of their own widths. */
    @Test
    void theDecoderNeedNotMirrorTheEncoder() {
        Architecture architecture = Architecture.parse("784-128-16:64-784");
        assertThat(architecture).isEqualTo(Architecture.parse("784-128-16").withDecoderHidden(List.of(64)));
        assertThat(architecture).hasToString("784-128-16:64-784");
        assertThat(architecture.layers())
                .containsExactly(
                        dense("encoder.0", 784, 128, Activation.TANH),
                        dense("encoder.2", 128, 16, Activation.IDENTITY),
                        dense("decoder.0", 16, 64, Activation.TANH),
                        dense("decoder.2", 64, 784, Activation.SIGMOID));
        assertThat(architecture.encoderLayers()).isEqualTo(2);
        assertThat(architecture.withOutputActivation(Activation.RELU).decoderHidden())
                .containsExactly(64);
        assertThat(Architecture.parse("784-128-16:128-784")).hasToString("784-128-16");
        assertThat(Architecture.parse("784-128-16:784")).hasToString("784-128-16:784");
        assertThatThrownBy(() -> Architecture.parse("784-128-16:64-783"))
                .hasMessageContaining("ends in 783 values, expected 784");
        assertThatThrownBy(() -> architecture.withVariant(Variant.TIED)).hasMessageContaining("[64], expected [128]");
        assertThatThrownBy(() -> Architecture.parse("784-128-16:0-784")).hasMessageContaining("hidden = 0");
        assertThatThrownBy(() -> Architecture.parse("784-128-16:")).hasMessageContaining("784-128-16:");
    }

    /** The PyTorch class of {@code --conv 16,32 --hidden 128 --latent 16} on images of 28 x 28 pixels. */
    @Test
    void convolutionsStandBeforeAndBehindTheDenseLayers() {
        Architecture architecture = Architecture.parse("28x28x1-16c3s2-32c3s2-128-16");
        assertThat(architecture)
                .isEqualTo(Architecture.of(784, List.of(128), 16)
                        .withConvolutions(
                                new Shape(28, 28, 1), List.of(new Convolution(16, 3, 2), new Convolution(32, 3, 2))));
        Shape image = new Shape(28, 28, 1);
        Shape middle = new Shape(14, 14, 16);
        Shape inner = new Shape(7, 7, 32);
        assertThat(architecture.layers())
                .containsExactly(
                        conv("encoder.0", image, middle, 3, false, Activation.TANH),
                        conv("encoder.2", middle, inner, 3, false, Activation.TANH),
                        new Layer.Dense("encoder.5", inner, Shape.row(128), Activation.TANH),
                        new Layer.Dense("encoder.7", Shape.row(128), Shape.row(16), Activation.IDENTITY),
                        new Layer.Dense("decoder.0", Shape.row(16), Shape.row(128), Activation.TANH),
                        new Layer.Dense("decoder.2", Shape.row(128), inner, Activation.TANH),
                        conv("decoder.5", inner, middle, 3, true, Activation.TANH),
                        conv("decoder.7", middle, image, 3, true, Activation.SIGMOID));
        assertThat(architecture.encoderLayers()).isEqualTo(4);
        assertThat(architecture.inputs()).isEqualTo(784);
        assertThat(architecture.layers().get(0).weightShape()).containsExactly(16, 1, 3, 3);
        assertThat(architecture.layers().get(2).weightShape()).containsExactly(128, 1568);
        assertThat(architecture.layers().get(6).weightShape()).containsExactly(32, 16, 3, 3);
        assertThat(((Layer.Conv) architecture.layers().get(6)).outputPadding()).containsExactly(1, 1);
        assertThat(architecture.parameters())
                .isEqualTo((144 + 16)
                        + (4608 + 32)
                        + (1568 * 128 + 128)
                        + (128 * 16 + 16)
                        + (16 * 128 + 128)
                        + (128 * 1568 + 1568)
                        + (4608 + 16)
                        + (144 + 1));
    }

    @Test
    void convolutionsAloneAreEnough() {
        assertThat(Architecture.parse("5x4x2-3c3s2-2").layers())
                .containsExactly(
                        conv("encoder.0", new Shape(5, 4, 2), new Shape(3, 2, 3), 3, false, Activation.TANH),
                        new Layer.Dense("encoder.3", new Shape(3, 2, 3), Shape.row(2), Activation.IDENTITY),
                        new Layer.Dense("decoder.0", Shape.row(2), new Shape(3, 2, 3), Activation.TANH),
                        conv("decoder.3", new Shape(3, 2, 3), new Shape(5, 4, 2), 3, true, Activation.SIGMOID));
        Architecture variational = Architecture.parse("5x4x2-3c3s2-2").withVariant(Variant.VARIATIONAL);
        assertThat(variational.layers().get(1).outputs()).isEqualTo(4);
        Architecture none = Architecture.parse("5x4x2-3c3s2-2").withConvolutions(new Shape(5, 4, 2), List.of());
        assertThat(none).isEqualTo(Architecture.parse("40-2"));
    }

    private static Layer conv(String name, Shape in, Shape out, int kernel, boolean transposed, Activation activation) {
        return new Layer.Conv(name, in, out, kernel, 2, kernel / 2, transposed, activation);
    }

    /** Of images of any size: each layer reads what the one before it writes, and the last restores the shape. */
    @Test
    void anyArchitectureIsReadAsItIsPrinted() {
        for (int seed = 0; seed < 3000; seed++) {
            Architecture drawn = draw(new Random(seed));
            assertThat(Architecture.parse(drawn.toString())).as("seed %d", seed).isEqualTo(drawn);
            Shape shape = drawn.image();
            List<String> names = new ArrayList<>();
            for (Layer layer : drawn.layers()) {
                assertThat(layer.in()).as("%s of %s", layer, drawn).isEqualTo(shape);
                shape = layer.out();
                names.add(layer.name());
            }
            assertThat(shape).isEqualTo(drawn.image());
            assertThat(names).doesNotHaveDuplicates();
        }
    }

    private static Architecture draw(Random random) {
        List<Convolution> convolutions = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            int kernel = 1 + 2 * random.nextInt(4);
            convolutions.add(new Convolution(1 + random.nextInt(40), kernel, 1 + random.nextInt(kernel)));
        }
        Shape image = new Shape(1 + random.nextInt(40), 1 + random.nextInt(40), 1 + random.nextInt(4));
        Architecture mirrored = Architecture.of(image.values(), widths(random), 1 + random.nextInt(9))
                .withConvolutions(image, convolutions);
        return random.nextBoolean() ? mirrored : mirrored.withDecoderHidden(widths(random));
    }

    private static List<Integer> widths(Random random) {
        return random.ints(random.nextInt(4), 1, 300).boxed().toList();
    }

    /** Texts with a few changed characters are read, or refused in one line. */
    @Test
    void changedTextsAreReadOrRefusedInOneLine() {
        String characters = "0123456789xcs-:. \n";
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(draw(random).toString());
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(text.length());
                String other = String.valueOf(characters.charAt(random.nextInt(characters.length())));
                text.replace(at, at + random.nextInt(2), other);
            }
            try {
                Architecture read = Architecture.parse(text.toString());
                assertThat(Architecture.parse(read.toString())).isEqualTo(read);
                assertThat(read.layers()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                refused++;
                assertThat(e.getClass()).as(text.toString()).isEqualTo(IllegalArgumentException.class);
                assertThat(e.getMessage()).as(text.toString()).contains("expected");
                assertThat(e.getMessage().replace(text, "").lines().count()).isEqualTo(1);
            }
        }
        assertThat(refused).isBetween(2_000, 18_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "28x28x1-16c4s2-3;kernel = 4, expected an odd number from 1 to 31",
                "28x28x1-16c3s4-3;stride = 4, expected 1 to 3, the side of the kernel",
                "28x28x1-0c3s2-3;channels = 0, expected 1 to 16384",
                "28x0x1-16c3s2-3;shape 28x0x1, expected at least 1 in each direction",
                "1024x1025x1-16c3s2-3;inputs = 1049600, expected 1 to 1048576",
                "9999999x9999999x9999999-16c3s2-3;shape 9999999x9999999x9999999, expected at least 1",
                "1024x1024x1-16384c3s1-3;shape 1024x1024x16384, expected at least 1",
                "28x28x1-16c3s2-0;latent = 0, expected 1 to 1048576",
                "28x28x1-16c3s2-3:5-783;the decoder ends in 783 values, expected 784",
                "28x28x1-16;expected widths from inputs to latent such as 784-256-128-16 or 28x28x1-16c3s2-128-16",
                "28x28x1-16c3s2;expected widths from inputs to latent",
                "28x28-16c3s2-3;expected widths from inputs to latent",
                "784-16c3s2-3;expected widths from inputs to latent",
                "28x28x1-128-16c3s2-3;expected widths from inputs to latent",
                "28x28x1-16c3-3;expected widths from inputs to latent"
            })
    void badConvolutionsAreNamed(String text, String message) {
        assertThatThrownBy(() -> Architecture.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void convolutionsThatCannotBeAreNamed() {
        Architecture images = Architecture.parse("28x28x1-16c3s2-3");
        assertThatThrownBy(() -> images.withVariant(Variant.TIED))
                .hasMessageContaining("variant = tied, expected another one for a network with convolutions");
        assertThatThrownBy(() -> Architecture.parse("784-3")
                        .withConvolutions(new Shape(28, 28, 1), Collections.nCopies(65, new Convolution(2, 3, 1))))
                .hasMessage("convolutions = 65, expected at most 64");
        assertThatThrownBy(() -> new Architecture(
                        new Shape(28, 28, 1),
                        List.of(),
                        List.of(),
                        3,
                        List.of(),
                        Activation.TANH,
                        Activation.IDENTITY,
                        Activation.SIGMOID,
                        Variant.PLAIN))
                .hasMessage("rows of shape 28x28x1, expected convolutions for images");
    }

    /** Not a stack overflow. */
    @Test
    void longTextsAreRefused() {
        for (String part : List.of("-1", "-1c1s1", "1", ":1", "x1")) {
            String text = "1x1x1-1c1s1" + part.repeat(100_000);
            assertThatThrownBy(() -> Architecture.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("architecture '1x1x1-1c1s1" + part)
                    .hasMessageContaining("...', expected widths from inputs to latent");
        }
        Architecture longest = Architecture.of(1, Collections.nCopies(64, 1_000_000), 1_000_000)
                .withDecoderHidden(Collections.nCopies(63, 1_000_000))
                .withConvolutions(new Shape(1, 1, 1_000_000), Collections.nCopies(64, new Convolution(16384, 31, 31)));
        assertThat(Architecture.parse(longest.toString())).isEqualTo(longest);
    }

    @Test
    void withAnotherOutputItIsTheSameOtherwise() {
        Architecture tied = Architecture.parse("784-256-16").withVariant(Variant.TIED);
        Architecture linear = tied.withOutputActivation(Activation.IDENTITY);
        assertThat(linear.outputActivation()).isEqualTo(Activation.IDENTITY);
        assertThat(linear.withOutputActivation(Activation.SIGMOID)).isEqualTo(tied);
    }

    @Test
    void withoutHiddenLayersThereAreTwo() {
        assertThat(Architecture.parse("5-2").layers())
                .containsExactly(
                        dense("encoder.0", 5, 2, Activation.IDENTITY), dense("decoder.0", 2, 5, Activation.SIGMOID));
    }

    @Test
    void countsParameters() {
        // 784 x 128 + 128 + 128 x 16 + 16 and back 16 x 128 + 128 + 128 x 784 + 784
        assertThat(Architecture.parse("784-128-16").parameters())
                .isEqualTo(100_352 + 128 + 2_048 + 16 + 2_048 + 128 + 100_352 + 784);
        assertThat(Architecture.parse("1048576-1048576").parameters()).isEqualTo(2 * ((1L << 40) + (1L << 20)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "784", "784-", "-784-2", "784--2", "784-a", "784 - 2", "784x2", "784-12345678", "٧-2"})
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Architecture.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void namesWidthsOutOfRange() {
        assertThatThrownBy(() -> Architecture.parse("0-2")).hasMessageContaining("inputs = 0, expected 1 to 1048576");
        assertThatThrownBy(() -> Architecture.parse("5-1048577-2")).hasMessageContaining("hidden = 1048577");
        assertThatThrownBy(() -> Architecture.of(5, List.of(3, -1), 2)).hasMessageContaining("hidden = -1");
        assertThatThrownBy(() -> Architecture.of(5, List.of(3), 0)).hasMessageContaining("latent = 0");
        List<Integer> deep = Collections.nCopies(65, 3);
        assertThatThrownBy(() -> Architecture.of(5, deep, 2)).hasMessageContaining("65 layers, expected at most 64");
        assertThat(Architecture.of(5, Collections.nCopies(64, 3), 2).layers()).hasSize(130);
    }

    @ParameterizedTest
    @EnumSource
    void activationsReadWhatTheyPrint(Activation activation) {
        assertThat(Activation.parse(activation.label())).isEqualTo(activation);
        assertThat(activation.label()).isLowerCase();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Tanh", "mish"})
    void unknownActivationsAreNamed(String label) {
        assertThatThrownBy(() -> Activation.parse(label))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + label + "'")
                .hasMessageContaining("identity, relu, leaky-relu, elu, gelu, silu, tanh or sigmoid");
    }

    private static Layer dense(String name, int inputs, int outputs, Activation activation) {
        return new Layer.Dense(name, Shape.row(inputs), Shape.row(outputs), activation);
    }
}
