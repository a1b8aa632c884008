package io.hourglass.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.lab.Mnist;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DataSummaryTest {
    private static StudyResults.DataSummary summary(String name, Dataset test) throws IOException {
        return new StudyResults.DataSummary(
                name,
                1,
                test.rows(),
                test.inputs(),
                Mnist.train().slice(0, 9).sha256(),
                test.sha256(),
                0,
                "none",
                null,
                null);
    }

    /** Labels are digits where the images are MNIST's, whatever a folder is called. */
    @Test
    void mnistIsKnownByItsImages() throws IOException {
        assertThat(summary("mnist", Mnist.test()).areMnist()).isTrue();
        assertThat(summary("copy-of-the-digits", Mnist.test()).areMnist()).isTrue();
        Dataset others = Mnist.train().slice(0, 10_000);
        assertThat(summary("mnist", others).areMnist()).isFalse();
        assertThat(summary("mnist-of-clothes", others).areMnist()).isFalse();
    }
}
