package io.hourglass.anomaly;

import static io.hourglass.anomaly.Threshold.Method.CONFORMAL;
import static io.hourglass.anomaly.Threshold.Method.QUANTILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.TestData;
import io.hourglass.Trainer;
import io.hourglass.anomaly.AnomalyDetector.Contribution;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomalyDetectorTest {
    private static final Dataset DATA = TestData.pixels(200, 67, 1);
    private static final Autoencoder MODEL = new Trainer(
                    Architecture.parse("67-33-5"), Recipe.paper().with(r -> r.epochs(2)))
            .fit(DATA)
            .model();

    /** Three values, reconstructed as zeros whatever they are: a value's squared error is its square. */
    private static Autoencoder zeros() {
        Architecture architecture = Architecture.of(3, List.of(), 1)
                .withActivations(Activation.TANH, Activation.IDENTITY, Activation.IDENTITY);
        return Autoencoder.of(
                architecture,
                Map.of(
                        "encoder.0.weight", new float[] {0, 0, 0},
                        "encoder.0.bias", new float[] {0},
                        "decoder.0.weight", new float[] {0, 0, 0},
                        "decoder.0.bias", new float[] {0, 0, 0}),
                Map.of());
    }

    @Test
    void oneRowAndManyGiveTheSameScores() {
        AnomalyDetector detector = AnomalyDetector.of(MODEL);
        double[] scores = detector.scores(DATA);
        assertThat(scores).isEqualTo(MODEL.errors(DATA));
        for (int row = 0; row < scores.length; row++) {
            assertThat(detector.score(DATA.row(row))).isEqualTo(scores[row]);
        }
        assertThat(IntStream.range(0, scores.length * 20)
                        .parallel()
                        .filter(i -> detector.score(DATA.row(i % scores.length)) != scores[i % scores.length])
                        .count())
                .isZero();
    }

    @Test
    void scoresAreMeanSquaredErrors() {
        AnomalyDetector detector = AnomalyDetector.of(zeros());
        assertThat(detector.score(new float[] {1, -2, 2})).isEqualTo(3);
        assertThat(detector.contributions(new float[] {1, -2, 2}, 3))
                .containsExactly(
                        new Contribution(1, 4.0 / 9), new Contribution(2, 4.0 / 9), new Contribution(0, 1.0 / 9));
        assertThat(detector.contributions(new float[] {1, 0, 3}, 1)).containsExactly(new Contribution(2, 0.9));
        assertThat(detector.contributions(new float[] {1, 0, 3}, 0)).isEmpty();
        assertThat(detector.contributions(new float[3], 9))
                .containsExactly(new Contribution(0, 0), new Contribution(1, 0), new Contribution(2, 0));
    }

    @Test
    void contributionsAddUpToTheScore() {
        float[] row = DATA.row(3);
        List<Contribution> all = AnomalyDetector.of(MODEL).contributions(row, 67);
        float[] reconstruction = MODEL.reconstruct(row);
        double squares = 67 * AnomalyDetector.of(MODEL).score(row);
        double sum = 0;
        for (Contribution c : all) {
            double d = reconstruction[c.column()] - row[c.column()];
            assertThat(c.share()).isCloseTo(d * d / squares, within(1e-6));
            sum += c.share();
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
        assertThat(all).isSortedAccordingTo((a, b) -> Double.compare(b.share(), a.share()));
        assertThat(all.stream().map(Contribution::column))
                .doesNotHaveDuplicates()
                .hasSize(67);
    }

    /** A model with a scaler scores rows in the user's units as the same network scores rows in its own. */
    @Test
    void scoresAreInTheUnitsOfTheNetwork() {
        Scaler scaler = Scaler.of(Scaler.Kind.STANDARD, new double[] {10, 20, 30}, new double[] {1, 0.5, 0.25});
        AnomalyDetector detector = AnomalyDetector.of(zeros().withMetadata(scaler.metadata()));
        float[] row = {11, 16, 38}; // 1, -2, 2 to the network
        assertThat(detector.score(row)).isEqualTo(3);
        assertThat(detector.scores(Dataset.ofFloats("row", row, 3))).containsExactly(3.0);
        assertThat(detector.contributions(row, 1)).containsExactly(new Contribution(1, 4.0 / 9));
        assertThatThrownBy(() -> detector.score(new float[] {11, Float.NaN, 30}))
                .hasMessage("value 1 of a row is NaN, expected a finite number");
    }

    @Test
    void errorsTooLargeForANumberAreAnomalies() {
        AnomalyDetector detector = AnomalyDetector.of(zeros())
                .calibrate(Dataset.ofFloats("ones", new float[] {1, 1, 1}, 3), QUANTILE, 0.5);
        float[] far = {1, 3e38f, 0};
        assertThat(detector.score(far)).isInfinite();
        assertThat(detector.scores(Dataset.ofFloats("far", far, 3))).containsExactly(Double.POSITIVE_INFINITY);
        assertThat(detector.isAnomaly(far)).isTrue();
        assertThat(detector.contributions(far, 1).get(0).column()).isEqualTo(1);
    }

    @Test
    void aThresholdFoundElsewhereReplacesTheModels() {
        Threshold threshold = new Threshold(2.5, QUANTILE, 0.125, 8);
        AnomalyDetector first = AnomalyDetector.of(zeros()).withThreshold(new Threshold(1, QUANTILE, 0.5, 2));
        AnomalyDetector second = first.withThreshold(threshold);
        assertThat(second.threshold()).contains(threshold);
        assertThat(AnomalyDetector.of(second.model())).isEqualTo(second);
        assertThat(second.isAnomaly(new float[] {1, -2, 2})).isTrue();
        assertThat(second.isAnomaly(new float[] {1, -2, 1})).isFalse();
    }

    @Test
    void rowsThatAreNotFiniteOrOfAnotherLengthAreRefused() {
        AnomalyDetector detector = AnomalyDetector.of(MODEL).calibrate(DATA, QUANTILE, 0.01);
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[] row = DATA.row(0);
            row[66] = bad;
            row[5] = bad;
            String message = "value 5 of a row is " + bad + ", expected a finite number";
            assertThatThrownBy(() -> detector.score(row)).hasMessage(message);
            assertThatThrownBy(() -> detector.isAnomaly(row)).hasMessage(message);
            assertThatThrownBy(() -> detector.contributions(row, 3)).hasMessage(message);
        }
        for (int width : new int[] {0, 66, 68}) {
            assertThatThrownBy(() -> detector.score(new float[width]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a row has " + width + " values, but the model 67-33-5 takes 67");
            assertThatThrownBy(() -> detector.contributions(new float[width], 1))
                    .hasMessageContaining("takes 67");
        }
        assertThatThrownBy(() -> detector.scores(TestData.pixels(2, 5, 1))).hasMessageContaining("takes 67");
        assertThatThrownBy(() -> detector.calibrate(TestData.pixels(2, 5, 1), QUANTILE, 0.1))
                .hasMessageContaining("takes 67");
        assertThatThrownBy(() -> detector.contributions(DATA.row(0), -1)).hasMessage("top = -1, expected 0 or more");
    }

    @Test
    void theThresholdTravelsInTheModelFile(@TempDir Path folder) throws Exception {
        AnomalyDetector detector = AnomalyDetector.of(MODEL).calibrate(DATA, CONFORMAL, 0.05);
        Path file = folder.resolve("m.safetensors");
        detector.model().save(file);
        AnomalyDetector loaded = AnomalyDetector.of(Autoencoder.load(file));
        assertThat(loaded.threshold()).isEqualTo(detector.threshold()).isPresent();
        assertThat(loaded.threshold().orElseThrow().rows()).isEqualTo(200);
        double[] scores = loaded.scores(DATA);
        int flagged = 0;
        for (int row = 0; row < DATA.rows(); row++) {
            boolean anomaly = loaded.isAnomaly(DATA.row(row));
            assertThat(anomaly).isEqualTo(loaded.threshold().orElseThrow().isExceededBy(scores[row]));
            flagged += anomaly ? 1 : 0;
        }
        assertThat(flagged).isEqualTo(9); // k = ceil(201 * 0.95) = 191: nine of the 200 lie above
        assertThat(loaded.model().metadata()).containsAllEntriesOf(MODEL.metadata());
    }

    @Test
    void withoutAThresholdThereAreScoresButNoAnomalies() {
        AnomalyDetector detector = AnomalyDetector.of(MODEL);
        assertThat(detector.threshold()).isEmpty();
        assertThat(detector.score(DATA.row(0))).isPositive();
        assertThatThrownBy(() -> detector.isAnomaly(DATA.row(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no anomaly threshold");
    }

    @Test
    void aModelTrainedOnFromACalibratedOneHasNoThreshold() {
        Autoencoder calibrated =
                AnomalyDetector.of(MODEL).calibrate(DATA, QUANTILE, 0.05).model();
        Autoencoder further = new Trainer(MODEL.architecture(), Recipe.paper().with(r -> r.epochs(1)))
                .initial(calibrated)
                .fit(DATA)
                .model();
        assertThat(AnomalyDetector.of(further).threshold()).isEmpty();
    }
}
