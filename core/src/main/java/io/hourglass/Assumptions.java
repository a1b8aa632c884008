package io.hourglass;

import io.hourglass.nn.Activation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to take for granted of a file that holds tensors and tells nothing about them, as PyTorch writes one. {@link
 * Autoencoder#load( java.nio.file.Path, Assumptions)} refuses a file that states something else.
 *
 * @param hidden activation of the hidden layers; null for the report's, tanh
 * @param latent activation of the code; null for the report's, the identity
 * @param output activation of the reconstruction; null for the report's, the sigmoid
 * @param layers the file's names of layers, or what these begin with, and those of {@link
 *     io.hourglass.nn.Architecture#layers()} to put in their place: {@code fc1} and {@code encoder.0}, or {@code enc}
 *     and {@code encoder}. The first that fits counts. The wrappers {@code module.}, {@code model.} and {@code
 *     _orig_mod.} are taken off before
 */
public record Assumptions(
        @Nullable Activation hidden,
        @Nullable Activation latent,
        @Nullable Activation output,
        Map<String, String> layers) {
    /** Nothing but what the report does. */
    public static final Assumptions NONE = new Assumptions(null, null, null, Map.of());

    /** Copies the map in its order. */
    public Assumptions {
        layers = new LinkedHashMap<>(layers);
    }
}
