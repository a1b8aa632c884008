package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of convolutional networks, as Hourglass and as PyTorch write them. */
class ConvolutionFilesTest {
    private static final Assumptions TANH =
            new Assumptions(Activation.TANH, Activation.IDENTITY, Activation.SIGMOID, Map.of());
    private static final Assumptions DIGITS = TANH.withImages(28, 28);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("theirs.safetensors");
    }

    /** The shapes of this PyTorch class, with random weights in PyTorch's order. */
    private static Map<String, Safetensors.Tensor> module(Random random, Object... namesAndShapes) {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < namesAndShapes.length; i += 2) {
            List<Integer> shape = new ArrayList<>();
            for (String number : namesAndShapes[i + 1].toString().split(",", -1)) {
                shape.add(Integer.valueOf(number));
            }
            float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
            for (int v = 0; v < values.length; v++) {
                values[v] = random.nextFloat() - 0.5f;
            }
            tensors.put(namesAndShapes[i].toString(), new Safetensors.Tensor(shape, values));
        }
        return tensors;
    }

    /**
     * {@code encoder = Sequential(Conv2d(1,16,3,2,1), Tanh(), Conv2d(16,32,3,2,1), Tanh(), Flatten(), Linear(1568,128),
     * Tanh(), Linear(128,16))} and {@code decoder = Sequential(Linear(16,128), Tanh(), Linear(128,1568), Tanh(),
     * Unflatten(1,(32,7,7)), ConvTranspose2d(32,16,3,2,1,1), Tanh(), ConvTranspose2d(16,1,3,2,1,1), Sigmoid())}.
     */
    private static Map<String, Safetensors.Tensor> digits() {
        return module(
                new Random(3),
                "encoder.0.weight",
                "16,1,3,3",
                "encoder.0.bias",
                "16",
                "encoder.2.weight",
                "32,16,3,3",
                "encoder.2.bias",
                "32",
                "encoder.5.weight",
                "128,1568",
                "encoder.5.bias",
                "128",
                "encoder.7.weight",
                "16,128",
                "encoder.7.bias",
                "16",
                "decoder.0.weight",
                "128,16",
                "decoder.0.bias",
                "128",
                "decoder.2.weight",
                "1568,128",
                "decoder.2.bias",
                "1568",
                "decoder.5.weight",
                "32,16,3,3",
                "decoder.5.bias",
                "16",
                "decoder.7.weight",
                "16,1,3,3",
                "decoder.7.bias",
                "1");
    }

    private final Map<String, Safetensors.Tensor> tensors = digits();

    private double[] floats(String name) {
        float[] values = Objects.requireNonNull(tensors.get(name)).values();
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private double[] linear(String layer, double[] x) {
        double[] weight = floats(layer + ".weight");
        double[] y = floats(layer + ".bias");
        for (int o = 0; o < y.length; o++) {
            for (int i = 0; i < x.length; i++) {
                y[o] += weight[o * x.length + i] * x[i];
            }
        }
        return y;
    }

    /** PyTorch's Conv2d(inputs, outputs, 3, 2, 1) for square images, channel by channel. */
    private double[] conv(String layer, double[] x, int side) {
        double[] weight = floats(layer + ".weight");
        double[] bias = floats(layer + ".bias");
        int half = (side + 1) / 2;
        int inputs = x.length / (side * side);
        double[] y = new double[bias.length * half * half];
        for (int at = 0; at < y.length; at++) {
            int o = at / (half * half);
            y[at] = bias[o];
            for (int c = 0; c < inputs; c++) {
                for (int k = 0; k < 9; k++) {
                    int row = at / half % half * 2 + k / 3 - 1;
                    int column = at % half * 2 + k % 3 - 1;
                    if (row >= 0 && row < side && column >= 0 && column < side) {
                        y[at] += weight[(o * inputs + c) * 9 + k] * x[(c * side + row) * side + column];
                    }
                }
            }
        }
        return y;
    }

    /** PyTorch's ConvTranspose2d(inputs, outputs, 3, 2, 1, 1): each input adds its filter to the outputs. */
    private double[] convTranspose(String layer, double[] x, int side) {
        double[] weight = floats(layer + ".weight");
        double[] bias = floats(layer + ".bias");
        int twice = 2 * side;
        double[] y = new double[bias.length * twice * twice];
        for (int at = 0; at < y.length; at++) {
            y[at] = bias[at / (twice * twice)];
        }
        for (int at = 0; at < x.length; at++) {
            for (int o = 0; o < bias.length; o++) {
                for (int k = 0; k < 9; k++) {
                    int row = at / side % side * 2 + k / 3 - 1;
                    int column = at % side * 2 + k % 3 - 1;
                    if (row >= 0 && row < twice && column >= 0 && column < twice) {
                        int c = at / (side * side);
                        y[(o * twice + row) * twice + column] += x[at] * weight[(c * bias.length + o) * 9 + k];
                    }
                }
            }
        }
        return y;
    }

    private static double[] tanh(double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.tanh(sums[i]);
        }
        return sums;
    }

    private static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as("value %d", i).isCloseTo(expected[i], within(2e-5));
        }
    }

    @Test
    void computesWhatThePyTorchClassComputes() throws IOException {
        Safetensors.write(file(), Map.of(), tensors);
        Autoencoder model = Autoencoder.load(file(), DIGITS);
        assertThat(model.architecture()).isEqualTo(Architecture.parse("28x28x1-16c3s2-32c3s2-128-16"));
        assertThat(model.assumedActivations()).isEmpty();

        float[] row = TestData.pixels(1, 784, 1).row(0);
        double[] x = new double[784];
        for (int i = 0; i < 784; i++) {
            x[i] = row[i];
        }
        double[] inner = tanh(conv("encoder.2", tanh(conv("encoder.0", x, 28)), 14));
        double[] code = linear("encoder.7", tanh(linear("encoder.5", inner)));
        assertClose(model.encode(row), code);
        double[] outer = tanh(linear("decoder.2", tanh(linear("decoder.0", code))));
        double[] sums = convTranspose("decoder.7", tanh(convTranspose("decoder.5", outer, 7)), 14);
        double[] output = new double[784];
        for (int i = 0; i < 784; i++) {
            output[i] = 1 / (1 + Math.exp(-sums[i]));
        }
        assertClose(model.reconstruct(row), output);
    }

    /** What Hourglass writes has exactly the names, shapes and values that {@code load_state_dict} takes. */
    @Test
    void whatIsSavedFitsThePyTorchClass() throws IOException {
        Safetensors.write(file(), Map.of(), tensors);
        Path ours = folder.resolve("ours.safetensors");
        Autoencoder model = Autoencoder.load(file(), DIGITS);
        model.save(ours);
        Map<String, Safetensors.Tensor> saved = Safetensors.read(ours).tensors();
        assertThat(saved.keySet()).containsExactlyElementsOf(tensors.keySet());
        saved.forEach((name, tensor) -> {
            assertThat(tensor.shape()).as(name).isEqualTo(tensors.get(name).shape());
            assertThat(tensor.values()).as(name).isEqualTo(tensors.get(name).values());
        });
        assertThat(Autoencoder.load(ours)).isEqualTo(model);
        assertThat(Autoencoder.ofBytes(model.toBytes(), "ours")).isEqualTo(model);
    }

    private void refused(Assumptions assumptions, String message) throws IOException {
        Safetensors.write(file(), Map.of(), tensors);
        assertThatThrownBy(() -> Autoencoder.load(file(), assumptions))
                .isInstanceOf(FormatException.class)
                .hasMessage(file() + ": " + message);
    }

    @Test
    void saysWhatIsMissingOrDoesNotFit() throws IOException {
        refused(
                TANH,
                "holds convolutions, but not the height and width of their images, expected to be told them (on the "
                        + "command line with --shape, such as --shape 28x28)");
        refused(
                DIGITS.withImages(30, 28),
                "tensor encoder.5.weight takes 1568 values, but images of 30x28x1 are 8x7x32 after convolutions with "
                        + "strides [2, 2], expected 1792 values (on the command line, try another --shape "
                        + "or --stride)");
        refused(
                DIGITS.withStrides(List.of(1, 2)),
                "tensor encoder.5.weight takes 1568 values, but images of 28x28x1 are 14x14x32 after convolutions with "
                        + "strides [1, 2], expected 6272 values (on the command line, try another --shape "
                        + "or --stride)");
        refused(
                DIGITS.withStrides(List.of(2, 2, 2)),
                "holds 2 convolutions, expected one for each of the strides [2, 2, 2]");
        refused(
                DIGITS.withStrides(List.of(4)),
                "stride = 4, expected 1 to 3, the side of the kernel: otherwise some " + "pixels would not be seen");
    }

    @Test
    void otherFiltersAreRefused() throws IOException {
        tensors.putAll(module(new Random(1), "encoder.2.weight", "32,16,3,5"));
        refused(DIGITS, "holds filters of shape [32, 16, 3, 5], expected square ones");
        tensors.putAll(module(new Random(1), "encoder.2.weight", "32,16,4,4"));
        refused(DIGITS, "kernel = 4, expected an odd number from 1 to 31");
        tensors.putAll(digits());
        tensors.putAll(module(new Random(1), "decoder.7.weight", "16,1,5,5"));
        refused(DIGITS, "tensor decoder.7.weight has shape [16, 1, 5, 5], expected [16, 1, 3, 3]");
        tensors.putAll(digits());
        tensors.keySet().removeIf(name -> name.matches("encoder.[57].*|decoder.*"));
        tensors.putAll(module(new Random(1), "decoder.0.weight", "32,16,3,3", "decoder.0.bias", "16"));
        refused(
                DIGITS,
                "holds an encoder of 2 convolutions, expected dense layers between the convolutions of the encoder and "
                        + "as many of the decoder");
    }

    /** Sizes that only the caller knows, strides, channels, a variational code and no hidden layer. */
    @ParameterizedTest
    @CsvSource({
        "27x25x3-4c3s2-5c3s2-9-3, PLAIN",
        "28x26x3-4c3s2-5c3s2-9-3, VARIATIONAL",
        "6x7x1-4c5s3-2, PLAIN",
        "5x4x2-3c1s1-4c3s2-7-2, VARIATIONAL",
        "5x4x2-3c3s1-4c3s2-7-2:6-5-40, PLAIN"
    })
    void theArchitectureFollowsFromShapesSizeAndStrides(Architecture widths, Variant variant) throws IOException {
        Autoencoder model = RandomModel.of(widths.withVariant(variant), 1);
        Path file = folder.resolve("tensors.safetensors");
        Safetensors.write(file, Map.of(), ModelFile.content(model).tensors());
        Assumptions assumptions = TANH.withImages(
                        widths.image().height(), widths.image().width())
                .withStrides(widths.convolutions().stream().map(c -> c.stride()).toList());
        assertThat(Autoencoder.load(file, assumptions).architecture()).isEqualTo(model.architecture());
        model.save(file);
        assertThat(Autoencoder.load(file, assumptions)).isEqualTo(model);
        assertThatThrownBy(() -> Autoencoder.load(file, assumptions.withImages(5, 5)))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": holds a network of images of height "
                        + widths.image().height() + " and width "
                        + widths.image().width() + ", expected 5 and 5 (on the command line, leave out --shape)");
        assertThatThrownBy(() -> Autoencoder.load(file, assumptions.withStrides(List.of(9))))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll(file + ": holds a network " + widths, ", expected strides [9");
    }

    @Test
    void onlyTheLatentLayerOfAVariationalNetworkBecomesPlain() {
        Architecture architecture = Architecture.parse("9x8x3-4c3s2-5c3s2-9-3").withVariant(Variant.VARIATIONAL);
        Autoencoder model = RandomModel.of(architecture, 1);
        Autoencoder plain = model.plain();
        assertThat(plain.architecture()).isEqualTo(architecture.withVariant(Variant.PLAIN));
        Map<String, float[]> tensors = model.tensors();
        plain.tensors().forEach((name, values) -> {
            boolean latent = name.startsWith("encoder.7.");
            assertThat(values).as(name).hasSize(Objects.requireNonNull(tensors.get(name)).length / (latent ? 2 : 1));
        });
        float[] row = TestData.pixels(1, 216, 1).row(0);
        assertThat(plain.encode(row)).isEqualTo(model.encode(row));
        assertThat(plain.reconstruct(row)).isEqualTo(model.reconstruct(row));
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        Architecture architecture = Architecture.parse("6x4x1-2c3s2-2");
        Dataset rows = TestData.pixels(8, 24, 1);
        Dataset turned = rows.withShape(new ImageShape(4, 6, 1));
        Autoencoder model = RandomModel.of(architecture, 1);
        assertThat(model.encode(rows.withShape(new ImageShape(6, 4, 1)))).isDeepEqualTo(model.encode(rows));
        String message =
                "pixels has images of 4x6x1 (height x width x channels), but the convolutions of 6x4x1-2c3s2-2 take "
                        + "6x4x1";
        assertThatThrownBy(() -> model.encode(turned))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        Trainer trainer = new Trainer(architecture, Recipe.paper());
        assertThatThrownBy(() -> trainer.fit(turned)).hasMessage(message);
        assertThatThrownBy(() -> trainer.test(turned)).hasMessage(message);
    }
}
