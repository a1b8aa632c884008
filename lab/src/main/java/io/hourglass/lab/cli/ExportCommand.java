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
            "Writes a model in the form of another tool: ONNX.",
            "PyTorch needs no export: load_state_dict takes what safetensors.torch.load_file reads from a model file."
        },
        footer = {
            "",
            "Example:",
            "  hourglass export model.safetensors --onnx model.onnx",
            "",
            "Input x is [rows][inputs] in float32, any number of rows; outputs are latent [rows][p] and reconstruction "
                    + "[rows][inputs]. What the model was trained to do with the values of a row (scaler, and what "
                    + "fills a missing value, NaN) is part of the graph."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ExportCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Option(names = "--onnx", required = true, paramLabel = "FILE", description = "ONNX file to write.")
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
        requireName(onnx, "--onnx", ".onnx");
        Autoencoder model = readModel(modelFile);
        if (Precision.of(model.scaler()) == Precision.DOUBLES) {
            console.progress()
                    .warn("the graph takes float32, which keeps too few digits of some columns: their "
                            + "codes will differ from those of encode");
        }
        OnnxFile.write(model, onnx);
        console.out().println("ONNX: " + onnx);
    }
}
