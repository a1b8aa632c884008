package io.hourglass.lab.analysis;

/** How far a map keeps apart what bears different labels. */
public final class NeighbourAgreement {
    private NeighbourAgreement() {}

    /**
     * The share of points whose nearest other point has the same label; of several equally near ones, the lowest row counts. Work
     * grows with the square of the rows: 10,000 points of a plane take a tenth of a second.
     *
     * @param points [rows][width]
     * @param labels [rows]
     * @return 0 to 1
     * @throws IllegalArgumentException if there are fewer than two rows, widths or lengths differ, or a value is not finite
     */
    public static double of(float[][] points, int[] labels) {
        int width = Rows.requireWidth(points);
        if (points.length < 2 || labels.length != points.length) {
            throw new IllegalArgumentException(points.length + " points with " + labels.length
                    + " labels, expected two or more with a label each");
        }
        int agreeing = 0;
        for (int a = 0; a < points.length; a++) {
            int nearest = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int b = 0; b < points.length; b++) {
                double distance = 0;
                for (int j = 0; j < width; j++) {
                    double difference = (double) points[a][j] - points[b][j];
                    distance += difference * difference;
                }
                if (b != a && distance < least) {
                    least = distance;
                    nearest = b;
                }
            }
            agreeing += labels[nearest] == labels[a] ? 1 : 0;
        }
        return (double) agreeing / points.length;
    }
}
