package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model as the bytes of its safetensors file. The same bytes are sent to the executors and stored in a saved stage.
 * Each executor parses them once, not once per task.
 */
final class ModelBytes implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] content;
    private transient volatile @Nullable Autoencoder model;

    private ModelBytes(byte[] content, Autoencoder model) {
        this.content = content;
        this.model = model;
    }

    /** The file of a model. */
    static ModelBytes of(Autoencoder model) {
        try {
            Path folder = Files.createTempDirectory("hourglass-");
            Path file = folder.resolve("model.safetensors");
            try {
                model.save(file);
                return new ModelBytes(Files.readAllBytes(file), model);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A model file with that content.
     *
     * @param name name of the file, for messages
     * @throws IOException if the content is not a model
     */
    static ModelBytes of(byte[] content, String name) throws IOException {
        try {
            return new ModelBytes(content, read(content));
        } catch (FormatException e) {
            throw new FormatException(name + ": " + e.getMessage());
        }
    }

    /** The file's bytes. */
    byte[] content() {
        return content;
    }

    /**
     * The model, which computes on the caller's thread: Spark already runs one task per core.
     */
    Autoencoder model() {
        Autoencoder known = model;
        if (known == null) {
            try {
                known = read(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            model = known;
        }
        return known.withThreads(1);
    }

    private static Autoencoder read(byte[] content) throws IOException {
        Path file = Files.createTempFile("hourglass-", ".safetensors");
        try {
            Files.write(file, content);
            return Autoencoder.load(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
