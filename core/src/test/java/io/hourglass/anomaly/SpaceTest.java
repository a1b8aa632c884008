package io.hourglass.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.anomaly.Space.Place;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpaceTest {
    private static final float[][] LINE = {{7}, {1}, {3}, {0}};

    private static Place place(Space space, float... point) {
        return space.places(new float[][] {point})[0];
    }

    @Test
    void aPlaceIsTheDistancesToTheNearestAndToTheFarRow() {
        Space space = new Space(LINE, 2);
        assertThat(place(space, 4)).isEqualTo(new Place(2, 1, 3));
        assertThat(place(space, -2)).isEqualTo(new Place(3, 2, 3));
        assertThat(place(new Space(LINE, 1), 4)).isEqualTo(new Place(2, 1, 1));
    }

    @Test
    void aRowIsNotItsOwnNeighbour() {
        Space space = new Space(LINE, 2);
        assertThat(place(space, 3)).isEqualTo(new Place(2, 2, 3));
        assertThat(place(space, 7)).isEqualTo(new Place(0, 4, 6));
    }

    /** Only one of equal rows can be the same row. */
    @Test
    void ofEqualRowsOneDoesNotCount() {
        Space space = new Space(new float[][] {{9}, {5}, {5}, {5}, {8}}, 3);
        assertThat(place(space, 5)).isEqualTo(new Place(1, 0, 3));
        assertThat(place(space, 9)).isEqualTo(new Place(0, 1, 4));
        assertThat(place(new Space(new float[][] {{1}, {1}}, 20), 1)).isEqualTo(new Place(0, 0, 0));
    }

    @Test
    void withFewRowsTheFarNeighbourIsTheFarthestThatEveryRowHas() {
        Space space = new Space(LINE, 20);
        assertThat(place(space, 0)).isEqualTo(new Place(3, 1, 7));
        assertThat(place(space, 0.25f)).isEqualTo(new Place(3, 0.25, 2.75)); // the third
        assertThat(place(new Space(new float[][] {{0}, {4}}, 20), 1)).isEqualTo(new Place(0, 1, 1));
    }

    @Test
    void ofRowsAtTheSameDistanceTheFirstIsNearest() {
        assertThat(place(new Space(new float[][] {{4}, {0}, {4}, {0}}, 3), 2)).isEqualTo(new Place(0, 2, 2));
    }

    @Test
    void manyPointsHaveThePlacesOfEachAlone() {
        Random random = new Random(3);
        float[][] points = new float[500][6];
        for (float[] point : points) {
            for (int j = 0; j < point.length; j++) {
                point[j] = random.nextInt(5);
            }
        }
        Space space = new Space(Arrays.copyOf(points, 300), 20);
        Place[] places = space.places(points);
        for (int i = 0; i < points.length; i++) {
            assertThat(places[i]).isEqualTo(place(space, points[i]));
        }
    }

    @Test
    void coordinatesAreFinite() {
        assertThat(Space.coordinate(Double.NaN)).isEqualTo(1e15f);
        assertThat(Space.coordinate(Double.POSITIVE_INFINITY)).isEqualTo(1e15f);
        assertThat(Space.coordinate(Double.NEGATIVE_INFINITY)).isEqualTo(-1e15f);
        assertThat(Space.coordinate(-1e300)).isEqualTo(-1e15f);
        assertThat(Space.coordinate(-0.5)).isEqualTo(-0.5f);
    }

    /** The approximate distances of the search are floats, and must not overflow. */
    @Test
    void theFarthestCornersOfWideRowsHaveDistances() {
        int width = 20_000;
        float[][] corners = new float[3][width];
        Arrays.fill(corners[0], Space.coordinate(Double.NaN));
        Arrays.fill(corners[1], Space.coordinate(Double.NEGATIVE_INFINITY));
        Space space = new Space(corners, 20);
        double side = 1e15 * Math.sqrt(width);
        Place place = place(space, corners[0]);
        assertThat(place.nearest()).isZero();
        assertThat(place.near() / side).isCloseTo(1, within(1e-6));
        assertThat(place.far() / side).isCloseTo(2, within(1e-6));
        assertThat(place(space, new float[width]).near()).isCloseTo(side, within(side * 1e-6));
    }
}
