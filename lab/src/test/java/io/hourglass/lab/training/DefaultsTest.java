package io.hourglass.lab.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Recipe;
import org.junit.jupiter.api.Test;

class DefaultsTest {
    @Test
    void theCodeIsAQuarterOfTheColumnsButNeverAsWideAsARow() {
        assertThat(new Defaults(1000, 40).latent()).isEqualTo(10);
        assertThat(new Defaults(1000, 784).latent()).isEqualTo(32);
        assertThat(new Defaults(40, 784).latent()).as("few rows").isEqualTo(5);
        assertThat(new Defaults(1000, 5).latent()).isEqualTo(2);
        assertThat(new Defaults(1000, 48, 16).latent()).as("16 yes/no columns").isEqualTo(4);
        assertThat(new Defaults(1000, 6, 1).latent()).as("one category").isEqualTo(1);
        assertThat(new Defaults(1000, 2).latent()).isEqualTo(1);
        assertThat(new Defaults(2, 100).latent()).isEqualTo(2);
    }

    @Test
    void hiddenLayersGrowWithTheColumns() {
        assertThat(new Defaults(1000, 4).hidden()).containsExactly(128, 64);
        assertThat(new Defaults(1000, 50).hidden()).containsExactly(200, 100);
        assertThat(new Defaults(60_000, 784).hidden()).containsExactly(256, 128);
        assertThat(new Defaults(1, Integer.MAX_VALUE).hidden()).containsExactly(256, 128);
        assertThat(new Defaults(100, 100).enoughForHidden()).isTrue();
        assertThat(new Defaults(99, 4).enoughForHidden()).isFalse();
        assertThat(new Defaults(200, 201).enoughForHidden()).isFalse();
    }

    @Test
    void theLengthIsCountedInSteps() {
        // 120 rows are 2 steps of an epoch, 5,000 are 79, 500,000 are 7,813.
        assertThat(new Defaults(120, 4).recipe(Recipe.tuned(), 64, false).epochs())
                .isEqualTo(1500);
        assertThat(new Defaults(5_000, 4).recipe(Recipe.tuned(), 64, false).epochs())
                .isEqualTo(127);
        assertThat(new Defaults(500_000, 4).recipe(Recipe.tuned(), 64, false).epochs())
                .isEqualTo(5);
        assertThat(new Defaults(120, 4).recipe(Recipe.tuned(), 10, false).epochs())
                .isEqualTo(250);
        assertThat(new Defaults(120, 4).recipeFromPca(64).epochs()).isEqualTo(500);
        assertThat(new Defaults(120, 4).epochs(Long.MAX_VALUE / 2, 64)).isEqualTo(1_000_000);
    }

    @Test
    void fewRowsDecayMoreAndManyAreTrainedAsTuned() {
        assertThat(new Defaults(120, 4).recipe(Recipe.tuned(), 64, false).weightDecay())
                .isEqualTo(0.15);
        assertThat(new Defaults(600, 4).recipe(Recipe.tuned(), 64, false).weightDecay())
                .isEqualTo(0.1);
        Recipe many = new Defaults(100_000, 4).recipe(Recipe.tuned(), 64, false);
        assertThat(many.with(r -> r.name("tuned").epochs(45))).isEqualTo(Recipe.tuned());
    }

    @Test
    void fewImagesNeedSmallConvolutionalNetworks() {
        Defaults few = new Defaults(480, 300);
        assertThat(few.hiddenAfterConvolutions()).isEmpty();
        assertThat(few.recipe(Recipe.tuned(), 64, true).weightDecay()).isEqualTo(0.5);
        assertThat(new Defaults(40, 300).recipe(Recipe.tuned(), 64, true).weightDecay())
                .isEqualTo(0.6);
        Defaults enough = new Defaults(5_000, 300);
        assertThat(enough.hiddenAfterConvolutions()).containsExactly(128);
        assertThat(enough.recipe(Recipe.tuned(), 64, true)).isEqualTo(enough.recipe(Recipe.tuned(), 64, false));
    }
}
