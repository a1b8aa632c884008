package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HiddenLayersTest {
    private static final Dataset ROWS = Dataset.ofFloats("rows", new float[] {0.2f, 0.4f, 0.9f, 1, 0, 0.5f}, 3);

    private static Autoencoder model(List<Integer> hidden) {
        return model(Architecture.of(3, hidden, 2));
    }

    private static Autoencoder model(Architecture architecture) {
        Random random = new Random(1);
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Layer layer : architecture.layers()) {
            float[] weights = new float[(int) layer.weights()];
            float[] biases = new float[layer.biases()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) random.nextGaussian();
            }
            for (int i = 0; i < biases.length; i++) {
                biases[i] = (float) random.nextGaussian();
            }
            tensors.put(layer.weight(), weights);
            tensors.put(layer.bias(), biases);
        }
        return Autoencoder.of(architecture, tensors, Map.of());
    }

    @Test
    void theLayersAreThoseOfTheModelItself() {
        Autoencoder model = model(List.of(5, 4));
        List<HiddenLayers> layers = HiddenLayers.of(model, ROWS);
        assertThat(layers)
                .extracting(HiddenLayers::name)
                .containsExactly("encoder.0", "encoder.2", "decoder.0", "decoder.2");

        // By hand, layer by layer, in double precision; the linear code lies between the halves.
        for (int row = 0; row < 2; row++) {
            double[] values = doubles(ROWS.row(row));
            values = layer(model, "encoder.0", values, true);
            assertEqual(layers.get(0).values()[row], values);
            values = layer(model, "encoder.2", values, true);
            assertEqual(layers.get(1).values()[row], values);
            values = layer(model, "encoder.4", values, false);
            values = layer(model, "decoder.0", values, true);
            assertEqual(layers.get(2).values()[row], values);
            values = layer(model, "decoder.2", values, true);
            assertEqual(layers.get(3).values()[row], values);
        }
    }

    /** The dense layers between the convolutions: with those around them they compute what the model does. */
    @Test
    void convolutionsAreLeftOut() {
        Autoencoder model = model(Architecture.parse("1x3x1-2c3s2-5-4-2"));
        List<HiddenLayers> layers = HiddenLayers.of(model, ROWS);
        assertThat(layers)
                .extracting(HiddenLayers::name)
                .containsExactly("encoder.3", "encoder.5", "decoder.0", "decoder.2", "decoder.4");
        for (int row = 0; row < 2; row++) {
            double[] first = doubles(layers.get(0).values()[row]);
            double[] second = layer(model, "encoder.5", first, true);
            assertEqual(layers.get(1).values()[row], second);
            double[] code = layer(model, "encoder.7", second, false);
            assertEqual(model.encode(ROWS.row(row)), code);
            double[] values = layer(model, "decoder.2", layer(model, "decoder.0", code, true), true);
            assertEqual(layers.get(3).values()[row], values);
            assertEqual(layers.get(4).values()[row], layer(model, "decoder.4", values, true));
        }
    }

    @Test
    void withoutHiddenLayersThereIsNothing() {
        assertThat(HiddenLayers.of(model(List.of()), ROWS)).isEmpty();
    }

    private static double[] layer(Autoencoder model, String name, double[] input, boolean tanh) {
        float[] weights = model.tensors().get(name + ".weight");
        float[] biases = model.tensors().get(name + ".bias");
        double[] output = new double[biases.length];
        for (int o = 0; o < output.length; o++) {
            double sum = biases[o];
            for (int i = 0; i < input.length; i++) {
                sum += weights[o * input.length + i] * input[i];
            }
            output[o] = tanh ? Math.tanh(sum) : sum;
        }
        return output;
    }

    private static double[] doubles(float[] row) {
        double[] values = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            values[i] = row[i];
        }
        return values;
    }

    private static void assertEqual(float[] actual, double[] expected) {
        assertThat(doubles(actual)).containsExactly(expected, within(1e-5));
    }
}
