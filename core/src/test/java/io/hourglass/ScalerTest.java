package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalerTest {
    private static final int INPUTS = 7;
    private static final Recipe RECIPE = Recipe.paper().with(r -> r.epochs(3).batchSize(8));

    @TempDir
    Path folder;

    /** Columns of very different size; the last one is constant. */
    private static Dataset table(int rows, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * INPUTS];
        for (int i = 0; i < values.length; i++) {
            int j = i % INPUTS;
            values[i] = j == INPUTS - 1
                    ? -12.5f
                    : (float) (random.nextGaussian() * Math.pow(10, j - 3.0) + 3 * Math.pow(7, j));
        }
        return Dataset.ofFloats("table", values, INPUTS);
    }

    private static Dataset grey(int rows) {
        float[] values = new float[rows * INPUTS];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256);
        }
        return Dataset.ofFloats("grey", values, INPUTS);
    }

    private static Architecture architecture(Scaler.Kind kind) {
        Architecture sigmoid = Architecture.parse(INPUTS + "-5-3");
        return kind == Scaler.Kind.STANDARD ? sigmoid.withOutputActivation(Activation.IDENTITY) : sigmoid;
    }

    private static Trainer trainer(Scaler scaler) {
        return new Trainer(architecture(scaler.kind()), RECIPE).threads(2).scaler(scaler);
    }

    @Test
    void minMaxMapsEachColumnToZeroToOne() {
        Dataset data = table(300, 1);
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, data);
        float[] least = new float[INPUTS];
        float[] most = new float[INPUTS];
        java.util.Arrays.fill(least, Float.MAX_VALUE);
        for (int r = 0; r < data.rows(); r++) {
            float[] row = data.row(r);
            scaler.scaleInPlace(row, 0);
            for (int j = 0; j < INPUTS; j++) {
                least[j] = Math.min(least[j], row[j]);
                most[j] = Math.max(most[j], row[j]);
            }
        }
        for (int j = 0; j < INPUTS - 1; j++) {
            assertThat(least[j]).isZero();
            assertThat(most[j]).isCloseTo(1f, within(Math.ulp(1f)));
        }
        assertThat(most[INPUTS - 1]).as("the constant column").isZero();
        assertThat(scaler.offset()[INPUTS - 1]).isEqualTo(-12.5f);
        assertThat(scaler.factor()[INPUTS - 1]).isEqualTo(1f);
    }

    @Test
    void standardGivesMeanZeroAndDeviationOne() {
        Dataset data = table(300, 1);
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, data);
        double[] sum = new double[INPUTS];
        double[] squares = new double[INPUTS];
        for (int r = 0; r < data.rows(); r++) {
            float[] row = data.row(r);
            scaler.scaleInPlace(row, 0);
            for (int j = 0; j < INPUTS; j++) {
                sum[j] += row[j] / 300.0;
                squares[j] += (double) row[j] * row[j] / 300;
            }
        }
        for (int j = 0; j < INPUTS; j++) {
            assertThat(sum[j]).isCloseTo(0, within(1e-6));
            assertThat(squares[j]).isCloseTo(j == INPUTS - 1 ? 0 : 1, within(0.001));
        }
    }

    @Test
    void pixelsAreDividedBy255() {
        Scaler scaler = Scaler.fit(Scaler.Kind.PIXEL, grey(20));
        float[] row = {0, 1, 2, 128, 254, 255, 51};
        scaler.scaleInPlace(row, 0);
        float[] expected = {0, 1 / 255f, 2 / 255f, 128 / 255f, 254 / 255f, 1, 0.2f};
        for (int j = 0; j < INPUTS; j++) {
            assertThat(row[j]).isCloseTo(expected[j], within(Math.ulp(1f)));
        }
        assertThatThrownBy(() -> Scaler.fit(Scaler.Kind.PIXEL, table(9, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("table: column ")
                .hasMessageEndingWith("expected pixels from 0 to 255");
        assertThat(Scaler.fit(Scaler.Kind.PIXEL, TestData.pixels(9, INPUTS, 1)).isNone())
                .as("bytes stand for [0, 1] already")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Scaler.Kind.class,
            names = {"MIN_MAX", "STANDARD"})
    void thereAndBackIsTheSameRow(Scaler.Kind kind) {
        Dataset data = table(300, 2);
        Scaler scaler = Scaler.fit(kind, data);
        for (int r = 0; r < data.rows(); r++) {
            float[] row = new float[INPUTS + 2];
            System.arraycopy(data.row(r), 0, row, 2, INPUTS);
            scaler.scaleInPlace(row, 2);
            scaler.unscaleInPlace(row, 2);
            for (int j = 0; j < INPUTS; j++) {
                float x = data.row(r)[j];
                float size = Math.max(Math.abs(x), (float) Math.abs(scaler.offset()[j]));
                assertThat(row[2 + j]).isCloseTo(x, within(4 * Math.ulp(size)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Scaler.Kind.class,
            names = {"MIN_MAX", "STANDARD"})
    void aModelTakesAndGivesTheUsersUnits(Scaler.Kind kind) throws Exception {
        Dataset data = table(100, 3);
        Scaler scaler = Scaler.fit(kind, data);
        float[] scaled = new float[100 * INPUTS];
        for (int r = 0; r < 100; r++) {
            System.arraycopy(data.row(r), 0, scaled, r * INPUTS, INPUTS);
            scaler.scaleInPlace(scaled, r * INPUTS);
        }
        Dataset byHand = Dataset.ofFloats("scaled by hand", scaled, INPUTS);
        Trainer.Result plain =
                new Trainer(architecture(kind), RECIPE).test(byHand).fit(byHand);
        Trainer.Result result = trainer(scaler).test(data).fit(data);
        Autoencoder model = result.model();

        assertThat(model.weightsSha256()).isEqualTo(plain.model().weightsSha256());
        assertThat(result.history().last().testMse())
                .isEqualTo(plain.history().last().testMse());
        assertThat(model.errors(data)).isEqualTo(plain.model().errors(byHand));
        assertThat(model.error(data)).isEqualTo(plain.model().error(byHand));
        assertThat(model.encode(data)).isDeepEqualTo(plain.model().encode(byHand));
        float[][] decoded = model.decode(model.encode(data));
        float[][] reconstructed = model.reconstruct(data);
        Path file = folder.resolve("model.safetensors");
        model.save(file);
        Autoencoder loaded = Autoencoder.load(file);
        assertThat(loaded.scaler().metadata()).isEqualTo(scaler.metadata());
        for (int r = 0; r < 100; r++) {
            float[] before = data.row(r);
            assertThat(model.encode(before)).isEqualTo(plain.model().encode(byHand.row(r)));
            assertThat(before).as("the user's row is not touched").isEqualTo(data.row(r));
            float[] expected = plain.model().reconstruct(byHand.row(r));
            scaler.unscaleInPlace(expected, 0);
            assertThat(model.reconstruct(before)).isEqualTo(expected);
            assertThat(model.decode(model.encode(before))).isEqualTo(expected);
            assertThat(decoded[r]).isEqualTo(expected);
            assertThat(reconstructed[r]).isEqualTo(expected);
            assertThat(loaded.reconstruct(before)).isEqualTo(expected);
        }
        assertThat(model.withThreads(1).withMetadata(Map.of("note", "x")).reconstruct(data))
                .isDeepEqualTo(reconstructed);
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        Dataset data = table(50, 3);
        Autoencoder model =
                trainer(Scaler.fit(Scaler.Kind.MIN_MAX, data)).fit(data).model();
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] row = data.row(0);
            row[4] = bad;
            assertThatThrownBy(() -> model.encode(row))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("value 4 of a row is " + bad + ", expected a finite number");
        }
        float[] far = data.row(0);
        far[0] = 3e38f; // finite, but no longer times a factor of some hundreds
        assertThatThrownBy(() -> model.reconstruct(far))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("value 0 of a row is 3.0E38");
        float[] values = new float[3 * INPUTS];
        values[INPUTS] = 3e38f;
        assertThatThrownBy(() -> model.errors(Dataset.ofFloats("far", values, INPUTS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("value 0 of a row is 3.0E38");
    }

    @ParameterizedTest
    @EnumSource(
            value = Scaler.Kind.class,
            names = {"MIN_MAX", "STANDARD"})
    void extremesAreScaled(Scaler.Kind kind) {
        Dataset wide = Dataset.ofFloats("wide", new float[] {-3e38f, 3e38f}, 1);
        Dataset narrow = Dataset.ofFloats("narrow", new float[] {0, Float.MIN_VALUE}, 1);
        float[] ends = kind == Scaler.Kind.MIN_MAX ? new float[] {0, 1} : new float[] {-1, 1};
        for (Dataset data : new Dataset[] {wide, narrow}) {
            Scaler scaler = Scaler.fit(kind, data);
            assertThat(data.row(0, scaler)).containsExactly(ends[0]);
            assertThat(data.row(1, scaler)).containsExactly(ends[1]);
        }
        Dataset one = Dataset.ofFloats("one row", new float[] {4, 5}, 2);
        assertThat(Scaler.fit(kind, one).offset()).containsExactly(4, 5);
        assertThat(Scaler.fit(kind, one).factor()).containsExactly(1, 1);
    }

    /** As floats, ten consecutive seconds of 2026 are one value. */
    @ParameterizedTest
    @EnumSource(
            value = Scaler.Kind.class,
            names = {"MIN_MAX", "STANDARD"})
    void valuesThatFloatsWouldMergeStayApart(Scaler.Kind kind) {
        double[] seconds = new double[100];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = 1_790_000_000 + i;
        }
        Dataset data = Dataset.ofDoubles("times", seconds, 1);
        Scaler scaler = Scaler.fit(kind, data);
        for (int i = 0; i < seconds.length; i++) {
            float expected = kind == Scaler.Kind.MIN_MAX ? i / 99f : (i - 49.5f) / (float) Math.sqrt(833.25);
            assertThat(data.row(i, scaler)[0]).isCloseTo(expected, within(1e-6f));
            assertThat(scaler.unscale(data.row(i, scaler))[0]).isCloseTo(seconds[i], within(1e-4));
        }
        Architecture one = Architecture.parse("1-3-1").withOutputActivation(Activation.IDENTITY);
        Autoencoder model = new Trainer(one, RECIPE).scaler(scaler).fit(data).model();
        assertThat(model.errors(data)[0]).isNotEqualTo(model.errors(data)[1]);
        double decoded = model.decodeToDoubles(model.encode(data))[7][0];
        assertThat((float) decoded).isEqualTo(model.decode(model.encode(data))[7][0]);
        assertThat(decoded).as("with more digits than a float has").isNotEqualTo((float) decoded);
    }

    @Test
    void metadataReadsBackTheSameBits() {
        double[] offset = {-0.0, Double.MIN_VALUE, -Double.MAX_VALUE, 0.1};
        double[] factor = {Double.MIN_NORMAL, Double.MAX_VALUE, 1 / 255f, 1 / 3.0};
        Scaler scaler = Scaler.of(Scaler.Kind.STANDARD, offset, factor);
        Scaler read = Scaler.parse(scaler.metadata(), 4);
        assertThat(read.offset()).isEqualTo(offset);
        assertThat(Double.doubleToRawLongBits(read.offset()[0])).isEqualTo(0x8000000000000000L);
        assertThat(read.factor()).isEqualTo(factor);
        assertThat(read.kind()).isEqualTo(Scaler.Kind.STANDARD);
        assertThat(Scaler.parse(Map.of(), 4).isNone()).isTrue();
        assertThat(Scaler.parse(Scaler.none().metadata(), 4).isNone()).isTrue();
        assertThat(Scaler.none().metadata()).containsExactly(Map.entry("scaler.kind", "none"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scaler.kind|cubic|unknown scaler 'cubic': expected none, pixel, min-max or standard",
                "scaler.kind|none|scaler none has 7 offsets",
                "scaler.offset|1,2|scaler.offset has 2 numbers, expected 7",
                "scaler.offset|1,2,3,4,5,6,7,8|scaler.offset has more than 7 numbers, expected 7",
                "scaler.offset|1,2,3,4,5,6,|scaler.offset of column 6 is '', expected a number",
                "scaler.offset|1,2,x,4,5,6,7|scaler.offset of column 2 is 'x', expected a number",
                "scaler.offset|1,2,NaN,4,5,6,7|scaler.offset of column 2 is NaN, expected a finite number",
                "scaler.factor|1,2,3,4,5,6,1e309|scaler.factor of column 6 is Infinity, expected 2.22",
                "scaler.factor|0,2,3,4,5,6,7|scaler.factor of column 0 is 0.0, expected 2.22",
                "scaler.factor|1,-2,3,4,5,6,7|scaler.factor of column 1 is -2.0, expected 2.22",
                "scaler.factor|1,2,3,4,5,6,000000000000000000000000000000000001|'000000000000000000000000000000000001'",
            })
    void hostileMetadataIsRefused(String key, String value, String expected) throws Exception {
        Dataset data = table(20, 1);
        Path file = folder.resolve("model.safetensors");
        trainer(Scaler.fit(Scaler.Kind.MIN_MAX, data)).fit(data).model().save(file);
        Safetensors content = Safetensors.read(file);
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.put(key, value);
        metadata.remove("hourglass.sha256"); // changed on purpose
        Safetensors.write(file, metadata, content.tensors());
        assertThatThrownBy(() -> Autoencoder.load(file))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(expected);
    }

    @Test
    void missingMetadataIsRefused() {
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, table(20, 1));
        for (String key : scaler.metadata().keySet()) {
            Map<String, String> metadata = new LinkedHashMap<>(scaler.metadata());
            metadata.remove(key);
            assertThatThrownBy(() -> Scaler.parse(metadata, INPUTS))
                    .as("without %s", key)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("offsets and");
        }
    }

    @Test
    void whatDoesNotFitTheNetworkIsRefused() {
        Scaler standard = Scaler.fit(Scaler.Kind.STANDARD, table(20, 1));
        assertThatThrownBy(() -> new Trainer(architecture(Scaler.Kind.MIN_MAX), RECIPE).scaler(standard))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the output activation is sigmoid, expected identity: it gives no value below 0.0, but those"
                                + " of a standard scaler have no bounds");
        Architecture leaky = architecture(Scaler.Kind.MIN_MAX).withOutputActivation(Activation.LEAKY_RELU);
        assertThat(new Trainer(leaky, RECIPE).scaler(standard).format().scaler())
                .isEqualTo(standard);
        assertThatThrownBy(() -> new Trainer(Architecture.parse("8-3"), RECIPE)
                        .scaler(Scaler.fit(Scaler.Kind.MIN_MAX, table(20, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the scaler is for rows of 7 values, expected 8");
        assertThatThrownBy(() -> Scaler.of(Scaler.Kind.NONE, new double[1], new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scaler.of(Scaler.Kind.PIXEL, new double[2], new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 offsets and 1 factors");
    }

    @Test
    void nothingHandedOutChangesTheScaler() {
        double[] factor = {2};
        Scaler scaler = Scaler.of(Scaler.Kind.MIN_MAX, new double[] {3}, factor);
        factor[0] = 9;
        scaler.offset()[0] = 9;
        scaler.factor()[0] = 9;
        assertThat(scaler.metadata()).containsEntry("scaler.offset", "3.0").containsEntry("scaler.factor", "2.0");
    }

    @Test
    void trainingOnGoesOnInTheSameUnits() {
        Dataset data = table(50, 3);
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, data);
        Autoencoder first = trainer(scaler).fit(data).model();
        Autoencoder second = new Trainer(first.architecture(), RECIPE)
                .initial(first)
                .fit(data)
                .model();
        assertThat(second.scaler().metadata()).isEqualTo(scaler.metadata());
        assertThat(second.error(data)).isLessThan(first.error(data));
        Autoencoder other = trainer(Scaler.none()).initial(first).fit(grey(50)).model();
        assertThat(other.scaler().isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"min-max", "none"})
    void aCheckpointOfAnotherScalerIsRefused(String other) throws Exception {
        Dataset data = table(50, 3);
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, data);
        Path states = folder.resolve("states");
        Trainer.Result result = trainer(scaler).checkpoints(states, false).fit(data);
        Autoencoder state = Autoencoder.load(states.resolve("epoch-0000003.safetensors"));
        assertThat(state.reconstruct(data)).isDeepEqualTo(result.model().reconstruct(data));
        assertThat(trainer(scaler).checkpoints(states, true).fit(data).model().reconstruct(data))
                .isDeepEqualTo(result.model().reconstruct(data));
        Scaler changed = Scaler.fit(Scaler.Kind.parse(other), table(50, 4));
        assertThatThrownBy(() -> trainer(changed).checkpoints(states, true).fit(data))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(
                        other.equals("none") ? "scaler.kind is min-max, expected none" : "scaler.offset is ");
    }

    @Test
    void equalScalersHaveTheSameBits() {
        Scaler scaler = Scaler.of(Scaler.Kind.MIN_MAX, new double[] {1, 2}, new double[] {3, 4});
        assertThat(scaler)
                .isEqualTo(Scaler.of(Scaler.Kind.MIN_MAX, new double[] {1, 2}, new double[] {3, 4}))
                .hasSameHashCodeAs(Scaler.of(Scaler.Kind.MIN_MAX, new double[] {1, 2}, new double[] {3, 4}))
                .isNotEqualTo(Scaler.of(Scaler.Kind.STANDARD, new double[] {1, 2}, new double[] {3, 4}))
                .isNotEqualTo(Scaler.of(Scaler.Kind.MIN_MAX, new double[] {1, 2}, new double[] {3, 5}))
                .isNotEqualTo(Scaler.of(Scaler.Kind.MIN_MAX, new double[] {0, 2}, new double[] {3, 4}))
                .isNotEqualTo(Scaler.none())
                .hasToString("min-max, 2 values");
        assertThat(Scaler.none()).isEqualTo(Scaler.none()).hasToString("none");
    }
}
