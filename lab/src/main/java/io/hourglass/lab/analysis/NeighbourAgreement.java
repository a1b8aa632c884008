package io.hourglass.lab.analysis;

import io.hourglass.compute.Rows;
import java.util.Arrays;
import java.util.Comparator;

/** How well a map separates different labels. */
public final class NeighbourAgreement {
    private NeighbourAgreement() {}

    /**
     * The share of points whose nearest other point has the same label; of several equally near ones, the lowest row
     * counts. Made for maps: fast if few points are near each other in the first coordinate.
     *
     * @param points [rows][width]
     * @param labels [rows]
     * @return 0 to 1
     * @throws IllegalArgumentException if there are fewer than two rows, widths or lengths differ, or a value is not
     *     finite
     */
    public static double of(float[][] points, int[] labels) {
        Rows.requireWidth(points);
        if (points.length < 2 || labels.length != points.length) {
            throw new IllegalArgumentException(points.length + " points with " + labels.length
                    + " labels, expected two or more with a label each");
        }
        Integer[] order = new Integer[points.length];
        Arrays.setAll(order, row -> row);
        Arrays.sort(order, Comparator.comparingDouble((Integer row) -> points[row][0]));
        int agreeing = 0;
        for (int at = 0; at < order.length; at++) {
            agreeing += labels[nearest(points, order, at)] == labels[order[at]] ? 1 : 0;
        }
        return (double) agreeing / points.length;
    }

    /**
     * Searches up and down from a point in the order of the first coordinate, until that coordinate alone is too far
     * away.
     */
    private static int nearest(float[][] points, Integer[] order, int at) {
        float[] from = points[order[at]];
        int nearest = Integer.MAX_VALUE;
        double least = Double.POSITIVE_INFINITY;
        for (int step = -1; step <= 1; step += 2) {
            for (int other = at + step; other >= 0 && other < order.length; other += step) {
                float[] to = points[order[other]];
                double first = (double) to[0] - from[0];
                if (first * first > least) {
                    break;
                }
                double distance = 0;
                for (int j = 0; j < to.length; j++) {
                    double difference = (double) to[j] - from[j];
                    distance += difference * difference;
                }
                if (distance < least || (distance == least && order[other] < nearest)) {
                    least = distance;
                    nearest = order[other];
                }
            }
        }
        return nearest;
    }
}
