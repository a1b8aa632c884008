package io.hourglass.lab.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The model file that a command reads. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ModelOption {
    @Parameters(index = "0", paramLabel = "MODEL", description = "Model file (.safetensors).")
    private Path path;

    @Mixin
    private AssumptionOptions assumptions;

    Path path() {
        return path;
    }

    AssumptionOptions assumptions() {
        return assumptions;
    }

    /** The file's name as typed. */
    @Override
    public String toString() {
        return path.toString();
    }
}
