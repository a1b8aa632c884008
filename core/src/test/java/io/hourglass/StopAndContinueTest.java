package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.nn.Architecture;
import io.hourglass.nn.Optimizer;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that the listener, a deadline or an interrupt ends, and runs that continue from a state. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopAndContinueTest {
    private static final Architecture SMALL = Architecture.parse("37-19-3");
    private static final Recipe RECIPE = Recipe.paper().with(r -> r.epochs(5).batchSize(8));
    private static final Dataset TRAIN = TestData.pixels(50, 37, 1);
    private static final Dataset TEST = TestData.pixels(20, 37, 2);

    /** An epoch of about a minute. */
    private static final Dataset MANY = TestData.pixels(200_000, 200, 1);

    private static final Architecture WIDE = Architecture.parse("200-256-3");
    private static final Recipe SLOW = RECIPE.with(r -> r.batchSize(1));

    @TempDir
    Path folder;

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    /** Stops after the epochs that the condition names. */
    private static TrainingListener stopAfter(IntPredicate epochs) {
        return new TrainingListener() {
            private int done;

            @Override
            public void onEpoch(History.Epoch epoch) {
                done = epoch.epoch();
            }

            @Override
            public boolean shouldStop() {
                return epochs.test(done);
            }
        };
    }

    /** Does something after an epoch. */
    private static TrainingListener after(int epoch, Runnable action) {
        return new TrainingListener() {
            @Override
            public void onEpoch(History.Epoch measured) {
                if (measured.epoch() == epoch) {
                    action.run();
                }
            }
        };
    }

    private static Trainer trainer(Recipe recipe) {
        return new Trainer(SMALL, recipe).threads(2).test(TEST);
    }

    private static void assertSame(Trainer.Result result, Trainer.Result expected) {
        assertThat(result.end()).isEqualTo(expected.end());
        assertThat(result.model().weightsSha256()).isEqualTo(expected.model().weightsSha256());
        assertThat(result.model().metadata()).isEqualTo(expected.model().metadata());
        assertThat(withoutSeconds(result.history())).isEqualTo(withoutSeconds(expected.history()));
        assertThat(result.epoch().epoch()).isEqualTo(expected.epoch().epoch());
        assertThat(Fit.sha256(result.state())).isEqualTo(Fit.sha256(expected.state()));
    }

    private static List<History.Epoch> withoutSeconds(History history) {
        return history.epochs().stream()
                .map(e -> new History.Epoch(e.epoch(), e.trainMse(), e.testMse(), 0, e.trainLoss(), e.trainKl()))
                .toList();
    }

    @Test
    void aRunToTheEndIsComplete() {
        Trainer.Result result = trainer(RECIPE).fit(TRAIN);
        assertThat(result.end()).isEqualTo(Trainer.End.COMPLETED);
        assertThat(result.state().steps()).isEqualTo(5 * 7);
        assertThat(result.state().history()).isEqualTo(result.history());
        assertThat(result.state().tensors()).containsKeys("encoder.0.weight", "adam.m.encoder.0.weight");
        assertThat(result.state()).hasToString("State[24 tensors after 35 steps]");
    }

    @ParameterizedTest
    @CsvSource({"1, one-cycle", "2, one-cycle", "4, cosine", "2, constant"})
    void stoppedAfterAnEpochItContinuesLikeOneNeverStopped(int epoch, String schedule) {
        Recipe recipe = RECIPE.with(r -> r.schedule(Schedule.parse(schedule)));
        Trainer.Result first =
                trainer(recipe).listener(stopAfter(done -> done == epoch)).fit(TRAIN);
        assertThat(first.end()).isEqualTo(Trainer.End.STOPPED);
        assertThat(first.history().epochs()).hasSize(epoch);
        assertThat(first.epoch()).isEqualTo(first.history().last());
        assertThat(first.model().error(TEST)).isEqualTo(first.epoch().testMse());
        assertSame(
                trainer(recipe).from(first.state()).fit(TRAIN), trainer(recipe).fit(TRAIN));
    }

    @Test
    void convolutionsContinueLikeOnesNeverStopped() {
        Supplier<Trainer> trainer = () -> new Trainer(Architecture.parse("1x37x1-5c5s2-4c3s2-6-3"), RECIPE)
                .threads(2)
                .test(TEST);
        Trainer.Result whole = trainer.get().fit(TRAIN);
        Trainer.Result first = trainer.get()
                .checkpoints(folder, false)
                .listener(stopAfter(done -> done == 2))
                .fit(TRAIN);
        assertThat(first.model().error(TEST)).isEqualTo(first.epoch().testMse());
        assertThat(first.end()).isEqualTo(Trainer.End.STOPPED);
        assertSame(trainer.get().threads(1).from(first.state()).fit(TRAIN), whole);
        assertSame(trainer.get().checkpoints(folder, true).fit(TRAIN), whole);
    }

    /** What it remembers has names of its own. */
    @ParameterizedTest
    @EnumSource
    void everyOptimizerContinues(Optimizer optimizer) {
        Recipe recipe = RECIPE.with(r -> r.optimizer(optimizer).momentum(optimizer == Optimizer.SGD ? 0.9 : 0));
        Trainer.Result whole = trainer(recipe).fit(TRAIN);
        for (String prefix : optimizer.state()) {
            assertThat(whole.state().tensors()).containsKey(prefix + "encoder.0.weight");
        }
        Trainer.Result first = trainer(recipe)
                .checkpoints(folder, false)
                .listener(stopAfter(done -> done == 2))
                .fit(TRAIN);
        assertSame(trainer(recipe).from(first.state()).fit(TRAIN), whole);
        assertSame(trainer(recipe).checkpoints(folder, true).fit(TRAIN), whole);
        Optimizer other = optimizer == Optimizer.SGD ? Optimizer.ADAM : Optimizer.SGD;
        Recipe others = RECIPE.with(r -> r.optimizer(other));
        assertThatThrownBy(() -> trainer(others).checkpoints(folder, true).fit(TRAIN))
                .hasMessageContaining("recipe.optimizer is " + optimizer.label() + ", expected " + other.label());
    }

    /** A constant rate does not depend on the number of epochs. */
    @Test
    void twoEpochsAndThreeMoreAreFive() {
        Trainer.Result two = trainer(RECIPE.with(r -> r.epochs(2))).fit(TRAIN);
        Trainer.Result five = trainer(RECIPE).from(two.state()).threads(1).fit(TRAIN);
        assertSame(five, trainer(RECIPE).fit(TRAIN));
        assertThat(two.history().epochs()).isEqualTo(five.history().epochs().subList(0, 2));
    }

    /** An interrupt closes the channel of the test rows. The last epoch is then not measured. */
    @Test
    void anInterruptWhileTheLastEpochIsMeasured() {
        Dataset test = Dataset.of(new RowSource() {
            @Override
            public int rows() {
                return 100;
            }

            @Override
            public int inputs() {
                return SMALL.inputs();
            }

            @Override
            public void read(int[] rows, double[] target) throws IOException {
                Arrays.fill(target, 0.5);
                if (rows.length < rows()) { // a block of the measurement; before training, all are read at once
                    Thread.currentThread().interrupt();
                    throw new ClosedByInterruptException();
                }
            }
        });
        Trainer.Result result = new Trainer(SMALL, RECIPE.with(r -> r.epochs(1)))
                .threads(1)
                .test(test)
                .fit(TRAIN);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.end()).isEqualTo(Trainer.End.INTERRUPTED);
        assertThat(result.history().epochs()).isEmpty();
        assertThat(result.state().steps()).isEqualTo(7);
    }

    @Test
    void stepsAndEpochsCountUpwards() {
        Trainer.State begin = trainer(RECIPE).begin();
        assertThatThrownBy(() -> new Trainer.State(begin.tensors(), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the state has taken -1 steps, expected 0 or more");
        assertThatThrownBy(() -> trainer(RECIPE).advance(begin, TRAIN, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("epoch = 0, expected at least 1");
    }

    @Test
    void continuesWhatAdvanceBegan() {
        Trainer trainer = trainer(RECIPE);
        Trainer.State state = trainer.advance(trainer.begin(), TRAIN, 1, 0, 3).state();
        Trainer.Result result = trainer.from(state).fit(TRAIN);
        assertThat(result.model().weightsSha256())
                .isEqualTo(trainer(RECIPE).fit(TRAIN).model().weightsSha256());
        assertThat(result.history().epochs()).hasSize(5);
    }

    /**
     * Each run has a little more time than the one before; they stop anywhere in an epoch, or before their first step.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void stoppedAnywhereItContinuesLikeOneNeverStopped(int threads) {
        Recipe recipe = RECIPE.with(r -> r.batchSize(1).epochs(40).schedule(Schedule.ONE_CYCLE));
        Trainer.State state = null;
        Trainer.Result result;
        int runs = 0;
        do {
            Trainer trainer = trainer(recipe).threads(threads).deadline(Duration.ofMillis(++runs));
            result = (state == null ? trainer : trainer.from(state)).fit(TRAIN);
            state = result.state();
        } while (result.end() == Trainer.End.DEADLINE);
        assertThat(runs).isGreaterThan(2);
        Trainer.Result whole = trainer(recipe).fit(TRAIN);
        assertThat(result.model().weightsSha256()).isEqualTo(whole.model().weightsSha256());
        assertThat(Fit.sha256(result.state())).isEqualTo(Fit.sha256(whole.state()));
        assertThat(result.history().epochs())
                .extracting(History.Epoch::testMse)
                .isEqualTo(whole.history().epochs().stream()
                        .map(History.Epoch::testMse)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theListenerStopsARunWithinAnEpoch(int threads) {
        long[] asked = {0};
        Trainer.Result result = new Trainer(WIDE, SLOW)
                .threads(threads)
                .listener(new TrainingListener() {
                    @Override
                    public boolean shouldStop() {
                        asked[0] = System.nanoTime();
                        return true;
                    }
                })
                .fit(MANY);
        assertThat(System.nanoTime() - asked[0]).isLessThan(5_000_000_000L);
        assertStoppedInTheFirstEpoch(result, Trainer.End.STOPPED);
    }

    private static void assertStoppedInTheFirstEpoch(Trainer.Result result, Trainer.End end) {
        assertThat(result.end()).isEqualTo(end);
        assertThat(result.history().epochs()).isEmpty();
        assertThatThrownBy(result::epoch)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the run ended before its first epoch was complete: " + end);
        assertThat(result.state().steps()).isLessThan(200_000L); // none, on a machine that is slow to begin
        Map<String, float[]> weights = new LinkedHashMap<>(result.state().tensors());
        weights.keySet().removeIf(name -> name.startsWith("adam."));
        assertThat(Autoencoder.of(WIDE, weights, Map.of()).weightsSha256())
                .isEqualTo(result.model().weightsSha256());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aDeadlineStopsARunWithinAnEpoch(int threads) {
        long start = System.nanoTime();
        Trainer.Result result = new Trainer(WIDE, SLOW)
                .threads(threads)
                .deadline(Duration.ofSeconds(2))
                .fit(MANY);
        assertThat(System.nanoTime() - start).isBetween(2_000_000_000L, 10_000_000_000L);
        assertStoppedInTheFirstEpoch(result, Trainer.End.DEADLINE);
    }

    @Test
    void aDeadlineInThePastOrFarFuture() {
        for (Duration over : List.of(Duration.ZERO, Duration.ofDays(-1_000_000))) {
            Trainer.Result result = trainer(RECIPE).deadline(over).fit(TRAIN);
            assertThat(result.end()).isEqualTo(Trainer.End.DEADLINE);
            assertThat(result.state().steps()).isZero();
            assertThat(result.model().weightsSha256())
                    .isEqualTo(Autoencoder.of(SMALL, weights(trainer(RECIPE).begin()), Map.of())
                            .weightsSha256());
        }
        assertSame(
                trainer(RECIPE).deadline(Duration.ofSeconds(Long.MAX_VALUE)).fit(TRAIN),
                trainer(RECIPE).fit(TRAIN));
    }

    private static Map<String, float[]> weights(Trainer.State state) {
        Map<String, float[]> weights = new LinkedHashMap<>(state.tensors());
        weights.keySet().removeIf(name -> name.startsWith("adam."));
        return weights;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anInterruptStopsARunWithinAnEpoch(int threads) {
        Thread caller = Thread.currentThread();
        long[] interrupted = {0};
        Trainer.Result result = new Trainer(WIDE, SLOW)
                .threads(threads)
                .listener(new TrainingListener() {
                    @Override
                    public void onProgress(int epoch, long rowsDone, long rows) {
                        interrupted[0] = System.nanoTime();
                        new Thread(caller::interrupt).start();
                    }
                })
                .fit(MANY);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(System.nanoTime() - interrupted[0]).isLessThan(5_000_000_000L);
        assertStoppedInTheFirstEpoch(result, Trainer.End.INTERRUPTED);
    }

    @Test
    void anInterruptedRunKeepsItsCheckpoints() {
        Trainer.Result result = trainer(RECIPE)
                .checkpoints(folder, false)
                .listener(after(3, Thread.currentThread()::interrupt))
                .fit(TRAIN);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.end()).isEqualTo(Trainer.End.INTERRUPTED);
        assertThat(result.history().epochs()).hasSize(3);
        assertSame(
                trainer(RECIPE).checkpoints(folder, true).fit(TRAIN),
                trainer(RECIPE).fit(TRAIN));
    }

    /** NIO closes a channel when its thread is interrupted, so the files are written as if there were no interrupt. */
    @Test
    void anInterruptDoesNotCostTheCheckpointOfItsEpoch() {
        int[] blocks = {0};
        Dataset test = Dataset.of(rowsOf(TestData.pixels(70, 37, 2), () -> {
            if (++blocks[0] > 1) { // the first is all rows, hashed before the run begins
                Thread.currentThread().interrupt();
            }
        }));
        Trainer.Result result = new Trainer(SMALL, RECIPE)
                .threads(1)
                .test(test)
                .checkpoints(folder, false)
                .fit(TRAIN);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.end()).isEqualTo(Trainer.End.INTERRUPTED);
        assertThat(result.history().epochs()).hasSize(1);
        assertThat(folder.resolve("epoch-0000001.safetensors")).isRegularFile();
        Thread.currentThread().interrupt();
        Trainer.Result resumed = new Trainer(SMALL, RECIPE)
                .threads(1)
                .test(test)
                .checkpoints(folder, true)
                .fit(TRAIN);
        assertThat(Thread.interrupted()).as("before the first step").isTrue();
        assertThat(resumed.history()).isEqualTo(result.history());
        assertThat(resumed.model().weightsSha256()).isEqualTo(result.model().weightsSha256());
    }

    private interface Action {
        void run() throws IOException;
    }

    private static RowSource rowsOf(Dataset data, Action beforeEachBlock) {
        return new RowSource() {
            @Override
            public int rows() {
                return data.rows();
            }

            @Override
            public int inputs() {
                return data.inputs();
            }

            @Override
            public void read(int[] rows, double[] target) throws IOException {
                beforeEachBlock.run();
                for (int i = 0; i < rows.length; i++) {
                    System.arraycopy(data.doubles(rows[i]), 0, target, i * data.inputs(), data.inputs());
                }
            }
        };
    }

    /** A file's channel is closed by the interrupt; the mini-batch is not complete, but those before it are. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anInterruptThatClosesTheSourceIsNoFailure(int threads) {
        Thread caller = Thread.currentThread();
        int[] blocks = {0};
        Dataset train = Dataset.of(rowsOf(TRAIN, () -> {
            if (++blocks[0] > 10) {
                caller.interrupt();
                throw new ClosedByInterruptException();
            }
        }));
        Trainer.Result result = new Trainer(SMALL, RECIPE).threads(threads).fit(train);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.end()).isEqualTo(Trainer.End.INTERRUPTED);
        assertThat(result.state().steps()).isEqualTo(10);
        assertThat(result.history().epochs()).hasSize(1);
        Trainer.Result continued =
                new Trainer(SMALL, RECIPE).from(result.state()).fit(TRAIN);
        assertThat(continued.model().weightsSha256())
                .isEqualTo(trainer(RECIPE).fit(TRAIN).model().weightsSha256());
    }

    /** Noise can only be memorised: the error on other noise soon rises. */
    @ParameterizedTest
    @ValueSource(ints = {2, 9, 12})
    void patienceGoesOnWhereItWas(int epoch) {
        Recipe recipe = RECIPE.with(r -> r.epochs(60).learningRate(0.02));
        Trainer.Result whole = trainer(recipe).patience(6).fit(TRAIN);
        assertThat(whole.end()).isEqualTo(Trainer.End.PATIENCE);
        assertThat(whole.history().epochs()).hasSizeGreaterThan(epoch);
        Trainer.Result first = trainer(recipe)
                .patience(6)
                .listener(stopAfter(done -> done == epoch))
                .fit(TRAIN);
        assertThat(first.end()).isEqualTo(Trainer.End.STOPPED);
        assertThat(first.model().error(TEST)).isEqualTo(first.epoch().testMse());
        assertSame(trainer(recipe).patience(6).from(first.state()).fit(TRAIN), whole);
    }

    @Test
    void hearsOfTheEpochsBefore() {
        Trainer.State state = trainer(RECIPE.with(r -> r.epochs(2))).fit(TRAIN).state();
        History[] heard = {new History(List.of())};
        trainer(RECIPE)
                .from(state)
                .listener(new TrainingListener() {
                    @Override
                    public void onResume(History done) {
                        heard[0] = done;
                    }
                })
                .fit(TRAIN);
        assertThat(heard[0]).isEqualTo(state.history());
    }

    /** Checkpoints of a run that started from a state belong to that state. */
    @Test
    void aStateAndCheckpoints() {
        Trainer.State state = trainer(RECIPE.with(r -> r.epochs(2))).fit(TRAIN).state();
        trainer(RECIPE)
                .from(state)
                .checkpoints(folder, false)
                .listener(stopAfter(done -> done == 4))
                .fit(TRAIN);
        assertThatThrownBy(() -> trainer(RECIPE).checkpoints(folder, true).fit(TRAIN))
                .hasMessageContaining("initial.sha256 is " + Fit.sha256(state) + ", expected random");
        assertSame(
                trainer(RECIPE).from(state).checkpoints(folder, true).fit(TRAIN),
                trainer(RECIPE).fit(TRAIN));
    }

    @Test
    void statesThatDoNotFitAreRefused() {
        Trainer.State done = trainer(RECIPE).fit(TRAIN).state();
        assertThatThrownBy(() -> trainer(RECIPE).from(done).fit(TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the state has taken 35 steps, expected fewer than the 35 of the recipe's epochs, which "
                        + "count from the beginning of the run");
        Recipe more = RECIPE.with(r -> r.epochs(6));
        assertThatThrownBy(() -> trainer(more).patience(1).from(done).fit(TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the state has a history but not the weights of its best epoch");
        assertThat(trainer(more)
                        .patience(1)
                        .from(new Trainer.State(done.tensors(), done.steps()))
                        .fit(TRAIN)
                        .history()
                        .epochs())
                .extracting(History.Epoch::epoch)
                .containsExactly(6);
        Map<String, float[]> some = new LinkedHashMap<>(done.tensors());
        some.remove("adam.v.decoder.0.bias");
        assertThatThrownBy(() -> trainer(more).from(new Trainer.State(some, 35)).fit(TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tensor adam.v.decoder.0.bias is missing");
    }
}
