package io.hourglass;

import java.util.List;

/**
 * What a training run measured, epoch by epoch.
 *
 * @param epochs in order
 */
public record History(List<Epoch> epochs) {
    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * One epoch.
     *
     * @param epoch 1 for the first
     * @param trainMse mean squared error of the reconstructions in training, of whatever was corrupted or drawn on the
     *     way: mean over the epoch's batches of the batch loss before its step, weighted by batch size; per value
     * @param testMse mean over the whole test set at the end of the epoch, per value; NaN without a test set
     * @param seconds of training; the evaluation on the test set is not counted
     * @param trainLoss the recipe's {@link io.hourglass.nn.Objective}, averaged as {@code trainMse}: per value,
     *     cross-entropy in nats; times the number of inputs it is the loss of a whole row or image. Equal to {@code
     *     trainMse} where that is the objective
     * @param trainKl the part of a variational network's loss that is the KL divergence of the codes' distributions,
     *     before it is weighted by beta, averaged as {@code trainMse}: in nats a row or image; 0 for other networks
     */
    public record Epoch(int epoch, double trainMse, double testMse, double seconds, double trainLoss, double trainKl) {}

    /**
     * The last epoch.
     *
     * @throws IllegalStateException if there is none
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("the history has no epoch");
        }
        return epochs.get(epochs.size() - 1);
    }

    /** Seconds of training over all epochs. */
    public double seconds() {
        return epochs.stream().mapToDouble(Epoch::seconds).sum();
    }
}
