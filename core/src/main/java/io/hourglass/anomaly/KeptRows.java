package io.hourglass.anomaly;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Training rows that a model keeps as text beside its weights, because a file with other tensors than a network's would
 * be refused by PyTorch. Numbers are kept exactly: pixels as bytes, and floats as such unless a number needs a double.
 *
 * @param rows as the model matches them
 * @param names of the rows
 */
record KeptRows(Dataset rows, List<String> names) {
    /** With fewer rows there are no distances to compare. */
    static final int FEWEST = 3;

    private static final String VALUES = "anomaly.neighbours";
    private static final String TYPE = "anomaly.neighbours.type";
    private static final String NAMES = "anomaly.neighbours.names"; // one per line

    /** The names of all their entries in a model's text. */
    static final Set<String> ENTRIES = Set.of(VALUES, TYPE, NAMES);

    /** How a number is kept. */
    private enum Type {
        UINT8(1),
        FLOAT32(4),
        FLOAT64(8);

        final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * Some of the rows, as a model that was saved and loaded has them: their source, such as a file, is no longer
     * needed.
     */
    KeptRows select(int[] chosen) {
        KeptRows some = new KeptRows(
                rows.select(chosen), IntStream.of(chosen).mapToObj(names::get).toList());
        return parse(some.metadata(), rows.inputs()).orElseThrow();
    }

    /** As text for model files. */
    Map<String, String> metadata() {
        Type type = type();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(rows.rows() * type.bytes, rows.inputs()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows.rows(); row++) {
            for (double value : rows.doubles(row)) {
                switch (type) {
                    case UINT8 -> bytes.put((byte) Math.round(value * 255));
                    case FLOAT32 -> bytes.putFloat((float) value);
                    case FLOAT64 -> bytes.putDouble(value);
                }
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(TYPE, Labels.of(type));
        metadata.put(NAMES, names.stream().map(name -> name.replace('\n', ' ')).collect(Collectors.joining("\n")));
        metadata.put(VALUES, Base64.getEncoder().encodeToString(bytes.array()));
        return metadata;
    }

    /** Whether a model's text keeps rows. */
    static boolean areIn(Map<String, String> metadata) {
        return metadata.containsKey(VALUES);
    }

    /**
     * Reads them from a model's text; empty if it keeps none.
     *
     * @param inputs values of a row
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Optional<KeptRows> parse(Map<String, String> metadata, int inputs) {
        String text = metadata.get(VALUES);
        if (text == null) {
            return Optional.empty();
        }
        String label = metadata.getOrDefault(TYPE, "");
        Type type = Labels.find(Type.class, label)
                .orElseThrow(() -> new IllegalArgumentException(
                        TYPE + " is " + FormatException.quote(label) + ", expected uint8, float32 or float64"));
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(VALUES + " is " + FormatException.quote(text) + ", expected Base64");
        }
        List<String> names = List.of(metadata.getOrDefault(NAMES, "").split("\n", -1));
        if (names.size() < FEWEST) {
            throw new IllegalArgumentException(
                    NAMES + " has " + names.size() + " lines, expected " + FEWEST + " or more, one for each row");
        }
        long expected = (long) names.size() * inputs * type.bytes;
        if (bytes.capacity() != expected) {
            throw new IllegalArgumentException(VALUES + " has " + bytes.capacity() + " bytes, expected " + expected
                    + ": " + names.size() + " rows of " + inputs + " values");
        }
        return Optional.of(new KeptRows(rows(bytes, type, names.size() * inputs, inputs), names));
    }

    private static Dataset rows(ByteBuffer bytes, Type type, int n, int inputs) {
        if (type == Type.UINT8) {
            return Dataset.ofPixels(VALUES, bytes.array(), inputs);
        }
        double[] values = new double[n];
        Arrays.setAll(values, i -> type == Type.FLOAT32 ? bytes.getFloat() : bytes.getDouble());
        return Dataset.ofTable(VALUES, values, inputs);
    }

    private Type type() {
        if (rows.isPixels()) {
            return Type.UINT8;
        }
        for (int row = 0; row < rows.rows(); row++) {
            for (double value : rows.doubles(row)) {
                if (!Double.isNaN(value) && (float) value != value) {
                    return Type.FLOAT64;
                }
            }
        }
        return Type.FLOAT32;
    }
}
