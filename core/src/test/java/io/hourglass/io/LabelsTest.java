package io.hourglass.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LabelsTest {
    private enum Fruit {
        APPLE,
        SOUR_CHERRY,
        PEAR
    }

    @Test
    void areLowerCaseWithHyphens() {
        assertThat(Labels.of(Fruit.SOUR_CHERRY)).isEqualTo("sour-cherry");
        assertThat(Labels.parse(Fruit.class, "fruit", "sour-cherry")).isEqualTo(Fruit.SOUR_CHERRY);
        assertThat(Labels.find(Fruit.class, "pear")).contains(Fruit.PEAR);
    }

    @Test
    void anUnknownOneIsRefusedWithAllThatThereAre() {
        assertThat(Labels.find(Fruit.class, "SOUR_CHERRY")).isEmpty();
        assertThatThrownBy(() -> Labels.parse(Fruit.class, "fruit", "plum"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown fruit 'plum': expected apple, sour-cherry or pear");
    }
}
