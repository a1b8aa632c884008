package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    private final Network network = new Network(Architecture.parse("61-53-7"), Kernels.best());

    @Test
    void tensorsComeBackAsTheyWereSet() {
        Map<String, float[]> tensors = network.tensors();
        assertThat(tensors.keySet())
                .containsExactly(
                        "encoder.0.weight",
                        "encoder.0.bias",
                        "encoder.2.weight",
                        "encoder.2.bias",
                        "decoder.0.weight",
                        "decoder.0.bias",
                        "decoder.2.weight",
                        "decoder.2.bias");
        float next = 1;
        for (float[] tensor : tensors.values()) {
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] = next++;
            }
        }
        network.setTensors(tensors);
        assertThat(network.tensors()).usingRecursiveComparison().isEqualTo(tensors);
        for (Weights layer : network.layers()) {
            Step.requirePaddingIsZero(layer, layer.weights());
        }
    }

    /** Inputs of an output as PyTorch counts them, by name of the layer. */
    private static final Map<String, Integer> FAN_IN = Map.of(
            "encoder.0", 2 * 9,
            "encoder.2", 24 * 25,
            "encoder.5", 4 * 3 * 31,
            "encoder.7", 41,
            "decoder.0", 7,
            "decoder.2", 41,
            "decoder.5", 24 * 25, // of ConvTranspose2d: its outputs' channels
            "decoder.7", 2 * 9);

    /** PyTorch's default: weights and biases uniform within 1/sqrt(inputs of an output). */
    @ParameterizedTest
    @ValueSource(strings = {"61-53-7", "7x6x2-24c3s1-31c5s2-41-7"})
    void initialWeightsAreUniformWithinTheBound(String widths) {
        Network network = new Network(Architecture.parse(widths), Kernels.best());
        network.initialize(1);
        Map<String, float[]> tensors = network.tensors();
        for (Layer layer : network.architecture().layers()) {
            boolean dense = network.architecture().convolutions().isEmpty();
            double bound = 1 / Math.sqrt(dense ? layer.inputs() : FAN_IN.get(layer.name()));
            for (String name : new String[] {layer.weight(), layer.bias()}) {
                float[] tensor = tensors.get(name);
                double largest = 0;
                double squares = 0;
                for (float value : tensor) {
                    largest = Math.max(largest, Math.abs(value));
                    squares += (double) value * value;
                }
                assertThat(largest).as(name).isBetween(tensor.length > 2 ? 0.5 * bound : 0, bound);
                if (tensor.length > 300) {
                    // The variance of a uniform distribution is a third of the bound's square.
                    assertThat(squares / tensor.length / (bound * bound))
                            .as(name)
                            .isBetween(0.28, 0.39);
                }
            }
        }
    }

    /** In sparse rows, products with zero are skipped; the scalar kernels skip nothing. */
    @ParameterizedTest
    @CsvSource({"61-53-7, 1", "61-53-7, 64", "784-130-5, 63", "130-100-9-3, 7"})
    void zerosMayBeLeftOut(String widths, int rows) {
        Architecture architecture = Architecture.parse(widths);
        float[][] first = new float[2][];
        for (int sparse = 0; sparse < 2; sparse++) {
            for (Kernels kernels : new Kernels[] {Kernels.SCALAR, Kernels.best()}) {
                Network made = new Network(architecture, kernels);
                made.initialize(5);
                Forward forward = new Forward(made, rows);
                java.util.Random random = new java.util.Random(3);
                for (int r = 0; r < rows; r++) {
                    for (int i = 0; i < architecture.inputs(); i++) {
                        boolean zero = random.nextInt(4) > 0 && sparse == 1;
                        forward.values(0)[forward.offset(0, r) + i] = zero ? 0 : random.nextFloat();
                    }
                }
                int layers = architecture.layers().size();
                forward.run(rows, 0, layers);
                float[] outputs = new float[rows * architecture.inputs()];
                for (int r = 0; r < rows; r++) {
                    System.arraycopy(
                            forward.values(layers),
                            forward.offset(layers, r),
                            outputs,
                            r * architecture.inputs(),
                            architecture.inputs());
                }
                first[sparse] = first[sparse] == null ? outputs : first[sparse];
                assertThat(outputs).isEqualTo(first[sparse]);
            }
        }
        assertThat(first[0]).isNotEqualTo(first[1]);
    }

    /** A forward pass that has kept something of the weights sees the new ones after each change. */
    @ParameterizedTest
    @ValueSource(strings = {"61-53-7", "7x6x2-4c3s2-20c3s1-7", "5x9x1-16c5s2-8c3s1-6-4"})
    void aForwardPassSeesTheNewWeights(String widths) {
        Architecture architecture = Architecture.parse(widths);
        Network trained = new Network(architecture, Kernels.best());
        trained.initialize(1);
        Forward forward = new Forward(trained, 5);
        float[][] rows = GradientTest.randomRows(5, architecture.inputs(), 2);
        List<float[][]> seen = new ArrayList<>();
        seen.add(UnusualImagesTest.outputs(forward, architecture, rows));
        Updater updater = Updater.of(trained, new Updater.Settings(Optimizer.ADAM, 0, 1, 0.999, 0, false));
        try (Step step = new Step(trained, 5, 2)) {
            for (int t = 1; t <= 3; t++) {
                updater.prepare(t, 0.01);
                step.train(rows, updater);
                seen.add(UnusualImagesTest.outputs(forward, architecture, rows));
                assertThat(seen.get(t))
                        .isDeepEqualTo(UnusualImagesTest.outputs(new Forward(trained, 5), architecture, rows))
                        .isNotEqualTo(seen.get(t - 1));
            }
        }
        Network other = new Network(architecture, Kernels.best());
        other.initialize(3);
        trained.setTensors(other.tensors());
        assertThat(UnusualImagesTest.outputs(forward, architecture, rows))
                .isDeepEqualTo(UnusualImagesTest.outputs(new Forward(other, 5), architecture, rows))
                .isNotEqualTo(seen.get(3));
    }

    @Test
    void badTensorsAreNamed() {
        Map<String, float[]> tensors = network.tensors();
        tensors.put("decoder.0.bias", new float[52]);
        assertThatThrownBy(() -> network.setTensors(tensors))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decoder.0.bias has 52 values, expected 53");
        tensors.remove("encoder.2.weight");
        assertThatThrownBy(() -> network.setTensors(tensors))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("encoder.2.weight is missing");
    }

    /** Not a bare "integer overflow". */
    @Test
    void layersTooLargeForAnArrayAreNamed() {
        assertThatThrownBy(() -> new Network(Architecture.parse("1000000-1000000-2"), Kernels.best()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("encoder.0 has 1000000 x 1000000 weights, expected fewer than 2^31 in a layer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1x1x1-16384c31s1-16384c31s1-2;encoder.2, 1x1x16384 to 1x1x16384 with kernel 31, has .* weights",
                "1024x1024x1-3c31s1-3c31s1-2;encoder.2, 1024x1024x3 .* has .* values in all that its outputs see",
                "1x1x5-16384c5s5-16384c5s5-2;encoder.2, 1x1x16384 to 1x1x16384 with kernel 5, has .* weights"
            })
    void convolutionsTooLargeForAnArrayAreNamed(String form, String message) {
        assertThatThrownBy(() -> new Network(Architecture.parse(form), Kernels.best()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(message + ", expected fewer than 2\\^31");
    }

    @Test
    void miniBatchesTooLargeForAnArrayAreNamed() {
        Network wide = new Network(Architecture.parse("1000000-1"), Kernels.best());
        assertThatThrownBy(() -> new Step(wide, 3000, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a mini-batch of 3000 rows of up to 1000");
    }
}
