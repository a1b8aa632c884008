package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Records in JSON: one object after the other, usually on a line each, or an array of objects. An object in an object
 * becomes columns such as {@code place.city}. What an object leaves out, or says is null, is missing.
 */
final class JsonTable implements RawTable {
    private static final int MAX_COLUMNS = Architecture.MAX_WIDTH + 1;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final TableFile file;
    private final TableOptions options;
    private final Progress progress;
    private final Map<String, Integer> columns = new LinkedHashMap<>();

    private JsonTable(TableFile file, TableOptions options, Progress progress) {
        this.file = file;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Finds all names in the file.
     *
     * @throws FormatException if it does not hold objects
     */
    static JsonTable open(TableFile file, TableOptions options, Progress progress) throws IOException {
        JsonTable table = new JsonTable(file, options, progress);
        table.read((line, fields) -> {}, true);
        if (table.columns.isEmpty()) {
            throw new FormatException(file.label() + ": no rows, expected objects with names and values");
        }
        return table;
    }

    @Override
    public List<String> names() {
        return List.copyOf(columns.keySet());
    }

    @Override
    public int width() {
        return columns.size();
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        read(visitor, false);
    }

    private void read(Visitor visitor, boolean first) throws IOException {
        long rows = 0;
        @Nullable String[] fields = new String[columns.size()];
        try (JsonParser json = FACTORY.createParser(file.text(options.encoding()))) {
            boolean array = false;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_ARRAY && !array && rows == 0) {
                    array = true;
                } else if (token == JsonToken.START_OBJECT) {
                    long line = json.currentTokenLocation().getLineNr();
                    Arrays.fill(fields, null);
                    object(json, "", fields, first);
                    visitor.row(line, fields);
                    rows++;
                } else if (token != JsonToken.END_ARRAY) {
                    throw wrong(json, "objects with names and values, one after the other or in an array");
                }
                if (progress.isDue()) {
                    progress.live(String.format(Locale.ROOT, "%s: %,d rows", file.label(), rows));
                }
            }
        } catch (JacksonException e) {
            throw new FormatException(file.label() + ": "
                    + FormatException.quote(String.valueOf(e.getOriginalMessage())) + ", expected JSON"
                    + (e.getLocation() == null
                            ? ""
                            : " in line " + e.getLocation().getLineNr()));
        }
    }

    private void object(JsonParser json, String prefix, @Nullable String[] fields, boolean first) throws IOException {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_OBJECT; token = json.nextToken()) {
            String name = prefix + json.currentName().strip().replaceAll("[\\r\\n]+", " ");
            JsonToken value = json.nextToken();
            switch (value) {
                case START_OBJECT -> object(json, name + ".", fields, first);
                case START_ARRAY ->
                    throw wrong(
                            json,
                            "a number, text, true, false or null for " + FormatException.quote(name) + ", not a list");
                default -> put(json, name, value == JsonToken.VALUE_NULL ? null : json.getString(), fields, first);
            }
        }
    }

    private void put(JsonParser json, String name, @Nullable String value, @Nullable String[] fields, boolean first)
            throws FormatException {
        if (first) {
            columns.putIfAbsent(name, columns.size());
            if (columns.size() > MAX_COLUMNS) {
                throw wrong(json, "at most " + MAX_COLUMNS + " different names");
            }
            return;
        }
        Integer column = columns.get(name);
        if (column != null) {
            if (value != null && value.indexOf('\ufffd') >= 0) {
                throw wrong(json, "valid " + options.encoding().name() + ", or --encoding, such as windows-1252");
            }
            fields[column] = value;
        }
    }

    private FormatException wrong(JsonParser json, String expected) {
        return new FormatException(file.label() + ": line "
                + json.currentTokenLocation().getLineNr() + " has " + json.currentToken() + ", expected " + expected);
    }
}
