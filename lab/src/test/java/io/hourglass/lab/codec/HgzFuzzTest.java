package io.hourglass.lab.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hourglass.lab.data.Hostile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@link HgzReader} on any bytes: on the files in {@code src/test/resources/io/hourglass/lab/codec/HgzFuzzTestInputs}
 * or, with {@code JAZZER_FUZZ=1} and {@code -Djazzer.hooks=true}, on what Jazzer makes of them.
 */
class HgzFuzzTest {
    /** The reader holds one block at a time, and the header says how large one is: some MB at most. */
    private static final int BLOCK = 1 << 17;

    private static @Nullable Path file;

    /** As they are, and with all sums put right, so that damage is not all that is found. */
    @FuzzTest
    void hgz(byte[] bytes) throws IOException {
        if (file == null) {
            file = Files.createTempFile("hourglass", ".hgz");
            file.toFile().deleteOnExit();
        }
        Hostile.read(HgzFuzzTest::check, file, bytes, BLOCK);
        Hostile.read(HgzFuzzTest::check, file, withRightSums(bytes), BLOCK);
    }

    private static void check(Path file) throws IOException {
        try (HgzReader reader = HgzReader.open(file)) {
            Codec.check(reader);
        }
    }

    private static byte[] withRightSums(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes.clone());
        if (bytes.length >= HgzHeader.BYTES) {
            file.putInt(HgzHeader.BYTES - 4, HgzHeader.crc(file.array(), 0, HgzHeader.BYTES - 4));
        }
        int at = HgzHeader.BYTES;
        while (at + HgzWriter.BLOCK_HEADER <= bytes.length) {
            int begin = at + HgzWriter.BLOCK_HEADER;
            int length = file.getInt(at + 8);
            if (length < 0 || length > bytes.length - begin) {
                break;
            }
            file.putInt(at + 12, HgzHeader.crc(file.array(), begin, begin + length));
            file.putInt(at + 16, HgzHeader.crc(file.array(), at, at + 16));
            at = begin + length;
        }
        return file.array();
    }
}
