package io.hourglass.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checked header of a safetensors file: the entries cover the data without gaps or overlaps, and the length of each
 * matches its dtype and shape.
 *
 * @param entries in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {
    /** The longest header that the format allows. */
    static final int MAX_BYTES = 100_000_000;

    private static final int MAX_RANK = 64;

    /** One tensor: its bytes are {@code [begin, end)} of the data. */
    record Entry(String name, Dtype dtype, List<Integer> shape, long begin, long end) {
        int count() {
            return (int) ((end - begin) / dtype.size());
        }
    }

    /**
     * Reads and checks a header.
     *
     * @param dataBytes length of the file after the header, or {@link Safetensors#UNKNOWN}
     */
    static SafetensorsHeader parse(String source, String text, long dataBytes) throws FormatException {
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        JsonReader json = new JsonReader(source + ": header", text);
        json.object(name -> {
            if (name.equals("__metadata__")) {
                json.object(key -> metadata.put(key, json.string()));
            } else {
                entries.add(new EntryReader(source + ": tensor " + FormatException.quote(name), json).read(name));
            }
        });
        json.end();
        // An empty tensor may have the same offset as the next one, so the ends decide.
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        requireGapless(source, entries, dataBytes);
        return new SafetensorsHeader(metadata, entries);
    }

    private static void requireGapless(String source, List<Entry> entries, long dataBytes) throws FormatException {
        long offset = 0;
        for (Entry entry : entries) {
            if (entry.begin() != offset) {
                throw new FormatException(source + ": tensor " + FormatException.quote(entry.name())
                        + " begins at byte " + entry.begin() + " of the data, expected " + offset);
            }
            offset = entry.end();
        }
        if (offset != dataBytes && dataBytes != Safetensors.UNKNOWN) {
            throw new FormatException(source + ": " + dataBytes + " bytes of data, expected " + offset);
        }
    }

    /** Reads {@code {"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}, members in any order. */
    private static final class EntryReader {
        private final String tensor;
        private final JsonReader json;
        private final List<Long> offsets = new ArrayList<>();
        private @Nullable Dtype dtype;
        private @Nullable List<Integer> shape;

        EntryReader(String tensor, JsonReader json) {
            this.tensor = tensor;
            this.json = json;
        }

        Entry read(String name) throws FormatException {
            json.object(this::member);
            Dtype type = dtype;
            List<Integer> dimensions = shape;
            if (type == null || dimensions == null || offsets.size() != 2) {
                throw new FormatException(tensor + " is incomplete, expected dtype, shape and two data_offsets");
            }
            long begin = offsets.get(0);
            long end = offsets.get(1);
            long bytes = bytes(type, dimensions);
            // the difference of two non-negative numbers cannot overflow, and a negative one never equals the size
            if (end - begin != bytes) {
                throw new FormatException(tensor + " has data_offsets [" + begin + ", " + end + "], expected " + bytes
                        + " bytes for " + type + " " + dimensions);
            }
            return new Entry(name, type, dimensions, begin, end);
        }

        private void member(String name) throws FormatException {
            switch (name) {
                case "dtype" -> dtype = dtype(json.string());
                case "shape" -> shape = shape();
                case "data_offsets" ->
                    json.array(() -> {
                        if (offsets.size() == 2) {
                            throw new FormatException(
                                    tensor + " has more than two data_offsets, expected begin and end");
                        }
                        offsets.add(json.integer());
                    });
                default ->
                    throw new FormatException(tensor + " has a member " + FormatException.quote(name)
                            + ", expected dtype, shape, data_offsets");
            }
        }

        private Dtype dtype(String name) throws FormatException {
            for (Dtype candidate : Dtype.values()) {
                if (candidate.name().equals(name)) {
                    return candidate;
                }
            }
            throw new FormatException(tensor + " has dtype " + FormatException.quote(name)
                    + ", expected F32, F16, BF16, F64, whole numbers or BOOL");
        }

        private List<Integer> shape() throws FormatException {
            List<Integer> dimensions = new ArrayList<>();
            json.array(() -> {
                long dimension = json.integer();
                if (dimension > Integer.MAX_VALUE || dimensions.size() == MAX_RANK) {
                    throw new FormatException(tensor + " has dimension " + dimension + " at " + dimensions.size()
                            + ", expected at most " + MAX_RANK + " dimensions below 2^31");
                }
                dimensions.add((int) dimension);
            });
            return dimensions;
        }

        private long bytes(Dtype type, List<Integer> dimensions) throws FormatException {
            long count = 1;
            for (int dimension : dimensions) {
                count *= dimension; // no overflow: both are below 2^31 here
                if (count > Integer.MAX_VALUE - 8) {
                    throw new FormatException(
                            tensor + " has shape " + dimensions + ", expected fewer than 2^31 values");
                }
            }
            return count * type.size();
        }
    }
}
