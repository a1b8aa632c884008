package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColumnWeightsTest {
    private static final double NAN = Double.NaN;

    private static Dataset table(double[]... rows) {
        double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return Dataset.ofTable("t.csv", values, rows[0].length);
    }

    /** Two numbers and a category with the frequencies 1/2, 1/4, 1/4; the second number is missing once. */
    private static final Dataset ROWS = table(
            new double[] {0, 1, 1, 0, 0},
            new double[] {0, NAN, 1, 0, 0},
            new double[] {1, 1, 0, 1, 0},
            new double[] {1, 4, 0, 0, 1},
            new double[] {0.5, 2, NAN, 0, 0});

    @Test
    void oneIsWhatMeansAndFrequenciesCost() {
        Columns columns = ColumnWeights.fit(Columns.parse("2,c3"), ROWS, Scaler.none(), Loss.MSE);
        assertThat(columns.spread(0)).isEqualTo(0.2);
        assertThat(columns.weight(0)).isCloseTo(5, within(1e-6));
        assertThat(columns.spread(1)).isEqualTo(1.5);
        assertThat(columns.weight(1)).isCloseTo(1 / 1.5, within(1e-6));
        assertThat(columns.spread(2)).isEqualTo(1 - 0.25 - 2 * 0.0625);
        assertThat(columns.weight(2)).isCloseTo(1 / (1.5 * Math.log(2)), within(1e-15));
        assertThat(columns.isWeighted()).isTrue();
    }

    /** Whatever the loss and the scaler, a network that knows only means and frequencies has loss and error 1. */
    @ParameterizedTest
    @EnumSource
    void theConstantCostsOne(Loss loss) {
        Columns table = Columns.parse("2,c3");
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, ROWS, table);
        Columns columns = ColumnWeights.fit(table, ROWS, scaler, loss);
        float[] constant = {0.5f, 1 / 3f, 0.5f, 0.25f, 0.25f};
        double[] losses = new double[3];
        double[] errors = new double[3];
        int[] present = new int[3];
        for (int r = 0; r < ROWS.rows(); r++) {
            float[] row = ROWS.row(r, scaler);
            for (int c = 0; c < 3; c++) {
                if (!columns.isMissing(c, row, 0)) {
                    losses[c] += columns.loss(loss, c, constant, 0, row, 0);
                    errors[c] += columns.error(c, constant, 0, row, 0);
                    present[c]++;
                }
            }
        }
        for (int c = 0; c < 3; c++) {
            assertThat(losses[c] / present[c]).isCloseTo(1, within(2e-6));
            assertThat(errors[c] / present[c]).isCloseTo(1, within(2e-6));
        }
    }

    /** Their numbers are not looked at, even if all are missing; those beside them are what they would be alone. */
    @Test
    void inputsOnlyHaveNoWeight() {
        Columns columns = ColumnWeights.fit(
                Columns.parse("1,i1"), table(new double[] {1, NAN}, new double[] {5, NAN}), Scaler.none(), Loss.MSE);
        assertThat(columns.spread(0)).isEqualTo(4);
        assertThat(columns.spread(1)).isEqualTo(1);
    }

    @Test
    void nearlyConstantColumnsHaveALimit() {
        double[][] rows = new double[1000][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = new double[] {7, r == 0 ? 0 : 1, r == 0 ? 1 : 0};
        }
        Columns columns = ColumnWeights.fit(Columns.parse("1,c2"), table(rows), Scaler.none(), Loss.MSE);
        assertThat(columns.weight(0)).isEqualTo(1);
        assertThat(columns.spread(0)).isEqualTo(1);
        assertThat(columns.weight(1)).isEqualTo(1 / ColumnWeights.LEAST_ENTROPY);
        assertThat(columns.spread(1)).isEqualTo(ColumnWeights.LEAST_IMPURITY);
    }

    @Test
    void numbersAloneHaveNoWeights() {
        Columns columns = ColumnWeights.fit(Columns.ofNumbers(5), ROWS, Scaler.none(), Loss.MSE);
        for (int c = 0; c < 5; c++) {
            assertThat(columns.weight(c)).isEqualTo(1);
            assertThat(columns.spread(c)).isEqualTo(1);
        }
    }

    @Test
    void rowsMustFit() {
        Columns table = Columns.parse("1,c2");
        for (double[] bad : new double[][] {{5, 1, 1}, {5, 0, 0}, {5, 0.5, 0.5}, {5, 1, 2}, {5, -1, 1}}) {
            assertThatThrownBy(() ->
                            ColumnWeights.fit(table, table(new double[] {1, 0, 1}, bad), Scaler.none(), Loss.MSE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("t.csv: row 1, values 1 to 2 are a category, expected one 1 and zeros, or NaN for a "
                            + "missing one");
        }
        assertThatThrownBy(() -> ColumnWeights.fit(table, ROWS, Scaler.none(), Loss.MSE))
                .hasMessage("t.csv has rows of 5 values, but the columns 1,c2 have 3");
        assertThatThrownBy(() -> ColumnWeights.fit(Columns.parse("2,i1"), ROWS, Scaler.none(), Loss.MSE))
                .hasMessage("t.csv has rows of 5 values, but the columns 2,i1 have 3");
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, ROWS);
        assertThatThrownBy(() -> ColumnWeights.fit(Columns.parse("2,c3"), ROWS, scaler, Loss.MSE))
                .hasMessage("the scaler changes value 2, which belongs to a category, expected one that was fitted to "
                        + "these columns");
        Dataset missing = table(new double[] {1, NAN, 0}, new double[] {2, 0, NAN});
        assertThatThrownBy(() -> ColumnWeights.fit(table, missing, Scaler.none(), Loss.MSE))
                .hasMessage("t.csv: column 1 is missing in all rows to train on, expected at least one value to "
                        + "learn from");
    }

    @Test
    void scalersLeaveCategoriesAndMissingValuesOut() {
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, ROWS, Columns.parse("2,c3"));
        assertThat(scaler.offset()).containsExactly(0.5, 2, 0, 0, 0);
        assertThat(scaler.factor()).containsExactly(1 / Math.sqrt(0.2), 1 / Math.sqrt(1.5), 1, 1, 1);
        float[] row = ROWS.row(1, scaler);
        assertThat(row[1]).isNaN();
        assertThat(row[2]).isEqualTo(1);
        assertThatThrownBy(() -> scaler.scaleInPlace(new float[] {1, Float.NaN, 1, 0, 0}, 0))
                .hasMessage("value 1 of a row is NaN, expected a finite number");
    }

    @ParameterizedTest
    @EnumSource
    void imputations(Imputation.Kind kind) {
        Imputation imputation = Imputation.fit(kind, ROWS, Columns.parse("2,c3"));
        assertThat(imputation.values())
                .containsExactly(
                        switch (kind) {
                            case MEAN -> new double[] {0.5, 2, 0.5, 0.25, 0.25};
                            case MEDIAN -> new double[] {0.5, 1.5, 1, 0, 0};
                            case MOST_FREQUENT -> new double[] {0, 1, 1, 0, 0};
                        });
        assertThat(Imputation.parse(imputation.metadata(), 5)).contains(imputation);
        assertThat(imputation)
                .hasToString(kind.label() + ", 5 values")
                .hasSameHashCodeAs(Imputation.of(kind, imputation.values()));
        assertThatThrownBy(() -> Imputation.parse(imputation.metadata(), 4))
                .hasMessageContaining("impute." + kind.label());
        assertThat(Imputation.Kind.parse(kind.label())).isEqualTo(kind);
    }
}
