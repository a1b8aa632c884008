package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.compute.EachKernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The other kinds of autoencoders, trained whole: as exact as the plain one, and each does what it is for. */
class VariantsTest {
    private static final Architecture SMALL = Architecture.parse("37-19-5");
    private static final Recipe PLAIN = Recipe.paper().withEpochs(4).withBatchSize(13);
    private static final Dataset TRAIN = TestData.pixels(60, 37, 1);

    /** One of each kind, with the hash its weights have for any threads, kernels and JDK. */
    private enum Variant {
        BCE(
                SMALL,
                PLAIN.withObjective(Objective.MSE.withLoss(Loss.BCE)),
                "ebe71fc8bb0bf61001049bde910dc9e7a13eb518ed6737ef4f3f636a87e7017c"),
        NOISE(
                SMALL,
                PLAIN.withCorruption(new Corruption(0.3, 0)),
                "59bc5be4cfbacb3ef9b343980618d9257e52181856e8f9ccad0da275cae416ca"),
        MASK(
                SMALL,
                PLAIN.withCorruption(new Corruption(0, 0.4)),
                "bdcc0f55ea7762609615fd009f106679721fe4b7bf0657d7dcb63784e044f89d"),
        NOISE_AND_MASK(
                SMALL,
                PLAIN.withCorruption(new Corruption(0.1, 0.2)).withShuffle(false),
                "9f3d3ce18e5c7c533cbd659c50d96e535646bd920c40f6e5fefbdf4c4b1c3354"),
        SPARSE(
                SMALL,
                PLAIN.withObjective(Objective.MSE.withSparsity(0.01)),
                "c8fc21fc9d2ba91e0f492330338d488162c3731cf8b45f645c51520a9b363453");

        final Architecture architecture;
        final Recipe recipe;
        final String sha256;

        Variant(Architecture architecture, Recipe recipe, String sha256) {
            this.architecture = architecture;
            this.recipe = recipe;
            this.sha256 = sha256;
        }

        Trainer trainer() {
            return new Trainer(architecture, recipe);
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @EachKernels
    void hasTheKnownHash(Variant variant) {
        for (int threads = 1; threads <= 4; threads++) {
            assertThat(variant.trainer().threads(threads).fit(TRAIN).model().weightsSha256())
                    .as("%d threads", threads)
                    .isEqualTo(variant.sha256);
        }
    }

    /** What stops an epoch's listener stops the run: its state is that of a killed one. */
    @ParameterizedTest
    @EnumSource
    void aResumedRunEqualsOneNeverStopped(Variant variant) {
        Trainer.Result whole = variant.trainer().fit(TRAIN);
        TrainingListener stop = new TrainingListener() {
            @Override
            public void onEpoch(History.Epoch epoch) {
                if (epoch.epoch() == 2) {
                    throw new IllegalStateException("stopped");
                }
            }
        };
        assertThatThrownBy(() -> variant.trainer()
                        .checkpoints(folder, false)
                        .listener(stop)
                        .fit(TRAIN))
                .hasMessage("stopped");
        Trainer.Result resumed =
                variant.trainer().threads(3).checkpoints(folder, true).fit(TRAIN);
        assertThat(resumed.model().weightsSha256()).isEqualTo(whole.model().weightsSha256());
        assertThat(resumed.model().metadata()).isEqualTo(whole.model().metadata());
        assertThat(withoutSeconds(resumed)).isEqualTo(withoutSeconds(whole));
    }

    /** Records are equal where their numbers have the same bits. */
    private static List<History.Epoch> withoutSeconds(Trainer.Result result) {
        return result.history().epochs().stream()
                .map(e -> new History.Epoch(e.epoch(), e.trainMse(), e.testMse(), 0, e.trainLoss()))
                .toList();
    }

    /** No kind goes on from the state of another. */
    @ParameterizedTest
    @EnumSource
    void itsStateIsNotThatOfAPlainRun(Variant variant) {
        variant.trainer().checkpoints(folder, false).fit(TRAIN);
        assertThatThrownBy(() ->
                        new Trainer(SMALL, PLAIN).checkpoints(folder, true).fit(TRAIN))
                .hasMessageContaining("is of another run: ");
    }

    @Test
    void theLossIsTheErrorWhereThatIsAllThatIsMadeSmall() {
        History.Epoch last = new Trainer(SMALL, PLAIN).fit(TRAIN).history().last();
        assertThat(last.trainLoss()).isEqualTo(last.trainMse());
        assertThat(Variant.SPARSE.trainer().fit(TRAIN).history().last())
                .matches(epoch -> epoch.trainLoss() > epoch.trainMse());
    }

    /** What -(x ln y + (1 - x) ln(1 - y)) is for y = 1/2, whatever x is. */
    @Test
    void crossEntropyIsReportedInNatsPerValue() {
        Recipe still = Variant.BCE.recipe.withEpochs(1).withLearningRate(1e-30);
        Architecture linear =
                new Architecture(37, List.of(), 5, Activation.TANH, Activation.IDENTITY, Activation.SIGMOID);
        Autoencoder zero = Autoencoder.of(
                linear,
                java.util.Map.of(
                        "encoder.0.weight", new float[5 * 37],
                        "encoder.0.bias", new float[5],
                        "decoder.0.weight", new float[37 * 5],
                        "decoder.0.bias", new float[37]),
                java.util.Map.of());
        double loss = new Trainer(linear, still)
                .initial(zero)
                .fit(TRAIN)
                .history()
                .last()
                .trainLoss();
        assertThat(loss).isCloseTo(Math.log(2), org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void crossEntropyWantsASigmoidAndRowsFrom0To1() {
        Architecture linear =
                new Architecture(37, List.of(), 5, Activation.TANH, Activation.IDENTITY, Activation.IDENTITY);
        assertThatThrownBy(() -> new Trainer(linear, Variant.BCE.recipe).fit(TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the output activation is identity, expected sigmoid for the loss bce");
        float[] values = new float[3 * 37];
        values[2 * 37 + 4] = 1.5f;
        Dataset rows = Dataset.ofFloats("table", values, 37);
        assertThatThrownBy(() -> Variant.BCE.trainer().fit(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table: row 3 holds 1.5 as value 5, expected 0 to 1 for the loss bce");
        // A scaler brings them there.
        Variant.BCE.trainer().scaler(Scaler.fit(Scaler.Kind.MIN_MAX, rows)).fit(rows);
    }
}
