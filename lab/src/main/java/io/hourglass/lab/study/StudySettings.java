package io.hourglass.lab.study;

import io.hourglass.Recipe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a study.
 *
 * @param command as the user typed it, for the report
 * @param recipes each configuration is trained with each of them
 * @param epochsGiven whether the recipes' numbers of epochs are the user's choice; otherwise tables may need others
 * @param beyond recipe of the networks {@link Beyond} the report; null to train none
 * @param seeds number of seeds that the last recipe's networks are trained with, 1 or more: the recipe's seed and those
 *     that follow it
 * @param threads in all, 1 or more
 * @param quick whether to leave out what takes long and is not among the report's runs; a first look always does
 * @param out folder of the results; created if it does not exist
 * @param force whether to overwrite results of other settings in that folder
 */
public record StudySettings(
        String command,
        StudyData data,
        List<Recipe> recipes,
        boolean epochsGiven,
        @Nullable Recipe beyond,
        int seeds,
        int threads,
        boolean quick,
        Path out,
        boolean force) {
    private static final int MOST_SEEDS = 100;

    public StudySettings {
        recipes = List.copyOf(recipes);
        if (recipes.isEmpty() || threads < 1) {
            throw new IllegalArgumentException(
                    recipes.size() + " recipes on " + threads + " threads, expected at least one each");
        }
        if (seeds < 1 || seeds > MOST_SEEDS) {
            throw new IllegalArgumentException("seeds = " + seeds + ", expected 1 to " + MOST_SEEDS);
        }
    }

    /** The settings that decide the results, in order. */
    Map<String, String> decisive() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("command", "study");
        settings.putAll(data.decisive());
        settings.put("recipes", recipes.stream().map(Recipe::name).collect(Collectors.joining(",")));
        settings.put("quick", String.valueOf(quick));
        if (seeds > 1) {
            settings.put("seeds", String.valueOf(seeds));
        }
        recipes.forEach(recipe -> ResultsFolder.addRecipe(recipe, settings));
        if (epochsGiven) {
            settings.put("epochs", "as asked");
        }
        if (beyond != null) {
            ResultsFolder.addRecipe(beyond.with(r -> r.name("beyond")), settings);
        }
        return settings;
    }
}
