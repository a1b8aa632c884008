package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import io.hourglass.lab.codec.Codec;
import io.hourglass.lab.codec.HgzReader;
import io.hourglass.lab.codec.RowTarget;
import io.hourglass.lab.data.StandardInput;
import io.hourglass.lab.data.TableColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass decompress}. */
@Command(
        name = "decompress",
        description = "Writes the rows of a compressed file, as close to the originals as the model and the quantiser "
                + "allow. Rows that were bytes become bytes again.",
        footer = {
            "",
            "The complete file is checked first. If it is damaged, nothing is written unless --keep-going is "
                    + "given: then the rows of all intact blocks are written, the lost rows are named, and the "
                    + "exit code is 1.",
            "",
            "Examples, all images in one file, and a folder with one file per image:",
            "  hourglass decompress model.safetensors digits.hgz -o images.idx",
            "  hourglass decompress model.safetensors digits.hgz -o images"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DecompressCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Parameters(index = "1", paramLabel = "FILE", description = "Compressed file (.hgz); - reads standard input.")
    private Path file;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "FILE|DIR",
            description = "File or folder to write: .idx, .npy, .csv, or a folder with one .png per image; - writes a "
                    + ".csv to standard output.")
    private Path output;

    @Option(names = "--keep-going", description = "Write the intact rows of a damaged file.")
    private boolean keepGoing;

    @Mixin
    private SafeCsvOption safeCsv;

    @Mixin
    private ForceOption force;

    DecompressCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        RowTarget target = RowTarget.of(console.output(output))
                .orElseThrow(() -> wrongName(output, "-o", ", or a folder", ".csv", ".idx", ".npy"));
        if (target.form() == RowTarget.Form.FOLDER) {
            requireWritableFolder(output);
        } else {
            requireWritable(output);
        }
        force.requireNew(output, List.of(modelFile.path(), file));
        Autoencoder model = readModel(modelFile);
        boolean standard = file.toString().equals(StandardInput.NAME);
        String name = standard ? StandardInput.LABEL : file.toString();
        try (HgzReader reader = HgzReader.open(standard ? StandardInput.file() : file, name)) {
            Codec.requireModel(name, reader, model);
            console.progress().say("checking " + name);
            Codec.Condition condition = Codec.check(reader);
            if (!condition.isWhole() && !keepGoing) {
                throw new FormatException(name + ": " + condition.describe() + " (--keep-going writes "
                        + Shown.count(condition.rows(), "intact row") + ")");
            }
            condition.damages().forEach(damage -> console.progress().warn(name + ": " + damage.what()));
            Codec.decompress(
                    name,
                    reader,
                    model,
                    condition,
                    target,
                    TableColumns.of(model),
                    safeCsv::cell,
                    done -> console.progress().live("decompressing row " + done + " of " + condition.rows()));
            console.progress().close();
            console.telling(target.output())
                    .println("Decompressed: " + target.output() + " (" + Shown.rows(condition.rows()) + ")");
            if (!condition.isWhole()) {
                throw new FormatException(name + ": is damaged; "
                        + (condition.lost() == 0
                                ? "no rows are lost"
                                : condition.lost() + " of " + reader.header().rows()
                                        + (condition.lost() == 1 ? " rows is lost: " : " rows are lost: ")
                                        + condition.lostRows()));
            }
        }
    }
}
