package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.format.FormatException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small networks of the report's Listings 1, 2 and 4 as PyTorch 1.13 stores them: nothing but tensors. Made by
 * {@code lab/src/test/python/make_fixtures.py}, with what PyTorch computes from the stored weights in double precision.
 */
class PyTorchFileTest {
    @TempDir
    Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(PyTorchFileTest.class.getResource("/pytorch/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "listing1-f32, 20-9-2",
        "listing1-bf16, 20-9-2",
        "listing2-f16, 20-18-16",
        "listing4-f32, 20-11-7-3",
        "listing4-f64, 20-11-7-3"
    })
    void computesWhatPyTorchComputes(String name, String architecture) throws IOException {
        Autoencoder model = Autoencoder.load(resource(name + ".safetensors"));
        assertThat(model.architecture()).hasToString(architecture);
        JsonNode file = JsonMapper.shared().readTree(resource("expected.json").toFile());
        JsonNode expected = file.get("expected").get(name);
        for (int row = 0; row < file.get("x").size(); row++) {
            float[] x = floats(file.get("x").get(row));
            float[] latent = model.encode(x);
            assertClose(latent, expected.get("latent").get(row));
            assertClose(model.decode(latent), expected.get("reconstruction").get(row));
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).floatValue();
        }
        return values;
    }

    private static void assertClose(float[] actual, JsonNode expected) {
        assertThat(actual).hasSize(expected.size());
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected.get(i).doubleValue(), within(1e-5));
        }
    }

    /** torch.save writes a zip file of pickles, which could run code: never read, but named. */
    @Test
    void namesWhatTorchSaveWrites() throws IOException {
        Path file = folder.resolve("model.pt");
        Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0, 8, 8, 0, 0, 0, 0});
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll("model.pt", "zip file", "torch.save", "safetensors.torch.save_file");
    }
}
