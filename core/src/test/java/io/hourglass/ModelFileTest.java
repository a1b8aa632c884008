package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.io.FormatException;
import io.hourglass.io.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

    /** Any finite bit patterns, -0 and denormals among them. */
    private static Map<String, Safetensors.Tensor> randomTensors(Architecture architecture) {
        Random random = new Random(1);
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            tensors.put(
                    layer.weight(),
                    new Safetensors.Tensor(
                            List.of(layer.outputs(), layer.inputs()),
                            values(random, layer.outputs() * layer.inputs())));
            tensors.put(
                    layer.bias(), new Safetensors.Tensor(List.of(layer.outputs()), values(random, layer.outputs())));
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
    @ValueSource(strings = {"13-7-5-3", "3-1", "1-1", "67-49-48-17-2"})
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
        Activation next = Activation.values()[(activation.ordinal() + 1) % 4];
        Activation last = Activation.values()[(activation.ordinal() + 2) % 4];
        Architecture architecture = new Architecture(13, List.of(7, 5), 3, activation, next, last);
        Autoencoder.of(architecture, plain(tensors), Map.of()).save(file);
        assertThat(Autoencoder.load(file).architecture()).isEqualTo(architecture);
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
        refused(Map.of(), "decoder.2.weight", "[5, 7]", "[7, 5]");
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
        "activation.hidden, gelu",
        "activation.latent, ''",
        "activation.output, Sigmoid"
    })
    void textThatDoesNotFit(String name, String value) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(STATED);
        metadata.put(name, value);
        refused(metadata, value.startsWith("13-") ? "tensor" : value.substring(0, Math.min(7, value.length())));
    }
}
