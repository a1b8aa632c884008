package io.hourglass;

import io.hourglass.nn.Activation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to assume about a file that holds tensors only, as PyTorch writes it. {@link Autoencoder#load(
 * java.nio.file.Path, Assumptions)} refuses a file that states something else.
 *
 * <pre>{@code
 * Assumptions relu = new Assumptions(Activation.RELU, null, null, Map.of("fc1", "encoder.0", "fc2", "decoder.0"));
 * Autoencoder imported = Autoencoder.load(file, relu);
 * }</pre>
 *
 * @param hidden activation of the hidden layers; null for the report's, tanh
 * @param latent activation of the code; null for the report's, the identity
 * @param output activation of the reconstruction; null for the report's, the sigmoid
 * @param layers from the file's names of layers, or their first components, to names from {@link
 *     io.hourglass.nn.Architecture#layers()}: {@code fc1} to {@code encoder.0}, or {@code enc} to {@code encoder}. The
 *     first match counts. The prefixes {@code module.}, {@code model.} and {@code _orig_mod.} are removed before
 */
public record Assumptions(
        @Nullable Activation hidden,
        @Nullable Activation latent,
        @Nullable Activation output,
        Map<String, String> layers) {
    /** No assumptions: the report's activations, and tensors that have the layers' names. */
    public static final Assumptions NONE = new Assumptions(null, null, null, Map.of());

    /**
     * Assumptions about activations and names.
     *
     * @param hidden activation of the hidden layers, or null
     * @param latent activation of the code, or null
     * @param output activation of the reconstruction, or null
     * @param layers names to replace, in this order; the map is copied
     */
    public Assumptions {
        layers = new LinkedHashMap<>(layers);
    }
}
