package io.hourglass;

import io.hourglass.nn.Architecture;

/** Trains an autoencoder (stub of the agreed API). */
public final class Trainer {
    /** What training gives. */
    public record Result(Autoencoder model, History history) {}

    public Trainer(Architecture architecture, Recipe recipe) {}

    /** Number of threads, 1 to ...; default: processors. Does not change the result. */
    public Trainer threads(int threads) {
        return this;
    }

    /** Rows to evaluate on at the end of each epoch. */
    public Trainer test(Dataset test) {
        return this;
    }

    public Trainer listener(TrainingListener listener) {
        return this;
    }

    /** Start from this model's weights rather than from random ones. */
    public Trainer initial(Autoencoder model) {
        return this;
    }

    /** @throws TrainingException if the loss is not finite; names epoch, step and learning rate */
    public Result fit(Dataset train) {
        throw new AssertionError();
    }
}
