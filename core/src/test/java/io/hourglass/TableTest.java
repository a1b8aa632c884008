package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.compute.EachKernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Variant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models of rows whose values belong to columns, some of which may be missing. */
class TableTest {
    static final Columns TABLE = Columns.parse("2,c4,1,c3");
    private static final Architecture ARCHITECTURE =
            Architecture.parse("10-9-3").withOutputActivation(Activation.IDENTITY);
    private static final Recipe RECIPE = Recipe.tuned().with(r -> r.epochs(5).batchSize(16));
    private static final Dataset TRAIN = rows(90, 0, 1);
    private static final Dataset GAPS = rows(90, 0.15, 1);

    @TempDir
    Path folder;

    /** Numbers that depend on the categories, and are the same as floats. */
    static Dataset rows(int rows, double missing, long seed) {
        Random random = new Random(seed);
        Random gaps = new Random(~seed);
        double[] values = new double[rows * TABLE.values()];
        for (int at = 0; at < values.length; at += TABLE.values()) {
            int first = random.nextInt(4);
            int second = (first + random.nextInt(2)) % 3;
            values[at] = 100 + 10 * first + random.nextInt(20);
            values[at + 1] = second - 0x1p-7 * random.nextInt(64);
            values[at + 2 + first] = 1;
            values[at + 6] = first * second + 0.125 * random.nextInt(8);
            values[at + 7 + second] = 1;
            for (int c = 0; c < TABLE.count(); c++) {
                if (gaps.nextDouble() < missing) {
                    int from = at + TABLE.start(c);
                    Arrays.fill(values, from, from + TABLE.width(c), Double.NaN);
                }
            }
        }
        return Dataset.ofTable("table", values, TABLE.values());
    }

    static Trainer trainer(Dataset train) {
        return trainer(RECIPE, train);
    }

    private static Trainer trainer(Recipe recipe, Dataset train) {
        return new Trainer(ARCHITECTURE, recipe)
                .table(TABLE)
                .scaler(Scaler.fit(Scaler.Kind.STANDARD, train, TABLE))
                .imputation(Imputation.fit(Imputation.Kind.MEAN, train, TABLE))
                .test(rows(40, 0.1, 2));
    }

    @ParameterizedTest
    @EnumSource
    @EachKernels
    void theNumberOfThreadsChangesNothing(Variant variant) {
        Trainer.Result first = null;
        for (int threads : new int[] {1, 2, 3}) {
            Trainer.Result result = new Trainer(
                            ARCHITECTURE.withVariant(variant),
                            RECIPE.with(r -> r.noise(0.1).mask(0.1).loss(Loss.HUBER)))
                    .table(TABLE)
                    .imputation(Imputation.fit(Imputation.Kind.MEDIAN, GAPS, TABLE))
                    .threads(threads)
                    .fit(GAPS);
            first = first == null ? result : first;
            assertThat(result.model()).isEqualTo(first.model());
            assertThat(result.epoch().trainMse()).isEqualTo(first.epoch().trainMse());
        }
    }

    @Test
    void learnsMoreThanMeansAndFrequencies() {
        Recipe recipe = RECIPE.with(r -> r.epochs(200).learningRate(0.01));
        Trainer.Result result = trainer(recipe, GAPS).fit(GAPS);
        List<History.Epoch> epochs = result.history().epochs();
        assertThat(epochs.get(0).testMse()).isBetween(0.8, 1.6);
        assertThat(result.epoch().testMse()).isLessThan(0.6);
        assertThat(result.model().error(rows(40, 0.1, 2)))
                .isEqualTo(result.epoch().testMse());
    }

    /** A category comes back as probabilities; whatever way a row takes, it has the same bits. */
    @Test
    void everyWayThroughTheNetworkHasASoftmax() {
        Autoencoder model = trainer(GAPS).fit(GAPS).model();
        float[][] all = model.reconstruct(GAPS);
        double[] errors = model.errors(GAPS);
        float[][] codes = model.encode(GAPS);
        float[][] decoded = model.decode(codes);
        Scorer scorer = new Scorer(model);
        for (int r = 0; r < GAPS.rows(); r++) {
            assertThat(all[r][2] + all[r][3] + all[r][4] + all[r][5]).isCloseTo(1, within(1e-6f));
            assertThat(all[r][7] + all[r][8] + all[r][9]).isCloseTo(1, within(1e-6f));
            assertThat(all[r]).doesNotContain(Float.NaN);
            assertThat(decoded[r]).isEqualTo(all[r]);
            assertThat(model.reconstruct(GAPS.row(r))).isEqualTo(all[r]);
            assertThat(model.error(GAPS.row(r))).isEqualTo(errors[r]);
            scorer.set(0, GAPS.row(r));
            scorer.encode(1); // and again with the same row, whose gaps are still known
            scorer.reconstruct(1);
            assertThat(scorer.error(0)).isEqualTo(errors[r]);
            float[] code = new float[3];
            scorer.code(0, code);
            assertThat(code).isEqualTo(codes[r]);
        }
    }

    @Test
    void theErrorIsTheMeanOfTheColumnsThatAreThere() {
        Autoencoder model = trainer(GAPS).fit(GAPS).model();
        AnomalyDetector detector = AnomalyDetector.of(model);
        for (int r = 0; r < GAPS.rows(); r++) {
            float[] row = GAPS.row(r);
            double[] ofColumns = model.squaredErrors(row);
            assertThat(ofColumns).hasSize(5);
            double sum = 0;
            int present = 0;
            for (int c = 0; c < 5; c++) {
                boolean missing = TABLE.isMissing(c, row, 0);
                assertThat(ofColumns[c] == 0).isEqualTo(missing);
                sum += ofColumns[c];
                present += missing ? 0 : 1;
            }
            assertThat(detector.score(row)).isCloseTo(present == 0 ? 0 : sum / present, within(1e-12));
            List<AnomalyDetector.Contribution> top = detector.contributions(row, 9);
            assertThat(top).hasSize(5);
            assertThat(top.get(0).share())
                    .isEqualTo(sum == 0 ? 0 : Arrays.stream(ofColumns).max().orElseThrow() / sum);
        }
    }

    /** An imputation that nobody needs changes no bit, nor do columns that are all numbers. */
    @Test
    void rowsWithoutMissingValuesAreAsBefore() {
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, TRAIN);
        Trainer.Result plain =
                new Trainer(ARCHITECTURE, RECIPE).scaler(scaler).test(TRAIN).fit(TRAIN);
        Trainer.Result prepared = new Trainer(ARCHITECTURE, RECIPE)
                .scaler(scaler)
                .test(TRAIN)
                .table(Columns.ofNumbers(10))
                .imputation(Imputation.fit(Imputation.Kind.MEAN, TRAIN, Columns.NONE))
                .fit(TRAIN);
        assertThat(prepared.model().weightsSha256()).isEqualTo(plain.model().weightsSha256());
        assertThat(prepared.epoch().trainMse()).isEqualTo(plain.epoch().trainMse());
        assertThat(prepared.epoch().testMse()).isEqualTo(plain.epoch().testMse());
        assertThat(plain.model().metadata().keySet())
                .noneMatch(key -> key.startsWith("columns.") || key.startsWith("impute."));
    }

    /** With numbers only, the error stays the mean squared error per value, of the values that are there. */
    @Test
    void missingNumbersHaveNoPart() {
        Dataset gaps = Dataset.ofTable("gaps", new double[] {1, 2, 3, Double.NaN, 4, 6, 5, 3, 4, 2, 2, 1}, 3);
        Imputation imputation = Imputation.fit(Imputation.Kind.MEAN, gaps, Columns.NONE);
        Architecture small = Architecture.parse("3-2").withOutputActivation(Activation.IDENTITY);
        Autoencoder model =
                new Trainer(small, RECIPE).imputation(imputation).fit(gaps).model();
        float[] row = gaps.row(1);
        float[] filled = {8 / 3f, 4, 6};
        assertThat(model.encode(row)).isEqualTo(model.encode(filled));
        float[] y = model.reconstruct(row);
        assertThat(model.error(row)).isCloseTo(((y[1] - 4) * (y[1] - 4) + (y[2] - 6) * (y[2] - 6)) / 2, within(1e-6));
        assertThat(model.squaredErrors(row)).hasSize(3).startsWith(0);
        assertThat(model.error(filled)).isGreaterThan(0);
        assertThatThrownBy(() -> model.error(new float[] {1, Float.POSITIVE_INFINITY, 2}))
                .hasMessage("value 1 of a row is Infinity, expected a finite number");
    }

    @Test
    void filesHoldColumnsAndImputation() throws Exception {
        Autoencoder model = trainer(GAPS).fit(GAPS).model();
        Path file = folder.resolve("model.safetensors");
        model.save(file);
        Autoencoder loaded = Autoencoder.load(file);
        assertThat(loaded).isEqualTo(model);
        assertThat(loaded.table()).isEqualTo(model.table()).hasToString("2,c4,1,c3");
        assertThat(loaded.table().isWeighted()).isTrue();
        assertThat(loaded.imputation()).isEqualTo(model.imputation()).isPresent();
        assertThat(loaded.errors(GAPS)).isEqualTo(model.errors(GAPS));
    }

    @Test
    void damagedTextIsRefused() {
        Autoencoder model = trainer(GAPS).fit(GAPS).model();
        Map<String, String> damaged = new LinkedHashMap<>();
        damaged.put("columns.layout", "2,c4,4");
        assertThatThrownBy(() -> model.withMetadata(damaged)).hasMessage("columns.weight has 5 numbers, expected 7");
        damaged.put("columns.layout", "2,c4,2");
        assertThatThrownBy(() -> model.withMetadata(damaged))
                .hasMessage("columns.layout '2,c4,2' has 8 values, expected 10");
        damaged.put("columns.layout", "2,x");
        assertThatThrownBy(() -> model.withMetadata(damaged))
                .hasMessage("columns.layout is '2,x', expected columns such as 3,c4,1");
        assertThatThrownBy(() -> model.withMetadata(Map.of("impute.kind", "guess")))
                .hasMessage("impute.kind is 'guess', expected mean, median or most-frequent");
        assertThatThrownBy(() -> model.withMetadata(Map.of("impute.mean", "1,2")))
                .hasMessage("impute.mean has 2 numbers, expected 10");
    }

    @Test
    void aResumedRunHasTheBitsOfAWholeOne() throws Exception {
        Autoencoder whole = trainer(GAPS).fit(GAPS).model();
        for (int last : new int[] {2, 3}) {
            TrainingListener stop = new TrainingListener() {
                private int epochs;

                @Override
                public void onEpoch(History.Epoch epoch) {
                    epochs = epoch.epoch();
                }

                @Override
                public boolean shouldStop() {
                    return epochs >= last;
                }
            };
            Trainer.Result part =
                    trainer(GAPS).checkpoints(folder, true).listener(stop).fit(GAPS);
            assertThat(part.end()).isEqualTo(Trainer.End.STOPPED);
        }
        assertThatThrownBy(() -> new Trainer(ARCHITECTURE, RECIPE)
                        .scaler(Scaler.fit(Scaler.Kind.STANDARD, GAPS, TABLE))
                        .imputation(Imputation.fit(Imputation.Kind.MEAN, GAPS, TABLE))
                        .test(rows(40, 0.1, 2))
                        .checkpoints(folder, true)
                        .fit(GAPS))
                .hasMessageContaining("belongs to another run")
                .hasMessageContaining("columns.layout is 2,c4,1,c3, expected missing");
        assertThat(Autoencoder.load(folder.resolve("epoch-0000003.safetensors")).table())
                .isEqualTo(whole.table());
        assertThat(trainer(GAPS).checkpoints(folder, true).fit(GAPS).model()).isEqualTo(whole);
    }

    @Test
    void aRunInPartsHasTheBitsOfAWholeOne() {
        Trainer trainer = trainer(GAPS);
        Autoencoder whole = trainer.fit(GAPS).model();
        Trainer.State state = trainer.begin();
        assertThatThrownBy(() -> trainer.advance(trainer.begin(), GAPS, 1, 0, 1))
                .hasMessage("the columns 2,c4,1,c3 have no weights, expected those of ColumnWeights.fit");
        trainer.table(whole.table());
        for (int epoch = 1; epoch <= 5; epoch++) {
            for (int part = 0; part < 3; part++) {
                state = trainer.advance(state, GAPS, epoch, part, 3).state();
            }
        }
        assertThat(Autoencoder.of(ARCHITECTURE, state.tensors(), whole.metadata()))
                .isEqualTo(whole);
        // A run that starts from a model has its columns.
        Autoencoder next = new Trainer(ARCHITECTURE, RECIPE.with(r -> r.epochs(1)))
                .initial(whole)
                .fit(GAPS)
                .model();
        assertThat(next.table()).isEqualTo(whole.table());
        assertThat(next.imputation()).isEqualTo(whole.imputation());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new Trainer(ARCHITECTURE, RECIPE).table(TABLE).fit(GAPS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("table: row \\d+, column \\d+ is missing, expected a number, or a model with an "
                        + "imputation");
        Autoencoder plain =
                new Trainer(ARCHITECTURE, RECIPE).table(TABLE).fit(TRAIN).model();
        assertThatThrownBy(() -> plain.errors(GAPS)).hasMessageContaining(" is missing, expected a number, or a model");
        assertThatThrownBy(() -> plain.error(rows(1, 1, 1).row(0)))
                .hasMessage("value 0 of a row is NaN, expected a finite number");
        assertThatThrownBy(() -> new Trainer(ARCHITECTURE, RECIPE).table(Columns.parse("2,c4")))
                .hasMessage("the columns 2,c4 have 6 values, but 10-9-3 takes 10");
        assertThatThrownBy(() -> new Trainer(Architecture.parse("5x2x1-3c3s2-3"), RECIPE).table(TABLE))
                .hasMessage("the columns 2,c4,1,c3 have categories, but 5x2x1-3c3s2-3 reads images, expected a network "
                        + "of dense layers");
        assertThatThrownBy(() -> new Trainer(ARCHITECTURE, RECIPE)
                        .imputation(Imputation.of(Imputation.Kind.MEAN, new double[3])))
                .hasMessage("the imputation is for rows of 3 values, expected 10");
        assertThatThrownBy(() -> Dataset.ofTable("t", new double[] {1, Double.POSITIVE_INFINITY}, 2))
                .hasMessage("t: row 0, column 1 is Infinity, expected a finite number");
        assertThat(GAPS.hasMissing()).isTrue();
        assertThat(GAPS.select(new int[] {3}).hasMissing())
                .isEqualTo(Double.isNaN(Arrays.stream(GAPS.doubles(3)).sum()));
        assertThat(TRAIN.hasMissing()).isFalse();
    }
}
