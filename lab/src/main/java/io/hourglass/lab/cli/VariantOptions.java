package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for other kinds of autoencoders: objective, corruption of the inputs, and variant. */
@Heading(Heading.NETWORK)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class VariantOptions {
    @Option(
            names = "--loss",
            paramLabel = "LOSS",
            completionCandidates = Choices.Losses.class,
            description = "What to minimise, a mean per value: ${COMPLETION-CANDIDATES}. bce, binary cross-entropy, is "
                    + "for values from 0 to 1; mae and huber give outliers less weight. Default: mse.")
    private Loss loss = Loss.MSE;

    @Option(
            names = "--noise",
            paramLabel = "S",
            description = "Denoising: add normal noise of this standard deviation to the inputs, new in every epoch, "
                    + "and reconstruct the clean row. In the network's units, where pixels run from 0 to 1.")
    private double noise;

    @Option(
            names = "--mask",
            paramLabel = "P",
            description = "Denoising: set each input to 0 with this probability, drawn anew in every epoch, and "
                    + "reconstruct the clean row.")
    private double mask;

    @Option(
            names = "--sparsity",
            paramLabel = "L",
            description = "Sparse codes: add L times the sum of a code's absolute values to the loss per value.")
    private double sparsity;

    @Option(
            names = "--tied",
            description = "Tied weights: the decoder's weights are the encoder's, transposed; encoder and decoder "
                    + "keep their own biases.")
    private boolean tied;

    @Option(
            names = "--variational",
            description = "Variational autoencoder: the encoder gives a normal distribution, whose mean is the code "
                    + "that encode writes; sample decodes random codes. The loss per image (in nats with "
                    + "--loss bce) is the sum over its values plus beta times the KL divergence; per "
                    + "value, it is divided by their number.")
    private boolean variational;

    @Option(
            names = "--beta",
            paramLabel = "B",
            description = "Weight of the KL divergence per image of a variational autoencoder. Default: 1.")
    private @Nullable Double beta;

    /**
     * The recipe with these options; called {@code custom} if they change it.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    Recipe applyTo(Recipe recipe) {
        if (tied && variational) {
            throw new IllegalArgumentException("--tied and --variational cannot be combined");
        }
        if (beta != null && !variational) {
            throw new IllegalArgumentException("--beta needs --variational");
        }
        Objective objective = new Objective(loss, sparsity, beta == null ? 1 : beta);
        Recipe asked = recipe.with(r -> r.objective(objective).corruption(new Corruption(noise, mask)));
        return asked.equals(recipe) ? recipe : asked.with(r -> r.name("custom"));
    }

    boolean areTied() {
        return tied;
    }

    Loss loss() {
        return loss;
    }

    /** The architecture with these options; what they leave open is unchanged. */
    Architecture applyTo(Architecture architecture) {
        return tied || variational ? architecture.withVariant(tied ? Variant.TIED : Variant.VARIATIONAL) : architecture;
    }
}
