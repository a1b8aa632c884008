package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.io.Hostile;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Optimizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every reader on any bytes: nothing but an IOException of one line that names the file may come out, and no more
 * memory be taken than the file justifies ({@link Hostile}). As a test each runs on the files in {@code
 * src/test/resources/io/hourglass/ReadersFuzzTestInputs}; with {@code JAZZER_FUZZ=1}, {@code -Djazzer.hooks=true} (or
 * Jazzer sees no coverage) and one method chosen, Jazzer looks for new ones (see BENCHMARKS.md).
 */
class ReadersFuzzTest {
    /** The largest expansion of a byte by deflate, several times, because an array grows by copying. */
    private static final int UNPACKED = 4 * 1032;

    private static final Architecture ARCHITECTURE = Architecture.parse("4-3-2");
    private static final Path FOLDER = folder();
    private static final Path FILE = FOLDER.resolve("fuzzed");

    /** For all runs of a method: a folder for each would take longer than to read it. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("hourglass-fuzz");
            folder.toFile().deleteOnExit();
            folder.resolve("fuzzed").toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void safetensors(byte[] bytes) throws IOException {
        String message = Hostile.read(Safetensors::read, FILE, bytes);
        String fromStream =
                Hostile.read(file -> Safetensors.read(new ByteArrayInputStream(bytes), file.toString()), FILE, bytes);
        assertThat(fromStream == null).as(message + " | " + fromStream).isEqualTo(message == null);
    }

    @FuzzTest
    void model(byte[] bytes) throws IOException {
        // For the kernels' padding of each layer, and for a scaler's text.
        String message = Hostile.read(Autoencoder::load, FILE, bytes, 1024);
        String fromBytes = Hostile.read(file -> Autoencoder.ofBytes(bytes, file.toString()), FILE, bytes, 1024);
        assertThat(fromBytes == null).as(message + " | " + fromBytes).isEqualTo(message == null);
    }

    @FuzzTest
    void idxImages(byte[] bytes) throws IOException {
        Hostile.read(Idx::readImages, FILE, bytes, UNPACKED);
    }

    /** The reader that holds some images at a time only, plain files and packed ones. */
    @FuzzTest
    void idxStream(byte[] bytes) throws IOException {
        Hostile.read(
                file -> {
                    try (Idx.Images images = Idx.openImages(file)) {
                        while (images.next(1000) != null) {
                            // read on
                        }
                    }
                },
                FILE,
                bytes,
                UNPACKED);
    }

    /** The reader of idxImages, with gzipped seeds. */
    @FuzzTest
    void gzip(byte[] bytes) throws IOException {
        Hostile.read(Idx::readImages, FILE, bytes, UNPACKED);
    }

    @FuzzTest
    void idxLabels(byte[] bytes) throws IOException {
        Path images = FOLDER.resolve("images");
        if (!Files.exists(images)) {
            Idx.writeRows(images, new byte[3], 1);
            images.toFile().deleteOnExit();
        }
        Hostile.read(labels -> Idx.read(images, labels), FILE, bytes, UNPACKED);
    }

    /** With a corrected checksum, so that the reader does not only find damage. */
    @FuzzTest
    void checkpoint(byte[] bytes) throws IOException {
        Path file = FOLDER.resolve("epoch-0000001.safetensors");
        Files.write(FILE, bytes);
        try {
            Safetensors content = Safetensors.read(FILE);
            Map<String, float[]> values = new LinkedHashMap<>();
            content.tensors().forEach((name, tensor) -> values.put(name, tensor.values()));
            Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
            metadata.put(Checkpoints.SUM, Checkpoints.sum(metadata, values));
            Safetensors.write(FILE, metadata, content.tensors());
        } catch (FormatException e) {
            // to be refused by what is tested, too
        }
        byte[] whole = Files.readAllBytes(FILE);
        file.toFile().deleteOnExit();
        FOLDER.resolve(".lock").toFile().deleteOnExit();
        Hostile.read(read -> newest(), file, whole, 1024);
        Hostile.read(Autoencoder::load, file, whole, 1024);
    }

    private static void newest() throws IOException {
        try (Checkpoints checkpoints =
                new Checkpoints(FOLDER, ARCHITECTURE, Optimizer.ADAMW, Map.of("run", "fuzzed"), note -> {})) {
            checkpoints.newest(7);
        }
    }
}
