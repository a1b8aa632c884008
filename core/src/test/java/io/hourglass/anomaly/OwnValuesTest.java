package io.hourglass.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import io.hourglass.nn.Columns;
import org.junit.jupiter.api.Test;

class OwnValuesTest {
    private static final double NAN = Double.NaN;

    private static OwnValues ofColumn(double... values) {
        return OwnValues.of(Dataset.ofTable("column", values, 1), Columns.NONE);
    }

    private static float point(OwnValues values, double value) {
        return values.point(new double[] {value})[0];
    }

    @Test
    void aNumberCountsFromTheMedianInMedianDeviations() {
        OwnValues values = ofColumn(4, 100, 1, 3, 2); // deviations from 3: 1, 97, 2, 0, 1
        assertThat(point(values, 3)).isZero();
        assertThat(point(values, 4)).isEqualTo((float) (1 / 1.4826));
        assertThat(point(values, -2)).isEqualTo((float) (-5 / 1.4826));
        assertThat(point(values, 1000)).isEqualTo(10);
        assertThat(point(values, -1000)).isEqualTo(-10);
        assertThat(point(values, 3e38)).isEqualTo(10);
    }

    @Test
    void medianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(OwnValues.median(new double[] {4, 1, 2, 30})).isEqualTo(3);
        assertThat(OwnValues.median(new double[] {1.7e308, 1.7e308})).isEqualTo(1.7e308);
        assertThat(OwnValues.median(new double[] {5})).isEqualTo(5);
        assertThat(OwnValues.median(new double[0])).isZero();
    }

    @Test
    void whereMostValuesAreEqualTheUnitIsTheStandardDeviation() {
        OwnValues values = ofColumn(5, 5, 9, 5, 5); // mean 5.8, variance 2.56
        assertThat(point(values, 5)).isZero();
        assertThat(point(values, 9)).isCloseTo(2.5f, within(1e-6f));
        assertThat(point(values, 4)).isCloseTo(-0.625f, within(1e-6f));
    }

    @Test
    void anotherValueInAConstantColumnCountsMost() {
        OwnValues values = ofColumn(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
        assertThat(point(values, 0.1)).isZero();
        assertThat(point(values, Math.nextUp(0.1))).isEqualTo(10);
        assertThat(point(values, -7)).isEqualTo(-10);
    }

    @Test
    void missingValuesTeachNothingAndCountAsTheMedian() {
        OwnValues values = ofColumn(NAN, 4, NAN, 100, 1, 3, NAN, 2, NAN, NAN, NAN);
        assertThat(point(values, NAN)).isZero();
        assertThat(point(values, 4)).isEqualTo((float) (1 / 1.4826));
        OwnValues mostlyEqual = ofColumn(5, NAN, 5, 9, NAN, 5, 5);
        assertThat(point(mostlyEqual, 9)).isCloseTo(2.5f, within(1e-6f));
    }

    /** Without any known value, no value can be called unusual. */
    @Test
    void aColumnThatIsMissingInAllRowsDoesNotCount() {
        assertThat(point(ofColumn(NAN, NAN, NAN), 123)).isZero();
        Dataset rows = Dataset.ofTable("rows", new double[] {1, NAN, NAN, 2, NAN, NAN, 3, NAN, NAN}, 3);
        assertThat(OwnValues.of(rows, Columns.parse("1,c2")).point(new double[] {2, 1, 0}))
                .containsExactly(0, 0, 0);
    }

    @Test
    void theValuesOfACategoryShareAUnit() {
        // A number, and a category that is the first in three of four rows: variances of 3 / 16 each.
        double[] rows = {1, 1, 0, 2, 1, 0, 3, 1, 0, 4, 0, 1};
        OwnValues values = OwnValues.of(Dataset.ofTable("rows", rows, 3), Columns.parse("1,c2"));
        float unit = (float) Math.sqrt(6 / 16.0);
        assertThat(values.point(new double[] {2.5, 1, 0})).containsExactly(0, 0, 0);
        assertThat(values.point(new double[] {2.5, 0, 1}))
                .containsExactly(new float[] {0, -1 / unit, 1 / unit}, within(1e-6f));
        assertThat(values.point(new double[] {2.5, NAN, NAN})).containsExactly(0, 0, 0);
    }

    /** Two numbers that are normally distributed differ by 2 on average, squared and in standard deviations. */
    @Test
    void twoRowsDifferAsMuchInACategoryAsInANumber() {
        int[] counts = {7, 2, 1};
        double[] rows = new double[30];
        int row = 0;
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < counts[c]; i++) {
                rows[3 * row++ + c] = 1;
            }
        }
        Dataset data = Dataset.ofTable("rows", rows, 3);
        OwnValues values = OwnValues.of(data, Columns.parse("c3"));
        double sum = 0;
        for (int a = 0; a < 10; a++) {
            for (int b = 0; b < 10; b++) {
                for (int j = 0; j < 3; j++) {
                    double difference = values.point(data.doubles(a))[j] - values.point(data.doubles(b))[j];
                    sum += difference * difference;
                }
            }
        }
        assertThat(sum / 100).isCloseTo(2, within(1e-5));
    }

    @Test
    void anotherValueOfAConstantCategoryCountsMost() {
        OwnValues values =
                OwnValues.of(Dataset.ofTable("rows", new double[] {0, 1, 0, 1, 0, 1}, 2), Columns.parse("c2"));
        assertThat(values.point(new double[] {0, 1})).containsExactly(0, 0);
        assertThat(values.point(new double[] {1, 0})).containsExactly(10, -10);
    }

    @Test
    void inputsOnlyDoNotCount() {
        double[] rows = {1, 0, 2, 0, 3, 1};
        OwnValues values = OwnValues.of(Dataset.ofTable("rows", rows, 2), Columns.parse("1,i1"));
        assertThat(values.point(new double[] {2, 99})).containsExactly(0, 0);
        assertThat(values.point(new double[] {3, 1})[0]).isEqualTo((float) (1 / 1.4826));
    }
}
