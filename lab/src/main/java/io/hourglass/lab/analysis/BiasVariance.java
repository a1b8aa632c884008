package io.hourglass.lab.analysis;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.engine.Random;
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
 * @param bias2 squared bias per value
 * @param variance of the predictions per value, divided by K
 * @param noise the rest of mse; 0 if no noise was added
 * @param noiseError standard deviation of {@code noise} over draws of e; 0 if no noise was added
 * @param mse mean squared error per value against the targets
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
     * @throws IllegalArgumentException if there are fewer than two models, the rows are not as wide as their inputs, or
     *     the noise is negative or not finite
     */
    public static BiasVariance of(List<Autoencoder> models, Dataset test, double noise, long seed) {
        if (models.size() < 2) {
            throw new IllegalArgumentException("models = " + models.size() + ", expected 2 or more to have a variance");
        }
        requireNoise(noise);
        Sums sums = new Sums(models.size(), noise, new Random(seed, NOISE));
        int block = Math.max(1, (int) (MOST_PREDICTIONS / ((long) models.size() * test.inputs())));
        for (int from = 0; from < test.rows(); from += block) {
            Dataset rows = test.slice(from, Math.min(test.rows(), from + block));
            List<float[][]> predictions =
                    models.stream().map(model -> model.reconstruct(rows)).toList();
            for (int r = 0; r < rows.rows(); r++) {
                sums.add(rows.row(r), predictions, r);
            }
        }
        return sums.parts((double) test.rows() * test.inputs());
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
        private double bias2;
        private double variance;
        private double error;

        Sums(int models, double noise, Random random) {
            this.models = models;
            this.noise = noise;
            this.random = random;
        }

        /** Adds one row y and its reconstruction by each model, predictions[k][r]. */
        void add(float[] y, List<float[][]> predictions, int r) {
            float[][] f = new float[models][];
            for (int k = 0; k < models; k++) {
                f[k] = predictions.get(k)[r];
            }
            for (int j = 0; j < y.length; j++) {
                double target = noise == 0 ? y[j] : y[j] + noise * random.gaussian();
                double mean = 0;
                for (float[] of : f) {
                    mean += of[j];
                }
                mean /= models;
                for (float[] of : f) {
                    double deviation = of[j] - mean;
                    double miss = of[j] - target;
                    variance += deviation * deviation;
                    error += miss * miss;
                }
                double bias = mean - y[j];
                bias2 += bias * bias;
            }
        }

        /**
         * The means over that many values. With e normal, mean(S^2 e^2) has variance 2 S^4 / values, and the mean of
         * the product 2 S e (y - m) has 4 S^2 bias2 / values; the two are uncorrelated.
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
                    Math.sqrt((2 * squared * squared + 4 * squared * b) / values),
                    mse);
        }
    }
}
