package io.hourglass.lab.study;

import io.hourglass.nn.Architecture;

/**
 * The error of one network, split by {@link io.hourglass.lab.analysis.BiasVariance}.
 *
 * @param network for instance {@code 784-256-128-16}
 * @param bias2 squared bias per value, with categories per column, including the irreducible error, which is unknown
 * @param variance likewise
 * @param noise mse - bias2 - variance where noise was added to the targets, otherwise 0
 * @param mse mean squared error against the targets, likewise
 * @param noiseError standard deviation of {@code noise}, otherwise 0
 * @param noiseVariance variance of the noise that was added: what {@code noise} should be
 * @param models number of models, each trained on a bootstrap sample; model k = 0, 1, ... of n has the seed n *
 *     (recipe's seed) + k
 */
public record VarianceResult(
        String network,
        double bias2,
        double variance,
        double noise,
        double mse,
        double noiseError,
        double noiseVariance,
        int models,
        Training training) {

    /** The network's shape. */
    public Architecture architecture() {
        return Architecture.parse(network);
    }

    /** Width of the code. */
    public int latent() {
        return architecture().latent();
    }
}
