package io.hourglass.lab.analysis;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.engine.Random;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.List;

/**
 * The error of a way of training, split into parts: mean squared error = bias<sup>2</sup> + variance + noise
 * (Definition 1 of the lab report; Geman, Bienenstock and Doursat, Neural Networks and the Bias/Variance Dilemma,
 * Neural Computation 4, 1992). Where y is a row and f<sub>k</sub> its reconstruction by model k of K, with all means
 * over rows and values:
 *
 * <pre>
 * bias2    = mean of (m - y)^2               m = mean of the f_k
 * variance = mean of the mean over k of (f_k - m)^2
 * mse      = mean over k of the mean of (f_k - t)^2
 * noise    = mse - bias2 - variance
 * </pre>
 *
 * <p>The targets t are the rows themselves, and noise is 0: bias<sup>2</sup> and variance add up to the error exactly.
 * An irreducible error in the rows is then part of bias2, because it cannot be told from a bias. With noise of known
 * size S, t = y + S e with e normally distributed, drawn once for each value of each row. It is added to the targets
 * alone, neither to the models' inputs nor to their training rows: otherwise their outputs would depend on it, and the
 * three terms would not add up. Because bias2 and variance refer to the clean y, mse exceeds their sum by
 * S<sup>2</sup>, give or take {@link #noiseError}.
 *
 * <p>Everything is in the network's units. With categories or missing values, each squared difference is weighted as in
 * the error of a row ({@link Columns}): divided by its column's spread and by the number of columns that count. The
 * error of a category, the Brier score of its probabilities, is a squared error too, so bias<sup>2</sup> and variance
 * add up to the error of {@link Autoencoder#error(Dataset)} as for numbers. A missing value has neither. Noise is for
 * errors per value only: noise is a small change, and a category cannot change a little.
 *
 * <p>The models have one recipe; each is trained on another {@link #bootstrap} sample with another seed:
 *
 * <pre>{@code
 * List<Autoencoder> models = new ArrayList<>();
 * for (long seed : new long[] {0, 1, 2, 3, 4, 5, 6, 7}) {
 *     Trainer trainer = new Trainer(architecture, recipe.with(r -> r.seed(seed)));
 *     models.add(trainer.fit(BiasVariance.bootstrap(train, seed)).model());
 * }
 * BiasVariance parts = BiasVariance.of(models, test, 0, 0);
 * }</pre>
 *
 * @param bias2 squared bias per value, with categories per column
 * @param variance of the predictions, likewise, divided by K
 * @param noise the rest of mse; 0 if no noise was added
 * @param noiseError standard deviation of {@code noise} over draws of e; 0 if no noise was added
 * @param mse mean squared error against the targets, likewise
 */
public record BiasVariance(double bias2, double variance, double noise, double noiseError, double mse) {
    /** Predictions held at a time: 32 MB of floats, however large the data. */
    private static final int MOST_PREDICTIONS = 1 << 23;

    /** Streams of random numbers; training uses those from 0 on. */
    private static final long ROWS = -1;

    private static final long NOISE = -2;

    /**
     * As many rows as there are, drawn from them with replacement (Efron, Bootstrap Methods, 1979): about 63 % of them
     * occur. A copy.
     *
     * @param seed the same one draws the same rows
     */
    public static Dataset bootstrap(Dataset data, long seed) {
        Random random = new Random(seed, ROWS);
        int[] rows = new int[data.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.below(data.rows());
        }
        return data.select(rows);
    }

    /**
     * Splits the error of some models. The result does not depend on the number of threads.
     *
     * @param models at least two, which differ in what they were trained on and in their seeds only
     * @param noise standard deviation S of the noise to add to the targets; 0 for none
     * @param seed of the noise
     * @throws IllegalArgumentException if there are fewer than two models, the rows are not as wide as their inputs,
     *     the noise is negative or not finite, or errors are per column and there is noise
     */
    public static BiasVariance of(List<Autoencoder> models, Dataset test, double noise, long seed) {
        if (models.size() < 2) {
            throw new IllegalArgumentException("models = " + models.size() + ", expected 2 or more to have a variance");
        }
        requireNoise(noise);
        Columns table = models.get(0).table();
        requireErrorsPerValue(test.name(), table, noise);
        Scaler scaler = models.get(0).scaler();
        Sums sums = new Sums(models.size(), noise, new Random(seed, NOISE), weights(table, test));
        int block = Math.max(1, (int) (MOST_PREDICTIONS / ((long) models.size() * test.inputs())));
        for (int from = 0; from < test.rows(); from += block) {
            Dataset rows = test.slice(from, Math.min(test.rows(), from + block));
            List<float[][]> predictions =
                    models.stream().map(model -> predictions(model, rows)).toList();
            for (int r = 0; r < rows.rows(); r++) {
                sums.add(rows.row(r, scaler), predictions, r);
            }
        }
        return sums.parts((double) test.rows() * test.inputs());
    }

    /** The reconstructions in the network's units: [rows][inputs]. */
    private static float[][] predictions(Autoencoder model, Dataset rows) {
        if (model.scaler().isNone()) {
            return model.reconstruct(rows);
        }
        double[][] decoded = model.decodeToDoubles(model.encode(rows));
        float[][] scaled = new float[decoded.length][rows.inputs()];
        for (int r = 0; r < decoded.length; r++) {
            model.scaler().scale(decoded[r], 0, scaled[r], 0, scaled[r].length);
        }
        return scaled;
    }

    /**
     * Weighs the values of a row: the mean over all values of all rows of weight times squared difference is the error.
     */
    private interface Weights {
        double[] of(float[] row);
    }

    private static Weights weights(Columns table, Dataset test) {
        double[] ones = new double[test.inputs()];
        Arrays.fill(ones, 1);
        if (!table.differ() && !test.hasMissing()) {
            return row -> ones;
        }
        Columns columns = table.isNone() ? Columns.ofNumbers(test.inputs()) : table;
        return row -> {
            double[] weights = new double[row.length];
            int present = 0;
            for (int c = 0; c < columns.count(); c++) {
                boolean counts = columns.counts(c, row, 0);
                int from = columns.start(c);
                Arrays.fill(weights, from, from + columns.width(c), counts ? row.length / columns.spread(c) : 0);
                present += counts ? 1 : 0;
            }
            for (int j = 0; j < weights.length; j++) {
                weights[j] /= Math.max(1, present);
            }
            return weights;
        };
    }

    /**
     * Refuses noise where errors are per column.
     *
     * @param name of the rows
     * @throws IllegalArgumentException if they are, and the noise is not 0
     */
    public static void requireErrorsPerValue(String name, Columns table, double noise) {
        if (noise != 0 && table.differ()) {
            throw new IllegalArgumentException(name + ": has categories or many missing values, so errors are per "
                    + "column, and noise = " + noise + " is for errors per value, expected noise = 0");
        }
    }

    /**
     * Refuses a number that is not a standard deviation.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public static void requireNoise(double noise) {
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise = " + noise + ", expected a standard deviation of 0 or more");
        }
    }

    /** Sums over values in the order of the rows, in double precision. */
    private static final class Sums {
        private final int models;
        private final double noise;
        private final Random random;
        private final Weights weights;
        private double bias2;
        private double variance;
        private double error;

        /** Sums of squared weights, and of these times the squared bias. */
        private double squares;

        private double squaresOfBias;

        Sums(int models, double noise, Random random, Weights weights) {
            this.models = models;
            this.weights = weights;
            this.noise = noise;
            this.random = random;
        }

        /** Adds one row y and its reconstruction by each model, predictions[k][r]. */
        void add(float[] y, List<float[][]> predictions, int r) {
            float[][] f = new float[models][];
            for (int k = 0; k < models; k++) {
                f[k] = predictions.get(k)[r];
            }
            double[] w = weights.of(y);
            for (int j = 0; j < y.length; j++) {
                if (w[j] == 0) { // missing, or an input only
                    continue;
                }
                double target = noise == 0 ? y[j] : y[j] + noise * random.gaussian();
                double mean = 0;
                for (float[] of : f) {
                    mean += of[j];
                }
                mean /= models;
                for (float[] of : f) {
                    double deviation = of[j] - mean;
                    double miss = of[j] - target;
                    variance += w[j] * (deviation * deviation);
                    error += w[j] * (miss * miss);
                }
                double bias = mean - y[j];
                bias2 += w[j] * (bias * bias);
                squares += w[j] * w[j];
                squaresOfBias += w[j] * w[j] * (bias * bias);
            }
        }

        /**
         * The means over that many values. With e normal, the mean of w S^2 e^2 has variance 2 S^4 mean(w^2) / values,
         * and the mean of the product 2 w S e (y - m) has 4 S^2 mean(w^2 (y - m)^2) / values; the two are uncorrelated.
         */
        BiasVariance parts(double values) {
            double b = bias2 / values;
            double v = variance / (values * models);
            double mse = error / (values * models);
            double squared = noise * noise;
            return new BiasVariance(
                    b,
                    v,
                    noise == 0 ? 0 : mse - b - v,
                    Math.sqrt((2 * squared * squared * (squares / values) + 4 * squared * (squaresOfBias / values))
                            / values),
                    mse);
        }
    }
}
