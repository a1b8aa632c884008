package io.hourglass;

import io.hourglass.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to assume about a file that holds tensors only, as PyTorch writes it. {@link Autoencoder#load(
 * java.nio.file.Path, Assumptions)} refuses a file that states something else.
 *
 * <pre>{@code
 * Assumptions relu = new Assumptions(Activation.RELU, null, null, Map.of("fc1", "encoder.0", "fc2", "decoder.0"));
 * Autoencoder imported = Autoencoder.load(file, relu);
 * Autoencoder digits = Autoencoder.load(file, relu.withImages(28, 28).withStrides(List.of(1, 2)));
 * }</pre>
 *
 * @param hidden activation of the hidden layers; null for the report's, tanh
 * @param latent activation of the code; null for the report's, the identity
 * @param output activation of the reconstruction; null for the report's, the sigmoid
 * @param layers from the file's names of layers, or their first components, to names from {@link
 *     io.hourglass.nn.Architecture#layers()}: {@code fc1} to {@code encoder.0}, or {@code enc} to {@code encoder}. The
 *     first match counts. The prefixes {@code module.}, {@code model.} and {@code _orig_mod.} are removed before
 * @param images height and width of the images that the convolutions read; null if there are none. Their channels
 *     follow from the file
 * @param strides of the convolutions, from the image on: one for all, or one for each; empty for 2
 */
public record Assumptions(
        @Nullable Activation hidden,
        @Nullable Activation latent,
        @Nullable Activation output,
        Map<String, String> layers,
        @Nullable Size images,
        List<Integer> strides) {
    /** No assumptions: the report's activations, and tensors that have the layers' names. */
    public static final Assumptions NONE = new Assumptions(null, null, null, Map.of());

    /**
     * The size of images.
     *
     * @param height in pixels
     * @param width in pixels
     */
    public record Size(int height, int width) {}

    /**
     * Assumptions about activations, names and convolutions.
     *
     * @param hidden activation of the hidden layers, or null
     * @param latent activation of the code, or null
     * @param output activation of the reconstruction, or null
     * @param layers names to replace, in this order; the map is copied
     * @param images size of the images, or null
     * @param strides of the convolutions, or none
     */
    public Assumptions {
        layers = new LinkedHashMap<>(layers);
        strides = List.copyOf(strides);
    }

    /**
     * Assumptions about activations and names.
     *
     * @param hidden activation of the hidden layers, or null
     * @param latent activation of the code, or null
     * @param output activation of the reconstruction, or null
     * @param layers names to replace, in this order; the map is copied
     */
    public Assumptions(
            @Nullable Activation hidden,
            @Nullable Activation latent,
            @Nullable Activation output,
            Map<String, String> layers) {
        this(hidden, latent, output, layers, null, List.of());
    }

    /**
     * {@return these assumptions with the size of the images that the convolutions read}
     *
     * @param height in pixels
     * @param width in pixels
     */
    public Assumptions withImages(int height, int width) {
        return new Assumptions(hidden, latent, output, layers, new Size(height, width), strides);
    }

    /**
     * {@return these assumptions with the strides of the convolutions}
     *
     * @param strides one for all convolutions, or one for each
     */
    public Assumptions withStrides(List<Integer> strides) {
        return new Assumptions(hidden, latent, output, layers, images, strides);
    }
}
