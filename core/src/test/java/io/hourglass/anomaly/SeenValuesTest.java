package io.hourglass.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeenValuesTest {
    private static final float FAR = 1e15f;

    @Test
    void areTheCodeAndTheRootsOfTheErrors() {
        assertThat(SeenValues.of(new float[] {-2, 0.5f}, new double[] {0, 9, 0.25}))
                .containsExactly(-2, 0.5, 0, 3, 0.5);
    }

    @Test
    void whatCouldNotBeComputedIsFarAway() {
        float[] code = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f};
        assertThat(SeenValues.of(code, new double[] {Double.POSITIVE_INFINITY, 1e80, Double.NaN}))
                .containsExactly(FAR, FAR, -FAR, FAR, FAR, FAR, FAR);
    }

    @Test
    void codesCountInStandardDeviationsAndErrorsInRootMeanSquares() {
        // One code of mean 10 and deviation 2; one error of root mean square 5.
        SeenValues values = new SeenValues(new double[][] {{8, 1}, {12, 7}}, 1);
        assertThat(values.point(new double[] {10, 10})).containsExactly(5, 2);
        assertThat(values.point(new double[] {14, 0})).containsExactly(7, 0);
    }

    @Test
    void whatHardlyVariesCountsAsAHundredthOfWhatOthersDo() {
        double[][] results = {{-1, 4, 3, 0}, {1, 4, 3, 0}};
        SeenValues values = new SeenValues(results, 2);
        // Deviations 1 and 0, of which the root mean square is sqrt(1 / 2); errors 3 and 0, likewise sqrt(9 / 2).
        double code = 0.01 * Math.sqrt(0.5);
        double error = 0.01 * Math.sqrt(4.5);
        assertThat(values.point(new double[] {1, 4, 3, 1}))
                .containsExactly(new float[] {1, (float) (4 / code), 1, (float) (1 / error)}, within(1e-3f));
    }

    /** The mean of many equal numbers must be exactly that number, or a rounding error would become the unit. */
    @Test
    void codesThatAreAllConstantDoNotCount() {
        double[][] results = new double[1999][];
        Arrays.fill(results, new double[] {0.1, -1e9 / 3, 0, 0});
        SeenValues values = new SeenValues(results, 2);
        assertThat(values.point(new double[] {5, 7, 1, 1})).containsExactly(0, 0, 0, 0);
    }

    @Test
    void pointsAreFiniteWhateverTheUnits() {
        SeenValues values = new SeenValues(new double[][] {{0, 1e-200}, {1e-300, 0}, {FAR, 1e-200}}, 1);
        for (float coordinate : values.point(new double[] {-FAR, FAR})) {
            assertThat(Math.abs(coordinate)).isBetween(0f, FAR);
        }
    }
}
