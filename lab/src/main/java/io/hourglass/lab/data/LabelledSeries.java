package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A series of which it is known what ranges of time are anomalous, as in the Numenta Anomaly Benchmark. Its rows count
 * as equally spaced, in the order of the file, whatever their times say.
 *
 * @param name of its file, as the list of ranges has it
 * @param rows in their own units, without their times
 * @param ranges which rows lie in each anomalous range, [ranges][rows]; at least one row in each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelledSeries(String name, DataSplit rows, boolean[][] ranges) {
    private static final String EXPECTED =
            "expected {\"folder/file.csv\": [[\"first time\", \"last time\"], ...], ...}";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads which ranges of time are anomalous.
     *
     * @param file a JSON object: for each file of a series, by its path within a folder, a list of ranges, each a list
     *     of the first and last time
     * @return the ranges by file, in the order of the object
     * @throws FormatException if it is no such object, or an empty one
     * @throws IOException if it cannot be read
     */
    public static Map<String, List<List<String>>> ranges(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new FormatException(file + ": is not JSON (" + e.getOriginalMessage() + "), " + EXPECTED);
        }
        if (!root.isObject() || root.isEmpty()) {
            throw new FormatException(
                    file + ": " + (root.isObject() ? "names no series" : "is no JSON object") + ", " + EXPECTED);
        }
        Map<String, List<List<String>>> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> series : root.properties()) {
            List<List<String>> ranges = new ArrayList<>();
            boolean fits = series.getValue().isArray();
            for (JsonNode range : series.getValue()) {
                fits &= range.isArray()
                        && range.size() == 2
                        && range.get(0).isString()
                        && range.get(1).isString();
                if (fits) {
                    ranges.add(List.of(range.get(0).asString(), range.get(1).asString()));
                }
            }
            if (!fits) {
                throw new FormatException(file + ": " + FormatException.quote(series.getKey()) + " has "
                        + FormatException.quote(series.getValue().toString()) + ", " + EXPECTED);
            }
            all.put(series.getKey(), ranges);
        }
        return all;
    }

    /**
     * Reads a series.
     *
     * @param folder that the name starts from
     * @param ranges the anomalous ones of this series
     * @param column that holds the times
     * @throws FormatException if it has no such column, a range holds no row, or the file is damaged
     * @throws IOException if it cannot be read
     */
    public static LabelledSeries read(
            Path folder, String name, List<List<String>> ranges, ReadOptions options, String column, Progress progress)
            throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        String spec = file.toString();
        ReadOptions values = SeriesReader.values(options, new WindowSettings(2, 1, column, null, TimeSeries.USUAL_GAP));
        DataSplit rows = DataSource.load(spec, values, progress);
        return new LabelledSeries(name, rows, SeriesReader.within(spec, values, column, ranges));
    }

    /** Marks the rows that lie in a range. */
    public boolean[] anomaly() {
        boolean[] anomaly = new boolean[rows.train().rows()];
        for (boolean[] range : ranges) {
            for (int row = 0; row < anomaly.length; row++) {
                anomaly[row] |= range[row];
            }
        }
        return anomaly;
    }
}
