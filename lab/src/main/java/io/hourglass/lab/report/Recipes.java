package io.hourglass.lab.report;

import io.hourglass.Recipe;
import io.hourglass.lab.training.Defaults;

/** What the report calls the recipes, whose names in options and files are {@code paper} and {@code tuned}. */
final class Recipes {
    /** The recipe of the lab report's Listing 3. */
    static final String REPORTS = "paper";

    /** Hourglass's own recipe for images. */
    static final String TUNED = "tuned";

    /** Hourglass's own recipe for tables and for few images. */
    static final String TABLE = Defaults.RECIPE;

    private Recipes() {}

    /** Whether a recipe is Hourglass's own for such data. */
    static boolean isHourglass(Recipe recipe) {
        return recipe.name().equals(TUNED) || recipe.name().equals(TABLE);
    }

    static boolean isReports(Recipe recipe) {
        return recipe.name().equals(REPORTS);
    }

    /** For tables: {@code report’s} or {@code tuned}. */
    static String adjective(Recipe recipe, Words words) {
        return words.say("recipe." + kind(recipe) + ".adjective", recipe.name());
    }

    /** For sentences and legends: {@code report’s recipe} or {@code tuned recipe}. */
    static String name(Recipe recipe, Words words) {
        return words.say("recipe." + kind(recipe) + ".name", recipe.name());
    }

    private static String kind(Recipe recipe) {
        return isReports(recipe) || isHourglass(recipe) ? recipe.name() : "other";
    }
}
