package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
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

    /** Where the records are, such as {@code result.rows}; empty if they are not within an object. */
    private String list = "";

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
        table.findList();
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

    /** If the file holds a single object, and that a single list of objects, its records are those of the list. */
    private void findList() throws IOException {
        List<String> lists = new ArrayList<>();
        parse(json -> {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                findLists(json, "", lists);
                if (json.nextToken() != null) {
                    lists.clear();
                }
            }
        });
        if (lists.size() > 1) {
            throw new FormatException(
                    file.label() + ": holds the lists of records " + FormatException.quote(String.join(", ", lists))
                            + ", expected one: write it to a file of its own");
        }
        if (lists.size() == 1) {
            list = lists.get(0);
            progress.say(file.label() + ": reads the records in " + FormatException.quote(list));
        }
    }

    private static void findLists(JsonParser json, String prefix, List<String> lists) {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_OBJECT; token = json.nextToken()) {
            String name = prefix + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT) {
                findLists(json, name + ".", lists);
            } else if (value == JsonToken.START_ARRAY) {
                JsonToken element = json.nextToken();
                if (element == JsonToken.START_OBJECT) {
                    lists.add(name);
                }
                for (; element != JsonToken.END_ARRAY; element = json.nextToken()) {
                    json.skipChildren();
                }
            }
        }
    }

    /** Goes to the beginning of the list; false if it is not in the object that begins here. */
    private boolean enterList(JsonParser json, String prefix) {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_OBJECT; token = json.nextToken()) {
            String name = prefix + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT ? enterList(json, name + ".") : name.equals(list)) {
                return true;
            }
            if (value == JsonToken.START_ARRAY) {
                json.skipChildren();
            }
        }
        return false;
    }

    private void read(Visitor visitor, boolean first) throws IOException {
        parse(json -> {
            boolean within = !list.isEmpty();
            if (within) {
                json.nextToken();
                enterList(json, "");
            }
            boolean array = within;
            long rows = 0;
            @Nullable String[] fields = new String[columns.size()];
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.END_ARRAY && within) {
                    return; // what follows is none of the records
                }
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
        });
    }

    private interface Content {
        void read(JsonParser json) throws IOException;
    }

    private void parse(Content content) throws IOException {
        try (JsonParser json = FACTORY.createParser(file.text(options.encoding()))) {
            content.read(json);
        } catch (JacksonIOException e) {
            throw e.getCause();
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
                case START_ARRAY -> put(json, name, list(json), fields, first);
                default -> put(json, name, value == JsonToken.VALUE_NULL ? null : json.getString(), fields, first);
            }
        }
    }

    /** A list as text, such as {@code ["a","b"]}, and an empty one as a missing value. */
    private @Nullable String list(JsonParser json) {
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = FACTORY.createGenerator(text)) {
            copy.copyCurrentStructure(json);
        }
        return text.toString().equals("[]") ? null : text.toString();
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
            if (value != null) {
                file.requireText(
                        value, "line " + json.currentTokenLocation().getLineNr() + ", " + name, options.encoding());
            }
            fields[column] = value;
        }
    }

    private FormatException wrong(JsonParser json, String expected) {
        String found = switch (json.currentToken()) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list within a list";
            case VALUE_STRING -> FormatException.quote(json.getString());
            default -> String.valueOf(json.getString());
        };
        return new FormatException(file.label() + ": line "
                + json.currentTokenLocation().getLineNr() + " has " + found + ", expected " + expected);
    }
}
