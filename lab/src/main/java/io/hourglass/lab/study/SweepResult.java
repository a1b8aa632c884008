package io.hourglass.lab.study;

import io.hourglass.nn.Architecture;
import java.util.List;

/**
 * The test error of one network, and that of PCA with a code of the same width.
 *
 * @param hidden widths of the encoder's hidden layers
 * @param testMse mean squared error per value on the test rows
 * @param pcaTestMse PCA's, fitted to the rows that the network was trained on
 */
public record SweepResult(List<Integer> hidden, int latent, double testMse, double pcaTestMse, Training training) {

    /** The result of a study's run, which trains in the same way. */
    static SweepResult of(StudyResults.RunResult run, Training training) {
        return new SweepResult(run.architecture().hidden(), run.latent(), run.testMse(), run.pcaTestMse(), training);
    }

    /** For instance {@code 784-256-128-16}. */
    public String network() {
        return Architecture.of(training.data().inputs(), hidden, latent).toString();
    }
}
