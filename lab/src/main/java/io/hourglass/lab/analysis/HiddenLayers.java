package io.hourglass.lab.analysis;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The outputs of a model's hidden units for some rows.
 *
 * @param name of the layer as in the model file, for instance {@code encoder.2}
 * @param values [rows][units], after the activation
 */
public record HiddenLayers(String name, float[][] values) {

    /**
     * The outputs of every hidden layer, from the input to the reconstruction; none for a model without hidden layers.
     *
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs
     */
    public static List<HiddenLayers> of(Autoencoder model, Dataset rows) {
        List<HiddenLayers> layers = new ArrayList<>();
        List<Integer> widths = model.architecture().hidden();
        float[][] codes = model.encode(rows);
        for (int i = 0; i < widths.size(); i++) {
            layers.add(layer(model, "encoder.", rows, widths.subList(0, i), widths.get(i)));
        }
        List<Integer> outwards = model.architecture().decoderHidden();
        if (!outwards.isEmpty()) {
            Dataset latents = Rows.dataset("codes", codes);
            for (int i = 0; i < outwards.size(); i++) {
                layers.add(layer(model, "decoder.", latents, outwards.subList(0, i), outwards.get(i)));
            }
        }
        return layers;
    }

    /**
     * The first layers of the encoder or the decoder, used as the encoder of another model: its code is the output of
     * the last of them.
     */
    private static HiddenLayers layer(Autoencoder model, String half, Dataset input, List<Integer> before, int width) {
        Architecture whole = model.architecture();
        Architecture part = Architecture.of(input.inputs(), before, width)
                .withActivations(whole.hiddenActivation(), whole.hiddenActivation(), whole.outputActivation());
        Map<String, float[]> given = model.tensors();
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : part.layers()) {
            boolean used = layer.name().startsWith("encoder.");
            String from = layer.name().replace("encoder.", half);
            int weights = layer.inputs() * layer.outputs();
            tensors.put(
                    layer.name() + ".weight",
                    used ? Objects.requireNonNull(given.get(from + ".weight")) : new float[weights]);
            tensors.put(
                    layer.name() + ".bias",
                    used ? Objects.requireNonNull(given.get(from + ".bias")) : new float[layer.outputs()]);
        }
        // Rows are in the user's units, codes are not.
        Map<String, String> scaler = half.equals("encoder.") ? model.scaler().metadata() : Map.of();
        return new HiddenLayers(
                half + 2 * before.size(), Autoencoder.of(part, tensors, scaler).encode(input));
    }
}
