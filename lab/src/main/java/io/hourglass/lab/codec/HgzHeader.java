package io.hourglass.lab.codec;

import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Architecture;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of a .hgz file, stored at its beginning and, because everything depends on it, again at its end. {@value
 * #BYTES} bytes, big-endian:
 *
 * <pre>
 *  0  magic number 89 48 47 5a 0d 0a 1a 0a ("HGZ"; built like PNG's, so that a transfer as text is detected)
 *  8  u16 version, 1 (without escapes, see {@link BlockCodec}) or 2, u8 bits, u8 1 for rows of bytes and 0 for rows of
 * floats
 * 12  i32 inputs, i32 latent
 * 20  i64 rows
 * 28  i32 rows per block (the last block may have fewer)
 * 32  i32 height, width, channels; all 0 if the rows are not images
 * 44  SHA-256 of the model's weights
 * 76  u32 CRC-32C of everything else that codes depend on: activations and scaler
 * 80  u32 CRC-32C of the preceding bytes
 * </pre>
 *
 * @param version of the format; writers write {@value #VERSION}
 * @param bits of a quantised value
 * @param pixels whether the rows were bytes, which stand for values in [0, 1]
 * @param inputs width of a row
 * @param latent width of a code
 * @param rows at least 1
 * @param blockRows rows of a block, 1 to {@value #MAX_BLOCK_ROWS}
 * @param shape of the rows, if they are images
 * @param weightsSha256 in hexadecimal
 * @param settings CRC-32C of activations and scaler
 */
public record HgzHeader(
        int version,
        int bits,
        boolean pixels,
        int inputs,
        int latent,
        long rows,
        int blockRows,
        @Nullable ImageShape shape,
        String weightsSha256,
        int settings) {
    /** Length of a header. */
    static final int BYTES = 84;

    private static final byte[] MAGIC = {(byte) 0x89, 'H', 'G', 'Z', '\r', '\n', 0x1a, '\n'};
    /** The newest version of the format. */
    static final int VERSION = 2;

    private static final int MAX_BLOCK_ROWS = 1 << 16;

    /** Most code values in a block of more than one row. */
    private static final int MAX_BLOCK_VALUES = 1 << 22;

    private static final int USUAL_BLOCK_ROWS = 4096;
    private static final int USUAL_BLOCK_VALUES = 1 << 20;

    /**
     * The number of rows that a writer puts into a block: {@value #USUAL_BLOCK_ROWS}, so that a block's overhead is a
     * few percent, or fewer if the codes are so wide that it would have more than 2<sup>20</sup> values.
     */
    static int blockRows(int latent) {
        return Math.max(1, Math.min(USUAL_BLOCK_ROWS, USUAL_BLOCK_VALUES / latent));
    }

    /** Number of blocks. */
    int blocks() {
        return (int) ((rows + blockRows - 1) / blockRows);
    }

    /** The first row of a block; for a block after the last, the number of rows. */
    long firstRow(int block) {
        return Math.min(rows, (long) block * blockRows);
    }

    /** How many rows a block has. */
    int rowsOf(int block) {
        return (int) (firstRow(block + 1) - firstRow(block));
    }

    /** The header as stored in the file. */
    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.put(MAGIC).putShort((short) version).put((byte) bits).put((byte) (pixels ? 1 : 0));
        bytes.putInt(inputs).putInt(latent).putLong(rows).putInt(blockRows);
        bytes.putInt(shape == null ? 0 : shape.height());
        bytes.putInt(shape == null ? 0 : shape.width());
        bytes.putInt(shape == null ? 0 : shape.channels());
        bytes.put(HexFormat.of().parseHex(weightsSha256)).putInt(settings);
        return bytes.putInt(crc(bytes.array(), 0, BYTES - 4)).array();
    }

    /**
     * Reads a header.
     *
     * @param name of the file, for messages
     * @param bytes as many as the file has, at most {@value #BYTES}
     * @throws FormatException if it is damaged, or a number in it is out of range
     */
    static HgzHeader parse(String name, byte[] bytes) throws FormatException {
        if (bytes.length < BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new FormatException(name + ": "
                    + (bytes.length < BYTES
                            ? bytes.length + " bytes, expected a .hgz file of more than " + BYTES
                            : "begins with " + HexFormat.of().formatHex(bytes, 0, MAGIC.length)
                                    + ", expected a .hgz file: "
                                    + HexFormat.of().formatHex(MAGIC)));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, BYTES - MAGIC.length);
        int version = in.getShort();
        int crc = crc(bytes, 0, BYTES - 4);
        if (crc != in.getInt(BYTES - 4)) {
            throw new FormatException(String.format(
                    "%s: header is damaged, its CRC-32C is %08x, expected %08x", name, crc, in.getInt(BYTES - 4)));
        }
        require(version >= 1 && version <= VERSION, name, "version", version, 1, VERSION);
        int bits = in.get();
        require(
                bits >= Quantizer.MIN_BITS && bits <= Quantizer.MAX_BITS,
                name,
                "bits",
                bits,
                Quantizer.MIN_BITS,
                Quantizer.MAX_BITS);
        int pixels = in.get();
        require((pixels & ~1) == 0, name, "kind of rows", pixels, 0, 1);
        int inputs = in.getInt();
        requireWidth(name, "inputs", inputs);
        int latent = in.getInt();
        requireWidth(name, "latent", latent);
        long rows = in.getLong();
        int blockRows = in.getInt();
        int most = Math.max(1, Math.min(MAX_BLOCK_ROWS, MAX_BLOCK_VALUES / latent));
        require(blockRows >= 1 && blockRows <= most, name, "rows of a block", blockRows, 1, most);
        long mostRows = (long) Integer.MAX_VALUE * blockRows;
        require(rows >= 1 && rows <= mostRows, name, "rows", rows, 1, mostRows);
        ImageShape shape = shape(name, in, inputs);
        byte[] hash = new byte[32];
        in.get(hash);
        return new HgzHeader(
                version,
                bits,
                pixels == 1,
                inputs,
                latent,
                rows,
                blockRows,
                shape,
                HexFormat.of().formatHex(hash),
                in.getInt());
    }

    private static @Nullable ImageShape shape(String name, ByteBuffer in, int inputs) throws FormatException {
        int height = in.getInt();
        int width = in.getInt();
        int channels = in.getInt();
        if (height == 0 && width == 0 && channels == 0) {
            return null;
        }
        boolean possible = height >= 1 && width >= 1 && (channels == 1 || channels == 3);
        // the first product is of two positive ints, and is compared before it is multiplied by 3
        if (!possible || (long) height * width > inputs || (long) height * width * channels != inputs) {
            throw new FormatException(name + ": header says image shape " + height + " x " + width + " x " + channels
                    + ", expected one of " + inputs + " values, as a row has");
        }
        return new ImageShape(height, width, channels);
    }

    private static void requireWidth(String name, String what, int width) throws FormatException {
        require(width >= 1 && width <= Architecture.MAX_WIDTH, name, what, width, 1, Architecture.MAX_WIDTH);
    }

    private static void require(boolean right, String name, String what, long value, long least, long most)
            throws FormatException {
        if (!right) {
            throw new FormatException(
                    name + ": header says " + what + " = " + value + ", expected " + least + " to " + most);
        }
    }

    /** CRC-32C (Castagnoli): finds every burst of up to 32 bits. */
    static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
