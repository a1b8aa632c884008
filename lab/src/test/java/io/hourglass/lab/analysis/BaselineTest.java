package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.ColumnWeights;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.lab.RandomTable;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BaselineTest {
    private static final Dataset TRAIN = random(60, 7, 1);
    private static final Dataset OTHERS = random(25, 7, 2);

    private static Dataset random(int rows, int inputs, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 + random.nextGaussian() * (i % inputs + 1));
        }
        return Dataset.ofFloats("random", values, inputs);
    }

    @Test
    void hasThePcaOfItsRowsAndTheirMean() {
        Baseline baseline = Baseline.fit(TRAIN, 3);
        Pca pca = Pca.fit(TRAIN);
        assertThat(baseline.pcaMse(OTHERS)).isCloseTo(pca.mse(OTHERS, 3), within(1e-5));
        double sum = 0;
        for (int r = 0; r < OTHERS.rows(); r++) {
            for (int j = 0; j < 7; j++) {
                sum += Math.pow(OTHERS.row(r)[j] - pca.mean()[j], 2);
            }
        }
        assertThat(baseline.meanMse(OTHERS)).isCloseTo(sum / 25 / 7, within(1e-5));
    }

    @Test
    void isALinearNetwork() {
        Baseline baseline = Baseline.fit(TRAIN, 3);
        Autoencoder network = baseline.network();
        assertThat(network.error(OTHERS)).isCloseTo(baseline.pcaMse(OTHERS), within(1e-5));
        assertThat(network.encode(OTHERS.row(4))[2]).isCloseTo(Pca.fit(TRAIN).project(OTHERS, 3)[4][2], within(1e-4f));
        assertThat(baseline.fits(network.architecture())).isTrue();
        assertThat(baseline.fits(Architecture.parse("7-3"))).as("a sigmoid").isFalse();
    }

    /** PCA of every width in one fit: the same errors, and codes that decode to them. */
    @Test
    void onePcaServesAllWidths() {
        for (boolean mixed : new boolean[] {false, true}) {
            Columns layout = mixed ? Columns.parse("2,c4,1,c3") : Columns.NONE;
            Dataset train = mixed ? RandomTable.rows(layout, 50, 0.1) : TRAIN;
            Dataset test = mixed ? RandomTable.rows(layout, 30, 0) : OTHERS;
            Columns table = mixed ? ColumnWeights.fit(layout, train, Scaler.none(), Loss.MSE) : layout;
            ColumnPca all = ColumnPca.fit(train, table);
            assertThat(all.meanMse(test))
                    .isEqualTo(Baseline.fit(train, 2, table).meanMse(test));
            for (int p : new int[] {1, 2, 4}) {
                Baseline one = Baseline.fit(train, p, table);
                assertThat(all.mse(test, p)).isCloseTo(one.pcaMse(test), within(1e-5));
                float[][] codes = all.project(test, p);
                Columns columns = mixed ? table : Columns.ofNumbers(7);
                double sum = 0;
                for (int r = 0; r < test.rows(); r++) {
                    sum += columns.error(all.decode(codes[r]), 0, test.row(r), 0);
                }
                assertThat(sum / test.rows()).isCloseTo(one.pcaMse(test), within(1e-4));
            }
            assertThat(all.mse(test, test.inputs())).isLessThan(1e-9);
        }
    }

    @Test
    void travelsInTheModelFile() {
        Baseline baseline = Baseline.fit(TRAIN, 3);
        Autoencoder model = baseline.network().withMetadata(baseline.metadata());
        Baseline read = Baseline.of(model).orElseThrow();
        assertThat(read.mean()).isEqualTo(baseline.mean());
        assertThat(read.components()).isDeepEqualTo(baseline.components());
        assertThat(Baseline.of(baseline.network())).isEmpty();
        assertThat(Baseline.of(model.withMetadata(Map.of("baseline.components", "AAAA"))))
                .isEmpty();
        assertThat(Baseline.of(model.withMetadata(Map.of("baseline.mean", "?"))))
                .isEmpty();
    }

    /** With categories, the error of the mean row is 1 in every column, and PCA's is that of its reconstructions. */
    @Test
    void measuresColumnsAsANetworkDoes() {
        Columns layout = Columns.parse("2,c4,1,c3");
        Dataset rows = RandomTable.rows(layout, 80, 0.1);
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, rows, layout);
        Columns table = ColumnWeights.fit(layout, rows, scaler, Loss.MSE);
        Dataset scaled = rows.scaled(scaler);
        Baseline baseline = Baseline.fit(scaled, 3, table);
        double mean = 0;
        double pca = 0;
        double[] ofColumns = new double[5];
        int[] present = new int[5];
        for (int r = 0; r < rows.rows(); r++) {
            float[] row = scaled.row(r);
            mean += table.error(baseline.mean(), 0, row, 0) / rows.rows();
            pca += table.error(reconstructed(baseline, row), 0, row, 0) / rows.rows();
            for (int c = 0; c < 5; c++) {
                if (!table.isMissing(c, row, 0)) {
                    ofColumns[c] += table.error(c, baseline.mean(), 0, row, 0);
                    present[c]++;
                }
            }
        }
        for (int c = 0; c < 5; c++) {
            assertThat(ofColumns[c] / present[c]).isCloseTo(1, within(1e-5));
        }
        assertThat(baseline.meanMse(scaled)).isCloseTo(mean, within(1e-6));
        assertThat(baseline.pcaMse(scaled)).isCloseTo(pca, within(1e-5)).isLessThan(0.8 * mean);
        assertThat(baseline.measurable(scaled)).hasSize(80);
        assertThat(baseline.fits(Architecture.parse("10-3").withOutputActivation(Activation.IDENTITY)))
                .isFalse();
    }

    /** PCA spends nothing on an input only, however much it varies. */
    @Test
    void inputsOnlyAreNoPartOfPca() {
        Columns layout = Columns.parse("1,i1,1");
        Dataset rows = Dataset.of(new double[][] {{1, 900, 2}, {2, -900, 4}, {3, 900, 6}, {4, -900, 8}});
        Columns table = ColumnWeights.fit(layout, rows, Scaler.none(), Loss.MSE);
        Baseline baseline = Baseline.fit(rows, 1, table);
        assertThat(baseline.meanMse(rows)).isCloseTo(1, within(1e-6));
        assertThat(baseline.pcaMse(rows)).isCloseTo(0, within(1e-6));
        assertThat(baseline.components()[0][1]).isZero();
    }

    private static float[] reconstructed(Baseline baseline, float[] row) {
        Columns table = baseline.table();
        float[] y = baseline.mean().clone();
        for (float[] component : baseline.components()) {
            double along = 0;
            for (int c = 0; c < table.count(); c++) {
                for (int j = table.start(c); j < table.start(c) + table.width(c); j++) {
                    double distance = Float.isNaN(row[j]) ? 0 : row[j] - baseline.mean()[j];
                    along += distance / Math.sqrt(table.spread(c)) * component[j];
                }
            }
            for (int c = 0; c < table.count(); c++) {
                for (int j = table.start(c); j < table.start(c) + table.width(c); j++) {
                    y[j] += (float) (along * component[j] * Math.sqrt(table.spread(c)));
                }
            }
        }
        return y;
    }

    /** Missing numbers alone: the mean of those that are there. */
    @Test
    void missingNumbersDoNotCount() {
        double none = Double.NaN;
        Dataset rows = Dataset.ofTable("gaps", new double[] {1, none, 3, 8, none, 4}, 2);
        Baseline baseline = Baseline.fit(rows, 1);
        assertThat(baseline.mean()).containsExactly(2, 6);
        assertThat(baseline.meanMse(rows)).isEqualTo((1 + (1 + 4) / 2.0 + 4) / 3);
    }

    @Test
    void withoutPcaThereIsTheMean() {
        Baseline wide = Baseline.fit(TRAIN, 7);
        assertThat(wide.hasPca()).isFalse();
        assertThat(wide.pcaMse(OTHERS)).isNaN();
        assertThat(wide.meanMse(OTHERS)).isEqualTo(Baseline.fit(TRAIN, 3).meanMse(OTHERS));
        Autoencoder model = Baseline.fit(TRAIN, 3).network().withMetadata(wide.metadata());
        assertThat(Baseline.of(model).orElseThrow().hasPca()).isFalse();
        assertThat(Baseline.fit(random(1001, 1001, 3), 2).hasPca()).isFalse();
    }
}
