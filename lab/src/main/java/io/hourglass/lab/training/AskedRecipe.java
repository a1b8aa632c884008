package io.hourglass.lab.training;

import io.hourglass.Recipe;

/** What a user asks of the recipe; {@link Defaults} decides what this leaves open. */
public interface AskedRecipe {
    /** Whether no recipe is named. */
    boolean isOpen();

    /** Rows of a mini-batch. */
    int batch();

    /**
     * The recipe asked for.
     *
     * @param open the recipe if none is named
     * @param tuned the tuned recipe for this network
     * @param inputs values of a row
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe of(Recipe open, Recipe tuned, int inputs);

    /** Leaves everything open but the seed. */
    static AskedRecipe withSeed(long seed) {
        return new AskedRecipe() {
            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public int batch() {
                return Recipe.tuned().batchSize();
            }

            @Override
            public Recipe of(Recipe open, Recipe tuned, int inputs) {
                return open.with(r -> r.seed(seed));
            }
        };
    }
}
