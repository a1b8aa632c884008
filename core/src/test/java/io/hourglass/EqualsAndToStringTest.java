package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.anomaly.Threshold;
import io.hourglass.format.Safetensors;
import io.hourglass.format.Safetensors.Tensor;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a user sees in a debugger, and what a set of models holds. */
class EqualsAndToStringTest {
    private static final Architecture ARCHITECTURE = Architecture.parse("13-7-3");
    private static final Dataset DATA = TestData.floats(40, 13, 1);
    private static final Scaler SCALER = Scaler.fit(Scaler.Kind.MIN_MAX, DATA);

    private static Autoencoder model(long seed) {
        return RandomModel.of(ARCHITECTURE, SCALER, seed);
    }

    private static void equal(Object one, Object other) {
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
    }

    @Test
    void models() {
        Autoencoder model = model(1);
        equal(model, model(1));
        equal(model, model.withThreads(1).withExecutor(Runnable::run));
        Map<String, float[]> nearly = model.tensors();
        float[] biases = nearly.get("decoder.2.bias");
        biases[12] = Math.nextUp(biases[12]);
        assertThat(model)
                .isNotEqualTo(model(2))
                .isNotEqualTo(Autoencoder.of(ARCHITECTURE, nearly, model.metadata()))
                .isNotEqualTo(RandomModel.of(ARCHITECTURE, 1))
                .isNotEqualTo(model.withMetadata(Map.of("note", "")))
                .isNotEqualTo(model.withMetadata(Map.of("scaler.kind", "standard")))
                .isNotEqualTo("model")
                .isNotEqualTo(null);
        assertThat(Autoencoder.of(ARCHITECTURE, model.tensors(), model.metadata()))
                .isEqualTo(model);
    }

    @Test
    void modelsAsText() {
        assertThat(model(1)).hasToString("13-7-3 (tanh, identity, sigmoid), 254 parameters");
        assertThat(RandomModel.of(Architecture.parse("784-128-16"), 1))
                .hasToString("784-128-16 (tanh, identity, sigmoid), 206k parameters");
        assertThat(RandomModel.of(Architecture.parse("13-3").withVariant(Variant.TIED), 1))
                .hasToString("13-3 (tied: tanh, identity, sigmoid), 94 parameters");
        assertThat(new Scorer(model(1))).hasToString("scorer of 13-7-3 (tanh, identity, sigmoid), 254 parameters");
    }

    @Test
    void scalers() {
        equal(SCALER, Scaler.fit(Scaler.Kind.MIN_MAX, DATA));
        equal(SCALER, Scaler.of(Scaler.Kind.MIN_MAX, SCALER.offset(), SCALER.factor()));
        double[] other = SCALER.factor();
        other[4]++;
        assertThat(SCALER)
                .isNotEqualTo(Scaler.of(Scaler.Kind.STANDARD, SCALER.offset(), SCALER.factor()))
                .isNotEqualTo(Scaler.of(Scaler.Kind.MIN_MAX, SCALER.offset(), other))
                .isNotEqualTo(Scaler.of(Scaler.Kind.MIN_MAX, other, SCALER.factor()))
                .isNotEqualTo(Scaler.none());
        assertThat(SCALER).hasToString("min-max, 13 values");
        assertThat(Scaler.of(Scaler.Kind.PIXEL, new double[1], new double[] {1}))
                .hasToString("pixel, 1 value");
        assertThat(Scaler.none()).hasToString("none");
    }

    @Test
    void detectorsAndThresholds() {
        AnomalyDetector none = AnomalyDetector.of(model(1));
        AnomalyDetector detector = none.calibrate(DATA, Threshold.Method.QUANTILE, 0.1);
        equal(none, AnomalyDetector.of(model(1)));
        equal(detector, AnomalyDetector.of(detector.model()));
        assertThat(detector)
                .isNotEqualTo(none)
                .isNotEqualTo(AnomalyDetector.of(model(2)))
                .isNotEqualTo(none.calibrate(DATA, Threshold.Method.QUANTILE, 0.2));
        Threshold threshold = new Threshold(0.0123456, Threshold.Method.CONFORMAL, 0.01, 1900);
        assertThat(threshold).hasToString("0.012346 (conformal, false alarms 0.01, 1,900 rows)");
        assertThat(new Threshold(1, Threshold.Method.QUANTILE, 0.5, 1))
                .hasToString("1.000000 (quantile, false alarms 0.5, 1 row)");
        assertThat(none)
                .hasToString("13-7-3 (tanh, identity, sigmoid), 254 parameters, score reconstruction, no threshold");
        assertThat(detector)
                .hasToString(none.model() + ", score reconstruction, threshold "
                        + detector.threshold().orElseThrow());
    }

    @Test
    void histories() {
        History.Epoch first = new History.Epoch(1, 0.5, 0.75, 1.5, 0.5, 0);
        assertThat(new History(List.of(first))).hasToString("1 epoch, train MSE 0.5000, test MSE 0.7500, 1.5 s");
        History.Epoch second = new History.Epoch(2, 0.012345678, Double.NaN, 1.25, 0.5, 0);
        assertThat(new History(List.of(first, second))).hasToString("2 epochs, train MSE 0.01235, 2.8 s");
        assertThat(new History(List.of())).hasToString("no epochs");
        equal(new History(List.of(first, second)), new History(Arrays.asList(first, second)));
        assertThat(new History(List.of(first))).isNotEqualTo(new History(List.of(second)));
    }

    @Test
    void shapes() {
        equal(new ImageShape(28, 27, 3), new ImageShape(28, 27, 3));
        assertThat(new ImageShape(28, 27, 3)).hasToString("28x27x3").isNotEqualTo(new ImageShape(27, 28, 3));
    }

    /** Tensors are equal by their values, not by the identity of their arrays. */
    @Test
    void safetensors() {
        Tensor tensor = new Tensor(List.of(2, 1), new float[] {1, 2});
        equal(tensor, new Tensor(List.of(2, 1), new float[] {1, 2}));
        assertThat(tensor)
                .isNotEqualTo(new Tensor(List.of(1, 2), new float[] {1, 2}))
                .isNotEqualTo(new Tensor(List.of(2, 1), new float[] {1, 3}))
                .hasToString("floats [2, 1]");
        Safetensors content = new Safetensors(Map.of("k", "v"), Map.of("x", tensor));
        equal(content, new Safetensors(Map.of("k", "v"), Map.of("x", new Tensor(List.of(2, 1), new float[] {1, 2}))));
        assertThat(content)
                .isNotEqualTo(new Safetensors(Map.of("k", "v"), Map.of("y", tensor)))
                .isNotEqualTo(new Safetensors(Map.of(), Map.of("x", tensor)))
                .hasToString("1 tensor, 1 entry of text");
        assertThat(new Safetensors(Map.of(), Map.of("x", tensor, "y", tensor)))
                .hasToString("2 tensors, 0 entries of text");
    }
}
