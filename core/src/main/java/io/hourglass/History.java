package io.hourglass;

import java.util.List;
import java.util.Locale;

/**
 * What a training run measured, epoch by epoch.
 *
 * <pre>{@code
 * History history = new Trainer(model.architecture(), Recipe.tuned()).test(test).fit(train).history();
 * System.out.println("test MSE " + history.last().testMse() + " after " + history.seconds() + " s");
 * }</pre>
 *
 * @param epochs in order
 */
public record History(List<Epoch> epochs) {
    /**
     * A history of some epochs.
     *
     * @param epochs in order; the list is copied
     */
    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * What one epoch measured. All errors are in the network's units. If the rows have categories, what is said to be
     * per value is per column, as {@link io.hourglass.nn.Columns} describes.
     *
     * @param epoch 1 for the first
     * @param trainMse mean squared error per value in training, with corruption and sampling: each mini-batch is
     *     measured before its step, and the mean over the mini-batches is weighted by their rows
     * @param testMse mean squared error per value over all test rows at the end of the epoch; NaN without test rows
     * @param seconds of training, without the evaluations at the end
     * @param trainLoss value of the recipe's {@link io.hourglass.nn.Objective} per value, averaged like {@code
     *     trainMse}, cross-entropy in nats; multiplied by the number of inputs it is the objective of a complete row.
     *     Equal to {@code trainMse} if that is the objective
     * @param trainKl KL divergence of a variational network's codes before it is multiplied by beta, averaged like
     *     {@code trainMse}, in nats per row; 0 for other networks
     * @param trainMseAtEnd mean squared error per value over the rows of {@link Trainer#trainSample} at the end of the
     *     epoch, measured like {@code testMse}: the two differ only if the network does better on rows that it was
     *     trained on; NaN without such rows
     */
    public record Epoch(
            int epoch,
            double trainMse,
            double testMse,
            double seconds,
            double trainLoss,
            double trainKl,
            double trainMseAtEnd) {
        /**
         * An epoch without a measurement of training rows at its end.
         *
         * @param epoch as above
         * @param trainMse as above
         * @param testMse as above
         * @param seconds as above
         * @param trainLoss as above
         * @param trainKl as above
         */
        public Epoch(int epoch, double trainMse, double testMse, double seconds, double trainLoss, double trainKl) {
            this(epoch, trainMse, testMse, seconds, trainLoss, trainKl, Double.NaN);
        }
    }

    /**
     * The last epoch.
     *
     * @return the epoch with the highest number
     * @throws IllegalStateException if there is none
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("the history has no epoch");
        }
        return epochs.get(epochs.size() - 1);
    }

    /** {@return the training time of all epochs, in seconds} */
    public double seconds() {
        return epochs.stream().mapToDouble(Epoch::seconds).sum();
    }

    /** For instance {@code 20 epochs, train MSE 0.0123, test MSE 0.0131, 4.2 s}; without test rows, no test MSE. */
    @Override
    public String toString() {
        if (epochs.isEmpty()) {
            return "no epochs";
        }
        String test =
                Double.isNaN(last().testMse()) ? "" : String.format(Locale.ROOT, ", test MSE %.4g", last().testMse());
        String count = epochs.size() + (epochs.size() == 1 ? " epoch" : " epochs");
        return String.format(Locale.ROOT, "%s, train MSE %.4g%s, %.1f s", count, last().trainMse(), test, seconds());
    }
}
