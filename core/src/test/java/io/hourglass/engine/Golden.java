package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import io.hourglass.nn.Shape;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small network trained by PyTorch in float64 from float32 weights: {@code src/test/resources/golden}, written by
 * lab's {@code make_golden.py}. A setting that a file does not mention has the value of the report's Listing 3.
 */
public record Golden(
        Architecture architecture,
        Objective objective,
        Corruption corruption,
        Columns columns,
        float @Nullable [] imputed,
        Optimizer optimizer,
        double beta2,
        double momentum,
        boolean nesterov,
        double weightDecay,
        int batch,
        double learningRate,
        float[][] rows,
        Map<String, float[]> initial,
        double[] latents,
        double[] reconstructions,
        Map<String, double[]> gradients,
        double[] losses,
        Map<String, double[]> last) {

    /** Reads one of the files by its name without the ending. */
    public static Golden read(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name + ".json"))) {
            JsonNode json = JsonMapper.shared().readTree(in.readAllBytes());
            List<Integer> hidden = new ArrayList<>();
            json.get("hidden").forEach(width -> hidden.add(width.asInt()));
            List<Convolution> convolutions = new ArrayList<>();
            json.path("convolutions").forEach(c -> convolutions.add(new Convolution(at(c, 0), at(c, 1), at(c, 2))));
            JsonNode image = json.path("image");
            Shape shape = image.isMissingNode()
                    ? Shape.row(json.get("input").asInt())
                    : new Shape(at(image, 0), at(image, 1), at(image, 2));
            JsonNode x = json.get("x");
            float[][] rows = new float[x.size()][];
            for (int r = 0; r < rows.length; r++) {
                rows[r] = narrow(numbers(x.get(r)));
            }
            Map<String, float[]> initial = new LinkedHashMap<>();
            tensors(json.get("initial")).forEach((key, values) -> initial.put(key, narrow(values)));
            JsonNode first = json.get("first_step");
            assertThat(json.get("losses").size()).isEqualTo(json.get("steps").asInt());
            return new Golden(
                    Architecture.of(1, hidden, json.get("latent").asInt())
                            .withConvolutions(shape, convolutions)
                            .withActivations(
                                    Activation.parse(
                                            json.path("hidden_activation").asString("tanh")),
                                    Activation.parse(
                                            json.path("latent_activation").asString("identity")),
                                    Activation.parse(
                                            json.path("output_activation").asString("sigmoid")))
                            .withVariant(Variant.parse(json.path("variant").asString("plain"))),
                    new Objective(
                            Loss.parse(json.path("loss").asString("mse")),
                            json.path("sparsity").asDouble(0),
                            json.path("beta").asDouble(1)),
                    new Corruption(
                            json.path("noise").asDouble(0), json.path("mask").asDouble(0)),
                    columns(json),
                    json.has("imputed") ? narrow(numbers(json.get("imputed"))) : null,
                    Optimizer.parse(json.path("optimizer").asString("adamw")), // Adam, if nothing decays
                    json.path("beta2").asDouble(0.999),
                    json.path("momentum").asDouble(0),
                    json.path("nesterov").asBoolean(false),
                    json.path("weight_decay").asDouble(0),
                    json.get("batch").asInt(),
                    json.get("learning_rate").asDouble(),
                    rows,
                    initial,
                    numbers(first.get("latent")),
                    numbers(first.get("reconstruction")),
                    tensors(first.get("gradients")),
                    numbers(json.get("losses")),
                    tensors(json.get("final")));
        }
    }

    /** A list of numbers of values: 1 for a number, more for a category. */
    private static Columns columns(JsonNode json) {
        if (!json.has("table")) {
            return Columns.NONE;
        }
        List<String> parts = new ArrayList<>();
        json.get("table").forEach(n -> parts.add(n.asInt() == 1 ? "1" : "c" + n.asInt()));
        double[] weights = numbers(json.get("weights"));
        return Columns.parse(String.join(",", parts)).withWeights(weights, weights);
    }

    private static int at(JsonNode array, int index) {
        return array.get(index).asInt();
    }

    /** What makes the steps of {@link PlainStep}. */
    PlainOptimizer plainOptimizer() {
        return new PlainOptimizer(optimizer, beta2, momentum, nesterov, weightDecay, 1);
    }

    /** The rows of a step. */
    float[][] batch(int step) {
        int start = step * batch % rows.length;
        return Arrays.copyOfRange(rows, start, Math.min(rows.length, start + batch));
    }

    private static Map<String, double[]> tensors(JsonNode json) {
        Map<String, double[]> tensors = new LinkedHashMap<>();
        json.properties().forEach(member -> tensors.put(member.getKey(), numbers(member.getValue())));
        return tensors;
    }

    /** All numbers of arrays inside arrays, in order. */
    private static double[] numbers(JsonNode json) {
        List<Double> numbers = new ArrayList<>();
        collect(json, numbers);
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode json, List<Double> numbers) {
        if (json.isArray()) {
            json.forEach(element -> collect(element, numbers));
        } else {
            numbers.add(json.isNull() ? Double.NaN : json.doubleValue());
        }
    }

    /** Numbers that were floats. */
    private static float[] narrow(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
            assertThat(Double.compare(narrow[i], values[i])).isZero(); // NaN too
        }
        return narrow;
    }

    /** Checks |actual - expected| <= tolerance * max(|expected|, rms of all expected values). */
    public static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double squares = 0;
        for (double value : expected) {
            squares += value * value;
        }
        double rms = Math.sqrt(squares / expected.length);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double relative = Math.abs(actual[i] - expected[i]) / Math.max(Math.abs(expected[i]), rms);
            worst = Double.isNaN(relative) ? Double.NaN : Math.max(worst, relative);
        }
        assertThat(worst).as(what).isLessThanOrEqualTo(tolerance);
    }
}
