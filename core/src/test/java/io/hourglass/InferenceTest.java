package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All ways to run rows through a model give the same bits, on whatever threads. */
@Timeout(120)
class InferenceTest {
    private static final Dataset DATA = TestData.floats(330, 37, 1); // five blocks and a part of one
    private static final Autoencoder MODEL = model(Variant.PLAIN);
    private static final double[] ERRORS = MODEL.withThreads(1).errors(DATA);

    private final ExecutorService one = Executors.newSingleThreadExecutor();

    @AfterEach
    void shutDown() {
        one.shutdownNow();
    }

    private static Autoencoder model(Variant variant) {
        return model("37-19-4", variant);
    }

    private static Autoencoder model(String widths, Variant variant) {
        Architecture architecture = Architecture.parse(widths)
                .withOutputActivation(Activation.IDENTITY)
                .withVariant(variant);
        return RandomModel.of(architecture, Scaler.fit(Scaler.Kind.STANDARD, DATA), 3);
    }

    @ParameterizedTest
    @CsvSource({
        "37-19-4, PLAIN",
        "37-19-4, TIED",
        "37-19-4, VARIATIONAL",
        "1x37x1-5c5s2-16c3s2-4, PLAIN",
        "37x1x1-16c3s1-9-4, VARIATIONAL"
    })
    void allPathsGiveTheSameBits(String widths, Variant variant) throws Exception {
        Autoencoder alone = model(widths, variant).withThreads(1);
        float[][] codes = new float[DATA.rows()][];
        float[][] rows = new float[DATA.rows()][];
        double[] errors = new double[DATA.rows()];
        double[][] squares = new double[DATA.rows()][];
        double sum = 0;
        for (int r = 0; r < DATA.rows(); r++) {
            codes[r] = alone.encode(DATA.row(r));
            rows[r] = alone.reconstruct(DATA.row(r));
            errors[r] = alone.error(DATA.row(r));
            squares[r] = alone.squaredErrors(DATA.row(r));
            sum += errors[r];
            assertThat(alone.decode(codes[r])).isEqualTo(rows[r]);
        }
        ExecutorService many = Executors.newCachedThreadPool();
        List<Executor> executors = List.of(ForkJoinPool.commonPool(), many, one, Runnable::run);
        for (int threads : new int[] {1, 2, 3, 7, 64}) {
            for (Executor executor : executors) {
                Autoencoder model = alone.withExecutor(executor).withThreads(threads);
                assertThat(model.encode(DATA)).isDeepEqualTo(codes);
                assertThat(model.reconstruct(DATA)).isDeepEqualTo(rows);
                assertThat(model.decode(codes)).isDeepEqualTo(rows);
                assertThat(model.errors(DATA)).isEqualTo(errors);
                assertThat(model.error(DATA)).isEqualTo(sum / DATA.rows());
                double[] found = new double[DATA.rows()];
                double[][] ofValues = new double[DATA.rows()][];
                model.errors(DATA, (row, error, each) -> {
                    found[row] = error;
                    ofValues[row] = each;
                });
                assertThat(found).isEqualTo(errors);
                assertThat(ofValues).isDeepEqualTo(squares);
                model.results(DATA, (first, ofRows, ofCodes, each) -> {
                    for (int r = 0; r < each.length; r++) {
                        assertThat(ofRows[r]).isEqualTo(DATA.doubles(first + r));
                        assertThat(ofCodes[r]).isEqualTo(codes[first + r]);
                        assertThat(each[r]).isEqualTo(squares[first + r]);
                        found[first + r] = -1;
                    }
                });
                assertThat(found).containsOnly(-1);
                double[][] wide = model.decodeToDoubles(codes);
                assertThat(toFloats(wide[329])).isEqualTo(rows[329]);
                assertThat(wide).hasDimensions(330, 37);
            }
        }
        many.shutdown();
        AnomalyDetector detector = AnomalyDetector.of(alone.withThreads(3));
        List<AnomalyDetector.Explained> explained = detector.explain(DATA, 4);
        for (int r = 0; r < DATA.rows(); r++) {
            assertThat(explained.get(r).score()).isEqualTo(errors[r]);
            assertThat(explained.get(r).contributions()).isEqualTo(detector.contributions(DATA.row(r), 4));
            assertThat(detector.explain(DATA, 0).get(r))
                    .isEqualTo(new AnomalyDetector.Explained(errors[r], List.of(), Optional.empty()));
        }
        assertThatThrownBy(() -> detector.explain(DATA, -1)).hasMessage("top = -1, expected 0 or more");
    }

    private static float[] toFloats(double[] row) {
        float[] floats = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            floats[i] = (float) row[i];
        }
        return floats;
    }

    @Test
    void offersOneTaskLessThanThreadsOrBlocks() {
        List<Runnable> offered = new ArrayList<>();
        Autoencoder model = MODEL.withExecutor(offered::add);
        assertThat(model.withThreads(4).errors(DATA)).isEqualTo(ERRORS);
        assertThat(offered).hasSize(3);
        offered.clear();
        assertThat(model.withThreads(64).errors(DATA)).isEqualTo(ERRORS);
        assertThat(offered).hasSize(5); // six blocks
        offered.clear();
        model.withThreads(64).errors(DATA.slice(0, 64));
        model.withThreads(1).errors(DATA);
        model.withThreads(64).decode(new float[0][]);
        assertThat(offered).isEmpty();
    }

    @Test
    void aTaskThatStartsLateDoesNothing() {
        List<Runnable> offered = new ArrayList<>();
        float[][] codes = MODEL.withThreads(2).withExecutor(offered::add).encode(DATA);
        float[][] copy = MODEL.encode(DATA);
        for (float[] code : codes) {
            code[0] = 7;
        }
        offered.forEach(Runnable::run);
        for (int r = 0; r < codes.length; r++) {
            assertThat(codes[r][0]).isEqualTo(7);
            assertThat(codes[r][1]).isEqualTo(copy[r][1]);
        }
    }

    /** It may wait in the queue of a busy pool for hours. */
    @Test
    void aTaskThatIsStillQueuedHoldsNoRows() throws Exception {
        List<Runnable> offered = new ArrayList<>();
        Autoencoder model = MODEL.withThreads(2).withExecutor(offered::add);
        WeakReference<Dataset> data = new WeakReference<>(TestData.floats(200, 37, 2));
        Dataset strong = data.get();
        model.errors(strong);
        strong = null;
        for (int i = 0; i < 100 && data.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(offered).hasSize(1);
        assertThat(data.get()).isNull();
    }

    @Test
    void aBusyExecutorCostsNoResult() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        one.execute(() -> await(end));
        assertThat(MODEL.withThreads(4).withExecutor(one).errors(DATA)).isEqualTo(ERRORS);
        end.countDown();
        one.submit(() -> {}).get(); // the task that was offered ends
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anExecutorThatIsShutDownOrRefusesCostsNoResult() {
        ExecutorService closed = Executors.newFixedThreadPool(2);
        closed.shutdown();
        assertThat(MODEL.withThreads(4).withExecutor(closed).errors(DATA)).isEqualTo(ERRORS);
        List<Runnable> taken = new ArrayList<>();
        Executor full = task -> {
            if (!taken.isEmpty()) {
                throw new RejectedExecutionException("full");
            }
            taken.add(task);
            one.execute(task);
        };
        assertThat(MODEL.withThreads(4).withExecutor(full).errors(DATA)).isEqualTo(ERRORS);
        assertThat(taken).hasSize(1);
    }

    @Test
    void aFailureOfTheExecutorIsPassedOnWhenAllThreadsHaveStopped() {
        IllegalStateException broken = new IllegalStateException("broken");
        Executor breaks = task -> {
            one.execute(task);
            throw broken;
        };
        assertThatThrownBy(() -> MODEL.withThreads(4).withExecutor(breaks).errors(DATA))
                .isSameAs(broken);
    }

    /** Whatever thread meets which failure first. */
    @Test
    void theFailureOfTheFirstRowIsThrown() {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        for (int threads : new int[] {1, 2, 3, 6}) {
            Autoencoder model = MODEL.withThreads(threads).withExecutor(pool);
            for (int i = 0; i < 50; i++) {
                assertThatThrownBy(() -> model.errors(DATA, (row, error, squares) -> {
                            if (row >= 130) {
                                throw new IllegalStateException("row " + row);
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("row 130");
                assertThatThrownBy(() -> model.errors(DATA, (row, error, squares) -> {
                            throw new StackOverflowError("row " + row);
                        }))
                        .isInstanceOf(StackOverflowError.class)
                        .hasMessage("row 0");
            }
            float[][] codes = MODEL.encode(DATA);
            codes[70][2] = Float.NaN;
            codes[300] = new float[3];
            assertThatThrownBy(() -> model.decode(codes))
                    .hasMessage("value 2 of a code is NaN, expected a finite number");
        }
        pool.shutdown();
    }

    /** The receiver calls the model on each of its rows, on threads of the pool that the model uses. */
    @Test
    void callsMayBeNested() throws Exception {
        for (ExecutorService pool : List.of(one, new ForkJoinPool(2), ForkJoinPool.commonPool())) {
            Autoencoder model = MODEL.withThreads(4).withExecutor(pool);
            double[] found = new double[DATA.rows()];
            pool.submit(() -> model.errors(DATA, (row, error, squares) -> {
                        if (row % 50 == 0) {
                            found[row] = model.errors(DATA)[row];
                        }
                    }))
                    .get(60, TimeUnit.SECONDS);
            for (int r = 0; r < found.length; r += 50) {
                assertThat(found[r]).isEqualTo(ERRORS[r]);
            }
        }
    }

    @Test
    void anInterruptDoesNotEndACall() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Autoencoder model = MODEL.withThreads(2).withExecutor(task -> {
            one.execute(() -> {
                begun.countDown();
                task.run();
            });
            while (begun.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        double[] errors = new double[DATA.rows()];
        model.errors(DATA, (row, error, squares) -> {
            caller.interrupt();
            if (Thread.currentThread() != caller) {
                pause(); // so that the caller has to wait
            }
            errors[row] = error;
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(errors).isEqualTo(ERRORS);
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noCallStartsThreads() throws Exception {
        MODEL.errors(DATA);
        for (int i = 0; i < 50; i++) {
            MODEL.withThreads(8).errors(DATA);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("hourglass-"));
    }
}
