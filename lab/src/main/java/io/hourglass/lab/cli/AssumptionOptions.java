package io.hourglass.lab.cli;

import io.hourglass.Assumptions;
import io.hourglass.nn.Activation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a file of nothing but tensors, as PyTorch writes it, leaves open. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class AssumptionOptions {
    @Option(
            names = "--activation",
            paramLabel = "A",
            description =
                    "Of the hidden layers: tanh, sigmoid, relu or identity; of a model file only where it does not "
                            + "tell, as files of PyTorch's tensors do not. Default: tanh.")
    private @Nullable Activation hidden;

    @Option(
            names = "--latent-activation",
            paramLabel = "A",
            description = "Of the code, where the model file does not tell. Default: identity.")
    private @Nullable Activation latent;

    @Option(
            names = "--output-activation",
            paramLabel = "A",
            description = "Of the reconstruction, where the model file does not tell. Default: sigmoid.")
    private @Nullable Activation output;

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            split = ",",
            description =
                    "Rename the model file's layers, such as fc1=encoder.0,fc2=encoder.2 or enc=encoder; encoder.0, "
                            + "encoder.2, ..., decoder.0, ... are expected.")
    private Map<String, String> layers = new LinkedHashMap<>();

    /** Of the hidden layers, where that is given. */
    @Nullable
    Activation hidden() {
        return hidden;
    }

    /** Whether something else is given, which only a file can need. */
    boolean needFile() {
        return latent != null || output != null || !layers.isEmpty();
    }

    Assumptions assumptions() {
        return new Assumptions(hidden, latent, output, layers);
    }
}
