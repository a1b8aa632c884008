package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Codes;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.data.WindowSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass encode}. */
@Command(
        name = "encode",
        description = {
            "Encodes rows: writes their codes, the model's latent values.",
            "",
            "For a model of windows (train --window), there is a code for each window, named by its series and the "
                    + "times of its first and last row. Its label is its series."
        },
        footer = {
            "",
            "Examples:",
            "  hourglass encode model.safetensors --data mnist -o codes.csv",
            "  hourglass encode model.safetensors --data machines.csv --label-column state --labels -o codes.csv"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class EncodeCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Mixin
    private RowsOption rows;

    @Option(names = "--labels", description = "Also write each row's label, as the last column of the CSV.")
    private boolean labels;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "File to write: .csv or .npy; - writes a .csv to standard output.")
    private Path output;

    @Mixin
    private SafeCsvOption safeCsv;

    @Mixin
    private ForceOption force;

    EncodeCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Output target = console.output(output);
        boolean csv = target.standard() != null || output.toString().endsWith(".csv");
        if (target.standard() == null) {
            requireName(output, "-o", ".csv", ".npy");
        }
        if (labels && !csv) {
            throw wrongUsage("--labels needs a .csv file to write to");
        }
        requireWritable(output);
        force.requireNew(output, rows.inputs(modelFile.path()));
        Autoencoder model = readModel(modelFile, rows);
        RowsOption.Named named = rows.readRowsOrWindows(model, console.progress());
        Dataset data = named.data();
        if (labels && !data.hasLabels()) {
            throw new FormatException(data.name() + ": has no labels");
        }
        console.progress()
                .say("encoding "
                        + Shown.count(data.rows(), WindowSettings.of(model).isPresent() ? "window" : "row"));
        RowNames names = safeCsv.cells(named.names());
        Codes.write(target, model.encode(data), labels ? labels(data) : null, names);
        console.progress().close();
        console.telling(target).println("Codes: " + target);
    }

    private List<String> labels(Dataset data) {
        return IntStream.range(0, data.rows())
                .mapToObj(row -> safeCsv.cell(data.labelName(data.label(row))))
                .toList();
    }
}
