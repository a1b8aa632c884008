package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.io.AtomicFile;
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
 * NumPy's array files: a magic string, a version, a header that is a Python dictionary, and the values. Reads numbers
 * of all types up to 64 bits, in C and Fortran order, from a file or from an .npz archive; writes float32 and float64.
 * Arrays of Python objects are rejected: no code is ever run.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER = 10_000; // NumPy's own limit
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;
    private static final int ALIGNMENT = 64;
    private static final int BUFFER_BYTES = 1 << 16;

    // Writers must sort the keys alphabetically. The quantifiers are possessive, so that no header takes long.
    private static final Pattern HEADER = Pattern.compile("\\{\\s*+'descr'\\s*+:\\s*+'([^']*+)'\\s*+,"
            + "\\s*+'fortran_order'\\s*+:\\s*+(True|False)\\s*+,"
            + "\\s*+'shape'\\s*+:\\s*+\\(([^)]*+)\\)\\s*+(?:,\\s*+)?\\}\\s*+");
    private static final Pattern SHAPE =
            Pattern.compile("(?:\\d{1,10}\\s*+(?:,\\s*+\\d{1,10}\\s*+){0,31}+(?:,\\s*+)?)?");

    private Npy() {}

    /** An array; its last dimension runs fastest. */
    public static final class Array {
        private final List<Integer> shape;
        private final NpyType type;

        // One of these holds the values.
        private final byte[] bytes;
        private final float[] floats;
        private final double[] doubles;

        private Array(List<Integer> shape, NpyType type, int count) {
            this.shape = shape;
            this.type = type;
            bytes = new byte[type.storage == NpyType.Storage.BYTES ? count : 0];
            floats = new float[type.storage == NpyType.Storage.FLOATS ? count : 0];
            doubles = new double[type.storage == NpyType.Storage.DOUBLES ? count : 0];
        }

        private void set(int index, double value) {
            switch (type.storage) {
                case BYTES -> bytes[index] = (byte) (int) value;
                case FLOATS -> floats[index] = (float) value;
                case DOUBLES -> doubles[index] = value;
            }
        }

        /** The dimensions, each 0 or more; empty for a single value. */
        public List<Integer> shape() {
            return shape;
        }

        /** The type of the values. */
        public NpyType type() {
            return type;
        }

        /** The number of values. */
        int length() {
            return bytes.length + floats.length + doubles.length;
        }

        /** One value. */
        double value(int index) {
            return switch (type.storage) {
                case BYTES -> Byte.toUnsignedInt(bytes[index]);
                case FLOATS -> floats[index];
                case DOUBLES -> doubles[index];
            };
        }

        /** A copy of all values, rounded to the nearest floats. */
        public float[] values() {
            float[] values = new float[length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) value(i);
            }
            return values;
        }

        /**
         * The array as rows, one per index of the first dimension, in a type that holds the values without loss.
         *
         * @throws IllegalArgumentException if a value is not finite, or there is none
         */
        Dataset rows(String name) {
            int inputs = length() / shape.get(0);
            return switch (type.storage) {
                case BYTES -> Dataset.ofBytes(name, bytes, inputs);
                case FLOATS -> Dataset.ofFloats(name, floats, inputs);
                case DOUBLES -> Dataset.ofDoubles(name, doubles, inputs);
            };
        }

        /**
         * The same as images of unsigned bytes.
         *
         * @throws IllegalStateException if the values are not {@link NpyType#UINT8}
         */
        Dataset images(String name) {
            if (type != NpyType.UINT8) {
                throw new IllegalStateException("values of type " + type + ", expected bytes");
            }
            return Dataset.ofPixels(name, bytes, length() / shape.get(0));
        }
    }

    /**
     * Reads a file. Its header is checked against its length before the values are allocated.
     *
     * @throws FormatException if it is not such a file
     * @throws IOException if it cannot be read
     */
    public static Array read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString(), Files.size(file));
        }
    }

    /**
     * Reads an array from a stream.
     *
     * @param name of the stream in messages
     * @param bytes its length
     */
    static Array read(InputStream in, String name, long bytes) throws IOException {
        byte[] start = readFully(in, MAGIC.length + 2, name);
        int version = start[MAGIC.length];
        if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || version < 1
                || version > 3
                || start[MAGIC.length + 1] != 0) {
            throw new FormatException(name + ": begins with "
                    + FormatException.quote(new String(start, StandardCharsets.ISO_8859_1))
                    + ", expected a .npy file of version 1.0, 2.0 or 3.0");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer length = ByteBuffer.wrap(readFully(in, lengthBytes, name)).order(ByteOrder.LITTLE_ENDIAN);
        long header = version == 1 ? Short.toUnsignedLong(length.getShort()) : Integer.toUnsignedLong(length.getInt());
        if (header > MAX_HEADER) {
            throw new FormatException(name + ": header of " + header + " bytes, expected at most " + MAX_HEADER);
        }
        String text = new String(readFully(in, (int) header, name), StandardCharsets.UTF_8);
        return readArray(in, text, name, bytes, start.length + lengthBytes + header);
    }

    private static Array readArray(InputStream in, String header, String name, long bytes, long begin)
            throws IOException {
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            throw new FormatException(name + ": header " + FormatException.quote(header.strip())
                    + ", expected one such as {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }");
        }
        NpyType type = type(matcher.group(1), name);
        List<Integer> shape = shape(matcher.group(3), name);
        long count = 1;
        for (int dimension : shape) {
            count *= dimension; // no overflow: both are below 2^31 here
            if (count > MAX_VALUES) {
                throw new FormatException(name + ": shape " + shape + ", expected at most " + MAX_VALUES + " values");
            }
        }
        long expected = begin + count * type.size;
        if (bytes != expected) {
            throw new FormatException(name + ": " + bytes + " bytes, expected " + expected + " for shape " + shape);
        }
        ByteOrder order = matcher.group(1).startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Array array = new Array(shape, type, (int) count);
        readValues(in, array, (int) count, order, matcher.group(2).equals("True"), name);
        return array;
    }

    /** Native order, {@code =}, is taken as little-endian, as on nearly every machine. */
    private static NpyType type(String descr, String name) throws FormatException {
        String code = descr.matches("[<>=].*") || descr.matches("\\|.1") ? descr.substring(1) : descr;
        return switch (code) {
            case "b1" -> NpyType.BOOL;
            case "u1" -> NpyType.UINT8;
            case "u2" -> NpyType.UINT16;
            case "u4" -> NpyType.UINT32;
            case "u8" -> NpyType.UINT64;
            case "i1" -> NpyType.INT8;
            case "i2" -> NpyType.INT16;
            case "i4" -> NpyType.INT32;
            case "i8" -> NpyType.INT64;
            case "f2" -> NpyType.FLOAT16;
            case "f4" -> NpyType.FLOAT32;
            case "f8" -> NpyType.FLOAT64;
            default ->
                throw new FormatException(name + ": values of type " + FormatException.quote(descr)
                        + ", expected numbers such as float32 ('<f4') or int64 ('<i8'), or bool ('|b1')");
        };
    }

    private static List<Integer> shape(String text, String name) throws FormatException {
        if (!SHAPE.matcher(text.strip()).matches()) {
            throw new FormatException(
                    name + ": shape " + FormatException.quote(text) + ", expected at most 32 dimensions");
        }
        List<Integer> shape = new ArrayList<>();
        for (String dimension : text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*", 0)) {
            long value = Long.parseLong(dimension);
            if (value > Integer.MAX_VALUE) {
                throw new FormatException(name + ": dimension " + value + ", expected less than 2^31");
            }
            shape.add((int) value);
        }
        return List.copyOf(shape);
    }

    private static void readValues(
            InputStream in, Array array, int count, ByteOrder order, boolean fortran, String name) throws IOException {
        int size = array.type.size;
        int step = BUFFER_BYTES / size;
        boolean moved = fortran && array.shape.size() > 1;
        for (int from = 0; from < count; from += step) {
            int to = from + Math.min(count - from, step);
            ByteBuffer buffer =
                    ByteBuffer.wrap(readFully(in, (to - from) * size, name)).order(order);
            for (int i = from; i < to; i++) {
                array.set(moved ? fromFortran(i, array.shape) : i, array.type.next(buffer));
            }
        }
    }

    /**
     * Converts the index of a value in Fortran order (first dimension fastest) to its index in C order (last dimension
     * fastest).
     */
    private static int fromFortran(int index, List<Integer> shape) {
        int rest = index;
        int at = 0;
        for (int dimension : shape) {
            at = at * dimension + rest % dimension;
            rest /= dimension;
        }
        return at;
    }

    private static byte[] readFully(InputStream in, int length, String name) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new FormatException(name + ": " + (length - bytes.length) + " bytes too short, expected a .npy file");
        }
        return bytes;
    }

    /**
     * Writes rows as a float32 array of shape (rows, width), completely or not at all (see {@link AtomicFile}).
     *
     * @param rows at least one, all equally wide
     * @throws IllegalArgumentException if there is no row or their widths differ
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, float[][] rows) throws IOException {
        write(file, rows, List.of(rows.length, requireWidth(rows)));
    }

    /**
     * Writes rows as a float32 array of shape (rows, height, width) or, with channels, (rows, height, width, channels);
     * completely or not at all (see {@link AtomicFile}).
     *
     * @param rows at least one, all as wide as the shape says
     * @throws IllegalArgumentException if there is no row or one has another width
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

    /**
     * Writes rows as a float64 array of shape (rows, width), completely or not at all (see {@link AtomicFile}).
     *
     * @param rows at least one, all equally wide
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, double[][] rows) throws IOException {
        AtomicFile.write(file, out -> {
            out.write(header("<f8", List.of(rows.length, rows[0].length)));
            ByteBuffer buffer =
                    ByteBuffer.allocate(rows[0].length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (double[] row : rows) {
                buffer.asDoubleBuffer().put(row);
                out.write(buffer.array());
            }
        });
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
     * Everything in a file before the values.
     *
     * @param descr the type of the values, for instance {@code <f4} or {@code |u1}
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
