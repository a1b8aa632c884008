package io.hourglass;

import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Arrays;

/**
 * Learns weights and spreads of {@link Columns} from training rows, so that each column counts the same, whatever its
 * units and however many values it has:
 *
 * <ul>
 *   <li>The weight of a column is 1 / the loss of the best constant, which is the mean of a number and the frequencies
 *       of a category. For a category that loss is the entropy of the frequencies, -sum p ln p, and the weighted loss
 *       is the normalised entropy of He et al., Practical Lessons from Predicting Clicks on Ads at Facebook (2014).
 *   <li>The spread of a column is the error of the same constant: the variance of a number, the Gini impurity 1 - sum
 *       p<sup>2</sup> of a category.
 * </ul>
 *
 * So loss and error are 1 for a network that has learned nothing but means and frequencies. A category that is nearly
 * always the same would have an enormous weight, and one rare row an enormous gradient. So a category counts as if at
 * least one row in a hundred were different: its entropy as 0.056 or more, its impurity as 0.0198 or more. A number
 * that is constant has 1 for both.
 *
 * <p>If all columns are plain numbers, all weights and spreads are 1: the error stays the mean squared error per value.
 * An input only has neither loss nor error, so its weight and its spread, 1, mean nothing.
 *
 * <p>{@link Trainer#fit} learns them if nobody has. A program that trains in parts learns them once, from all rows:
 *
 * <pre>{@code
 * Columns table = Columns.parse("3,c4,1");
 * Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, train, table);
 * Columns weighted = ColumnWeights.fit(table, train, scaler, Loss.MSE);
 * }</pre>
 */
public final class ColumnWeights {
    /** The least share of rows that counts as different from the others. */
    private static final double LEAST_SHARE = 0.01;

    /** The entropy in nats, and the impurity, of a category with that share. */
    static final double LEAST_ENTROPY =
            -LEAST_SHARE * StrictMath.log(LEAST_SHARE) - (1 - LEAST_SHARE) * StrictMath.log(1 - LEAST_SHARE);

    static final double LEAST_IMPURITY = 2 * LEAST_SHARE * (1 - LEAST_SHARE);

    private ColumnWeights() {}

    /**
     * Learns the weights from the values that are not missing. Sums run over the rows in order, in double precision.
     *
     * @param table columns, whose weights do not matter
     * @param train training rows in the user's units
     * @param scaler of the network
     * @param loss of numbers
     * @return the columns with weights and spreads
     * @throws IllegalArgumentException if rows and columns do not fit; a category is not one-hot, or scaled; or a
     *     column is missing in all rows. The message says which
     */
    public static Columns fit(Columns table, Dataset train, Scaler scaler, Loss loss) {
        requireRows(table, train, scaler);
        double[] weights = new double[table.count()];
        double[] spreads = new double[table.count()];
        if (!table.differ()) {
            Arrays.fill(weights, 1);
            Arrays.fill(spreads, 1);
            return table.withWeights(weights, spreads);
        }
        int inputs = train.inputs();
        double[] mean = new double[inputs];
        int[] present = new int[table.count()];
        forEachColumn(table, train, scaler, (row, c) -> {
            for (int i = table.start(c); i < table.start(c) + table.width(c); i++) {
                mean[i] += row[i];
            }
            present[c]++;
        });
        float[] constant = new float[inputs];
        for (int c = 0; c < table.count(); c++) {
            if (present[c] == 0 && !table.isInputOnly(c)) {
                throw train.allMissing(table.start(c));
            }
            for (int i = table.start(c); i < table.start(c) + table.width(c); i++) {
                mean[i] /= Math.max(1, present[c]);
                constant[i] = (float) mean[i];
            }
        }
        forEachColumn(table, train, scaler, (row, c) -> {
            if (!table.isCategory(c)) {
                int i = table.start(c);
                weights[c] += loss.addTo(0, constant[i], row[i]);
                spreads[c] += (row[i] - mean[i]) * (row[i] - mean[i]);
            }
        });
        for (int c = 0; c < table.count(); c++) {
            double cost = weights[c] / Math.max(1, present[c]);
            double spread = spreads[c] / Math.max(1, present[c]);
            if (table.isCategory(c)) {
                cost = 0;
                spread = 1;
                for (int i = table.start(c); i < table.start(c) + table.width(c); i++) {
                    cost -= mean[i] == 0 ? 0 : mean[i] * StrictMath.log(mean[i]);
                    spread -= mean[i] * mean[i];
                }
                cost = Math.max(LEAST_ENTROPY, cost);
                spread = Math.max(LEAST_IMPURITY, spread);
            }
            weights[c] = cost < Float.MIN_NORMAL ? 1 : 1 / cost;
            spreads[c] = spread < Float.MIN_NORMAL ? 1 : spread;
        }
        return table.withWeights(weights, spreads);
    }

    /** A column of a row in the network's units that is not missing. */
    @FunctionalInterface
    private interface Visitor {
        void accept(float[] row, int column);
    }

    private static void forEachColumn(Columns table, Dataset data, Scaler scaler, Visitor visitor) {
        int inputs = data.inputs();
        float[] row = new float[inputs];
        data.values().forEachBlock((block, first) -> {
            for (int i = 0; i < block.length; i += inputs) {
                scaler.scalePresent(block, i, row, 0, inputs);
                for (int c = 0; c < table.count(); c++) {
                    if (table.counts(c, row, 0)) {
                        visitor.accept(row, c);
                    }
                }
            }
        });
    }

    static void requireWidth(Columns table, Dataset data) {
        if (table.values() != data.inputs()) {
            throw new IllegalArgumentException(data.name() + " has rows of " + data.inputs()
                    + " values, but the columns " + table + " have " + table.values());
        }
    }

    /** Requires rows that fit the columns: exactly one value of a category that is not missing is 1, others are 0. */
    static void requireRows(Columns table, Dataset data, Scaler scaler) {
        if (table.isNone()) {
            return;
        }
        requireWidth(table, data);
        if (!table.hasCategories()) {
            return;
        }
        double[] offset = scaler.offset();
        double[] factor = scaler.factor();
        for (int c = 0; c < table.count(); c++) {
            for (int i = table.start(c); i < table.start(c) + table.width(c); i++) {
                if (table.isCategory(c) && !scaler.isNone() && (offset[i] != 0 || factor[i] != 1)) {
                    throw new IllegalArgumentException("the scaler changes value " + i + ", which belongs to a category"
                            + ", expected one that was fitted to these columns");
                }
            }
        }
        int inputs = data.inputs();
        data.values().forEachBlock((block, first) -> {
            for (int at = 0; at < block.length; at += inputs) {
                for (int c = 0; c < table.count(); c++) {
                    if (table.isCategory(c) && !isOneHot(block, at + table.start(c), table.width(c))) {
                        throw new IllegalArgumentException(data.name() + ": row " + (first + at / inputs) + ", values "
                                + table.start(c) + " to " + (table.start(c) + table.width(c) - 1)
                                + " are a category, expected one 1 and zeros, or NaN for a missing one");
                    }
                }
            }
        });
    }

    private static boolean isOneHot(double[] values, int from, int n) {
        int ones = 0;
        boolean missing = false;
        boolean others = false;
        for (int i = from; i < from + n; i++) {
            ones += values[i] == 1 ? 1 : 0;
            missing |= Double.isNaN(values[i]);
            others |= values[i] != 0 && values[i] != 1;
        }
        return missing || (ones == 1 && !others);
    }
}
