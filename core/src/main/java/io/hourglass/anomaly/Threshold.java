package io.hourglass.anomaly;

import io.hourglass.io.Labels;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The anomaly score above which a row counts as an anomaly, and how it was found: from the scores of rows that are
 * known to be normal and that the model was not trained on, for a wanted rate of false alarms.
 *
 * @param score finite, 0 or more; a row is an anomaly if its own score is larger
 * @param method how the threshold was found
 * @param falseAlarms wanted share of normal rows above the threshold, {@value #LEAST_RATE} to below 1
 * @param rows number of rows it was found from, 1 or more
 */
public record Threshold(double score, Method method, double falseAlarms, int rows) {
    /** Least rate of false alarms: more rows than an array holds would be needed for a lower one. */
    public static final double LEAST_RATE = 1e-9;

    private static final String SCORE = "anomaly.threshold";
    private static final String METHOD = "anomaly.method";
    private static final String FALSE_ALARMS = "anomaly.false_alarms";
    private static final String ROWS = "anomaly.calibration_rows";

    /** How a threshold is found. */
    public enum Method {
        /**
         * The quantile of the calibration rows' own scores: the smallest of them that at most the wanted share of them
         * exceeds. An estimate; new rows may exceed it somewhat more often, and with few rows much more often.
         */
        QUANTILE,

        /**
         * Split conformal prediction: an anomaly is a row whose p-value (1 + number of calibration scores at least its
         * own) / (n + 1) is at most the wanted rate, which is to say whose score exceeds the k-th smallest of the n
         * calibration scores, k = ceil((n + 1)(1 - rate)). Whatever the distribution and however good the model, a
         * normal row that is exchangeable with the calibration rows is flagged with at most that probability, taken
         * over the choice of both (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Laxhammar
         * and Falkman, Inductive conformal anomaly detection, 2015).
         */
        CONFORMAL;

        /** The name as it stands in model files and on the command line. */
        public String label() {
            return Labels.of(this);
        }

        /**
         * The method of that name.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Method parse(String label) {
            return Labels.find(Method.class, label)
                    .orElseThrow(() ->
                            new IllegalArgumentException("method '" + label + "', expected quantile or conformal"));
        }
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public Threshold {
        if (!(score >= 0 && score < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "anomaly threshold = " + score + ", expected a finite number of 0 or more");
        }
        requireRate(falseAlarms);
        if (rows < 1) {
            throw new IllegalArgumentException(rows + " calibration rows, expected 1 or more");
        }
    }

    private static void requireRate(double rate) {
        if (!(rate >= LEAST_RATE && rate < 1)) {
            throw new IllegalArgumentException(
                    "false alarms = " + rate + ", expected a share of the rows from " + LEAST_RATE + " to below 1");
        }
    }

    /**
     * Finds the threshold for some scores.
     *
     * @param scores of normal rows that the model was not trained on, in any order; ties are no matter
     * @param falseAlarms wanted share of normal rows above the threshold, {@value #LEAST_RATE} to below 1
     * @throws IllegalArgumentException if there is no score, one is not finite or below 0, the share is out of range,
     *     or the scores are too few for it: {@link Method#CONFORMAL} needs at least 1 / share - 1
     */
    public static Threshold calibrate(double[] scores, Method method, double falseAlarms) {
        requireRate(falseAlarms);
        int n = scores.length;
        if (n == 0) {
            throw new IllegalArgumentException("no calibration rows, expected 1 or more");
        }
        for (int i = 0; i < n; i++) {
            if (!(scores[i] >= 0 && scores[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the score of calibration row " + i + " is " + scores[i]
                        + ", expected a finite number of 0 or more");
            }
        }
        // Conformal prediction counts the new row among the others.
        int of = method == Method.CONFORMAL ? n + 1 : n;
        int above = share(falseAlarms, of);
        if (of - above > n) {
            throw new IllegalArgumentException(n + " calibration rows are too few for false alarms = " + falseAlarms
                    + ", expected "
                    + BigDecimal.ONE
                            .divide(decimal(falseAlarms), 0, RoundingMode.CEILING)
                            .subtract(BigDecimal.ONE)
                            .toPlainString()
                    + " or more for the conformal method");
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        return new Threshold(sorted[of - above - 1] + 0.0, method, falseAlarms, n); // + 0.0: never a negative zero
    }

    /**
     * floor(rate * rows) of the rate as it is written: in doubles, 0.07 * 100 is more than 7 and 0.29 * 100 less than
     * 29.
     */
    private static int share(double rate, int rows) {
        return decimal(rate).multiply(BigDecimal.valueOf(rows)).intValue();
    }

    private static BigDecimal decimal(double rate) {
        return new BigDecimal(Double.toString(rate));
    }

    /** Whether a row of that score is an anomaly. A score that is not a number is one. */
    public boolean isExceededBy(double score) {
        return !(score <= this.score);
    }

    /** As it stands in a model file's text. */
    Map<String, String> metadata() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(SCORE, Double.toString(score));
        entries.put(METHOD, method.label());
        entries.put(FALSE_ALARMS, Double.toString(falseAlarms));
        entries.put(ROWS, Integer.toString(rows));
        return entries;
    }

    /**
     * The threshold in a model file's text; empty where the text has none.
     *
     * @throws IllegalArgumentException if it has one that is incomplete or out of range
     */
    static Optional<Threshold> of(Map<String, String> metadata) {
        if (!metadata.containsKey(SCORE)) {
            return Optional.empty();
        }
        return Optional.of(new Threshold(
                number(metadata, SCORE),
                Method.parse(metadata.getOrDefault(METHOD, "")),
                number(metadata, FALSE_ALARMS),
                (int) number(metadata, ROWS)));
    }

    private static double number(Map<String, String> metadata, String key) {
        @Nullable String text = metadata.get(key);
        try {
            return Double.parseDouble(text == null ? "" : text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + " is " + (text == null ? "missing" : "'" + text + "'") + ", expected a number", e);
        }
    }
}
