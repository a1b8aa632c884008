package io.hourglass.lab.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Columns;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static final Offset<Double> CLOSE = within(1e-5);

    private static double[] scores(String name, Dataset train, Dataset test) throws FormatException {
        Detector detector = Baselines.all(1, null).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return detector.fit(train, Columns.NONE).orElseThrow().scores(test);
    }

    private static Dataset line(double... values) {
        return Dataset.ofDoubles("line", values, 1);
    }

    /** Mean 3, standard deviation 2. */
    @Test
    void theMeanIsMeasuredInStandardDeviations() throws FormatException {
        assertThat(scores("mean", line(1, 5, 1, 5), line(3, 5, 9, -1)))
                .containsExactly(new double[] {0, 1, 9, 4}, CLOSE);
    }

    @Test
    void theFifthNeighbourOfATrainingRowIsAnother() throws FormatException {
        Dataset train = line(0, 1, 2, 3, 4, 5, 6, 7); // standard deviation sqrt(63 / 12)
        double unit = 1 / Math.sqrt(63 / 12.0);
        assertThat(scores("knn5", train, line(0, 10))).containsExactly(new double[] {4 * unit, 7 * unit}, CLOSE);
        assertThat(scores("knn5", train, train))
                .containsExactly(
                        new double[] {5 * unit, 4 * unit, 3 * unit, 3 * unit, 3 * unit, 3 * unit, 4 * unit, 5 * unit},
                        CLOSE);
        assertThat(scores("knn5", line(0, 2), line(3))).containsExactly(new double[] {3}, CLOSE); // of two, the 2nd
    }

    /** Four columns that are multiples of each other: one component reconstructs such rows, and no others. */
    @Test
    void pcaReconstructsWhatLiesOnItsComponents() throws FormatException {
        Random random = new Random(4);
        double[] values = new double[4 * 200];
        for (int row = 0; row < 200; row++) {
            double t = random.nextGaussian();
            for (int j = 0; j < 4; j++) {
                values[4 * row + j] = (j + 1) * t;
            }
        }
        Dataset train = Dataset.ofDoubles("plane", values, 4);
        Dataset test = Dataset.ofDoubles("plane", new double[] {5, 10, 15, 20, 5, 10, 15, -20}, 4);
        double[] quarter = scores("pca-quarter", train, test);
        assertThat(quarter[0]).isLessThan(1e-9);
        assertThat(quarter[1]).isGreaterThan(1);
        assertThat(scores("pca", train, test)[0]).isLessThan(1e-9);
    }

    /** Scores of a forest do not depend on the units of a column. */
    @Test
    void theForestIsolatesWhatIsFarAway() throws FormatException {
        double[] square = new Random(5).doubles(2 * 300).toArray();
        double[] strip = square.clone();
        for (int i = 1; i < strip.length; i += 2) {
            strip[i] *= 1024;
        }
        double[] scores = scores(
                "iforest",
                Dataset.ofDoubles("square", square, 2),
                Dataset.ofDoubles("far", new double[] {0.5, 0.5, 0.5, 9, 9, 9}, 2));
        assertThat(scores[0]).isLessThan(0.5);
        assertThat(scores[1]).isBetween(scores[0] + 0.05, scores[2] - 0.05);
        assertThat(scores(
                        "iforest",
                        Dataset.ofDoubles("strip", strip, 2),
                        Dataset.ofDoubles("far", new double[] {0.5, 512, 0.5, 9 * 1024, 9, 9 * 1024}, 2)))
                .containsExactly(scores);
    }

    @Test
    void missingValuesCountAsTheMean() throws FormatException {
        double[] values = new Random(6).doubles(2 * 300).toArray();
        values[100] = Double.NaN;
        Dataset train = Dataset.ofTable("gap", values, 2);
        Dataset test = Dataset.ofTable("gaps", new double[] {Double.NaN, 0.5, Double.NaN, 9}, 2);
        for (Detector detector : Baselines.all(1, Imputation.Kind.MEAN)) {
            double[] scores = detector.fit(train, Columns.NONE).orElseThrow().scores(test);
            assertThat(scores[0]).as(detector.name()).isFinite().isLessThan(scores[1]);
        }
    }
}
