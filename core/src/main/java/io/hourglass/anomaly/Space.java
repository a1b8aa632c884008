package io.hourglass.anomaly;

import io.hourglass.compute.Neighbours;
import io.hourglass.compute.Rows;

/**
 * The training rows that a detector keeps, as points, and how far other points are from them. Thread-safe.
 */
final class Space {
    /** The nearest row alone says little where anomalies among the training rows lie close together. */
    static final int FAR = 20;

    /** Numbers beyond it count as this much, so that sums of squares stay below the largest float. */
    private static final double LARGEST = 1e15;

    private final float[][] points;
    private final Neighbours neighbours;
    private final int far;

    /**
     * Prepares searches.
     *
     * @param points [rows][width], two rows or more, all of them finite
     * @param far which neighbour is the far one, 1 or more; the farthest if there are fewer
     */
    Space(float[][] points, int far) {
        this.points = points;
        neighbours = new Neighbours(points);
        this.far = Math.min(far, points.length - 1);
    }

    /** A number as a coordinate of a point; one that could not be computed is far from all others. */
    static float coordinate(double value) {
        return Double.isNaN(value) ? (float) LARGEST : (float) Math.max(-LARGEST, Math.min(LARGEST, value));
    }

    /**
     * Where a point lies among the kept rows. Of the kept rows that equal it, one does not count: it may be the same
     * row, and a training row must not seem near because it is its own neighbour.
     *
     * @param nearest index of the nearest kept row, which may be equal
     * @param near distance to the nearest
     * @param far distance to the far neighbour
     */
    record Place(int nearest, double near, double far) {}

    /** The places of some points; many at once are quicker than one by one. */
    Place[] places(float[][] some) {
        int[][] nearest = neighbours.of(some, far + 1); // one more than is needed, unless one does not count
        Place[] places = new Place[some.length];
        for (int i = 0; i < places.length; i++) {
            int own = distance(some[i], nearest[i][0]) == 0 ? 1 : 0;
            places[i] = new Place(
                    nearest[i][0], distance(some[i], nearest[i][own]), distance(some[i], nearest[i][far - 1 + own]));
        }
        return places;
    }

    private double distance(float[] point, int row) {
        return Math.sqrt(Rows.squaredDistance(point, points[row]));
    }
}
