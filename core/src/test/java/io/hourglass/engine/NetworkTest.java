package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** PyTorch's default for nn.Linear: weights and biases uniform within 1/sqrt(inputs). */
    @Test
    void initialWeightsAreUniformWithinTheBound() {
        network.initialize(1);
        Map<String, float[]> tensors = network.tensors();
        for (Layer layer : network.architecture().layers()) {
            double bound = 1 / Math.sqrt(layer.inputs());
            for (String name : new String[] {layer.weight(), layer.bias()}) {
                float[] tensor = tensors.get(name);
                double largest = 0;
                double squares = 0;
                for (float value : tensor) {
                    largest = Math.max(largest, Math.abs(value));
                    squares += (double) value * value;
                }
                assertThat(largest).as(name).isBetween(0.5 * bound, bound);
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

    @Test
    void miniBatchesTooLargeForAnArrayAreNamed() {
        Network wide = new Network(Architecture.parse("1000000-1"), Kernels.best());
        assertThatThrownBy(() -> new Step(wide, 3000, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a mini-batch of 3000 rows of up to 1000");
    }
}
