package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.lab.data.OnnxFile;
import io.hourglass.lab.data.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass export}. */
@Command(
        name = "export",
        description = {
            "Writes a model in the format of another tool: ONNX.",
            "PyTorch needs no export: read the model file with safetensors.torch.load_file, and give the result "
                    + "to load_state_dict."
        },
        footer = {
            "",
            "Example:",
            "  hourglass export model.safetensors -o model.onnx",
            "",
            "The input x is [rows][inputs] in float32, with any number of rows; the outputs are latent [rows][p] "
                    + "and reconstruction [rows][inputs]. The preprocessing stored in the model (the scaler, and "
                    + "filling missing values, NaN) is part of the graph."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ExportCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Option(
            names = {"-o", "--output", "--out", "--onnx"},
            required = true,
            paramLabel = "FILE",
            description = "ONNX file to write (.onnx).")
    private Path onnx;

    @Mixin
    private ForceOption force;

    ExportCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        requireWritable(onnx);
        force.requireNew(onnx, List.of(modelFile.path()));
        requireName(onnx, "-o", ".onnx");
        Autoencoder model = readModel(modelFile);
        if (Precision.of(model.scaler()) == Precision.DOUBLES) {
            console.progress()
                    .warn("the graph takes float32, which has too few digits for some columns: its codes will "
                            + "differ from those of encode");
        }
        OnnxFile.write(model, onnx);
        console.out().println("ONNX: " + onnx);
    }
}
