package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
    private static final Architecture ARCHITECTURE = Architecture.parse("13-7-5-3");

    @TempDir
    Path folder;

    private Path file;
    private final Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();

    @BeforeEach
    void tensors() {
        file = folder.resolve("model.safetensors");
        tensors.putAll(randomTensors(ARCHITECTURE));
    }

    /** Any finite bit patterns, including -0 and subnormals. */
    private static Map<String, Safetensors.Tensor> randomTensors(Architecture architecture) {
        Random random = new Random(1);
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            tensors.put(
                    layer.weight(), new Safetensors.Tensor(layer.weightShape(), values(random, (int) layer.weights())));
            tensors.put(layer.bias(), new Safetensors.Tensor(List.of(layer.biases()), values(random, layer.biases())));
        }
        return tensors;
    }

    private static float[] values(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            values[i] = Float.isFinite(any) ? any : Float.MIN_VALUE;
        }
        values[0] = -0f;
        return values;
    }

    private static Map<String, float[]> plain(Map<String, Safetensors.Tensor> tensors) {
        Map<String, float[]> plain = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> plain.put(name, tensor.values()));
        return plain;
    }

    private static void assertSameBits(Map<String, float[]> actual, Map<String, Safetensors.Tensor> expected) {
        assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
        actual.forEach((name, values) -> {
            float[] other = expected.get(name).values();
            assertThat(values).hasSameSizeAs(other);
            for (int i = 0; i < values.length; i++) {
                assertThat(Float.floatToRawIntBits(values[i])).as(name).isEqualTo(Float.floatToRawIntBits(other[i]));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "13-7-5-3",
                "3-1",
                "1-1",
                "67-49-48-17-2",
                "9x7x2-3c3s2-5c3s1-11-4",
                "5x6x1-2c5s3-3",
                "4x4x3-2c1s1-3:7-48"
            })
    void roundTripIsExact(String text) throws IOException {
        Architecture architecture = Architecture.parse(text);
        Map<String, Safetensors.Tensor> expected = randomTensors(architecture);
        Map<String, String> metadata = Map.of("recipe.name", "paper", "data.name", "é \"quoted\" \n 😀", "empty", "");
        Autoencoder model = Autoencoder.of(architecture, plain(expected), metadata);
        model.save(file);
        Autoencoder loaded = Autoencoder.load(file);
        assertThat(loaded.architecture()).isEqualTo(architecture);
        assertSameBits(loaded.tensors(), expected);
        assertThat(loaded.weightsSha256()).isEqualTo(model.weightsSha256());
        assertThat(loaded.metadata()).containsAllEntriesOf(metadata);
        byte[] first = Files.readAllBytes(file);
        loaded.save(file);
        assertThat(Files.readAllBytes(file)).as("saved again").isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void activationsSurvive(Activation activation) throws IOException {
        for (Activation other : Activation.values()) {
            for (Architecture architecture : List.of(
                    Architecture.of(13, List.of(7, 5), 3).withActivations(activation, other, Activation.TANH),
                    Architecture.of(13, List.of(7, 5), 3).withActivations(Activation.TANH, activation, other),
                    Architecture.of(13, List.of(7, 5), 3).withActivations(other, Activation.TANH, activation))) {
                Autoencoder.of(architecture, plain(tensors), Map.of()).save(file);
                assertThat(Autoencoder.load(file).architecture()).isEqualTo(architecture);
            }
        }
    }

    @Test
    void theFileTellsWhatItIs() throws IOException {
        Autoencoder.of(ARCHITECTURE, plain(tensors), Map.of("architecture", "lies", "note", "kept"))
                .save(file);
        assertThat(Safetensors.read(file).metadata())
                .containsEntry("architecture", "13-7-5-3")
                .containsEntry("activation.hidden", "tanh")
                .containsEntry("activation.latent", "identity")
                .containsEntry("activation.output", "sigmoid")
                .containsEntry("hourglass.version", Version.current())
                .containsEntry("note", "kept");
        assertThat(Safetensors.read(file).tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
    }

    /** As PyTorch writes a state_dict: nothing but the tensors, in any order. */
    @Test
    void tensorsAloneAreEnough() throws IOException {
        Map<String, Safetensors.Tensor> reversed = new LinkedHashMap<>();
        List<String> names = List.copyOf(tensors.keySet());
        for (int i = names.size() - 1; i >= 0; i--) {
            reversed.put(names.get(i), tensors.get(names.get(i)));
        }
        Safetensors.write(file, Map.of(), reversed);
        Autoencoder model = Autoencoder.load(file);
        assertThat(model.architecture()).isEqualTo(ARCHITECTURE);
        assertSameBits(model.tensors(), tensors);
        Safetensors.write(file, Map.of("format", "pt"), tensors);
        assertThat(Autoencoder.load(file).architecture()).isEqualTo(ARCHITECTURE);
    }

    /** Saves the tensors, and expects a refusal that names the file and these texts. */
    private void refused(Map<String, String> metadata, String... texts) throws IOException {
        Safetensors.write(file, metadata, tensors);
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContainingAll(texts);
    }

    private static final Map<String, String> STATED = Map.of("architecture", "13-7-5-3");

    @ParameterizedTest
    @ValueSource(strings = {"encoder.0.weight", "encoder.2.bias", "decoder.0.weight", "decoder.4.bias"})
    void missingTensors(String name) throws IOException {
        tensors.remove(name);
        refused(STATED, name);
        // Without text a missing encoder.0.weight leaves no shape to begin with; it is named all the same.
        refused(Map.of(), name);
    }

    @Test
    void noTensorsAtAll() throws IOException {
        tensors.clear();
        refused(Map.of(), "encoder.0.weight");
        refused(STATED, "encoder.0.weight");
    }

    @Test
    void unknownTensors() throws IOException {
        tensors.put("classifier.weight", new Safetensors.Tensor(List.of(1), new float[1]));
        refused(STATED, "classifier.weight");
        refused(Map.of(), "classifier.weight");
    }

    @Test
    void wrongShapes() throws IOException {
        Safetensors.Tensor right = tensors.get("decoder.2.weight");
        tensors.put("decoder.2.weight", new Safetensors.Tensor(List.of(5, 7), right.values()));
        refused(STATED, "decoder.2.weight", "[5, 7]", "[7, 5]");
        refused(Map.of(), "decoder.2.weight", "[5, 7]", "[5, 5]"); // a decoder 5-5-13
        tensors.put("decoder.2.weight", new Safetensors.Tensor(List.of(35), right.values()));
        refused(STATED, "decoder.2.weight", "[35]", "[7, 5]");
        tensors.put("decoder.2.weight", right);
        tensors.put(
                "encoder.0.weight",
                new Safetensors.Tensor(
                        List.of(7 * 13), tensors.get("encoder.0.weight").values()));
        refused(Map.of(), "encoder.0.weight", "[91]");
    }

    @Test
    void anEmptyWidth() throws IOException {
        tensors.put("encoder.0.weight", new Safetensors.Tensor(List.of(0, 13), new float[0]));
        refused(Map.of(), "hidden = 0");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void weightsThatAreNotFinite(float value) throws IOException {
        tensors.get("encoder.2.weight").values()[11] = value;
        refused(STATED, "encoder.2.weight", "" + value, "index 11");
    }

    @ParameterizedTest
    @CsvSource({
        "architecture, 13-7-5-4",
        "architecture, 13-7-3",
        "architecture, 13",
        "architecture, ''",
        "architecture, 1048576-1048576",
        "architecture, 9999999-1",
        "activation.hidden, mish",
        "activation.latent, ''",
        "activation.output, Sigmoid"
    })
    void textThatDoesNotFit(String name, String value) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(STATED);
        metadata.put(name, value);
        refused(metadata, value.startsWith("13-") ? "tensor" : value.substring(0, Math.min(7, value.length())));
    }

    private Autoencoder saved() throws IOException {
        Autoencoder model = Autoencoder.of(
                ARCHITECTURE,
                plain(tensors),
                Map.of("study.kind", "mean", "note", "of mine", "names", "a\nb", "a\nb", "name of two lines"));
        model.save(file);
        return model;
    }

    /** One bit of every byte: each file is refused, or is the same model. */
    @Test
    void noFlippedBitGoesUnnoticed() throws IOException {
        Autoencoder model = saved();
        Autoencoder loaded = Autoencoder.load(file);
        byte[] bytes = Files.readAllBytes(file);
        int accepted = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            Files.write(file, flipped);
            try {
                Autoencoder other = Autoencoder.load(file);
                assertThat(other.architecture()).isEqualTo(loaded.architecture());
                assertThat(other.weightsSha256()).as("byte %d", i).isEqualTo(model.weightsSha256());
                // Only the name of the checksum, without which there is none, and a name that cannot be in its list.
                Map<String, String> text = new LinkedHashMap<>(loaded.metadata());
                text.remove("a\nb");
                assertThat(other.metadata()).containsAllEntriesOf(text);
                accepted++;
            } catch (FormatException e) {
                assertThat(e).hasMessageContaining("model.safetensors");
            }
        }
        assertThat(accepted).isLessThan(60);
    }

    /** Text that another program adds is accepted; a change of the model itself is noticed. */
    @Test
    void textMayBeAddedToAModelButNotChanged() throws IOException {
        Autoencoder model = saved();
        Safetensors content = Safetensors.read(file);
        assertThat(content.metadata().get("hourglass.sha256")).matches("[0-9a-f]{64}");
        assertThat(Autoencoder.load(file).metadata()).doesNotContainKeys("hourglass.sha256", "hourglass.covered");
        Map<String, String> text = new LinkedHashMap<>(content.metadata());
        text.put("format", "pt");
        Safetensors.write(file, text, content.tensors());
        assertThat(Autoencoder.load(file).metadata())
                .containsEntry("format", "pt")
                .containsEntry("note", "of mine");

        text.put("note", "of yours");
        Safetensors.write(file, text, content.tensors());
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll(file + ": damaged or edited: ", "hourglass.sha256");
        text.remove("note");
        Safetensors.write(file, text, content.tensors());
        assertThatThrownBy(() -> Autoencoder.load(file)).hasMessageContaining("damaged or edited");

        text.remove("hourglass.sha256"); // as files of earlier versions, and of those who changed them on purpose
        Safetensors.write(file, text, content.tensors());
        assertThat(Autoencoder.load(file).weightsSha256()).isEqualTo(model.weightsSha256());
    }

    @Test
    void theReportsActivationsAreAssumedAndSaidToBe() throws IOException {
        Safetensors.write(file, Map.of(), tensors);
        Autoencoder model = Autoencoder.load(file);
        String assumed = "hidden tanh, latent identity, output sigmoid";
        assertThat(model.assumedActivations()).isEqualTo(assumed);
        model.save(file); // saving a model does not make its assumptions known
        assertThat(Autoencoder.load(file).assumedActivations()).isEqualTo(assumed);

        tensors.keySet().removeIf(name -> name.matches("encoder.[24].*|decoder.[02].*"));
        tensors.put("decoder.0.weight", new Safetensors.Tensor(List.of(13, 7), new float[13 * 7]));
        tensors.put("decoder.0.bias", new Safetensors.Tensor(List.of(13), new float[13]));
        tensors.remove("decoder.4.weight");
        tensors.remove("decoder.4.bias");
        Safetensors.write(file, Map.of("activation.output", "relu"), tensors);
        assertThat(Autoencoder.load(file).assumedActivations()).isEqualTo("latent identity");
        Autoencoder.of(ARCHITECTURE, plain(randomTensors(ARCHITECTURE)), Map.of())
                .save(file);
        assertThat(Autoencoder.load(file).assumedActivations()).isEmpty();
    }

    @Test
    void theReaderSaysWhatTheFileDoesNot() throws IOException {
        Safetensors.write(file, Map.of(), tensors);
        Assumptions relu = new Assumptions(Activation.RELU, Activation.TANH, Activation.IDENTITY, Map.of());
        Autoencoder model = Autoencoder.load(file, relu);
        assertThat(model.architecture())
                .isEqualTo(Architecture.of(13, List.of(7, 5), 3)
                        .withActivations(Activation.RELU, Activation.TANH, Activation.IDENTITY));
        assertThat(model.assumedActivations()).isEmpty();
        model.save(file);
        assertThat(Autoencoder.load(file, relu).architecture()).isEqualTo(model.architecture());
        assertThatThrownBy(() -> Autoencoder.load(file, new Assumptions(null, null, Activation.SIGMOID, Map.of())))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": states activation.output identity, expected sigmoid");
    }

    private void writeRenamed(UnaryOperator<String> rename) throws IOException {
        Map<String, Safetensors.Tensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> renamed.put(rename.apply(name), tensor));
        Safetensors.write(file, Map.of(), renamed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"module.", "model.", "_orig_mod.", "module._orig_mod.model."})
    void wrappersAreTakenOff(String wrapper) throws IOException {
        writeRenamed(name -> wrapper + name);
        assertSameBits(Autoencoder.load(file).tensors(), tensors);
    }

    @Test
    void twoTensorsOfOneNameAreRefused() throws IOException {
        tensors.put("module.encoder.0.bias", tensors.get("encoder.0.bias"));
        refused(Map.of(), "'encoder.0.bias'", "'module.encoder.0.bias'");
    }

    @Test
    void layersAreRenamed() throws IOException {
        Map<String, String> layers = new LinkedHashMap<>();
        layers.put("fc1", "encoder.0");
        layers.put("fc12", "encoder.2");
        layers.put("net.code", "encoder.4");
        layers.put("dec", "decoder");
        writeRenamed(name -> "model."
                + name.replace("encoder.0.", "fc1.")
                        .replace("encoder.2.", "fc12.")
                        .replace("encoder.4.", "net.code.")
                        .replace("decoder.", "dec."));
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": no tensor encoder.0.weight among 'fc1.weight' [7, 13], 'fc1.bias' [7], "
                        + "'fc12.weight' [5, 7], 'fc12.bias' [5], 'net.code.weight' [3, 5] and 7 more: expected dense "
                        + "layers or convolutions called encoder.0, encoder.2, ..., decoder.0, ... (rename other "
                        + "layers, on the command line with --map fc1=encoder.0)");
        assertSameBits(
                Autoencoder.load(file, new Assumptions(null, null, null, layers))
                        .tensors(),
                tensors);
        layers.put("fc3", "encoder.6");
        assertThatThrownBy(() -> Autoencoder.load(file, new Assumptions(null, null, null, layers)))
                .hasMessageContaining(": no tensor of a layer 'fc3' to rename, it holds 'model.fc1.weight' [7, 13], ");
    }

    /** Batch normalisation has a tensor of integers, which belongs to no layer and is named in the message. */
    @Test
    void batchNormalisationIsNamed() throws IOException {
        tensors.put("encoder.1.running_mean", new Safetensors.Tensor(List.of(7), new float[7]));
        refused(Map.of(), "tensors that belong to no layer, 'encoder.1.running_mean' [7]: ");
        tensors.remove("encoder.1.running_mean");
        tensors.put("encoder.1.num_batches_tracked", new Safetensors.Tensor(List.of(2), new float[2]));
        Safetensors.write(file, Map.of(), tensors);
        String asFloats = Files.readString(file, StandardCharsets.ISO_8859_1);
        String name = "\"encoder.1.num_batches_tracked\":{\"dtype\":\"";
        assertThat(asFloats).contains(name + "F32\",\"shape\":[2]");
        Files.writeString(
                file,
                asFloats.replace(name + "F32\",\"shape\":[2]", name + "I64\",\"shape\":[1]"),
                StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(
                        "holds tensors that belong to no layer, 'encoder.1.num_batches_tracked' I64 [1]: expected "
                                + "dense layers");
    }

    @Test
    void anyNumberOfForeignNamesMakesAShortLine() throws IOException {
        Safetensors.Tensor one = new Safetensors.Tensor(List.of(1), new float[1]);
        for (int i = 0; i < 40_000; i++) {
            tensors.put("a tensor\u0007 of quite another network than this one, called number " + i, one);
        }
        for (Map<String, String> text : List.of(STATED, Map.<String, String>of())) {
            Safetensors.write(file, text, tensors);
            assertThatThrownBy(() -> Autoencoder.load(file))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("'a tensor\\u0007 of quite")
                    .hasMessageContaining("and 39995 more")
                    .message()
                    .hasSizeLessThan(1000);
        }
        tensors.keySet().removeIf(name -> name.startsWith("encoder.0"));
        Safetensors.write(file, Map.of(), tensors);
        assertThatThrownBy(() -> Autoencoder.load(file)).message().hasSizeLessThan(1000);
    }

    /** A decoder of other widths than the encoder's, from text and from shapes alone. */
    @ParameterizedTest
    @ValueSource(strings = {"13-7-5-3:4-6-2-13", "13-7-3:13", "13-3:8-13"})
    void decodersThatDoNotMirrorTheEncoder(String text) throws IOException {
        Architecture architecture = Architecture.parse(text);
        Dataset rows = TestData.pixels(50, 13, 1);
        Autoencoder model = new Trainer(architecture, Recipe.paper().with(r -> r.epochs(3)))
                .fit(rows)
                .model();
        model.save(file);
        Autoencoder loaded = Autoencoder.load(file);
        assertThat(loaded.architecture()).isEqualTo(architecture).hasToString(text);
        Safetensors.write(file, Map.of(), Safetensors.read(file).tensors());
        Autoencoder fromShapes = Autoencoder.load(file);
        assertThat(fromShapes.architecture()).isEqualTo(architecture);
        float[] row = rows.row(3);
        float[] expected = row;
        for (Layer layer : architecture.layers()) {
            expected = layer(layer, model.tensors(), expected);
        }
        assertThat(fromShapes.reconstruct(row)).containsExactly(expected, within(1e-5f));
        assertThat(fromShapes.error(rows)).isEqualTo(model.error(rows));
    }

    private static float[] layer(Layer layer, Map<String, float[]> tensors, float[] x) {
        float[] y = new float[layer.outputs()];
        for (int o = 0; o < y.length; o++) {
            double sum = tensors.get(layer.bias())[o];
            for (int i = 0; i < x.length; i++) {
                sum += tensors.get(layer.weight())[o * x.length + i] * x[i];
            }
            y[o] = layer.activation().value((float) sum);
        }
        return y;
    }

    @Test
    void hostileTextIsQuotedShort() throws IOException {
        refused(Map.of("architecture", "13-7\u001b[31m" + "x".repeat(100_000)), "'architecture '13-7\\u001b[31m");
        refused(Map.of("architecture", "13-7-5-3", "activation.hidden", "\r\n"), "\\u000d\\u000a");
        assertThatThrownBy(() -> Autoencoder.load(file)).message().hasLineCount(1);
    }
}
