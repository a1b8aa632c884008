package io.hourglass.lab.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.format.FormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codes, and files of them. A .csv file has the header {@code z0,z1,...}, optionally with the rows' names as its first
 * column and {@code label} as its last, and its numbers read back as the same floats. A .npy file holds a float32 array
 * of shape (rows, p).
 *
 * @param values [rows][p], at least one row, all finite
 * @param names of the rows; null if they have none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Codes(float[][] values, @Nullable RowNames names) {
    private static final String LABEL = "label";

    /**
     * Reads codes from a .csv or .npy file, or as .csv from standard input ({@code -}); labels are ignored.
     *
     * @throws FormatException if the file is not such a table (the message names line and column), or its name has
     *     another ending
     * @throws IOException if it cannot be read
     */
    public static Codes read(Path file) throws IOException {
        if (file.toString().equals(StandardInput.NAME)) {
            return readCsv(StandardInput.table());
        }
        return isCsv(file) ? readCsv(new TableFile(file, file.toString())) : new Codes(readNpy(file), null);
    }

    /**
     * Writes codes to a .csv or .npy file, or as .csv to standard output.
     *
     * @param codes [rows][p], at least one row, all finite
     * @param labels one per row; only a .csv file stores them
     * @param names of the rows, which become the first column of a .csv file; null for none
     * @throws IllegalArgumentException if there is no row, widths differ, or the number of labels does not match
     * @throws FormatException if the name ends in neither .csv nor .npy
     * @throws IOException if the file cannot be written
     */
    public static void write(Output output, float[][] codes, @Nullable List<String> labels, @Nullable RowNames names)
            throws IOException {
        int width = Npy.requireWidth(codes);
        if (labels != null && labels.size() != codes.length) {
            throw new IllegalArgumentException(labels.size() + " labels, expected " + codes.length);
        }
        if (output.standard() != null || isCsv(output.path())) {
            output.write(out -> writeCsv(out, codes, width, labels, names));
        } else {
            Npy.write(output.path(), codes);
        }
    }

    private static boolean isCsv(Path file) throws FormatException {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(".csv") && !name.endsWith(".npy")) {
            throw new FormatException(file + ": unknown kind of file for codes, expected .csv or .npy");
        }
        return name.endsWith(".csv");
    }

    private static void writeCsv(
            OutputStream out, float[][] codes, int width, @Nullable List<String> labels, @Nullable RowNames names)
            throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
        List<String> fields = new ArrayList<>();
        if (names != null) {
            fields.add(names.title());
        }
        for (int column = 0; column < width; column++) {
            fields.add("z" + column);
        }
        if (labels != null) {
            fields.add(LABEL);
        }
        csv.writeRecord(fields);
        for (int row = 0; row < codes.length; row++) {
            fields.clear();
            if (names != null) {
                fields.add(names.names().get(row));
            }
            for (float value : codes[row]) {
                fields.add(Float.toString(value));
            }
            if (labels != null) {
                fields.add(labels.get(row));
            }
            csv.writeRecord(fields);
        }
        csv.flush();
        text.flush();
    }

    private static float[][] readNpy(Path file) throws IOException {
        Npy.Array array = Npy.read(file);
        List<Integer> shape = array.shape();
        if (shape.size() != 2 || shape.contains(0)) {
            throw new FormatException(file + ": shape " + shape + ", expected (rows, p), neither of them 0");
        }
        int width = shape.get(1);
        float[][] codes = new float[shape.get(0)][width];
        for (int i = 0; i < array.length(); i++) {
            float value = (float) array.value(i);
            if (!Float.isFinite(value)) {
                throw new FormatException(file + ": row " + i / width + ", column " + i % width + " is " + value
                        + ", expected a finite number");
            }
            codes[i / width][i % width] = value;
        }
        return codes;
    }

    private static Codes readCsv(TableFile file) throws IOException {
        KnownFile.requireTable(file);
        try (Records records = Records.withoutComments(file)) {
            Records.Line header = records.next();
            if (header == null) {
                throw new FormatException(file.label() + ": empty, expected a header z0,z1,...");
            }
            String[] titles = header.fields();
            int first = titles.length > 1 && titles[1].equals("z0") ? 1 : 0; // after the names of rows
            int width = width(file, header, first);
            List<float[]> codes = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (Records.@Nullable Line line = records.next(); line != null; line = records.next()) {
                codes.add(parse(file, line, first, width, titles.length));
                names.add(line.fields()[0]);
            }
            if (codes.isEmpty()) {
                throw new FormatException(file.label() + ": no rows, expected at least one below the header");
            }
            return new Codes(codes.toArray(new float[0][]), first == 0 ? null : new RowNames(titles[0], names));
        }
    }

    private static int width(TableFile file, Records.Line header, int first) throws FormatException {
        String[] titles = header.fields();
        int last = titles.length - 1;
        int width = (titles[last].equals(LABEL) ? last : last + 1) - first;
        for (int column = 0; column < Math.max(width, 1); column++) {
            String name = titles[first + column];
            if (!name.equals("z" + column)) {
                throw new FormatException(file.label() + ": line " + header.line() + ", column "
                        + (first + column + 1) + " is " + FormatException.quote(name) + ", expected the header z"
                        + column
                        + (name.startsWith("z0;") ? "; fields are separated by commas, not semicolons" : ""));
            }
        }
        return width;
    }

    private static float[] parse(TableFile file, Records.Line row, int first, int width, int fields)
            throws FormatException {
        String line = file.label() + ": line " + row.line();
        if (row.fields().length != fields) {
            throw new FormatException(line + " has " + row.fields().length + " columns, expected " + fields);
        }
        float[] code = new float[width];
        for (int column = 0; column < width; column++) {
            String field = row.fields()[first + column].strip();
            float value = Numbers.parseFloat(field);
            if (!Float.isFinite(value)) {
                throw new FormatException(line + ", column z" + column + " is " + FormatException.quote(field)
                        + ", expected a finite number");
            }
            code[column] = value;
        }
        return code;
    }
}
