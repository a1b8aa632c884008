package io.hourglass.lab.analysis;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The outputs of a model's dense hidden units for some rows. Those of convolutions are left out: there are thousands of
 * them for each row.
 *
 * @param name of the layer as in the model file, for instance {@code encoder.2}
 * @param values [rows][units], after the activation
 */
public record HiddenLayers(String name, float[][] values) {

    /**
     * The outputs of every dense hidden layer, from the input to the reconstruction, also of the one that makes the
     * image for the transposed convolutions, in PyTorch's order; none for a model without hidden layers.
     *
     * @throws IllegalArgumentException if the rows are not as wide as the model's inputs
     */
    public static List<HiddenLayers> of(Autoencoder model, Dataset rows) {
        List<HiddenLayers> layers = new ArrayList<>();
        Architecture architecture = model.architecture();
        List<Integer> widths = architecture.hidden();
        float[][] codes = model.encode(rows);
        for (int i = 0; i < widths.size(); i++) {
            layers.add(layer(model, "encoder.", rows, widths.subList(0, i), widths.get(i)));
        }
        List<Integer> outwards = new ArrayList<>(architecture.decoderHidden());
        if (!architecture.convolutions().isEmpty()) {
            outwards.add(architecture
                    .layers()
                    .get(architecture.encoderLayers() + outwards.size())
                    .outputs());
        }
        if (!outwards.isEmpty()) {
            Dataset latents = Dataset.of(codes);
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
        boolean isEncoder = half.equals("encoder.");
        Architecture part = Architecture.of(input.inputs(), before, width)
                .withConvolutions(
                        isEncoder ? whole.image() : Shape.row(input.inputs()),
                        isEncoder ? whole.convolutions() : List.of())
                .withActivations(whole.hiddenActivation(), whole.hiddenActivation(), whole.outputActivation());
        Map<String, float[]> given = model.tensors();
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : part.layers()) {
            boolean used = layer.name().startsWith("encoder.");
            String from = layer.name().replace("encoder.", half);
            tensors.put(
                    layer.name() + ".weight",
                    used ? Objects.requireNonNull(given.get(from + ".weight")) : new float[(int) layer.weights()]);
            tensors.put(
                    layer.name() + ".bias",
                    used ? Objects.requireNonNull(given.get(from + ".bias")) : new float[layer.biases()]);
        }
        // Rows are in the user's units, codes are not.
        Map<String, String> metadata =
                new LinkedHashMap<>(isEncoder ? model.scaler().metadata() : Map.of());
        if (isEncoder) {
            model.imputation().ifPresent(imputation -> metadata.putAll(imputation.metadata()));
        }
        String last = part.layers().get(part.encoderLayers() - 1).name();
        return new HiddenLayers(
                last.replace("encoder.", half),
                Autoencoder.of(part, tensors, metadata).encode(input));
    }
}
