package io.hourglass.lab.codec;

import io.hourglass.format.FormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Converts the codes of a block to bytes and back. A block does not depend on other blocks. It holds, first, the range
 * of each value of the code: minimum and maximum as big-endian floats. From version 2 on, the escapes follow: their
 * number (i32) and then, in ascending order, the place (i32: index in the code times rows, plus row) and the value
 * (float) of each. The rest is one raw deflate stream (RFC 1951) of the levels, z0 of all rows first, then z1, and so
 * on. A level of more than 8 bits takes two bytes: the upper 8 bits of all rows stand before the lower bits of all
 * rows, which are noise and would spoil the statistics of the upper ones. An escape has the level nearest to it, which
 * is not used.
 */
final class BlockCodec {
    /** Deflate expands a byte to at most this many (RFC 1951: 258 bytes from two codes of one bit each). */
    private static final int MOST_INFLATION = 1032;

    /** With fewer rows, a Huffman code for each value of the code costs more than it saves. */
    private static final int LEAST_PART = 64;

    private static final int RANGE_BYTES = 2 * Float.BYTES;

    private final Quantizer quantizer;
    private final int latent;
    private final int planes;
    private final int version;

    /** @param version of the format; {@link #encode} writes only the newest */
    BlockCodec(int version, int bits, int latent) {
        this.version = version;
        quantizer = new Quantizer(bits);
        this.latent = latent;
        planes = bits > 8 ? 2 : 1;
    }

    /**
     * The length of the longest possible block of that many rows: deflate stores what it cannot compress, with about 5
     * bytes for each 16 KB.
     */
    int mostBytes(int rows) {
        int raw = rows * latent * planes;
        return RANGE_BYTES * latent + Integer.BYTES + escapeBytes(mostEscapes(rows)) + raw + raw / 1024 + 64;
    }

    private int mostEscapes(int rows) {
        return rows * latent / RobustRange.LEAST_ROWS_PER_ESCAPE;
    }

    private static int escapeBytes(int escapes) {
        return escapes * RobustRange.ESCAPE_BYTES;
    }

    /**
     * Quantises and compresses codes.
     *
     * @param codes [rows][latent], finite; the first {@code rows} are used
     */
    byte[] encode(float[][] codes, int rows) {
        ByteBuffer ranges = ByteBuffer.allocate(RANGE_BYTES * latent);
        ByteBuffer escapes = ByteBuffer.allocate(escapeBytes(mostEscapes(rows)));
        byte[] levels = new byte[rows * latent * planes];
        float[] values = new float[rows];
        for (int d = 0; d < latent; d++) {
            for (int r = 0; r < rows; r++) {
                values[r] = codes[r][d];
            }
            Arrays.sort(values);
            RobustRange range = RobustRange.of(values, quantizer);
            ranges.putFloat(range.low()).putFloat(range.high());
            int at = d * planes * rows;
            for (int r = 0; r < rows; r++) {
                float value = codes[r][d];
                if (!range.contains(value)) {
                    escapes.putInt(d * rows + r).putFloat(value);
                    value = Math.max(range.low(), Math.min(range.high(), value));
                }
                int level = quantizer.level(value, range.low(), range.high());
                if (planes == 2) {
                    int low8 = quantizer.bits() - 8;
                    levels[at + r] = (byte) (level >>> low8);
                    levels[at + rows + r] = (byte) (level & (1 << low8) - 1);
                } else {
                    levels[at + r] = (byte) level;
                }
            }
        }
        byte[] packed = shortest(levels, rows);
        escapes.flip();
        ByteBuffer block = ByteBuffer.allocate(ranges.capacity() + Integer.BYTES + escapes.remaining() + packed.length);
        block.put(ranges.array()).putInt(escapes.remaining() / RobustRange.ESCAPE_BYTES);
        return block.put(escapes).put(packed).array();
    }

    /**
     * The shortest of four deflate streams; a reader decodes them all in the same way. Sequences of levels hardly ever
     * repeat, so a Huffman code alone is best, one for each value of the code if there are enough rows to outweigh its
     * table. A value of the code that is not used is all repetition.
     */
    private byte[] shortest(byte[] levels, int rows) {
        byte[] best = deflate(levels, levels.length, Deflater.HUFFMAN_ONLY);
        best = shorter(best, deflate(levels, levels.length, Deflater.DEFAULT_STRATEGY));
        if (rows >= LEAST_PART) {
            best = shorter(best, deflate(levels, rows, Deflater.HUFFMAN_ONLY));
            best = shorter(best, deflate(levels, rows, Deflater.DEFAULT_STRATEGY));
        }
        return best;
    }

    private static byte[] shorter(byte[] a, byte[] b) {
        return b.length < a.length ? b : a;
    }

    /** A stream that starts a new Huffman code after each part. */
    private byte[] deflate(byte[] levels, int part, int strategy) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setStrategy(strategy);
            byte[] packed = new byte[levels.length + levels.length / 1024 + 64];
            int length = 0;
            for (int from = 0; from < levels.length; from += part) {
                deflater.setInput(levels, from, Math.min(part, levels.length - from));
                boolean last = from + part >= levels.length;
                if (last) {
                    deflater.finish();
                }
                int mode = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
                // The first call sets the strategy and may consume no input (JDK). A part is flushed once the buffer
                // is not full.
                do {
                    if (length == packed.length) {
                        packed = Arrays.copyOf(packed, 2 * length);
                    }
                    length += deflater.deflate(packed, length, packed.length - length, mode);
                } while (last ? !deflater.finished() : !deflater.needsInput() || length == packed.length);
            }
            return Arrays.copyOf(packed, length);
        } finally {
            deflater.end();
        }
    }

    /**
     * Decodes a block.
     *
     * @param bytes as {@link #encode} returns them
     * @return [rows][latent]
     * @throws FormatException if they are not a valid block; the message says why, without naming file or block
     */
    float[][] decode(byte[] bytes, int rows) throws FormatException {
        int raw = rows * latent * planes;
        int packed = bytes.length - RANGE_BYTES * latent;
        if (packed < 1 || raw > (long) packed * MOST_INFLATION) {
            throw new FormatException(bytes.length + " bytes, too few for " + rows + " codes of " + latent + " values");
        }
        ByteBuffer ranges = ByteBuffer.wrap(bytes);
        for (int d = 0; d < latent; d++) {
            float low = ranges.getFloat();
            float high = ranges.getFloat();
            if (!Float.isFinite(low) || !Float.isFinite(high) || low > high) {
                throw new FormatException(
                        "z" + d + " runs from " + low + " to " + high + ", expected finite numbers in this order");
            }
        }
        int escapes = version == 1 ? 0 : escapes(ranges, rows);
        int escapesAt = ranges.position();
        byte[] levels = inflate(bytes, escapesAt + escapeBytes(escapes), raw);
        float[][] codes = new float[rows][latent];
        for (int d = 0; d < latent; d++) {
            decode(levels, d, ranges.getFloat(RANGE_BYTES * d), ranges.getFloat(RANGE_BYTES * d + Float.BYTES), codes);
        }
        int before = -1;
        for (int e = 0; e < escapes; e++) {
            int place = ranges.getInt();
            float value = ranges.getFloat();
            if (place <= before || place >= rows * latent || !Float.isFinite(value)) {
                throw new FormatException("escape " + e + " is " + value + " at place " + place
                        + ", expected a finite number at " + (before + 1) + " to " + (rows * latent - 1));
            }
            codes[place % rows][place / rows] = value;
            before = place;
        }
        return codes;
    }

    /** Reads the number of escapes; the buffer is then at the first one. */
    private int escapes(ByteBuffer bytes, int rows) throws FormatException {
        int escapes = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
        if (escapes < 0 || escapes > mostEscapes(rows) || escapeBytes(escapes) >= bytes.remaining()) {
            throw new FormatException(escapes + " escapes in " + bytes.remaining() + " bytes, expected 0 to "
                    + mostEscapes(rows) + " and the levels behind them");
        }
        return escapes;
    }

    private void decode(byte[] levels, int d, float low, float high, float[][] codes) throws FormatException {
        int rows = codes.length;
        int at = d * planes * rows;
        for (int r = 0; r < rows; r++) {
            int level = levels[at + r] & 0xff;
            if (planes == 2) {
                int low8 = quantizer.bits() - 8;
                int rest = levels[at + rows + r] & 0xff;
                level = rest >>> low8 == 0 ? level << low8 | rest : Integer.MAX_VALUE;
            }
            if (level > quantizer.last()) {
                throw new FormatException("a level of z" + d + " has more than " + quantizer.bits() + " bits");
            }
            codes[r][d] = quantizer.value(level, low, high);
        }
    }

    private static byte[] inflate(byte[] bytes, int from, int length) throws FormatException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, from, bytes.length - from);
            byte[] levels = new byte[length];
            int at = 0;
            int read = -1;
            while (at < length && read != 0) {
                read = inflater.inflate(levels, at, length - at);
                at += read;
            }
            boolean more = inflater.inflate(new byte[1]) > 0; // makes it read the end of the stream
            if (at < length || more || !inflater.finished() || inflater.getRemaining() > 0) {
                throw new FormatException("deflate stream of " + (more ? "more than " + length : at)
                        + " bytes, expected " + length + " and the end of the block");
            }
            return levels;
        } catch (DataFormatException e) {
            throw new FormatException("damaged deflate stream (" + e.getMessage() + ")");
        } finally {
            inflater.end();
        }
    }
}
