package io.hourglass.lab.study;

import java.util.List;

/**
 * One of the report's runs, and the same network trained in the same way with other seeds: other initial weights, and
 * another order of the rows.
 *
 * @param run name of the report's run
 * @param each by seed, ascending: first the report's run, then the others
 */
public record SeedRuns(String run, List<Seed> each) {
    public SeedRuns {
        each = List.copyOf(each);
    }

    /**
     * A run with one of the seeds.
     *
     * @param testMse of the last epoch, per value
     * @param trainMseAtEnd of the last epoch's weights, on the rows that {@code
     *     StudyResults.RunResult#trainRowsMeasured} counts
     * @param trainSeconds of training, without the evaluations
     * @param model path of the model file, relative to the results
     */
    public record Seed(
            long seed, double testMse, double trainMseAtEnd, double trainSeconds, String model, String weightsSha256) {
        static Seed of(StudyResults.RunResult run) {
            return new Seed(
                    run.recipe().seed(),
                    run.testMse(),
                    run.trainMseAtEnd(),
                    run.trainSeconds(),
                    run.model(),
                    run.weightsSha256());
        }
    }

    /** How much the test MSE varies between the seeds. */
    public Spread testMse() {
        return Spread.of(each.stream().map(Seed::testMse).toList());
    }
}
