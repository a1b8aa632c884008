package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.lab.training.Preparation;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BiasVarianceTest {
    private static final int INPUTS = 12;

    /** A model that answers with those two values, whatever it is given. */
    private static Autoencoder constant(float first, float second) {
        Architecture linear = Architecture.of(2, List.of(), 1)
                .withActivations(Activation.IDENTITY, Activation.IDENTITY, Activation.IDENTITY);
        return Autoencoder.of(
                linear,
                Map.of(
                        "encoder.0.weight", new float[2],
                        "encoder.0.bias", new float[1],
                        "decoder.0.weight", new float[2],
                        "decoder.0.bias", new float[] {first, second}),
                Map.of());
    }

    private static Dataset rows(int rows, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[rows * INPUTS];
        for (int r = 0; r < rows; r++) {
            int level = random.nextInt(200);
            for (int j = 0; j < INPUTS; j++) {
                pixels[r * INPUTS + j] = (byte) (level * (j % 3 + 1) / 3 + random.nextInt(50));
            }
        }
        return Dataset.ofPixels("rows", pixels, INPUTS);
    }

    private static List<Autoencoder> trained(int models) {
        Dataset train = rows(300, 1);
        List<Autoencoder> trained = new ArrayList<>();
        for (int k = 0; k < models; k++) {
            int seed = k;
            trained.add(new Trainer(
                            Architecture.of(INPUTS, List.of(8), 2),
                            Recipe.tuned().with(r -> r.epochs(3).seed(seed)))
                    .fit(BiasVariance.bootstrap(train, k))
                    .model());
        }
        return trained;
    }

    /**
     * Predictions 0.25 and 0.75 of the first value, 0.5 and 1 of the second. First row (0.5, 0): means 0.5 and 0.75, so
     * bias^2 is 0 and 0.5625, variance 0.0625 twice. Second row (1, 0.75): bias^2 0.25 and 0, variance 0.0625 twice.
     */
    @Test
    void aCaseByHand() {
        Dataset test = Dataset.ofFloats("two", new float[] {0.5f, 0, 1, 0.75f}, 2);
        BiasVariance parts = BiasVariance.of(List.of(constant(0.25f, 0.5f), constant(0.75f, 1)), test, 0, 0);
        assertThat(parts.bias2()).isEqualTo((0.5625 + 0.25) / 4);
        assertThat(parts.variance()).isEqualTo(0.0625);
        assertThat(parts.noise()).isZero();
        assertThat(parts.noiseError()).isZero();
        // (0.0625 + 0.0625 + 0.25 + 1 + 0.5625 + 0.0625 + 0.0625 + 0.0625) / 8
        assertThat(parts.mse()).isEqualTo(2.125 / 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void biasAndVarianceAddUpToTheMeanError(int models) {
        Dataset test = rows(70, 99);
        List<Autoencoder> trained = trained(models);
        BiasVariance parts = BiasVariance.of(trained, test, 0, 0);
        double meanError = trained.stream()
                .mapToDouble(model -> model.error(test))
                .average()
                .orElseThrow();
        assertThat(parts.bias2() + parts.variance()).isCloseTo(meanError, Percentage.withPercentage(1e-4));
        assertThat(parts.mse()).isCloseTo(meanError, Percentage.withPercentage(1e-4));
        assertThat(parts.variance()).isPositive();
        assertThat(parts.bias2()).isPositive();
    }

    /** Numbers, categories and missing values: the parts add up to the error that evaluate reports. */
    @Test
    void categoriesAndMissingValuesAddUpToo() {
        Dataset train = mixed(200, 1);
        Dataset test = mixed(60, 2);
        Preparation prepared = Preparation.learn(train, MIXED, null, Imputation.Kind.MEAN, Loss.MSE);
        List<Autoencoder> models = new ArrayList<>();
        for (int k = 0; k < 3; k++) {
            int seed = k;
            models.add(prepared.applyTo(new Trainer(
                            prepared.applyTo(Architecture.of(6, List.of(8), 2)),
                            Recipe.tuned().with(r -> r.epochs(4).seed(seed))))
                    .fit(BiasVariance.bootstrap(train, k))
                    .model());
        }
        BiasVariance parts = BiasVariance.of(models, test, 0, 0);
        double meanError = models.stream()
                .mapToDouble(model -> model.error(test))
                .average()
                .orElseThrow();
        assertThat(parts.mse()).isCloseTo(meanError, Percentage.withPercentage(1e-3));
        assertThat(parts.bias2() + parts.variance()).isCloseTo(meanError, Percentage.withPercentage(1e-3));
        assertThat(parts.variance()).isPositive();
        assertThat(parts.noiseError()).isZero();
        assertThatThrownBy(() -> BiasVariance.of(models, test, 0.1, 0))
                .hasMessageContaining(
                        "mixed: has categories or many missing values, so errors are per column, and noise = 0.1");
    }

    private static final Columns MIXED = Columns.parse("1,c3,2");

    private static Dataset mixed(int rows, long seed) {
        Random random = new Random(seed);
        double[] values = new double[rows * 6];
        for (int r = 0; r < rows; r++) {
            int kind = random.nextInt(3);
            boolean gap = random.nextInt(8) == 0;
            values[6 * r] = 1e6 + kind * 40 + random.nextGaussian();
            for (int j = 0; j < 3; j++) {
                values[6 * r + 1 + j] = gap ? Double.NaN : j == kind ? 1 : 0;
            }
            values[6 * r + 4] = random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian();
            values[6 * r + 5] = kind * values[6 * r + 4];
        }
        return Dataset.ofTable("mixed", values, 6);
    }

    /** With gaps among numbers, a row's values share its weight, and noise of known size is found again. */
    @Test
    void noiseIsFoundBesideGaps() {
        float[] values = new float[4000];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 1 && random.nextBoolean() ? Float.NaN : random.nextFloat();
        }
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        Dataset test = Dataset.ofTable("gaps", doubles, 2);
        Imputation half = Imputation.of(Imputation.Kind.MEAN, new double[] {0.5, 0.5});
        List<Autoencoder> models = List.of(
                constant(0.5f, 0.5f).withMetadata(half.metadata()),
                constant(0.25f, 1).withMetadata(half.metadata()));
        BiasVariance clean = BiasVariance.of(models, test, 0, 0);
        assertThat(clean.mse())
                .isCloseTo(
                        (models.get(0).error(test) + models.get(1).error(test)) / 2, Percentage.withPercentage(1e-4));
        BiasVariance noisy = BiasVariance.of(models, test, 0.3, 0);
        assertThat(noisy.bias2()).isEqualTo(clean.bias2());
        assertThat(Math.abs(noisy.noise() - 0.09)).isLessThan(4 * noisy.noiseError());
        assertThat(noisy.noiseError()).isLessThan(0.01);
    }

    @Test
    void equalModelsHaveNoVariance() {
        Autoencoder one = constant(0.3f, 0.7f);
        BiasVariance parts = BiasVariance.of(List.of(one, one, one), Dataset.ofFloats("x", new float[2], 2), 0, 0);
        assertThat(parts.variance()).isCloseTo(0, within(1e-30));
        assertThat(parts.bias2()).isCloseTo((0.3 * 0.3 + 0.7 * 0.7) / 2, within(1e-7));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.5})
    void knownNoiseIsRecovered(double noise) {
        Dataset test = rows(5000, 99);
        List<Autoencoder> trained = trained(4);
        BiasVariance clean = BiasVariance.of(trained, test, 0, 0);
        BiasVariance noisy = BiasVariance.of(trained, test, noise, 5);
        assertThat(noisy.bias2()).isEqualTo(clean.bias2());
        assertThat(noisy.variance()).isEqualTo(clean.variance());
        assertThat(noisy.noiseError()).isPositive().isLessThan(0.1 * noise * noise);
        assertThat(noisy.noise()).isCloseTo(noise * noise, within(4 * noisy.noiseError()));
        assertThat(noisy.bias2() + noisy.variance() + noisy.noise())
                .isCloseTo(noisy.mse(), Percentage.withPercentage(1e-4));
        assertThat(BiasVariance.of(trained, test, noise, 6).noise()).isNotEqualTo(noisy.noise());
    }

    /** Over many draws the recovered noise scatters as its stated standard error says, neither more nor less. */
    @Test
    void theStatedErrorOfTheNoiseIsTheRealOne() {
        Dataset test = rows(40, 99);
        List<Autoencoder> trained = trained(2);
        int draws = 400;
        double squares = 0;
        for (int seed = 0; seed < draws; seed++) {
            double miss = BiasVariance.of(trained, test, 0.2, seed).noise() - 0.2 * 0.2;
            squares += miss * miss;
        }
        double stated = BiasVariance.of(trained, test, 0.2, 0).noiseError();
        // A variance estimated from 400 draws is within 15 % (two standard deviations) or so.
        assertThat(Math.sqrt(squares / draws)).isCloseTo(stated, Percentage.withPercentage(15));
    }

    @Test
    void threadsDoNotChangeTheResult() {
        Dataset test = rows(500, 99);
        List<Autoencoder> trained = trained(3);
        assertThat(BiasVariance.of(
                        trained.stream().map(model -> model.withThreads(3)).toList(), test, 0.1, 1))
                .isEqualTo(BiasVariance.of(
                        trained.stream().map(model -> model.withThreads(1)).toList(), test, 0.1, 1));
    }

    @Test
    void blocksDoNotChangeTheResult() {
        // 2 models of 2 inputs fit 2^21 rows into a block: one more, and there are two blocks.
        int rows = (1 << 21) + 1;
        float[] values = new float[2 * rows];
        values[2 * rows - 1] = 4; // in the second block
        Dataset test = Dataset.ofFloats("long", values, 2);
        BiasVariance parts = BiasVariance.of(List.of(constant(0, 0), constant(0, 2)), test, 0, 0);
        assertThat(parts.bias2()).isCloseTo(((rows - 1) + 9.0) / (2.0 * rows), within(1e-12));
        assertThat(parts.variance()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aBootstrapSampleHasAsManyRowsAndSomeOfThemTwice() {
        Dataset data = Dataset.ofFloats("numbers", numbers(2000), 1);
        Dataset sample = BiasVariance.bootstrap(data, 4);
        assertThat(sample.rows()).isEqualTo(2000);
        Set<Float> different = new HashSet<>();
        for (int r = 0; r < 2000; r++) {
            different.add(sample.row(r)[0]);
        }
        // 1 - 1/e of them: 1264, give or take 4 standard deviations of about 14.
        assertThat(different.size()).isBetween(1200, 1330);
        assertThat(BiasVariance.bootstrap(data, 4).sha256()).isEqualTo(sample.sha256());
        assertThat(BiasVariance.bootstrap(data, 5).sha256()).isNotEqualTo(sample.sha256());
    }

    private static float[] numbers(int n) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = i;
        }
        return numbers;
    }

    @Test
    void refusesWhatHasNoAnswer() {
        Dataset test = Dataset.ofFloats("two", new float[4], 2);
        List<Autoencoder> two = List.of(constant(0, 0), constant(1, 1));
        assertThatThrownBy(() -> BiasVariance.of(List.of(constant(0, 0)), test, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("models = 1");
        for (double noise : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> BiasVariance.of(two, test, noise, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("noise = " + noise);
        }
        assertThatThrownBy(() -> BiasVariance.of(two, rows(3, 1), 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows of 12 values");
    }
}
