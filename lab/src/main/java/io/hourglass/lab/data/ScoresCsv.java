package io.hourglass.lab.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Anomaly scores as a CSV: {@code row,score,flag}, with the rows' names in place of their numbers if they have some,
 * {@code anomaly} if that is known, {@code nearest} if the score compares rows with training rows, then {@code
 * feature1,share1,feature2,...}, the columns that contribute most. The flag is 1 above the threshold, otherwise 0,
 * and empty if there is no threshold. For the rows of a table, {@code value1,expected1,value2,...} follow: what those
 * columns hold, and what the model reconstructs.
 */
public final class ScoresCsv {
    /** Rows that are scored together: enough for all processors, and their results take little memory. */
    private static final int PART = 4096;

    private static final List<Contributions.Share> NO_SHARES = List.of();

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
     * @param table the model's columns
     * @param expected whether to write what they hold and what the model expected
     * @param unseen texts of the rows' categories that the model does not have
     * @param cell changes texts as they are written
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
            TableColumns table,
            boolean expected,
            UnseenTexts unseen,
            UnaryOperator<String> cell,
            double[] scores,
            IntConsumer done,
            Last last)
            throws IOException {
        Autoencoder model = detector.model();
        Contributions contributions = table.contributions(model.table());
        int columns = Math.min(top, contributions.columns());
        List<String> called = table.usedNames().stream().map(cell).toList();
        List<TableColumns.Place> places = table.used();
        Precision precision = Precision.of(model.scaler());
        double[] factors = model.scaler().factor();
        boolean compared = detector.kind() == AnomalyDetector.Score.NEIGHBOURS;
        output.write(out -> {
            Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
            csv.writeRecord(header(names, anomaly != null, compared, columns, expected));
            int number = 0;
            for (Dataset all : data) {
                for (int from = 0, n; from < all.rows(); from += n) {
                    n = Math.min(PART, all.rows() - from);
                    Dataset part = all.slice(from, from + n);
                    double[] found = new double[n];
                    String[] nearest = new String[n];
                    List<List<Contributions.Share>> shares = new ArrayList<>(Collections.nCopies(n, List.of()));
                    detector.explain(part, (row, score, squares, neighbour) -> {
                        found[row] = score;
                        nearest[row] = neighbour == null ? "" : neighbour.name();
                        shares.set(row, contributions.of(squares, columns));
                    });
                    double[][] decoded =
                            expected && columns > 0 ? model.decodeToDoubles(model.encode(part)) : new double[0][];
                    for (int row = 0; row < n; row++) {
                        double score = found[row];
                        List<String> fields = new ArrayList<>();
                        fields.add(
                                names == null
                                        ? Integer.toString(number)
                                        : names.names().get(number));
                        fields.add(Double.toString(score));
                        fields.add(detector.threshold()
                                .map(threshold -> flag(threshold.isExceededBy(score)))
                                .orElse(""));
                        if (anomaly != null) {
                            fields.add(flag(anomaly[number]));
                        }
                        if (compared) {
                            fields.add(cell.apply(nearest[row]));
                        }
                        for (Contributions.Share share : shares.get(row)) {
                            fields.add(called.get(share.column()));
                            fields.add(String.format(Locale.ROOT, "%.4f", share.share()));
                        }
                        for (Contributions.Share share : decoded.length > 0 ? shares.get(row) : NO_SHARES) {
                            TableColumns.Place place = places.get(share.column());
                            List<String> values =
                                    place.compared(part.doubles(row), decoded[row], share.part(), precision, factors);
                            String own = unseen.get(number, place.at());
                            fields.add(cell.apply(own != null ? own : values.get(0)));
                            fields.add(cell.apply(values.get(1)));
                        }
                        csv.writeRecord(fields);
                        scores[number++] = score;
                        done.accept(number);
                    }
                }
            }
            csv.flush();
            text.flush();
            last.run();
        });
    }

    private static List<String> header(
            @Nullable RowNames rows, boolean anomaly, boolean compared, int columns, boolean expected) {
        List<String> names = new ArrayList<>(List.of(rows == null ? "row" : rows.title(), "score", "flag"));
        if (anomaly) {
            names.add("anomaly");
        }
        if (compared) {
            names.add("nearest");
        }
        for (int n = 1; n <= columns; n++) {
            names.add("feature" + n);
            names.add("share" + n);
        }
        for (int n = 1; n <= columns && expected; n++) {
            names.add("value" + n);
            names.add("expected" + n);
        }
        return names;
    }

    private static String flag(boolean set) {
        return set ? "1" : "0";
    }
}
