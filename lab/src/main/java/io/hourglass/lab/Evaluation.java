package io.hourglass.lab;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well a model reconstructs some rows.
 *
 * @param rows number of rows
 * @param mse mean squared error per value
 * @param psnr of that error, in decibels
 * @param mseByLabel mean squared error of the rows of each label there is; empty for rows without labels
 */
public record Evaluation(int rows, double mse, double psnr, SortedMap<Integer, Double> mseByLabel) {

    /** Reconstructs every row. */
    public static Evaluation of(Autoencoder model, Dataset data) {
        double[] errors = model.errors(data);
        double sum = 0;
        SortedMap<Integer, double[]> byLabel = new TreeMap<>(); // sum of the errors, number of rows
        for (int row = 0; row < errors.length; row++) {
            sum += errors[row];
            if (data.hasLabels()) {
                double[] label = byLabel.computeIfAbsent(data.label(row), any -> new double[2]);
                label[0] += errors[row];
                label[1]++;
            }
        }
        double mse = sum / errors.length;
        SortedMap<Integer, Double> means = new TreeMap<>();
        byLabel.forEach((label, of) -> means.put(label, of[0] / of[1]));
        return new Evaluation(errors.length, mse, psnr(mse), means);
    }

    /** Peak signal to noise ratio 10 log10(1 / MSE) in decibels, for values in [0, 1]; infinite where nothing was lost. */
    public static double psnr(double mse) {
        return 10 * Math.log10(1 / mse);
    }
}
