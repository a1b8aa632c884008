package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.List;

/**
 * One network to train.
 *
 * @param name unique in the study, for instance {@code 784-256-128-16-tuned}; names its files
 */
record Run(String name, Architecture architecture, Recipe recipe) {

    /** The same network trained in the same way with another seed. */
    Run withSeed(long seed) {
        return new Run(name + "-seed" + seed, architecture, recipe.with(r -> r.seed(seed)));
    }

    /**
     * The report's five configurations, in its order: Listings 1 and 2, then Listing 4 with the p of Figures 3 to 5.
     */
    static List<Run> ofReport(int inputs, List<Recipe> recipes) {
        List<Architecture> configurations = List.of(
                Architecture.of(inputs, List.of(128), 2),
                Architecture.of(inputs, List.of(128), 16),
                Architecture.of(inputs, List.of(256, 128), 2),
                Architecture.of(inputs, List.of(256, 128), 8),
                Architecture.of(inputs, List.of(256, 128), 16));
        List<Run> runs = new ArrayList<>();
        for (Architecture architecture : configurations) {
            for (Recipe recipe : recipes) {
                runs.add(new Run(architecture + "-" + recipe.name(), architecture, recipe));
            }
        }
        return runs;
    }
}
