package io.hourglass.lab.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Hostile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged or made to do harm. */
class HgzReaderTest {
    private static final int ROWS = 43;
    private static final int BLOCK_ROWS = 8; // six blocks, the last one of three rows
    private static final HgzHeader HEADER = SmallCodec.header(8, 2, ROWS, BLOCK_ROWS);

    @TempDir
    Path folder;

    private Path file;
    private byte[] whole;
    private int[] blocks; // where they begin, and where the last one ends

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("a.hgz");
        whole = SmallCodec.file(HEADER, SmallCodec.codes(ROWS, 2));
        blocks = new int[7];
        blocks[0] = HgzHeader.BYTES;
        for (int b = 0; b < 6; b++) {
            blocks[b + 1] =
                    blocks[b] + HgzWriter.BLOCK_HEADER + ByteBuffer.wrap(whole).getInt(blocks[b] + 8);
        }
        assertThat(blocks[6]).isEqualTo(whole.length - HgzHeader.BYTES);
        assertThat(check(whole).isWhole()).isTrue();
    }

    private Codec.Condition check(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (HgzReader reader = HgzReader.open(file)) {
            return Codec.check(reader);
        }
    }

    /** Asserts that exactly these rows are lost, and that all others are what they were. */
    private void loses(byte[] bytes, int first, int end, String... what) throws IOException {
        Codec.Condition condition = check(bytes);
        assertThat(condition.isWhole()).isFalse();
        assertThat(condition.rows()).isEqualTo(ROWS - (end - first));
        assertThat(condition.lost()).isEqualTo(end - first);
        assertThat(condition.describe()).contains(what);
        if (end > first) {
            assertThat(condition.lostRows()).isEqualTo(HgzReader.rows(first, end));
        }
        SortedMap<Long, float[]> expected = rows(whole);
        expected.keySet().removeIf(row -> row >= first && row < end);
        SortedMap<Long, float[]> found = rows(bytes);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((row, code) -> assertThat(code).isEqualTo(expected.get(row)));
    }

    private SortedMap<Long, float[]> rows(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        SortedMap<Long, float[]> rows = new TreeMap<>();
        try (HgzReader reader = HgzReader.open(file)) {
            reader.forEach(new HgzReader.Visitor() {
                @Override
                public void codes(long firstRow, float[][] codes) {
                    for (int r = 0; r < codes.length; r++) {
                        rows.put(firstRow + r, codes[r]);
                    }
                }

                @Override
                public void damage(HgzReader.Damage damage) {}
            });
        }
        return rows;
    }

    private byte[] flipped(int at) {
        byte[] bytes = whole.clone();
        bytes[at] ^= 0x10;
        return bytes;
    }

    @Test
    void everyByteOfABlockIsGuarded() throws IOException {
        for (int b = 0; b < 6; b++) {
            int first = BLOCK_ROWS * b;
            int end = Math.min(ROWS, first + BLOCK_ROWS);
            for (int at = blocks[b]; at < blocks[b + 1]; at++) {
                boolean start = at < blocks[b] + HgzWriter.BLOCK_HEADER;
                loses(
                        flipped(at),
                        first,
                        end,
                        "block " + b + " (rows " + first + " to " + (end - 1) + ")",
                        start ? "no beginning of a block at byte " + blocks[b] : "CRC-32C");
            }
        }
    }

    @Test
    void aDamagedHeaderIsReplacedByItsCopy() throws IOException {
        for (int at = 0; at < HgzHeader.BYTES; at++) {
            loses(flipped(at), 0, 0, "header is damaged");
            loses(flipped(whole.length - 1 - at), 0, 0, "end is damaged");
        }
        byte[] both = flipped(20);
        both[whole.length - 5] ^= 1;
        assertThatThrownBy(() -> check(both))
                .isInstanceOf(FormatException.class)
                .hasMessageContainingAll("a.hgz", "header is damaged", "CRC-32C");
    }

    @Test
    void aFileCutOffAnywhereKeepsItsWholeBlocks() throws IOException {
        for (int length = HgzHeader.BYTES; length < whole.length; length++) {
            int kept = 0;
            while (kept < 6 && blocks[kept + 1] <= length) {
                kept++;
            }
            loses(
                    Arrays.copyOf(whole, length),
                    Math.min(ROWS, kept * BLOCK_ROWS),
                    ROWS,
                    kept < 6 ? "block" : "end is damaged");
        }
        Hostile.truncateEverywhere(this::open, file, Arrays.copyOf(whole, HgzHeader.BYTES));
    }

    private void open(Path path) throws IOException {
        try (HgzReader reader = HgzReader.open(path)) {
            Codec.check(reader);
        }
    }

    @Test
    void findsItsPlaceAgain() throws IOException {
        loses(splice(blocks[2], blocks[2], new byte[3]), 16, 16, "bytes before block 2 belong to no block");
        loses(splice(blocks[2], blocks[4], new byte[0]), 16, 32, "blocks 2 to 3 (rows 16 to 31) missing");
        loses(splice(blocks[2], blocks[3], new byte[500_000]), 16, 24, "block 2 (rows 16 to 23) missing");
        loses(splice(whole.length, whole.length, new byte[1]), 0, 0, "end is damaged");
        loses(splice(blocks[0], blocks[1] - 5, new byte[0]), 0, 8, "block 0");
    }

    private byte[] splice(int from, int to, byte[] instead) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(whole, 0, from);
        bytes.write(instead);
        bytes.write(whole, to, whole.length - to);
        return bytes.toByteArray();
    }

    @Test
    void hostileHeadersGetOneLineAndNoMemory() throws IOException {
        refused(header(8, 12, 2, Long.MAX_VALUE, 8, null), "rows = 9223372036854775807");
        refused(header(8, 12, 2, 0, 8, null), "rows = 0");
        refused(header(8, 12, 2, -1, 8, null), "rows = -1");
        refused(header(0, 12, 2, 43, 8, null), "bits = 0, expected 2 to 16");
        refused(header(17, 12, 2, 43, 8, null), "bits = 17");
        refused(header(-1, 12, 2, 43, 8, null), "bits = -1");
        refused(header(8, 0, 2, 43, 8, null), "inputs = 0");
        refused(header(8, 12, 0, 43, 8, null), "latent = 0");
        refused(header(8, 12, Integer.MAX_VALUE, 43, 8, null), "latent = 2147483647");
        refused(header(8, 12, 2, 43, 0, null), "rows of a block = 0");
        refused(header(8, 12, 2, 43, Integer.MAX_VALUE, null), "rows of a block = 2147483647");
        refused(header(8, 12, 1 << 20, 43, 5, null), "rows of a block = 5, expected 1 to 4");
        refused(header(8, 12, 2, 43, 8, new ImageShape(3, 5, 1)), "image shape 3 x 5 x 1", "12 values");
        refused(
                header(8, 12, 2, 43, 8, new ImageShape(Integer.MAX_VALUE, Integer.MAX_VALUE, 3)),
                "image shape 2147483647 x 2147483647 x 3");
        byte[] version = HEADER.toBytes();
        for (int unknown : new int[] {0, 3}) {
            version[9] = (byte) unknown;
            refused(withCrc(version, HgzHeader.BYTES), "version = " + unknown + ", expected 1 to 2");
        }
        // As many rows as a header may say, and none there: found at once.
        byte[] huge = header(8, 1 << 20, 1 << 20, (long) Integer.MAX_VALUE * 4, 4, null);
        assertThat(Hostile.read(this::open, file, huge)).isNull();
        assertThat(check(huge).describe()).contains("blocks 0 to 2147483646", "the file ends after 84 bytes");
    }

    private static byte[] header(
            int bits, int inputs, int latent, long rows, int blockRows, @Nullable ImageShape shape) {
        return new HgzHeader(HgzHeader.VERSION, bits, false, inputs, latent, rows, blockRows, shape, "ab".repeat(32), 7)
                .toBytes();
    }

    private void refused(byte[] bytes, String... texts) throws IOException {
        assertThat(Hostile.read(this::open, file, bytes)).contains(texts);
    }

    /** The bytes with the checksum of the first {@code length} - 4 at their end. */
    private static byte[] withCrc(byte[] bytes, int length) {
        ByteBuffer.wrap(bytes).putInt(length - 4, HgzHeader.crc(bytes, 0, length - 4));
        return bytes;
    }

    @Test
    void hostileBlocksGetOneLineAndNoMemory() throws IOException {
        HgzHeader wide = SmallCodec.header(8, 2, 65_536, 65_536);
        byte[] ranges = ByteBuffer.allocate(16)
                .putFloat(0)
                .putFloat(1)
                .putFloat(0)
                .putFloat(1)
                .array();
        byte[] none = new byte[4]; // escapes
        damaged(wide, ranges, "too few");
        damaged(wide, concat(ranges, new byte[50]), "too few");
        damaged(wide, concat(ranges, none, new byte[200]), "deflate stream");
        HgzHeader one = SmallCodec.header(8, 2, 1, 1);
        damaged(one, concat(ranges, none, new byte[] {7, 7, 7}), "deflate stream");
        for (float[] range : new float[][] {{Float.NaN, 1}, {0, Float.POSITIVE_INFINITY}, {1, 0}}) {
            byte[] bad = ByteBuffer.wrap(ranges.clone())
                    .putFloat(range[0])
                    .putFloat(range[1])
                    .array();
            damaged(one, concat(bad, new byte[] {3, 0}), "z0 runs from " + range[0] + " to " + range[1]);
        }
        // Levels of 8 bits in a file of 4, and of more than 1 bit in the lower byte of a file of 9.
        byte[] eight = SmallCodec.file(SmallCodec.header(8, 2, 100, 100), SmallCodec.codes(100, 2));
        byte[] content = Arrays.copyOfRange(eight, HgzHeader.BYTES + HgzWriter.BLOCK_HEADER, eight.length - 84);
        damaged(SmallCodec.header(4, 2, 100, 100), content, "more than 4 bits");
        damaged(SmallCodec.header(9, 2, 50, 50), content, "more than 9 bits");
        damaged(SmallCodec.header(8, 2, 99, 99), content, "more than 198 bytes");
        damaged(SmallCodec.header(8, 2, 101, 101), content, "stream of 200 bytes");
    }

    @Test
    void hostileEscapesGetOneLineAndNoMemory() throws IOException {
        HgzHeader eight = SmallCodec.header(8, 2, 8, 8); // at most 2 escapes in 16 values
        byte[] ranges = new byte[16];
        damaged(eight, concat(ranges, new byte[3]), "-1 escapes in 3 bytes, expected 0 to 2");
        damaged(eight, concat(ranges, ints(-1), new byte[60]), "-1 escapes in 60 bytes, expected 0 to 2");
        damaged(eight, concat(ranges, ints(3), new byte[60]), "3 escapes in 60 bytes, expected 0 to 2");
        damaged(eight, concat(ranges, ints(1), new byte[8]), "1 escapes in 8 bytes", "the levels behind them");
        // A whole block of two escapes, in row 3 of the first dimension and row 5 of the second.
        HgzHeader hundred = SmallCodec.header(8, 2, 100, 100);
        float[][] codes = SmallCodec.codes(100, 2);
        codes[3][0] = 1e6f;
        codes[5][1] = -1e6f;
        byte[] bytes = SmallCodec.file(hundred, codes);
        byte[] content = Arrays.copyOfRange(bytes, HgzHeader.BYTES + HgzWriter.BLOCK_HEADER, bytes.length - 84);
        assertThat(ByteBuffer.wrap(content, 16, 16).getInt()).isEqualTo(2);
        damaged(
                hundred,
                with(content, 20, -1),
                "escape 0 is 1000000.0 at place -1, expected a finite number at 0 to 199");
        damaged(hundred, with(content, 20, 105), "escape 1 is -1000000.0 at place 105", "at 106 to 199");
        damaged(hundred, with(content, 28, 200), "escape 1 is -1000000.0 at place 200", "at 4 to 199");
        damaged(hundred, with(content, 24, Float.floatToIntBits(Float.NaN)), "escape 0 is NaN at place 3");
        damaged(hundred, with(content, 16, 1), "deflate stream");
    }

    private static byte[] ints(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        return ByteBuffer.wrap(bytes.clone()).putInt(at, value).array();
    }

    private void damaged(HgzHeader header, byte[] content, String... texts) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(HgzWriter.BLOCK_HEADER);
        start.putInt(HgzWriter.MARK).putInt(0).putInt(content.length).putInt(HgzHeader.crc(content, 0, content.length));
        byte[] bytes =
                concat(header.toBytes(), withCrc(start.array(), HgzWriter.BLOCK_HEADER), content, header.toBytes());
        assertThat(Hostile.read(this::open, file, bytes)).isNull();
        Codec.Condition condition = check(bytes);
        assertThat(condition.rows()).isZero();
        assertThat(condition.places()).isEqualTo(1);
        assertThat(condition.describe()).contains(texts).hasLineCount(1);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    @Test
    void thousandsOfMutations() throws IOException {
        Hostile.mutate(this::open, file, whole, 3000);
    }

    /** What a checksum would catch is made to pass it. */
    @Test
    void thousandsOfMutationsWithRightChecksums() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 4000; i++) {
            byte[] header = Arrays.copyOf(Hostile.mutate(HEADER.toBytes(), random), HgzHeader.BYTES);
            System.arraycopy(HEADER.toBytes(), 0, header, 0, 8);
            withCrc(header, HgzHeader.BYTES);
            byte[] bytes = concat(i % 2 == 0 ? header : HEADER.toBytes(), Arrays.copyOfRange(whole, 84, whole.length));
            int block = blocks[random.nextInt(6)];
            int length = ByteBuffer.wrap(bytes).getInt(block + 8);
            int content = block + HgzWriter.BLOCK_HEADER;
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[content + random.nextInt(length)] = (byte) random.nextInt(256);
            }
            ByteBuffer.wrap(bytes).putInt(block + 12, HgzHeader.crc(bytes, content, content + length));
            byte[] start = withCrc(Arrays.copyOfRange(bytes, block, content), HgzWriter.BLOCK_HEADER);
            System.arraycopy(start, 0, bytes, block, start.length);
            Hostile.read(this::open, file, bytes);
        }
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        assertThatThrownBy(() -> HgzReader.open(folder)).isInstanceOf(IOException.class);
        assertThat(Hostile.read(
                        this::open,
                        file,
                        "this is a text, and one of more than eighty-four characters at that, to be sure"
                                .repeat(2)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .contains("expected a .hgz file");
    }
}
