package io.hourglass.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeenValuesTest {
    private static final float FAR = 1e15f;

    @Test
    void areTheCodeAndTheRootsOfTheErrors() {
        assertThat(SeenValues.of(new float[] {-2, 0.5f}, new double[] {0, 9, 0.25}, false))
                .containsExactly(-2, 0.5f, 0, 3, 0.5f);
    }

    @Test
    void whatCouldNotBeComputedIsFarAway() {
        float[] code = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f};
        assertThat(SeenValues.of(code, new double[] {Double.POSITIVE_INFINITY, 1e80, Double.NaN}, false))
                .containsExactly(FAR, FAR, -FAR, FAR, FAR, FAR, FAR);
    }

    @Test
    void codesCountInStandardDeviationsAndErrorsInRootMeanSquares() {
        // One code of mean 10 and deviation 2; one error of root mean square 5.
        SeenValues values = new SeenValues(new float[][] {{8, 1}, {12, 7}}, 1, false);
        assertThat(values.point(new float[] {10, 10})).containsExactly(5, 2);
        assertThat(values.point(new float[] {14, 0})).containsExactly(7, 0);
    }

    @Test
    void whatHardlyVariesCountsAsAHundredthOfWhatOthersDo() {
        float[][] results = {{-1, 4, 3, 0}, {1, 4, 3, 0}};
        SeenValues values = new SeenValues(results, 2, false);
        // Deviations 1 and 0, of which the root mean square is sqrt(1 / 2); errors 3 and 0, likewise sqrt(9 / 2).
        double code = 0.01 * Math.sqrt(0.5);
        double error = 0.01 * Math.sqrt(4.5);
        assertThat(values.point(new float[] {1, 4, 3, 1}))
                .containsExactly(new float[] {1, (float) (4 / code), 1, (float) (1 / error)}, within(1e-3f));
    }

    /** The mean of many equal numbers must be exactly that number, or a rounding error would become the unit. */
    @Test
    void codesThatAreAllConstantDoNotCount() {
        float[][] results = new float[1999][];
        Arrays.fill(results, new float[] {0.1f, -1e9f / 3, 0, 0});
        SeenValues values = new SeenValues(results, 2, false);
        assertThat(values.point(new float[] {5, 7, 1, 1})).containsExactly(0, 0, 0, 0);
    }

    @Test
    void pointsAreFiniteWhateverTheUnits() {
        SeenValues values = new SeenValues(new float[][] {{0, 1e-40f}, {1e-45f, 0}, {FAR, 1e-40f}}, 1, false);
        for (float coordinate : values.point(new float[] {-FAR, FAR})) {
            assertThat(Math.abs(coordinate)).isBetween(0f, FAR);
        }
    }

    @Test
    void theErrorsOfAnImageAreOneNumberAsImportantAsItsCode() {
        float[] image = SeenValues.of(new float[] {1, 2, 3, 4}, new double[] {1, 9, 17}, true);
        assertThat(image).containsExactly(1, 2, 3, 4, 3);
        float[][] results = {{-1, -1, -1, -1, 3}, {1, 1, 1, 1, 3}};
        SeenValues values = new SeenValues(results, 4, true);
        assertThat(values.point(image)).containsExactly(1, 2, 3, 4, 2); // the root of 4 codes
    }
}
