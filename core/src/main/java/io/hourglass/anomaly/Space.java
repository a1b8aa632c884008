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
     * @param nearest index of the nearest kept row
     * @param near distance to the nearest
     * @param far distance to the far neighbour
     */
    record Place(int nearest, double near, double far) {}

    /** The place of a point. */
    Place place(float[] point) {
        int[] nearest = neighbours.of(new float[][] {point}, Math.min(points.length, far + 1))[0];
        int own = distance(point, nearest[0]) == 0 ? 1 : 0;
        return new Place(nearest[own], distance(point, nearest[own]), distance(point, nearest[far - 1 + own]));
    }

    private double distance(float[] point, int row) {
        return Math.sqrt(Rows.squaredDistance(point, points[row]));
    }
}
