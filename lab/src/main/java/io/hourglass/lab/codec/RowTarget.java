package io.hourglass.lab.codec;

import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.CsvRows;
import io.hourglass.lab.data.Npy;
import io.hourglass.lab.data.Output;
import io.hourglass.lab.data.Pixels;
import io.hourglass.lab.data.PngImages;
import io.hourglass.lab.data.Precision;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.WholeFolder;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Where decoded rows go: an IDX, .npy or .csv file, or a folder with one PNG per row. Rows that were bytes become bytes
 * again, 0 to 255; others are numbers in the user's units. The target is written completely or not at all, with a few
 * rows in memory at a time.
 *
 * @param output the file or folder, or standard output for a .csv file
 * @param form its format
 */
public record RowTarget(Output output, Form form) {
    private static final int IDX_OF_BYTES = 0x0800;

    /** Formats of the output. */
    public enum Form {
        /** IDX file of unsigned bytes. */
        IDX,
        /** NumPy's array file, of bytes, float32 or float64. */
        NPY,
        /** A line of names (x0,x1,... if the model has none) and one line per row. */
        CSV,
        /** A folder of files 00000.png, 00001.png, ..., named after the index of the row. */
        FOLDER
    }

    /**
     * The target that a name stands for: a file if it ends in .idx, .npy or .csv, a folder if it has no ending; empty
     * if it has another ending.
     */
    public static Optional<RowTarget> of(Output output) {
        if (output.standard() != null) {
            return Optional.of(new RowTarget(output, Form.CSV));
        }
        Path path = output.path();
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        if (Files.isDirectory(path) || dot < 0) {
            return Optional.of(new RowTarget(output, Form.FOLDER));
        }
        return switch (name.substring(dot + 1)) {
            case "idx" -> Optional.of(new RowTarget(output, Form.IDX));
            case "npy" -> Optional.of(new RowTarget(output, Form.NPY));
            case "csv" -> Optional.of(new RowTarget(output, Form.CSV));
            default -> Optional.empty();
        };
    }

    /** Receives decoded rows in order. */
    interface Receiver {
        /** Writes consecutive rows, in the user's units. */
        void write(long firstRow, double[][] rows) throws IOException;
    }

    /** Supplies all rows to a receiver. */
    interface Rows {
        /** Gives all rows to the receiver. */
        void writeTo(Receiver receiver) throws IOException;
    }

    /**
     * Writes rows.
     *
     * @param columns of the model
     * @param cell changes names and texts as a .csv file gets them
     * @param precision of values that are not bytes
     * @param count number of rows: fewer than the header says if some are lost
     * @throws FormatException if this format cannot hold them
     */
    void write(
            HgzHeader header,
            TableColumns columns,
            UnaryOperator<String> cell,
            Precision precision,
            long count,
            Rows rows)
            throws IOException {
        switch (form) {
            case IDX -> {
                requirePixels(header);
                requireIntegers(count);
                output.write(out -> writeIdx(out, header, (int) count, rows));
            }
            case NPY -> output.write(out -> writeNpy(out, header, precision, count, rows));
            case CSV -> output.write(out -> writeCsv(out, header, columns, cell, precision, rows));
            case FOLDER -> {
                requirePixels(header);
                writeFolder(header, rows);
            }
        }
    }

    private void requirePixels(HgzHeader header) throws FormatException {
        if (!header.pixels()) {
            throw new FormatException(output + ": holds bytes, but the rows are floats, expected .npy or .csv");
        }
    }

    private void requireIntegers(long count) throws FormatException {
        if (count > Integer.MAX_VALUE) {
            throw new FormatException(output + ": " + count + " rows, expected fewer than 2^31 for an IDX file");
        }
    }

    private static void writeIdx(OutputStream target, HgzHeader header, int count, Rows rows) throws IOException {
        ImageShape shape = header.shape();
        ImageShape image = shape != null && shape.channels() == 1 ? shape : null;
        DataOutputStream out = new DataOutputStream(target);
        out.writeInt(IDX_OF_BYTES + (image == null ? 2 : 3));
        out.writeInt(count);
        if (image != null) {
            out.writeInt(image.height());
            out.writeInt(image.width());
        } else {
            out.writeInt(header.inputs());
        }
        rows.writeTo((firstRow, values) -> out.write(Pixels.ofRows(floats(values))));
        out.flush();
    }

    private static void writeNpy(OutputStream out, HgzHeader header, Precision precision, long count, Rows rows)
            throws IOException {
        List<Long> dimensions = new ArrayList<>();
        dimensions.add(count);
        ImageShape shape = header.shape();
        if (shape == null) {
            dimensions.add((long) header.inputs());
        } else {
            dimensions.add((long) shape.height());
            dimensions.add((long) shape.width());
            if (shape.channels() > 1) {
                dimensions.add((long) shape.channels());
            }
        }
        boolean doubles = precision == Precision.DOUBLES;
        out.write(Npy.header(header.pixels() ? "|u1" : doubles ? "<f8" : "<f4", dimensions));
        ByteBuffer buffer = ByteBuffer.allocate(header.inputs() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        rows.writeTo((firstRow, values) -> {
            if (header.pixels()) {
                out.write(Pixels.ofRows(floats(values)));
                return;
            }
            for (double[] row : values) {
                buffer.clear();
                for (double value : row) {
                    if (doubles) {
                        buffer.putDouble(value);
                    } else {
                        buffer.putFloat((float) value);
                    }
                }
                out.write(buffer.array(), 0, buffer.position());
            }
        });
    }

    private static void writeCsv(
            OutputStream out,
            HgzHeader header,
            TableColumns columns,
            UnaryOperator<String> cell,
            Precision precision,
            Rows rows)
            throws IOException {
        List<String> names = columns.fieldNames(cell);
        if (names.isEmpty()) {
            int fields = columns.fields(new double[header.inputs()], precision, cell).length;
            names = IntStream.range(0, fields).mapToObj(j -> "x" + j).toList();
        }
        CsvRows.writeLine(out, names);
        if (columns.areTyped()) {
            rows.writeTo((firstRow, values) -> {
                for (double[] row : values) {
                    CsvRows.writeLine(out, List.of(columns.fields(row, precision, cell)));
                }
            });
            return;
        }
        StringBuilder line = new StringBuilder(); // numbers need no quotes
        rows.writeTo((firstRow, values) -> {
            for (double[] row : values) {
                line.setLength(0);
                for (int j = 0; j < row.length; j++) {
                    line.append(j == 0 ? "" : ",");
                    if (header.pixels()) {
                        line.append(Pixels.of((float) row[j]) & 0xff);
                    } else {
                        line.append(precision.text(row[j]));
                    }
                }
                writeLine(out, line);
            }
        });
    }

    private static float[][] floats(double[][] rows) {
        float[][] floats = new float[rows.length][rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            for (int j = 0; j < rows[r].length; j++) {
                floats[r][j] = (float) rows[r][j];
            }
        }
        return floats;
    }

    private static void writeLine(OutputStream out, StringBuilder line) throws IOException {
        out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }

    private void writeFolder(HgzHeader header, Rows rows) throws IOException {
        ImageShape shape = header.shape();
        if (shape == null) {
            throw new FormatException(output + ": the rows are not images, expected .idx, .npy or .csv");
        }
        WholeFolder.write(output.path(), folder -> {
            int digits = Math.max(
                    5, String.valueOf(header.rows() - 1).length()); // so that names sort in the order of the rows
            rows.writeTo((firstRow, values) -> {
                float[][] pixels = floats(values);
                for (int r = 0; r < values.length; r++) {
                    String name = String.format(Locale.ROOT, "%0" + digits + "d.png", firstRow + r);
                    PngImages.write(folder.resolve(name), pixels[r], shape);
                }
            });
        });
    }
}
