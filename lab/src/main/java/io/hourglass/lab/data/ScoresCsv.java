package io.hourglass.lab.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Anomaly scores as a CSV: {@code row,score,flag}, with the rows' names in place of their numbers if they have some,
 * {@code anomaly} if that is known, then {@code
 * feature1,share1,feature2,...}, the columns that contribute most. The flag is 1 above the threshold, otherwise 0, and
 * empty if there is no threshold.
 */
public final class ScoresCsv {
    /** Rows that are scored together: enough for all processors, and their results take little memory. */
    private static final int PART = 4096;

    private ScoresCsv() {}

    /** Work that follows scoring, and without which there must be no file. */
    public interface Last {
        /** Does the work. */
        void run() throws IOException;
    }

    /**
     * Scores rows and writes a line for each; a line is only built when it is written.
     *
     * @param data data sets that the detector's model has matched, whose rows are numbered consecutively from 0
     * @param anomaly whether each row is an anomaly; null if unknown
     * @param names of all rows; null if they have none
     * @param top maximum number of columns to name per row
     * @param column the name of a column
     * @param scores [rows]; receives the scores
     * @param done receives the number of rows written so far, after each row
     * @param last runs when all rows are scored, before the file appears
     * @throws IOException if the output cannot be written, or from {@code last}
     */
    public static void write(
            Output output,
            AnomalyDetector detector,
            List<Dataset> data,
            boolean @Nullable [] anomaly,
            @Nullable RowNames names,
            int top,
            IntFunction<String> column,
            double[] scores,
            IntConsumer done,
            Last last)
            throws IOException {
        int columns = Math.min(top, data.get(0).inputs());
        output.write(out -> {
            Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
            csv.writeRecord(header(names, anomaly != null, columns));
            int number = 0;
            for (Dataset all : data) {
                for (int from = 0, n; from < all.rows(); from += n) {
                    n = Math.min(PART, all.rows() - from);
                    for (AnomalyDetector.Explained row : detector.explain(all.slice(from, from + n), columns)) {
                        List<String> fields = new ArrayList<>();
                        fields.add(
                                names == null
                                        ? Integer.toString(number)
                                        : names.names().get(number));
                        fields.add(Double.toString(row.score()));
                        fields.add(detector.threshold()
                                .map(threshold -> flag(threshold.isExceededBy(row.score())))
                                .orElse(""));
                        if (anomaly != null) {
                            fields.add(flag(anomaly[number]));
                        }
                        for (AnomalyDetector.Contribution contribution : row.contributions()) {
                            fields.add(column.apply(contribution.column()));
                            fields.add(String.format(Locale.ROOT, "%.4f", contribution.share()));
                        }
                        csv.writeRecord(fields);
                        scores[number++] = row.score();
                        done.accept(number);
                    }
                }
            }
            csv.flush();
            text.flush();
            last.run();
        });
    }

    private static List<String> header(@Nullable RowNames rows, boolean anomaly, int columns) {
        List<String> names = new ArrayList<>(List.of(rows == null ? "row" : rows.title(), "score", "flag"));
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
