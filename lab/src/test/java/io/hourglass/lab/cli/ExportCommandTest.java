package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.lab.Mnist;
import io.hourglass.lab.RandomTable;
import io.hourglass.lab.data.Codes;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ONNX Runtime makes of exported models. Version 1.29 of it crashes a JVM whose command line is longer than 4 KB:
 * Surefire's is short; elsewhere hand over the class path as CLASSPATH.
 */
@Tag("once")
class ExportCommandTest {
    private static final OrtEnvironment RUNTIME = OrtEnvironment.getEnvironment();

    @TempDir
    Path folder;

    private Path export(Autoencoder model) throws IOException {
        Path file = folder.resolve("m.safetensors");
        Path onnx = folder.resolve("m.onnx");
        model.save(file);
        assertThat(Cli.ok("export", file, "--onnx", onnx).out()).contains("ONNX: " + onnx);
        return onnx;
    }

    private static float[][] rows(Dataset data) {
        float[][] rows = new float[data.rows()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = data.row(row);
        }
        return rows;
    }

    /** Runs all rows at once through the file, and compares both outputs with the model's. */
    private static void compare(Path onnx, Autoencoder model, Dataset data, float[] unit) throws OrtException {
        try (OrtSession session = RUNTIME.createSession(onnx.toString());
                OnnxTensor x = OnnxTensor.createTensor(RUNTIME, rows(data));
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[] latentUnit = new float[model.architecture().latent()];
            java.util.Arrays.fill(latentUnit, 1);
            near((float[][]) result.get("latent").orElseThrow().getValue(), model.encode(data), latentUnit);
            near((float[][]) result.get("reconstruction").orElseThrow().getValue(), model.reconstruct(data), unit);
        }
    }

    /** Equal to 1e-5 of each column's unit. */
    private static void near(float[][] actual, float[][] expected, float[] unit) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        double most = 0;
        for (int row = 0; row < actual.length; row++) {
            for (int j = 0; j < unit.length; j++) {
                most = Math.max(most, Math.abs(actual[row][j] - expected[row][j]) / unit[j]);
            }
        }
        assertThat(most).isLessThan(1e-5);
    }

    private static float[] ones(int n) {
        float[] ones = new float[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void agreesOnRealImages() throws Exception {
        Dataset test = Mnist.test().slice(0, 1000);
        Autoencoder model = new Trainer(
                        Architecture.parse("784-256-128-16"), Recipe.tuned().with(r -> r.epochs(2)))
                .fit(Mnist.train().slice(0, 5000))
                .model();
        Path onnx = export(model);
        compare(onnx, model, test, ones(784));
        compare(onnx, model, test.slice(0, 1), ones(784));
    }

    /** A variational model's latent is the mean; a tied one's weights stand on both sides. */
    @ParameterizedTest
    @EnumSource
    void everyVariantAgreesOnRealImages(Variant variant) throws Exception {
        Architecture architecture = Architecture.parse("784-128-8").withVariant(variant);
        Recipe recipe = Recipe.tuned().with(r -> r.epochs(2).loss(Loss.BCE));
        Autoencoder model = new Trainer(architecture, recipe)
                .fit(Mnist.train().slice(0, 5000))
                .model();
        compare(export(model), model, Mnist.test().slice(0, 1000), ones(784));
    }

    /** Images whose pixels have a scaler each; those that are always black have no range to be scaled by. */
    @ParameterizedTest
    @EnumSource(
            value = Scaler.Kind.class,
            names = {"MIN_MAX", "STANDARD"})
    void scaledModelsAgreeOnRealImages(Scaler.Kind kind) throws Exception {
        Dataset train = Mnist.train().slice(0, 5000);
        Scaler scaler = Scaler.fit(kind, train);
        Architecture report = Architecture.parse("784-128-16");
        Autoencoder model = new Trainer(
                        kind == Scaler.Kind.STANDARD ? report.withOutputActivation(Activation.IDENTITY) : report,
                        Recipe.paper().with(r -> r.epochs(2)))
                .scaler(scaler)
                .fit(train)
                .model();
        // pixels that the training rows have black, and test rows have not, go far out of range
        Dataset test = Mnist.test().slice(0, 1000);
        compare(export(model), model, test, ones(784));
    }

    /** Columns of very different units, in and out. */
    @Test
    void agreesInTheUsersUnits() throws Exception {
        Random random = new Random(1);
        float[] values = new float[300 * 5];
        float[] size = {1e-3f, 1, 40, 2e4f, 7};
        float[] start = {0, -3, 1000, 1e6f, 0.5f};
        for (int i = 0; i < values.length; i++) {
            values[i] = start[i % 5] + size[i % 5] * random.nextFloat();
        }
        Dataset data = Dataset.ofFloats("table", values, 5);
        for (Scaler.Kind kind : List.of(Scaler.Kind.MIN_MAX, Scaler.Kind.STANDARD)) {
            Scaler scaler = Scaler.fit(kind, data);
            Activation output = kind == Scaler.Kind.STANDARD ? Activation.IDENTITY : Activation.SIGMOID;
            Architecture architecture =
                    Architecture.of(5, List.of(7), 3).withActivations(Activation.TANH, Activation.IDENTITY, output);
            Autoencoder model = new Trainer(architecture, Recipe.paper().with(r -> r.epochs(20)))
                    .scaler(scaler)
                    .fit(data)
                    .model();
            assertThat(model.scaler().kind()).isEqualTo(kind);
            float[] unit = new float[5];
            for (int j = 0; j < 5; j++) {
                // the user's units of one unit of the network's, and what a float of that size can tell at all
                unit[j] = 1 / (float) scaler.factor()[j] + 0.02f * Math.abs(start[j]);
            }
            Files.deleteIfExists(folder.resolve("m.onnx"));
            compare(export(model), model, data, unit);
        }
    }

    /** A softmax for each category, the activation for numbers, and every way to fill what is missing. */
    @ParameterizedTest
    @EnumSource
    void categoriesAgree(Imputation.Kind kind) throws Exception {
        for (String layout : List.of("2,c4,1,c3", "c2,8", "c3,c7")) {
            Columns table = Columns.parse(layout);
            Dataset data = RandomTable.rows(table, 100, 0.1);
            Architecture architecture = Architecture.of(10, List.of(6), 2)
                    .withActivations(Activation.GELU, Activation.IDENTITY, Activation.SILU);
            Autoencoder model = new Trainer(architecture, Recipe.tuned().with(r -> r.epochs(5)))
                    .table(table)
                    .scaler(Scaler.fit(Scaler.Kind.MIN_MAX, data, table))
                    .imputation(Imputation.fit(kind, data, table))
                    .fit(data)
                    .model();
            Files.deleteIfExists(folder.resolve("m.onnx"));
            compare(export(model), model, data, ones(10));
        }
    }

    /** What encode fills a gap with, the graph does too. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "min-max", "standard"})
    void gapsAreFilledAsByTheModel(String scale) throws Exception {
        Random random = new Random(3);
        StringBuilder csv = new StringBuilder("a,b,c\n");
        float[][] rows = new float[120][6]; // after each value, whether it is missing
        for (int row = 0; row < rows.length; row++) {
            float x = random.nextFloat();
            for (int j = 0; j < 3; j++) {
                boolean gap = random.nextInt(4) == 0 && row > 0;
                rows[row][2 * j] = gap ? Float.NaN : x * (j + 1) / 3;
                rows[row][2 * j + 1] = gap ? 1 : 0;
                csv.append(j == 0 ? "" : ",").append(gap ? "" : Float.toString(rows[row][2 * j]));
            }
            csv.append('\n');
        }
        Path data = folder.resolve("gaps.csv");
        Files.writeString(data, csv);
        Path model = folder.resolve("gaps.safetensors");
        Path codes = folder.resolve("codes.npy");
        Path onnx = folder.resolve("gaps.onnx");
        Cli.ok(
                "train",
                "--data",
                data,
                "--impute",
                "mean",
                "--scale",
                scale,
                "--hidden",
                "4",
                "--latent",
                2,
                "--epochs",
                2,
                "-o",
                model);
        Cli.ok("encode", model, "--data", data, "-o", codes);
        Cli.ok("export", model, "--onnx", onnx);
        float[][] expected = Codes.read(codes).values();
        assertThat(Autoencoder.load(model).imputation()).isPresent();
        try (OrtSession session = RUNTIME.createSession(onnx.toString());
                OnnxTensor x = OnnxTensor.createTensor(RUNTIME, rows);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[][] latent = (float[][]) result.get("latent").orElseThrow().getValue();
            float[][] reconstruction =
                    (float[][]) result.get("reconstruction").orElseThrow().getValue();
            float[][] decoded = Autoencoder.load(model).decode(expected);
            assertThat(latent).hasDimensions(120, 2);
            for (int row = 0; row < rows.length; row++) {
                assertThat(latent[row]).containsExactly(expected[row], within(1e-5f));
                assertThat(reconstruction[row]).containsExactly(decoded[row], within(1e-5f));
            }
            assertThat(session.getMetadata().getCustomMetadata()).doesNotContainKeys("impute.mean", "impute.kind");
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyActivationIsThere(Activation activation) throws Exception {
        Architecture architecture =
                Architecture.of(9, List.of(6, 4), 2).withActivations(activation, activation, activation);
        float[] values = new float[9 * 50];
        Random random = new Random(2);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 3; // sums reach the flat ends of every function
        }
        Dataset data = Dataset.ofFloats("random", values, 9);
        Autoencoder model = new Trainer(architecture, Recipe.paper().with(r -> r.epochs(3)))
                .fit(data)
                .model();
        compare(export(model), model, data, ones(9));
    }

    /** Odd sides, one to three channels, strides, kernels, activations, and no dense hidden layer. */
    @ParameterizedTest
    @CsvSource({
        "28x28x1-16c3s2-32c3s2-128-16, tanh",
        "9x7x2-4c3s2-5c3s2-11-3, elu",
        "7x10x3-4c5s2-6c3s1-3, gelu",
        "8x5x1-3c5s3-4, silu",
        "5x5x2-3c1s1-2c3s2-2c3s2-2c3s2-6-2:5-7-50, leaky-relu",
    })
    void convolutionsAgree(String shape, String activation) throws Exception {
        Architecture plain = Architecture.parse(shape)
                .withActivations(Activation.parse(activation), Activation.IDENTITY, Activation.SIGMOID);
        for (Variant variant : List.of(Variant.PLAIN, Variant.VARIATIONAL)) {
            Architecture architecture = plain.withVariant(variant);
            Random random = new Random(7);
            float[] values = new float[60 * architecture.inputs()];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(256) / 255f;
            }
            Dataset data = Dataset.ofFloats("random", values, architecture.inputs());
            Autoencoder model = new Trainer(architecture, Recipe.paper().with(r -> r.epochs(2)))
                    .fit(data)
                    .model();
            Files.deleteIfExists(folder.resolve("m.onnx"));
            Path onnx = export(model);
            compare(onnx, model, data, ones(architecture.inputs()));
            byte[] first = Files.readAllBytes(onnx);
            Files.delete(onnx);
            assertThat(export(model)).hasBinaryContent(first);
        }
    }

    /** Each value of an image has a scaler of its own, in the order of the row. */
    @Test
    void convolutionsAgreeInTheUsersUnits() throws Exception {
        Random random = new Random(8);
        float[] values = new float[80 * 6 * 5 * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 60 + random.nextFloat() * (1 + i % 7);
        }
        Dataset data = Dataset.ofFloats("random", values, 60);
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, data);
        Architecture architecture = Architecture.parse("6x5x2-4c3s2-8-3").withOutputActivation(Activation.IDENTITY);
        Autoencoder model = new Trainer(architecture, Recipe.paper().with(r -> r.epochs(5)))
                .scaler(scaler)
                .fit(data)
                .model();
        float[] unit = new float[60];
        for (int j = 0; j < unit.length; j++) {
            unit[j] = Math.max(1, j); // floats of that size have no smaller steps
        }
        compare(export(model), model, data, unit);
    }

    @Test
    void namesShapesAndMetadata() throws Exception {
        Path data = TinyData.write(folder.resolve("tiny"), 4);
        Path model = folder.resolve("tiny.safetensors");
        Path onnx = folder.resolve("tiny.onnx");
        Cli.ok("train", "--data", data, "--hidden", "8", "--latent", 3, "--epochs", 1, "-o", model);
        Cli.ok("export", model, "--onnx", onnx);
        assertThat(Autoencoder.load(model).metadata()).containsKey("baseline.mean");
        try (OrtSession session = RUNTIME.createSession(onnx.toString())) {
            assertThat(session.getInputNames()).containsExactly("x");
            assertThat(session.getOutputNames()).containsExactly("latent", "reconstruction");
            assertThat(shape(session.getInputInfo().get("x").getInfo())).containsExactly(-1, 16);
            assertThat(shape(session.getOutputInfo().get("latent").getInfo())).containsExactly(-1, 3);
            assertThat(shape(session.getOutputInfo().get("reconstruction").getInfo()))
                    .containsExactly(-1, 16);
            assertThat(session.getMetadata().getProducerName()).isEqualTo("Hourglass");
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("architecture", "16-8-3")
                    .containsEntry("weights.sha256", Autoencoder.load(model).weightsSha256())
                    .containsEntry("recipe.name", "tuned")
                    .doesNotContainKeys("baseline.mean", "hourglass.sha256", "hourglass.covered");
        }
        byte[] first = Files.readAllBytes(onnx);
        assertThat(first.length)
                .isCloseTo((int) (4 * Autoencoder.load(model).architecture().parameters()), within(3000));
        Cli.ok("export", model, "--onnx", onnx, "--force");
        assertThat(onnx).hasBinaryContent(first);
    }

    private static long[] shape(Object info) {
        return ((TensorInfo) info).getShape();
    }
}
