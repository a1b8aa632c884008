package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.format.FormatException;
import io.hourglass.io.Hostile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
    private static final byte[] PIXELS = {0, 1, 2, 3, 4, 5, 127, -128, -1, 9, 10, 11};
    private static final ImageShape SHAPE = new ImageShape(2, 3, 1);

    @TempDir
    Path folder;

    private static byte[] idx(int magic, int[] dimensions, byte... data) {
        ByteBuffer buffer =
                ByteBuffer.allocate(4 + 4 * dimensions.length + data.length).putInt(magic);
        Arrays.stream(dimensions).forEach(buffer::putInt);
        return buffer.put(data).array();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** The message with which a file is refused, plain and gzipped alike. */
    private String refusal(byte[] bytes) throws IOException {
        Path file = folder.resolve("f");
        assertThat(Hostile.read(Idx::readImages, file, gzip(bytes))).isNotNull();
        String message = Hostile.read(Idx::readImages, file, bytes);
        assertThat(message).isNotNull();
        assertThatThrownBy(() -> Idx.readImages(file)).isInstanceOf(FormatException.class);
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"images", "images.gz"})
    void imagesRoundTrip(String name) throws IOException {
        Path file = folder.resolve(name);
        Idx.writeImages(file, PIXELS, SHAPE);
        byte[] plain = idx(0x803, new int[] {2, 2, 3}, PIXELS);
        if (name.endsWith(".gz")) {
            assertThat(Files.readAllBytes(file)).startsWith(0x1f, 0x8b);
        } else {
            assertThat(file).hasBinaryContent(plain);
        }
        Dataset data = Idx.readImages(file);
        assertThat(data.name()).isEqualTo(name);
        assertThat(data.rows()).isEqualTo(2);
        assertThat(data.shape()).contains(SHAPE);
        assertThat(data.hasLabels()).isFalse();
        assertThat(data.sha256()).isEqualTo(Dataset.ofPixels("", PIXELS, 6).sha256());
        assertThat(data.row(1)).containsExactly(127 / 255f, 128 / 255f, 1f, 9 / 255f, 10 / 255f, 11 / 255f);
    }

    @Test
    void rowsHaveNoShape() throws IOException {
        Path file = folder.resolve("rows");
        Idx.writeRows(file, PIXELS, 4);
        assertThat(file).hasBinaryContent(idx(0x802, new int[] {3, 4}, PIXELS));
        Dataset data = Idx.readImages(file);
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.inputs()).isEqualTo(4);
        assertThat(data.shape()).isEmpty();
    }

    @Test
    void labelsRoundTrip() throws IOException {
        Path images = folder.resolve("i");
        Path labels = folder.resolve("l.gz");
        Idx.writeImages(images, PIXELS, SHAPE);
        Idx.writeLabels(labels, new int[] {7, 255});
        Dataset data = Idx.read(images, labels);
        assertThat(data.name()).isEqualTo("i");
        assertThat(data.label(0)).isEqualTo(7);
        assertThat(data.label(1)).isEqualTo(255);
    }

    @Test
    void refusesLabelsThatDoNotFit() throws IOException {
        Path images = folder.resolve("i");
        Path labels = folder.resolve("l");
        Idx.writeImages(images, PIXELS, SHAPE);
        Idx.writeLabels(labels, new int[3]);
        assertThatThrownBy(() -> Idx.read(images, labels))
                .isInstanceOf(FormatException.class)
                .hasMessage(labels + ": 3 labels, expected 2, one for each image");
        assertThatThrownBy(() -> Idx.read(images, images))
                .isInstanceOf(FormatException.class)
                .hasMessage(images + ": magic number 0x00000803, expected 0x00000801 (labels)");
        assertThatThrownBy(() -> Idx.readImages(labels))
                .isInstanceOf(FormatException.class)
                .hasMessage(labels + ": magic number 0x00000801, expected 0x00000803 (images) or 0x00000802 (rows)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x800, 0x801, 0x804, 0x8ff, 0x903, 0xd03, 0x01000803, 0x03080000, -1})
    void refusesOtherMagic(int magic) throws IOException {
        assertThat(refusal(idx(magic, new int[] {2, 2, 3}, PIXELS)))
                .contains(String.format("magic number 0x%08x, expected", magic));
    }

    @Test
    void refusesDimensions() throws IOException {
        int max = Integer.MAX_VALUE;
        for (int[] size : new int[][] {
            {0, 2, 3},
            {2, 0, 3},
            {-2, 2, 3},
            {-2, -2, 3},
            {Integer.MIN_VALUE, 2, 2},
            {max, max, max},
            {65536, 65536, 65536}
        }) {
            assertThat(refusal(idx(0x803, size, PIXELS)))
                    .contains(Arrays.toString(size) + ", expected each at least 1");
        }
    }

    @Test
    void hugeCountsAllocateNothing() throws IOException {
        assertThat(refusal(idx(0x803, new int[] {2_000_000_000, 1, 1}, PIXELS))).contains("expected 2000000016");
        assertThat(refusal(idx(0x803, new int[] {2_000, 1_000, 1_000}, PIXELS))).contains("28 bytes, expected");
        assertThat(refusal(idx(0x802, new int[] {1, 2_147_483_639}, PIXELS))).contains("24 bytes, expected");
    }

    @Test
    void refusesTruncationAndTrailingBytes() throws IOException {
        byte[] plain = idx(0x803, new int[] {2, 2, 3}, PIXELS);
        Path file = folder.resolve("f");
        Hostile.truncateEverywhere(Idx::readImages, file, plain);
        Hostile.truncateEverywhere(Idx::readImages, file, gzip(plain));
        for (int length = 0; length < plain.length; length++) {
            assertThat(Hostile.read(Idx::readImages, file, gzip(Arrays.copyOf(plain, length))))
                    .isNotNull();
        }
        assertThat(refusal(Arrays.copyOf(plain, plain.length + 1))).contains("29 bytes, expected 28");
        byte[] labels = idx(0x801, new int[] {2}, (byte) 1, (byte) 2);
        Path images = Files.write(folder.resolve("images"), plain);
        Hostile.truncateEverywhere(labelFile -> Idx.read(images, labelFile), file, labels);
    }

    /** A header that is true, of a file that small to send and large to unpack: refused before anything is unpacked. */
    @ParameterizedTest
    @ValueSource(ints = {0x802, 0x803})
    void gzipBombStopsAtAGigabyte(int magic) throws IOException {
        Path file = folder.resolve("bomb");
        int[] most = magic == 0x802 ? new int[] {1 << 20, 1024} : new int[] {1 << 20, 32, 32}; // 2^30 and the header
        long unpacked = (1L << 30) + 4 + 4 * most.length;
        byte[] bomb = gzip(idx(magic, most, new byte[1 << 20]));
        for (Hostile.Reader reader : List.<Hostile.Reader>of(Idx::readImages, IdxTest::readAll)) {
            assertThat(Hostile.read(reader, file, bomb))
                    .contains("unpacks to " + unpacked + " bytes, expected at most 1073741824");
        }
        int[] within = most.clone();
        within[0]--;
        assertThat(Hostile.read(IdxTest::readAll, file, gzip(idx(magic, within, new byte[5000])), 4 * 1032))
                .contains("ends in image 4, expected 1048575");
    }

    @Test
    void gzipBombStopsAtTheHeadersCount() throws IOException {
        byte[] bomb = gzip(idx(0x803, new int[] {2, 2, 3}, new byte[300_000_000])); // 300 kB on disk
        assertThat(Hostile.read(Idx::readImages, folder.resolve("bomb"), bomb)).contains("more than 28 bytes");
    }

    /** Before, among and after the bytes of the images; by both readers. */
    @Test
    void refusesThousandsOfEmptyGzipMembers() throws IOException {
        byte[] member = gzip(new byte[0]);
        byte[] empty = new byte[member.length * 100_000];
        for (int at = 0; at < empty.length; at += member.length) {
            System.arraycopy(member, 0, empty, at, member.length);
        }
        byte[] plain = idx(0x803, new int[] {2, 2, 3}, PIXELS);
        for (int begun : new int[] {0, 20, plain.length}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(gzip(Arrays.copyOf(plain, begun)));
            bytes.write(empty);
            bytes.write(gzip(Arrays.copyOfRange(plain, begun, plain.length)));
            Path file = folder.resolve("chain");
            assertThat(Hostile.read(Idx::readImages, file, bytes.toByteArray())).contains("thousands of empty members");
            assertThat(Hostile.read(IdxTest::readAll, file, bytes.toByteArray()))
                    .contains("thousands of empty members");
        }
    }

    @Test
    void survivesRandomChanges() throws IOException {
        byte[] plain = idx(0x803, new int[] {2, 2, 3}, PIXELS);
        Path file = folder.resolve("f");
        Hostile.mutate(Idx::readImages, file, plain, 2_500);
        Hostile.mutate(Idx::readImages, file, gzip(plain), 2_500);
        Path images = Files.write(folder.resolve("images"), plain);
        byte[] labels = idx(0x801, new int[] {2}, (byte) 1, (byte) 2);
        Hostile.mutate(labelFile -> Idx.read(images, labelFile), file, labels, 2_000);
    }

    @Test
    void refusesToWriteWhatCannotBeRead() {
        Path file = folder.resolve("f");
        assertThatThrownBy(() -> Idx.writeImages(file, PIXELS, new ImageShape(2, 1, 3)))
                .hasMessageContaining("expected one channel");
        assertThatThrownBy(() -> Idx.writeImages(file, PIXELS, new ImageShape(5, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Idx.writeRows(file, new byte[0], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Idx.writeRows(file, PIXELS, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Idx.writeLabels(file, new int[] {256})).hasMessageContaining("label 256 in row 0");
        assertThat(file).doesNotExist();
    }

    @Test
    void missingFileAndFolderAreIoErrors() {
        assertThatThrownBy(() -> Idx.readImages(folder.resolve("none"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Idx.readImages(folder)).isInstanceOf(IOException.class);
    }

    private static void readAll(Path file) throws IOException {
        try (Idx.Images images = Idx.openImages(file)) {
            Dataset some = images.next(2);
            while (some != null) {
                some = images.next(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"images", "images.gz"})
    void imagesComeOneAfterAnother(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] pixels = new byte[7 * 6];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37);
        }
        Idx.writeImages(file, pixels, SHAPE);
        try (Idx.Images images = Idx.openImages(file)) {
            assertThat(images.rows()).isEqualTo(7);
            assertThat(images.shape()).contains(SHAPE);
            for (int row = 0; row < 7; row += 3) {
                Dataset some = java.util.Objects.requireNonNull(images.next(3));
                assertThat(some.sha256())
                        .isEqualTo(Dataset.ofPixels(
                                        "", Arrays.copyOfRange(pixels, 6 * row, Math.min(42, 6 * row + 18)), 6)
                                .sha256());
            }
            assertThat(images.next(3)).isNull();
        }
    }

    @Test
    void streamsRefuseWhatReadersRefuse() throws IOException {
        Path file = folder.resolve("f");
        byte[] whole = idx(0x803, new int[] {2, 2, 3}, PIXELS);
        for (byte[] bytes : new byte[][] {whole, gzip(whole)}) {
            assertThat(Hostile.read(IdxTest::readAll, file, bytes)).isNull();
            Hostile.truncateEverywhere(IdxTest::readAll, file, bytes);
            Hostile.mutate(IdxTest::readAll, file, bytes, 2000);
        }
        assertThat(Hostile.read(IdxTest::readAll, file, Arrays.copyOf(whole, whole.length + 1)))
                .contains("more bytes than its 2 images have");
        for (int[] dimensions : new int[][] {{0, 2, 3}, {-1, 2, 3}, {2, 0, 3}, {2, Integer.MAX_VALUE, 3}}) {
            assertThat(Hostile.read(IdxTest::readAll, file, idx(0x803, dimensions, PIXELS)))
                    .contains("dimensions");
        }
        assertThat(Hostile.read(IdxTest::readAll, file, idx(0x803, new int[] {Integer.MAX_VALUE, 2, 3}, PIXELS)))
                .contains("ends in image 2, expected 2147483647");
        assertThat(Hostile.read(IdxTest::readAll, file, idx(0x802, new int[] {1, Integer.MAX_VALUE - 8}, PIXELS)))
                .contains("ends in image 0");
    }
}
