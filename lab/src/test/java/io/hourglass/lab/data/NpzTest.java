package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Dataset;
import io.hourglass.lab.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {
    private static final Progress QUIET = Progress.onStandardError(new PrintStream(OutputStream.nullOutputStream()));
    private static final int PACKED = 16 * 1032;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("a.npz");
    }

    private static byte[] doubles(double... values) {
        byte[] header = Npy.header("<f8", List.of(values.length / 2, 2));
        ByteBuffer bytes =
                ByteBuffer.allocate(header.length + 8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(header).asDoubleBuffer().put(values);
        return bytes.array();
    }

    /** As numpy.savez (stored) and numpy.savez_compressed (deflated) do. */
    private static byte[] zip(boolean deflated, Object... namesAndBytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndBytes.length; i += 2) {
                byte[] bytes = (byte[]) namesAndBytes[i + 1];
                ZipEntry entry = new ZipEntry((String) namesAndBytes[i]);
                entry.setMethod(deflated ? ZipEntry.DEFLATED : ZipEntry.STORED);
                if (!deflated) {
                    CRC32 crc = new CRC32();
                    crc.update(bytes);
                    entry.setCrc(crc.getValue());
                    entry.setSize(bytes.length);
                }
                zip.putNextEntry(entry);
                zip.write(bytes);
            }
        }
        return out.toByteArray();
    }

    private void load(Path path, @Nullable String array) throws IOException {
        rows(path, array);
    }

    private static Dataset rows(Path path, @Nullable String array) throws IOException {
        ReadOptions options = new ReadOptions(TableOptions.DEFAULT, null, ReadOptions.Colours.GREY, null, true, array);
        return DataSource.load(path.toString(), options, QUIET).train();
    }

    private String refusal(byte[] bytes, @Nullable String array) throws IOException {
        String message = Hostile.read(path -> load(path, array), file, bytes, PACKED);
        assertThat(message).as("refused").isNotNull();
        return message;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsTheOnlyArrayOrTheOneNamed(boolean deflated) throws IOException {
        byte[] x = doubles(1_700_000_001, 2, 3, 4);
        byte[] y = doubles(5, 6);
        Files.write(file, zip(deflated, "X.npy", x));
        assertThat(rows(file, null).doubles(0)).containsExactly(1_700_000_001, 2);
        Files.write(file, zip(deflated, "X.npy", x, "y.npy", y, "notes.txt", new byte[3]));
        assertThat(rows(file, "X").doubles(1)).containsExactly(3, 4);
        assertThat(rows(file, "y").rows()).isEqualTo(1);
        byte[] both = Files.readAllBytes(file);
        assertThat(refusal(both, null))
                .isEqualTo(file + ": the arrays 'X, y', expected one array, or --array with a name");
        assertThat(refusal(both, "z")).isEqualTo(file + ": the arrays 'X, y', expected one named 'z'");
        assertThat(refusal(zip(deflated, "notes.txt", new byte[3]), null))
                .isEqualTo(file + ": no arrays, expected one array, or --array with a name");
    }

    @Test
    void damageIsFound() throws IOException {
        byte[] stored = zip(false, "X.npy", doubles(1, 2, 3, 4));
        stored[30 + 5 + 128 + 3] ^= 1; // a value: the entry's header and the header of the array stand before it
        assertThat(refusal(stored, null))
                .isEqualTo(file + ": array 'X': its checksum does not match, expected an undamaged file");
        assertThat(refusal("no zip".getBytes(StandardCharsets.US_ASCII), null)).contains("damaged .npz file");
        byte[] objects = Npy.header("|O", List.of(1, 1));
        assertThat(refusal(zip(true, "X.npy", Arrays.copyOf(objects, objects.length + 8)), null))
                .contains("array 'X': values of type '|O', expected numbers");
    }

    /** The header of the array, and the zip file's tables, claim a gigabyte that is not there. */
    @Test
    void takesNoMoreMemoryThanItsBytesHold() throws IOException {
        byte[] array = Arrays.copyOf(Npy.header("|u1", List.of(1 << 15, 1 << 15)), 200);
        byte[] bytes = zip(true, "X.npy", array);
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length - 4; at++) {
            if (all.getInt(at) == 200) {
                all.putInt(at, 128 + (1 << 30));
            }
        }
        assertThat(refusal(bytes, null)).contains("damaged .npz file: 1073741952 bytes of 'X.npy' in");
    }

    @Test
    void survivesRandomChangesAndTruncation() throws IOException {
        for (boolean deflated : new boolean[] {true, false}) {
            byte[] bytes = zip(deflated, "X.npy", doubles(1, 2, 3, 4));
            Hostile.truncateEverywhere(path -> load(path, null), file, bytes);
            for (int i = 0; i < 3_000; i++) {
                Hostile.read(path -> load(path, null), file, Hostile.mutate(bytes, new Random(i)), PACKED);
            }
        }
    }
}
