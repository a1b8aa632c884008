package io.hourglass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {
    private static final Columns MIXED = Columns.parse("2,c3,1,c2");

    @Test
    void aLayoutSaysWhereColumnsLie() {
        assertThat(MIXED.count()).isEqualTo(5);
        assertThat(MIXED.values()).isEqualTo(8);
        assertThat(IntStream.range(0, 5).map(MIXED::start)).containsExactly(0, 1, 2, 5, 6);
        assertThat(IntStream.range(0, 5).map(MIXED::width)).containsExactly(1, 1, 3, 1, 2);
        assertThat(IntStream.range(0, 5).filter(MIXED::isCategory)).containsExactly(2, 4);
        assertThat(MIXED.hasCategories()).isTrue();
        assertThat(Columns.ofNumbers(7).hasCategories()).isFalse();
        assertThat(Columns.ofNumbers(7).count()).isEqualTo(7);
        assertThat(Columns.NONE.isNone()).isTrue();
        assertThat(Columns.NONE.hasCategories()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none|none",
                "5|5",
                "2,c3,1,c2|2,c3,1,c2",
                "1,1,c2,c2,3|2,c2,c2,3",
                "c1048576|c1048576",
                "2,i1,i2,1,c3,i1|2,i3,1,c3,i1"
            })
    void theTextIsReadBack(String layout, String text) {
        assertThat(Columns.parse(layout)).hasToString(text).isEqualTo(Columns.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "c1", "c", "c-2", "2,,3", "3 ", "2;3", "d4", "i0", "i", "ic2", "2147483648"})
    void anotherTextIsRefused(String layout) {
        assertThatThrownBy(() -> Columns.parse(layout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("columns hold '")
                .hasMessageEndingWith(
                        "', expected a number of numbers, such as 3, a category of 2 values or more, such as c4, or "
                                + "inputs only, such as i1");
    }

    /** They have neither loss nor error, and are no part of the number of columns that a mean is taken over. */
    @Test
    void inputsOnly() {
        Columns columns = Columns.parse("1,i1,c2");
        assertThat(columns.count()).isEqualTo(3);
        assertThat(columns.counted()).isEqualTo(2);
        assertThat(IntStream.range(0, 3).filter(columns::isInputOnly)).containsExactly(1);
        float[] x = {1, 1, 0, 1};
        assertThat(IntStream.range(0, 3).filter(c -> columns.counts(c, x, 0))).containsExactly(0, 2);
        assertThat(columns.error(new float[] {3, 9, 0.5f, 0.5f}, 0, x, 0)).isEqualTo((4 + 0.5) / 2);
        assertThat(columns.differ()).isTrue();
        assertThat(Columns.parse("1,i1").differ()).isTrue();
        assertThat(Columns.parse("1,i1").hasCategories()).isFalse();
        assertThat(Columns.parse("1,i1")).isNotEqualTo(Columns.parse("2"));
        assertThat(Columns.ofNumbers(2).differ()).isFalse();
        assertThat(Columns.NONE.differ()).isFalse();
        assertThatThrownBy(() -> Columns.parse("i2"))
                .hasMessage("columns 'i2' are inputs only, expected one or more that are not");
    }

    @Test
    void aRowHasAtMostAsManyValuesAsANetworkTakes() {
        assertThatThrownBy(() -> Columns.parse("c1048570,3,4"))
                .hasMessage("columns of 1048577 values or more, expected at most 1048576");
    }

    @Test
    void weightsAndSpreads() {
        assertThat(MIXED.isWeighted()).isFalse();
        assertThat(MIXED.weight(2)).isEqualTo(1);
        assertThat(MIXED.metadata()).isEqualTo(Map.of("columns.layout", "2,c3,1,c2"));
        double[] weights = {1, 2, 3, 4, 5};
        double[] spreads = {0.1, 0.2, 0.3, 0.4, 0.5};
        Columns weighted = MIXED.withWeights(weights, spreads);
        weights[0] = 9; // copied
        assertThat(weighted.isWeighted()).isTrue();
        assertThat(weighted.weight(0)).isEqualTo(1);
        assertThat(weighted.spread(4)).isEqualTo(0.5);
        assertThat(weighted.metadata())
                .isEqualTo(Map.of(
                        "columns.layout",
                        "2,c3,1,c2",
                        "columns.weight",
                        "1.0,2.0,3.0,4.0,5.0",
                        "columns.spread",
                        "0.1,0.2,0.3,0.4,0.5"));
        assertThat(weighted)
                .isEqualTo(MIXED.withWeights(new double[] {1, 2, 3, 4, 5}, spreads))
                .hasSameHashCodeAs(MIXED.withWeights(new double[] {1, 2, 3, 4, 5}, spreads))
                .isNotEqualTo(MIXED.withWeights(spreads, spreads))
                .isNotEqualTo(MIXED)
                .hasToString("2,c3,1,c2");
        assertThatThrownBy(() -> MIXED.withWeights(spreads, new double[] {1, 1, 0, 1, 1}))
                .hasMessageStartingWith("columns.spread of column 2 is 0.0, expected ");
        assertThatThrownBy(() -> MIXED.withWeights(new double[3], spreads))
                .hasMessage("columns.weight has 3 numbers, expected 5, one for each column");
    }

    @Test
    void lossAndError() {
        double[] weights = {1, 10, 2, 1, 4};
        double[] spreads = {1, 4, 0.5, 1, 0.25};
        Columns columns = MIXED.withWeights(weights, spreads);
        float[] x = {9, 1, 2, 0, 1, 0, 5, Float.NaN, 0};
        float[] y = {9, 2, 0, 0.25f, 0.5f, 0.25f, 5, 0.5f, 0.5f};
        assertThat(columns.loss(Loss.MSE, 1, y, 1, x, 1)).isEqualTo(40);
        assertThat(columns.loss(Loss.MAE, 1, y, 1, x, 1)).isEqualTo(20);
        assertThat(columns.loss(Loss.MAE, 2, y, 1, x, 1)).isCloseTo(2 * Math.log(2), within(1e-6));
        assertThat(columns.error(1, y, 1, x, 1)).isEqualTo(1);
        assertThat(columns.error(2, y, 1, x, 1)).isEqualTo((0.25 * 0.25 * 2 + 0.5 * 0.5) / 0.5);
        assertThat(columns.isMissing(3, x, 1)).isFalse();
        assertThat(columns.isMissing(4, x, 1)).isTrue(); // one of its two values is
        assertThat(columns.error(y, 1, x, 1)).isEqualTo((1 + 1 + 0.75 + 0) / 4); // of the columns present
        float[] nothing = {Float.NaN, Float.NaN};
        assertThat(Columns.ofNumbers(2).error(y, 0, nothing, 0)).isZero();
    }
}
