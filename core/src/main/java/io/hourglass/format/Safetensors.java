package io.hourglass.format;

import io.hourglass.io.AtomicFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of a safetensors file: text and named tensors, but no code. The file is the length of its header (8
 * bytes, little-endian), the header (JSON: dtype, shape and position of each tensor) and the tensors' bytes, one after
 * the other.
 *
 * <pre>{@code
 * Map<String, Safetensors.Tensor> tensors = Safetensors.read(file).tensors();
 * float[] weight = tensors.get("encoder.0.weight").values(); // [outputs][inputs]
 * Safetensors.write(Path.of("copy.safetensors"), Map.of("origin", "copied"), tensors);
 * }</pre>
 *
 * @param metadata the file's {@code __metadata__}; empty if it has none
 * @param tensors by name, in the order of their bytes in the file
 * @param others tensors that are not read, because their elements are not floats of at least 16 bits: dtype and shape
 *     by name, for instance {@code I64 [3]}
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public record Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors, Map<String, String> others) {
    private static final int LENGTH_BYTES = 8;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String METADATA = "__metadata__";

    /** The length of a stream. */
    static final long UNKNOWN = Long.MAX_VALUE;

    /**
     * The content of a file, with tensors that were not read.
     *
     * @param metadata text by name; the maps are copied in their order
     * @param tensors by name
     * @param others dtype and shape by name
     */
    public Safetensors {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /**
     * Content of text and floats only.
     *
     * @param metadata text by name; the maps are copied in their order
     * @param tensors by name
     */
    public Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
        this(metadata, tensors, Map.of());
    }

    /**
     * A tensor of floats. The array is not copied.
     *
     * @param shape its dimensions, each 0 or more; empty for a single value
     * @param values with the last dimension varying fastest
     */
    public record Tensor(List<Integer> shape, float[] values) {
        /**
         * A tensor with the given values.
         *
         * @param shape dimensions of 0 or more
         * @param values as many as the product of the dimensions
         * @throws IllegalArgumentException if a dimension is negative, or the array has another number of values
         */
        public Tensor {
            shape = List.copyOf(shape);
            long count = 1;
            for (int dimension : shape) {
                // a count above the array's length stays wrong, unless a later dimension is 0
                count = Math.min(count, Integer.MAX_VALUE) * dimension;
                if (dimension < 0) {
                    throw new IllegalArgumentException("shape " + shape + ", expected dimensions of 0 or more");
                }
            }
            if (count != values.length) {
                throw new IllegalArgumentException("shape " + shape + " for " + values.length + " values");
            }
        }

        /** Whether the other is a tensor of the same shape and values. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Tensor tensor && shape.equals(tensor.shape) && Arrays.equals(values, tensor.values);
        }

        @Override
        public int hashCode() {
            return 31 * shape.hashCode() + Arrays.hashCode(values);
        }

        /** For instance {@code floats [128, 784]}. */
        @Override
        public String toString() {
            return "floats " + shape;
        }
    }

    /** For instance {@code 8 tensors, 12 entries of text}. */
    @Override
    public String toString() {
        int count = tensors.size() + others.size();
        return count
                + (count == 1 ? " tensor, " : " tensors, ")
                + metadata.size()
                + (metadata.size() == 1 ? " entry of text" : " entries of text");
    }

    /**
     * Reads a file. Every number in it is checked against the file's length before anything is allocated, so a file
     * cannot claim more memory than a few times its own size.
     *
     * @param file to read
     * @return its text and tensors, converted to floats
     * @throws FormatException if it is not a safetensors file; the message says what it looks like
     * @throws IOException if it cannot be read, or the thread is interrupted
     */
    public static Safetensors read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            // A pipe has no length.
            return read(in, file.toString(), Files.isRegularFile(file) ? Files.size(file) - LENGTH_BYTES : UNKNOWN);
        } catch (ClosedByInterruptException e) {
            FileSystemException named =
                    new FileSystemException(file.toString(), null, "cannot be read: its thread was interrupted");
            named.initCause(e);
            throw named;
        }
    }

    /**
     * Reads a stream to its end, with the checks of {@link #read(Path)}. The length of a stream is not known, so memory
     * is allocated as its bytes arrive: a few times their number.
     *
     * @param in at the beginning of a safetensors file; it is not closed
     * @param name of the source, for messages
     * @return its text and tensors, converted to floats
     * @throws FormatException if the stream does not hold one safetensors file, or ends early or late
     * @throws IOException if it cannot be read
     */
    public static Safetensors read(InputStream in, String name) throws IOException {
        return read(in, name, UNKNOWN);
    }

    /** @param rest bytes after the first 8, or {@link #UNKNOWN} */
    private static Safetensors read(InputStream in, String source, long rest) throws IOException {
        try {
            byte[] first = in.readNBytes(LENGTH_BYTES);
            if (first.length < LENGTH_BYTES) {
                throw new FormatException(source + ": not a model file: " + first.length
                        + " bytes, expected a safetensors file of at least 8");
            }
            long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
            long most = Math.min(rest, SafetensorsHeader.MAX_BYTES);
            if (length < 0 || length > most || FileKind.isZip(length)) {
                throw new FormatException(source + ": not a model file, which is a safetensors file, but "
                        + FileKind.describe(length, in, most));
            }
            String text = decode(readFully(in, (int) length, source), source);
            boolean known = rest != UNKNOWN;
            SafetensorsHeader header = SafetensorsHeader.parse(source, text, known ? rest - length : UNKNOWN);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Map<String, String> others = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                if (entry.dtype().isRead()) {
                    tensors.put(entry.name(), new Tensor(entry.shape(), readValues(in, entry, source, known)));
                } else {
                    others.put(entry.name(), entry.dtype() + " " + entry.shape());
                    in.skipNBytes(entry.end() - entry.begin());
                }
            }
            if (!known && in.read() >= 0) {
                throw new FormatException(source + ": goes on after the last tensor, expected its end");
            }
            return new Safetensors(header.metadata(), tensors, others);
        } catch (EOFException e) {
            throw new FormatException(source + ": ended early while it was read");
        }
    }

    private static String decode(byte[] header, String source) throws FormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(source + ": header is not UTF-8, expected JSON in UTF-8");
        }
    }

    /** @param known whether so many bytes are there; otherwise the array grows as they arrive */
    private static float[] readValues(InputStream in, SafetensorsHeader.Entry entry, String source, boolean known)
            throws IOException {
        int step = BUFFER_BYTES / entry.dtype().size();
        float[] values = new float[known ? entry.count() : Math.min(entry.count(), step)];
        for (int from = 0, count; from < entry.count(); from += count) {
            count = Math.min(entry.count() - from, step);
            byte[] bytes = readFully(in, count * entry.dtype().size(), source);
            if (from + count > values.length) {
                values = Arrays.copyOf(values, (int) Math.min(entry.count(), 2L * values.length));
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                values[from + i] = entry.dtype().next(buffer);
            }
        }
        return values;
    }

    private static byte[] readFully(InputStream in, int length, String source) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new FormatException(source + ": ended " + (length - bytes.length) + " bytes early while it was read");
        }
        return bytes;
    }

    /**
     * Writes a file with all tensors as F32. The same input gives the same bytes: first the metadata, sorted by name,
     * then the tensors in the order of their map. An existing file is replaced only when the new one is complete.
     *
     * @param file to write
     * @param metadata text by name
     * @param tensors by name
     * @throws IllegalArgumentException if a tensor is called {@code __metadata__}, a text is not valid Unicode, or the
     *     header is larger than 100 MB
     * @throws IOException if the file cannot be written; an existing one is then unchanged
     */
    public static void write(Path file, Map<String, String> metadata, Map<String, Tensor> tensors) throws IOException {
        AtomicFile.write(file, out -> write(out, metadata, tensors));
    }

    /**
     * Writes the bytes of {@link #write(Path, Map, Map)} to a stream.
     *
     * @param out is flushed, but not closed
     * @param metadata text by name
     * @param tensors by name
     * @throws IllegalArgumentException as {@link #write(Path, Map, Map)}; nothing has been written then
     * @throws IOException if the stream cannot be written
     */
    public static void write(OutputStream out, Map<String, String> metadata, Map<String, Tensor> tensors)
            throws IOException {
        byte[] header = header(metadata, tensors);
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putLong(header.length).array());
        out.write(header);
        for (Tensor tensor : tensors.values()) {
            writeValues(out, tensor.values());
        }
        out.flush();
    }

    private static byte[] header(Map<String, String> metadata, Map<String, Tensor> tensors) {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            json.append("\"" + METADATA + "\":{");
            new TreeMap<>(metadata).forEach((name, value) -> {
                appendString(json, name);
                json.append(':');
                appendString(json, value);
                json.append(',');
            });
            json.setCharAt(json.length() - 1, '}');
            json.append(',');
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            if (entry.getKey().equals(METADATA)) {
                throw new IllegalArgumentException("a tensor is called " + METADATA + ", expected another name");
            }
            long end = offset + (long) Float.BYTES * entry.getValue().values().length;
            appendString(json, entry.getKey());
            String shape = entry.getValue().shape().toString().replace(" ", "");
            json.append(":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" + offset + "," + end + "]},");
            offset = end;
        }
        if (json.length() > 1) {
            json.setLength(json.length() - 1);
        }
        json.append('}');
        return encodeAligned(json);
    }

    /** UTF-8, padded with spaces so that the tensors begin at a multiple of 8 bytes. */
    private static byte[] encodeAligned(CharSequence json) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
            int length = utf8.remaining();
            byte[] header = new byte[(length + 7) / 8 * 8];
            Arrays.fill(header, (byte) ' ');
            utf8.get(header, 0, length);
            if (header.length > SafetensorsHeader.MAX_BYTES) {
                throw new IllegalArgumentException(
                        "header of " + header.length + " bytes, expected at most " + SafetensorsHeader.MAX_BYTES);
            }
            return header;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name or a text has half a surrogate pair, expected valid Unicode", e);
        }
    }

    private static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    private static void writeValues(OutputStream out, float[] values) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int step = BUFFER_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += step) {
            int count = Math.min(values.length - from, step);
            buffer.asFloatBuffer().put(values, from, count);
            out.write(buffer.array(), 0, count * Float.BYTES);
        }
    }
}
