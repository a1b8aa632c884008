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
            description = "Of the hidden layers, where the file holds tensors only and does not tell, as PyTorch's: tanh, "
                    + "sigmoid, relu or identity. Default: tanh.")
    private @Nullable Activation hidden;

    @Option(
            names = "--latent-activation",
            paramLabel = "A",
            description = "Likewise of the code. Default: identity.")
    private @Nullable Activation latent;

    @Option(
            names = "--output-activation",
            paramLabel = "A",
            description = "Likewise of the reconstruction. Default: sigmoid.")
    private @Nullable Activation output;

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            split = ",",
            description = "Rename the file's layers, such as fc1=encoder.0,fc2=encoder.2 or enc=encoder; encoder.0, "
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
