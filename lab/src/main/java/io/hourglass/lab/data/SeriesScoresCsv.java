package io.hourglass.lab.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.anomaly.Threshold;
import io.hourglass.nn.Columns;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The scores of a series as CSV: a line for each row of the file, in its order. */
public final class SeriesScoresCsv {
    private SeriesScoresCsv() {}

    /**
     * Writes the scores, completely or not at all.
     *
     * @param threshold of the flags; null to leave them empty
     * @param anomaly whether each row of the file is an anomaly; null if unknown
     * @param table the columns of a row
     * @param top maximum number of columns to name per row
     * @param cell changes times and names of series as they are written
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Output target,
            TimeSeries series,
            TimestampScores scores,
            @Nullable Threshold threshold,
            boolean @Nullable [] anomaly,
            TableColumns table,
            int top,
            UnaryOperator<String> cell)
            throws IOException {
        Contributions contributions = table.contributions(Columns.NONE);
        List<String> called = table.usedNames().stream().map(cell).toList();
        int columns = Math.min(top, contributions.columns());
        boolean grouped = series.groupColumn() != null;
        int[] positions = new int[series.rows()];
        String[] groups = new String[series.rows()];
        for (TimeSeries.Group group : series.groups()) {
            for (int position = group.from(); position < group.to(); position++) {
                positions[series.row(position)] = position;
                groups[position] = group.name();
            }
        }
        target.write(out -> {
            Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
            List<String> header = new ArrayList<>(List.of(series.times() == null ? "row" : "time"));
            if (grouped) {
                header.add("group");
            }
            header.addAll(List.of("score", "flag"));
            if (anomaly != null) {
                header.add("anomaly");
            }
            for (int n = 1; n <= columns; n++) {
                header.addAll(List.of("feature" + n, "share" + n));
            }
            csv.writeRecord(header);
            for (int position : positions) {
                List<String> fields = new ArrayList<>(List.of(cell.apply(series.time(position))));
                if (grouped) {
                    fields.add(cell.apply(groups[position]));
                }
                boolean covered = scores.isCovered(position);
                double score = scores.score(position);
                fields.add(covered ? Double.toString(score) : "");
                fields.add(!covered || threshold == null ? "" : threshold.isExceededBy(score) ? "1" : "0");
                if (anomaly != null) {
                    fields.add(anomaly[series.row(position)] ? "1" : "0");
                }
                for (Contributions.Share of : scores.contributions(position, contributions, columns)) {
                    fields.add(covered ? called.get(of.column()) : "");
                    fields.add(covered ? String.format(Locale.ROOT, "%.4f", of.share()) : "");
                }
                csv.writeRecord(fields);
            }
            csv.flush();
            text.flush();
        });
    }
}
