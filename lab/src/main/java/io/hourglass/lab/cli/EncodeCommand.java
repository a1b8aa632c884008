package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.data.Codes;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass encode}. */
@Command(
        name = "encode",
        description = "Writes the codes of some rows: the model's latent values.",
        footer = {"", "Example:", "  hourglass encode model.safetensors --data mnist -o codes.csv"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class EncodeCommand extends OutputCommand {
    @Parameters(paramLabel = "MODEL", description = "Model file (.safetensors).")
    private Path modelFile;

    @Mixin
    private RowsOption rows;

    @Option(names = "--labels", description = "Write each row's label too, into the CSV's last column.")
    private boolean labels;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "File to write: .csv or .npy.")
    private Path output;

    EncodeCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        boolean csv = output.toString().endsWith(".csv");
        if (!csv && !output.toString().endsWith(".npy")) {
            throw wrongUsage("-o " + output + ": expected a file name that ends in .csv or .npy");
        }
        if (labels && !csv) {
            throw wrongUsage("--labels needs a .csv file to write to");
        }
        requireWritable(output);
        Autoencoder model = readModel(modelFile);
        Dataset data = rows.read(model, console.progress());
        if (labels && !data.hasLabels()) {
            throw new FormatException(data.name() + ": has no labels");
        }
        console.progress().say("encoding " + data.rows() + " rows");
        Codes.write(output, model.encode(data), labels ? labels(data) : null);
        console.progress().close();
        console.out().println("Codes: " + output);
    }

    private static int[] labels(Dataset data) {
        int[] labels = new int[data.rows()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = data.label(row);
        }
        return labels;
    }
}
