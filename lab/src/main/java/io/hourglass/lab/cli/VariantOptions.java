package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make another kind of autoencoder: what it makes small, and what its inputs go through. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class VariantOptions {
    @Option(
            names = "--loss",
            paramLabel = "mse|bce",
            description =
                    "Mean squared error, or binary cross-entropy for values in [0, 1]; a mean per pixel. Default: mse.")
    private @Nullable Loss loss;

    @Option(
            names = "--noise",
            paramLabel = "S",
            description =
                    "Denoising: add normal noise of this standard deviation to the inputs, new in every epoch, and reconstruct the "
                            + "clean row. In the network's units: pixels in [0, 1].")
    private double noise;

    @Option(
            names = "--mask",
            paramLabel = "P",
            description =
                    "Denoising: set each input to 0 with this probability, anew in every epoch, and reconstruct the clean row.")
    private double mask;

    @Option(
            names = "--sparsity",
            paramLabel = "L",
            description = "Sparse codes: add L times the sum of a code's absolute values to the loss per pixel.")
    private double sparsity;

    /**
     * The recipe with these options; {@code custom} if they change it.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe applyTo(Recipe recipe) {
        Objective objective = new Objective(loss == null ? Loss.MSE : loss, sparsity);
        Recipe asked = recipe.withObjective(objective).withCorruption(new Corruption(noise, mask));
        return asked.equals(recipe) ? recipe : asked.withName("custom");
    }
}
