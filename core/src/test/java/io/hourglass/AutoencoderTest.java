package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoencoderTest {
    private static final Architecture ARCHITECTURE = Architecture.parse("67-33-5");
    private static final Dataset DATA = TestData.pixels(200, 67, 1);
    private static final Autoencoder MODEL = new Trainer(
                    ARCHITECTURE, Recipe.paper().with(r -> r.epochs(2)))
            .threads(2)
            .fit(DATA)
            .model();

    @Test
    void oneRowAndManyGiveTheSameBits() {
        float[][] codes = MODEL.encode(DATA);
        float[][] decoded = MODEL.decode(codes);
        float[][] reconstructed = MODEL.reconstruct(DATA);
        assertThat(codes).hasDimensions(200, 5);
        assertThat(decoded).hasDimensions(200, 67);
        for (int r = 0; r < DATA.rows(); r++) {
            assertThat(MODEL.encode(DATA.row(r))).isEqualTo(codes[r]);
            assertThat(MODEL.decode(codes[r])).isEqualTo(decoded[r]);
            assertThat(reconstructed[r]).isEqualTo(decoded[r]);
            assertThat(MODEL.reconstruct(DATA.row(r))).isEqualTo(decoded[r]);
        }
    }

    @Test
    void threadsDoNotChangeTheBits() {
        for (int threads : new int[] {1, 2, 3, 7}) {
            Autoencoder limited = MODEL.withThreads(threads).withMetadata(Map.of());
            assertThat(limited.encode(DATA)).isDeepEqualTo(MODEL.encode(DATA));
            assertThat(limited.errors(DATA)).isEqualTo(MODEL.errors(DATA));
        }
        assertThatThrownBy(() -> MODEL.withThreads(0)).hasMessage("threads = 0, expected 1 to 1024");
    }

    /** From the definition, in double precision. */
    @Test
    void encodesAsTheWeightsSay() {
        Map<String, float[]> tensors = MODEL.tensors();
        float[] x = DATA.row(7);
        double[] hidden = sums(tensors.get("encoder.0.weight"), tensors.get("encoder.0.bias"), widen(x));
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Math.tanh(hidden[i]);
        }
        double[] code = sums(tensors.get("encoder.2.weight"), tensors.get("encoder.2.bias"), hidden);
        float[] actual = MODEL.encode(x);
        for (int i = 0; i < code.length; i++) {
            assertThat((double) actual[i]).isCloseTo(code[i], within(1e-5));
        }
    }

    private static double[] widen(float[] x) {
        double[] wide = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            wide[i] = x[i];
        }
        return wide;
    }

    private static double[] sums(float[] weight, float[] bias, double[] x) {
        double[] y = new double[bias.length];
        for (int o = 0; o < y.length; o++) {
            y[o] = bias[o];
            for (int i = 0; i < x.length; i++) {
                y[o] += weight[o * x.length + i] * x[i];
            }
        }
        return y;
    }

    @Test
    void errorsAreTheMeanSquaresOfTheRows() {
        double[] errors = MODEL.errors(DATA);
        assertThat(errors).hasSize(200);
        double sum = 0;
        for (int r = 0; r < 200; r++) {
            float[] x = DATA.row(r);
            float[] y = MODEL.reconstruct(x);
            double expected = 0;
            for (int i = 0; i < 67; i++) {
                expected += ((double) y[i] - x[i]) * ((double) y[i] - x[i]) / 67;
            }
            assertThat(errors[r]).isCloseTo(expected, within(1e-6 * expected));
            sum += errors[r];
        }
        assertThat(MODEL.error(DATA)).isEqualTo(sum / 200);
    }

    /**
     * Everything a model offers, on eight threads, with and without a scaler: each result has the bits that one thread
     * alone gets.
     */
    @Test
    void manyThreadsMayUseOneModelAtOnce() throws Exception {
        double[] offset = new double[DATA.inputs()];
        double[] factor = new double[DATA.inputs()];
        for (int j = 0; j < offset.length; j++) {
            offset[j] = j * 0.25f;
            factor[j] = 0.5f;
        }
        Autoencoder scaled = MODEL.withMetadata(
                Scaler.of(Scaler.Kind.STANDARD, offset, factor).metadata());
        for (Autoencoder model : List.of(MODEL, scaled)) {
            float[][] codes = model.encode(DATA);
            float[][] rows = model.reconstruct(DATA);
            double[] errors = model.errors(DATA);
            String hash = model.weightsSha256();
            ExecutorService pool = Executors.newFixedThreadPool(8);
            try {
                List<Future<Integer>> results = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    int first = t;
                    results.add(pool.submit(() -> {
                        int wrong = 0;
                        for (int i = 0; i < 600; i++) {
                            int row = (first * 31 + i) % 200;
                            wrong += java.util.Arrays.equals(model.encode(DATA.row(row)), codes[row]) ? 0 : 1;
                            wrong += java.util.Arrays.equals(model.decode(codes[row]), rows[row]) ? 0 : 1;
                            wrong += java.util.Arrays.equals(model.reconstruct(DATA.row(row)), rows[row]) ? 0 : 1;
                            if (i % 150 == first) {
                                wrong += java.util.Arrays.deepEquals(model.encode(DATA), codes) ? 0 : 1;
                                wrong += java.util.Arrays.deepEquals(model.decode(codes), rows) ? 0 : 1;
                                wrong += java.util.Arrays.equals(model.errors(DATA), errors) ? 0 : 1;
                                wrong += model.withThreads(2).weightsSha256().equals(hash) ? 0 : 1;
                            }
                        }
                        return wrong;
                    }));
                }
                for (Future<Integer> result : results) {
                    assertThat(result.get()).isZero();
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }

    /**
     * With and without a scaler: the scalar kernels allocate nothing, even interpreted; the vector kernels nothing once
     * they are compiled, which {@code -Xbatch} does after a known number of calls, while the caller waits.
     */
    @ParameterizedTest
    @CsvSource({"scalar, -Xint, 10", "best, -Xbatch, 30000"})
    void encodingIntoAnArrayAllocatesNothing(String kernels, String compiler, int calls) throws Exception {
        List<String> flags = new ArrayList<>(List.of(ChildJvm.VECTOR_MODULE, compiler));
        if (kernels.equals("scalar")) {
            flags.add("-Dhourglass.kernels=scalar");
        }
        ChildJvm.Outcome outcome = ChildJvm.run(Allocations.class, flags, "" + calls);
        assertThat(outcome.output().lines()).as(outcome.output()).endsWith("plain 0", "scaled 0");
    }

    @Test
    void wrongLengthsAreNamed() {
        refused(() -> MODEL.encode(new float[66]), "66", "67");
        refused(() -> MODEL.encode(new float[67], new float[6]), "6", "5");
        refused(() -> MODEL.decode(new float[4]), "4", "5");
        refused(() -> MODEL.reconstruct(new float[68]), "68", "67");
        refused(() -> MODEL.decode(new float[][] {new float[5], new float[3]}), "3", "5");
        Dataset wide = TestData.pixels(2, 68, 1);
        refused(() -> MODEL.encode(wide), "rows of 68", "takes 67");
        refused(() -> MODEL.reconstruct(wide), "rows of 68", "takes 67");
        refused(() -> MODEL.error(wide), "rows of 68", "takes 67");
        refused(() -> MODEL.errors(wide), "rows of 68", "takes 67");
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String found, String expected) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(found)
                .hasMessageContaining(expected);
    }

    @Test
    void decodingNoCodesGivesNoRows() {
        assertThat(MODEL.decode(new float[0][])).isEmpty();
    }

    @Test
    void nothingHandedOutChangesTheModel() {
        String before = MODEL.weightsSha256();
        MODEL.tensors().values().forEach(tensor -> java.util.Arrays.fill(tensor, 9));
        assertThat(MODEL.weightsSha256()).isEqualTo(before);
        assertThatThrownBy(() -> MODEL.metadata().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
        Autoencoder more = MODEL.withMetadata(Map.of("recipe.name", "mine", "note", "x"));
        assertThat(more.metadata()).containsEntry("recipe.name", "mine").containsEntry("note", "x");
        assertThat(MODEL.metadata()).containsEntry("recipe.name", "paper").doesNotContainKey("note");
        assertThat(more.weightsSha256()).isEqualTo(before);
    }

    @Test
    void hashIsThatOfTheTensorsInOrder() throws Exception {
        Architecture tiny = Architecture.parse("1-1");
        Autoencoder model = Autoencoder.of(
                tiny,
                Map.of(
                        "encoder.0.weight", new float[] {1},
                        "encoder.0.bias", new float[] {-0f},
                        "decoder.0.weight", new float[] {2},
                        "decoder.0.bias", new float[] {0.5f}),
                Map.of());
        byte[] bytes = java.util.HexFormat.of().parseHex("0000803f" + "00000080" + "00000040" + "0000003f");
        byte[] sum = java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(model.weightsSha256()).isEqualTo(java.util.HexFormat.of().formatHex(sum));
    }

    /**
     * One rule for all methods that take a row: a value that is not finite is refused, although tanh would hide it.
     */
    @Test
    void valuesThatAreNotFiniteAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] row = DATA.row(0);
            row[66] = bad;
            row[5] = bad;
            String message = "value 5 of a row is " + bad + ", expected a finite number";
            assertThatThrownBy(() -> MODEL.encode(row)).hasMessage(message);
            assertThatThrownBy(() -> MODEL.encode(row, new float[5])).hasMessage(message);
            assertThatThrownBy(() -> MODEL.reconstruct(row)).hasMessage(message);
            assertThatThrownBy(() -> MODEL.error(row))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            float[] code = {1, 2, 3, 4, bad};
            message = "value 4 of a code is " + bad + ", expected a finite number";
            assertThatThrownBy(() -> MODEL.decode(code)).hasMessage(message);
            assertThatThrownBy(() -> MODEL.decode(new float[][] {new float[5], code}))
                    .hasMessage(message);
            Scorer scorer = new Scorer(MODEL);
            scorer.rows()[scorer.offset(2) + 3] = bad;
            message = "value 3 of row 2 of a block is " + bad + ", expected a finite number";
            assertThatThrownBy(() -> scorer.reconstruct(3)).hasMessage(message);
            assertThatThrownBy(() -> scorer.encode(3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            scorer.encode(2); // row 2 is not among them
        }
    }

    /** The sums of finite values may be infinite, and their differences NaN: above any threshold all the same. */
    @Test
    void errorsTooLargeForANumberAreInfinite() {
        Architecture linear = Architecture.of(2, List.of(), 2)
                .withActivations(Activation.IDENTITY, Activation.IDENTITY, Activation.IDENTITY);
        Map<String, float[]> weights = Map.of(
                "encoder.0.weight", new float[] {3, 3, 3, 3},
                "encoder.0.bias", new float[2],
                "decoder.0.weight", new float[] {1, -1, 1, -1},
                "decoder.0.bias", new float[2]);
        Autoencoder model = Autoencoder.of(linear, weights, Map.of());
        float[] row = {3e38f, 3e38f};
        assertThat(model.reconstruct(row)[0]).isNaN(); // infinity less infinity
        assertThat(model.error(row)).isEqualTo(Double.POSITIVE_INFINITY);
        Dataset data = Dataset.ofFloats("far", new float[] {3e38f, 3e38f, 0, 0}, 2);
        assertThat(model.errors(data)).containsExactly(Double.POSITIVE_INFINITY, 0.0);
        assertThat(model.error(data)).isEqualTo(Double.POSITIVE_INFINITY);
        Scorer scorer = new Scorer(model);
        System.arraycopy(row, 0, scorer.rows(), scorer.offset(0), 2);
        scorer.reconstruct(1);
        assertThat(scorer.error(0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(AnomalyDetector.of(model).score(row)).isEqualTo(Double.POSITIVE_INFINITY);
    }
}
