package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.anomaly.AnomalyDetector;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A model as the bytes of its safetensors file. The same bytes are sent to the executors and stored in a saved stage.
 * Each executor parses them once, not once per task.
 */
final class ModelBytes implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] content;
    private transient volatile @Nullable Autoencoder model;
    private transient volatile @Nullable AnomalyDetector detector;

    private ModelBytes(byte[] content, Autoencoder model) {
        this.content = content;
        this.model = model;
    }

    /** The bytes of a model. */
    static ModelBytes of(Autoencoder model) {
        return new ModelBytes(model.toBytes(), model);
    }

    /**
     * A model with that content.
     *
     * @param name of the file, for messages
     * @throws IOException if the content is not a model
     */
    static ModelBytes of(byte[] content, String name) throws IOException {
        return new ModelBytes(content, Autoencoder.ofBytes(content, name));
    }

    /** The file's bytes. */
    byte[] content() {
        return content;
    }

    /** The model, which computes on the caller's thread: Spark already runs one task per core. */
    Autoencoder model() {
        Autoencoder known = model;
        if (known == null) {
            try {
                known = Autoencoder.ofBytes(content, "the broadcast model");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            model = known;
        }
        return known.withThreads(1);
    }

    /**
     * What computes the model's anomaly score, likewise.
     *
     * @throws IllegalArgumentException if what the model stores for it is damaged; the message names it
     */
    AnomalyDetector detector() {
        AnomalyDetector known = detector;
        if (known == null) {
            known = AnomalyDetector.of(model());
            detector = known;
        }
        return known;
    }
}
