package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Architecture;
import java.util.ArrayList;
import java.util.List;

/**
 * One network to train.
 *
 * @param name unique in the study, for instance {@code 784-256-128-16-tuned}; names its files
 */
record Run(String name, Architecture architecture, Recipe recipe) {
    private static final List<Configuration> CONFIGURATIONS = List.of(
            new Configuration(List.of(128), 2),
            new Configuration(List.of(128), 16),
            new Configuration(List.of(256, 128), 2),
            new Configuration(List.of(256, 128), 8),
            new Configuration(List.of(256, 128), 16));

    private record Configuration(List<Integer> hidden, int latent) {}

    /** The same network trained in the same way with another seed. */
    Run withSeed(long seed) {
        return new Run(name + "-seed" + seed, architecture, recipe.with(r -> r.seed(seed)));
    }

    /** Whether the other run trains the same network in the same way, whatever its seed. */
    boolean isSameButSeed(Run other) {
        return architecture.equals(other.architecture) && recipe.equals(other.recipe.with(r -> r.seed(recipe.seed())));
    }

    /**
     * The report's five configurations, in its order: Listings 1 and 2, then Listing 4 with the p of Figures 3 to 5.
     * For tables, without those whose code is not narrower than a row.
     *
     * @throws FormatException if none remains
     */
    static List<Run> ofReport(Workplace place, List<Recipe> recipes) throws FormatException {
        int inputs = place.train().inputs();
        int widest = place.widestCode();
        List<Run> runs = new ArrayList<>();
        for (Configuration configuration : CONFIGURATIONS) {
            if (configuration.latent <= widest) {
                Architecture architecture =
                        place.prepared().applyTo(Architecture.of(inputs, configuration.hidden, configuration.latent));
                for (Recipe recipe : recipes) {
                    runs.add(new Run(architecture + "-" + recipe.name(), architecture, recipe));
                }
            }
        }
        if (runs.isEmpty()) {
            throw new FormatException(place.data().name() + ": " + place.describeWidth()
                    + ", expected at least 3: the study's narrowest code has 2 values");
        }
        int left = CONFIGURATIONS.size() - runs.size() / recipes.size();
        if (left > 0) {
            place.progress()
                    .say(place.data().name() + ": " + place.describeWidth() + ", so the study leaves out " + left
                            + " of the report's " + CONFIGURATIONS.size() + " networks, whose codes are not narrower");
        }
        return runs;
    }
}
