package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.Scaler;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Codes;
import io.hourglass.lab.data.CsvRows;
import io.hourglass.lab.data.Npy;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.Pixels;
import io.hourglass.lab.data.PngGrid;
import io.hourglass.lab.data.PngImages;
import io.hourglass.lab.data.Precision;
import io.hourglass.lab.data.RowNames;
import io.hourglass.lab.data.StandardInput;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.WindowSettings;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass decode}. */
@Command(
        name = "decode",
        description =
                "Decodes codes: writes the rows that they stand for, in a .csv after their names, if they have some.",
        footer = {
            "",
            "Examples, all images in one file, and a folder with one file per image:",
            "  hourglass decode model.safetensors codes.csv -o images.idx",
            "  hourglass decode model.safetensors codes.npy -o images",
            "PyTorch weights do not state that rows are images:",
            "  hourglass decode weights.safetensors codes.npy --shape 28x28 -o images.png"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DecodeCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Parameters(
            index = "1",
            paramLabel = "CODES",
            description = "File of codes, .csv or .npy, as encode writes it; - reads a .csv from standard input.")
    private Path codesFile;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "FILE|DIR",
            description =
                    "File or folder to write: .csv, .idx, .npy, .png (all images in a grid), or a folder with one "
                            + ".png per image; - writes a .csv to standard output. Rows are in the units that the "
                            + "model was trained in.")
    private Path output;

    @Mixin
    private SafeCsvOption safeCsv;

    @Mixin
    private ForceOption force;

    DecodeCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        String form = form(output);
        Output target = console.output(output);
        if (form.isEmpty()) {
            requireWritableFolder(output);
        } else {
            requireWritable(output);
        }
        force.requireNew(output, List.of(modelFile.path(), codesFile));
        Autoencoder model = readModel(modelFile);
        Scaler.Kind kind = model.scaler().kind();
        boolean ofPixels = kind == Scaler.Kind.NONE || kind == Scaler.Kind.PIXEL;
        Optional<ImageShape> images = modelFile.assumptions().shape().of(modelFile.path(), model);
        boolean pixels = !form.equals("npy") && !form.equals("csv");
        if (pixels && !ofPixels) {
            throw new FormatException(modelFile + ": decodes to numbers (scaler " + kind.label()
                    + "), not pixels, which can only be written as .csv or .npy");
        }
        if (images.isEmpty() && (form.isEmpty() || form.equals("png"))) {
            throw ShapeOption.unknown(modelFile.path(), model);
        }
        if (Files.isDirectory(codesFile)) {
            throw new FileSystemException(
                    codesFile.toString(), null, "is a folder, expected codes in a .csv or .npy file");
        }
        Optional<WindowSettings> windows = WindowSettings.of(model);
        if (form.equals("csv") && windows.isPresent()) {
            throw new FormatException(modelFile + ": decodes to windows of "
                    + windows.get().width() + " rows, which can only be written as .npy");
        }
        Codes read = Codes.read(codesFile);
        float[][] codes = read.values();
        int latent = model.architecture().latent();
        if (codes[0].length != latent) {
            throw new FormatException("the model's codes have " + latent + " values, but those in " + codesFile
                    + " have " + codes[0].length);
        }
        console.progress().say("decoding " + Shown.count(codes.length, "code"));
        Precision precision = Precision.of(model.scaler());
        if (form.equals("csv") || (form.equals("npy") && images.isEmpty() && precision == Precision.DOUBLES)) {
            RowNames names = safeCsv.cells(read.names());
            write(form, target, model.decodeToDoubles(codes), names, precision, TableColumns.of(model));
        } else {
            write(form, codes, model, images);
        }
        console.progress().close();
        boolean unit = !pixels && kind == Scaler.Kind.NONE && model.isOfPixels();
        console.telling(target)
                .println("Decoded: " + target + (unit ? " (pixel values from 0 for black to 1 for white)" : ""));
    }

    private void write(
            String form,
            Output target,
            double[][] rows,
            @Nullable RowNames names,
            Precision precision,
            TableColumns columns)
            throws IOException {
        if (form.equals("npy")) {
            Npy.write(output, rows);
            return;
        }
        List<String> titles = columns.fieldNames(safeCsv::cell);
        RowNames first = titles.isEmpty() ? null : names; // which need a title too
        CsvRows.write(
                target,
                rows.length,
                row -> {
                    String[] fields = columns.fields(rows[row], precision, safeCsv::cell);
                    return first == null ? fields : prepend(first.names().get(row), fields);
                },
                first == null ? titles : List.of(prepend(first.title(), titles.toArray(new String[0]))),
                done -> showWritten(done, rows.length));
    }

    private static String[] prepend(String first, String[] rest) {
        return Stream.concat(Stream.of(first), Arrays.stream(rest)).toArray(String[]::new);
    }

    /** The format that the name stands for; empty for a folder. */
    private String form(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.equals(StandardInput.NAME)) {
            return "csv";
        }
        int dot = name.lastIndexOf('.');
        if (Files.isDirectory(file) || dot < 0) {
            return "";
        }
        String form = name.substring(dot + 1);
        return switch (form) {
            case "csv", "idx", "npy", "png" -> form;
            default -> throw wrongName(file, "-o", ", or a folder", ".csv", ".idx", ".npy", ".png");
        };
    }

    private void write(String form, float[][] codes, Autoencoder model, Optional<ImageShape> shape) throws IOException {
        float[][] rows = model.decode(codes);
        if (!form.equals("npy") && model.scaler().kind() == Scaler.Kind.PIXEL) {
            for (float[] row : rows) {
                model.scaler().scaleInPlace(row, 0); // images are written from values in [0, 1]
            }
        }
        switch (form) {
            case "npy" -> {
                if (shape.isPresent()) {
                    Npy.write(output, rows, shape.get());
                } else {
                    Npy.write(output, rows);
                }
            }
            case "png" -> PngGrid.write(output, rows, shape.orElseThrow());
            case "idx" -> writeIdx(rows, shape);
            default -> PngImages.write(output, rows, shape.orElseThrow(), done -> showWritten(done, rows.length));
        }
    }

    private void showWritten(int done, int of) {
        if (console.progress().isDue()) {
            console.progress().live("writing row " + done + " of " + of);
        }
    }

    private void writeIdx(float[][] rows, Optional<ImageShape> shape) throws IOException {
        byte[] pixels = Pixels.ofRows(rows);
        if (shape.isPresent() && shape.get().channels() == 1) {
            Idx.writeImages(output, pixels, shape.get());
        } else {
            Idx.writeRows(output, pixels, rows[0].length);
        }
    }
}
