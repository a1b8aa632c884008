package io.hourglass.lab.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of codes. A .csv file has the header {@code z0,z1,...}, optionally with the rows' names as its first column and
 * {@code label} as its last, and its numbers read back as the same floats. A .npy file holds a float32 array of shape
 * (rows, p).
 */
public final class Codes {
    private static final String LABEL = "label";

    private Codes() {}

    /**
     * Reads codes from a .csv or .npy file, or as .csv from standard input ({@code -}); labels are ignored.
     *
     * @return [rows][p], at least one row, all finite
     * @throws FormatException if the file is not such a table (the message names line and column), or its name has
     *     another ending
     * @throws IOException if it cannot be read
     */
    public static float[][] read(Path file) throws IOException {
        if (file.toString().equals(StandardInput.NAME)) {
            return readCsv(StandardInput.table());
        }
        return isCsv(file) ? readCsv(new TableFile(file, file.toString())) : readNpy(file);
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

    private static float[][] readCsv(TableFile file) throws IOException {
        CsvRecordHandler handler = CsvRecordHandler.of(builder -> builder.maxFields(Architecture.MAX_WIDTH + 1));
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // parse counts the fields and says where they differ
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .build(handler, file.text(StandardCharsets.UTF_8))) {
            Iterator<CsvRecord> records = csv.iterator();
            if (!records.hasNext()) {
                throw new FormatException(file.label() + ": empty, expected a header z0,z1,...");
            }
            CsvRecord header = records.next();
            int first =
                    header.getFieldCount() > 1 && header.getField(1).equals("z0") ? 1 : 0; // after the names of rows
            int width = width(file, header, first);
            List<float[]> codes = new ArrayList<>();
            while (records.hasNext()) {
                codes.add(parse(file, records.next(), first, width, header.getFieldCount()));
            }
            if (codes.isEmpty()) {
                throw new FormatException(file.label() + ": no rows, expected at least one below the header");
            }
            return codes.toArray(new float[0][]);
        } catch (UncheckedIOException e) {
            throw new IOException(file.label() + ": " + e.getMessage(), e);
        } catch (CsvParseException e) {
            throw new FormatException(file.label() + ": " + FormatException.quote(String.valueOf(e.getMessage()))
                    + ", expected comma-separated numbers");
        }
    }

    private static int width(TableFile file, CsvRecord header, int first) throws FormatException {
        int last = header.getFieldCount() - 1;
        int width = (header.getField(last).equals(LABEL) ? last : last + 1) - first;
        for (int column = 0; column < Math.max(width, 1); column++) {
            String name = header.getField(first + column);
            if (!name.equals("z" + column)) {
                throw new FormatException(file.label() + ": line " + header.getStartingLineNumber() + ", column "
                        + (first + column + 1) + " is " + FormatException.quote(name) + ", expected the header z"
                        + column
                        + (name.startsWith("z0;") ? "; fields are separated by commas, not semicolons" : ""));
            }
        }
        return width;
    }

    private static float[] parse(TableFile file, CsvRecord record, int first, int width, int fields)
            throws FormatException {
        String line = file.label() + ": line " + record.getStartingLineNumber();
        if (record.getFieldCount() != fields) {
            throw new FormatException(line + " has " + record.getFieldCount() + " columns, expected " + fields);
        }
        float[] code = new float[width];
        for (int column = 0; column < width; column++) {
            String field = record.getField(first + column).strip();
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
