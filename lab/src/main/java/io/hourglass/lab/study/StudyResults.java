package io.hourglass.lab.study;

import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Scaler;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.nn.Architecture;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything a study measured: the content of {@code results.json}, and the source of the report.
 *
 * @param version of Hourglass
 * @param command as the user typed it, from {@code hourglass} on
 * @param created when the study ended, ISO 8601 in UTC
 * @param runs in the report's order: one hidden layer p = 2, 16, two hidden layers p = 2, 8, 16; for each, the recipes
 * @param beyond the convolutional networks of {@code study --beyond}, by p; empty without it
 * @param seeds runs with other seeds, for each of the report's runs of the last recipe (the tuned one, if there are
 *     two); empty unless {@code --seeds} asked for several
 * @param smallData a run that is meant to overfit; empty after a quick study or a first look, and for data with fewer
 *     than {@value SmallData#FEWEST_IN_ALL} training rows
 * @param variance by network; empty after a quick study or a first look
 * @param sweep by network; empty after a quick study or a first look
 * @param analyses what the codes say about the labels, for rows that have labels
 */
public record StudyResults(
        String version,
        String command,
        String created,
        DataSummary data,
        Subject subject,
        Machine machine,
        List<RunResult> runs,
        List<RunResult> beyond,
        List<SeedRuns> seeds,
        Optional<SmallData> smallData,
        List<VarianceResult> variance,
        List<SweepResult> sweep,
        Analyses analyses) {

    /** A study of fewer epochs is a first look, which leaves out what takes long. */
    public static final int FIRST_LOOK = 10;

    /** The report's runs, then those beyond it. */
    public List<RunResult> all() {
        return Stream.concat(runs.stream(), beyond.stream()).toList();
    }

    /** How much the test MSE of a run varies between seeds; empty if it was trained with one seed. */
    public Optional<Spread> testMse(RunResult run) {
        return seeds.stream()
                .filter(of -> of.run().equals(run.name()))
                .findFirst()
                .map(SeedRuns::testMse);
    }

    /** Whether this is a first look. */
    public boolean firstLook() {
        return runs.stream().mapToInt(run -> run.recipe().epochs()).max().orElse(0) < FIRST_LOOK;
    }

    /**
     * The data trained and tested on.
     *
     * @param train number of training rows
     * @param test number of test rows
     * @param inputs values of a row
     * @param trainSha256 of the training rows' values, as they were read
     * @param testSha256 of the test rows' values, as they were read
     * @param validation fraction of the training rows that was held out to serve as test rows; 0 if the data have test
     *     rows
     * @param scale how values were scaled, as {@code --scale} names it; all errors are in these units
     * @param impute how missing values were filled, as {@code --impute} names it; {@code none} if none may be missing
     * @param errorsPer what errors are means over: {@code column} for tables with categories or many gaps, otherwise
     *     {@code value}
     */
    public record DataSummary(
            String name,
            int train,
            int test,
            int inputs,
            String trainSha256,
            String testSha256,
            double validation,
            String scale,
            String impute,
            String errorsPer) {
        /** {@code testSha256} of MNIST's 10,000 test images. */
        public static final String MNIST_TEST_SHA256 =
                "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161";

        /** Whether the rows are MNIST's images, about which the report says more; any folder may be called mnist. */
        public boolean areMnist() {
            return testSha256.equals(MNIST_TEST_SHA256);
        }

        /**
         * Whether all values lie between 0 and 1 in the networks' units, as those of images do: without that, a peak
         * signal-to-noise ratio has no meaning.
         */
        public boolean inUnitInterval() {
            return !perColumn() && !scale.equals(Scaler.Kind.STANDARD.label());
        }

        /** What errors are called. */
        public String errorName() {
            return Evaluation.errorName(perColumn());
        }

        /** Whether errors are per column, not per value. */
        public boolean perColumn() {
            return errorsPer.equals("column");
        }

        /** What the rows that errors are measured on are called: test, or validation if they were held out. */
        public String measuredOn() {
            return validation > 0 ? "validation" : "test";
        }
    }

    /**
     * Where the study ran.
     *
     * @param kernels the kernels used, for instance {@code vector-512}
     * @param threads the study's threads; runs are trained side by side, each on one or more of them
     */
    public record Machine(String cpu, int cores, String os, String jdk, String kernels, int threads) {}

    /**
     * One trained network.
     *
     * @param name unique in the study, for instance {@code 784-256-128-16-tuned}
     * @param recipe that trained it
     * @param trainMse of the last epoch, per value
     * @param testMse of the last epoch, per value
     * @param pcaTestMse test MSE of PCA with the same number of components, fitted on the training rows
     * @param testMseByLabel test MSE of the rows of each label, from label 0
     * @param trainSeconds of training, without the evaluations
     * @param model path of the model file, relative to the results
     * @param weightsSha256 identifies the trained weights
     * @param trainRowsMeasured number of training rows on which each epoch of the history measures the error with its
     *     final weights: all of them, or about as many as there are test rows, the same for all runs
     * @param cost of training and using the network
     */
    public record RunResult(
            String name,
            Architecture architecture,
            Recipe recipe,
            double trainMse,
            double testMse,
            double pcaTestMse,
            List<Double> testMseByLabel,
            double trainSeconds,
            String model,
            String weightsSha256,
            List<History.Epoch> history,
            int trainRowsMeasured,
            Cost cost) {

        /** Training error of the final weights, on {@code trainRowsMeasured} rows. */
        public double trainMseAtEnd() {
            return history.get(history.size() - 1).trainMseAtEnd();
        }

        /** Width of the code. */
        public int latent() {
            return architecture.latent();
        }

        /** 10 log10(1 / test MSE), in decibels; only for {@link DataSummary#inUnitInterval}. */
        public double psnr() {
            return Evaluation.psnr(testMse);
        }
    }
}
