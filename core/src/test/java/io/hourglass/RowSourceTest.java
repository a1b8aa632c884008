package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RowSourceTest {
    private static final int ROWS = 150;
    private static final int INPUTS = 37;
    private static final Architecture SMALL = Architecture.parse("37-19-3").withOutputActivation(Activation.IDENTITY);
    private static final Recipe RECIPE = Recipe.paper().with(r -> r.epochs(2).batchSize(8));

    /** Doubles of very different sizes, which differ beyond float precision. */
    private static final Dataset ARRAY = doubles();

    private static Dataset doubles() {
        java.util.Random random = new java.util.Random(5);
        double[] values = new double[ROWS * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % INPUTS == 0 ? 1.7e9 + i / INPUTS : random.nextDouble() * Math.pow(10, i % 5 - 2);
        }
        return Dataset.ofDoubles("source", values, INPUTS);
    }

    /** The rows of a data set. It counts the rows that are read, and fails if two threads call it at once. */
    private static final class Counted implements RowSource {
        private final Dataset data;
        private final AtomicInteger callers = new AtomicInteger();
        private int read;

        Counted(Dataset data) {
            this.data = data;
        }

        @Override
        public int rows() {
            return data.rows();
        }

        @Override
        public int inputs() {
            return data.inputs();
        }

        @Override
        public boolean allowsMissing() {
            return data.hasMissing();
        }

        @Override
        public String name() {
            return "source";
        }

        @Override
        public void read(int[] rows, double[] target) {
            assertThat(callers.incrementAndGet()).isEqualTo(1);
            assertThat(target).hasSize(rows.length * inputs());
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(data.doubles(rows[i]), 0, target, i * inputs(), inputs());
                read++;
            }
            callers.decrementAndGet();
        }
    }

    private static Dataset source(Dataset data) {
        return Dataset.of(new Counted(data));
    }

    @Test
    void hasTheValuesOfAnArray() {
        Dataset source = source(ARRAY);
        assertThat(source).hasToString("source: 150 x 37 values");
        assertThat(source.sha256()).isEqualTo(ARRAY.sha256());
        assertThat(source.values().range()).isEqualTo(ARRAY.values().range());
        assertThat(source.isPixels()).isFalse();
        assertSameRows(source, ARRAY);
        int[] some = {149, 0, 7, 7};
        assertSameRows(source.select(some), ARRAY.select(some));
        assertSameRows(source.slice(20, 60), ARRAY.slice(20, 60));
        assertSameRows(
                source.slice(20, 60).select(some(39, 0)), ARRAY.slice(20, 60).select(some(39, 0)));
        assertSameRows(source.selectColumns(some(5, 2)), ARRAY.selectColumns(some(5, 2)));
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, ARRAY);
        assertSameRows(source.scaled(scaler), ARRAY.scaled(scaler));
        assertThat(source.scaled(scaler).slice(3, 5).row(1)).isEqualTo(ARRAY.row(4, scaler));
    }

    private static int[] some(int... numbers) {
        return numbers;
    }

    private static void assertSameRows(Dataset actual, Dataset expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        for (int row = 0; row < actual.rows(); row++) {
            assertThat(actual.row(row)).isEqualTo(expected.row(row));
            assertThat(actual.doubles(row)).isEqualTo(expected.doubles(row));
        }
    }

    @Test
    void labelsNamesAndColumnsAreAnyDatasets() {
        int[] labels = new int[ROWS];
        labels[149] = 3;
        Dataset data = source(ARRAY).withLabels(labels).withName("named");
        assertThat(data.slice(100, 150).labels()).hasSize(50).endsWith(3);
        assertThat(data.select(some(149)).label(0)).isEqualTo(3);
        assertThat(data).hasToString("named: 150 x 37 values, with labels");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void trainsWithTheBitsOfAnArrayAndReadsEachRowOnce(int threads) {
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, ARRAY);
        Counted train = new Counted(ARRAY);
        Counted test = new Counted(ARRAY.slice(0, 70));
        Trainer.Result result = trainer(threads, scaler).test(Dataset.of(test)).fit(Dataset.of(train));
        Trainer.Result expected = trainer(1, scaler).test(ARRAY.slice(0, 70)).fit(ARRAY);
        assertThat(result.model().weightsSha256()).isEqualTo(expected.model().weightsSha256());
        assertThat(result.history().last().testMse())
                .isEqualTo(expected.history().last().testMse());
        assertThat(result.model().errors(source(ARRAY)))
                .isEqualTo(expected.model().errors(ARRAY));
        assertThat(train.read).isEqualTo(2 * ROWS);
        // Threads take the blocks of 64 and 6 rows in any order: the last one of the first epoch is still there if it
        // is
        // the first of the second.
        assertThat(test.read).as("after each epoch").isIn(2 * 70, 2 * 70 - 6, 2 * 70 - 64);
    }

    private static Trainer trainer(int threads, Scaler scaler) {
        return new Trainer(SMALL, RECIPE).threads(threads).scaler(scaler);
    }

    @ParameterizedTest
    @EnumSource(names = {"MIN_MAX", "STANDARD"})
    void scalersAreThoseOfAnArray(Scaler.Kind kind) {
        assertThat(Scaler.fit(kind, source(ARRAY))).isEqualTo(Scaler.fit(kind, ARRAY));
    }

    @Test
    void pixelsAreRecognised() {
        Dataset bytes = TestData.pixels(20, INPUTS, 1);
        Dataset numbers = source(bytes.pixelsAsNumbers());
        Autoencoder model = new Trainer(SMALL, RECIPE).fit(bytes).model();
        Autoencoder.Match match = model.match(numbers);
        assertThat(match.notes())
                .containsExactly("source: the model was trained on pixels, so 0 to 255 is read as 0 to 1");
        assertSameRows(match.rows(), bytes);
        assertThatThrownBy(() -> model.match(source(ARRAY))).hasMessageContaining("expected 0 to 1, or whole numbers");
    }

    @Test
    void columnsAreFoundByName() {
        Dataset array = Dataset.of(new double[][] {{1, 2, 3}, {4, 5, 6}}).withColumns(List.of("a", "b", "c"));
        Dataset swapped =
                source(Dataset.of(new double[][] {{3, 1, 2}, {6, 4, 5}})).withColumns(List.of("c", "a", "b"));
        Autoencoder model = new Trainer(Architecture.parse("3-2").withOutputActivation(Activation.IDENTITY), RECIPE)
                .fit(array)
                .model();
        assertThat(model.errors(model.match(swapped).rows())).isEqualTo(model.errors(array));
    }

    @Test
    void crossEntropyNamesAValueOutOfRange() {
        Recipe recipe = RECIPE.with(r -> r.objective(new Objective(Loss.BCE, 0, 1)));
        assertThatThrownBy(() -> new Trainer(Architecture.parse("37-19-3"), recipe).fit(source(ARRAY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("source: row 1 holds 1.7E9 as value 1, expected 0 to 1 for the loss bce");
    }

    /** 2.2 billion values. */
    private static final class Huge implements RowSource {
        @Override
        public int rows() {
            return 2_200_000;
        }

        @Override
        public int inputs() {
            return 1000;
        }

        @Override
        public void read(int[] rows, double[] target) {
            for (int i = 0; i < target.length; i++) {
                target[i] = value(rows[i / 1000], i % 1000);
            }
        }

        static double value(int row, int column) {
            return (row % 1009 + column) % 256 / 255.0;
        }
    }

    @Test
    void mayHaveMoreValuesThanAnArray() {
        Dataset huge = Dataset.of(new Huge());
        assertThat((long) huge.rows() * huge.inputs()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(huge).hasToString("rows: 2200000 x 1000 values");
        assertThat(huge.row(2_199_999)[999]).isEqualTo((float) Huge.value(2_199_999, 999));
        Trainer.Result result = new Trainer(Architecture.parse("1000-8-2"), Recipe.paper())
                .threads(2)
                .deadline(Duration.ofMillis(500))
                .fit(huge);
        assertThat(result.end()).isEqualTo(Trainer.End.DEADLINE);
        assertThat(result.state().steps()).isPositive();
        Dataset last = huge.slice(2_199_900, 2_200_000);
        assertThat(last.doubles(99)[3]).isEqualTo(Huge.value(2_199_999, 3));
        assertThat(result.model().errors(last)).hasSize(100).doesNotContain(Double.NaN);
    }

    /** A source of 20 rows that fails in some way. */
    private abstract static class Failing implements RowSource {
        @Override
        public int rows() {
            return 20;
        }

        @Override
        public int inputs() {
            return INPUTS;
        }

        @Override
        public String name() {
            return "failing";
        }
    }

    private static RowSource failing(Exception exception) {
        return new Failing() {
            @Override
            public void read(int[] rows, double[] target) throws IOException {
                if (exception instanceof IOException e) {
                    throw e;
                }
                throw (RuntimeException) exception;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aSourceThatFailsIsNamed(int threads) {
        IOException gone = new IOException("disk gone");
        Trainer trainer = new Trainer(SMALL, RECIPE.with(r -> r.shuffle(false))).threads(threads);
        for (Exception thrown : List.of(gone, new UncheckedIOException("unused", gone))) {
            assertThatThrownBy(() -> trainer.fit(Dataset.of(failing(thrown))))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith("failing: row 0 or one of 7 others read with it cannot be read: ")
                    .hasCause(gone);
        }
        IllegalArgumentException bug = new IllegalArgumentException();
        assertThatThrownBy(() -> Dataset.of(failing(bug)).row(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("failing: row 3 cannot be read: IllegalArgumentException")
                .hasCause(bug);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 1e39})
    void aValueThatIsNotFiniteIsNamed(double value) {
        Dataset data = Dataset.of(new Failing() {
            @Override
            public void read(int[] rows, double[] target) {
                for (int i = 0; i < rows.length; i++) {
                    target[i * INPUTS + 5] = rows[i] == 11 ? value : 0;
                }
            }
        });
        String message = "failing: row 11, column 5 is " + value + ", expected a finite number";
        assertThatThrownBy(() -> new Trainer(SMALL, RECIPE).threads(2).fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> Scaler.fit(Scaler.Kind.STANDARD, data)).hasMessage(message);
        assertThatThrownBy(data::sha256).hasMessage(message);
        assertThatThrownBy(() -> data.slice(10, 20).row(1)).hasMessage(message);
    }

    /** With a model that knows what replaces them, values may be missing, as in {@link Dataset#ofTable}. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void missingValuesAreThoseOfATable(int threads) {
        double[] values = new double[ROWS * INPUTS];
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(ARRAY.doubles(row), 0, values, row * INPUTS, INPUTS);
            values[row * INPUTS + row % INPUTS] = row % 3 == 1 ? Double.NaN : 5;
        }
        Dataset table = Dataset.ofTable("source", values, INPUTS);
        Dataset source = source(table);
        assertThat(source.hasMissing()).isTrue();
        assertThat(source.slice(2, 4).hasMissing()).isFalse();
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, source);
        assertThat(scaler).isEqualTo(Scaler.fit(Scaler.Kind.STANDARD, table));
        assertSameRows(source.scaled(scaler), table.scaled(scaler));
        Imputation imputation = Imputation.fit(Imputation.Kind.MEDIAN, source, Columns.NONE);
        Trainer.Result result = trainer(threads, scaler).imputation(imputation).fit(source);
        Trainer.Result expected = trainer(1, scaler).imputation(imputation).fit(table);
        assertThat(result.model().weightsSha256()).isEqualTo(expected.model().weightsSha256());
        assertThat(result.model().errors(source)).isEqualTo(result.model().errors(table));
        assertThatThrownBy(() -> trainer(1, scaler).fit(source)).hasMessageContaining("row 1, column 1 is missing");
    }

    @Test
    void aSourceWithoutValuesIsRefused() {
        RowSource none = new Failing() {
            @Override
            public int rows() {
                return 0;
            }

            @Override
            public void read(int[] rows, double[] target) {}
        };
        assertThatThrownBy(() -> Dataset.of(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failing: 0 rows of 37 values, expected at least one of each");
    }

    @Test
    void aRunResumesFromItsCheckpoints(@TempDir Path folder) {
        Trainer.Result expected =
                new Trainer(SMALL, RECIPE.with(r -> r.learningRate(1e-4))).fit(source(TestData.floats(50, INPUTS, 1)));
        for (int epoch = 1; epoch <= 2; epoch++) {
            int last = epoch;
            Trainer.Result result = new Trainer(SMALL, RECIPE.with(r -> r.learningRate(1e-4)))
                    .checkpoints(folder, true)
                    .listener(new TrainingListener() {
                        private int done;

                        @Override
                        public void onEpoch(History.Epoch measured) {
                            done = measured.epoch();
                        }

                        @Override
                        public boolean shouldStop() {
                            return done == last;
                        }
                    })
                    .fit(source(TestData.floats(50, INPUTS, 1)));
            assertThat(result.history().epochs()).hasSize(epoch);
            assertThat(result.end()).isEqualTo(epoch == 1 ? Trainer.End.STOPPED : Trainer.End.COMPLETED);
            if (epoch == 2) {
                assertThat(result.model().weightsSha256())
                        .isEqualTo(expected.model().weightsSha256());
            }
        }
    }
}
