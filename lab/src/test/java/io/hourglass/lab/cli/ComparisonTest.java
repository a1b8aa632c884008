package io.hourglass.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.lab.analysis.Baseline;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    @Test
    void tellsWhatIsBetter() {
        assertThat(new Comparison(0.41, 1, 0.353, 4).trouble())
                .contains("PCA with 4 components is better (0.353000 against 0.410000)");
        assertThat(new Comparison(0.353, 1, 0.353, 4).trouble()).isEmpty();
        assertThat(new Comparison(1e-7, 1, 1e-14, 4).trouble()).as("rounding").isEmpty();
        assertThat(new Comparison(2, 1, Double.NaN, 0).trouble())
                .contains("the mean is better (1.000000 against 2.000000)");
        assertThat(new Comparison(0.5, 1, Double.NaN, 0).trouble()).isEmpty();
    }

    @Test
    void smallErrorsKeepTheirDigits() {
        Comparison comparison = new Comparison(3e-7, 2.5e-5, 1e-7, 2);
        assertThat(comparison.line()).isEqualTo("predicting the mean 2.500e-05, PCA with 2 components 1.000e-07");
        assertThat(comparison.trouble()).contains("PCA with 2 components is better (1.000e-07 against 3.000e-07)");
    }

    /** Fitted to (-1, 0) and (1, 0); a row (2, 3) is 13 / 2 from the mean, and 9 / 2 from the axis. */
    @Test
    void measuresOtherRowsThanThoseFittedTo() {
        Baseline baseline = Baseline.fit(Dataset.ofFloats("fitted", new float[] {-1, 0, 1, 0}, 2), 1);
        Comparison comparison = Comparison.of(1, baseline, Dataset.ofFloats("other", new float[] {2, 3}, 2), 1);
        assertThat(comparison).isEqualTo(new Comparison(1, 6.5, 4.5, 1));
        assertThat(comparison.line()).isEqualTo("predicting the mean 6.500000, PCA with 1 component 4.500000");
    }
}
