package io.hourglass.lab.analysis;

import java.util.Arrays;
import java.util.Comparator;

/** How well scores separate anomalies from normal rows, independent of a threshold. */
public final class RocAuc {
    private RocAuc() {}

    /**
     * Area under the ROC curve: the share of all pairs of an anomaly and a normal row in which the anomaly has the
     * higher score, where equal scores count as half (Mann and Whitney, 1947; Hanley and McNeil, 1982). Pairs are
     * counted in integers, so only the final division rounds.
     *
     * @param scores [rows], not NaN; may be infinite
     * @param anomaly [rows], which rows are anomalies
     * @return 0 to 1; 0.5 for scores without information
     * @throws IllegalArgumentException if the lengths differ, a score is NaN, or there is not at least one row of each
     *     kind
     */
    public static double of(double[] scores, boolean[] anomaly) {
        Integer[] order = order(scores, anomaly);
        long normal = 0; // rows so far, in order of their scores
        long anomalies = 0;
        long twicePairs = 0; // 2 for each pair in the right order, 1 for a tie
        for (int from = 0; from < order.length; ) {
            long normalHere = 0;
            long anomaliesHere = 0;
            int to = from;
            for (; to < order.length && scores[order[to]] == scores[order[from]]; to++) {
                if (anomaly[order[to]]) {
                    anomaliesHere++;
                } else {
                    normalHere++;
                }
            }
            twicePairs += anomaliesHere * (2 * normal + normalHere);
            normal += normalHere;
            anomalies += anomaliesHere;
            from = to;
        }
        if (normal == 0 || anomalies == 0) {
            throw new IllegalArgumentException(
                    normal + " normal rows and " + anomalies + " anomalies, expected at least one of each");
        }
        return twicePairs / (2.0 * normal * anomalies);
    }

    /**
     * The rows in order of their scores, the lowest first.
     *
     * @throws IllegalArgumentException if the lengths differ, or a score is NaN
     */
    static Integer[] order(double[] scores, boolean[] anomaly) {
        if (scores.length != anomaly.length) {
            throw new IllegalArgumentException(scores.length + " scores, " + anomaly.length + " marks of anomalies");
        }
        Integer[] order = new Integer[scores.length];
        for (int row = 0; row < order.length; row++) {
            if (Double.isNaN(scores[row])) {
                throw new IllegalArgumentException("the score of row " + row + " is NaN, expected a number");
            }
            order[row] = row;
        }
        Arrays.sort(order, Comparator.comparingDouble(row -> scores[row]));
        return order;
    }
}
