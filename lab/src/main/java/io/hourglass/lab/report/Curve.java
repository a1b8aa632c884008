package io.hourglass.lab.report;

import io.hourglass.History.Epoch;
import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One line of the convergence plot.
 *
 * @param set {@link #TRAIN}, {@link #TEST} or {@link #GAP}
 * @param colour of the configuration, as CSS writes it
 * @param values by epoch, NaN where nothing was measured
 */
record Curve(String configuration, Recipe recipe, String set, String colour, List<Double> values) {
    static final String TRAIN = "train";

    static final String TEST = "test";

    /** How far the test error is above the training error of the same weights. */
    static final String GAP = "gap";

    /** Two curves for each run: training and test error, configuration by configuration. */
    static List<Curve> of(List<Configuration> configurations) {
        List<Curve> curves = new ArrayList<>();
        for (Configuration configuration : configurations) {
            for (RunResult run : configuration.runs()) {
                curves.add(curve(configuration, run, "train", Epoch::trainMse));
                curves.add(curve(configuration, run, "test", Epoch::testMse));
            }
        }
        return curves;
    }

    private static Curve curve(Configuration configuration, RunResult run, String set, Function<Epoch, Double> value) {
        return new Curve(
                configuration.architecture(),
                run.recipe(),
                set,
                configuration.colour(),
                run.history().stream().map(value).toList());
    }

    /** For instance {@code tuned recipe, test}. */
    String name(Words words) {
        return words.say("convergence.curve", Recipes.name(recipe, words), words.say("script." + set));
    }

    double last() {
        return values.isEmpty() ? Double.NaN : values.get(values.size() - 1);
    }
}
