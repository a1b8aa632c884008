package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Ways through a code's space: traversals, interpolations and the grid of a plane. */
class LatentPathsTest {
    /** Deviations 1 and 3, means 2 and 0. */
    private static final float[][] CODES = {{1, -3}, {1, 3}, {3, -3}, {3, 3}};

    @Test
    void aTraversalMovesOneDimensionByItsDeviation() {
        Traversal traversal = Traversal.of(CODES, new float[] {2, 1}, -2, 0, 1);
        assertThat(traversal.codes()[0]).isDeepEqualTo(new float[][] {{0, 1}, {2, 1}, {3, 1}});
        assertThat(traversal.codes()[1]).isDeepEqualTo(new float[][] {{2, -5}, {2, 1}, {2, 4}});
        assertThat(traversal.seen()).isDeepEqualTo(new boolean[][] {{false, true, true}, {false, true, false}});
    }

    @Test
    void aConstantDimensionStaysWhereItIs() {
        Traversal traversal = Traversal.of(new float[][] {{5, 0}, {5, 2}}, new float[] {5, 1}, -2, 2);
        assertThat(traversal.codes()[0]).isDeepEqualTo(new float[][] {{5, 1}, {5, 1}});
        assertThat(traversal.seen()[0]).containsExactly(true, true);
        Traversal one = Traversal.of(new float[][] {{4, 4}}, new float[] {4, 4}, -2, 2);
        assertThat(one.codes()[1]).isDeepEqualTo(new float[][] {{4, 4}, {4, 4}});
    }

    @Test
    void theCentralRowIsNearestToTheMeanInDeviations() {
        // From the mean (0, 0), row 4 is at (0, 3) and row 5 at (1, 0): 3 is less than a deviation of the second
        // dimension.
        float[][] codes = {{1, 10}, {1, -10}, {-1, 10}, {-1, -10}, {0, 3}, {1, 0}, {-1, -3}};
        assertThat(Traversal.central(codes)).isEqualTo(4);
        assertThat(Traversal.central(new float[][] {{3, 3}, {3, 3}})).isZero();
    }

    @Test
    void aLineHasItsEndsExactly() {
        float[] from = {0.1f, 1};
        float[] to = {0.3f, -1};
        float[][] line = Interpolation.linear(from, to, 5);
        assertThat(line[0]).containsExactly(from);
        assertThat(line[4]).containsExactly(to);
        assertThat(line[1]).containsExactly(new float[] {0.15f, 0.5f}, within(1e-7f));
        assertThat(line[2]).containsExactly(new float[] {0.2f, 0}, within(1e-7f));
        assertThat(Interpolation.linear(from, from, 2)).isDeepEqualTo(new float[][] {from, from});
    }

    @Test
    void theGridCoversTheRectangleOfTheCodes() {
        PlaneGrid grid = PlaneGrid.over(CODES, 2);
        assertThat(new double[] {grid.left(), grid.right(), grid.bottom(), grid.top()})
                .containsExactly(1, 3, -3, 3);
        assertThat(grid.codes())
                .isDeepEqualTo(new float[][] {{1.5f, 1.5f}, {2.5f, 1.5f}, {1.5f, -1.5f}, {2.5f, -1.5f}});
        PlaneGrid point = PlaneGrid.over(new float[][] {{4, 7}}, 1);
        assertThat(point.codes()).isDeepEqualTo(new float[][] {{4, 7}});
        assertThat(point.right() - point.left()).isEqualTo(1);
    }

    @Test
    void refusesWhatHasNoAnswer() {
        float[] nan = {Float.NaN, 0};
        assertThatThrownBy(() -> Traversal.of(CODES, nan, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the start, column 0 is NaN, expected a finite number");
        assertThatThrownBy(() -> Traversal.of(CODES, new float[] {1}, 0))
                .hasMessage("a start of 1 values and 1 offsets, expected 2 values and at least one offset");
        assertThatThrownBy(() -> Traversal.of(CODES, new float[2], Double.NaN))
                .hasMessage("offset 0 is NaN, expected a finite number");
        assertThatThrownBy(() -> Traversal.central(new float[][] {nan})).hasMessageContaining("row 0, column 0 is NaN");
        assertThatThrownBy(() -> Interpolation.linear(CODES[0], nan, 3)).hasMessageContaining("row 1, column 0 is NaN");
        assertThatThrownBy(() -> Interpolation.linear(CODES[0], CODES[1], 1))
                .hasMessage("steps = 1, expected at least 2");
        assertThatThrownBy(() -> PlaneGrid.over(new float[][] {{1, 2, 3}}, 4))
                .hasMessage("codes of 3 values and a grid of side 4, expected 2 values and a side of at least 1");
        assertThatThrownBy(() -> PlaneGrid.over(new float[][] {nan}, 4)).hasMessageContaining("row 0, column 0 is NaN");
    }
}
