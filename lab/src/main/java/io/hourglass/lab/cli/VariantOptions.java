package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make another kind of autoencoder: its objective, and what its inputs go through. */
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
                    "Denoising: add normal noise of this standard deviation to the inputs, new in every epoch, and "
                            + "reconstruct the "
                            + "clean row. In the network's units: pixels in [0, 1].")
    private double noise;

    @Option(
            names = "--mask",
            paramLabel = "P",
            description =
                    "Denoising: set each input to 0 with this probability, anew in every epoch, and reconstruct the "
                            + "clean row.")
    private double mask;

    @Option(
            names = "--sparsity",
            paramLabel = "L",
            description = "Sparse codes: add L times the sum of a code's absolute values to the loss per pixel.")
    private double sparsity;

    @Option(
            names = "--tied",
            description = "Tied weights: the decoder's are the transposes of the encoder's; each has its own biases.")
    private boolean tied;

    @Option(
            names = "--variational",
            description =
                    "Variational autoencoder: a code is a normal distribution, of which encode gives the mean and from "
                            + "which sample "
                            + "draws. Its loss per image, in nats with --loss bce: that of all pixels, plus beta times "
                            + "the KL divergence. Per "
                            + "pixel, as shown: divided by their number.")
    private boolean variational;

    @Option(
            names = "--beta",
            paramLabel = "B",
            description = "Weight of a variational autoencoder's KL divergence per image. Default: 1.")
    private @Nullable Double beta;

    /**
     * The recipe with these options; {@code custom} if they change it.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe applyTo(Recipe recipe) {
        if (tied && variational) {
            throw new IllegalArgumentException("--tied and --variational exclude each other");
        }
        if (beta != null && !variational) {
            throw new IllegalArgumentException("--beta needs --variational");
        }
        Objective objective = new Objective(loss == null ? Loss.MSE : loss, sparsity, beta == null ? 1 : beta);
        Recipe asked = recipe.withObjective(objective).withCorruption(new Corruption(noise, mask));
        return asked.equals(recipe) ? recipe : asked.withName("custom");
    }

    /** Whether the loss is for values in [0, 1] only. */
    boolean needsUnit() {
        return loss == Loss.BCE;
    }

    /** What these options ask for; what they leave open is as it was. */
    Architecture applyTo(Architecture architecture) {
        return tied || variational ? architecture.withVariant(tied ? Variant.TIED : Variant.VARIATIONAL) : architecture;
    }
}
