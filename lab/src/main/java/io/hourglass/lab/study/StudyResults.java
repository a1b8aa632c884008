package io.hourglass.lab.study;

import io.hourglass.History;
import java.util.List;

/**
 * Everything a study measured: the content of {@code results.json}, and all that the report says.
 *
 * @param version of Hourglass
 * @param command as the user typed it, from {@code hourglass} on
 * @param created when the study ended, ISO 8601 in UTC
 * @param runs in the report's order: one hidden layer p = 2, 16, two hidden layers p = 2, 8, 16; for each, the recipes
 * @param variance by network; empty where the study was a quick one
 * @param sweep by network; empty where the study was a quick one
 * @param analyses what the codes tell of the labels, for rows that have some
 */
public record StudyResults(
        String version,
        String command,
        String created,
        DataSummary data,
        Machine machine,
        List<RunResult> runs,
        List<VarianceResult> variance,
        List<SweepResult> sweep,
        Analyses analyses) {

    /** A study of fewer epochs is a first look, which leaves out what takes long. */
    public static final int FIRST_LOOK = 10;

    /** Whether this is a first look. */
    public boolean firstLook() {
        return runs.stream().mapToInt(RunResult::epochs).max().orElse(0) < FIRST_LOOK;
    }

    /**
     * The data trained and tested on.
     *
     * @param train number of training rows
     * @param test number of test rows
     * @param inputs values of a row
     * @param trainSha256 of the training rows' values, as they were read
     * @param testSha256 of the test rows' values, as they were read
     * @param validation fraction of the training rows that was held out and is the test rows; 0 where the data have
     *     test rows
     * @param scale how values were brought to [0, 1], in whose units all errors are, as {@code --scale} names it
     */
    public record DataSummary(
            String name,
            int train,
            int test,
            int inputs,
            String trainSha256,
            String testSha256,
            double validation,
            String scale) {
        /** That of MNIST's 10,000 test images. */
        public static final String MNIST_TEST_SHA256 =
                "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161";

        /**
         * Whether they are MNIST's images, of which more is known than their labels; any folder may be called mnist.
         */
        public boolean areMnist() {
            return testSha256.equals(MNIST_TEST_SHA256);
        }

        /** What rows are called that errors are measured on: test, or validation where they were held out. */
        public String measuredOn() {
            return validation > 0 ? "validation" : "test";
        }
    }

    /**
     * Where the study ran.
     *
     * @param kernels which kernels computed, for instance {@code vector-512}
     * @param threads the study's threads; runs are trained side by side, each on one or more of them
     */
    public record Machine(String cpu, int cores, String os, String jdk, String kernels, int threads) {}

    /**
     * One trained network.
     *
     * @param name unique in the study, for instance {@code 784-256-128-16-tuned}
     * @param architecture for instance {@code 784-256-128-16}
     * @param recipe {@code paper} or {@code tuned}
     * @param firstDecay how many times the weight decay holds for the first layer
     * @param beta2 of Adam
     * @param parameters number of weights and biases
     * @param trainMse of the last epoch, per pixel
     * @param testMse of the last epoch, per pixel
     * @param pcaTestMse test MSE of PCA with the same number of components, fitted on the training rows
     * @param psnr 10 log10(1 / test MSE), in decibels
     * @param testMseByLabel test MSE of the rows of each label, from label 0
     * @param trainSeconds of training, without the evaluations
     * @param model path of the model file, relative to the results
     * @param weightsSha256 names the trained weights
     */
    public record RunResult(
            String name,
            String architecture,
            List<Integer> hidden,
            int latent,
            String recipe,
            long seed,
            int epochs,
            int batchSize,
            double learningRate,
            String schedule,
            double weightDecay,
            double firstDecay,
            double beta2,
            long parameters,
            double trainMse,
            double testMse,
            double pcaTestMse,
            double psnr,
            List<Double> testMseByLabel,
            double trainSeconds,
            String model,
            String weightsSha256,
            List<History.Epoch> history) {}
}
