package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
    private static final Progress QUIET = new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80);

    @TempDir
    Path folder;

    private DataSplit load(@Nullable String size, boolean rgb) throws IOException {
        ReadOptions options = new ReadOptions(
                null,
                null,
                size == null ? null : ReadOptions.Size.parse(size),
                rgb,
                null,
                false,
                List.of(),
                StandardCharsets.UTF_8,
                null);
        return DataSource.load(folder.toString(), options, QUIET);
    }

    private Dataset read() throws IOException {
        return load(null, false).train();
    }

    private void write(String name, BufferedImage image, String format) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        assertThat(ImageIO.write(image, format, folder.resolve(name).toFile())).isTrue();
    }

    private static BufferedImage grey(int width, int height, int... values) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, width, height, values);
        return image;
    }

    private static BufferedImage rgb(int width, int height, int... colours) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, colours, 0, width);
        return image;
    }

    private static float[] bytes(int... values) {
        float[] expected = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            expected[i] = values[i] / 255f;
        }
        return expected;
    }

    @Test
    void readsBackWhatIsWritten() throws IOException {
        float[][] rows = {bytes(0, 1, 2, 127, 254, 255), bytes(9, 8, 7, 6, 5, 4)};
        PngImages.write(folder, rows, new ImageShape(2, 3, 1), done -> {});
        Dataset data = read();
        assertThat(data.shape()).contains(new ImageShape(2, 3, 1));
        assertThat(data.isPixels()).isTrue();
        assertThat(data.hasLabels()).isFalse();
        assertThat(data.row(0)).containsExactly(rows[0]);
        assertThat(data.row(1)).containsExactly(rows[1]);
        PngImages.write(folder.resolve("colours"), rows, new ImageShape(1, 2, 3), done -> {});
        folder = folder.resolve("colours");
        Dataset colours = load(null, true).train();
        assertThat(colours.shape()).contains(new ImageShape(1, 2, 3));
        assertThat(colours.row(0)).containsExactly(rows[0]);
    }

    @Test
    void subfoldersAreLabels() throws IOException {
        write("dog/1.png", grey(1, 1, 3), "png");
        write("cat/2.PNG", grey(1, 1, 2), "png");
        write("cat/10.jpg", grey(1, 1, 1), "jpg");
        Files.createDirectories(folder.resolve("empty"));
        Files.writeString(folder.resolve("cat/notes.txt"), "no image");
        Files.writeString(folder.resolve("cat/._2.png"), "what macOS leaves behind");
        Dataset data = read();
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.labelNames()).containsExactly("cat", "dog");
        assertThat(data.row(1)).containsExactly(2 / 255f);
        assertThat(data.labelName(data.label(2))).isEqualTo("dog");
        write("3.png", grey(1, 1, 3), "png");
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessage(folder + ": holds images as well as subfolders of images (cat), expected one or the other");
    }

    @Test
    void coloursBecomeGreyAsTelevisionDoesIt() throws IOException {
        write("a.png", rgb(4, 1, 0xff0000, 0x00ff00, 0x0000ff, 0xffffff), "png");
        assertThat(read().row(0)).containsExactly(bytes(76, 150, 29, 255));
    }

    /** One bit, a palette, 16 bits, transparency: the values are those in the file. */
    @Test
    void readsOtherKindsOfPixels() throws IOException {
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(1, 0, 0xffffffff);
        write("1bits.png", bits, "png");
        BufferedImage palette = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(0, 0, 0xffffffff);
        write("2palette.png", palette, "png");
        BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setPixels(0, 0, 2, 1, new int[] {0x80ff, 0xffff});
        write("3deep.png", deep, "png");
        BufferedImage clear = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        clear.setRGB(0, 0, 0x00646464);
        write("4clear.png", clear, "png");
        Dataset data = read();
        assertThat(data.row(0)).containsExactly(bytes(0, 255));
        assertThat(data.row(1)).containsExactly(bytes(255, 0));
        assertThat(data.row(2)).containsExactly(bytes(0x80, 0xff));
        assertThat(data.row(3)).containsExactly(bytes(100, 0));
    }

    @Test
    void imagesOfOtherSizesAreRefusedOrScaledByArea() throws IOException {
        write("a.png", grey(4, 2, 0, 100, 8, 8, 50, 50, 8, 8), "png");
        write("b.png", grey(3, 1, 0, 90, 255), "png");
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessage(folder.resolve("b.png")
                        + ": an image of 3x1 pixels, expected 4x2 as the first: bring all to one size with --size");
        Dataset data = load("2x1", false).train();
        assertThat(data.shape()).contains(new ImageShape(1, 2, 1));
        assertThat(data.row(0)).containsExactly(bytes(50, 8));
        assertThat(data.row(1)).containsExactly(bytes(30, 200)); // (0 + 90 / 2) / 1.5, (90 / 2 + 255) / 1.5
        assertThat(load("8x4", false).train().row(0)).startsWith(bytes(0, 0, 100, 100, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"28", "0x4", "4x0", "4097x1", "99999x1", "axb", "-1x2"})
    void sizesAreChecked(String size) {
        assertThatThrownBy(() -> ReadOptions.Size.parse(size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size '" + size + "', expected width and height");
    }

    /** Some bytes that claim an image of millions of pixels: refused by the header, without the memory. */
    @ParameterizedTest
    @CsvSource({
        "60000, 60000, 8, 'an image of 60000x60000 pixels, expected at most 33554432 and no side above 65535'",
        "2097157, 4, 8, 'an image of 2097157x4 pixels, expected at most 33554432 and no side above 65535'",
        "4000, 4000, 8, 'claims an image of 4000x4000 pixels, expected one that its 45 bytes can hold'",
        "4000, 4000, 1, 'claims an image of 4000x4000 pixels, expected one that its 45 bytes can hold'"
    })
    void bombsAreRefusedByTheirHeader(int width, int height, int bits, String expected) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        byte[] header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {(byte) bits, 0, 0, 0, 0})
                .array();
        CRC32 crc = new CRC32();
        crc.update(header);
        png.writeBytes(ByteBuffer.allocate(25)
                .putInt(13)
                .put(header)
                .putInt((int) crc.getValue())
                .array());
        png.writeBytes(new byte[] {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0, 0, 0, 0});
        Path file = folder.resolve("bomb.png");
        assertThat(Hostile.read(any -> load("8x8", false), file, png.toByteArray()))
                .contains(expected);
        assertThat(Hostile.read(any -> read(), file, png.toByteArray())).contains(expected);
    }

    /** Nothing packs better than a picture of one colour: it must not pass for a bomb. */
    @Test
    void blankImagesAreRead() throws IOException {
        write("1.png", new BufferedImage(1024, 2048, BufferedImage.TYPE_BYTE_BINARY), "png");
        write("2.png", new BufferedImage(1024, 2048, BufferedImage.TYPE_BYTE_GRAY), "png");
        write("3.jpg", new BufferedImage(1024, 2048, BufferedImage.TYPE_INT_RGB), "jpg");
        Dataset data = load("2x2", false).train();
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.row(2)).containsExactly(bytes(0, 0, 0, 0));
        assertThat(Files.size(folder.resolve("1.png"))).isLessThan(1024); // 2 million pixels
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void damagedFilesAreNamed(String format) throws IOException {
        int[] values = new int[32 * 32];
        Arrays.setAll(values, i -> i * 37 % 256);
        write("a." + format, grey(32, 32, values), format);
        Path file = folder.resolve("a." + format);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length - 32; length += 7) {
            assertThat(Hostile.read(any -> read(), file, Arrays.copyOf(bytes, length)))
                    .as("length %d of %d", length, bytes.length)
                    .startsWith(file + ": ");
        }
        Hostile.mutate(any -> read(), file, bytes, 1_000);
        assertThat(Hostile.read(any -> read(), file, "GIF89a, says its name".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(file + ": begins like no PNG or JPEG image, expected one");
    }
}
