package io.hourglass.anomaly;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model keeps of some of its training rows, as text beside its weights, because PyTorch would refuse a file with
 * other tensors than a network's: the values of a table's rows, exactly, or what the network makes of images, whose
 * pixels would take much more room.
 *
 * @param names of the rows, without line breaks
 * @param rows as the model matches them; null for images
 * @param results [rows][width], see {@link SeenValues}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Kept(List<String> names, @Nullable Dataset rows, float[][] results) {
    /** With fewer rows there are no distances to compare. */
    static final int FEWEST = 3;

    /** How the names of all entries begin. */
    static final String PREFIX = "anomaly.neighbours.";

    private static final String NAMES = PREFIX + "names"; // one per line
    private static final String VALUES = PREFIX + "values";
    private static final String TYPE = PREFIX + "type";

    /** The names of all entries in a model's text. */
    static final Set<String> ENTRIES = Set.of(NAMES, VALUES, TYPE);

    /** What is kept, as numbers of what size. */
    private enum Type {
        ROWS_FLOAT32(Float.BYTES),
        ROWS_FLOAT64(Double.BYTES),
        CODES_FLOAT32(Float.BYTES);

        final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * What is to be kept of training rows.
     *
     * @param images whether only what the network makes of them is kept
     */
    static Kept of(Autoencoder model, Dataset rows, List<String> names, boolean images) {
        float[][] results = new float[rows.rows()][];
        model.results(rows, (first, values, codes, squares) -> {
            for (int r = 0; r < codes.length; r++) {
                results[first + r] = SeenValues.of(codes[r], squares[r], images);
            }
        });
        return new Kept(names, images ? null : copy(rows), results);
    }

    /** The rows themselves: their source, such as a file, may not be there any more when others are scored. */
    private static Dataset copy(Dataset rows) {
        double[] values = IntStream.range(0, rows.rows())
                .mapToObj(rows::doubles)
                .flatMapToDouble(Arrays::stream)
                .toArray();
        return Dataset.ofTable(rows.name(), values, rows.inputs());
    }

    int count() {
        return names.size();
    }

    /** Some of the rows. */
    Kept select(int[] chosen) {
        return new Kept(
                IntStream.of(chosen).mapToObj(names::get).toList(),
                rows == null ? null : rows.select(chosen),
                IntStream.of(chosen).mapToObj(row -> results[row]).toArray(float[][]::new));
    }

    /** As text for model files. */
    Map<String, String> metadata() {
        List<double[]> numbers = new ArrayList<>();
        for (int row = 0; row < count(); row++) {
            numbers.add(rows == null ? doubles(results[row]) : rows.doubles(row));
        }
        boolean floats = numbers.stream().flatMapToDouble(Arrays::stream).allMatch(Kept::isFloat);
        Type type = rows == null ? Type.CODES_FLOAT32 : floats ? Type.ROWS_FLOAT32 : Type.ROWS_FLOAT64;
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(count() * type.bytes, numbers.get(0).length))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double[] row : numbers) {
            for (double value : row) {
                if (type == Type.ROWS_FLOAT64) {
                    bytes.putDouble(value);
                } else {
                    bytes.putFloat((float) value);
                }
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(TYPE, Labels.of(type));
        metadata.put(NAMES, String.join("\n", names));
        metadata.put(VALUES, Base64.getEncoder().encodeToString(bytes.array()));
        return metadata;
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(j -> values[j]).toArray();
    }

    private static boolean isFloat(double value) {
        return Double.isNaN(value) || (float) value == value;
    }

    /** Whether a model's text keeps rows. */
    static boolean isIn(Map<String, String> metadata) {
        return metadata.containsKey(VALUES);
    }

    /**
     * Reads them from a model; empty if it keeps none.
     *
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Optional<Kept> of(Autoencoder model) {
        Map<String, String> metadata = model.metadata();
        String text = metadata.get(VALUES);
        if (text == null) {
            return Optional.empty();
        }
        String label = metadata.getOrDefault(TYPE, "");
        Type type = Labels.find(Type.class, label)
                .orElseThrow(() -> new IllegalArgumentException(TYPE + " is " + FormatException.quote(label)
                        + ", expected rows-float32, rows-float64 or codes-float32"));
        List<String> names = List.of(metadata.getOrDefault(NAMES, "").split("\n", -1));
        if (names.size() < FEWEST) {
            throw new IllegalArgumentException(
                    NAMES + " has " + names.size() + " lines, expected " + FEWEST + " or more, one for each row");
        }
        int width = type == Type.CODES_FLOAT32
                ? SeenValues.ofImages(model.architecture().latent())
                : model.architecture().inputs();
        double[] numbers = numbers(text, type, names.size(), width);
        if (type != Type.CODES_FLOAT32) {
            return Optional.of(of(model, Dataset.ofTable(VALUES, numbers, width), names, false));
        }
        float[][] results = new float[names.size()][width];
        for (int i = 0; i < numbers.length; i++) {
            if (!Double.isFinite(numbers[i])) {
                throw new IllegalArgumentException(VALUES + " holds " + numbers[i] + ", expected finite numbers");
            }
            results[i / width][i % width] = (float) numbers[i];
        }
        return Optional.of(new Kept(names, null, results));
    }

    private static double[] numbers(String text, Type type, int rows, int width) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(VALUES + " is " + FormatException.quote(text) + ", expected Base64");
        }
        long expected = (long) rows * width * type.bytes;
        if (bytes.capacity() != expected) {
            throw new IllegalArgumentException(VALUES + " has " + bytes.capacity() + " bytes, expected " + expected
                    + ": " + rows + " rows of " + width + " numbers");
        }
        double[] numbers = new double[rows * width];
        Arrays.setAll(numbers, i -> type.bytes == Double.BYTES ? bytes.getDouble() : bytes.getFloat());
        return numbers;
    }
}
