package io.hourglass.anomaly;

import io.hourglass.io.Labels;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The anomaly score above which a row is an anomaly, and how it was found: from the scores of rows that are known to be
 * normal and that the model was not trained on, for a desired false alarm rate.
 *
 * <pre>{@code
 * Threshold threshold = Threshold.calibrate(model.errors(validation), Threshold.Method.QUANTILE, 0.01);
 * boolean anomaly = threshold.isExceededBy(model.error(test.row(0)));
 * }</pre>
 *
 * @param score finite, 0 or more; a row is an anomaly if its own score is larger
 * @param method how the threshold was found
 * @param falseAlarms desired share of normal rows above the threshold, {@value #LEAST_RATE} to below 1
 * @param rows number of calibration rows, 1 or more
 */
public record Threshold(double score, Method method, double falseAlarms, int rows) {
    /** The lowest rate of false alarms: a lower one would need more rows than an array can hold. */
    public static final double LEAST_RATE = 1e-9;

    private static final String SCORE = "anomaly.threshold";
    private static final String METHOD = "anomaly.method";
    private static final String FALSE_ALARMS = "anomaly.false_alarms";
    private static final String ROWS = "anomaly.calibration_rows";

    /** The names of all its entries in a model file's text. */
    static final Set<String> ENTRIES = Set.of(SCORE, METHOD, FALSE_ALARMS, ROWS);

    /** How a threshold is found. */
    public enum Method {
        /**
         * The quantile of the calibration rows' scores: the smallest score that at most the desired share of them
         * exceeds. It is an estimate: new normal rows may exceed it somewhat more often, and much more often if there
         * are few calibration rows.
         */
        QUANTILE,

        /**
         * Split conformal prediction. The threshold is the k-th smallest of the n calibration scores, k = ceil((n +
         * 1)(1 - rate)). Equivalently, a row is an anomaly if its p-value, (1 + number of calibration scores at least
         * as large as its own) / (n + 1), is at most the desired rate. For any distribution and any model, a normal row
         * that is exchangeable with the calibration rows is flagged with at most that probability, taken over the
         * choice of both (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Laxhammar and
         * Falkman, Inductive conformal anomaly detection, 2015).
         */
        CONFORMAL;

        /** {@return the name in model files and on the command line: {@code quantile} or {@code conformal}} */
        public String label() {
            return Labels.of(this);
        }

        /**
         * {@return the method with that label}
         *
         * @param label as {@link #label()} gives it
         * @throws IllegalArgumentException if there is none
         */
        public static Method parse(String label) {
            return Labels.find(Method.class, label)
                    .orElseThrow(() ->
                            new IllegalArgumentException("method '" + label + "', expected quantile or conformal"));
        }
    }

    /**
     * A threshold with all it was found from; {@link #calibrate} computes one.
     *
     * @param score finite, 0 or more
     * @param method how it was found
     * @param falseAlarms {@value #LEAST_RATE} to below 1
     * @param rows 1 or more
     * @throws IllegalArgumentException if a value is out of range
     */
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
     * Finds the threshold for the scores of normal rows.
     *
     * @param scores of normal rows that the model was not trained on, in any order; ties are allowed
     * @param method how to find it
     * @param falseAlarms desired share of normal rows above the threshold, {@value #LEAST_RATE} to below 1
     * @return the threshold
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
        // Conformal prediction counts the new row as well.
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
     * floor(rate * rows), computed with the rate's decimal digits: in doubles, 0.07 * 100 is more than 7 and 0.29 * 100
     * is less than 29.
     */
    static int share(double rate, int rows) {
        return decimal(rate).multiply(BigDecimal.valueOf(rows)).intValue();
    }

    private static BigDecimal decimal(double rate) {
        return new BigDecimal(Double.toString(rate));
    }

    /**
     * Whether a row with the given score is an anomaly.
     *
     * @param score of the row
     * @return true if it is above the threshold or NaN
     */
    public boolean isExceededBy(double score) {
        return !(score <= this.score);
    }

    /** The threshold as a model file's text. */
    Map<String, String> metadata() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(SCORE, Double.toString(score));
        entries.put(METHOD, method.label());
        entries.put(FALSE_ALARMS, Double.toString(falseAlarms));
        entries.put(ROWS, Integer.toString(rows));
        return entries;
    }

    /**
     * Reads the threshold from a model file's text; empty if there is none.
     *
     * @throws IllegalArgumentException if it is incomplete or out of range
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

    /** For instance {@code 0.012345 (conformal, false alarms 0.01, 900 rows)}. */
    @Override
    public String toString() {
        String count = String.format(Locale.ROOT, "%,d %s", rows, rows == 1 ? "row" : "rows");
        return String.format(Locale.ROOT, "%.6f (%s, false alarms %s, %s)", score, method.label(), falseAlarms, count);
    }
}
