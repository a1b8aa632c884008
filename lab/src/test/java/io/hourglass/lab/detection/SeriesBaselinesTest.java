package io.hourglass.lab.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SeriesBaselinesTest {
    private static final Offset<Double> CLOSE = within(1e-6);

    private static Optional<double[]> scores(String name, int trained, int width, int columns, double... values)
            throws IOException {
        Dataset rows = Dataset.ofDoubles("series", values, columns);
        return SeriesBaselines.all(Aggregate.MEAN).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow()
                .scores(new DataSplit("series", rows, null), trained, width);
    }

    /** The training rows have mean 3 and standard deviation 2, so the series is -1, 1, -1, 1, 3, 1. */
    @Test
    void theMovingAverageIsThatOfTheRowsBefore() throws IOException {
        assertThat(scores("moving-average", 4, 2, 1, 1, 5, 1, 5, 9, 5).orElseThrow())
                .containsExactly(new double[] {Double.NaN, Double.NaN, 1, 1, 9, 1}, CLOSE);
        assertThat(scores("moving-average", 4, 3, 1, 1, 5, 1, 5, 9, 5).orElseThrow())
                .containsExactly(new double[] {Double.NaN, Double.NaN, Double.NaN, 16 / 9.0, 64 / 9.0, 0}, CLOSE);
    }

    @Test
    void distancesAreTheMeanOverTheColumns() throws IOException {
        double[] values = {1, 10, 5, 10, 1, 30, 5, 30, 9, 20}; // the second column is -1, -1, 1, 1, 0
        assertThat(scores("moving-average", 4, 2, 2, values).orElseThrow())
                .containsExactly(
                        new double[] {Double.NaN, Double.NaN, (1 + 4) / 2.0, (1 + 1) / 2.0, (9 + 1) / 2.0}, CLOSE);
        assertThat(scores("mean", 4, 2, 2, values).orElseThrow())
                .containsExactly(new double[] {1, 1, 1, 1, 9 / 2.0}, CLOSE);
    }

    /** All windows of a sine curve lie in a plane, so two components reconstruct them. */
    @Test
    void pcaReconstructsWindowsThatLieOnItsComponents() throws IOException {
        double[] values = IntStream.range(0, 120)
                .mapToDouble(row -> Math.sin(2 * Math.PI * row / 12) + (row == 100 ? 1 : 0))
                .toArray();
        double[] scores = scores("pca", 80, 8, 1, values).orElseThrow();
        assertThat(Arrays.stream(scores, 0, 93).max().orElseThrow()).isLessThan(1e-8);
        assertThat(scores[100])
                .isGreaterThan(0.5)
                .isEqualTo(Arrays.stream(scores).max().orElseThrow());
        assertThat(Arrays.stream(scores, 108, 120).max().orElseThrow()).isLessThan(1e-8);
    }

    /** With as many components as a window has rows, every window would be reconstructed. */
    @Test
    void narrowWindowsHaveOneComponent() throws IOException {
        double[] values = IntStream.range(0, 40).mapToDouble(row -> row % 3).toArray();
        assertThat(Arrays.stream(scores("pca", 40, 2, 1, values).orElseThrow())
                        .min()
                        .orElseThrow())
                .isPositive();
    }
}
