package io.hourglass.lab.data;

import io.hourglass.ImageShape;
import io.hourglass.io.AtomicFile;
import io.hourglass.io.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy's array files: a magic string, a version, a header that is a Python dictionary, then the values. Reads float32, float64 and
 * uint8 in C order, writes float32. Arrays of Python objects are refused: nothing is ever run.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER = 10_000; // NumPy's own limit
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;
    private static final int ALIGNMENT = 64;
    private static final int BUFFER_BYTES = 1 << 16;

    // The keys in alphabetical order, as the format asks of whoever writes it. Possessive, so that no header takes
    // long.
    private static final Pattern HEADER = Pattern.compile("\\{\\s*+'descr'\\s*+:\\s*+'([^']*+)'\\s*+,"
            + "\\s*+'fortran_order'\\s*+:\\s*+(True|False)\\s*+,"
            + "\\s*+'shape'\\s*+:\\s*+\\(([^)]*+)\\)\\s*+(?:,\\s*+)?\\}\\s*+");
    private static final Pattern SHAPE =
            Pattern.compile("(?:\\d{1,10}\\s*+(?:,\\s*+\\d{1,10}\\s*+){0,31}+(?:,\\s*+)?)?");

    private Npy() {}

    /** What a file's values were before they became floats. */
    public enum Type {
        /** {@code f4}. */
        FLOAT32(4),
        /** {@code f8}; rounded to the nearest float. */
        FLOAT64(8),
        /** {@code u1}: 0 to 255. */
        UINT8(1);

        private final int size;

        Type(int size) {
            this.size = size;
        }

        private float next(ByteBuffer in) {
            return switch (this) {
                case FLOAT32 -> in.getFloat();
                case FLOAT64 -> (float) in.getDouble();
                case UINT8 -> in.get() & 0xff;
            };
        }
    }

    /**
     * An array.
     *
     * @param shape its dimensions, each 0 or more; none for a single value
     * @param type in the file
     * @param values the last dimension runs fastest
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Array(List<Integer> shape, Type type, float[] values) {}

    /**
     * Reads a file. Its header is checked against its length before the values are allocated.
     *
     * @throws FormatException if it is not such a file
     * @throws IOException if it cannot be read
     */
    public static Array read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = readFully(in, MAGIC.length + 2, file);
            int version = start[MAGIC.length];
            if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    || version < 1
                    || version > 3
                    || start[MAGIC.length + 1] != 0) {
                throw new FormatException(file + ": begins with "
                        + FormatException.quote(new String(start, StandardCharsets.ISO_8859_1))
                        + ", expected a .npy file of version 1.0, 2.0 or 3.0");
            }
            int lengthBytes = version == 1 ? 2 : 4;
            ByteBuffer length =
                    ByteBuffer.wrap(readFully(in, lengthBytes, file)).order(ByteOrder.LITTLE_ENDIAN);
            long header =
                    version == 1 ? Short.toUnsignedLong(length.getShort()) : Integer.toUnsignedLong(length.getInt());
            if (header > MAX_HEADER) {
                throw new FormatException(file + ": header of " + header + " bytes, expected at most " + MAX_HEADER);
            }
            String text = new String(readFully(in, (int) header, file), StandardCharsets.UTF_8);
            return readArray(in, text, file, start.length + lengthBytes + header);
        }
    }

    private static Array readArray(InputStream in, String header, Path file, long begin) throws IOException {
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            throw new FormatException(file + ": header " + FormatException.quote(header.strip())
                    + ", expected one such as {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }");
        }
        Type type = type(matcher.group(1), file);
        if (matcher.group(2).equals("True")) {
            throw new FormatException(file + ": array in Fortran order, expected C order");
        }
        List<Integer> shape = shape(matcher.group(3), file);
        long count = 1;
        for (int dimension : shape) {
            count *= dimension; // no overflow: both are below 2^31 here
            if (count > MAX_VALUES) {
                throw new FormatException(file + ": shape " + shape + ", expected at most " + MAX_VALUES + " values");
            }
        }
        long expected = begin + count * type.size;
        if (Files.size(file) != expected) {
            throw new FormatException(
                    file + ": " + Files.size(file) + " bytes, expected " + expected + " for shape " + shape);
        }
        ByteOrder order = matcher.group(1).startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new Array(shape, type, readValues(in, (int) count, type, order, file));
    }

    private static Type type(String descr, Path file) throws FormatException {
        return switch (descr) {
            case "<f4", ">f4" -> Type.FLOAT32;
            case "<f8", ">f8" -> Type.FLOAT64;
            case "|u1" -> Type.UINT8;
            default ->
                throw new FormatException(file + ": values of type " + FormatException.quote(descr)
                        + ", expected float32 ('<f4', '>f4'), float64 ('<f8', '>f8') or uint8 ('|u1')");
        };
    }

    private static List<Integer> shape(String text, Path file) throws FormatException {
        if (!SHAPE.matcher(text.strip()).matches()) {
            throw new FormatException(
                    file + ": shape " + FormatException.quote(text) + ", expected at most 32 dimensions");
        }
        List<Integer> shape = new ArrayList<>();
        for (String dimension : text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*", 0)) {
            long value = Long.parseLong(dimension);
            if (value > Integer.MAX_VALUE) {
                throw new FormatException(file + ": dimension " + value + ", expected less than 2^31");
            }
            shape.add((int) value);
        }
        return List.copyOf(shape);
    }

    private static float[] readValues(InputStream in, int count, Type type, ByteOrder order, Path file)
            throws IOException {
        float[] values = new float[count];
        int step = BUFFER_BYTES / type.size;
        for (int from = 0; from < count; from += step) {
            int to = from + Math.min(count - from, step);
            ByteBuffer buffer = ByteBuffer.wrap(readFully(in, (to - from) * type.size, file))
                    .order(order);
            for (int i = from; i < to; i++) {
                values[i] = type.next(buffer);
            }
        }
        return values;
    }

    private static byte[] readFully(InputStream in, int length, Path file) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new FormatException(file + ": " + (length - bytes.length) + " bytes too short, expected a .npy file");
        }
        return bytes;
    }

    /**
     * Writes rows as a float32 array of shape (rows, width), whole or not at all (see {@link AtomicFile}).
     *
     * @param rows at least one, all equally wide
     * @throws IllegalArgumentException if there is no row or their widths differ
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, float[][] rows) throws IOException {
        write(file, rows, List.of(rows.length, requireWidth(rows)));
    }

    /**
     * Writes rows as a float32 array of shape (rows, height, width) or, with channels, (rows, height, width, channels); whole or not
     * at all (see {@link AtomicFile}).
     *
     * @param rows at least one, all as wide as the shape says
     * @throws IllegalArgumentException if there is no row or one is of another width
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, float[][] rows, ImageShape shape) throws IOException {
        if (requireWidth(rows) != shape.values()) {
            throw new IllegalArgumentException("rows of " + rows[0].length + " values, expected those of " + shape);
        }
        write(
                file,
                rows,
                shape.channels() == 1
                        ? List.of(rows.length, shape.height(), shape.width())
                        : List.of(rows.length, shape.height(), shape.width(), shape.channels()));
    }

    /** The width of all rows. */
    static int requireWidth(float[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("no rows, expected at least one");
        }
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].length != rows[0].length) {
                throw new IllegalArgumentException(
                        "row " + row + " has " + rows[row].length + " values, expected " + rows[0].length);
            }
        }
        return rows[0].length;
    }

    private static void write(Path file, float[][] rows, List<Integer> shape) throws IOException {
        AtomicFile.write(file, out -> {
            out.write(header("<f4", shape));
            ByteBuffer buffer =
                    ByteBuffer.allocate(rows[0].length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float[] row : rows) {
                buffer.asFloatBuffer().put(row);
                out.write(buffer.array());
            }
        });
    }

    /**
     * What stands in a file before its values.
     *
     * @param descr their type, for instance {@code <f4} or {@code |u1}
     * @param shape dimensions of an array in C order
     */
    public static byte[] header(String descr, List<? extends Number> shape) {
        String tuple = shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + tuple + ", }";
        int before = MAGIC.length + 4;
        int padding = ALIGNMENT - 1 - (before + header.length()) % ALIGNMENT;
        byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer start = ByteBuffer.allocate(before + text.length).order(ByteOrder.LITTLE_ENDIAN);
        start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) text.length);
        return start.put(text).array();
    }
}
