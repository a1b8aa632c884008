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
 * A model as the bytes of its safetensors file: what is sent to the executors and stored in a saved stage, so that
 * there is one form of it for everybody. The executors read it once each, not once a task.
 */
final class ModelFile implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] content;
    private transient volatile @Nullable Autoencoder model;

    private ModelFile(byte[] content, Autoencoder model) {
        this.content = content;
        this.model = model;
    }

    /** A file of a model. */
    static ModelFile of(Autoencoder model) {
        try {
            Path folder = Files.createTempDirectory("hourglass-");
            Path file = folder.resolve("model.safetensors");
            try {
                model.save(file);
                return new ModelFile(Files.readAllBytes(file), model);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The bytes of a file.
     *
     * @param name of it, for messages
     * @throws IOException if they are no model
     */
    static ModelFile of(byte[] content, String name) throws IOException {
        try {
            return new ModelFile(content, read(content));
        } catch (FormatException e) {
            throw new FormatException(name + ": " + e.getMessage());
        }
    }

    /** The file's bytes. */
    byte[] content() {
        return content;
    }

    /**
     * What they stand for, computing on the thread of its caller: Spark gives each task a core, and the cores to the
     * tasks.
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
