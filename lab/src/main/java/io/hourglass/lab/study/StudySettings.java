package io.hourglass.lab.study;

import io.hourglass.Recipe;
import java.nio.file.Path;
import java.util.List;

/**
 * What a study does.
 *
 * @param command as the user typed it, for the report
 * @param data as {@code --data} takes it
 * @param recipes each configuration is trained with each of them
 * @param threads in all, 1 or more
 * @param quick whether to leave out what takes long and is not among the report's runs; a study of few epochs does so anyway
 * @param out folder of the results; made if it is not there
 */
public record StudySettings(String command, String data, List<Recipe> recipes, int threads, boolean quick, Path out) {
    public StudySettings {
        recipes = List.copyOf(recipes);
        if (recipes.isEmpty() || threads < 1) {
            throw new IllegalArgumentException(
                    recipes.size() + " recipes on " + threads + " threads, expected at least one each");
        }
    }
}
