package io.hourglass.lab.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** Rows of numbers as comma-separated text. */
public final class CsvRows {
    private CsvRows() {}

    /**
     * Writes a line of names, if there are any, and one line per row.
     *
     * @param rows number of rows
     * @param row gives the fields of a row
     * @param progress receives the number of rows done, after each row
     * @param columns as many names as a row has values, or empty
     * @throws IOException if the output cannot be written
     */
    public static void write(
            Output output, int rows, IntFunction<String[]> row, List<String> columns, IntConsumer progress)
            throws IOException {
        output.write(out -> {
            Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
            if (!columns.isEmpty()) {
                csv.writeRecord(columns);
            }
            for (int done = 0; done < rows; done++) {
                csv.writeRecord(row.apply(done));
                progress.accept(done + 1);
            }
            csv.flush();
            text.flush();
        });
    }

    /** Writes a line to a stream, with quotes where needed; the stream stays open. */
    public static void writeLine(OutputStream out, List<String> fields) throws IOException {
        StringWriter line = new StringWriter();
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(line);
        csv.writeRecord(fields);
        csv.flush();
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    }
}
