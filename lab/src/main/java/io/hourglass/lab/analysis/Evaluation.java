package io.hourglass.lab.analysis;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.nn.Columns;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well a model reconstructs some rows.
 *
 * @param all mean squared error of all rows, per value or, if columns differ, per column
 * @param byLabel the same for the rows of each label; empty for rows without labels
 */
public record Evaluation(MeanError all, SortedMap<Integer, MeanError> byLabel) {

    /** What the errors of rows with these columns are called. */
    public static String errorName(Columns table) {
        return errorName(table.differ());
    }

    /** The same if it is known what errors are means over. */
    public static String errorName(boolean perColumn) {
        return perColumn ? "error per column" : "MSE";
    }

    /** Reconstructs every row. */
    public static Evaluation of(Autoencoder model, Dataset data) {
        double[] errors = model.errors(data);
        MeanError all = new MeanError();
        SortedMap<Integer, MeanError> byLabel = new TreeMap<>();
        for (int row = 0; row < errors.length; row++) {
            all.add(row, errors[row]);
            if (data.hasLabels()) {
                byLabel.computeIfAbsent(data.label(row), any -> new MeanError()).add(row, errors[row]);
            }
        }
        return new Evaluation(all, byLabel);
    }

    /** The mean of each label; NaN if all errors of its rows are too large for a number. */
    public SortedMap<Integer, Double> mseByLabel() {
        SortedMap<Integer, Double> means = new TreeMap<>();
        byLabel.forEach((label, errors) -> means.put(label, errors.mean()));
        return means;
    }

    /** Peak signal to noise ratio 10 log10(1 / MSE) in decibels, for values in [0, 1]; infinite if nothing was lost. */
    public static double psnr(double mse) {
        return 10 * Math.log10(1 / mse);
    }
}
