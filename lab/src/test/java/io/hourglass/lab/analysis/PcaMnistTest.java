package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.lab.Mnist;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The linear baseline on the real data, against figures that scikit-learn's PCA gives. */
class PcaMnistTest {
    private static final Pca PCA;
    private static final Dataset TEST;

    static {
        try {
            PCA = Pca.fit(Mnist.train());
            TEST = Mnist.test();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0.0557", "8, 0.0374", "16, 0.0269"})
    void testErrorOfTheFirstComponents(int p, String expected) {
        assertThat(String.format(Locale.ROOT, "%.4f", PCA.mse(TEST, p))).isEqualTo(expected);
    }
}
