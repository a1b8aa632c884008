package io.hourglass.lab.cli;

import io.hourglass.Assumptions;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that choose the activations of a new network, and that supply what a file of bare tensors, as PyTorch
 * writes it, does not state.
 */
@Heading(Heading.NETWORK)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class AssumptionOptions {
    @Option(
            names = "--activation",
            paramLabel = "A",
            completionCandidates = Choices.Activations.class,
            description = "Activation of the hidden layers: ${COMPLETION-CANDIDATES}. For a model file it counts only "
                    + "if the file states none, as with files of PyTorch tensors. Default: tanh.")
    private @Nullable Activation hidden;

    @Option(
            names = "--latent-activation",
            paramLabel = "A",
            description = "Activation of the code, with the same choices and rule. Default: identity.")
    private @Nullable Activation latent;

    @Option(
            names = "--output-activation",
            paramLabel = "A",
            description = "Activation of the reconstruction, with the same choices and rule. Default: sigmoid; for a "
                    + "new network of rows with the scaler standard, identity.")
    private @Nullable Activation output;

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Rename the layers of the model file, for instance fc1=encoder.0,fc2=encoder.2 or "
                    + "enc=encoder. Expected names: encoder.0, encoder.2, ..., decoder.0, ...")
    private Map<String, String> layers = new LinkedHashMap<>();

    @Mixin
    private ShapeOption shape;

    @Option(
            names = "--stride",
            paramLabel = "N",
            split = ",",
            preprocessor = NoGaps.class,
            description =
                    "Stride of the convolutions, one for all or one for each, such as 1,2. A PyTorch file does not "
                            + "state it. Default: 2.")
    private List<Integer> strides = List.of();

    /** The option --shape. */
    ShapeOption shape() {
        return shape;
    }

    /** The strides that the user gives; empty for the default. */
    List<Integer> strides() {
        return strides;
    }

    /** Whether the option that only makes sense for a file is given. */
    boolean needFile() {
        return !layers.isEmpty();
    }

    /** The activation of the reconstruction, if given. */
    @Nullable
    Activation output() {
        return output;
    }

    /** A new network's architecture with these activations; what they leave open is unchanged. */
    Architecture applyTo(Architecture open) {
        return open.withActivations(
                hidden == null ? open.hiddenActivation() : hidden,
                latent == null ? open.latentActivation() : latent,
                output == null ? open.outputActivation() : output);
    }

    Assumptions assumptions() {
        Assumptions given = new Assumptions(hidden, latent, output, layers).withStrides(strides);
        return shape.size()
                .map(size -> given.withImages(size.height(), size.width()))
                .orElse(given);
    }
}
