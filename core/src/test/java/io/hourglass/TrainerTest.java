package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.engine.Golden;
import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainerTest {
    private static final Architecture SMALL = Architecture.parse("37-19-3");
    private static final Recipe RECIPE = Recipe.paper().with(r -> r.epochs(2).batchSize(8));

    private static Trainer trainer(Recipe recipe, int threads) {
        return new Trainer(SMALL, recipe).threads(threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 100})
    void anyNumberOfThreadsGivesTheSameBits(int batchSize) {
        Dataset train = TestData.pixels(150, 37, 1);
        Dataset test = TestData.pixels(70, 37, 2);
        Recipe recipe = RECIPE.with(r -> r.batchSize(batchSize));
        Dataset sample = train.slice(10, 60);
        Trainer.Result first = trainer(recipe, 1).test(test).trainSample(sample).fit(train);
        assertThat(first.epoch().trainMseAtEnd()).isEqualTo(first.model().error(sample));
        assertThat(trainer(recipe, 1).test(test).fit(train).model().weightsSha256())
                .isEqualTo(first.model().weightsSha256());
        for (int threads : new int[] {2, 3, 4, 7}) {
            Trainer.Result result =
                    trainer(recipe, threads).test(test).trainSample(sample).fit(train);
            assertThat(result.model().weightsSha256())
                    .as("%d threads", threads)
                    .isEqualTo(first.model().weightsSha256());
            for (int e = 0; e < 2; e++) {
                assertThat(result.history().epochs().get(e))
                        .usingRecursiveComparison()
                        .ignoringFields("seconds")
                        .isEqualTo(first.history().epochs().get(e));
            }
        }
    }

    @Test
    void bytesAndTheFloatsTheyStandForGiveTheSameBits() {
        Dataset bytes = TestData.pixels(50, 37, 1);
        float[] values = new float[50 * 37];
        for (int r = 0; r < 50; r++) {
            System.arraycopy(bytes.row(r), 0, values, r * 37, 37);
        }
        Dataset floats = Dataset.ofFloats("floats", values, 37);
        assertThat(trainer(RECIPE, 2).fit(floats).model().weightsSha256())
                .isEqualTo(trainer(RECIPE, 2).fit(bytes).model().weightsSha256());
    }

    /** Products skip the zeros of bytes, but not those of floats. */
    @ParameterizedTest
    @CsvSource({"1, 8, 784-130-5", "2, 64, 784-130-5", "3, 13, 37-19-3", "4, 7, 64-20-9-2", "2, 1, 63-3"})
    void leavingZerosOutChangesNothing(int threads, int batchSize, String widths) {
        Architecture architecture = Architecture.parse(widths);
        int inputs = architecture.inputs();
        byte[] pixels = new byte[70 * inputs];
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < pixels.length; i++) {
            boolean lit = random.nextInt(4) == 0 && i % inputs > 9; // some inputs are never lit
            pixels[i] = (byte) (lit ? random.nextInt(256) : 0);
        }
        Dataset bytes = Dataset.ofPixels("bytes", pixels, inputs);
        float[] values = new float[pixels.length];
        for (int r = 0; r < bytes.rows(); r++) {
            System.arraycopy(bytes.row(r), 0, values, r * inputs, inputs);
        }
        assertThat(Objects.requireNonNull(bytes.nonZeros()).isSparseEnough()).isTrue();
        Trainer trainer = new Trainer(architecture, RECIPE.with(r -> r.batchSize(batchSize))).threads(threads);
        assertThat(trainer.fit(bytes).model().weightsSha256())
                .isEqualTo(trainer.fit(Dataset.ofFloats("floats", values, inputs))
                        .model()
                        .weightsSha256());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void aRunInPartsGivesTheBitsOfAWholeOne(int parts) { // 40: more than the 19 mini-batches
        Dataset train = TestData.pixels(150, 37, 1);
        Trainer trainer = trainer(RECIPE, 2);
        Trainer.State state = trainer.begin();
        double error = 0;
        for (int epoch = 1; epoch <= 2; epoch++) {
            error = 0;
            int rows = 0;
            for (int part = 0; part < parts; part++) {
                Trainer.Part result = trainer.advance(state, train, epoch, part, parts);
                state = result.state();
                error += result.squaredError();
                rows += result.rows();
            }
            assertThat(rows).isEqualTo(150);
        }
        Trainer.Result whole = trainer.fit(train);
        assertThat(Autoencoder.of(SMALL, state.tensors(), Map.of()).weightsSha256())
                .isEqualTo(whole.model().weightsSha256());
        assertThat(error / 150).isCloseTo(whole.history().last().trainMse(), within(1e-12));
        assertThat(state.steps()).isEqualTo(2 * 19);
    }

    @Test
    void learns() {
        Dataset train = TestData.pixels(20, 37, 1);
        Trainer.Result result = trainer(RECIPE.with(r -> r.epochs(200)), 2).fit(train);
        List<History.Epoch> epochs = result.history().epochs();
        assertThat(epochs).hasSize(200);
        assertThat(result.history().last().trainMse())
                .isLessThan(0.75 * epochs.get(0).trainMse());
        assertThat(result.history().last().testMse()).isNaN();
        assertThat(result.history().seconds()).isGreaterThan(0);
    }

    /** With a learning rate that moves no weight every batch is measured with the initial ones: the mean is known. */
    @Test
    void trainMseIsTheMeanOverTheBatchesWeightedByTheirSize() {
        float[] values = new float[10 * 37];
        java.util.Arrays.fill(values, 8 * 37, values.length, 3); // the rows of the last, smaller batch
        Dataset train = Dataset.ofFloats("steps", values, 37);
        Recipe recipe = RECIPE.with(r -> r.epochs(1).batchSize(4).shuffle(false).learningRate(1e-30));
        Trainer.Result result = trainer(recipe, 2).fit(train);
        double[] errors = new double[10];
        for (int r = 0; r < 10; r++) {
            float[] y = result.model().reconstruct(train.row(r));
            for (int i = 0; i < 37; i++) {
                double d = y[i] - train.row(r)[i];
                errors[r] += d * d / 37;
            }
        }
        double mean = 0;
        for (double error : errors) {
            mean += error / 10;
        }
        assertThat(errors[9]).isGreaterThan(10 * errors[0]);
        assertThat(result.history().last().trainMse()).isCloseTo(mean, within(1e-6 * mean));
    }

    @Test
    void testMseIsTheModelsErrorAtTheEndOfTheEpoch() {
        Dataset test = TestData.pixels(131, 37, 2);
        Dataset train = TestData.pixels(50, 37, 1);
        Trainer.Result two = trainer(RECIPE, 2).test(test).fit(train);
        Trainer.Result one =
                trainer(RECIPE.with(r -> r.epochs(1)), 1).test(test).fit(train);
        assertThat(two.epoch()).isEqualTo(two.history().last());
        assertThat(two.history().last().testMse()).isEqualTo(two.model().error(test));
        assertThat(two.history().epochs().get(0).testMse())
                .isEqualTo(one.model().error(test));
    }

    /** Noise can only be memorised: the error on other noise soon rises. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void patienceEndsTheRunAndKeepsTheBestEpoch(int patience) {
        Dataset train = TestData.pixels(20, 37, 1);
        Dataset test = TestData.pixels(20, 37, 2);
        List<History.Epoch> all = trainer(RECIPE.with(r -> r.epochs(60)), 1)
                .test(test)
                .fit(train)
                .history()
                .epochs();
        int best = 1;
        int last = 1;
        while (last - best < patience) {
            last++;
            best = all.get(last - 1).testMse() < all.get(best - 1).testMse() ? last : best;
        }
        assertThat(best).isGreaterThan(1);
        List<String> notes = new ArrayList<>();
        int epochs = best;
        Recipe untilTheBest = RECIPE.with(r -> r.epochs(epochs));
        Trainer.Result result = trainer(RECIPE.with(r -> r.epochs(60)), 2)
                .test(test)
                .patience(patience)
                .listener(new TrainingListener() {
                    @Override
                    public void onNote(String note) {
                        notes.add(note);
                    }
                })
                .fit(train);
        assertThat(result.history().epochs()).hasSize(last);
        assertThat(result.epoch()).isEqualTo(result.history().epochs().get(best - 1));
        assertThat(result.model().error(test)).isEqualTo(all.get(best - 1).testMse());
        assertThat(result.model().weightsSha256())
                .isEqualTo(trainer(untilTheBest, 1).fit(train).model().weightsSha256());
        assertThat(result.model().metadata()).containsEntry("recipe.patience", String.valueOf(patience));
        assertThat(notes)
                .containsExactly("no better for " + patience + (patience == 1 ? " epoch" : " epochs")
                        + ": stopping after epoch " + last + ", keeping the model of epoch " + best);
    }

    @Test
    void theBestEpochIsKeptWhereThePatienceLasts() {
        Dataset train = TestData.pixels(20, 37, 1);
        Dataset test = TestData.pixels(20, 37, 2);
        Trainer.Result result = trainer(RECIPE.with(r -> r.epochs(60)), 1)
                .test(test)
                .patience(1000)
                .fit(train);
        assertThat(result.history().epochs()).hasSize(60);
        assertThat(result.epoch().epoch()).isLessThan(60);
        double least = result.history().epochs().stream()
                .mapToDouble(History.Epoch::testMse)
                .min()
                .orElseThrow();
        assertThat(result.model().error(test)).isEqualTo(least);
        assertThatThrownBy(() -> trainer(RECIPE, 1).patience(0)).hasMessage("patience = 0 epochs, expected at least 1");
        assertThatThrownBy(() -> trainer(RECIPE, 1).patience(3).fit(train))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("patience = 3 epochs without a test set to watch");
    }

    @Test
    void listenerHearsOfEveryEpochOnTheCallersThread() {
        List<History.Epoch> heard = new ArrayList<>();
        Thread caller = Thread.currentThread();
        Trainer.Result result = trainer(RECIPE.with(r -> r.epochs(3)), 2)
                .listener(new TrainingListener() {
                    @Override
                    public void onEpoch(History.Epoch epoch) {
                        assertThat(Thread.currentThread()).isSameAs(caller);
                        heard.add(epoch);
                    }
                })
                .fit(TestData.pixels(20, 37, 1));
        assertThat(heard).isEqualTo(result.history().epochs());
        assertThat(heard).extracting(History.Epoch::epoch).containsExactly(1, 2, 3);
    }

    /** An epoch of several seconds; the listener ends it at the first sign of progress, and its exception comes out. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void listenerHearsOfProgressAndMayEndTheRun(int threads) {
        Dataset train = TestData.pixels(60_000, 200, 1);
        assertThatThrownBy(() -> new Trainer(Architecture.parse("200-64-3"), RECIPE.with(r -> r.batchSize(1)))
                        .threads(threads)
                        .listener(new TrainingListener() {
                            @Override
                            public void onProgress(int epoch, long rowsDone, long rows) {
                                assertThat(epoch).isEqualTo(1);
                                assertThat(rows).isEqualTo(60_000);
                                throw new IllegalStateException("stop after " + rowsDone);
                            }
                        })
                        .fit(train))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("stop after [1-9]\\d*");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void aLossThatIsNotFiniteStopsTheRun(int threads) {
        float[] values = new float[40 * 37];
        values[21 * 37] = 1e30f; // row 21 stands in the third batch
        Dataset train = Dataset.ofFloats("huge", values, 37);
        assertThatThrownBy(() ->
                        trainer(RECIPE.with(r -> r.shuffle(false)), threads).fit(train))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Infinity")
                .hasMessageContaining("epoch 1, step 3 ")
                .hasMessageContaining("learning rate 0.005");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aLearningRateOutOfAllBoundsStopsTheRun(int threads) {
        Dataset train = TestData.pixels(20, 37, 1);
        assertThatThrownBy(() ->
                        trainer(RECIPE.with(r -> r.learningRate(1e38)), threads).fit(train))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("NaN")
                .hasMessageContaining("epoch 1, step 2 ")
                .hasMessageContaining("learning rate 1.0E38");
    }

    /** No later loss shows the effect of the last step. */
    @Test
    void theLastStepIsCheckedAsWell() {
        Dataset train = TestData.pixels(8, 37, 1);
        assertThatThrownBy(() -> trainer(RECIPE.with(r -> r.epochs(1).learningRate(1e38)), 2)
                        .fit(train))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("epoch 1")
                .hasMessageContaining("learning rate 1.0E38");
    }

    @Test
    void aBatchLargerThanTheDataIsAllOfIt() {
        Dataset train = TestData.pixels(21, 37, 1);
        assertThat(trainer(RECIPE.with(r -> r.batchSize(65_536)), 2)
                        .fit(train)
                        .model()
                        .weightsSha256())
                .isEqualTo(trainer(RECIPE.with(r -> r.batchSize(21)), 2)
                        .fit(train)
                        .model()
                        .weightsSha256());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void oneRowIsEnough(int threads) {
        Dataset train = TestData.pixels(1, 37, 1);
        Trainer.Result result =
                trainer(RECIPE.with(r -> r.epochs(300)), threads).test(train).fit(train);
        assertThat(result.history().last().testMse()).isLessThan(0.01);
    }

    @Test
    void theSeedDecidesWeightsAndOrder() {
        Dataset train = TestData.pixels(50, 37, 1);
        String sha = trainer(RECIPE, 1).fit(train).model().weightsSha256();
        assertThat(trainer(RECIPE, 1).fit(train).model().weightsSha256()).isEqualTo(sha);
        assertThat(trainer(RECIPE.with(r -> r.seed(1)), 1).fit(train).model().weightsSha256())
                .isNotEqualTo(sha);
        assertThat(trainer(RECIPE.with(r -> r.shuffle(false)), 1)
                        .fit(train)
                        .model()
                        .weightsSha256())
                .isNotEqualTo(sha);
        Autoencoder start = trainer(RECIPE, 1).fit(train).model();
        assertThat(trainer(RECIPE.with(r -> r.seed(1)), 1)
                        .initial(start)
                        .fit(train)
                        .model()
                        .weightsSha256())
                .as("the same initial weights in another order")
                .isNotEqualTo(
                        trainer(RECIPE, 1).initial(start).fit(train).model().weightsSha256());
    }

    @Test
    void startsFromTheInitialModelAndLeavesItAsItWas() {
        Dataset train = TestData.pixels(50, 37, 1);
        Autoencoder start = trainer(RECIPE.with(r -> r.seed(5)), 1).fit(train).model();
        String before = start.weightsSha256();
        Autoencoder still = trainer(RECIPE.with(r -> r.learningRate(1e-30)), 1)
                .initial(start)
                .fit(train)
                .model();
        assertThat(still.weightsSha256()).isEqualTo(before);
        Autoencoder moved = trainer(RECIPE, 1).initial(start).fit(train).model();
        assertThat(moved.weightsSha256()).isNotEqualTo(before);
        assertThat(start.weightsSha256()).isEqualTo(before);
    }

    @Test
    void theModelCarriesTheRecipe() {
        Autoencoder model = trainer(RECIPE, 1).fit(TestData.pixels(9, 37, 1)).model();
        assertThat(model.metadata()).containsAllEntriesOf(RECIPE.metadata());
        assertThat(model.architecture()).isEqualTo(SMALL);
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Dataset wide = TestData.pixels(5, 38, 1);
        assertThatThrownBy(() -> trainer(RECIPE, 1).fit(wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows of 38 values")
                .hasMessageContaining("37-19-3 takes 37");
        assertThatThrownBy(() -> trainer(RECIPE, 1).test(wide)).isInstanceOf(IllegalArgumentException.class);
        Autoencoder other = new Trainer(Architecture.parse("37-3"), RECIPE)
                .fit(TestData.pixels(9, 37, 1))
                .model();
        assertThatThrownBy(() -> trainer(RECIPE, 1).initial(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("37-3, expected 37-19-3");
        for (int threads : new int[] {-1, 0, 1025}) {
            assertThatThrownBy(() -> trainer(RECIPE, threads))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("threads = " + threads);
        }
    }

    /**
     * PyTorch's trajectory through the public API: without shuffling, two or four batches an epoch, ten epochs are its
     * 20 or 40 steps.
     */
    @ParameterizedTest
    @CsvSource({
        "one-hidden, 1",
        "one-hidden, 2",
        "one-hidden, 3",
        "adamw, 2",
        "nesterov, 2",
        "momentum, 1",
        "huber, 2",
        "mae, 1",
        "gelu, 2",
        "silu, 2"
    })
    void followsPyTorch(String name, int threads) throws Exception {
        Golden golden = Golden.read(name);
        int inputs = golden.architecture().inputs();
        float[] values = new float[golden.rows().length * inputs];
        for (int r = 0; r < golden.rows().length; r++) {
            System.arraycopy(golden.rows()[r], 0, values, r * inputs, inputs);
        }
        assertThat(golden.rows().length % golden.batch()).isZero();
        int stepsPerEpoch = golden.rows().length / golden.batch();
        int epochs = golden.losses().length / stepsPerEpoch;
        Recipe recipe = Recipe.paper()
                .with(r -> r.epochs(epochs)
                        .batchSize(golden.batch())
                        .objective(golden.objective())
                        .optimizer(golden.optimizer())
                        .beta2(golden.beta2())
                        .momentum(golden.momentum())
                        .nesterov(golden.nesterov())
                        .weightDecay(golden.weightDecay())
                        .learningRate(golden.learningRate())
                        .shuffle(false));
        Trainer.Result result = new Trainer(golden.architecture(), recipe)
                .threads(threads)
                .initial(Autoencoder.of(golden.architecture(), golden.initial(), Map.of()))
                .fit(Dataset.ofFloats("golden", values, inputs));
        for (int e = 0; e < epochs; e++) {
            double mean = 0;
            for (int s = 0; s < stepsPerEpoch; s++) {
                mean += golden.losses()[e * stepsPerEpoch + s] / stepsPerEpoch;
            }
            assertThat(result.history().epochs().get(e).trainLoss()).isCloseTo(mean, within(1e-4 * mean));
        }
        Map<String, double[]> last = new LinkedHashMap<>();
        result.model().tensors().forEach((tensor, w) -> last.put(tensor, widen(w)));
        golden.last().forEach((tensor, expected) -> Golden.assertClose(tensor, last.get(tensor), expected, 1e-4));
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    @Test
    void historyWithoutEpochsHasNoLast() {
        assertThatThrownBy(() -> new History(List.of()).last()).isInstanceOf(IllegalStateException.class);
    }
}
