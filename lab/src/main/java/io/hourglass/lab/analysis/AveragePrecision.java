package io.hourglass.lab.analysis;

/**
 * How pure the highest scores are, independent of a threshold. Unlike {@link RocAuc}, it depends on how rare anomalies
 * are.
 */
public final class AveragePrecision {
    private AveragePrecision() {}

    /**
     * The area under the curve of precision over recall, as a sum of steps: each threshold between different scores
     * adds its precision times the recall that it gains. Rows with equal scores are one step, so their order does not
     * matter. This is scikit-learn's {@code average_precision_score}.
     *
     * @param scores [rows], not NaN; may be infinite
     * @param anomaly [rows], which rows are anomalies
     * @return above 0, at most 1; the share of anomalies for scores without information
     * @throws IllegalArgumentException if the lengths differ, a score is NaN, or there is no anomaly
     */
    public static double of(double[] scores, boolean[] anomaly) {
        Integer[] order = RocAuc.order(scores, anomaly);
        double sum = 0; // of precisions, one for each anomaly
        long anomalies = 0;
        for (int to = order.length; to > 0; ) {
            int from = to;
            long here = 0;
            for (; from > 0 && scores[order[from - 1]] == scores[order[to - 1]]; from--) {
                here += anomaly[order[from - 1]] ? 1 : 0;
            }
            anomalies += here;
            sum += here * (double) anomalies / (order.length - from);
            to = from;
        }
        if (anomalies == 0) {
            throw new IllegalArgumentException("no anomalies, expected at least one");
        }
        return sum / anomalies;
    }
}
