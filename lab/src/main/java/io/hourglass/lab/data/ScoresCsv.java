package io.hourglass.lab.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Anomaly scores as a CSV: {@code row,score,flag}, {@code anomaly} if that is known, then {@code
 * feature1,share1,feature2,...}, the columns that contribute most. The flag is 1 above the threshold, otherwise 0, and
 * empty if there is no threshold.
 */
public final class ScoresCsv {
    private ScoresCsv() {}

    /**
     * Writes one line per row, completely or not at all (see {@link AtomicFile}); a line is only built when it is
     * written.
     *
     * @param parts data sets, whose rows are numbered consecutively from 0
     * @param scores one per row of all parts
     * @param anomaly whether each row is an anomaly; null if unknown
     * @param top maximum number of columns to name per row
     * @param column the name of a column
     * @param done receives the number of rows written so far, after each row
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Path file,
            AnomalyDetector detector,
            List<Dataset> parts,
            double[] scores,
            boolean @Nullable [] anomaly,
            int top,
            IntFunction<String> column,
            IntConsumer done)
            throws IOException {
        int columns = Math.min(top, parts.get(0).inputs());
        AtomicFile.write(file, out -> {
            Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
            csv.writeRecord(header(anomaly != null, columns));
            int number = 0;
            for (Dataset data : parts) {
                for (int row = 0; row < data.rows(); row++, number++) {
                    List<String> fields = new ArrayList<>();
                    fields.add(Integer.toString(number));
                    fields.add(Double.toString(scores[number]));
                    double score = scores[number];
                    fields.add(detector.threshold()
                            .map(threshold -> flag(threshold.isExceededBy(score)))
                            .orElse(""));
                    if (anomaly != null) {
                        fields.add(flag(anomaly[number]));
                    }
                    for (var contribution : detector.contributions(data, row, columns)) {
                        fields.add(column.apply(contribution.column()));
                        fields.add(String.format(Locale.ROOT, "%.4f", contribution.share()));
                    }
                    csv.writeRecord(fields);
                    done.accept(number + 1);
                }
            }
            csv.flush();
            text.flush();
        });
    }

    private static List<String> header(boolean anomaly, int columns) {
        List<String> names = new ArrayList<>(List.of("row", "score", "flag"));
        if (anomaly) {
            names.add("anomaly");
        }
        for (int n = 1; n <= columns; n++) {
            names.add("feature" + n);
            names.add("share" + n);
        }
        return names;
    }

    private static String flag(boolean set) {
        return set ? "1" : "0";
    }
}
