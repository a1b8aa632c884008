package io.hourglass.lab.report;

/** What the report calls the recipes, whose names in options and files are {@code paper} and {@code tuned}. */
final class Recipes {
    /** The recipe of the lab report's Listing 3. */
    static final String REPORTS = "paper";

    /** Hourglass's own recipe for images. */
    static final String TUNED = "tuned";

    private Recipes() {}

    static boolean isReports(String recipe) {
        return recipe.equals(REPORTS);
    }

    /** For tables: {@code report's} or {@code tuned}. */
    static String adjective(String recipe) {
        return isReports(recipe) ? "report's" : recipe;
    }

    /** For sentences and legends: {@code report's recipe} or {@code tuned recipe}. */
    static String name(String recipe) {
        return adjective(recipe) + " recipe";
    }
}
