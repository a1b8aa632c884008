package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {
    @ParameterizedTest
    @ValueSource(strings = {"784-128-2", "784-256-128-16", "3-1", "1-1-1-1", "1048576-1"})
    void printsWhatItReads(String text) {
        assertThat(Architecture.parse(text)).hasToString(text);
    }

    @Test
    void readsWidthsFromOutsideIn() {
        Architecture architecture = Architecture.parse("784-256-128-16");
        assertThat(architecture).isEqualTo(Architecture.of(784, List.of(256, 128), 16));
        assertThat(architecture.inputs()).isEqualTo(784);
        assertThat(architecture.hidden()).containsExactly(256, 128);
        assertThat(architecture.latent()).isEqualTo(16);
        assertThat(architecture.hiddenActivation()).isEqualTo(Activation.TANH);
        assertThat(architecture.latentActivation()).isEqualTo(Activation.IDENTITY);
        assertThat(architecture.outputActivation()).isEqualTo(Activation.SIGMOID);
    }

    /** The names of the report's Listing 4 in PyTorch. */
    @Test
    void layersMirrorTheEncoder() {
        Architecture architecture = Architecture.of(784, List.of(256, 128), 16)
                .withActivations(Activation.RELU, Activation.TANH, Activation.IDENTITY);
        assertThat(architecture.layers())
                .containsExactly(
                        dense("encoder.0", 784, 256, Activation.RELU),
                        dense("encoder.2", 256, 128, Activation.RELU),
                        dense("encoder.4", 128, 16, Activation.TANH),
                        dense("decoder.0", 16, 128, Activation.RELU),
                        dense("decoder.2", 128, 256, Activation.RELU),
                        dense("decoder.4", 256, 784, Activation.IDENTITY));
        assertThat(architecture.encoderLayers()).isEqualTo(3);
        assertThat(architecture.layers().get(0).weight()).isEqualTo("encoder.0.weight");
        assertThat(architecture.layers().get(5).bias()).isEqualTo("decoder.4.bias");
    }

    /** Models made elsewhere have decoders of their own widths. */
    @Test
    void theDecoderNeedNotMirrorTheEncoder() {
        Architecture architecture = Architecture.parse("784-128-16:64-784");
        assertThat(architecture).isEqualTo(Architecture.parse("784-128-16").withDecoderHidden(List.of(64)));
        assertThat(architecture).hasToString("784-128-16:64-784");
        assertThat(architecture.layers())
                .containsExactly(
                        dense("encoder.0", 784, 128, Activation.TANH),
                        dense("encoder.2", 128, 16, Activation.IDENTITY),
                        dense("decoder.0", 16, 64, Activation.TANH),
                        dense("decoder.2", 64, 784, Activation.SIGMOID));
        assertThat(architecture.encoderLayers()).isEqualTo(2);
        assertThat(architecture.withOutputActivation(Activation.RELU).decoderHidden())
                .containsExactly(64);
        assertThat(Architecture.parse("784-128-16:128-784")).hasToString("784-128-16");
        assertThat(Architecture.parse("784-128-16:784")).hasToString("784-128-16:784");
        assertThatThrownBy(() -> Architecture.parse("784-128-16:64-783"))
                .hasMessageContaining("ends in 783 values, expected 784");
        assertThatThrownBy(() -> architecture.withVariant(Variant.TIED)).hasMessageContaining("[64], expected [128]");
        assertThatThrownBy(() -> Architecture.parse("784-128-16:0-784")).hasMessageContaining("hidden = 0");
        assertThatThrownBy(() -> Architecture.parse("784-128-16:")).hasMessageContaining("784-128-16:");
    }

    @Test
    void withAnotherOutputItIsTheSameOtherwise() {
        Architecture tied = Architecture.parse("784-256-16").withVariant(Variant.TIED);
        Architecture linear = tied.withOutputActivation(Activation.IDENTITY);
        assertThat(linear.outputActivation()).isEqualTo(Activation.IDENTITY);
        assertThat(linear.withOutputActivation(Activation.SIGMOID)).isEqualTo(tied);
    }

    @Test
    void withoutHiddenLayersThereAreTwo() {
        assertThat(Architecture.parse("5-2").layers())
                .containsExactly(
                        dense("encoder.0", 5, 2, Activation.IDENTITY), dense("decoder.0", 2, 5, Activation.SIGMOID));
    }

    @Test
    void countsParameters() {
        // 784 x 128 + 128 + 128 x 16 + 16 and back 16 x 128 + 128 + 128 x 784 + 784
        assertThat(Architecture.parse("784-128-16").parameters())
                .isEqualTo(100_352 + 128 + 2_048 + 16 + 2_048 + 128 + 100_352 + 784);
        assertThat(Architecture.parse("1048576-1048576").parameters()).isEqualTo(2 * ((1L << 40) + (1L << 20)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "784", "784-", "-784-2", "784--2", "784-a", "784 - 2", "784x2", "784-12345678", "٧-2"})
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Architecture.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void namesWidthsOutOfRange() {
        assertThatThrownBy(() -> Architecture.parse("0-2")).hasMessageContaining("inputs = 0, expected 1 to 1048576");
        assertThatThrownBy(() -> Architecture.parse("5-1048577-2")).hasMessageContaining("hidden = 1048577");
        assertThatThrownBy(() -> Architecture.of(5, List.of(3, -1), 2)).hasMessageContaining("hidden = -1");
        assertThatThrownBy(() -> Architecture.of(5, List.of(3), 0)).hasMessageContaining("latent = 0");
        List<Integer> deep = Collections.nCopies(65, 3);
        assertThatThrownBy(() -> Architecture.of(5, deep, 2)).hasMessageContaining("65 layers, expected at most 64");
        assertThat(Architecture.of(5, Collections.nCopies(64, 3), 2).layers()).hasSize(130);
    }

    @ParameterizedTest
    @EnumSource
    void activationsReadWhatTheyPrint(Activation activation) {
        assertThat(Activation.parse(activation.label())).isEqualTo(activation);
        assertThat(activation.label()).isLowerCase();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Tanh", "mish"})
    void unknownActivationsAreNamed(String label) {
        assertThatThrownBy(() -> Activation.parse(label))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + label + "'")
                .hasMessageContaining("identity, relu, leaky-relu, elu, gelu, silu, tanh or sigmoid");
    }

    private static Layer dense(String name, int inputs, int outputs, Activation activation) {
        return new Layer.Dense(name, Shape.row(inputs), Shape.row(outputs), activation);
    }
}
