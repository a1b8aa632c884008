package io.hourglass.lab.cli;

import io.hourglass.Assumptions;
import io.hourglass.nn.Activation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that supply what a file of bare tensors, as PyTorch writes it, does not state. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class AssumptionOptions {
    @Option(
            names = "--activation",
            paramLabel = "A",
            description =
                    "Activation of the hidden layers: tanh, sigmoid, relu or identity. For a model file it counts "
                            + "only if the file states none, as with files of PyTorch tensors. Default: tanh.")
    private @Nullable Activation hidden;

    @Option(
            names = "--latent-activation",
            paramLabel = "A",
            description = "Activation of the code, if the model file states none. Default: identity.")
    private @Nullable Activation latent;

    @Option(
            names = "--output-activation",
            paramLabel = "A",
            description = "Activation of the reconstruction, if the model file states none. Default: sigmoid.")
    private @Nullable Activation output;

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            split = ",",
            description = "Rename the layers of the model file, for instance fc1=encoder.0,fc2=encoder.2 or "
                    + "enc=encoder. Expected names: encoder.0, encoder.2, ..., decoder.0, ...")
    private Map<String, String> layers = new LinkedHashMap<>();

    /** The activation of the hidden layers, if given. */
    @Nullable
    Activation hidden() {
        return hidden;
    }

    /** Whether one of the options that only make sense for a file is given. */
    boolean needFile() {
        return latent != null || output != null || !layers.isEmpty();
    }

    Assumptions assumptions() {
        return new Assumptions(hidden, latent, output, layers);
    }
}
