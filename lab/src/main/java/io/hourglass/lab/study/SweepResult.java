package io.hourglass.lab.study;

import io.hourglass.nn.Architecture;

/**
 * The test error of one network, and that of PCA with a code of the same width.
 *
 * @param network for instance {@code 784-256-128-16}
 * @param testMse mean squared error per value on the test rows; with categories, the error per column
 * @param pcaTestMse PCA's likewise, fitted to the rows that the network was trained on
 */
public record SweepResult(String network, double testMse, double pcaTestMse, Training training) {

    /** The result of a study's run, which trains in the same way. */
    static SweepResult of(StudyResults.RunResult run, Training training) {
        return new SweepResult(run.architecture().toString(), run.testMse(), run.pcaTestMse(), training);
    }

    /** The network's shape. */
    public Architecture architecture() {
        return Architecture.parse(network);
    }

    /** Width of the code. */
    public int latent() {
        return architecture().latent();
    }

    /** What networks that differ in their codes alone share, for instance {@code 784-256-128-p}. */
    public String family() {
        return network.replaceFirst("\\d+$", "p");
    }
}
